"""Every page of the sample tenant, in light and dark, and from right to left: usable by everybody, light, and still."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import PASSWORD, WAIT_MS, Complaints, Desk, Sample, Visit, sign_in
from tests.browser.inspecting import OBSERVE, WIDE, ZOOMED, Seen, inspect, violations_on
from tests.browser.sample_pages import LISTS, PAGES, SIGNED_OUT
from tests.browser.working import WRONG_REFUND, Hands, escalate
from warmline_api.console.languages import COOKIE

MOST_BYTES = 200_000
MOST_SHIFT = 0.01
"""A fifth of what Core Web Vitals call good."""
THEMES = ("light", "dark")
ARABIC, GERMAN = "arabic", "german"
"""The light theme in a language that is written from right to left, and in one with long words."""
LANGUAGES = {ARABIC: "ar", GERMAN: "de"}
ZOOM = "zoom"
"""Forced colours at a zoom of 400 %: both at once, as people with little sight have them, and in one pass."""
LOOKS = (*THEMES, ARABIC, ZOOM)
SHOWN = (("queue", ARABIC), ("handoff-held", ARABIC), ("queue", GERMAN))
"""Of what pictures are kept beside those of the themes."""

Look = Callable[[str, str], Seen]

pytestmark = pytest.mark.timeout(600)
"""The first of these tests fills the sample tenant."""


@pytest.fixture(scope="module")
def look(
    chromium: Browser, api_url: str, sample: Sample, pictures: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Look]:
    """Looks at a page of the sample in a theme, or in another language, once."""
    unkept = tmp_path_factory.mktemp("unkept")
    complaints, seen = Complaints(), dict[tuple[str, str], Seen]()
    options = {"base_url": api_url, "viewport": WIDE, "reduced_motion": "reduce"}
    pages = {}
    for theme in (*THEMES, *LANGUAGES, ZOOM):
        for is_signed_in in (True, False):
            scheme = theme if theme in THEMES else "light"
            forced = "active" if theme == ZOOM else "none"
            context = chromium.new_context(color_scheme=scheme, forced_colors=forced, **options)  # type: ignore[arg-type]
            context.set_default_timeout(WAIT_MS)
            context.add_init_script(OBSERVE)
            pages[theme, is_signed_in] = page = context.new_page()
            complaints.listen(page)
            if is_signed_in:
                sign_in(page, sample.sign_in_name, PASSWORD)
            if theme in LANGUAGES:
                context.add_cookies([{"name": COOKIE, "value": LANGUAGES[theme], "url": f"{api_url}/console"}])

    def look(name: str, theme: str) -> Seen:
        if (name, theme) not in seen:
            page = pages[theme, name != SIGNED_OUT]
            folder = pictures if theme in THEMES or (name, theme) in SHOWN else unkept
            views = {"first": ZOOMED, "then": ZOOMED} if theme == ZOOM else {}
            seen[name, theme] = inspect(page, PAGES[name](sample.client), folder / f"{name}-{theme}.webp", **views)
            heard = complaints.heard.copy()
            complaints.heard.clear()
            assert heard == []
        return seen[name, theme]

    yield look
    for page in pages.values():
        page.context.close()


@pytest.mark.parametrize("theme", LOOKS)
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing_wrong(look: Look, name: str, theme: str) -> None:
    assert look(name, theme).violations == []


@pytest.mark.parametrize("theme", ["light", ARABIC])
@pytest.mark.parametrize("name", PAGES)
def test_it_answers_and_nothing_sticks_out_on_a_phone(look: Look, name: str, theme: str) -> None:
    seen = look(name, theme)
    assert (seen.status, seen.sticking_out) == (404 if name == "problem" else 200, [])


@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_to_be_scrolled_sideways_at_a_zoom_of_400_percent(look: Look, name: str) -> None:
    assert look(name, ZOOM).sticking_out == []


@pytest.mark.parametrize("name", PAGES)
def test_it_says_its_language_and_its_direction(look: Look, name: str) -> None:
    assert (look(name, "light").spoken, look(name, ARABIC).spoken) == ("en ltr", "ar rtl")


@pytest.mark.parametrize("name", PAGES)
def test_it_is_light_and_holds_still(look: Look, name: str) -> None:
    seen = look(name, "light")
    assert seen.weight <= MOST_BYTES
    assert seen.shift <= MOST_SHIFT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("name", PAGES)
def test_its_picture_is_taken(look: Look, name: str, theme: str) -> None:
    assert look(name, theme).picture.stat().st_size > 5_000


@pytest.mark.parametrize(("name", "theme"), SHOWN)
def test_its_picture_is_taken_in_another_language(look: Look, name: str, theme: str) -> None:
    assert look(name, theme).picture.stat().st_size > 5_000


def test_axe_finds_nothing_wrong_where_a_new_tenant_has_nothing_yet(desk: Desk, visit: Visit) -> None:
    page = visit(color_scheme="light")
    sign_in(page, desk.hire("ines", role="admin", queues=["billing"]))
    found = {}
    for address in LISTS:
        page.goto(f"/console/{address}")
        found[address] = violations_on(page)
    assert found == {address: [] for address in LISTS}


def test_axe_finds_nothing_wrong_where_a_lead_offers_several_at_once(desk: Desk, visit: Visit) -> None:
    page = visit(color_scheme="light")
    sign_in(page, desk.hire("lea", role="lead", queues=["billing"]))
    first, second = (escalate(desk) for _ in range(2))
    page.goto("/console/?to=all")
    # Nobody else is there to whom they could be offered.
    expect(page.get_by_text("Several at once", exact=True)).to_have_count(0)
    desk.hire("ben", queues=["billing"])
    page.reload()
    page.get_by_text("Several at once", exact=True).click()
    for one in (first, second):
        page.locator(f'[name="ticked-{one.id}"]').check()
    assert violations_on(page) == []
    page.get_by_label("Offer to a colleague").fill("nobody-here")
    page.get_by_role("button", name="Offer", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("0 of 2 offered.")
    assert violations_on(page) == []


def test_axe_finds_nothing_wrong_with_a_refused_read_back(desk: Desk, visit: Visit) -> None:
    page = visit(color_scheme="light")
    sign_in(page, desk.hire("ines", queues=["billing"]))
    page.goto(f"/console/handoffs/{escalate(desk).id}")
    hands = Hands(page)
    hands.type_into("In one sentence", WRONG_REFUND)
    hands.press("button", "Take over")
    expect(page.get_by_role("alert")).to_be_visible()
    assert violations_on(page) == []
