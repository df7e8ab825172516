"""Sending: messages bring files both ways, and whoever has the case knows of each: what it is, and who sent it."""

import json
from pathlib import Path

import pytest

from tests.builders.attachments import HTML, PDF, a_png, send, upload
from tests.builders.channels import write
from tests.builders.console import signed_in
from tests.builders.handoffs import accepted, act, waiting
from tests.builders.receivers import receiving
from tests.builders.requests import Json, get, post, refusal
from tests.builders.sessions import a_session, started
from tests.conftest import Api
from warmline import InvalidRequest, NotFound, Warmline

pytestmark = pytest.mark.usefixtures("worker")


def happened(api: Api, type: str) -> list[Json]:
    return [one for one in get(api, "events", limit=200)["items"] if one["type"] == type]


def memory_of(api: Api, memory_id: str) -> Json:
    return get(api, f"memories/{memory_id}")


def test_a_message_brings_its_files_behind_its_words(api: Api) -> None:
    chain = a_session(api)
    picture = upload(api, a_png(), "photo.png")
    said = {"content": "Here it is", "external_id": "chat-1", "attachments": [picture["id"], upload(api)["id"]]}
    received = post(api, f"chains/{chain}/messages", said, 201)
    told = [memory_of(api, one) for one in [received["id"], *received["attachment_memory_ids"]]]
    assert [one["content"] for one in told][:2] == ["Here it is", f"photo.png (image/png, {picture['size']} bytes)"]
    assert [one["kind"] for one in told] == ["message", "attachment", "attachment"]
    assert {one["role"] for one in told} == {"user"}
    about = told[1]["metadata"]["attachment"]
    assert about == {"id": picture["id"], "name": "photo.png", "type": "image/png", "size": picture["size"]}
    assert get(api, f"attachments/{picture['id']}")["memory_id"] == told[1]["id"]
    [event] = happened(api, "message.received")
    assert event["facts"]["attachments"] == said["attachments"]


def test_a_message_may_be_files_alone(api: Api) -> None:
    received = send(api, a_session(api), PDF, external_id="chat-1")
    assert received["attachment_memory_ids"] == [received["id"]]
    assert memory_of(api, received["id"])["external_id"] == "chat-1"


def test_a_message_with_files_that_comes_again_is_kept_once(api: Api) -> None:
    chain = a_session(api)
    said = {"content": "Both", "external_id": "chat-1", "attachments": [upload(api)["id"], upload(api)["id"]]}
    first, again = (post(api, f"chains/{chain}/messages", said, 201) for _ in range(2))
    assert (first["repeated"], again["repeated"]) == (False, True)
    assert again["attachment_memory_ids"] == first["attachment_memory_ids"]
    assert len(get(api, "attachments")["items"]) == 2


def test_a_customer_sends_files_without_a_case(api: Api) -> None:
    customer = post(api, "customers", {"ids": [{"channel": "chat", "id": "88"}]}, 201)
    file = upload(api, namespace=customer["namespace"])
    said = {"external_id": "chat-1", "attachments": [file["id"]], "bot": "tier1-bot"}
    received = post(api, f"customers/{customer['id']}/messages", said, 201)
    assert get(api, f"attachments/{file['id']}")["chain_id"] == received["chain_id"]


@pytest.mark.parametrize("said", [{}, {"attachments": []}, {"content": " "}])
def test_a_message_says_something_or_brings_something(api: Api, said: Json) -> None:
    assert refusal(api, f"chains/{a_session(api)}/messages", {"external_id": "1", **said}, status=422)["errors"]


def test_a_file_is_sent_once_in_the_namespace_that_it_was_uploaded_for(api: Api) -> None:
    chain, elsewhere = a_session(api), upload(api, namespace="user-eve")["id"]
    file = upload(api)["id"]
    for ids, place in (([elsewhere], 0), ([file, file], 1), ([file, chain], 1)):
        refused = refusal(api, f"chains/{chain}/messages", {"external_id": "x", "attachments": ids}, status=422)
        assert refused["errors"][0]["field"] == f"body.attachments.{place}"
    post(api, f"chains/{chain}/messages", {"external_id": "1", "attachments": [file]}, 201)
    refused = refusal(api, f"chains/{chain}/messages", {"external_id": "2", "attachments": [file]}, status=422)
    assert "send each once" in refused["detail"]


def test_a_brief_says_who_sent_a_file_its_name_its_type_and_its_size(api: Api) -> None:
    chain = a_session(api)
    send(api, chain, PDF, name="invoice.pdf")
    handoff = waiting(api, chain)
    assert f"attachment from the customer: invoice.pdf (application/pdf, {len(PDF)} bytes)" in handoff["brief"]["text"]


