"""In which language the console speaks: what a browser asks for, what is chosen in it, and what an operator chose."""

import httpx
import pytest

from tests.builders.console import Browser, a_browser, sign_in, signed_in, text_of
from tests.conftest import Api

GERMAN = {"Accept-Language": "fr;q=0.9, de-CH, en;q=0.5"}


def spoken(answer: httpx.Response) -> str:
    """The language of a page, as it says itself."""
    return answer.text.partition('<html lang="')[2].partition('"')[0]


def test_whoever_asks_for_nothing_reads_english(api: Api) -> None:
    page = a_browser(api.url).get("/sign-in")
    assert (spoken(page), "Sign in" in text_of(page.text)) == ("en", True)


def test_the_page_for_signing_in_speaks_what_the_browser_asks_for(api: Api) -> None:
    page = a_browser(api.url).http.get("/console/sign-in", headers=GERMAN)
    assert (spoken(page), "Anmelden" in text_of(page.text)) == ("de", True)


@pytest.mark.parametrize("asked", ["fr", "de;q=0", "de;q=x", ";;,", "*", "d" * 5_000])
def test_what_nobody_speaks_here_is_answered_in_english(api: Api, asked: str) -> None:
    assert spoken(a_browser(api.url).http.get("/console/sign-in", headers={"Accept-Language": asked})) == "en"


def test_what_is_chosen_before_signing_in_goes_before_what_the_browser_asks_for(api: Api) -> None:
    browser = a_browser(api.url)
    browser.http.post("/console/language", data={"language": "de", "next": "/console/sign-in"})
    assert spoken(browser.get("/sign-in")) == "de"
    browser.http.post("/console/language", data={"language": "klingon"})
    assert spoken(browser.get("/sign-in")) == "de"


def test_a_refusal_is_in_the_language_of_its_page(api: Api) -> None:
    browser = a_browser(api.url)
    browser.http.headers.update(GERMAN)
    assert "Name oder Passwort ist falsch." in sign_in(browser, api, "nobody").text


def test_an_operator_reads_their_own_language_in_every_browser(api: Api, ann: Browser) -> None:
    assert "Gespeichert." in text_of(ann.done("/settings/language", language="de"))
    other = a_browser(api.url)
    other.http.headers["Accept-Language"] = "en"
    assert sign_in(other, api).status_code == 303
    assert (spoken(other.get("/mine")), spoken(other.get("/nowhere"))) == ("de", "de")


def test_an_operator_can_leave_it_to_the_browser_again(ann: Browser) -> None:
    ann.done("/settings/language", language="de")
    ann.done("/settings/language", language="")
    assert spoken(ann.get("/mine")) == "en"


def test_a_language_that_there_is_not_is_refused(ann: Browser) -> None:
    assert "Language: one of en, " in ann.refused("/settings/language", 422, language="klingon")


def test_what_was_done_is_said_in_the_language_of_whoever_did_it(ann: Browser, api: Api) -> None:
    ann.done("/settings/language", language="de")
    assert "Sie sind verfügbar." in text_of(ann.done("/presence", presence="available"))
    bob = signed_in(api, "bob")
    assert "You are available." in text_of(bob.done("/presence", presence="available"))
