"""A customer is told what a bot hands over to people, once, and their answer stands in the brief before all else."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID

import psycopg
import pytest

from tests.builders.channels import write
from tests.builders.console import signed_in, text_of
from tests.builders.handoffs import ANN, accept, accepted, act, claim, requested, waiting, written
from tests.builders.memories import remember
from tests.builders.queues import a_queue, closed_all_year
from tests.builders.requests import Json, get, patch, post
from tests.builders.sessions import a_session
from tests.builders.waits import eventually
from tests.conftest import Api
from warmline import Warmline
from warmline_local.servers import EmbeddedPostgres
from warmline_memory.jobs.writing_briefs import write_brief
from warmline_memory.platform import Platform

pytestmark = pytest.mark.usefixtures("worker")

CHARGED = "I was charged $299, but my plan is $199 a month"
REFUND = "Please refund the difference to ACC-4521"
WANTS_A_PERSON = "I would like to speak to a person"
ASKS = "Is this right? Write “yes”, or what is wrong."
WRONG = "No, the account is ACC-9999"


@pytest.fixture(autouse=True)
def _wanted(api: Api) -> None:
    patch(api, "preferences", {"customer_recap": True})


def talked(api: Api, *said: str, **changes: Any) -> str:
    """A conversation that a bot may hand over."""
    chain = a_session(api, *(said or (CHARGED, REFUND)), **changes)
    remember(api, chain, "I am getting a colleague.", role="agent")
    write(api, chain, WANTS_A_PERSON)
    return chain


def handed_over(api: Api, *said: str, **changes: Any) -> Json:
    return waiting(api, talked(api, *said), **changes)


def sent(api: Api, chain: str) -> list[Json]:
    """What the service told the customer, oldest first."""
    found = get(api, "memories", chain_id=chain, kind="message", limit=200)["items"]
    return [one for one in reversed(found) if one["agent"] == "service"]


def brief_of(api: Api, handoff: Json) -> Json:
    return dict(get(api, f"handoffs/{handoff['id']}")["brief"])


def first_line(api: Api, handoff: Json) -> Json:
    return dict(brief_of(api, handoff)["sections"][0]["lines"][0])


def test_a_customer_is_told_in_two_lines_what_is_handed_over_and_asked_whether_it_is_right(api: Api) -> None:
    handoff = handed_over(api)
    [message] = sent(api, handoff["chain_id"])
    begins, *lines, asks = message["content"].split("\n")
    assert begins == "This is an automatic message. A person is taking over, and sees this from you:"
    assert len(lines) <= 2
    assert CHARGED in lines[0]
    assert asks == ASKS
    assert (message["role"], message["agent"]) == ("agent", "service")


def test_it_goes_out_as_every_message_to_the_customer_does(api: Api) -> None:
    handoff = handed_over(api)
    [message] = sent(api, handoff["chain_id"])
    events = get(api, "events", types="message.created", chain_id=handoff["chain_id"])["items"]
    assert [(one["actor"], one["facts"]["message_id"]) for one in events] == [("service", message["id"])]
    at = f"chains/{handoff['chain_id']}/messages/{message['id']}/delivery"
    assert post(api, at, {"state": "delivered"})["state"] == "delivered"


def test_nobody_is_told_anything_unless_the_tenant_wants_it(api: Api) -> None:
    patch(api, "preferences", {"customer_recap": False})
    handoff = handed_over(api)
    assert sent(api, handoff["chain_id"]) == []
    write(api, handoff["chain_id"], WRONG)
    assert "correction" not in brief_of(api, handoff)["text"]


@pytest.mark.parametrize(
    "changes", [{"to": "billing-specialist"}, {"mode": "consult"}], ids=["to an agent", "a consultation"]
)
def test_only_what_goes_to_people_is_told(api: Api, changes: dict[str, str]) -> None:
    assert sent(api, handed_over(api, **changes)["chain_id"]) == []


def test_what_one_person_hands_to_the_next_is_between_them(api: Api) -> None:
    warm = accept(api, handed_over(api))
    act(api, warm["handoff"], "transfer", token=warm["claim"]["token"], to="queue:fraud", reason="It looks like fraud")
    onward = get(api, "handoffs", to="queue:fraud")["items"][0]
    written(api, onward)
    assert len(sent(api, onward["chain_id"])) == 1


def test_who_has_written_one_message_alone_is_not_told_it_again(api: Api) -> None:
    chain = str(post(api, "sessions", {"namespace": "user-dave", "agent": "tier1-bot"}, 201)["id"])
    write(api, chain, f"{CHARGED}. {REFUND}")
    assert sent(api, waiting(api, chain)["chain_id"]) == []


@pytest.mark.parametrize(
    ("language", "begins"),
    [("de", "Dies ist eine automatische Nachricht."), ("ar", "هذه رسالة آلية."), ("xx", "This is")],
)
def test_it_is_in_the_customers_language_or_else_in_english(api: Api, language: str, begins: str) -> None:
    handoff = handed_over(api, language=language)
    assert sent(api, handoff["chain_id"])[0]["content"].startswith(begins)


def test_where_nobody_says_the_language_it_is_the_one_in_which_the_customer_writes(api: Api) -> None:
    handoff = waiting(api, talked(api, "Mir wurde diesen Monat zweimal etwas abgebucht, und zwar 299 Euro statt 199"))
    assert sent(api, handoff["chain_id"])[0]["content"].startswith("Dies ist eine automatische Nachricht.")


def test_nothing_is_told_that_the_customer_has_not_said_and_no_secret(api: Api) -> None:
    chain = a_session(api, CHARGED, "My password is hunter2-blue", REFUND)
    remember(api, chain, "The customer is known for complaints", kind="note", role=None)
    remember(api, chain, "Risk score 93", kind="fact", role=None, slot={"name": "risk_score", "value": "93"})
    remember(api, chain, "We never refund this", role="agent")
    write(api, chain, WANTS_A_PERSON)
    handoff = waiting(api, chain, reason="They are rude", goal="Get rid of them", account="## Next\n- Offer nothing")
    [message] = sent(api, handoff["chain_id"])
    for hidden in ("hunter2", "complaints", "93", "never refund", "rude", "rid of", "Offer nothing", "redacted"):
        assert hidden not in message["content"]


def test_nothing_of_another_namespace_is_told(api: Api) -> None:
    remember(api, a_session(api, namespace="user-eve"), "My name is Eve, and I bought a boat")
    assert "boat" not in sent(api, handed_over(api)["chain_id"])[0]["content"]


def test_a_wrong_answer_goes_into_the_brief_as_the_customers_before_all_else(api: Api) -> None:
    handoff = handed_over(api)
    answer = write(api, handoff["chain_id"], WRONG)
    line = first_line(api, handoff)
    assert (line["label"], line["speaker"], line["text"]) == ("correction", "user", WRONG)
    assert line["memory_ids"] == [answer["id"]]
    brief = brief_of(api, handoff)["text"]
    assert f"customer (correction): “{WRONG}” (asked: “{ASKS}”)" in brief
    assert brief.index(WRONG) < brief.index(CHARGED)


@pytest.mark.parametrize("yes", ["Yes", "Ja, danke!", "👍"])
def test_a_yes_is_kept_as_a_confirmation(api: Api, yes: str) -> None:
    handoff = handed_over(api)
    write(api, handoff["chain_id"], yes)
    assert (first_line(api, handoff)["label"], first_line(api, handoff)["text"]) == ("confirmation", yes)
    write(api, handoff["chain_id"], "And it is urgent")
    assert first_line(api, handoff)["text"] == yes


def test_a_question_and_thanks_are_no_answer_and_a_no_alone_waits_for_what_is_wrong(api: Api) -> None:
    handoff = handed_over(api)
    for said in ("Thank you", "How long will it take?", "No", "It is the other account", "And one thing more"):
        write(api, handoff["chain_id"], said)
    lines = brief_of(api, handoff)["sections"][0]["lines"]
    assert [(one["label"], one["text"]) for one in lines[:2]] == [
        ("correction", "No"),
        ("correction", "It is the other account"),
    ]
    assert "And one thing more" not in brief_of(api, handoff)["text"]


def test_what_answers_a_person_or_the_question_of_a_bot_is_no_answer_to_it(api: Api) -> None:
    handoff = handed_over(api, mode="warm")
    said = {"agent": "tier1-bot", "deliver": True}
    write(api, handoff["chain_id"], "May I ask for your postcode meanwhile?", **said)
    write(api, handoff["chain_id"], "10115")
    assert "10115" not in brief_of(api, handoff)["text"]


def test_a_secret_in_an_answer_is_hidden_in_the_brief(api: Api) -> None:
    handoff = handed_over(api)
    write(api, handoff["chain_id"], "No, and my password is hunter2-blue")
    assert "hunter2" not in json.dumps(brief_of(api, handoff))


def test_who_claims_it_meanwhile_reads_the_answer_and_whoever_accepts_starts_from_it(api: Api) -> None:
    ann = signed_in(api)
    handoff = handed_over(api)
    token = claim(api, handoff)
    write(api, handoff["chain_id"], WRONG)
    assert "correction" in text_of(ann.page(f"/handoffs/{handoff['id']}"))
    warm = accept(api, handoff, token=token)
    assert warm["prompt"].index(WRONG) < warm["prompt"].index(CHARGED)


def test_what_was_asked_is_not_new_since_the_brief(api: Api) -> None:
    warm = accept(api, handed_over(api))
    assert warm["since_the_brief"] == []


def test_once_somebody_has_accepted_an_answer_is_said_to_them(api: Api) -> None:
    warm = accept(api, handed_over(api))
    before = brief_of(api, warm["handoff"])
    said = write(api, warm["handoff"]["chain_id"], WRONG)
    assert (said["speaker"], brief_of(api, warm["handoff"])) == (ANN, before)


def test_the_next_brief_has_the_correction_and_neither_the_question_nor_a_bare_yes(api: Api) -> None:
    handoff = handed_over(api)
    write(api, handoff["chain_id"], WRONG)
    warm = accept(api, handoff)
    act(api, warm["handoff"], "transfer", token=warm["claim"]["token"], to="queue:fraud", reason="It looks like fraud")
    onward = written(api, get(api, "handoffs", to="queue:fraud")["items"][0])
    text = onward["brief"]["text"]
    assert "customer (correction): “No, the account is ACC-9999”" in text
    assert text.count("ACC-9999") == 1
    assert text.index("ACC-9999") < text.index("$299")
    assert "automatic message" not in text


def test_a_message_that_comes_twice_and_two_at_once_are_answers_once(api: Api) -> None:
    handoff = handed_over(api)
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: write(api, handoff["chain_id"], WRONG, external_id="same"), range(4)))
    assert brief_of(api, handoff)["text"].count(WRONG) == 1


def test_a_brief_that_is_tried_again_and_a_task_that_comes_twice_tell_it_once(
    api: Api, platform: Platform, postgres: EmbeddedPostgres
) -> None:
    handoff = handed_over(api)
    with psycopg.connect(postgres.url) as connection:
        found = connection.execute("SELECT tenant_id FROM handoffs WHERE id = %s", [handoff["id"]]).fetchone()
    assert found is not None
    for _ in range(3):
        write_brief(platform, found[0], UUID(handoff["id"]))
    assert len(sent(api, handoff["chain_id"])) == 1


def test_what_is_called_off_and_asked_for_again_with_nothing_new_is_told_once(api: Api) -> None:
    chain = talked(api)
    act(api, waiting(api, chain, mode="warm"), "cancel")
    waiting(api, chain, mode="warm")
    assert len(sent(api, chain)) == 1


def test_a_draft_is_told_once_it_is_confirmed(api: Api) -> None:
    chain = talked(api)
    draft = written(api, requested(api, chain, review=True), "drafted")
    assert sent(api, chain) == []
    act(api, draft, "confirm", revision=draft["draft_revision"])
    assert len(sent(api, chain)) == 1


@pytest.mark.parametrize(
    ("written_down", "says"),
    [
        ({"office_hours": closed_all_year()}, "We are back on "),
        (
            {"office_hours": closed_all_year(), "nobody_there": "callback"},
            "Somebody will come back to you; there is no need to wait.",
        ),
    ],
)
def test_what_is_known_of_the_wait_is_told_with_it(api: Api, written_down: Json, says: str) -> None:
    a_queue(api, **written_down)
    assert sent(api, handed_over(api)["chain_id"])[0]["content"].split("\n")[-1].startswith(says)


def test_the_estimate_of_the_wait_is_told_with_it(api: Api) -> None:
    for _ in range(3):
        accept(api, waiting(api))
    assert sent(api, handed_over(api)["chain_id"])[0]["content"].endswith("Estimated wait in minutes: 1")


def test_what_is_forgotten_is_forgotten_in_it_too(api: Api) -> None:
    handoff = handed_over(api)
    answer = write(api, handoff["chain_id"], WRONG)
    charged = next(one for one in get(api, "memories", limit=200)["items"] if one["content"] == CHARGED)
    api.http.delete(f"/v1/memories/{answer['id']}").raise_for_status()
    assert WRONG not in json.dumps(brief_of(api, handoff))
    api.http.delete(f"/v1/memories/{charged['id']}").raise_for_status()
    assert sent(api, handoff["chain_id"]) == []


def test_the_console_says_that_nobody_of_us_wrote_it(api: Api) -> None:
    ann = signed_in(api)
    handoff, _ = accepted(api, session=talked(api))
    page = eventually(lambda: text_of(ann.page(f"/conversations/{handoff['source_session_id']}")))
    assert "Automatic message" in page


def test_it_is_set_with_the_client(client: Warmline) -> None:
    assert client.revise_preferences(customer_recap=False).customer_recap is False
    assert client.revise_preferences(customer_recap=True).customer_recap is True
