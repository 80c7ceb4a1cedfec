"""The shipped scenarios, each played through a desk by an agent who works from a script (SPEC G3)."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from kustui.clock import HeldClock, milliseconds
from kustui.desk import Desk, Post
from kustui.desk.team import set_up, sign_in
from kustui.store.store import Store
from kustui.training import casting, scenario
from kustui.training.players import Players
from support.writing import sent

SCRIPT = (
    "I am sorry. It is on its way, free of charge, and the label follows.",
    "Es tut uns leid: das Paket ist unterwegs, die Reparatur ist kostenlos.",
    "Le colis est en route, et vous serez remboursé avec l'étiquette.",
    "Está en camino y es gratis. ¿Me dice la dirección?",
    "We cannot say when the strike ends. The code is in a letter to you today.",
)
STEPS = 24


def begun(folder: Path, name: str, seed: int) -> tuple[Desk, Players, HeldClock]:
    """A shift as it begins."""
    found = scenario.load(name)
    clock = HeldClock(found.starts)
    store = Store(folder / "shift.db", clock).open(create=True)
    set_up(store, found.workspace)
    agent = sign_in(store, found.agent.login, found.agent.name)
    players = Players(found, seed, clock)
    carriers = dict.fromkeys(("email", "sms", "chat", "facebook"), players)
    desk = Desk(store, agent, Post(carriers, address=found.address, own=frozenset({found.address})))
    desk.seeding.fill(casting.scene(found, seed))
    return desk, players, clock


def played(folder: Path, name: str, seed: int) -> list[tuple[object, ...]]:
    """Every message of the first part of a shift, in which each customer is answered in turn."""
    found = scenario.load(name)
    desk, players, clock = begun(folder, name, seed)
    try:
        for step in range(STEPS):
            at = players.next_at()
            if at is None or at > found.ends:
                break
            clock.set(max(at, clock.now() + timedelta(seconds=20)))
            desk.clockwork.tick()
            players.acts_due()
            waiting = longest_waiting(desk)
            if waiting is not None:
                sent(desk, waiting, SCRIPT[step % len(SCRIPT)])
        clock.advance(minutes=5)
        desk.clockwork.tick()
        with desk.store.reading() as reader:
            return list(
                reader.all(
                    "SELECT direction, channel, at, author, sender, subject, body, quoted, external_id,"
                    " conversation_id, customer_id FROM message ORDER BY id"
                )
            )
    finally:
        desk.store.close()


def longest_waiting(desk: Desk) -> int | None:
    """The conversation whose customer has waited longest."""
    with desk.store.reading() as reader:
        found = reader.value(
            "SELECT id FROM conversation WHERE waiting_since IS NOT NULL ORDER BY waiting_since, id LIMIT 1"
        )
    return None if found is None else int(str(found))


@pytest.mark.parametrize("name", scenario.shipped())
def test_the_same_seed_and_the_same_acts_are_the_same_shift(name: str, tmp_path: Path) -> None:
    """G3: the same messages at the same instants; another seed brings others. Every customer who writes
    again does so in the conversation that is theirs.
    """
    first, again, other = (
        played(tmp_path / folder, name, seed) for folder, seed in (("first", 7), ("again", 7), ("other", 8))
    )
    assert first == again
    assert {row[8] for row in first if row[8]} != {row[8] for row in other if row[8]}
    answers = [row for row in first if row[0] == "inbound" and row[7]]
    assert answers, "nobody has answered"
    for row in answers:
        before = [each for each in first if each[9] == row[9] and each[0] == "outbound"]
        assert before, row
    assert {row[0] for row in first} >= {"inbound", "outbound"}


def test_a_scene_is_drawn_by_its_seed() -> None:
    """G3: what the workspace holds when a shift begins is the same for a seed, and other for another."""
    monday = scenario.load("monday")
    assert casting.scene(monday, 3) == casting.scene(monday, 3)
    drawn = [{part.face.name for part in casting.parts(monday, seed)} for seed in (3, 4)]
    assert drawn[0] != drawn[1]
    guests = casting.scene(monday, 3).guests
    assert sum(len(guest.talks) for guest in guests) == 40
    assert all(said.at < monday.starts for guest in guests for talk in guest.talks for said in talk.said)


def test_who_complains_of_waiting_does_so_where_they_wrote(tmp_path: Path) -> None:
    """B1: a complaint about a letter of before the shift joins that letter's conversation."""
    desk, players, clock = begun(tmp_path, "monday", 1)
    clock.advance(minutes=60)
    desk.clockwork.tick()
    complained = sum(each.complained for each in players.standing())
    with desk.store.reading() as reader:
        conversations = reader.value("SELECT count(*) FROM conversation WHERE channel = 'email'")
        written = reader.value(
            "SELECT count(*) FROM message WHERE channel = 'email' AND direction = 'inbound' AND at >= :start",
            start=milliseconds(scenario.load("monday").starts),
        )
    begins = [talk for guest in casting.scene(scenario.load("monday"), 1).guests for talk in guest.talks]
    desk.store.close()
    assert complained > 15
    assert conversations == sum(talk.channel == "email" for talk in begins)
    assert int(str(written)) > 10


def test_a_megabyte_on_one_line_comes_in(tmp_path: Path) -> None:
    """G3: the angry shift holds one, and an agent's terminal is none the worse for it."""
    rows = played(tmp_path, "angry", 1)
    assert max(len(str(row[6])) for row in rows) > 1_000_000
    assert not any("\x1b" in str(row[6]) + str(row[3]) + str(row[5]) for row in rows)
