"""What moved since: a later change of what was made, and what somebody said a figure went to."""

import pytest

from tests.builders.briefs import a_brief, agent, call, lines, note, numbered, slot, user
from warmline_memory.source_memory import SourceMemory
from warmline_schemas.briefs import Brief, SectionName
from warmline_schemas.memories import Outcome

MADE = call(
    "prenota_tavolo", {"prenotazione": {"id": "R-771", "stato": "ok"}}, Outcome.CONFIRMED, nome="Ferri", ora="20:00"
)
MOVED = call("sposta_tavolo", {"stato": "ok"}, Outcome.CONFIRMED, prenotazione="R-771", ora="20:30")


def done(*memories: SourceMemory) -> list[list[str]]:
    return [line.since for line in lines(a_brief(*memories), SectionName.DONE)]


def test_what_was_made_stands_with_what_a_later_change_made_of_it() -> None:
    told = (user("Un tavolo per sabato alle 20:00, Ferri."), MADE, user("Facciamo alle 20:30."), MOVED)
    brief = a_brief(*told)
    made, moved = lines(brief, SectionName.DONE)
    assert (made.since, moved.since) == (["ora: 20:00 → 20:30"], [])
    assert made.memory_ids == [numbered(told)[1].id, numbered(told)[3].id]
    assert "prenota tavolo: nome: Ferri, ora: 20:00 → id R-771 (ora: 20:00 → 20:30)" in brief.text


def test_a_value_that_was_changed_twice_stands_with_the_newest() -> None:
    again = call(
        "sposta_tavolo", {"stato": "ok"}, Outcome.CONFIRMED, prenotazione="R-771", nuova_ora="21:00", ora="21:00"
    )
    assert done(MADE, MOVED, again) == [["ora: 20:00 → 21:00"], ["ora: 20:30 → 21:00"], []]


def test_a_new_value_is_known_by_its_name_with_new_before_it() -> None:
    visit = call("schedule_visit", {"ticket": "T-3391"}, Outcome.CONFIRMED, customer="K-55", date="2026-03-04")
    later = call("reschedule_visit", {"ok": True}, ticket="T-3391", new_date="2026-03-05")
    assert done(visit, later)[0] == ["date: 2026-03-04 → 2026-03-05"]


@pytest.mark.parametrize(
    "later",
    [
        call("sposta_tavolo", {"error": "chiuso"}, prenotazione="R-771", ora="20:30"),
        call("sposta_tavolo", None, prenotazione="R-771", ora="20:30"),
        call("prenota_tavolo", {"id": "R-772"}, Outcome.CONFIRMED, nome="Ferri", ora="20:30"),
        call("chiama_taxi", {"stato": "ok"}, Outcome.CONFIRMED, prenotazione="R-771", ora="23:30"),
        call("trova_tavolo", {"stato": "ok"}, Outcome.CONFIRMED, prenotazione="R-771", ora="20:30"),
    ],
)
def test_what_failed_what_is_open_and_what_is_another_thing_changes_nothing(later: SourceMemory) -> None:
    assert not any(done(MADE, later))


def test_a_customer_who_was_entered_is_not_changed_by_what_is_done_for_them() -> None:
    entered = call("create_patient", {"patient_id": "P-20417"}, Outcome.CONFIRMED, name="Bauer", city="Kiel")
    ordered = call("order_transport", {"ok": True}, patient_id="P-20417", city="Lübeck")
    assert not any(done(entered, ordered))


def moved(brief: Brief, section: SectionName) -> list[list[str]]:
    return [line.since for line in lines(brief, section)]


@pytest.mark.parametrize(
    ("figure", "later"),
    [
        ("7 percent", "Rolled back, it went from 7 to 3 percent."),
        ("7 %", "Nach dem Neustart fiel sie von 7 auf 3 Prozent."),
        ("7%", "回滚之后从7%降到3%。"),
        ("12 minutos", "La espera bajó de 12 a 4 minutos."),
    ],
)
def test_a_figure_stands_with_the_words_by_which_it_moved(figure: str, later: str) -> None:
    told = (slot("error_rate", figure), agent(later))
    [line] = lines(a_brief(*told), SectionName.FACTS)
    assert line.since == [f"→ “{later}”"]
    assert line.memory_ids == [one.id for one in numbered(told)]


@pytest.mark.parametrize(
    "later",
    ["We have 7 hosts, 3 of them in Oslo.", "It went from 9 to 3 percent.", "From 7 to 9 pm nobody is here."],
)
def test_a_figure_stands_alone_where_another_one_moved_or_none(later: str) -> None:
    assert moved(a_brief(slot("error_rate", "7 percent"), agent(later)), SectionName.FACTS) == [[]]


def test_what_was_said_before_a_figure_moves_it_not() -> None:
    told = (agent("It went from 7 to 3 percent."), note("error rate is 7 percent", kind="metric"))
    assert moved(a_brief(*told), SectionName.FIGURES) in ([[]], [])
