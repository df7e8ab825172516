"""Headings: a brief speaks to its readers in the language that their tenant prefers."""

import pytest

from tests.builders.handoffs import accept, waiting
from tests.builders.memories import remember
from tests.builders.requests import Json, patch
from tests.builders.sessions import a_session
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")

SAID = "Please refund the invoice INV-77"
UNPROVEN = "A colleague from Lisbon visits them on Sunday"


def german(api: Api) -> Json:
    patch(api, "preferences", {"language": "de"})
    session = a_session(api, SAID)
    for value in ("basic", "premium"):
        remember(api, session, f"plan is {value}", role=None, slot={"name": "plan", "value": value})
    return waiting(api, session, account={"entries": [{"section": "promised", "text": UNPROVEN}]})


def test_headings_and_marks_are_in_the_tenants_language_and_quotes_as_they_were(api: Api) -> None:
    handoff = german(api)
    path = f"/v1/handoffs/{handoff['id']}/brief"
    shown = {form: api.http.get(path, params={"format": form}).text.replace("\\", "") for form in ("text", "markdown")}
    shown["prompt"] = accept(api, handoff)["prompt"]
    assert handoff["brief"]["language"] == "de"
    for form, text in shown.items():
        for part in ("Anliegen", "Zugesagt", "laut Agent", "premium (vorher basic)", f"Kunde/Kundin: “{SAID}”"):
            assert part in text, (form, part)
        assert "the agent's word" not in text, form
