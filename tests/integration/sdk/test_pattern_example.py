"""The session-handoff pattern's own example, run as it is written but for the import, the URL and the key."""

import pytest

from tests.conftest import Api
from warmline import Dakera

SUMMARY = "HANDOFF SUMMARY: Customer ACC-4521 (since 2024) reports $100 billing overcharge."


@pytest.mark.usefixtures("worker")
def test_the_patterns_example_finds_its_handoff_first(api: Api) -> None:
    client = Dakera(base_url=api.url, api_key=api.key)
    # --- Source Agent (Bot) ---
    # During conversation, store key information
    session = client.sessions.start(namespace="user-dave", metadata={"agent": "tier1-bot", "channel": "chat"})
    client.memory.store(
        content="User reports billing discrepancy: charged $299 but plan is $199/mo",
        namespace="user-dave",
        metadata={"session_id": session["session_id"], "type": "issue", "importance": 0.9},
    )
    client.memory.store(
        content="User has been a customer since 2024. Account ID: ACC-4521.",
        namespace="user-dave",
        metadata={"session_id": session["session_id"], "type": "context", "importance": 0.8},
    )
    # Handoff triggered — store handoff summary
    client.memory.store(
        content="HANDOFF SUMMARY: Customer ACC-4521 (since 2024) reports $100 billing overcharge. "
        "Verified plan is $199/mo but last invoice shows $299. "
        "Customer tone: frustrated but polite. Needs refund or explanation.",
        namespace="user-dave",
        metadata={
            "session_id": session["session_id"],
            "type": "handoff",
            "from_agent": "tier1-bot",
            "to_agent": "billing-specialist",
            "importance": 1.0,
        },
    )
    # End source session
    client.sessions.end(session_id=session["session_id"])
    # --- Target Agent (Billing Specialist) ---
    # Start new session
    new_session = client.sessions.start(
        namespace="user-dave", metadata={"agent": "billing-specialist", "channel": "chat"}
    )
    # Recall handoff context
    handoff = client.memory.recall(query="handoff summary billing issue", namespace="user-dave", top_k=3)
    client.close()
    assert handoff["results"][0]["content"].startswith(SUMMARY)
    assert handoff["results"][0]["metadata"]["to_agent"] == "billing-specialist"
    assert new_session["session_id"] != session["session_id"]
