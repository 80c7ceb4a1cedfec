"""The storm itself: starts workers, kills them, pauses them, steps their clock, and lets them finish."""

from __future__ import annotations

import gc
import heapq
import os
import pickle
import random
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NoReturn

from kustui.core.records import Agent
from kustui.store.store import Store
from storm.filling import fill
from storm.plan import STEP_MS, Plan, SteppedClock, Steps
from storm.worker import work
from support.postgres import connected

JUMP_MS = 1_200_000
"""How far the clock goes at a time at the end, so that what was put off comes due."""
LONGEST_END_MS = 20 * 3_600_000
"""Less than a day: what is a day late is held, and nothing is to hide there."""
PATIENCE = 120.0


@dataclass
class Blown:
    """A storm that is over: where it blew, what was done, how long it took."""

    plan: Plan
    folder: Path
    agent: Agent
    clock: SteppedClock
    steps: Steps
    kills: int = 0
    stops: int = 0
    cuts: int = 0
    restarts: int = 0
    longer: int = 0
    """Pauses that were longer than the lease."""
    stormed: float = 0.0
    drained: float = 0.0
    left: dict[str, int] = field(default_factory=dict)
    """What was still under way at the very end, by state."""


def blow(plan: Plan, folder: Path, restart: Callable[[], None] = lambda: None) -> Blown:
    """Let a storm blow over a new store in `folder`, then let the workers finish what is due.

    `restart` stops the server of the store, and starts it again.

    The program that calls this never has the store open while it starts a worker: SQLite's locks
    do not survive a fork.
    """
    rehearse(folder / "rehearsal")
    clock = SteppedClock(folder / "clock")
    agent: Agent = aside(lambda: fill(plan.place(folder), plan, clock))
    storm = Storm(Blown(plan, folder, agent, clock, Steps(clock)), restart)
    try:
        storm.rage()
        storm.end()
    finally:
        storm.clear()
    return storm.blown


def rehearse(folder: Path) -> None:
    """Load and warm everything a worker needs, so that a new one is there in milliseconds."""
    from storm.worker import desk_of

    folder.mkdir()
    plan, clock = Plan(messages=2, snoozes=1, seconds=1, steps=0), SteppedClock(folder / "clock")
    agent = fill(folder / "workspace.db", plan, clock)
    clock.set(60_000)
    desk = desk_of(folder, plan, agent, clock)
    desk.clockwork.tick()
    desk.store.close()
    gc.collect()
    gc.freeze()


def aside(ask: Callable[[], Any]) -> Any:
    """Do something with the store in a process of its own; answers what it answered."""
    reads, writes = os.pipe()
    child = _fork()
    if child == 0:
        _child(lambda: os.write(writes, pickle.dumps(ask())))
    os.close(writes)
    with os.fdopen(reads, "rb") as file:
        answer = file.read()
    os.waitpid(child, 0)
    if not answer:
        raise RuntimeError("a process that looked into the store failed")
    return pickle.loads(answer)


