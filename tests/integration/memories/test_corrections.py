"""A memory that names what it corrects: both are kept, and the correction comes first."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.conftest import Api


def keep(api: Api, content: str, **changes: Any) -> dict[str, Any]:
    said = {"namespace": "user-dave", "content": content} | changes
    kept: dict[str, Any] = api.http.post("/v1/memories", json=said).raise_for_status().json()
    return kept


def superseding(api: Api, memory: dict[str, Any]) -> str | None:
    holding: str | None = api.http.get(f"/v1/memories/{memory['id']}").json()["superseded_by"]
    return holding


def recalled(api: Api, query: str, **changes: Any) -> list[str]:
    ask = {"namespace": "user-dave", "query": query} | changes
    results = api.http.post("/v1/recall", json=ask).raise_for_status().json()["results"]
    return [result["memory"]["content"] for result in results]


def refusal(api: Api, *supersedes: str, **changes: Any) -> tuple[int, str]:
    said = {"namespace": "user-dave", "content": "It is Main Street 5", "supersedes": supersedes} | changes
    answer = api.http.post("/v1/memories", json=said)
    return answer.status_code, answer.json()["detail"]


def test_a_correction_supersedes_what_it_names_and_deletes_nothing(api: Api) -> None:
    old = keep(api, "Dave lives in Elm Road 12")
    new = keep(api, "Dave moved to Main Street 5", supersedes=[old["id"]])
    assert (superseding(api, old), superseding(api, new)) == (new["id"], None)


def test_the_last_of_several_corrections_holds(api: Api) -> None:
    first = keep(api, "Dave lives in Elm Road 12")
    second = keep(api, "Dave moved to Main Street 5", supersedes=[first["id"]])
    third = keep(api, "Dave moved to Oak Lane 7", supersedes=[second["id"]], event_time="2020-01-01T00:00:00Z")
    assert (superseding(api, first), superseding(api, second)) == (third["id"], third["id"])


def test_forgetting_a_correction_leaves_the_one_before(api: Api) -> None:
    first = keep(api, "Dave lives in Elm Road 12")
    second = keep(api, "Dave moved to Main Street 5", supersedes=[first["id"]])
    third = keep(api, "Dave moved to Oak Lane 7", supersedes=[second["id"]])
    api.http.delete(f"/v1/memories/{second['id']}").raise_for_status()
    assert superseding(api, first) == third["id"]
    api.http.delete(f"/v1/memories/{third['id']}").raise_for_status()
    assert superseding(api, first) is None


def test_what_is_said_again_to_correct_its_correction_holds(api: Api) -> None:
    first = keep(api, "Dave lives in Elm Road 12")
    second = keep(api, "Dave moved to Main Street 5", supersedes=[first["id"]])
    again = keep(api, "Dave lives in Elm Road 12", supersedes=[second["id"]])
    assert again["id"] == first["id"]
    assert (superseding(api, first), superseding(api, second)) == (None, first["id"])


def test_to_keep_a_correction_twice_changes_nothing(api: Api) -> None:
    old = keep(api, "Dave lives in Elm Road 12")
    new, again = (keep(api, "Dave moved to Main Street 5", supersedes=[old["id"]]) for _ in range(2))
    assert (new["id"], again["times_seen"], superseding(api, old)) == (again["id"], 2, new["id"])


def test_a_correction_goes_before_the_newest_value_of_a_slot(api: Api) -> None:
    slot = {"name": "plan", "value": "basic"}
    old = keep(api, "The plan is basic", slot=slot, event_time="2026-03-01T00:00:00Z")
    newest = keep(api, "The plan is gold", slot=slot | {"value": "gold"}, event_time="2026-03-02T00:00:00Z")
    right = keep(api, "No, they never ordered gold", supersedes=[newest["id"]])
    assert [superseding(api, one) for one in (old, newest, right)] == [right["id"], right["id"], None]


def test_a_correction_whose_own_slot_is_stated_anew_gives_way(api: Api) -> None:
    old = keep(api, "They are on some cheap plan")
    correction = keep(api, "Basic it is", slot={"name": "plan", "value": "basic"}, supersedes=[old["id"]])
    newest = keep(api, "The plan is gold", slot={"name": "plan", "value": "gold"})
    assert (superseding(api, old), superseding(api, correction)) == (newest["id"], newest["id"])


def test_recall_brings_a_correction_before_what_it_corrects(api: Api) -> None:
    old = keep(api, "Dave's phone number is 555-0101")
    keep(api, "That was a slip; rather 555-0199", supersedes=[old["id"]])
    keep(api, "Dave's phone is new and has a number of stickers")
    assert recalled(api, "Dave's phone number")[0] == "That was a slip; rather 555-0199"
    assert recalled(api, "Dave's phone number", top_k=1) == ["That was a slip; rather 555-0199"]
    assert old["content"] not in recalled(api, "Dave's phone number", include_superseded=False)


def test_a_budget_too_small_for_a_correction_does_not_leave_what_it_corrects_alone(api: Api) -> None:
    old = keep(api, "Dave's phone number is 555-0101")
    keep(api, "That was a slip: " + "he meant the other one, " * 30 + "555-0199", supersedes=[old["id"]])
    assert recalled(api, "Dave's phone number", token_budget=40) == []


def test_what_came_before_does_not_come_again_with_what_it_corrects(api: Api) -> None:
    old = keep(api, "Dave's phone number, the phone number of Dave")
    keep(api, "The phone number of Dave is 555-0199", supersedes=[old["id"]])
    for number in range(6):
        keep(api, f"Dave called about item {number}")
    found = recalled(api, "phone number of Dave", top_k=2, include_superseded=False)
    assert len(set(found)) == len(found) == 2


@pytest.mark.parametrize("fault", ["unknown", "another namespace", "itself", "another tenant"])
def test_what_cannot_be_corrected_is_refused_by_the_name_of_the_field(
    api: Api, client_of: Any, new_tenant: Callable[[], Any], fault: str
) -> None:
    if fault == "unknown":
        memory_id, says = "01978f6e-7c1a-7000-8000-00000000dead", "is not there"
    elif fault == "another namespace":
        memory_id, says = keep(api, "Elm Road", namespace="user-eve")["id"], "is of another namespace"
    elif fault == "itself":
        memory_id, says = keep(api, "It is Main Street 5")["id"], "is this memory itself"
    else:
        memory_id, says = keep(client_of(new_tenant()), "Elm Road")["id"], "is not there"
    status, detail = refusal(api, memory_id)
    assert (status, detail.startswith(f"supersedes: {memory_id} {says}")) == (422, True)


def test_nothing_of_a_refused_batch_is_kept(api: Api) -> None:
    old = keep(api, "Dave lives in Elm Road 12")
    wrong = {"namespace": "user-eve", "content": "Main Street 5", "supersedes": [old["id"]]}
    said = [{"namespace": "user-dave", "content": "Fine"}, wrong]
    assert api.http.post("/v1/memories/batch", json={"memories": said}).status_code == 422
    listed = api.http.get("/v1/memories", params={"namespace": "user-dave"}).json()["items"]
    assert [one["content"] for one in listed] == [old["content"]]


def test_what_was_corrected_and_what_corrects_it_are_not_consolidated(api: Api) -> None:
    old = keep(api, "Dave's plan is basic, as of today.")
    keep(api, "Dave's plan is basic as of today", supersedes=[old["id"]])
    ask = {"namespace": "user-dave", "dry_run": True, "similarity": 0.5}
    assert api.http.post("/v1/consolidations", json=ask).json()["compared"] == 0


def test_an_import_brings_corrections_back_whichever_was_stored_first(api: Api) -> None:
    first = keep(api, "Dave lives in Elm Road 12")
    second = keep(api, "Dave moved to Main Street 5", supersedes=[first["id"]])
    keep(api, "Dave lives in Elm Road 12", supersedes=[second["id"]])
    exported = api.http.get("/v1/namespaces/user-dave/export").content
    for _ in range(2):
        api.http.post("/v1/namespaces/user-dora/import", content=exported).raise_for_status()
    listed = api.http.get("/v1/memories", params={"namespace": "user-dora"}).json()["items"]
    assert [one["superseded_by"] for one in listed] == [listed[1]["id"], None]
