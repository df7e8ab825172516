"""What the OpenAPI document says beyond the routes: the overview, and every problem an operation can answer."""

from collections import defaultdict
from typing import Any

from fastapi import FastAPI
from fastapi.openapi.utils import get_openapi

from warmline_schemas.problems import PROBLEM_MEDIA_TYPE, STATUS, TITLE, Problem, ProblemType

OVERVIEW = """Warm handoffs between agents and people: whoever takes over starts where the last one stopped.

Start a session, remember what matters, request a handoff; the target accepts it and wakes up with a brief, the memories
that matter and the chain so far.

* Every request carries `Authorization: Bearer <key>`, but for health.
* Every POST takes an `Idempotency-Key`: the same request with the same key is done once.
* Every list has `limit` and `cursor`; a page's `next_cursor` is null on the last one.
* Every error is `application/problem+json` with one of the listed types.
"""

TAGS = [
    {"name": "sessions", "description": "One agent's stretch of work, and the chain that handoffs make of them."},
    {"name": "memories", "description": "What is worth keeping, and the question that brings it back."},
    {"name": "handoffs", "description": "Work going from a session to its target, with a brief."},
    {"name": "desk", "description": "Offers, claims and their tokens, questions, transfers, returns, resolutions."},
    {"name": "analytics", "description": "How your handoffs went: times, promises, returns, questions asked twice."},
    {"name": "flags", "description": "What is wrong with briefs, and the same as cases to measure briefs by."},
    {"name": "chains", "description": "All sessions of a case as a tree, and two of its briefs side by side."},
    {"name": "queues", "description": "Lines of handoffs that wait for people: promises, levels, office hours, order."},
    {"name": "operators", "description": "The people who work handoffs: skills, languages, capacity, presence."},
    {"name": "rotas", "description": "Who is on duty, and when."},
    {"name": "shifts", "description": "Shift changes: the sheet that is signed, and read back item by item."},
    {"name": "events", "description": "What happened, as a list or as it happens."},
    {"name": "webhooks", "description": "Addresses that events are sent to, and what became of each delivery."},
    {"name": "namespaces", "description": "Everything of a namespace at once: export, import, forget."},
    {"name": "audit", "description": "What was done that the rows no longer show."},
    {"name": "consolidations", "description": "Near-duplicates that one memory stands for, until it is undone."},
    {"name": "keys", "description": "API keys of your tenant: make, list, revoke."},
    {"name": "preferences", "description": "What your tenant wants done otherwise than by default."},
    {"name": "templates", "description": "Which sections a brief has for a kind of work; built-in ones and your own."},
    {"name": "usage", "description": "What language models were asked for, and what it cost."},
    {"name": "whoami", "description": "Whose key this is."},
    {"name": "health", "description": "For load balancers and operators."},
]


# 405 is left out: it answers a method that an operation does not have, so no operation can answer it.
def _responses() -> dict[int | str, dict[str, Any]]:
    by_status: dict[int, list[ProblemType]] = defaultdict(list)
    for problem, status in STATUS.items():
        by_status[status].append(problem)
    return {status: _response(problems) for status, problems in by_status.items() if status != 405}


def _response(problems: list[ProblemType]) -> dict[str, Any]:
    examples = {
        problem.value: {"summary": TITLE[problem], "value": Problem.of(problem, f"{TITLE[problem]}.").to_json()}
        for problem in problems
    }
    return {
        "description": ", ".join(problems),
        "content": {PROBLEM_MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}, "examples": examples}},
    }


PROBLEMS = _responses()
"""The problems that any operation can answer, by status, with an example of each type."""


def complete(app: FastAPI) -> None:
    """Put the problem's schema, with its closed list of types, into the OpenAPI document."""

    def openapi() -> dict[str, Any]:
        if app.openapi_schema is None:
            document = get_openapi(
                title=app.title,
                version=app.version,
                description=app.description,
                routes=app.routes,
                tags=app.openapi_tags,
            )
            # Problems are answered by handlers that FastAPI does not know, so their schema is put in by hand. The
            # closed list of types comes from the enumeration; on the wire a type is a URN, which the enumeration's
            # values are not.
            problem = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
            problem["properties"]["type"]["enum"] = [known.urn for known in ProblemType]
            document["components"]["schemas"] |= {**problem.pop("$defs"), "Problem": problem}
            app.openapi_schema = document
        return app.openapi_schema

    app.openapi = openapi  # type: ignore[method-assign]
