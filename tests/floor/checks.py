"""What must be true after a shift, counted."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from floor.shift import Shift
from kustui.clock import HeldClock, SystemClock
from kustui.store.store import Store

FORBIDDEN = (b"locked", b"The store is busy", b"Traceback", b"cannot be")


def check(place: Path | str, folder: Path, shifts: list[Shift]) -> tuple[list[str], list[str]]:
    """(the lines of a table, what was wrong) of a shift that is over."""
    wrong = [shift.trouble for shift in shifts if shift.trouble]
    rows: list[tuple[str, str, str]] = [("agents", f"{len(shifts)}", "")]
    store = Store(place, HeldClock(SystemClock().now())).open()
    with store.reading() as reader:
        history = Counter(
            (row[0], row[1])
            for row in reader.all("SELECT g.login, h.act FROM history h JOIN agent g ON g.id = h.agent_id")
        )
        bodies = [row[0] for row in reader.all("SELECT body FROM message WHERE direction <> 'inbound'")]
        drafts = dict(
            reader.all(
                "SELECT g.login, d.body FROM draft d JOIN agent g ON g.id = d.agent_id "
                "WHERE d.state = 'open' AND d.body <> ''"
            )
        )
    store.close()

    def none(what: str, found: list[str]) -> None:
        rows.append((what, f"{len(found)}", "0"))
        wrong.extend(f"{what}: {each}" for each in found[:5])

    none("agents who did not get through", [shift.trouble for shift in shifts if shift.trouble])
    acts = sum(sum(shift.done.values()) for shift in shifts)
    rows.append(("acts", f"{acts}", ""))
    none(
        "acts that are not in the history as often as they were done",
        [
            f"{shift.login} {act}: {history[shift.login, act]} for {count}"
            for shift in shifts
            for act, count in shift.done.items()
            if history[shift.login, act] != count
        ],
    )
    tokens = [token for shift in shifts for token in (*shift.replies, *shift.notes)]
    none(
        "words that do not stand on a timeline once",
        [token for token in tokens if sum(token in body for body in bodies) != 1],
    )
    none(
        "drafts that are not there to the last letter",
        [
            shift.login
            for shift in shifts
            if not shift.trouble and drafts.get(shift.login) != shift.unfinished
        ],
    )
    none(
        "screens that spoke of the store",
        [f"{shift.login}: {word!r}" for shift in shifts for word in FORBIDDEN if word in shift.screen],
    )
    each = [shift.times.read_text().split() for shift in shifts if shift.times.exists()]
    # The first write of a program also loads what writing needs, and here all begin at once.
    for what, times in (
        ("the first writes of programs", sorted(float(line) for lines in each for line in lines[:1])),
        ("an agent's own writes after it", sorted(float(line) for lines in each for line in lines[1:])),
    ):
        if times:
            rows.append((what, f"{len(times)}", ""))
            rows += [
                (f"... {share:.0%} within", f"{times[int(len(times) * share)]:.1f} ms", "")
                for share in (0.5, 0.95, 0.99)
            ]
    lines = ["| the floor | measured | must be |", "| --- | --: | --: |"]
    lines += [f"| {what} | {measured} | {must} |" for what, measured, must in rows]
    return [*lines, *(f"WRONG {words}" for words in wrong)], wrong
