"""A contract in one piece: what stands in other files is in it once, and still where it belongs."""

import json

import pytest

from mock_sis.http.bundle import bundled, by_root
from mock_sis.http.contract import Contract

PRODUCT = """
openapi: 3.0.3
info: {title: Product, version: '1'}
paths:
  /own:
    get:
      operationId: own
      responses: {'200': {$ref: '#/components/responses/Own'}}
  /v1/things/{id}:
    servers: [{url: /new}, {url: /old}]
    $ref: 'standard/things.yaml#/paths/~1things~1{id}'
components:
  responses:
    Own: {description: Ours.}
"""
STANDARD = """
openapi: 3.0.3
info: {title: Standard, version: '1'}
paths:
  /things/{id}:
    get:
      operationId: getThing
      parameters: [{$ref: 'parts.yaml#/components/parameters/id'}]
      responses:
        '200':
          description: A thing.
          content: {application/json: {schema: {$ref: '#/components/schemas/Thing'}}}
components:
  schemas:
    Thing:
      type: object
      properties: {above: {$ref: '#/components/schemas/Thing'}}
    Unused: {type: string}
"""
PARTS = """
components:
  parameters:
    id: {name: id, in: path, required: true, schema: {type: string}}
"""


@pytest.fixture
def product(tmp_path):
    (tmp_path / "standard").mkdir()
    (tmp_path / "product.yaml").write_text(PRODUCT)
    (tmp_path / "standard" / "things.yaml").write_text(STANDARD)
    (tmp_path / "standard" / "parts.yaml").write_text(PARTS)
    return tmp_path / "product.yaml"


def test_a_path_of_another_file_is_there_with_what_stands_beside_the_reference(product):
    item = bundled(product)["paths"]["/v1/things/{id}"]
    assert item["get"]["operationId"] == "getThing"
    assert item["servers"] == [{"url": "/new"}, {"url": "/old"}]
    assert item["get"]["parameters"] == [{"$ref": "#/components/parameters/id"}]


def test_components_come_along_when_they_are_referred_to_and_only_then(product):
    whole = bundled(product)
    assert {kind: sorted(parts) for kind, parts in whole["components"].items()} == {
        "responses": ["Own"],
        "parameters": ["id"],
        "schemas": ["Thing"],
    }
    above = whole["components"]["schemas"]["Thing"]["properties"]["above"]
    assert above == {"$ref": "#/components/schemas/Thing"}
    assert json.loads(json.dumps(whole)) == whole


def test_two_files_with_different_components_of_one_name_are_refused(product):
    product.write_text(f"{PRODUCT}  schemas:\n    Thing: {{type: string}}\n")
    with pytest.raises(ValueError, match=r"Thing stands in product\.yaml and things\.yaml"):
        bundled(product)


def test_files_can_be_read_from_somewhere_else(product):
    asked = []

    def read(path):
        asked.append(str(path.relative_to(product.parent)))
        return path.read_bytes()

    bundled(product, read)
    assert asked == ["product.yaml", "standard/things.yaml", "standard/parts.yaml"]


def test_a_path_stands_under_each_of_its_roots():
    paths = by_root({"/a": {"servers": [{"url": "/"}, {"url": "/b/"}], "get": 1}, "/c": {"put": 2}})
    assert paths == {"/a": {"get": 1}, "/b/a": {"get": 1}, "/c": {"put": 2}}


def test_an_operation_under_two_roots_is_one_and_answers_at_both(product):
    things = product.parent / "standard" / "things.yaml"
    things.write_text(STANDARD.replace("{above: {$ref: '#/components/schemas/Thing'}}", "{}"))
    whole = Contract(bundled(product))
    paths = ["/own", "/new/v1/things/{id}", "/old/v1/things/{id}"]
    assert [one.path for one in whole.offered] == paths
    assert whole.operations["getThing"].path == "/new/v1/things/{id}"
    for root in ("/new", "/old"):
        found = whole.match("get", f"{root}/v1/things/7")
        assert found.operation.id == "getThing"
        assert found.operation.path.startswith(root)
        assert found.path_params == {"id": "7"}
    assert whole.match("get", "/v1/things/7") is None
