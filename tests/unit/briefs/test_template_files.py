"""Reading a template file: what is wrong is named with its line, its field and what to do."""

import pytest

from warmline_schemas.briefs import SectionName
from warmline_schemas.templates import read

GOOD = """about = "An incident changes hands."
words = 180

[[sections]]
name = "ask"
title = "Trouble"

[[sections]]
name = "severity"
title = "Severity"
required = true
"""


def test_a_file_becomes_a_template() -> None:
    template = read(GOOD)
    assert [section.name for section in template.sections] == [SectionName.ASK, SectionName.SEVERITY]
    assert (template.words, template.sections[1].required) == (180, True)


@pytest.mark.parametrize(
    ("wrong", "instead", "line", "field"),
    [
        ("words = 180", "words = 1", 2, "words"),
        ("words = 180", "wrods = 180", 2, "wrods"),
        ('name = "severity"', 'name = "sevurity"', 9, "sections.1.name"),
        ("required = true", "required = 7", 11, "sections.1.required"),
        ('title = "Trouble"\n', "", 4, "sections.0.title"),
    ],
)
def test_a_fault_is_named_with_its_line_and_field(wrong: str, instead: str, line: int, field: str) -> None:
    with pytest.raises(ValueError, match=rf"^line {line}: {field}: ."):
        read(GOOD.replace(wrong, instead))


def test_every_fault_has_a_line_of_its_own() -> None:
    with pytest.raises(ValueError, match="words") as refused:
        read(GOOD.replace("180", "1").replace("ask", "aks"))
    assert len(str(refused.value).splitlines()) == 2


def test_items_of_an_inline_list_are_found_too() -> None:
    inline = 'about = "x"\nsections = [\n  { name = "ask", title = "Ask" },\n  { name = "facts", title = "" },\n]\n'
    with pytest.raises(ValueError, match=r"^line 4: sections\.1\.title"):
        read(inline)


def test_what_is_no_toml_is_named_with_its_line() -> None:
    with pytest.raises(ValueError, match=r"is no TOML: .*line 2"):
        read('about = "x"\nwords = = 1\n')
