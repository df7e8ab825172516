"""Sealed handoffs: with WARMLINE_SEAL_CONTENT a whole case leaves no word in the database, and its people read all."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.databases import tables_that_hold
from tests.builders.handoffs import ANN, accept, act, claim, events_of, read, requested
from tests.builders.memories import remember
from tests.builders.requests import Json, get, post
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.conftest import Api, make_tenant, serve, work
from warmline_memory import jobs
from warmline_memory.settings import Settings
from warmline_memory.storage import Database

WORDS = ("said", "slot", "reason", "goal", "account", "declined", "question", "answer", "note", "line", "resolution")


@dataclass(frozen=True)
class Desk:
    """A platform of its own, with a word for each place at which people write something."""

    api: Api
    ann: Browser
    words: dict[str, str]
    settings: Settings

    def held(self) -> set[str]:
        """The places whose word can be read in the database."""
        url = self.settings.database_url
        return {place for place, word in self.words.items() if tables_that_hold(url, word)}


@contextmanager
def a_desk(settings: Settings, log: Path) -> Iterator[Desk]:
    # A worker that has just begun loads its models with the first brief, which must not count as slow.
    settings = settings.model_copy(update={"brief_lease_seconds": 60.0})
    with closing(Database(settings)) as database:
        tenant = make_tenant(database)
    headers = {"Authorization": f"Bearer {tenant.key}"}
    with (
        serve(settings) as url,
        work(settings, log),
        httpx.Client(base_url=url, headers=headers, timeout=60) as http,
    ):
        api = Api(url, tenant.key, http)
        words = {place: f"{place}{uuid4().hex[:10]}" for place in WORDS}
        yield Desk(api, signed_in(api, "ann"), words, settings)


def waiting(api: Api, session: str, **changes: Any) -> Json:
    """A handoff with its brief, however long the first one takes."""
    handoff = requested(api, session, **changes)
    return eventually(lambda: read(api, handoff), lambda one: one["state"] == "ready", 120.0)


def a_whole_case(desk: Desk) -> Json:
    """A handoff with all that people write about it, accepted and resolved."""
    api, words = desk.api, desk.words
    session = a_session(api, f"Please refund what the {words['said']} cost, $100")
    remember(api, session, "Which invoice", slot={"name": "invoice", "value": words["slot"]})
    asked = {"reason": f"Refund of {words['reason']}", "goal": f"Pay {words['goal']}"}
    account = f"## Next\n- Call {words['account']} back"
    handoff = waiting(api, session, **asked, account=account)
    token = claim(api, handoff)
    act(api, handoff, "release", token=token, reason=f"Not my {words['declined']}")
    token = claim(api, handoff)
    act(api, handoff, "ask", 201, token=token, question=f"Which {words['question']}?")
    act(api, handoff, "answer", agent="tier1-bot", answer=f"The {words['answer']}")
    flag = {"by": ANN, "verdict": "missing", "should_be": f"The {words['line']}", "note": f"As {words['note']}"}
    post(api, f"handoffs/{handoff['id']}/flags", flag, 201)
    token = accept(api, handoff, token=token)["claim"]["token"]
    act(api, handoff, "resolve", token=token, note=f"Paid {words['resolution']}")
    return handoff


def check_all_is_read(desk: Desk, handoff: Json) -> None:
    """Everything that was written is read again, by programs and by people."""
    api, words = desk.api, desk.words
    whole = read(api, handoff)
    shown = str(whole)
    assert all(words[place] in shown for place in ("said", "slot", "reason", "goal", "account", "resolution"))
    assert words["declined"] in str(events_of(api, handoff, "released"))
    inquiries = str(get(api, f"handoffs/{handoff['id']}/inquiries"))
    assert (words["question"] in inquiries, words["answer"] in inquiries) == (True, True)
    flags = str(get(api, "flags", handoff_id=handoff["id"]))
    assert (words["line"] in flags, words["note"] in flags) == (True, True)
    page = text_of(desk.ann.page(f"/handoffs/{handoff['id']}"))
    assert all(words[place] in page for place in ("said", "reason", "resolution"))


def check_all_is_found(desk: Desk, handoff: Json) -> None:
    """A case is found by its reason, its brief and how it was solved, and by no word that nobody said."""
    for place in ("reason", "slot", "resolution"):
        page = desk.ann.page(f"/search?q={desk.words[place].upper()}&which=all")
        assert f'href="/console/handoffs/{handoff["id"]}"' in page, place
    assert "Nothing found" in text_of(desk.ann.page(f"/search?q=x{uuid4().hex}&which=all"))


def test_a_whole_case_leaves_no_word_in_the_database(apart: Settings, tmp_path: Path) -> None:
    with a_desk(apart.model_copy(update={"seal_content": True}), tmp_path / "worker.log") as desk:
        handoff = a_whole_case(desk)
        assert desk.held() == set()
        check_all_is_read(desk, handoff)
        check_all_is_found(desk, handoff)
        lines = [line for line in desk.api.http.get("/v1/namespaces/user-dave/export").text.splitlines() if line]
        assert any(desk.words["goal"] in line for line in lines)
        # Forgetting what was said takes along what repeats it, which has to be opened to be compared.
        forgotten = desk.api.http.request("DELETE", f"/v1/memories/{_memory_of(desk, 'said')}")
        assert forgotten.is_success, forgotten.text
        assert desk.words["said"] not in str(read(desk.api, handoff))


def test_a_case_that_was_stored_in_clear_is_sealed_and_opened_by_a_command(apart: Settings, tmp_path: Path) -> None:
    with a_desk(apart, tmp_path / "worker.log") as desk:
        handoff = a_whole_case(desk)
        assert desk.held() == set(WORDS)
        for seals, held in ((True, set()), (False, set(WORDS))):
            settings = apart.model_copy(update={"seal_content": seals})
            with closing(Database(settings)) as database:
                assert sum(count for _, count in jobs.seal_contents(database)) > 0
                assert sum(count for _, count in jobs.seal_contents(database)) == 0
            assert desk.held() == held
            check_all_is_read(desk, handoff)
            check_all_is_found(desk, handoff)


def _memory_of(desk: Desk, place: str) -> str:
    found = get(desk.api, "memories", namespace="user-dave", limit=100)["items"]
    return next(str(one["id"]) for one in found if desk.words[place] in one["content"] and not one["handoff_id"])


@pytest.mark.parametrize("seals", [True, False])
def test_returns_are_counted_by_what_their_reasons_say(seals: bool, apart: Settings, tmp_path: Path) -> None:
    with a_desk(apart.model_copy(update={"seal_content": seals}), tmp_path / "worker.log") as desk:
        for _ in range(2):
            handoff = waiting(desk.api, a_session(desk.api, "Please refund $100"))
            token = accept(desk.api, handoff)["claim"]["token"]
            act(desk.api, handoff, "return", token=token, instruction="Ask for the invoice")
        figures = get(desk.api, "analytics")
        assert figures["return_reasons"] == [{"reason": "Ask for the invoice", "count": 2}]
