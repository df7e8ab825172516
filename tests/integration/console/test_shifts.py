"""Shift changes in the console, without JavaScript: who is on, signing, reading back item by item."""

import pytest

from tests.builders.console import Browser, signed_in, text_of
from tests.builders.handoffs import accept, waiting
from tests.builders.shifts import INES, READ_BACK, TOMASZ, a_rota, held, made, read, signed, states, written
from tests.conftest import Api

pytestmark = pytest.mark.usefixtures("worker")


@pytest.fixture
def ines(api: Api) -> Browser:
    return signed_in(api, "ines", display_name="Ines Weber")


@pytest.fixture
def tomasz(api: Api) -> Browser:
    return signed_in(api, "tomasz", display_name="Tomasz Nowak")


def test_without_a_rota_the_page_says_what_to_do(ines: Browser) -> None:
    assert "A lead or an administrator makes it here" in text_of(ines.page("/shifts"))


def test_the_page_shows_who_is_on_and_who_is_next(api: Api, ines: Browser, tomasz: Browser) -> None:
    a_rota(api, title="Nights")
    page = text_of(tomasz.page("/shifts"))
    assert "Nights On now Ines Weber until" in page
    assert "Next Tomasz Nowak from" in page


def test_a_gap_is_said_in_words(api: Api, ines: Browser) -> None:
    api.http.put("/v1/rotas/nights", json={}).raise_for_status()
    assert "On now nobody Next nobody is scheduled" in text_of(ines.page("/shifts"))


def test_a_whole_shift_change_without_javascript(api: Api, ines: Browser, tomasz: Browser) -> None:
    a_rota(api)
    held(api, "I asked finance to refund it.")
    sheet_page = ines.done("/shifts", rota="nights")
    (sheet,) = api.http.get("/v1/shifts").json()["items"]
    assert "I asked finance to refund it." in text_of(sheet_page)
    after = text_of(ines.done(f"/shifts/{sheet['id']}/sign", to=TOMASZ))
    assert "1 not confirmed; still yours" in after
    (item,) = written(api, read(api, sheet))["items"]
    assert "For you to sign or to take over" in text_of(tomasz.page("/shifts"))
    verb = f"/shifts/{sheet['id']}/items/{item['handoff_id']}/acknowledge"
    taken = text_of(tomasz.done(verb, read_back=READ_BACK))
    assert "It is yours now; none is left." in taken
    assert "taken over" in taken
    assert READ_BACK in taken


def test_a_read_back_that_contradicts_is_shown_with_what_was_typed(api: Api, tomasz: Browser) -> None:
    held(api)
    sheet = signed(api)
    verb = f"/shifts/{sheet['id']}/items/{sheet['items'][0]['handoff_id']}/acknowledge"
    page = tomasz.refused(verb, read_back="ACC-9999 was charged $750.")
    assert "ACC-9999 was charged $750.</textarea>" in page
    assert "You wrote $750; the brief has" in text_of(page)
    assert 'name="confirm_read_back"' in page
    assert "It is yours now" in text_of(tomasz.done(verb, read_back="ACC-9999: $750.", confirm_read_back="true"))


def test_a_red_item_says_so_in_words_and_with_a_sign(api: Api, tomasz: Browser) -> None:
    held(api)
    page = tomasz.page(f"/shifts/{signed(api)['id']}")
    assert "not confirmed" in text_of(page)
    assert '<span class="badge badge--failed"><svg class="icon"' in page


def test_an_item_is_declined_with_a_reason_and_the_outgoing_signs_again(
    api: Api, ines: Browser, tomasz: Browser
) -> None:
    held(api)
    sheet = signed(api)
    item = f"/shifts/{sheet['id']}/items/{sheet['items'][0]['handoff_id']}"
    assert "It stays with Ines Weber" in text_of(tomasz.done(f"{item}/decline", reason="No access"))
    page = text_of(ines.page(f"/shifts/{sheet['id']}"))
    assert "Declined: No access" in page
    assert "Sign again" in page


def test_what_an_item_lacks_is_said_on_its_sheet_and_goes_over_with_it(api: Api, ines: Browser) -> None:
    held(api)
    sheet = made(api)
    page = text_of(ines.page(f"/shifts/{sheet['id']}"))
    assert page.count("not said") == 2
    item = f"/shifts/{sheet['id']}/items/{read(api, sheet)['items'][0]['handoff_id']}"
    page = text_of(ines.done(f"{item}/say", part="contingencies", said="If finance declines, call Mei."))
    assert "What if If finance declines, call Mei." in page
    page = text_of(ines.done(f"{item}/say", part="actions", none="true"))
    assert "Who does what by when Nothing left to do, says Ines Weber." in page
    assert "not said" not in page
    (own,) = written(api, signed(api, to=TOMASZ))["items"]
    brief = api.http.get(f"/v1/handoffs/{own['passed_id']}").json()["brief"]
    said = {section["name"]: [line["text"] for line in section["lines"]] for section in brief["sections"]}
    assert "If finance declines, call Mei." in said["if_then"]
    assert "Nothing left to do, says Ines Weber." in said["next_steps"]
    assert own["state"] == "waiting"
    assert "not handed over yet" in text_of(ines.refused(f"{item}/say", part="actions", said="Call Dave"))


