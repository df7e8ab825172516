"""The OpenAPI document is complete: examples, keys, cursors, problems, descriptions."""

from typing import Any

import pytest

from warmline_api.app import create_app
from warmline_memory.settings import Settings
from warmline_schemas.audit import AuditEntry
from warmline_schemas.claims import Claim
from warmline_schemas.handoffs import Handoff
from warmline_schemas.memories import Memory
from warmline_schemas.namespaces import Forgotten, Imported
from warmline_schemas.problems import STATUS, ProblemType
from warmline_schemas.service import WhoAmI
from warmline_schemas.sessions import Session


@pytest.fixture(scope="module")
def document(settings: Settings) -> dict[str, Any]:
    """The document as clients get it."""
    return create_app(settings).openapi()


PARTS = {"Action", "Slot", "Weights", "TemplateSection", "Detection", "RotaEntry", "Swap", "Assignment"}
PARTS |= {"OfficeDay", "OfficeHours", "Promises", "Level"}
"""What only stands inside of a request body."""


PAGED = {"sessions", "memories", "handoffs", "consolidations", "audit", "keys", "deliveries", "shifts"}
PAGED |= {"operators", "queues/{name}/waiting", "flags"}


def operations(document: dict[str, Any], method: str) -> dict[str, dict[str, Any]]:
    return {path: entry[method] for path, entry in document["paths"].items() if method in entry and "/v1" in path}


def test_every_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for path, operation in operations(document, "post").items():
        names = {parameter["name"] for parameter in operation.get("parameters", [])}
        assert "Idempotency-Key" in names, path


def test_every_list_has_a_limit_and_a_cursor(document: dict[str, Any]) -> None:
    lists = {
        path: operation
        for path, operation in operations(document, "get").items()
        if "Page" in str(operation["responses"]["200"])
    }
    assert set(lists) == {f"/v1/{name}" for name in PAGED}
    for path, operation in lists.items():
        assert {"limit", "cursor"} <= {parameter["name"] for parameter in operation["parameters"]}, path


def test_every_answer_has_a_shape(document: dict[str, Any]) -> None:
    answers = {
        f"{method} {path}": (status, response)
        for path, entry in document["paths"].items()
        for method, operation in entry.items()
        for status, response in operation["responses"].items()
        if status.startswith("2") and status != "204"
    }
    assert [name for name, (_, answer) in answers.items() if not any(_shapes(answer))] == []
    assert answers["post /v1/sessions"] == ("201", _json_answer("Session"))
    assert answers["post /v1/recall"] == ("200", _json_answer("Recollection"))


def test_a_body_that_may_be_left_out_counts_as_an_empty_object(document: dict[str, Any]) -> None:
    body = operations(document, "post")["/v1/sessions/{session_id}/end"]["requestBody"]
    assert "required" not in body
    assert body["content"]["application/json"]["schema"]["default"] == {}


def test_every_request_body_has_an_example(document: dict[str, Any]) -> None:
    for name, schema in document["components"]["schemas"].items():
        if schema.get("additionalProperties") is False and name not in PARTS:
            assert schema["examples"], name


def test_the_nouns_of_the_answers_have_examples_that_are_valid(document: dict[str, Any]) -> None:
    for noun in (Session, Memory, Handoff, Claim, WhoAmI, Forgotten, Imported, AuditEntry):
        for example in document["components"]["schemas"][noun.__name__]["examples"]:
            whole = dict.fromkeys(noun.model_fields) | example
            assert noun.model_validate(whole).model_dump(mode="json") == whole


def test_every_operation_lists_every_problem_with_an_example(document: dict[str, Any]) -> None:
    for path, entry in document["paths"].items():
        if "/v1" not in path:
            continue
        for operation in entry.values():
            shown = {
                example["value"]["type"]
                for response in operation["responses"].values()
                for example in response.get("content", {})
                .get("application/problem+json", {})
                .get("examples", {})
                .values()
            }
            wanted = {problem.urn for problem in ProblemType if STATUS[problem] != 405}
            assert shown == wanted, path


def test_the_problems_are_a_closed_list(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"] == [
        one.urn for one in ProblemType
    ]


def test_every_field_parameter_and_operation_is_described(document: dict[str, Any]) -> None:
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, definition in schema.get("properties", {}).items()
        if "description" not in definition
    ]
    bare += [
        f"{path} {parameter['name']}"
        for path, entry in document["paths"].items()
        for operation in entry.values()
        for parameter in operation.get("parameters", [])
        if "description" not in parameter and "_id" not in parameter["name"]
    ]
    assert bare == []


def test_a_problem_of_each_status_is_the_only_error_shape(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in document["components"]["schemas"]


def _shapes(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [content.get("schema", {}) for content in answer.get("content", {}).values()]


def _json_answer(shape: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    return {"description": "Successful Response", "content": content}