def test_a_reply_brings_files_each_of_which_its_channel_delivers(api: Api) -> None:
    handoff, token = accepted(api)
    file = upload(api, name="return label.pdf")
    with receiving() as receiver:
        post(api, "webhooks", {"url": receiver.url, "types": ["message.created"], "with_deeds": True}, 201)
        first = act(api, handoff, "reply", 201, token=token, content="Print this", attachments=[file["id"]])
        bodies = [json.loads(body) for _, body in receiver.wait(2)]
    assert (first["content"], first["attachment"]) == ("Print this", None)
    replies = {body["reply"]["id"]: body["reply"] for body in bodies}
    [label] = [one for one in replies.values() if one["attachment"]]
    assert label["attachment"]["id"] == file["id"]
    assert [
        one["facts"]["attachments"] for one in happened(api, "message.created") if "attachments" in one["facts"]
    ] == [[file["id"]]]
    delivered = post(api, f"chains/{label['chain_id']}/messages/{label['id']}/delivery", {"state": "delivered"})
    assert (delivered["state"], delivered["attachment"]["name"]) == ("delivered", "return label.pdf")


def test_a_bot_delivers_a_file(api: Api) -> None:
    chain = str(started(api)["id"])
    file = upload(api)["id"]
    said = {"external_id": "a-1", "attachments": [file], "agent": "tier1-bot", "deliver": True}
    received = post(api, f"chains/{chain}/messages", said, 201)
    [event] = happened(api, "message.created")
    assert (event["facts"]["message_id"], event["facts"]["attachments"]) == (received["id"], [file])


def test_the_console_shows_a_picture_and_offers_what_is_none(api: Api) -> None:
    chain = a_session(api)
    picture = send(api, chain, a_png(40, 30), name="photo.png")["id"]
    document = send(api, chain, PDF, name="faktura <b>.pdf")["id"]
    bomb = send(api, chain, a_png(says=(60_000, 60_000)), name="bomb.png")["id"]
    browser = signed_in(api)
    page = browser.get(f"/handoffs/{waiting(api, chain)['id']}").text
    assert f'src="/console/memories/{picture}/attachment" alt="photo.png (image/png' in page
    assert f'<a href="/console/memories/{document}/attachment" download dir="auto">faktura _b_.pdf' in page
    assert f'src="/console/memories/{bomb}/attachment"' not in page
    shown = browser.http.get(f"/console/memories/{picture}/attachment")
    assert (shown.headers["Content-Type"], shown.headers["Cache-Control"]) == ("image/png", "no-store")
    assert shown.headers["Content-Security-Policy"].startswith("sandbox;")
    offered = browser.http.get(f"/console/memories/{document}/attachment")
    assert (offered.content, offered.headers["Content-Disposition"][:10]) == (PDF, "attachment")
    assert [one["details"]["what"] for one in get(api, "audit", verb="read")["items"]].count("attachment") == 1


def test_who_may_not_see_the_case_gets_no_file(api: Api) -> None:
    chain = a_session(api)
    memory = send(api, chain, PDF)["id"]
    waiting(api, chain, to="queue:fraud")
    browser = signed_in(api)
    assert browser.http.get(f"/console/memories/{memory}/attachment").status_code == 404


def test_what_a_customer_writes_as_a_reference_loads_nothing(api: Api) -> None:
    chain = a_session(api)
    foreign = upload(api, namespace="user-eve")
    forged = {"attachment": {"id": foreign["id"], "name": "x.pdf", "type": "application/pdf", "size": 1}}
    said = {"session_id": chain, "content": "x", "kind": "attachment", "role": "user", "metadata": forged}
    memory = post(api, "memories", said, 201)["id"]
    browser = signed_in(api)
    assert "The file is kept no longer" in browser.get(f"/handoffs/{waiting(api, chain)['id']}").text
    assert browser.http.get(f"/console/memories/{memory}/attachment").status_code == 404


def test_messages_without_files_are_as_before(api: Api) -> None:
    received = write(api, a_session(api), "Hello")
    assert received["attachment_memory_ids"] == []
    assert "attachments" not in happened(api, "message.received")[0]["facts"]


def test_the_sdk_uploads_sends_and_loads_a_file(api: Api, client: Warmline, tmp_path: Path) -> None:
    receipt = tmp_path / "Beleg März.pdf"
    receipt.write_bytes(PDF)
    with client.session(agent="tier1-bot", namespace="user-dave") as session:
        kept = client.attachments.upload(receipt, namespace="user-dave", external_id=7)
        photo = client.attachments.upload(a_png(), namespace="user-dave", name="photo.png")
        sent = client.chains.send(session.chain_id, external_id="chat-1", attachments=[kept.id, photo.id])
    assert (kept.name, photo.is_picture, kept.is_picture) == ("Beleg März.pdf", True, False)
    assert client.attachments.read(kept.id) == PDF
    assert [one.id for one in client.attachments.list(chain_id=session.chain_id)] == [photo.id, kept.id]
    assert client.attachments.get(kept.id).memory_id == sent.id
    with pytest.raises(InvalidRequest, match="text/html"):
        client.attachments.upload(HTML, namespace="user-dave", name="photo.png")
    with pytest.raises(NotFound):
        client.attachments.read(sent.id)


def test_a_takeover_replies_with_a_file(api: Api, client: Warmline) -> None:
    handoff = waiting(api)
    with client.accept(handoff["id"], agent="human:ann") as warm:
        file = client.attachments.upload(PDF, namespace=handoff["namespace"], name="label.pdf")
        said = warm.reply(attachments=[file.id])
    assert said.attachment is not None
    assert (said.attachment.id, said.state) == (file.id, "saved")
