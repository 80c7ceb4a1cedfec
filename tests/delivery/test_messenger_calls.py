"""What Facebook says by calling: who may speak there, and what is read of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kustui.clock import HeldClock, SystemClock
from kustui.core.post import Inbound, Person, Receipt
from kustui.delivery import Request, Setup
from kustui.delivery.messenger import MessengerTransport
from support.providers import (
    APP_SECRET,
    CALLBACK,
    PAGE,
    PAGE_TOKEN,
    page_call,
    page_event,
    page_message,
)

AT = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTUI_TEST_TOKEN", PAGE_TOKEN)
    monkeypatch.setenv("KUSTUI_TEST_SECRET", APP_SECRET)


def transport(**options: object) -> MessengerTransport:
    """A transport to that API."""
    said = {
        "page": PAGE,
        "token_env": "KUSTUI_TEST_TOKEN",
        "app_secret_env": "KUSTUI_TEST_SECRET",
        "verify": "vérify me",
        "timeout": 1,
        "rate": 0,
        **options,
    }
    return MessengerTransport.set_up(Setup(Path(), SystemClock(), said))


def asked(**query: str) -> Request:
    """Facebook asks whether the webhook is ours."""
    said = {f"hub.{name}": value for name, value in query.items()}
    return Request("GET", f"{CALLBACK}/webhook/facebook", {}, said, b"")


def test_the_webhook_is_verified_by_the_verify_token() -> None:
    """The challenge comes back as plain text, to who knows the token, and only if it is harmless."""
    good = {"mode": "subscribe", "verify_token": "vérify me", "challenge": "1158201444"}
    answer = transport().webhook(asked(**good))
    assert answer[:3] == (200, "1158201444", "text/plain")
    for change in (
        {"verify_token": "verify me"},
        {"verify_token": ""},
        {"mode": "unsubscribe"},
        {"challenge": "<script>"},
        {"challenge": ""},
        {"challenge": "1" * 300},
        {"verify_token": "\ud800"},
    ):
        assert transport().webhook(asked(**{**good, **change})).status == 403, change
    assert transport().webhook(asked()).status == 403


def test_only_what_is_signed_with_the_apps_secret_is_read() -> None:
    """Another secret, another body, another form of the signature, or none: nothing comes of it."""
    call = page_call(page_event(page_message("Hello")))
    assert len(transport().webhook(call).came) == 1
    sign = call.headers["x-hub-signature-256"]
    for wrong in (
        page_call(page_event(page_message("Hello")), secret="another"),
        call._replace(body=call.body + b" "),
        call._replace(headers={}),
        call._replace(headers={"x-hub-signature-256": sign.removeprefix("sha256=")}),
        call._replace(headers={"x-hub-signature-256": sign.upper()}),
        call._replace(headers={"x-hub-signature-256": "sha256=é" + sign[8:]}),
        call._replace(headers={"x-hub-signature": sign}),
    ):
        answer = transport().webhook(wrong)
        assert (answer.status, answer.came) == (403, ())
    assert transport().webhook(call._replace(method="PUT")).status == 405


# -- what is said ------------------------------------------------------------------------


def read(*events: object) -> tuple[Inbound | Receipt, ...]:
    """What comes of a signed call with these events."""
    answer = transport().webhook(page_call(page_event(*events)))
    assert answer.status == 200
    return answer.came


def words(*events: object) -> list[str]:
    """The words of the messages that come of these events."""
    return [each.body for each in read(*events) if isinstance(each, Inbound)]


def test_a_message_comes_in_with_its_name_its_time_and_its_bytes() -> None:
    """B1: who wrote, when, and everything as it came; a name is not looked up."""
    (message,) = read(page_message("Where is it?"))
    assert isinstance(message, Inbound)
    assert (message.channel, message.external_id, message.body) == (
        "facebook",
        "facebook:m_in_1",
        "Where is it?",
    )
    assert (message.sender, message.to) == (Person("9001"), (Person(PAGE),))
    assert message.at == datetime(2026, 6, 4, 9, 41, tzinfo=UTC)
    assert json.loads(message.original) == page_message("Where is it?")


def test_what_comes_without_words_is_named_and_not_fetched() -> None:
    """B1: files, buttons, quick replies and what only Facebook shows each leave a line; echoes none."""
    picture = {"type": "image", "payload": {"url": "http://169.254.169.254/latest"}}
    assert words(page_message("Look", attachments=[picture])) == [
        "Look\n[1 picture was sent; it is at the provider]"
    ]
    several = [picture, picture, {"type": "audio"}, {"type": "\x1b[2J"}, {"type": 5}, "x"]
    assert words(page_message(None, attachments=several)) == [
        "[2 pictures, 1 recording, 2 files were sent; they are at the provider]"
    ]
    assert words(page_message("Yes", quick_reply={"payload": "YES"})) == ["Yes"]
    assert words(page_message(None)) == ["[Something was sent that only Facebook shows]"]
    assert words(page_message("Ours", is_echo=True), page_message(None, is_deleted=True)) == []
    button = {"sender": {"id": "9001"}, "timestamp": 1_780_566_060_000, "postback": {"title": "Start"}}
    assert words(button) == ["Start"]
    assert words({"sender": {"id": "9001"}, "read": {"watermark": 1}}) == []


def test_what_arrived_is_told_by_its_names() -> None:
    """D7: a delivery names messages of ours; a name that is none is passed over."""
    delivery = {"delivery": {"mids": ["m_1", 5, "", "a b", "m_2"], "watermark": 1_780_566_070_000}}
    at = datetime(2026, 6, 4, 9, 41, 10, tzinfo=UTC)
    assert read({"sender": {"id": "9001"}, **delivery}) == (
        Receipt("facebook", "m_1", "delivered", at=at),
        Receipt("facebook", "m_2", "delivered", at=at),
    )
    assert read({"delivery": {"watermark": 1}}, {"delivery": {"mids": {}}}) == ()


def odd() -> Iterator[object]:
    """Events of other shapes than are documented."""
    yield from (None, 5, "x", [], {}, {"sender": 5, "message": {"mid": "a", "text": "x"}})
    good = page_message("x")
    yield {**good, "sender": {"id": 9001}}
    yield {**good, "sender": {"id": ""}}
    yield {**good, "sender": {"id": "9001\n\x1b[2J"}}
    yield {**good, "sender": {"id": PAGE}}
    for mid in (None, 5, "", "a\x00b", "x" * 501, "\ud800", ["a"]):
        yield page_message("x", mid)  # type: ignore[arg-type]
    yield {"sender": {"id": "9001"}, "postback": {"title": "x"}}
    yield {"sender": {"id": "9001"}, "timestamp": 10**30, "postback": {"title": "x"}}


@pytest.mark.parametrize("event", odd(), ids=lambda event: str(event)[:40])
def test_other_shapes_are_passed_over_and_the_rest_is_read(event: object) -> None:
    """B1: no event, however odd, keeps the next from being read."""
    assert words(event, page_message("The next", "m_next")) == ["The next"]


def test_odd_times_and_texts_do_no_harm() -> None:
    """A time that is none is left out; a text that is none is a line of its own."""
    for ms in (None, "soon", True, -5, 10**18, 1.5, [1]):
        (message,) = read({**page_message("x"), "timestamp": ms})
        assert isinstance(message, Inbound)
        assert message.at is None
    assert words(page_message({"a": 1})) == ["[Something was sent that only Facebook shows]"]


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"\xff\xfe", 400),
        (b"[" * 100_000, 400),
        (b'{"object": "page", "entry": ' + b"9" * 5_000 + b"}", 400),
        (b"[]", 404),
        (b'{"object": "user"}', 404),
        (b'{"object": "page", "entry": {"messaging": 5}}', 200),
        (b'{"object": "page", "entry": [5, {"id": "1"}, {"messaging": 5, "id": "1234567890"}]}', 200),
        (b" " * 5_000_000, 413),
    ],
    ids=lambda value: str(value)[:30],
)
def test_a_body_that_is_no_call_is_answered(body: bytes, status: int) -> None:
    """Whatever is signed, deep, long or nothing at all: an answer, never an error."""
    answer = transport().webhook(page_call(None, body=body))
    assert (answer.status, answer.came) == (status, ())


def test_a_call_without_end_is_read_to_a_limit() -> None:
    """A thousand events are read of one call; another page's are not ours."""
    many = [page_message("x", f"m_{number}") for number in range(1_200)]
    assert len(words(*many)) == 1_000
    foreign = page_call(page_event(page_message("x"), page="555"))
    assert transport().webhook(foreign).came == ()


