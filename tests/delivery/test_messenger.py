"""Facebook Messenger out over real HTTP, and what becomes of an answer when that fails."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kustui.clock import HeldClock, SystemClock
from kustui.core.post import Parcel, Person
from kustui.core.records import Agent
from kustui.delivery import Setup
from kustui.delivery.messenger import MessengerTransport
from kustui.desk import Desk, Post
from kustui.errors import DeliveryFailed, KustuiError, SettingsTrouble, TryLater
from kustui.store.store import Store
from support.outbox import item
from support.people import wrote
from support.providers import (
    APP_SECRET,
    PAGE,
    PAGE_TOKEN,
    TROUBLES,
    Provider,
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


def transport(provider: Provider | None = None, /, **options: object) -> MessengerTransport:
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


def test_an_answer_goes_to_one_person_or_is_refused(provider: Provider) -> None:
    """A message without a recipient is refused before anything is marked."""
    with pytest.raises(DeliveryFailed, match="nobody"):
        transport(provider).send(replace(parcel(), to=()), lambda: pytest.fail("marked"))
