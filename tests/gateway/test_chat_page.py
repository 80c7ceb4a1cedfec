"""What a visitor may do and see: theirs, what is sent, and nothing else."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator

import pytest

from kustui.clock import HeldClock
from kustui.core.post import FileContent
from kustui.core.records import Agent
from kustui.desk import Desk
from kustui.store import tables
from kustui.store.queries import chat as asking
from kustui.store.store import Store
from support.gateway import PNG, Running, answer, chat_desk, conversation, queue, serving
from support.people import wrote
from support.writing import drafted, number_of


@pytest.fixture
def chat(store: Store, agent: Agent) -> Desk:
    """Ana's desk, with a chat page."""
    return chat_desk(store, agent)


@pytest.fixture
def page(chat: Desk) -> Iterator[Running]:
    """The gateway of it."""
    with serving(chat) as running:
        yield running


def count(desk: Desk, table: str) -> int:
    """Rows of a table."""
    with desk.store.reading() as reader:
        return int(reader.value(f"SELECT count(*) FROM {table}"))


def test_a_visitor_becomes_a_customer_when_they_write(chat: Desk, page: Running) -> None:
    """B1: a greeting stores nothing; the first message makes a customer; the same number is filed once."""
    token = page.hello("Bo Hansen")
    assert count(chat, "customer") == 0
    for _ in range(3):
        assert page.write(token, "Where is my order?", "the-same-number").status == 200
    assert page.write(token, "8821").status == 200
    item = chat.reads.conversation(conversation(chat))
    assert (item.customer, item.channel, item.status, item.unread) == ("Bo Hansen", "chat", "open", 2)
    assert page.words(token) == ["Where is my order?", "8821"]
    assert page.thread(token)[0]["mine"] == "the-same-number"


def test_one_name_is_not_one_customer(chat: Desk, page: Running) -> None:
    """A2: the name that is typed is only a name; an email that is typed is only text."""
    wrote(chat, sender="bo@example.com", name="Bo Hansen")
    for name in ("Bo Hansen", "bo@example.com", ""):
        assert page.write(page.hello(name), "I am bo@example.com").status == 200
    assert count(chat, "customer") == 4
    with chat.store.reading() as reader:
        (name,) = reader.one("SELECT name FROM customer ORDER BY id DESC LIMIT 1") or ()
    assert name.startswith("Visitor ")


def test_the_name_that_the_team_gave_stands(chat: Desk, page: Running) -> None:
    """A2: once there is a customer, messages are told by the profile's name."""
    token = page.hello("asdf")
    page.write(token, "one")
    customer = chat.reads.customer(chat.reads.conversation(conversation(chat)).customer_id)
    with chat.store.writing() as act:
        act.get(tables.Customer, customer.id, "customer").name = "Bo Hansen"
    page.write(token, "two")
    with chat.store.reading() as reader:
        authors = [row[0] for row in reader.all("SELECT author FROM message ORDER BY id")]
    assert authors == ["asdf", "Bo Hansen"]


def test_a_done_conversation_opens_again(chat: Desk, page: Running) -> None:
    """B12: the next message goes into the customer's chat and opens it."""
    token = page.hello()
    page.write(token, "Thanks")
    chat.triage.done(conversation(chat))
    page.write(token, "One more thing")
    assert chat.reads.conversation(conversation(chat)).status == "open"


def test_a_message_shows_once_it_is_sent(chat: Desk, page: Running) -> None:
    """D7: not a draft, nor one that waits, is held, discarded, failed or uncertain."""
    token = page.hello()
    page.write(token, "Hello?")
    drafted(chat, conversation(chat), "only a draft")
    changed = queue(chat, "Hello Bo")
    number = number_of(chat, changed)
    for state in ("queued", "claimed", "sending", "held", "failed", "uncertain", "discarded"):
        with chat.store.writing() as act:
            act.get(tables.Outbox, number, "message").state = state
        assert page.words(token) == ["Hello?"], state
    with chat.store.writing() as act:
        act.get(tables.Outbox, number, "message").state = "queued"
    chat.clockwork.outgoing()
    last = page.thread(token)[-1]
    assert (last["name"], last["parts"], last["ours"]) == ("Ana", [{"text": "Hello Bo"}], True)


def test_what_was_taken_back_is_not_seen(chat: Desk, page: Running) -> None:
    """D7: a message that was taken back in its window is the agent's own again."""
    chat.undo_seconds["chat"] = 30
    token = page.hello()
    page.write(token, "Hello?")
    queue(chat, "Go away")
    chat.undo.last()
    chat.clockwork.outgoing()
    assert page.words(token) == ["Hello?"]


def test_what_is_sent_late_is_seen_behind_a_cursor(chat: Desk, clock: HeldClock, page: Running) -> None:
    """D7: a message written before the last look and sent after it is not missed."""
    chat.undo_seconds["chat"] = 30
    token = page.hello()
    page.write(token, "Hello?")
    queue(chat, "Hello Bo")
    page.write(token, "Anybody?")
    cursor = page.ask("GET", "/chat/messages", token=token).json["cursor"]
    clock.advance(seconds=40)
    chat.clockwork.outgoing()
    behind = page.thread(token, cursor)
    assert [each["parts"][0]["text"] for each in behind] == ["Hello Bo"]
    assert page.words(token)[-1] == "Hello Bo"
    assert page.thread(token, 10**9) == page.thread(token)


