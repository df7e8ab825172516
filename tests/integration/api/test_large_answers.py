"""Large answers: no list and no recall takes the memory of a process, however large the rows are."""

from typing import Any

from tests.conftest import Api

RESULT = 900_000
KEPT = 14
MOST = 6_000_000


def keep_large(api: Api) -> None:
    for number in range(KEPT):
        action = {"name": "statement", "arguments": {"number": number}, "result": "x" * RESULT}
        ask = {"namespace": "large", "content": f"Fetched statement {number}", "action": action}
        assert api.http.post("/v1/memories", json=ask).status_code == 201


def test_a_page_ends_where_it_gets_too_large_and_its_cursor_goes_on_behind_it(api: Api) -> None:
    keep_large(api)
    seen: list[str] = []
    sizes: list[int] = []
    cursor: dict[str, Any] = {}
    while True:
        answer = api.http.get("/v1/memories", params={"namespace": "large", "limit": 500, **cursor})
        page = answer.json()
        sizes.append(len(answer.content))
        seen += [item["content"] for item in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = {"cursor": page["next_cursor"]}
    assert seen == [f"Fetched statement {number}" for number in reversed(range(KEPT))]
    assert max(sizes) < MOST


def test_a_small_page_still_ends_where_there_is_nothing_more(api: Api) -> None:
    for number in range(60):
        api.http.post("/v1/sessions", json={"namespace": f"small-{number}", "agent": "bot"})
    first = api.http.get("/v1/sessions", params={"limit": 40}).json()
    second = api.http.get("/v1/sessions", params={"limit": 40, "cursor": first["next_cursor"]}).json()
    assert (len(first["items"]), len(second["items"]), second["next_cursor"]) == (40, 20, None)


def test_a_recall_leaves_out_what_makes_it_too_large(api: Api) -> None:
    keep_large(api)
    ask = {"namespace": "large", "query": "statement", "top_k": 200, "explain": True}
    answer = api.http.post("/v1/recall", json=ask)
    assert len(answer.content) < MOST
    assert 1 <= len(answer.json()["results"]) < KEPT
