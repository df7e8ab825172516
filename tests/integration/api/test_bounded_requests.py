"""Bounded requests: no list of a request is without a length, and no value of a caller's own is without a depth."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.conftest import Api
from warmline_api.app import create_app
from warmline_memory.settings import Settings

Schema = dict[str, Any]


def lists_of(schema: Schema, named: dict[str, Schema], path: str, within: frozenset[str]) -> Iterator[tuple[str, bool]]:
    """Each list in a schema: where it is, and whether it has a length."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        if name not in within:
            yield from lists_of(named[name], named, name, within | {name})
    for part in [one for kind in ("anyOf", "allOf", "oneOf") for one in schema.get(kind, ())]:
        yield from lists_of(part, named, path, within)
    if schema.get("type") == "array":
        yield path, "maxItems" in schema
        yield from lists_of(schema["items"], named, f"{path}[]", within)
    for name, part in schema.get("properties", {}).items():
        yield from lists_of(part, named, f"{path}.{name}", within)


def named(document: Schema, parameter: Schema) -> Schema:
    """A parameter, also where an operation only refers to it."""
    if "$ref" in parameter:
        found: Schema = document["components"]["parameters"][parameter["$ref"].rpartition("/")[2]]
        return found
    return parameter


def test_every_list_of_a_request_has_a_length(settings: Settings) -> None:
    document = create_app(settings).openapi()
    found: dict[str, bool] = {}
    for path, methods in document["paths"].items():
        for operation in methods.values():
            bodies = [one.get("schema", {}) for one in operation.get("requestBody", {}).get("content", {}).values()]
            parameters = [named(document, one) for one in operation.get("parameters", ())]
            asked = [one["schema"] for one in parameters]
            for schema in bodies + asked:
                found |= dict(lists_of(schema, document["components"]["schemas"], path, frozenset()))
    assert len(found) > 20
    # What other platforms send as a message is cut to what a memory may hold.
    assert [path for path, bounded in found.items() if not bounded and not path.startswith("Message")] == []


@pytest.mark.parametrize(("deep", "status"), [(50, 201), (51, 422), (5_000, 422)])
def test_what_lies_too_deep_is_refused(api: Api, deep: int, status: int) -> None:
    # Metadata are one level themselves.
    body = '{"namespace": "x", "content": "y", "metadata": {"a": ' + "[" * (deep - 1) + "]" * (deep - 1) + "}}"
    answer = api.http.post("/v1/memories", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == status


def test_a_template_with_too_many_words_to_look_for_is_refused(api: Api) -> None:
    template = {"about": "All", "sections": [{"name": "ask", "title": "Ask"}]}
    detect = {"tools": [f"tool-{number}" for number in range(101)]}
    answer = api.http.put("/v1/templates/all", json=template | {"detect": detect})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["field"] == "body.detect.tools"
