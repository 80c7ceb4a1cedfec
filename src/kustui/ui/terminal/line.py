"""The line to the terminal: how much of what was written has arrived there, and how fast it carries.

Keys come faster than a slow line carries the frames they cause, and whatever is once written cannot be
taken back: an agent who holds PageDown would look at pages for seconds after letting go. So a frame waits
while too much is on its way. What the system has not taken yet is seen; what is further down, in SSH and
the network, a terminal tells by answering a status report, which every one does at once and in its turn.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable

QUESTION = "\x1b[5n"
"""Asks a terminal how it is (DSR); the answer comes when all that was written before has been read."""
ANSWER = "\x1b[0n"

ASK_AFTER = 1_000
"""Bytes behind which the next question is put."""
LEAST, FIRST, MOST = 1_024, 4_096, 65_536
"""Bytes that may be on their way: on the slowest line, at first, and on the quickest."""
QUICK, BEHIND = 0.04, 0.12
"""Seconds of waiting in line from which less, and to which more, may be on its way."""
PATIENCE = 5.0
"""Seconds after which an answer is not waited for any more."""
SLOW = 32_000
"""Bytes a second below which a line is a slow one."""
SAMPLES, OF_LAST = 3, 5
"""How many answers it takes to tell how fast the line is, and of how many the middle one counts: a busy host
or terminal lets one wait, too."""


class Line:
    """What is on its way to one terminal. Seconds are those of `clock`; it may be asked from any thread."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._given = self._taken = self._arrived = 0
        # Behind which byte each open question was put, and when.
        self._open: deque[tuple[int, float]] = deque()
        self._has_answered = False
        self._is_deaf = self._is_over = False
        self._answered_at = 0.0
        self._trips: deque[float] = deque(maxlen=32)
        self._window = FIRST
        self._rates: deque[float] = deque(maxlen=OF_LAST)
        self._took = 0.0
        self._waiting: Callable[[], None] | None = None
        self._warned: Callable[[], None] | None = None
        self._all_arrived = threading.Event()
        self._all_arrived.set()

    def begin(self) -> None:
        """The terminal is ours from here on; nothing is on its way."""
        with self._lock:
            self._given = self._taken = self._arrived = 0
            self._open.clear()
            self._has_answered = self._is_deaf = self._is_over = False
            self._all_arrived.set()

    @property
    def expects_answer(self) -> bool:
        """Whether an answer may still come in with the keys."""
        return bool(self._open) or self._is_deaf

    def given(self, count: int) -> None:
        """So many bytes were handed over to be written."""
        with self._lock:
            self._given += count

    def taken(self, count: int) -> None:
        """So many bytes has the system taken."""
        with self._lock:
            self._taken += count
        self._tell()

    def question(self, more: int = 0, *, alone: bool = False) -> str:
        """What to write behind `more` bytes that are about to be given; "" when there is nothing to ask.

        One that goes `alone` is asked whatever is behind the one before.
        """
        with self._lock:
            behind = self._given + more
            asked = self._open[-1][0] if self._open else self._arrived
            if self._is_over or self._is_deaf or (self._open and not self._has_answered):
                return ""
            if self._has_answered and behind - asked < ASK_AFTER and not alone:
                return ""
            self._open.append((behind + len(QUESTION), self._clock()))
            self._all_arrived.clear()
            return QUESTION

    def answered(self) -> bool:
        """The terminal has answered the oldest open question. Whether to put another at once, with nothing
        before it: its answer tells a line that carries little from a terminal that lets everything wait.
        """
        with self._lock:
            if not self._open:
                # It was given up, and has come after all.
                self._is_deaf = False
                self._all_arrived.set()
                return False
            upto, asked = self._open.popleft()
            now = self._clock()
            looks_slow = self._learn(upto - self._arrived, now - asked, now - max(asked, self._answered_at))
            self._arrived, self._answered_at, self._has_answered = upto, now, True
            if not self._open:
                self._all_arrived.set()
            slow = len(self._rates) >= SAMPLES and sorted(self._rates)[len(self._rates) // 2] < SLOW
        self._tell()
        if slow and self._warned is not None:
            warned, self._warned = self._warned, None
            warned()
        return looks_slow and not self._open

    def is_free(self) -> bool:
        """Whether the next frame may be written."""
        with self._lock:
            if self._taken < self._given:
                return False
            if not self._has_answered or not self._open:
                return True
            if self._clock() - self._open[0][1] > PATIENCE:
                # Whoever answered is gone; a late answer is still taken out of what is typed.
                self._forget()
                return True
            return self._given - self._arrived < self._window

    def when_slow(self, tell: Callable[[], None]) -> None:
        """Call that once, from any thread, when the line carries less than `SLOW` bytes a second."""
        self._warned = tell

    def when_free(self, go_on: Callable[[], None]) -> None:
        """Call that once, from any thread, when the next frame may be written."""
        self._waiting = go_on
        self._tell()

    def settle(self, seconds: float) -> None:
        """Ask nothing more until the terminal is ours anew, and wait for answers that are on their way:
        whatever reads the keys next would take them for typed.

        A terminal that has never answered is waited for only until so many seconds after the question.
        """
        with self._lock:
            self._is_over = True
            if self._open and not self._has_answered:
                seconds -= self._clock() - self._open[0][1]
            if self._is_deaf:
                # What was given up may come after all.
                self._all_arrived.clear()
        if not self._all_arrived.wait(max(0.0, seconds)):
            with self._lock:
                self._forget()

    def _tell(self) -> None:
        if self._waiting is not None and self.is_free():
            waiting, self._waiting = self._waiting, None
            if waiting is not None:
                waiting()

    def _forget(self) -> None:
        self._open.clear()
        self._all_arrived.set()
        self._arrived = self._given
        self._has_answered, self._is_deaf = False, True

    def _learn(self, count: int, trip: float, alone: float) -> bool:
        """Of `count` bytes whose question took `trip` seconds, `alone` of them since the answer before;
        whether they say that the line is slow.
        """
        self._trips.append(trip)
        waited = trip - min(self._trips)
        if count >= ASK_AFTER:
            if waited > BEHIND:
                self._window = max(LEAST, self._window // 2)
            elif waited < QUICK:
                self._window = min(MOST, self._window * 2)
            self._took = min(waited, alone)
            self._rates.append(count / max(self._took, 0.001))
            return self._rates[-1] < SLOW
        if count <= len(QUESTION) and self._rates and trip > self._took / 2:
            # It was the terminal, or the host, and not the line.
            self._rates.pop()
        return False
