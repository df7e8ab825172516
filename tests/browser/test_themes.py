"""The theme that a browser was asked for, and the one of its system."""

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visit

ARE_DARK = """
() => {
  const isLight = (colour) => colour.match(/[0-9]+/g).every((part) => part > 128);
  const field = document.querySelector("main input:not([type=hidden])");
  field.style.color = "FieldText";
  return [!isLight(getComputedStyle(document.body).backgroundColor), isLight(getComputedStyle(field).color)];
}
"""
"""Whether the page is dark, and whether the browser draws its fields for a dark page."""


@pytest.mark.parametrize("system", ["light", "dark"])
def test_pages_and_fields_are_as_was_chosen_or_else_as_the_system_is(visit: Visit, system: str) -> None:
    page = visit(color_scheme=system)
    page.goto("/console/sign-in")
    for chosen, seen in (("dark", "dark"), ("light", "light"), ("system", system)):
        page.get_by_role("button", name=chosen).click()
        expect(page.get_by_role("button", name=chosen, pressed=True)).to_be_visible()
        assert page.evaluate(ARE_DARK) == [seen == "dark"] * 2


def test_what_is_printed_is_dark_on_light_in_the_dark_theme_too(visit: Visit) -> None:
    page = visit(color_scheme="dark")
    page.goto("/console/sign-in")
    page.emulate_media(media="print")
    assert page.evaluate(ARE_DARK) == [False, False]