class Storm:
    """The workers that live, and what is done to them."""

    def __init__(self, blown: Blown, restart: Callable[[], None]) -> None:
        self.blown = blown
        self._restart = restart
        self._alive: list[int] = []
        self._paused: list[tuple[float, int]] = []
        self._chance = random.Random(blown.plan.seed)

    def rage(self) -> None:
        """Kill, pause and step as often as planned, at random moments of the planned time."""
        plan, began = self.blown.plan, time.monotonic()
        offsets = iter(plan.walk())
        events = sorted(
            (self._chance.uniform(0.1, plan.seconds), kind)
            for kind, count in (
                ("kill", plan.kills),
                ("stop", plan.stops),
                ("step", plan.steps),
                ("cut", plan.cuts),
                ("restart", plan.restarts),
            )
            for _ in range(count)
        )
        for _ in range(plan.workers):
            self._start()
        for at, kind in events:
            self._wait(began + at)
            if kind == "kill":
                self._kill()
            elif kind == "stop":
                self._pause()
            elif kind == "cut":
                self.blown.cuts += aside(self._cut)
            elif kind == "restart":
                self._restart()
                self.blown.restarts += 1
            else:
                self.blown.steps.set(next(offsets) * STEP_MS)
        self.blown.stormed = time.monotonic() - began

    def end(self) -> None:
        """Wake who is paused, put the clock past everything, and wait until nothing is under way."""
        began, last = time.monotonic(), 0
        while self._paused:
            self._resume(heapq.heappop(self._paused)[1])
        offset = self.blown.plan.reach_ms()
        while time.monotonic() - began < PATIENCE:
            self.blown.steps.set(offset)
            time.sleep(0.5)
            self.blown.left = left = aside(self._under_way)
            if not left:
                break
            # Nothing moved: what is left waits for a later hour.
            if sum(left.values()) == last and offset < LONGEST_END_MS:
                offset += JUMP_MS
            last = sum(left.values())
        self.blown.drained = time.monotonic() - began

    def clear(self) -> None:
        """Kill every worker for good."""
        for pid in self._alive:
            os.kill(pid, signal.SIGKILL)
            os.waitpid(pid, 0)
        self._alive.clear()

    # -- inside ------------------------------------------------------------------------

    def _wait(self, until: float) -> None:
        """Sleep until then, waking whoever's pause is over meanwhile."""
        while self._paused and self._paused[0][0] <= until:
            at, pid = heapq.heappop(self._paused)
            time.sleep(max(0.0, at - time.monotonic()))
            self._resume(pid)
        time.sleep(max(0.0, until - time.monotonic()))

    def _start(self) -> None:
        blown = self.blown
        pid = _fork()
        if pid == 0:
            random.seed()
            _child(lambda: work(blown.folder, blown.plan, blown.agent, blown.clock))
        self._alive.append(pid)

    def _kill(self) -> None:
        pid = self._alive.pop(self._chance.randrange(len(self._alive)))
        os.kill(pid, signal.SIGKILL)
        _, status = os.waitpid(pid, 0)
        if not os.WIFSIGNALED(status):
            raise RuntimeError("a worker ended by itself")
        self.blown.kills += 1
        self._start()

    def _pause(self) -> None:
        paused = {pid for _, pid in self._paused}
        pid = self._chance.choice([each for each in self._alive if each not in paused] or self._alive)
        seconds = self._chance.uniform(0.1, 1.5) * self.blown.plan.lease
        os.kill(pid, signal.SIGSTOP)
        heapq.heappush(self._paused, (time.monotonic() + seconds, pid))
        self.blown.stops += 1
        self.blown.longer += seconds > self.blown.plan.lease

    def _resume(self, pid: int) -> None:
        if pid in self._alive:
            os.kill(pid, signal.SIGCONT)

    def _under_way(self) -> dict[str, int]:
        store = Store(self.blown.plan.place(self.blown.folder))
        with store.reading() as reader:
            rows = reader.all(
                "SELECT state, count(*) FROM outbox WHERE state IN ('queued', 'claimed', 'sending') "
                "GROUP BY state UNION ALL "
                "SELECT status, count(*) FROM conversation WHERE status = 'snoozed' GROUP BY status"
            )
        return {row[0]: row[1] for row in rows}

    def _cut(self) -> int:
        """Have the server end the connections of one program after another, at random; answers how many."""
        with connected(self.blown.plan.server) as connection:
            ended = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity "
                "WHERE application_name = 'kustui' AND pid <> pg_backend_pid() AND random() < 0.3"
            )
            return int(ended.fetchone()[0])


def _fork() -> int:
    sys.stdout.flush()
    sys.stderr.flush()
    return os.fork()


def _child(do: Callable[[], object]) -> NoReturn:
    """Do that and end, without anything the parent would have done at its end."""
    try:
        do()
    except BaseException:  # noqa: BLE001 - whatever it is, it must not run on as the parent
        traceback.print_exc()
        os._exit(1)
    os._exit(0)
