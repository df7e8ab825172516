"""Accounts as Markdown: headings of any language, lists, boxes, tables and fences become entries of sections."""

import time

import pytest

from warmline_memory.briefs.accounts.headings import NAMES, section_of
from warmline_memory.briefs.accounts.markdown import entries_of
from warmline_schemas.accounts import Account
from warmline_schemas.briefs import SectionName

HEADINGS = {
    SectionName.DONE: "Erledigt, Terminé, Completato, Выполнено, 已完成, 完了, 완료, Tamamlandı, تم إنجازه, Zrobione",
    SectionName.NEXT_STEPS: "Nächste Schritte, Prochaines étapes, Próximos pasos, Prossimi passi, Volgende stappen, "
    "Следующие шаги, 下一步, 次のステップ, 다음 단계, Sonraki adımlar, الخطوات التالية",
    SectionName.OPEN_QUESTIONS: "Offene Fragen, Questions ouvertes, Preguntas abiertas, Domande aperte, أسئلة مفتوحة",
    SectionName.FAILED: "Fehlgeschlagen, Mislukt, Не удалось, 失败, 실패, Başarısız, فشل",
    SectionName.DECIDED: "Entscheidungen, Décisions, Decisiones, Decisioni, Решения, 决定, القرارات",
    SectionName.RULES: "決まり, 規則, Vorgaben, Consignes, Zasady, Запреты, Yasaklar, Prohibido, "
    "Niet doen, 제약, नियम, الممنوعات",
    SectionName.ASK: "Demande du client, Lo que quiere el cliente, Запрос клиента, 客户需求, Müşterinin isteği",
}
CASES = [(heading, section) for section, headings in HEADINGS.items() for heading in headings.split(", ")]


def told(markdown: str) -> list[tuple[str, str | None, str]]:
    return [(entry.section.value, entry.label, entry.text) for entry in entries_of(markdown)]


@pytest.mark.parametrize(("heading", "section"), CASES)
def test_a_heading_of_any_language_finds_its_section(heading: str, section: SectionName) -> None:
    assert heading.casefold() not in NAMES
    assert section_of(heading) is section


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        ("Wanted (as it stands now)", SectionName.ASK),
        ("Decided (what they chose)", SectionName.DECIDED),
        ("Erledigt (mit Ergebnis)", SectionName.DONE),
        ("已完成（今天）", SectionName.DONE),
        ("(Promised)", SectionName.PROMISED),
    ],
)
def test_a_remark_in_brackets_does_not_hide_a_heading(heading: str, section: SectionName) -> None:
    assert section_of(heading) is section


@pytest.mark.parametrize("heading", ["Pizza", "Medication", "Team Blue", "Flug", "Rollback", "天气", "Q3 budget", "7"])
def test_a_heading_of_something_else_stands_for_no_section(heading: str) -> None:
    assert section_of(heading) is None


@pytest.mark.parametrize(
    ("heading", "section"),
    [
        *(
            (name, SectionName.IDENTIFIERS)
            for name in ("Customer", "Caller", "Kunde", "客户", "Cliente", "Données du client")
        ),
        *((name, SectionName.DECIDED) for name in ("客户决定", "Entscheidungen der Kundin", "Décisions du client")),
        *((name, SectionName.ASK) for name in ("Kundenwunsch", "お客様のご要望")),
        *((name, SectionName.MOOD) for name in ("Customer mood", "Humeur du client", "Kundenstimmung")),
    ],
)
def test_a_heading_with_the_customer_in_it_is_about_what_it_says_of_them(heading: str, section: SectionName) -> None:
    assert section_of(heading) is section


def test_a_statement_under_a_heading_that_says_the_section_stays_there() -> None:
    markdown = "## Open questions\n- Customer requests: asked, not answered\n## Status\n- Done: the router was replaced"
    assert told(markdown) == [
        ("open_questions", None, "Customer requests: asked, not answered"),
        ("done", None, "the router was replaced"),
    ]


def test_an_unknown_heading_labels_what_stands_under_it() -> None:
    assert told("## Medikamente\n\nPenicillin verursacht Ausschlag.") == [
        ("situation", "Medikamente", "Penicillin verursacht Ausschlag.")
    ]


def test_a_subheading_labels_what_is_in_the_section_above_it() -> None:
    assert told("# Next steps\n## Team Blue\n- rotate keys\n# Done\n- all\n") == [
        ("next_steps", "Team Blue", "rotate keys"),
        ("done", None, "all"),
    ]


def test_boxes_say_what_is_done_and_what_is_next() -> None:
    assert told("## Situation\n- [x] called Ana\n- [ ] call the bank\n## Open questions\n- [ ] Why 502?") == [
        ("done", None, "called Ana"),
        ("next_steps", None, "call the bank"),
        ("open_questions", None, "Why 502?"),
    ]


def test_a_nested_list_is_labelled_by_what_it_hangs_from() -> None:
    assert told("## Done\n- Deployed `api:1.4`\n  - to staging\n- Blocked\n  - by the bank") == [
        ("done", "Deployed `api:1.4`", "to staging"),
        ("failed", None, "by the bank"),
    ]


def test_bold_lead_ins_open_sections_of_any_language() -> None:
    assert told(
        "**Done:** refunded **$40**\n**Offene Fragen:** Warum 502?\n\n**Nächste Schritte**\n\n1. Ana anrufen"
    ) == [
        ("done", None, "refunded $40"),
        ("open_questions", None, "Warum 502?"),
        ("next_steps", None, "Ana anrufen"),
    ]


def test_rows_of_a_table_are_labelled_by_their_first_cell() -> None:
    assert told("| Order | State | Amount |\n|---|---|---|\n| ORD-1 | lost | $5 |\n\n|a|b|\n|-|-|\n|PIN|set|") == [
        ("situation", "ORD-1", "State: lost; Amount: $5"),
        ("situation", "PIN", "set"),
    ]


def test_the_lines_of_a_fence_are_code_that_can_be_copied_in_its_section() -> None:
    assert told("## Commands\n```sh\nmake up\n\n  flash \\\n  --port 7\necho `date`\n```") == [
        ("environment", None, "`make up`"),
        ("environment", None, "`flash --port 7`"),
        ("environment", None, "echo `date`"),
    ]


def test_a_long_block_of_code_is_one_statement() -> None:
    ((section, _, text),) = told("## Commands\n```\n" + "x = 1\n" * 13 + "```")
    assert (section, text) == ("environment", " ".join(["x = 1"] * 13))


def test_a_paragraph_is_told_by_its_sentences() -> None:
    texts = [text for _, _, text in told("Dr. Meier called at 3. She waits.\n\n已退款 100 元。等待银行确认。")]
    assert texts == ["Dr. Meier called at 3. She waits.", "已退款 100 元。", "等待银行确认。"]


def test_typed_entries_stay_as_they_are() -> None:
    account = Account.model_validate({"entries": [{"section": "done", "text": "a"}]})
    assert entries_of(account) == list(account.entries)


@pytest.mark.parametrize(
    "part", ["1 1 ", "(1(1(", "a-", "Dr. ", "**a ", "[ ", "`", "x:", "> ", "|a", "- [ ] a\n", "# a\n"]
)
def test_no_text_takes_long(part: str) -> None:
    started = time.process_time()
    assert len(entries_of((part * 20_000)[:30_000])) <= 100
    assert time.process_time() - started < 5
