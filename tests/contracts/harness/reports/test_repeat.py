"""A request to repeat: it can be typed, and shows no id of the server and no credentials."""

import shlex

import pytest

from contracts.harness.reports.repeat import Repeater

SIS = "https://sis.example.org"
PATH = "/classes/{class}/students/{student}"


def test_ids_of_the_server_are_placeholders_and_what_was_made_up_is_shown():
    repeater = Repeater(SIS, {"200001"})
    told = repeater.command("GET", PATH, {"class": "200001", "student": "a/b"}, query="limit=1")
    assert told == f"curl '{SIS}/classes/{{class}}/students/a%2Fb?limit=1'"
    told = repeater.command("GET", "/students", {}, query="class=200001&sort=name")
    assert shlex.split(told)[-1] == f"{SIS}/students?class={{class}}&sort=name"


def test_of_a_private_server_no_value_of_a_path_is_shown():
    repeater = Repeater(SIS, private=True)
    told = repeater.command("GET", PATH, {"class": "7", "student": "8"}, authorization="Bearer abc")
    assert told == f"curl -H \"Authorization: Bearer $TOKEN\" '{SIS}{PATH}'"


@pytest.mark.parametrize(
    ("media", "body", "shown"),
    [
        (
            "application/x-www-form-urlencoded",
            "grant_type=client_credentials&client_id=me&client_secret=s3cret",
            "grant_type=client_credentials&client_id={...}&client_secret={...}",
        ),
        (
            "application/json",
            '{"client_secret": "s3cret", "n": 1}',
            '{"client_secret": "{...}", "n": 1}',
        ),
    ],
)
def test_credentials_are_placeholders_wherever_they_were_sent(media, body, shown):
    told = Repeater(SIS).command(
        "POST", "/token", {}, authorization="Basic bWU6czNjcmV0", media=media, body=body
    )
    assert shlex.split(told) == [
        *("curl", "-X", "POST", "-u", "$CLIENT_ID:$CLIENT_SECRET"),
        *("-H", f"Content-Type: {media}", "-d", shown, f"{SIS}/token"),
    ]
    asked = Repeater(SIS).command("GET", "/token", {}, query="client_secret=s3cret")
    assert asked.endswith("/token?client_secret={client_secret}'")
