"""The OpenAPI document is complete: examples, keys, cursors, problems, descriptions."""

import json
import re
from typing import Any

import pytest

from tests.builders.listed_problems import problems_of
from tests.conftest import Api
from warmline_api.app import create_app
from warmline_api.documentation.problems import FORBIDS
from warmline_api.needs import NEEDS
from warmline_memory.settings import Settings
from warmline_schemas.audit import AuditEntry
from warmline_schemas.claims import Claim
from warmline_schemas.handoffs import Handoff
from warmline_schemas.keys import WhoAmI
from warmline_schemas.memories import Memory
from warmline_schemas.namespaces import Forgotten, Imported
from warmline_schemas.problems import STATUS, TITLE, ProblemType
from warmline_schemas.sessions import Session
from warmline_schemas.webhooks import ID_HEADER, SIGNATURE_HEADER, TIMESTAMP_HEADER, WebhookMessage


@pytest.fixture(scope="module")
def document(settings: Settings) -> dict[str, Any]:
    """The document as clients get it."""
    return create_app(settings).openapi()


PARTS = {"Action", "Slot", "Weights", "TemplateSection", "Detection", "RotaEntry", "RotaFeed", "Swap", "Assignment"}
PARTS |= {"Absence", "PlannedShift"}
PARTS |= {"AccountEntry", "Account", "EditLine", "EditSection", "Retention"}
PARTS |= {"AgentClocks", "ChannelId", "OfficeDay", "OfficeHours", "Promises", "Level"}
"""What only stands inside of a request body."""


PAGED = {"sessions", "memories", "handoffs", "consolidations", "audit", "keys", "deliveries", "shifts"}
PAGED |= {"operators", "queues/{name}/waiting", "flags", "handoffs/{handoff_id}/flags", "queues", "rotas", "templates"}
PAGED |= {"saved-replies"}
PAGED |= {"attachments", "webhooks", "customers", "handoffs/{handoff_id}/inquiries", "events"}


def operations(document: dict[str, Any], method: str) -> dict[str, dict[str, Any]]:
    return {path: entry[method] for path, entry in document["paths"].items() if method in entry and "/v1" in path}


def parameters(document: dict[str, Any], operation: dict[str, Any]) -> list[dict[str, Any]]:
    """The parameters of an operation, those that it shares with others among them."""
    shared = document["components"]["parameters"]
    return [shared.get(one.get("$ref", "").rpartition("/")[2], one) for one in operation.get("parameters", [])]


