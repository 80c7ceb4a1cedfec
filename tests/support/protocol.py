"""A model of the sending protocol, small enough to be explored whole (SPEC D7, F1).

One message, three workers that may be killed or paused at any point, a store's clock that steps
both ways, and people who press everything there is. What a move needs is taken from the product's
own table, `kustui.core.outbox.MOVES`, so a wrong table is found by exploring it.

Three things are left out because they can be. A lease is found expired at any time, since a step of
the clock can make it so. Fences are compared, never counted, so a worker only remembers whether its
fence is still the row's. And a pause needs no move: a paused worker is one whose turn does not come.

One risk is closed by the product outside the table and therefore closed here by a rule, which
`Rules.careless` opens: somebody presses *send again* on an uncertain message while the worker that
began it is only paused before its first byte. The product refuses that while the worker's process
lives, and the worker checks how long its mark took before it goes on. What is discarded while it is
uncertain may have got out, or may yet; a late word of that is still taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from kustui.core.outbox import MOVES, Move

LAST = 2
"""The store's clock shows 0 to this; the message is first due at 1."""

TWICE = "delivered twice"
EARLY = "delivered before it was due"
AFTER_END = "delivered after it was taken back or discarded"
TOO_LATE = "taken back though it had got out"
NOT_SENT = "sent, though never delivered"
NOT_FAILED = "failed, though delivered"
LOST_WORD = "the word that it was accepted is lost"


class Worker(NamedTuple):
    """How far a worker is with the message, and whether its fence is still the row's."""

    phase: str = "idle"
    mine: bool = False


IDLE = Worker()
BY_PEOPLE = ("take back", "reschedule", "hold", "hold late")
"""What must not be done to a queued message that may have got out."""
WORDS = {
    "accepted": "accept",
    "put off": "put off",
    "refused": "refuse",
    "blind": "lose sight",
    "proof": "prove",
}
"""What a worker writes in a phase that has only a word left to write."""
HOLDING = frozenset({"claimed", "marked", *WORDS} - {"proof"})
"""Phases of a worker that has claimed the message and not yet written what became of it.

A *marked* one has begun and not let out a byte; a *blind* one does not know what the provider did.
"""


class World(NamedTuple):
    """Everything that matters at one moment; the last five are what an onlooker remembers.

    `snapshot` is what a sweeper saw, `shelved` the state the message was discarded in. `copies`
    counts deliveries since a person last allowed one or one came back (`bounced`); `ripe` says that
    the clock has shown the present due time, `vouched` that a person said it arrived. `doubt` is the
    row's own: an earlier try may have got out, and is repeated.
    """

    state: str = "queued"
    clock: int = 0
    due: int = 1
    workers: tuple[Worker, ...] = (IDLE, IDLE, IDLE)
    snapshot: str = ""
    shelved: str = ""
    copies: int = 0
    ripe: bool = False
    vouched: bool = False
    bounced: bool = False
    ended: bool = False
    doubt: bool = False


class Step(NamedTuple):
    """One move: what it is called, whether a person made it, where it leads, what it broke."""

    name: str
    person: bool
    to: World
    broke: str = ""


