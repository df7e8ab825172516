"""The document: what FastAPI makes of the routes, made complete.

FastAPI knows the shapes of requests and answers. It does not know the problems, which handlers answer.
"""

from collections.abc import Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from warmline_api.answers import LOCATIONS
from warmline_api.documentation import messages, problems, shortening
from warmline_schemas.wire import Versioned

HEADERS = {
    "Location": {"description": "Where what was made can be read.", "schema": {"type": "string"}},
    "ETag": {"description": "Its version, which `If-Match` takes.", "schema": {"type": "string"}},
}
VERSIONED = {f"#/components/schemas/{shape.__name__}" for shape in Versioned.__subclasses__()}
"""The answers that have an ``ETag`` where they are read or changed: see ``Answer.versioned``."""
METHODS = ("get", "put", "post", "patch", "delete")

Json = dict[str, Any]


def document_of(app: FastAPI) -> Json:
    """The OpenAPI document of an application."""
    document = get_openapi(
        title=app.title,
        version=app.version,
        description=app.description,
        routes=app.routes,
        webhooks=messages.router.routes,
        tags=app.openapi_tags,
        license_info=app.license_info,
        servers=app.servers,
    )
    components = document["components"]
    components["schemas"] |= problems.schemas()
    # FastAPI adds its own shape of a 422 to every operation that takes anything. Ours is a problem like all others.
    for shape in ("HTTPValidationError", "ValidationError"):
        components["schemas"].pop(shape, None)
    components["responses"], components["headers"] = {}, HEADERS
    messages.add(document)
    for _, method, operation in operations(document):
        problems.add(operation, method, components["responses"])
        _summarise(operation)
        # Said of those that take no key, because linters ask whether it was forgotten.
        operation.setdefault("security", [])
        if operation["operationId"] in LOCATIONS:
            _created(operation)["headers"] = _header("Location")
        elif method != "post" and _shape_of(operation) in VERSIONED:
            operation["responses"]["200"]["headers"] = _header("ETag")
    for schema in components["schemas"].values():
        if "examples" in schema:
            schema["examples"] = _whole(schema)
    return shortening.shortened(document)


def _summarise(operation: Json) -> None:
    """Make the first sentence of what is said of an operation its summary. FastAPI's own one is the name once more."""
    if said := shortening.FIRST_SENTENCE.fullmatch(operation["description"]):
        first, more = said.groups()
        operation["summary"] = " ".join(first.split())
        del operation["description"]
        operation |= {"description": more} if more else {}


def _header(name: str) -> Json:
    return {name: {"$ref": f"#/components/headers/{name}"}}


def _shape_of(operation: Json) -> str | None:
    answer: Json = operation["responses"].get("200", {})
    shape: str | None = answer.get("content", {}).get("application/json", {}).get("schema", {}).get("$ref")
    return shape


def _created(operation: Json) -> Json:
    answer: Json = operation["responses"].get("201") or operation["responses"]["202"]
    return answer


def _whole(shape: Json) -> list[Json]:
    """The examples of a shape, with nulls for what they leave out: FastAPI takes every null out of its document."""
    nothing = {name: None for name in shape.get("required", ()) if "null" in str(shape["properties"][name])}
    return [nothing | example if isinstance(example, dict) else example for example in shape["examples"]]


def operations(document: Json) -> Iterator[tuple[str, str, Json]]:
    """Every operation with its path and its method."""
    for path, entry in document["paths"].items():
        for method in METHODS:
            if method in entry:
                yield path, method, entry[method]
