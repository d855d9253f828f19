"""Strict mode can be switched on over the control plane, and off again."""

import httpx

from mock_sis.server import serving


def test_strict_is_a_switch_of_the_control_plane():
    with serving("skyward") as servers:
        root = servers.skyward.url
        form = {
            "grant_type": "client_credentials",
            "client_id": "passback",
            "client_secret": "passback-secret",
        }
        token = httpx.post(f"{root}/token", data=form).json()["access_token"]
        today = httpx.get(f"{root}/_mock/clock").json()["now"][:10]
        item = {"title": "Bare", "class": {"sourcedId": "200001"}, "dueDate": f"{today}T18:00:00Z"}

        def put() -> int:
            url = f"{root}/ims/oneroster/gradebook/v1p2/lineItems/bare-1"
            head = {"Authorization": f"Bearer {token}"}
            return httpx.put(url, json={"lineItem": item}, headers=head).status_code

        assert put() == 201
        httpx.put(f"{root}/_mock/enforcement", json={"strict": "on"}).raise_for_status()
        assert put() == 422
        httpx.put(f"{root}/_mock/enforcement", json={"strict": "off"}).raise_for_status()
        assert put() == 200