@dataclass(frozen=True)
class Rules:
    """What the model plays by. All but the table are faults that a program might have."""

    table: Mapping[str, Move] = field(default_factory=lambda: MOVES)
    repeatable: bool = False
    """The provider recognises the same message, and an expired sending is queued again."""
    careless: bool = False
    """People may send an uncertain message again while the worker that began it still lives."""
    unmarked: bool = False
    """A message goes out without being marked as *sending*."""
    checks_then_acts: bool = False
    """A claim looks first and writes later, whatever became of the row in between."""
    stale_sweeper: bool = False
    """Expired leases are written by the row's id from an older look at it."""
    early: bool = False
    """A claim does not ask whether the message is due."""

    def allow(self, move: str, world: World, worker: Worker | None = None) -> bool:
        """Whether the compare-and-set of that move would win in this world."""
        rule = self.table[move]
        if world.doubt and world.state == "queued" and move in BY_PEOPLE:
            return False
        return world.state in rule.came_from and (not rule.fenced or (worker is not None and worker.mine))

    def steps(self, world: World) -> Iterator[Step]:
        """Everything that may happen next."""
        yield from self._time(world)
        yield from self._anyone(world)
        yield from self._people(world)
        for place, worker in enumerate(world.workers):
            if worker not in world.workers[:place]:
                yield from self._worker(world, place, worker)

    # -- by itself -------------------------------------------------------------------

    def _time(self, world: World) -> Iterator[Step]:
        for clock in range(LAST + 1):
            if clock != world.clock:
                ripe = world.ripe or clock >= world.due
                yield Step(f"the clock steps to {clock}", False, world._replace(clock=clock, ripe=ripe))

    def _anyone(self, world: World) -> Iterator[Step]:
        sweeps = ("expire claim", "expire repeatable" if self.repeatable else "expire sending")
        for move in sweeps:
            if not self.stale_sweeper:
                if self.allow(move, world):
                    doubt = world.doubt or move == "expire repeatable"
                    yield Step(move, False, world._replace(state=self.table[move].to, doubt=doubt))
                continue
            if self.allow(move, world) and not world.snapshot:
                yield Step(f"a sweeper sees it {world.state}", False, world._replace(snapshot=move))
            if world.snapshot == move:
                yield Step(f"{move}, late", False, world._replace(state=self.table[move].to, snapshot=""))
        if world.clock >= world.due and self.allow("hold late", world):
            yield Step("hold late", False, world._replace(state=self.table["hold late"].to))

    # -- people, and the post ----------------------------------------------------------

    def _people(self, world: World) -> Iterator[Step]:
        def act(move: str, **more: object) -> Step:
            to = world._replace(state=self.table[move].to, **more)  # type: ignore[arg-type]  # field by field
            return Step(f"somebody: {move}", True, to)

        for move in ("hold", "release held"):
            if self.allow(move, world):
                yield act(move)
        if self.allow("take back", world):
            step = act("take back", ended=True)
            yield step._replace(broke=TOO_LATE if world.copies else "")
        if self.allow("reschedule", world) and world.clock < LAST:
            yield act("reschedule", due=world.clock + 1, ripe=False)
        if self.allow("retry", world):
            yield act("retry", due=max(world.clock, 1), ripe=world.clock >= 1)
        if world.copies and self.allow("bounce", world):
            yield act("bounce", copies=0, bounced=True)
        if self.allow("arrived", world):
            yield act("arrived", vouched=True)
        if self.allow("discard", world):
            yield act("discard", ended=world.state != "uncertain", shelved=world.state)
        if world.shelved and self.allow(f"restore {world.shelved}", world):
            yield act(f"restore {world.shelved}", ended=False, shelved="")
        lives = any(worker.mine and worker.phase in HOLDING for worker in world.workers)
        if self.allow("send again", world) and (self.careless or not lives):
            yield act("send again", due=max(world.clock, 1), ripe=world.clock >= 1, copies=0, doubt=False)

    # -- a worker --------------------------------------------------------------------

    def _worker(self, world: World, place: int, worker: Worker) -> Iterator[Step]:
        old = "" if worker.mine else ", old fence"

        def then(name: str, phase: str, base: World = world, *, broke: str = "", **more: object) -> Step:
            workers = list(base.workers)
            workers[place] = Worker(phase, worker.mine) if phase != "idle" else IDLE
            to = base._replace(workers=tuple(sorted(workers)), **more)  # type: ignore[arg-type]
            return Step(f"a worker ({worker.phase}{old}): {name}", False, to, broke)

        if worker.phase == "idle":
            yield from self._free(world, place)
            return
        yield then("is killed", "idle")
        if worker.phase == "looked":
            yield self._take(world, place)
        elif worker.phase == "claimed":
            if self.allow("release", world, worker):
                yield then("release", "idle", state=self.table["release"].to)
            yield then("is refused for now", "put off")
            yield then("is refused for good", "refused")
            if self.unmarked:
                yield then("goes on unmarked", "marked")
            elif self.allow("begin", world, worker):
                yield then("begin", "marked", state=self.table["begin"].to)
            else:
                yield then("walks away", "idle")
        elif worker.phase == "marked":
            copies, broke = self._delivery(world)
            for phase in ("accepted", "blind"):
                yield then(f"delivers and is {phase}", phase, copies=copies, broke=broke)
            yield then("delivers nothing and is blind", "blind")
            yield then("is refused for now", "put off")
            yield then("is refused for good", "refused")
        else:
            yield self._outcome(world, worker, then("walks away", "idle"))

    def _free(self, world: World, place: int) -> Iterator[Step]:
        ready = self.early or world.clock >= world.due
        if ready and self.allow("claim", world):
            if self.checks_then_acts:
                yield self._with(world, place, Worker("looked"), "a worker looks")
            else:
                yield self._take(world, place)
        if world.state == "uncertain" and world.copies:
            yield self._with(
                world, place, Worker("proof", mine=True), "a worker asks the provider, who has it"
            )

    def _take(self, world: World, place: int) -> Step:
        old = tuple(worker._replace(mine=False) for worker in world.workers)
        base = world._replace(state=self.table["claim"].to, workers=old)
        return self._with(base, place, Worker("claimed", mine=True), "a worker: claim")

    @staticmethod
    def _with(world: World, place: int, worker: Worker, name: str) -> Step:
        workers = list(world.workers)
        workers[place] = worker
        return Step(name, False, world._replace(workers=tuple(sorted(workers))))

    def _delivery(self, world: World) -> tuple[int, str]:
        copies = 1 if self.repeatable else world.copies + 1
        broke = AFTER_END if world.ended else TWICE if copies > 1 else "" if world.ripe else EARLY
        return copies, broke

    def _outcome(self, world: World, worker: Worker, away: Step) -> Step:
        """Write what became of it; `away` is where the worker goes when the write is not its own any more."""
        move = WORDS[worker.phase]
        if move == "refuse" and worker.mine and world.doubt:
            move = "refuse in doubt"
        if not self.allow(move, world, worker):
            over = world.state == "sent" or world.bounced or self.repeatable
            lost = move == "accept" and worker.mine and not over
            return away._replace(broke=LOST_WORD if lost else "")
        state, to = self.table[move].to, away.to
        if move == "put off":
            due = min(world.clock + 1, LAST)
            to = to._replace(due=due, ripe=world.clock >= due)
        name = away.name.replace("walks away", move)
        return away._replace(name=name, to=to._replace(state=state))
