"""Sessions over HTTP."""

from uuid import uuid4

from tests.builders.sessions import started
from tests.conftest import Api


def test_a_new_session_is_open_and_owns_its_own_chain(api: Api) -> None:
    session = started(api, metadata={"channel": "chat"})
    assert (session["state"], session["owns_conversation"], session["chain_id"]) == ("open", True, session["id"])
    assert api.http.get(f"/v1/sessions/{session['id']}").json() == session


def test_ending_a_session_twice_answers_the_same(api: Api) -> None:
    session = started(api)
    first = api.http.post(f"/v1/sessions/{session['id']}/end").json()
    assert (first["state"], first["ended_reason"]) == ("ended", "client")
    assert api.http.post(f"/v1/sessions/{session['id']}/end", json={}).json() == first


def test_a_list_of_sessions_goes_through_all_of_them_once_newest_first(api: Api) -> None:
    made = [started(api)["id"] for _ in range(7)]
    seen, cursor = [], None
    while True:
        page = api.http.get("/v1/sessions", params={"limit": 3, **({"cursor": cursor} if cursor else {})}).json()
        seen += [item["id"] for item in page["items"]]
        cursor = page["next_cursor"]
        if cursor is None:
            break
    assert seen == made[::-1]


def test_sessions_are_listed_by_state_and_agent(api: Api) -> None:
    ended, running = started(api)["id"], started(api, agent="other")["id"]
    api.http.post(f"/v1/sessions/{ended}/end")
    open_ones = api.http.get("/v1/sessions", params={"state": "open"}).json()["items"]
    of_the_bot = api.http.get("/v1/sessions", params={"agent": "tier1-bot", "state": "ended"}).json()["items"]
    assert ([one["id"] for one in open_ones], [one["id"] for one in of_the_bot]) == ([running], [ended])


def test_an_unknown_session_is_a_problem_that_names_it(api: Api) -> None:
    unknown = uuid4()
    answer = api.http.get(f"/v1/sessions/{unknown}")
    assert answer.headers["content-type"] == "application/problem+json"
    assert (answer.status_code, answer.json()["type"]) == (404, "urn:warmline:problem:not-found")
    assert str(unknown) in answer.json()["detail"]


def test_a_malformed_request_names_the_field_and_the_mend(api: Api) -> None:
    answer = api.http.post("/v1/sessions", json={"namespace": "", "agnet": "tier1-bot"})
    assert (answer.status_code, answer.json()["type"]) == (422, "urn:warmline:problem:invalid-request")
    assert {"body.namespace", "body.agent", "body.agnet"} <= {error["field"] for error in answer.json()["errors"]}


def test_a_body_that_is_no_json_is_named_so(api: Api) -> None:
    answer = api.http.post("/v1/sessions", content=b"{", headers={"Content-Type": "application/json"})
    assert (answer.status_code, "not JSON" in answer.json()["detail"]) == (422, True)


def test_a_cursor_that_no_page_gave_is_refused(api: Api) -> None:
    answer = api.http.get("/v1/sessions", params={"cursor": "nonsense"})
    assert (answer.status_code, "next_cursor" in answer.json()["detail"]) == (422, True)


def test_without_a_valid_key_nothing_is_answered(api: Api) -> None:
    wrong = api.http.get("/v1/sessions", headers={"Authorization": "Bearer wl_wrong"})
    assert (wrong.status_code, wrong.json()["type"]) == (401, "urn:warmline:problem:unauthenticated")
    assert api.http.get("/v1/sessions", headers={"Authorization": ""}).status_code == 401


def test_an_unknown_path_and_a_wrong_method_are_problems_too(api: Api) -> None:
    assert api.http.get("/v1/nothing").json()["type"] == "urn:warmline:problem:not-found"
    assert api.http.put("/v1/sessions").json()["type"] == "urn:warmline:problem:method-not-allowed"


def test_a_body_over_the_limit_is_refused_before_it_is_read(api: Api) -> None:
    answer = api.http.post("/v1/sessions", content=b" " * 16_000_001, headers={"Content-Type": "application/json"})
    assert (answer.status_code, answer.json()["type"]) == (413, "urn:warmline:problem:payload-too-large")