def test_an_empty_field_of_a_sheet_is_named_and_nobody_says_it_for_a_colleague(
    api: Api, ines: Browser, tomasz: Browser
) -> None:
    held(api)
    sheet = made(api)
    item = f"/shifts/{sheet['id']}/items/{read(api, sheet)['items'][0]['handoff_id']}"
    page = ines.refused(f"{item}/say", 422, part="actions", said=" ")
    assert 'aria-invalid="true"' in page
    assert "takes the role lead" in text_of(tomasz.refused(f"{item}/say", 403, part="actions", said="Call Dave"))


def test_what_is_critical_and_only_waits_is_told_at_the_head_until_somebody_takes_it(api: Api, ines: Browser) -> None:
    a_rota(api)
    held(api)
    waits, _ = waiting(api, urgency="critical"), waiting(api)
    sheet = made(api, rota="nights", outgoing=INES)
    page = text_of(ines.page(f"/shifts/{sheet['id']}"))
    head, _, rest = page.partition("1 item ")
    assert "1 critical case waits in the queue" in head
    assert "critical tier1-bot: " in head
    assert "To know: 1 more waits in the queue" in rest
    accept(api, waits, "human:mei")
    assert "critical case" not in text_of(ines.page(f"/shifts/{sheet['id']}"))


def test_nobody_declines_what_goes_to_another(api: Api, tomasz: Browser, ines: Browser) -> None:
    held(api)
    sheet = signed(api, to="human:mei")
    item = f"/shifts/{sheet['id']}/items/{sheet['items'][0]['handoff_id']}"
    assert "takes the role lead" in text_of(tomasz.refused(f"{item}/decline", 403, reason="Not mine"))


def test_whoever_goes_takes_an_item_back(api: Api, ines: Browser) -> None:
    held(api)
    sheet = signed(api)
    item = f"/shifts/{sheet['id']}/items/{sheet['items'][0]['handoff_id']}"
    assert "You have it back." in text_of(ines.done(f"{item}/decline", reason="Solved"))


def test_nobody_but_a_lead_signs_for_another(api: Api, tomasz: Browser, ines: Browser) -> None:
    held(api)
    sheet = made(api)
    assert "takes the role lead" in text_of(tomasz.refused(f"/shifts/{sheet['id']}/sign", 403, to=TOMASZ))
    lead = signed_in(api, "lena", role="lead")
    assert "Signed. 1 offered to the next person" in text_of(lead.done(f"/shifts/{sheet['id']}/sign", to=TOMASZ))


def test_signing_without_a_name_where_nobody_comes_says_whom_to_name(api: Api, ines: Browser) -> None:
    held(api)
    sheet = made(api)
    page = ines.refused(f"/shifts/{sheet['id']}/sign")
    assert "Choose who takes over" in text_of(page)
    assert states(read(api, sheet)) == ["open"]


def test_items_go_to_different_people(api: Api, ines: Browser, tomasz: Browser) -> None:
    signed_in(api, "mei")
    one, two = held(api), held(api)
    sheet = made(api)
    ines.done(f"/shifts/{sheet['id']}/sign", **{"to": TOMASZ, f"to-{one['id']}": "human:mei"})
    found = {item["handoff_id"]: item["to"] for item in read(api, sheet)["items"]}
    assert found == {one["id"]: "human:mei", two["id"]: TOMASZ}


def test_nothing_open_is_taken_over_with_one_button(api: Api, ines: Browser, tomasz: Browser) -> None:
    sheet = made(api)
    ines.done(f"/shifts/{sheet['id']}/sign")
    assert "Nothing open: take the shift over" in text_of(tomasz.page(f"/shifts/{sheet['id']}"))
    tomasz.done(f"/shifts/{sheet['id']}/acknowledge")
    assert read(api, sheet)["state"] == "taken_over"


def test_what_was_said_is_no_markup(api: Api, tomasz: Browser, ines: Browser) -> None:
    held(api, "<script>alert(1)</script>")
    page = tomasz.page(f"/shifts/{made(api)['id']}")
    assert "<script>alert" not in page
    # It is escaped, and the sign that opens a tag is replaced before: a sheet is also handed to models.
    assert "‹script&gt;alert(1)" in page


def test_a_sheet_of_another_tenant_is_no_page(api: Api, new_tenant: object, client_of: object, tomasz: Browser) -> None:
    other = client_of(new_tenant())  # type: ignore[operator]
    assert tomasz.get(f"/shifts/{made(other)['id']}").status_code == 404
