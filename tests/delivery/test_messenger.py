"""Facebook Messenger out over real HTTP, in by its webhook, and who may speak there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kustui.clock import HeldClock, SystemClock
from kustui.core.post import Inbound, Parcel, Person, Receipt
from kustui.core.records import Agent
from kustui.delivery import Request, Setup
from kustui.delivery.messenger import MessengerTransport
from kustui.desk import Desk, Post
from kustui.errors import DeliveryFailed, KustuiError, SettingsTrouble, TryLater
from kustui.store.store import Store
from support.outbox import item
from support.people import wrote
from support.providers import (
    APP_SECRET,
    CALLBACK,
    PAGE,
    PAGE_TOKEN,
    TROUBLES,
    Provider,
    page_call,
    page_event,
    page_message,
    providing,
)
from support.writing import fate, number_of, sent

AT = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)


@pytest.fixture
def provider() -> Iterator[Provider]:
    """The Graph API on this host."""
    with providing() as running:
        yield running


@pytest.fixture(autouse=True)
def _secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUSTUI_TEST_TOKEN", PAGE_TOKEN)
    monkeypatch.setenv("KUSTUI_TEST_SECRET", APP_SECRET)


def transport(provider: Provider | None = None, **options: object) -> MessengerTransport:
    """A transport to that API."""
    said = {
        "page": PAGE,
        "url": provider.url if provider else "http://127.0.0.1:1",
        "token_env": "KUSTUI_TEST_TOKEN",
        "app_secret_env": "KUSTUI_TEST_SECRET",
        "verify": "vérify me",
        "timeout": 1,
        "rate": 0,
        **options,
    }
    return MessengerTransport.set_up(Setup(Path(), SystemClock(), said))


def parcel(text: str = "On its way.") -> Parcel:
    """An answer to somebody."""
    return Parcel(1, "facebook", Person("x@acme.example"), (Person("9001"),), text, "m1@acme.example", AT)


def test_an_answer_is_handed_over_as_facebook_documents(provider: Provider) -> None:
    """D7: one JSON document, the token in a header and nowhere else; the name it gives is kept."""
    marks: list[str] = []
    accepted = transport(provider).send(parcel("Sí 👍"), lambda: marks.append("mark"))
    assert (accepted.provider_id, marks) == ("m_1", ["mark"])
    assert provider.accepted == [
        {"recipient": {"id": "9001"}, "messaging_type": "RESPONSE", "message": {"text": "Sí 👍"}}
    ]
    ((method, path, headers),) = provider.asked
    assert (method, path) == ("POST", f"/v23.0/{PAGE}/messages")
    assert headers["authorization"] == f"Bearer {PAGE_TOKEN}"


FIRST = {
    "400": "failed",
    "401": "queued",
    "429": "queued",
    **dict.fromkeys(
        ("drop before", "drop after", "hang", "drip", "500", "503", "blank", "huge", "redirect"), "uncertain"
    ),
}


@pytest.mark.parametrize("trouble", TROUBLES)
def test_trouble_with_facebook_leaves_the_right_word(
    store: Store, agent: Agent, clock: HeldClock, provider: Provider, trouble: str
) -> None:
    """D7: only what Facebook says it did not take is tried again or failed; no copy twice."""
    desk = Desk(store, agent, Post({"facebook": transport(provider)}, "support@acme.example"))
    changed = sent(desk, wrote(desk, channel="facebook", sender="9001"))
    provider.trouble = trouble
    provider.error = {"error": {"message": "No matching user found", "code": 100, "error_subcode": 2018001}}
    if trouble == "401":
        provider.error = {"error": {"message": "Invalid OAuth access token.", "code": 190}}
    clock.advance(seconds=1)
    desk.clockwork.tick()
    assert fate(desk, changed) == FIRST[trouble]
    if trouble == "400":
        assert "100/2018001: No matching user found" in item(desk, number_of(desk, changed)).reason
    provider.trouble = ""
    for _ in range(6):
        clock.advance(hours=2)
        desk.clockwork.tick()
    assert fate(desk, changed) == ("sent" if FIRST[trouble] == "queued" else FIRST[trouble])
    assert len(provider.accepted) <= 1


@pytest.mark.parametrize(
    ("status", "error", "kind"),
    [
        ("400", {"code": 10, "error_subcode": 2018278}, DeliveryFailed),
        ("400", {"code": 10, "error_subcode": 2018065}, DeliveryFailed),
        ("400", {"code": 551}, DeliveryFailed),
        ("400", {"code": 100}, DeliveryFailed),
        ("500", {"code": 613}, TryLater),
        *(("400", {"code": code}, TryLater) for code in (4, 17, 32, 613, 80006, 190, 10)),
        *(("400", {"code": code}, KustuiError) for code in (1, 2, 1200)),
        ("400", {"code": 999, "is_transient": True}, KustuiError),
        ("500", {"code": 551}, KustuiError),
        ("500", {"code": "[]"}, KustuiError),
    ],
)
def test_each_documented_error_means_what_it_says(
    provider: Provider, status: str, error: dict[str, object], kind: type[Exception]
) -> None:
    """D7: a refusal is for good, a limit for now, and after what Facebook does not know nobody does."""
    provider.trouble = status
    provider.error = {"error": {"message": "In their own words", **error}}
    with pytest.raises(KustuiError, match="In their own words") as refused:
        transport(provider).send(parcel(), lambda: None)
    wanted = kind if kind is not KustuiError else object
    assert isinstance(refused.value, wanted)
    assert isinstance(refused.value, (DeliveryFailed, TryLater)) == (kind is not KustuiError)


def test_the_token_is_never_told(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facebook quotes a token that it cannot read; one that is no token is refused without being quoted."""
    provider.trouble = "401"
    provider.error = {"error": {"message": f"Malformed access token {PAGE_TOKEN}", "code": 190}}
    with pytest.raises(TryLater, match="190: Malformed access token …") as refused:
        transport(provider).send(parcel(), lambda: None)
    assert PAGE_TOKEN not in str(refused.value)
    monkeypatch.setenv("KUSTUI_TEST_TOKEN", "EAAG\nsecret")
    with pytest.raises(SettingsTrouble) as broken:
        transport(provider).send(parcel(), lambda: None)
    assert "secret" not in str(broken.value)


@pytest.mark.parametrize(
    ("options", "why"),
    [
        ({"page": ""}, "page"),
        ({"page": "../me"}, "page"),
        ({"version": "latest"}, "messenger.version"),
        ({"url": "http://graph.example"}, "not this host"),
    ],
)
def test_facebook_settings_that_cannot_be_say_why(options: dict[str, object], why: str) -> None:
    """A wrong setting is named; nothing goes unencrypted over a network."""
    with pytest.raises(SettingsTrouble) as refused:
        transport(**options)
    assert why in str(refused.value)


def test_a_look_at_the_page_says_whether_it_would_work(provider: Provider) -> None:
    """The page's name; a token that is wrong is said in Facebook's words."""
    assert "the page Acme Bags, v23.0" in transport(provider).check()
    provider.trouble, provider.error = "401", {"error": {"code": 190, "message": "Expired"}}
    with pytest.raises(TryLater, match="190: Expired"):
        transport(provider).check()
    assert provider.accepted == []


# -- who may speak -----------------------------------------------------------------------


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


def test_an_answer_goes_to_one_person_or_is_refused(provider: Provider) -> None:
    """A message without a recipient is refused before anything is marked."""
    with pytest.raises(DeliveryFailed, match="nobody"):
        transport(provider).send(replace(parcel(), to=()), lambda: pytest.fail("marked"))
