"""Rotas in the console, without JavaScript: made, looked at, changed and deleted by a lead or an administrator."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import httpx
import pytest

from tests.builders.console import Browser, a_browser, csrf_of, signed_in, text_of
from tests.builders.form_fields import fields_of
from tests.builders.shifts import a_rota, every_day
from tests.conftest import Api
from warmline_memory.local_time import clock_changes

NEW = "/shifts/new-rota"
EDIT = "/shifts/rotas/nights/edit"
NIGHTS = {
    "zone": "Europe/Berlin",
    "entries": [every_day("ines", "08:00", "20:00"), every_day("tomasz", "20:00", "08:00")],
}


@pytest.fixture
def admin(api: Api) -> Browser:
    signed_in(api, "ines", display_name="Ines Weber")
    signed_in(api, "tomasz", display_name="Tomasz Nowak")
    return signed_in(api, "lena", display_name="Lena", role="admin", zone="Europe/Berlin")


def nights(api: Api, **changes: object) -> None:
    api.http.put("/v1/rotas/nights", json={**NIGHTS, **changes}).raise_for_status()


def form_at(browser: Browser, path: str, **changes: str) -> dict[str, str]:
    return fields_of(browser.page(path), f"/console{path}") | changes


def test_an_empty_list_leads_whoever_may_to_the_form(api: Api, admin: Browser) -> None:
    assert f'href="/console{NEW}"' in admin.page("/shifts")
    ann = signed_in(api)
    assert NEW not in ann.page("/shifts")
    assert "A lead or an administrator makes it here." in text_of(ann.page("/shifts"))


def test_a_rota_is_made_and_shows_who_is_on(api: Api, admin: Browser) -> None:
    typed = form_at(admin, NEW, name="nights", title="Nights") | {"shift-0-person-0": "ines", "shift-0-ends": "09:00"}
    typed |= {"shift-0-saturday": "on", "shift-0-sunday": "on"}
    page = text_of(admin.done(NEW, **typed, verb="save"))
    assert "Saved." in page
    assert "Ines Weber" in page
    made = api.http.get("/v1/rotas/nights").json()
    assert (made["title"], made["zone"], made["entries"][0]["operator"]) == ("Nights", "Europe/Berlin", "ines")
    assert api.http.get("/v1/rotas/nights/on").json()["now"][0]["operator"] == "ines"


def test_a_rota_of_a_name_that_there_is_is_refused_at_its_field(api: Api, admin: Browser) -> None:
    nights(api)
    typed = form_at(admin, NEW, name="nights") | {"shift-0-person-0": "ines"}
    page = admin.refused(NEW, 422, **typed, verb="save")
    assert 'id="fault-name"' in page
    assert "There is a rota of this name." in text_of(page)
    assert len(api.http.get("/v1/rotas/nights").json()["entries"]) == 2


def test_faults_stand_at_their_fields_and_what_was_typed_stays(admin: Browser) -> None:
    typed = form_at(admin, NEW, name="Nights!", zone="Berlin", title="Kept")
    page = admin.refused(NEW, 422, **typed, verb="save")
    assert 'id="fault-name"' in page
    page = admin.refused(NEW, 422, **typed | {"name": "nights"}, verb="save")
    assert 'id="fault-zone"' in page
    assert 'id="fault-shift-0-person-0"' in page
    assert 'value="Kept"' in page


def test_a_plan_over_a_change_of_the_clocks_shows_it_and_how_long_the_night_is(api: Api, admin: Browser) -> None:
    nights(api)
    now = datetime.now(UTC)
    change = next(clock_changes(ZoneInfo("Europe/Berlin"), now, now + timedelta(days=400)))
    shown = text_of(admin.page(f"/shifts/rotas/nights?first={change.at.date() - timedelta(days=8)}"))
    way, hours = ("forward", 11) if change.by > timedelta() else ("back", 13)
    assert f"The clocks go {way} by 1 h on Sun" in shown
    assert f"{hours} Tomasz Nowak" in shown


def test_a_preview_saves_nothing(api: Api, admin: Browser) -> None:
    nights(api)
    typed = form_at(admin, EDIT, zone="America/New_York")
    page = admin.submit(EDIT, **typed, verb="preview")
    assert page.status_code == 200
    assert "Preview: not saved yet" in text_of(page.text)
    assert "Times are local to America/New_York" in text_of(page.text)
    assert api.http.get("/v1/rotas/nights").json()["zone"] == "Europe/Berlin"


def test_gaps_and_several_at_once_are_marked(api: Api, admin: Browser) -> None:
    nights(api, entries=[every_day("ines", "08:00", "16:00"), every_day("tomasz", "14:00", "20:00")])
    shown = text_of(admin.page("/shifts/rotas/nights"))
    assert "Ines Weber , Tomasz Nowak 2 at once" in shown
    assert "12 nobody" in shown


def test_buttons_add_shifts_and_people_without_saving(api: Api, admin: Browser) -> None:
    nights(api)
    typed = form_at(admin, EDIT)
    more = admin.submit(EDIT, **typed, verb="add-shift").text
    assert 'name="shift-2-starts"' in more
    assert 'name="shift-2-starts"' not in admin.page(EDIT)
    people = admin.submit(EDIT, **typed, verb="people-0").text
    assert 'name="shift-0-person-4"' in people
    fewer = admin.submit(EDIT, **typed, verb="remove-1").text
    assert 'name="shift-1-starts"' not in fewer


def test_a_change_by_somebody_else_meanwhile_is_not_overwritten_unseen(api: Api, admin: Browser) -> None:
    nights(api)
    typed = form_at(admin, EDIT, title="Mine")
    nights(api, title="Theirs")
    page = admin.refused(EDIT, 412, **typed, verb="save")
    assert "Somebody changed this meanwhile" in text_of(page)
    assert api.http.get("/v1/rotas/nights").json()["title"] == "Theirs"
    again = fields_of(page, f"/console{EDIT}")
    assert again["title"] == "Mine"
    admin.done(EDIT, **again, verb="save")
    assert api.http.get("/v1/rotas/nights").json()["title"] == "Mine"


def test_swaps_survive_an_edit(api: Api, admin: Browser) -> None:
    a_rota(api)
    before = api.http.get("/v1/rotas/nights").json()["swaps"]
    admin.done(EDIT, **form_at(admin, EDIT, title="New"), verb="save")
    after = api.http.get("/v1/rotas/nights").json()
    assert (after["title"], after["swaps"]) == ("New", before)


CHANGES = "/shifts/rotas/nights/changes"


def choice(page: str, shown: str) -> str:
    """The value of the first option that begins with these words."""
    found = re.search(rf'<option value="([^"]+)"[^>]*>{shown}', page)
    assert found, page
    return unescape(found[1])


def test_somebody_covers_a_shift_and_it_is_taken_back(api: Api, admin: Browser) -> None:
    nights(api)
    page = admin.page("/shifts/rotas/nights")
    shift = choice(page, "Tomasz Nowak, ")
    page = text_of(admin.done(CHANGES, **{"verb": "cover", "cover-shift": shift, "cover-by": "lena"}))
    assert "Saved: Lena covers this shift." in page
    assert "Lena instead of Tomasz Nowak" in page
    (swap,) = api.http.get("/v1/rotas/nights").json()["swaps"]
    assert (swap["operator"], swap["instead_of"]) == ("lena", "tomasz")
    (entry,) = api.http.get("/v1/audit", params={"verb": "cover-shift"}).json()["items"]
    assert entry["actor"]["name"] == "human:lena"
    sent = fields_of(admin.page("/shifts/rotas/nights"), f"/console{CHANGES}")
    assert "Taken back." in text_of(admin.done(CHANGES, change=sent["change"], verb="take-back"))
    assert api.http.get("/v1/rotas/nights").json()["swaps"] == []
    assert "not yours to see" in text_of(admin.refused(CHANGES, 404, change=sent["change"], verb="take-back"))


def test_two_people_swap_shifts(api: Api, admin: Browser) -> None:
    nights(api)
    page = admin.page("/shifts/rotas/nights")
    later = [unescape(one) for one in re.findall(r'<option value="((?:ines|tomasz)\|[^"]+)"', page)][4:]
    one = next(shift for shift in later if shift.startswith("ines"))
    other = next(shift for shift in later if shift.startswith("tomasz"))
    same = {"verb": "swap", "swap-one": one, "swap-other": one}
    assert "Both are of the same person." in text_of(admin.refused(CHANGES, 422, **same))
    admin.done(CHANGES, **{"verb": "swap", "swap-one": one, "swap-other": other})
    swaps = api.http.get("/v1/rotas/nights").json()["swaps"]
    assert [(swap["operator"], swap["instead_of"]) for swap in swaps] == [("tomasz", "ines"), ("ines", "tomasz")]
    stale = {"verb": "swap", "swap-one": one, "swap-other": other}
    assert "This shift is not there any more." in text_of(admin.refused(CHANGES, 422, **stale))


def test_somebody_is_away_and_the_gap_is_told(api: Api, admin: Browser) -> None:
    nights(api, entries=[every_day("ines", "08:00", "20:00")])
    day = datetime.now(UTC).date() + timedelta(days=3)
    asked = {"verb": "away", "away-who": "ines", "away-first": str(day), "away-last": str(day), "away-then": "nobody"}
    page = text_of(admin.done(CHANGES, **asked))
    assert "Saved: Ines Weber is away. For 12 h more nobody is on" in page
    assert "nobody stands in" in page
    (absence,) = api.http.get("/v1/rotas/nights").json()["absences"]
    assert absence["replaced"] is False
    zone = ZoneInfo("Europe/Berlin")
    starts, ends = (datetime.fromisoformat(absence[name]).astimezone(zone) for name in ("starts", "ends"))
    assert (starts.date(), starts.hour, ends.date(), ends.hour) == (day, 0, day + timedelta(days=1), 0)


@pytest.mark.parametrize(
    ("typed", "fields"),
    [
        ({"verb": "cover"}, {"cover-shift", "cover-by"}),
        ({"verb": "swap"}, {"swap-one", "swap-other"}),
        ({"verb": "away"}, {"away-who", "away-first", "away-last"}),
        ({"verb": "away", "away-who": "ines", "away-first": "2026-03-03", "away-last": "2026-03-02"}, {"away-last"}),
        ({"verb": "away", "away-who": "ines", "away-first": "9999-12-31", "away-last": "9999-12-31"}, {"away-first"}),
        ({"verb": "away", "away-who": "zoe", "away-first": "2026-03-03", "away-last": "2026-03-03"}, {"away-who"}),
    ],
)
def test_what_is_missing_of_a_change_stands_at_its_field(
    api: Api, admin: Browser, typed: dict[str, str], fields: set[str]
) -> None:
    nights(api)
    page = admin.refused(CHANGES, 422, **typed)
    assert set(re.findall(r'id="fault-([^"]+)"', page)) == fields
    assert "open" in page.partition(f'<details id="{typed["verb"]}"')[2][:8]


CALENDAR = "/shifts/rotas/nights/calendar"


def test_a_calendar_is_downloaded_and_has_an_address_until_it_is_revoked(api: Api, admin: Browser) -> None:
    nights(api)
    assert admin.page(CALENDAR).startswith("BEGIN:VCALENDAR")
    made = admin.submit(CALENDAR, verb="make").text
    found = re.search(r'value="(http[^"]+/console/calendars/[^"]+[.]ics)"', made)
    assert found, made
    anybody = a_browser(api.url)
    assert anybody.http.get(found[1]).text.startswith("BEGIN:VCALENDAR")
    assert "Calendar programs read this rota at an address of its own" in text_of(admin.page("/shifts/rotas/nights"))
    again = re.search(r'value="(http[^"]+[.]ics)"', admin.submit(CALENDAR, verb="make").text)
    assert again
    assert [anybody.http.get(url).status_code for url in (found[1], again[1])] == [404, 200]
    nights(api, title="Other")
    assert anybody.http.get(again[1]).status_code == 200
    assert "leads nowhere any more" in text_of(admin.done(CALENDAR, verb="end"))
    assert anybody.http.get(again[1]).status_code == 404
    assert anybody.http.get("/console/calendars/guessed.ics").status_code == 404


def test_a_calendar_file_is_uploaded_and_unknown_names_are_told(api: Api, admin: Browser) -> None:
    nights(api, entries=[])
    starts, ends = (datetime.now(UTC) + timedelta(hours=hours) for hours in (1, 9))
    times = f"DTSTART:{starts:%Y%m%dT%H%M%SZ}\r\nDTEND:{ends:%Y%m%dT%H%M%SZ}"
    event = f"BEGIN:VEVENT\r\nUID:1\r\n{times}\r\nSUMMARY:I. W.\r\nEND:VEVENT"
    file = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{event}\r\nEND:VCALENDAR\r\n"

    def upload(people: str) -> httpx.Response:
        typed = {"csrf": csrf_of(admin.page("/mine")), "verb": "take", "calendar-people": people}
        return admin.http.post(f"/console{CALENDAR}", data=typed, files={"calendar-file": ("x.ics", file)})

    refused = upload("")
    assert refused.status_code == 422
    assert "Nobody is called “I. W.”" in text_of(refused.text)
    assert api.http.get("/v1/rotas/nights").json()["shifts"] == []
    assert upload("I. W. = ines").status_code == 303
    assert [one["operator"] for one in api.http.get("/v1/rotas/nights").json()["shifts"]] == ["ines"]
    assert "1 shift of it is from a calendar." in text_of(admin.page("/shifts/rotas/nights"))


@pytest.mark.parametrize(("typed", "field"), [({}, "calendar-file"), ({"calendar-people": "Ines"}, "calendar-people")])
def test_what_is_missing_of_a_calendar_stands_at_its_field(
    api: Api, admin: Browser, typed: dict[str, str], field: str
) -> None:
    nights(api)
    assert f'id="fault-{field}"' in admin.refused(CALENDAR, 422, verb="take", **typed)


def test_only_who_writes_a_rota_changes_it_for_once(api: Api, admin: Browser) -> None:
    nights(api, queue="billing")
    lead = signed_in(api, "tom", role="lead", queues=["fraud"])
    assert lead.submit(CHANGES, verb="away").status_code == 403
    assert "Somebody covers a shift" not in lead.page("/shifts/rotas/nights")
    assert admin.submit(CHANGES, verb="take-back", change="{}").status_code == 422


def test_a_rota_is_deleted(api: Api, admin: Browser) -> None:
    nights(api)
    assert "Deleted the rota nights" in text_of(admin.done(EDIT, verb="delete"))
    assert api.http.get("/v1/rotas").json()["items"] == []


def test_a_lead_writes_rotas_of_their_queues_and_nobody_elses(api: Api, admin: Browser) -> None:
    nights(api, queue="billing")
    lead = signed_in(api, "tom", role="lead", queues=["fraud"])
    assert lead.get(EDIT).status_code == 403
    assert lead.submit(EDIT, verb="delete").status_code == 403
    assert "/edit" not in lead.page("/shifts/rotas/nights")
    own = signed_in(api, "omar", role="lead", queues=["billing"])
    own.done(EDIT, **form_at(own, EDIT, title="Ours"), verb="save")
    assert api.http.get("/v1/rotas/nights").json()["title"] == "Ours"
    taken = own.submit(EDIT, **form_at(own, EDIT, queue="fraud"), verb="save")
    assert taken.status_code == 403


def test_an_address_that_can_be_no_rota_is_no_page(admin: Browser) -> None:
    assert admin.get("/shifts/rotas/Nights!").status_code == 404
    assert admin.get("/shifts/rotas/unheard-of").status_code == 404
    assert admin.get("/shifts/rotas/unheard-of?first=9999-99-99").status_code == 404
