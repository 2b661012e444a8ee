"""The OpenAPI document says what is so."""

from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from services.http.app import answering
from services.http.openapi import PATH, document
from tests.site import CASE, Town

pytestmark = pytest.mark.live
METHODS = ("get", "post", "put", "patch", "delete")


def test_it_names_every_address_of_the_api_and_no_other(here: Town) -> None:
    """With its methods, as the application routes them."""
    served = {
        (route.path_format, method.lower())
        for route in answering(here.site).routes
        for method in getattr(route, "methods", ())
        if route.path.startswith(("/api", "/health", "/ready")) and method != "OPTIONS"
    }
    named = {
        (path, method)
        for path, item in document()["paths"].items()
        for method in METHODS
        if method in item
    }
    assert named == served


def test_it_is_served_as_it_is_written(here: Town) -> None:
    """To everybody, signed in or not."""
    with here.browser() as client:
        assert client.get(PATH).json() == msgspec.json.decode(msgspec.json.encode(document()))


def references(part: Any) -> Iterator[str]:  # noqa: ANN401 - any part of the document
    """Find what a part refers to."""
    inner = part.values() if isinstance(part, dict) else part if isinstance(part, list) else ()
    if isinstance(part, dict) and isinstance(part.get("$ref"), str):
        yield part["$ref"]
    for one in inner:
        yield from references(one)


def test_every_reference_leads_somewhere() -> None:
    """No shape is missing."""
    found = document()
    for reference in set(references(found)):
        place: Any = found
        for step in reference.removeprefix("#/").split("/"):
            place = place[step]


def test_every_operation_has_a_name_of_its_own() -> None:
    """Programs make functions of them."""
    items = document()["paths"].values()
    names = [item[method]["operationId"] for item in items for method in METHODS if method in item]
    assert len(names) == len(set(names))


def test_examples_are_of_the_shape_they_stand_for(here: Town) -> None:
    """An answer that is given fits the schema; each command's example names that command."""
    body = document()["paths"]["/api/commands"]["post"]["requestBody"]["content"]
    for name, example in body["application/json"]["examples"].items():
        assert example["value"]["command"] == name
    shape = document()["components"]["schemas"]["Shown"]
    with here.program("party:B") as client:
        told = client.get(f"/api/cases/{CASE}").json()
    assert set(shape["required"]) <= set(told) <= set(shape["properties"])