def responses(document: dict[str, Any], operation: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The responses of an operation by status, those that it shares with others among them."""
    shared = document["components"]["responses"]
    return {
        status: shared.get(one.get("$ref", "").rpartition("/")[2], one)
        for status, one in operation["responses"].items()
    }


def test_every_post_takes_an_idempotency_key(document: dict[str, Any]) -> None:
    for path, operation in operations(document, "post").items():
        assert "Idempotency-Key" in {one["name"] for one in parameters(document, operation)}, path


def test_every_list_has_a_limit_and_a_cursor(document: dict[str, Any]) -> None:
    lists = {
        path: operation
        for path, operation in operations(document, "get").items()
        if re.search(r"/(Events|\w+Page)'", str(operation["responses"]["200"]))
    }
    assert set(lists) == {f"/v1/{name}" for name in PAGED}
    for path, operation in lists.items():
        assert {"limit", "cursor"} <= {one["name"] for one in parameters(document, operation)}, path


def test_every_answer_has_a_shape(document: dict[str, Any]) -> None:
    answers = {
        f"{method} {path}": (status, response)
        for path, entry in document["paths"].items()
        for method, operation in entry.items()
        for status, response in responses(document, operation).items()
        if status.startswith("2") and status != "204"
    }
    assert [name for name, (_, answer) in answers.items() if not any(_shapes(answer))] == []
    assert answers["post /v1/sessions/{session_id}/end"] == ("200", _json_answer("Session"))
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


def test_an_operation_lists_the_problems_that_it_can_have_and_no_other(document: dict[str, Any]) -> None:
    listed = problems_of(document)
    assert listed["list_sessions"] == {
        *("invalid-request", "unauthenticated", "forbidden", "headers-too-large", "misdirected", "rate-limited"),
        *("busy", "unavailable", "internal-error"),
    }
    assert "session-ended" in listed["remember"]
    assert "draft-changed" not in listed["remember"]
    used = {problem for problems in listed.values() for problem in problems}
    assert used == {problem.value for problem in ProblemType if STATUS[problem] != 405}


def test_the_table_of_problems_names_operations_that_there_are() -> None:
    assert {name for names in FORBIDS.values() for name in names.split()} <= NEEDS.keys()


def test_each_problem_stands_in_the_list_with_what_it_says(document: dict[str, Any]) -> None:
    listed = document["components"]["schemas"]["Problem"]["properties"]["type"]
    assert set(listed["enum"]) == {problem.urn for problem in ProblemType}
    for problem in ProblemType:
        assert f"\n- `{problem}`: {TITLE[problem]} ({STATUS[problem]})" in listed["description"]


def test_the_message_to_a_webhook_is_told_with_its_headers_and_needs_no_key(document: dict[str, Any]) -> None:
    message = document["webhooks"]["event"]["post"]
    headers = {one["name"] for one in message["parameters"]}
    assert headers == {ID_HEADER, TIMESTAMP_HEADER, SIGNATURE_HEADER}
    body = message["requestBody"]["content"]["application/json"]["schema"]["$ref"].rpartition("/")[2]
    assert set(document["components"]["schemas"][body]["properties"]) == set(WebhookMessage.model_fields)
    assert set(message["responses"]) == {"2XX", "410"}
    assert message["security"] == []


def test_the_document_has_at_most_300_kb_as_it_is_sent(api: Api) -> None:
    assert len(api.http.get("/openapi.json").content) <= 300_000


def test_no_shape_is_named_after_a_module(document: dict[str, Any]) -> None:
    assert [name for name in document["components"]["schemas"] if not name.isalnum()] == []


def test_every_reference_of_the_document_leads_somewhere(document: dict[str, Any]) -> None:
    for found in set(re.findall(r'"\$ref": "#/components/([^"]+)"', json.dumps(document))):
        kind, _, name = found.partition("/")
        assert name in document["components"][kind], found


def test_what_others_could_overwrite_is_answered_with_its_version(document: dict[str, Any]) -> None:
    for path, entry in document["paths"].items():
        takes = {one["name"] for operation in entry.values() for one in parameters(document, operation)}
        if "If-Match" in takes and "get" in entry:
            for method in entry.keys() & {"get", "put", "patch"}:
                answer = responses(document, entry[method])["200"]
                assert set(answer["headers"]) == {"ETag"}, f"{method} {path}"


def test_the_problems_are_a_closed_list(document: dict[str, Any]) -> None:
    assert document["components"]["schemas"]["Problem"]["properties"]["type"]["enum"] == [
        one.urn for one in ProblemType
    ]


def described_elsewhere(document: dict[str, Any], schema: dict[str, Any]) -> set[str]:
    """The fields of a request that are described in the answer that it names."""
    named = re.search(r"Fields of which nothing is said are as in `(\w+)`\.$", schema.get("description", ""))
    known = document["components"]["schemas"][named[1]]["properties"] if named else {}
    return {field for field, definition in known.items() if "description" in definition}


def test_every_field_parameter_and_operation_is_described(document: dict[str, Any]) -> None:
    bare = [
        f"{name}.{field}"
        for name, schema in document["components"]["schemas"].items()
        for field, definition in schema.get("properties", {}).items()
        if "description" not in definition and field not in described_elsewhere(document, schema)
    ]
    bare += [
        f"{path} {parameter['name']}"
        for path, entry in document["paths"].items()
        for operation in entry.values()
        for parameter in parameters(document, operation)
        if "description" not in parameter and "_id" not in parameter["name"]
    ]
    assert bare == []


def test_every_operation_says_in_a_sentence_what_it_does(document: dict[str, Any]) -> None:
    for path, entry in document["paths"].items():
        for operation in entry.values():
            summary, name = operation["summary"], operation["operationId"].replace("_", " ")
            assert summary, path
            assert summary.lower() != name, f"{path}: a summary that is the name says nothing"


def test_a_problem_of_each_status_is_the_only_error_shape(document: dict[str, Any]) -> None:
    assert "HTTPValidationError" not in document["components"]["schemas"]


def _shapes(answer: dict[str, Any]) -> list[dict[str, Any]]:
    return [content.get("schema", {}) for content in answer.get("content", {}).values()]


def _json_answer(shape: str) -> dict[str, Any]:
    content = {"application/json": {"schema": {"$ref": f"#/components/schemas/{shape}"}}}
    return {"description": "Done.", "content": content}
