"""A new column is exported, or somebody has decided that it is not."""

import pytest

from warmline_memory.storage import tables
from warmline_schemas.namespaces import ConsolidationLine, HandoffLine, MemoryLine, SessionLine

EVERYWHERE = {
    "tenant_id": "whoever imports it",
    "namespace": "the one that it is imported into",
    "custom": "`metadata` of the line",
}
OF_A_WAIT = "about a wait or a hold, and what is imported waits for nobody"
BUILT_ANEW = "worked out anew from the content"
LEFT_OUT = {
    tables.Session: {
        "handoff_id": "`started_session_ids` of the handoff's line",
        **dict.fromkeys(
            ("speaker", "speaks_until"), "about who answers a customer now, and nobody does after an import"
        ),
        "earlier_chain_id": "leads a customer's next message on, whose channel writes to the new chain after an import",
    },
    tables.Handoff: {
        "target": "`to` of the line",
        "template": "the brief names its template",
        **dict.fromkeys(("review", "refuse_vague", "draft_revision", "attempts", "due_at"), "about writing the brief"),
        "urgency_given": "about writing the brief",
        **dict.fromkeys(("skills", "level", "offered_to", "offered_until", "declined_by", "notice"), OF_A_WAIT),
        **dict.fromkeys(("holder", "token", "claimed_at", "lease_until", "inquiry_due_at", "snoozed_until"), OF_A_WAIT),
        **dict.fromkeys(("accept_due_at", "first_reply_due_at", "resolve_due_at", "breach_at"), OF_A_WAIT),
        **dict.fromkeys(("alarm_at", "wake_at", "heartbeat_at"), OF_A_WAIT),
        "traceparent": "the trace of a request that was made here",
    },
    tables.Memory: {
        "slot_name": "a part of `slot`",
        "consolidation_id": "`merged_ids` of the consolidation's line",
        "fingerprint": "`merges_repeats` of the line says whether it has one",
        **dict.fromkeys(("embedding_model_id", "embedding", "terms", "card", "indexed_terms"), BUILT_ANEW),
        "changed_in": "the number of a transaction of this database",
    },
    tables.Consolidation: {},
}
LINES = {
    tables.Session: SessionLine,
    tables.Handoff: HandoffLine,
    tables.Memory: MemoryLine,
    tables.Consolidation: ConsolidationLine,
}


@pytest.mark.parametrize("table", LINES, ids=lambda table: table.__name__)
def test_every_column_is_exported_or_left_out_for_a_reason(table: type[tables.Table]) -> None:
    columns = {attribute.key for attribute in table.__mapper__.column_attrs}
    exported = columns & LINES[table].model_fields.keys()
    assert columns - exported == {*EVERYWHERE, *LEFT_OUT[table]} & columns
    assert LEFT_OUT[table].keys() <= columns
