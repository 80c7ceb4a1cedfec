"""What the same work costs in a small store and in a large one: each should cost what the screen shows."""

from __future__ import annotations

import shutil
import statistics
import time
from collections.abc import Callable
from pathlib import Path

from kustui.desk import Desk, Post
from kustui.desk.reads import agent_of
from kustui.store.store import Store
from tools import make_store

SIZES = (1_000, 10_000, 100_000)
EACH = 10
"""Messages of a conversation, on the average: the largest store has a million."""
TRIES = 15
PAGE = 64
"""Rows that a list asks for at a time."""


def measured(store: Path) -> dict[str, float]:
    """CPU milliseconds of each kind of work in that store, the median of several."""
    opened = Store(store).open()
    agent = agent_of(opened, "bench")
    assert agent is not None
    desk = Desk(opened, agent, Post())
    desk.warm()
    rows = desk.reads.listing("inbox").page(0, TRIES)
    customers = [row.customer_id for row in rows]
    numbers = [row.conversation_id for row in rows]

    def inbox(_: int) -> None:
        listing = desk.reads.listing("inbox")
        listing.count()
        listing.page(0, PAGE)

    def snoozed(_: int) -> None:
        listing = desk.reads.listing("snoozed")
        listing.count()
        listing.page(0, PAGE)

    def opening(place: int) -> None:
        view = desk.reads.timeline(customers[place % len(customers)])
        for conversation in view.conversations:
            view.entries(view.keys(conversation.id)[-PAGE:])

    def search(words: str) -> Callable[[int], object]:
        return lambda _: desk.reads.found(words).page(0, PAGE)

    def act(place: int) -> None:
        number = numbers[place % len(numbers)]
        desk.triage.done(number)
        desk.triage.reopen(number)

    found = {
        "the inbox, its count and first page": _median(inbox),
        "the snoozed ones, likewise": _median(snoozed),
        "opening a customer": _median(opening),
        "search: a word that is in half of all messages": _median(search("order")),
        "search: a customer's name": _median(search(make_store.name_of(77))),
        "search: a number": _median(search("777")),
        "search: `status:open priority:4 is:unassigned`": _median(
            search("status:open priority:4 is:unassigned")
        ),
        "search: `status:open order`": _median(search("status:open order")),
        "done, and re-opened": _median(act),
        "a tick with nothing due": _median(lambda _: desk.clockwork.tick()),
    }
    opened.close()
    return found


def table(folder: Path, sizes: tuple[int, ...] = SIZES) -> str:
    """The figures of every size side by side, as the README shows them."""
    found = {}
    for size in sizes:
        made, used = folder / f"{size}x{EACH}.db", folder / f"{size}x{EACH}-used.db"
        if not made.exists():
            make_store.fill(made, size, long=10_000, each=EACH)
        # Acts change it, and the next run is to find it as it was made.
        shutil.copy(made, used)
        found[size] = measured(used)
        for file in folder.glob(f"{used.name}*"):
            file.unlink()
    heads = " | ".join(f"{size:,}" for size in sizes)
    lines = [f"| CPU ms, in conversations of {EACH} messages | {heads} |", "| --- |" + " --: |" * len(sizes)]
    lines += [
        f"| {what} | {' | '.join(f'{found[size][what]:.1f}' for size in sizes)} |" for what in found[sizes[0]]
    ]
    return "\n".join(lines)


def _median(work: Callable[[int], object]) -> float:
    work(0)
    spent = []
    for place in range(TRIES):
        began = time.process_time()
        work(place)
        spent.append((time.process_time() - began) * 1000)
    return statistics.median(spent)