def test_a_changed_secret_is_found_and_a_wrong_one_not_asked_for_all_day(
    monkeypatch: pytest.MonkeyPatch, clock: HeldClock, tmp_path: Path
) -> None:
    """Calls that do not fit run no command for each of them; a secret that was changed is read soon."""
    count, held = tmp_path / "count", tmp_path / "held"
    held.write_text("old")
    command = f"sh -c 'echo x >> {count}; cat {held}'"
    options = {"page": PAGE, "app_secret_command": command}
    listener = MessengerTransport.set_up(Setup(Path(), clock, options))
    old = page_call(page_event(), secret="old")
    new = replace_secret(old, "new")
    assert listener.webhook(old).status == 200
    for _ in range(20):
        assert listener.webhook(new).status == 403
    assert count.read_text().count("x") == 1
    held.write_text("new")
    clock.advance(seconds=10)
    assert listener.webhook(new).status == 200
    assert listener.webhook(old).status == 403
    assert count.read_text().count("x") == 2
    held.write_text("newest")
    clock.advance(minutes=5)
    # What is no longer the secret ends to fit.
    assert listener.webhook(new).status == 403


def replace_secret(call: Request, secret: str) -> Request:
    """The same call, signed with another secret."""
    return page_call(None, secret=secret, body=call.body)