def test_a_note_is_never_served(chat: Desk, page: Running) -> None:
    """A4: not a note, not whatever another program writes into the store that is no message to them."""
    token = page.hello()
    page.write(token, "Hello?")
    answer(chat, "Hello Bo")
    number = conversation(chat)
    chat.replies.send(drafted(chat, number, "SECRET note", "note"))
    with chat.store.reading() as reader:
        customer, visitor = reader.one("SELECT customer_id, sender FROM message LIMIT 1") or ()
    to = json.dumps({"to": [{"address": visitor}]})
    odd = [("note", "chat", to), ("note", "note", to), ("outbound", "note", to), ("outbound", "email", to),
           ("outbound", "chat", "{}"), ("outbound", "chat", '{"to": [{"address": "visitor-else"}]}'),
           ("outbound", "chat", '{"to": [], "bcc": [{"address": "' + visitor + '"}]}'),
           ("inbound", "email", to), ("inbound", "chat", to)]  # fmt: skip
    with chat.store.writing() as act:
        for direction, channel, people in odd:
            message = act.add(tables.Message(
                conversation_id=number, customer_id=customer, direction=direction, channel=channel,
                body=f"SECRET {direction} {channel}", recipients=people, at=act.now,
            ))  # fmt: skip
            act.add(tables.Outbox(
                message_id=message.id, channel="chat", state="sent", due_at=act.now, created_at=act.now,
                sent_at=act.now, conversation_id=number,
            ))  # fmt: skip
            act.record("message.sent", "kustui", customer_id=customer, message_id=message.id)
    assert page.words(token) == ["Hello?", "Hello Bo"]
    assert b"SECRET" not in page.ask("GET", "/chat/messages?after=1", token=token).body


def test_nobody_sees_anothers_words(chat: Desk, page: Running) -> None:
    """A visitor sees their own alone, also where the team keeps two of them as one customer."""
    one, other = page.hello("One"), page.hello("Other")
    page.write(one, "mine")
    with chat.store.writing() as act:
        act.add(tables.Address(customer_id=1, kind="chat", value=address(chat, other), shown="x"))
    page.write(other, "theirs")
    answer(chat, "to the other")
    assert page.words(one) == ["mine"]
    assert page.words(other) == ["theirs", "to the other"]


