"""The overview: what the OpenAPI document says before its operations, and how it groups them."""

OVERVIEW = """Warm handoffs between agents and people: whoever takes over starts where the last one stopped.

Start a session, remember what matters, request a handoff; the target accepts it and wakes up with a brief, the memories
that matter and the chain so far.

* Every request carries `Authorization: Bearer <key>`, but for health.
* Every POST takes an `Idempotency-Key`: the same request with the same key is done once.
* Every list is a page: `items` and `next_cursor`, which is null on the last one; `limit` and `cursor` ask for one.
* A filter that is given several times means any of its values. A parameter that an operation does not have is refused.
* A PATCH merges (RFC 7396): what is left out stays, and null clears what can be empty.
* Every error is `application/problem+json`; each operation lists the types that it can answer.
* Every answer has the header `X-Request-ID`, and so has every problem in `request_id`.
"""
LICENSE = {"name": "Apache 2.0", "identifier": "Apache-2.0"}

TAGS = [
    {"name": "sessions", "description": "One agent's stretch of work, and the chain that handoffs make of them."},
    {"name": "memories", "description": "What is worth keeping, and the question that brings it back."},
    {"name": "handoffs", "description": "Work going from a session to its target, with a brief."},
    {"name": "desk", "description": "Offers, claims and their tokens, questions, transfers, returns, resolutions."},
    {"name": "analytics", "description": "How your handoffs went: times, promises, returns, questions asked twice."},
    {"name": "flags", "description": "What is wrong with briefs, and the same as cases to measure briefs by."},
    {"name": "chains", "description": "All sessions of a case as a tree, and two of its briefs side by side."},
    {"name": "attachments", "description": "Files that customers and your side send each other."},
    {"name": "customers", "description": "Who writes to you, what your channels call them, and what they say."},
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
    {"name": "saved replies", "description": "Texts that people who answer customers use again and again."},
    {"name": "templates", "description": "Which sections a brief has for a kind of work; built-in ones and your own."},
    {"name": "usage", "description": "What language models were asked for, and what it cost."},
    {"name": "whoami", "description": "Whose key this is."},
    {"name": "health", "description": "For load balancers and operators."},
]
