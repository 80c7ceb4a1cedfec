"""G3: in the demo and in training time is held, and jumps from one thing that happens to the next."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from threading import Event
from zoneinfo import ZoneInfo

import pytest

from kustui.clock import HeldClock
from kustui.core.post import Parcel
from kustui.core.shift import BY_ID, jumps
from kustui.delivery import Accepted
from kustui.desk import Desk
from kustui.desk.clockwork_pass import Pass
from kustui.training.shift import Shift
from support.outbox import ask
from support.people import wrote
from support.transport import Recorder
from support.writing import sent

EACH = 250
"""Snoozes, and as many scheduled messages."""


class Stamped(Recorder):
    """A recorder that notes when it was given what."""

    def __init__(self, clock: HeldClock) -> None:
        super().__init__()
        self.clock = clock
        self.at: list[tuple[datetime, str]] = []

    def send(self, parcel: Parcel, commit: object) -> Accepted:
        """Keep the parcel and the moment."""
        if not parcel.internal:
            self.at.append((self.clock.now(), parcel.text))
        return super().send(parcel, commit)  # type: ignore[arg-type]

    def next_at(self) -> datetime | None:
        """Nobody answers."""
        return None


@pytest.mark.sqlite
def test_a_year_of_jumps_wakes_and_sends_everything_in_its_order_and_once(
    desk: Desk, clock: HeldClock
) -> None:
    """Five hundred snoozes and scheduled messages, passed in jumps of a minute to half a year."""
    player = Stamped(clock)
    desk.post = replace(desk.post, transports=dict.fromkeys(("email", "sms"), player))
    chance, began = random.Random(500), clock.now()
    due: dict[str, datetime] = {}
    until: dict[int, datetime] = {}
    for number in range(EACH):
        one = wrote(desk, sender=f"c{number}@example.com", name=f"Customer {number}", subject=f"S{number}")
        at = began + timedelta(seconds=chance.randrange(60, 360 * 86_400))
        words = f"Message {number}"
        sent_later(desk, one, words, at)
        due[words] = at
        two = wrote(desk, sender=f"s{number}@example.com", name=f"Sleeper {number}", subject=f"Z{number}")
        # Some at the very same moment.
        until[two] = at if number % 10 == 0 else began + timedelta(seconds=chance.randrange(60, 360 * 86_400))
        desk.triage.snooze(two, until[two], label="later", kind="time")
    shift = Shift(desk, clock, player, kind="demo", title="A year", pace="held")
    done = Pass()
    while clock.now() < began + timedelta(days=365):
        step = chance.choice((60, 3_600, 86_400, 30 * 86_400, 180 * 86_400))
        done.add(shift.advance(clock.now() + timedelta(seconds=step)))
    assert done.trouble is None
    # The agent is mailed that a snooze is over.
    assert (done.woken, done.sent) == (EACH, 2 * EACH)
    assert [at for at, _ in player.at] == sorted(due.values())
    assert {words.strip(): at for at, words in player.at} == due
    woken = ask(desk, "SELECT conversation_id, at FROM history WHERE act = 'conversation.woke' ORDER BY id")
    assert len(woken) == len({number for number, _ in woken}) == EACH
    assert [at for _, at in woken] == sorted(at for _, at in woken)
    assert {number: datetime.fromtimestamp(at / 1000, UTC) for number, at in woken} == until


def sent_later(desk: Desk, number: int, words: str, at: datetime) -> None:
    """A reply that goes at an instant."""
    customer = desk.reads.conversation(number).customer_id
    draft = desk.drafts.keep(replace(desk.reads.draft(customer, "reply", number), body=words))
    desk.replies.send(draft, at=at)


@pytest.mark.sqlite
def test_each_pace_passes_what_it_says(desk: Desk, clock: HeldClock) -> None:
    """By keys a key takes a second, held none; what is due in that second happens."""
    player = Stamped(clock)
    desk.post = replace(desk.post, transports=dict.fromkeys(("email",), player))
    shift = Shift(desk, clock, player, kind="demo", title="", pace="keys")
    sent(desk, wrote(desk), "Soon.")
    began = clock.now()
    for _ in range(desk.undo_window("email")):
        assert player.sent == []
        shift.key()
    assert len(player.sent) == 1
    shift.pace = BY_ID["held"]
    now = clock.now()
    assert shift.key() is None
    assert (now - began, clock.now()) == (timedelta(seconds=desk.undo_window("email")), now)


@pytest.mark.sqlite
def test_only_what_is_new_is_told(desk: Desk, clock: HeldClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """Where nothing happens nobody looks again before the next minute, however often time moves on."""
    steps: list[Callable[[float], Pass | None]] = []

    def caught(step: Callable[[float], Pass | None], *_: object) -> list[object]:
        steps.append(step)
        return []

    monkeypatch.setattr("kustui.training.shift.passing", caught)
    player = Stamped(clock)
    desk.post = replace(desk.post, transports={"email": player})
    Shift(desk, clock, player, kind="demo", title="", pace="1").run(Event(), print, print)
    assert steps[0](0.5) is None
    assert steps[0](60.0) is not None


def test_time_jumps_to_mornings_of_the_agents_own_zone() -> None:
    """Tomorrow is tomorrow there, Monday is the next one, over the change to summer time."""
    madrid = ZoneInfo("Europe/Madrid")
    friday = datetime(2026, 3, 27, 23, 30, tzinfo=UTC)  # Saturday 00:30 there
    found = {jump.key: jump.until.astimezone(UTC) for jump in jumps(friday, madrid, None)}
    assert found == {
        "h": friday + timedelta(hours=1),
        "t": datetime(2026, 3, 29, 7, tzinfo=UTC),
        "m": datetime(2026, 3, 30, 7, tzinfo=UTC),
    }
    assert jumps(friday, madrid, friday)[0].key == "n"