def test_what_else_the_team_files_pushes_nothing_out(
    chat: Desk, page: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much another visitor or another channel of the same customer says, theirs stays."""
    monkeypatch.setattr(asking, "NEWEST", 3)
    one, other = page.hello("One"), page.hello("Other")
    page.write(one, "mine")
    cursor = page.ask("GET", "/chat/messages", token=one).json["cursor"]
    with chat.store.writing() as act:
        act.add(tables.Address(customer_id=1, kind="chat", value=address(chat, other), shown="x"))
        act.add(tables.Address(customer_id=1, kind="email", value="bo@example.com", shown="x"))
    answer(chat, "Hello Bo")
    for place in range(4):
        page.write(other, f"theirs {place}")
        wrote(chat, sender="bo@example.com", name="Bo", body=f"A mail {place}")
    assert page.words(one) == ["mine", "Hello Bo"]
    behind = page.ask("GET", f"/chat/messages?after={cursor}", token=one).json["messages"]
    assert [each["parts"][0]["text"] for each in behind] == ["Hello Bo"]
    assert page.words(other)[-1] == "theirs 3"


def test_what_nobody_sees_is_nothing(chat: Desk, page: Running) -> None:
    """A message of nothing but characters that are not shown is refused as an empty one is."""
    token = page.hello()
    for text in ("\u200b", "\ufeff \u2060", "\U000e0041"):
        reply = page.write(token, text)
        assert (reply.status, reply.json["error"]) == (400, "Nothing to send: The message is empty.")
    assert count(chat, "message") == 0


def address(desk: Desk, token: str) -> str:
    """What the store calls a visitor."""
    return "visitor-" + hashlib.sha256(token.encode()).hexdigest()[:32]


def test_a_forged_token_opens_nothing(chat: Desk, page: Running) -> None:
    """A token is whole and of this workspace, or it is none."""
    token = page.hello("Bo")
    page.write(token, "mine")
    told, name, seal = token.split(".")
    forged = ["", "x", token[:-1], token + "A", f"{told}.{name}", f"{'A' * 43}.{name}.{seal}",
              f"{told}.QW5h.{seal}", f"{told}..{seal}", token.replace(".", " "), address(chat, token),
              f"{told}.{name}.{'A' * 22}", "é" * 40, token.swapcase(), "A" * 8000]  # fmt: skip
    for each in forged:
        headers = {"Authorization": f"Bearer {each}".encode().decode("latin-1")}
        for path in ("/chat/messages", "/chat/events", "/chat/files/1"):
            assert page.ask("GET", path, headers=headers).status in (400, 401), (each, path)
        assert page.ask(
            "POST", "/chat/messages", what={"text": "x", "id": "a" * 9}, headers=headers
        ).status in (400, 401)
    assert page.ask("GET", f"/chat/messages?token={token}").status == 401
    assert page.ask("GET", "/chat/messages", headers={"Authorization": f"Basic {token}"}).status == 401
    assert page.words(token) == ["mine"]


def test_the_store_holds_nothing_to_speak_by(chat: Desk, page: Running) -> None:
    """Neither a token nor its random part is anywhere in the store's files."""
    token = page.hello("Bo")
    page.write(token, "Hello?")
    for path in chat.store.path.parent.iterdir():
        held = path.read_bytes()
        assert token.encode() not in held
        assert token.split(".")[0].encode() not in held
    assert address(chat, token).encode() in b"".join(
        path.read_bytes() for path in chat.store.path.parent.iterdir()
    )


def test_what_is_no_message_is_refused_in_words(chat: Desk, page: Running) -> None:
    """C2: 1,024 characters go, one more does not; nothing is cut; what is not understood is said."""
    token = page.hello()
    assert page.write(token, "é" * 1024).status == 200
    refused = page.write(token, "é" * 1025)
    assert (refused.status, refused.json["error"]) == (
        400,
        "Too long: 1,025 characters; a message may have 1,024. Shorten it by 1.",
    )
    for text, number in (("  \n", ""), ("x", "../../etc"), ("x", "short"), ("x", "a" * 65)):
        assert page.write(token, text, number).status == 400
    shapes: tuple[object, ...] = ([], "x", {"text": 1, "id": "abcdefgh"}, {"text": "x"})
    for shape in shapes:
        assert page.ask("POST", "/chat/messages", token=token, what=shape).status == 400
    raw = {"Content-Type": "application/json"}
    for body in (b"", b"{", b"\xff", b"[" * 60_000):
        assert page.ask("POST", "/chat/messages", token=token, raw=body, headers=raw).status == 400
    assert page.ask("POST", "/chat/hello", raw=b"name=x").status == 415
    assert page.ask("POST", "/chat/messages", token=token, raw=b"x" * 1_048_577, headers=raw).status == 413
    assert page.words(token) == ["é" * 1024]


def test_hostile_words_are_only_words(chat: Desk, page: Running) -> None:
    """Scripts come back as text of JSON; what a terminal would obey is gone before it is stored."""
    token = page.hello("<script>alert(1)</script>\x1b]0;x\x07")
    words = "<script>alert(1)</script>\x1b[31m\x9b2J\u202e \ud800"
    assert page.write(token, words).status == 200
    assert page.write(token, "\x00").status == 200
    reply = page.ask("GET", "/chat/messages", token=token)
    assert reply.headers["content-type"].startswith("application/json")
    assert reply.headers["x-content-type-options"] == "nosniff"
    with chat.store.reading() as reader:
        held = "".join(f"{row[0]}{row[1]}" for row in reader.all("SELECT body, author FROM message"))
    assert not set("\x00\x1b\x07\x9b\u202e") & set(held)
    assert "<script>" in page.words(token)[0]


def test_files_are_the_visitors_alone(chat: Desk, page: Running) -> None:
    """C7, C8: a file is fetched by whom it was sent to, once it is sent; an image stands in its place."""
    one, other = page.hello("One"), page.hello("Other")
    page.write(other, "theirs")
    other_number = conversation(chat)
    page.write(one, "mine")
    number = other_number + 1
    image = FileContent("la_bel.png", "image/png", PNG, inline=True, content_id="a1", marked=True)
    sheet = FileContent("terms.txt", "text/plain", b"<script>1</script>")
    body = "Before\n![la_bel.png](cid:a1)\nAfter"
    queue(chat, body, number, (image, sheet))
    with chat.store.reading() as reader:
        numbers = [row[0] for row in reader.all("SELECT id FROM attachment ORDER BY id")]
    for each in numbers:
        assert page.ask("GET", f"/chat/files/{each}", token=one).status == 404
    chat.clockwork.outgoing()
    parts = page.thread(one)[-1]["parts"]
    assert [part.get("text") or (part["name"], part["picture"]) for part in parts] == [
        "Before", ("la_bel.png", True), "After", ("terms.txt", False)
    ]  # fmt: skip
    got = page.ask("GET", f"/chat/files/{parts[1]['file']}", token=one)
    assert (got.status, got.body, got.headers["content-type"]) == (200, PNG, "image/png")
    assert got.headers["cache-control"] == "no-store"
    got = page.ask("GET", f"/chat/files/{parts[3]['file']}", token=one)
    assert got.headers["content-disposition"].startswith("attachment")
    for each in numbers:
        assert page.ask("GET", f"/chat/files/{each}", token=other).status == 404
        assert page.ask("GET", f"/chat/files/{each}").status == 401
    for odd in ("0", "-1", "1e9", "9" * 30, "..%2f1", "%00", "x", "%EF%BC%91"):
        assert page.ask("GET", f"/chat/files/{odd}", token=one).status == 404
