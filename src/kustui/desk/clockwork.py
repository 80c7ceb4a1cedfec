"""What happens by itself: snoozes end, messages go out, messages come in (SPEC F).

Any number of these may run on one store: a snooze is woken by the transaction that ends it, once,
and a message goes by the protocol of the courier. What came due while nothing ran is worked off in
due order, snoozes first.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from kustui.clock import instant, milliseconds
from kustui.core.channels import CHANNELS
from kustui.core.outbox import COPY
from kustui.core.post import Inbound
from kustui.desk.clockwork_pass import Pass
from kustui.desk.collecting import Collecting
from kustui.desk.courier import Courier
from kustui.desk.routing import flow
from kustui.desk.waking import wake_due
from kustui.errors import KustuiError, StoreTrouble
from kustui.store.queries import outbox as asking

if TYPE_CHECKING:
    from kustui.delivery import Transport
    from kustui.desk import Desk

log = logging.getLogger("kustui.clockwork")

POLL_SECONDS = 1.0
"""The loops look this often, and never sleep until something is due: clocks are set, machines sleep."""
TROUBLE_SECONDS = 15.0
"""A mailbox in trouble is tried again after so long."""
OUTGOING, INCOMING = "kustui-outgoing", "kustui-incoming"
MOMENT_SECONDS = 1.5
GRACE_SECONDS = 5.0
"""What writing down the outcome may take, when a program ends while it sends."""


class Clockwork:
    """The background work of one program."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._courier, self._filer = Courier(desk), Courier(desk)
        self._collecting = Collecting(desk)
        self._unfiled: deque[Inbound] = deque()

    # -- one pass --------------------------------------------------------------------

    def tick(self) -> Pass:
        """Do everything that is due now, once: wake, send, collect, route. Raises Refused in a training shift
        that another program plays.
        """
        self._desk.shifts.must_be_none()
        done = self.outgoing()
        for came in (self.incoming(), *(self.mailbox(channel) for channel in self._desk.post.collectors)):
            done.received += came.received
            done.wrote += came.wrote
            done.trouble = done.trouble or came.trouble
        for channel in self._desk.post.collectors:
            with contextlib.suppress(KustuiError):
                self._collecting.leave(channel)
        self._route(done)
        return done

    def next_at(self) -> datetime | None:
        """The next instant at which something of the store is due; None when nothing will be."""
        now_ms = milliseconds(self._desk.now())
        with self._desk.store.reading() as reader:
            found = asking.next_due(reader, now_ms)
        # A lease has run out behind its last millisecond.
        return None if found is None else instant(max(found, now_ms + 1))

    def outgoing(self, stop: threading.Event | None = None, *, files: bool = True) -> Pass:
        """Wake what is due, route what waits and send what is due; costs a few looks at an index when
        nothing is.

        Ends between two messages when `stop` is set. Without `files`, copies are left to `filing`. In a
        training shift, everything is left to the program that plays it.
        """
        done = Pass()
        if self._desk.store.follows:
            return done
        now_ms = milliseconds(self._desk.now())
        with self._desk.store.reading() as reader:
            snoozes, messages = asking.snooze_due(reader, now_ms), asking.due(reader, now_ms)
        try:
            if snoozes:
                done.opened = wake_due(self._desk)
                done.woken = len(done.opened)
        except KustuiError as error:
            done.trouble = error
        self._route(done)
        try:
            self._courier.pay_debts()
            # The mail of a snooze that was over just now is due as well.
            if messages or done.woken:
                self._courier.send_due(done, stop, files=files)
        except KustuiError as error:
            done.trouble = done.trouble or error
        return done

    def _route(self, done: Pass) -> None:
        """Give what nobody has to agents who have room, where work is routed (SPEC B11)."""
        try:
            done.routed += len(flow(self._desk))
        except KustuiError as error:
            done.trouble = done.trouble or error

    def filing(self, stop: threading.Event | None = None) -> Pass:
        """File the copies that are due, which a mailbox that hangs may hold up as long as it likes."""
        done = Pass()
        with self._desk.store.reading() as reader:
            due = COPY in asking.channels_due(reader, milliseconds(self._desk.now()))
        try:
            self._filer.pay_debts()
            if due:
                self._filer.file_due(done, stop)
        except KustuiError as error:
            done.trouble = error
        # A copy is no message that was sent, or was not.
        done.sent = done.failed = 0
        return done

    def incoming(self) -> Pass:
        """File what the transports have collected; one in trouble keeps no other from being asked."""
        done = Pass()
        asked: list[Transport] = []
        for channel in self._desk.post.transports:
            try:
                transport = self._desk.post.transports[channel]
                if all(transport is not each for each in asked):
                    asked.append(transport)
                    self._collect(transport, done)
            except KustuiError as error:
                done.trouble = error
            # Another package's code: whatever is wrong with it must not stop the other channels.
            except Exception as error:  # noqa: BLE001
                log.warning("a transport stumbled: %s", type(error).__name__)
                done.trouble = StoreTrouble(
                    f"Nothing came by {CHANNELS[channel].label if channel in CHANNELS else channel}",
                    f"Its transport stumbled ({type(error).__name__}); it is asked again.",
                )
        return done

    def mailbox(self, channel: str, stop: threading.Event | None = None) -> Pass:
        """Read what has come to the mailbox of a channel; `Pass.elsewhere` when another program reads it."""
        done = Pass()
        try:
            done.elsewhere = not self._collecting.read(channel, done, stop)
        except KustuiError as error:
            done.trouble = error
        return done

    def _collect(self, transport: Transport, done: Pass) -> None:
        # What a transport has handed over it does not hand over again, so it is kept until it is filed.
        self._unfiled.extend(transport.collect())
        for _ in range(len(self._unfiled)):
            message = self._unfiled.popleft()
            try:
                changed = self._desk.intake.receive(message)
            except BaseException:
                self._unfiled.append(message)
                raise
            if changed is not None:
                done.received += 1
                done.wrote.append(changed.notice)

    def finish(self, threads: Sequence[threading.Thread]) -> None:
        """Wait for the threads of `run` once its `stop` is set: for a message on its way as long as its
        transport may take, for a mailbox a moment, since what is not filed stands there still.
        """
        until = time.monotonic() + MOMENT_SECONDS
        for thread in threads:
            if thread.name in (OUTGOING, INCOMING):
                thread.join(self._patience())
        for thread in threads:
            thread.join(max(0.0, until - time.monotonic()))

    def _patience(self) -> float:
        """Seconds that work in flight may take to end: the longest time-out of the transports, and some."""
        found = [GRACE_SECONDS]
        for channel in self._desk.post.transports:
            with contextlib.suppress(KustuiError):
                found.append(self._desk.post.transports[channel].timeout + GRACE_SECONDS)
        return max(found)

    # -- for ever --------------------------------------------------------------------

    def run(
        self,
        stop: threading.Event,
        changed: Callable[[Pass], None] | None = None,
        trouble: Callable[[KustuiError], None] | None = None,
    ) -> list[threading.Thread]:
        """Start the loops (outgoing, copies, incoming, one for each mailbox) and answer their daemon threads.

        `changed` is told of every pass that did something, `trouble` of what went wrong; both are
        called from the loop's thread. The loops end within a poll of `stop` being set, but for what a
        server keeps waiting: `finish` waits for them. Raises Refused in a training shift.
        """
        self._desk.shifts.must_be_none()

        def loop(work: Callable[[], Pass], wait: Callable[[Pass | None], None]) -> None:
            logged = ""
            while not stop.is_set():
                done = None
                try:
                    done = work()
                    if done and changed:
                        changed(done)
                    if done.trouble is not None:
                        raise done.trouble
                    logged = ""
                except KustuiError as error:
                    # What lasts comes with every pass, and need not fill the log.
                    if error.title != logged:
                        log.warning("%s", error.title)
                    logged = error.title
                    if trouble:
                        trouble(error)
                # The loop must outlive what nobody foresaw, or messages would wait for ever.
                except Exception as error:  # noqa: BLE001
                    log.error("unforeseen trouble in the clockwork: %s", type(error).__name__)
                    if trouble:
                        trouble(
                            StoreTrouble("The clockwork stumbled", f"{type(error).__name__}; it goes on.")
                        )
                wait(done)

        def a_moment(_: Pass | None) -> None:
            stop.wait(POLL_SECONDS)

        def going_out() -> None:
            loop(lambda: self.outgoing(stop, files=False), a_moment)
            # What could not be written down so far is tried once more before it is forgotten.
            with contextlib.suppress(KustuiError):
                self._courier.pay_debts()

        def being_filed() -> None:
            loop(lambda: self.filing(stop), a_moment)
            with contextlib.suppress(KustuiError):
                self._filer.pay_debts()

        def reading(channel: str) -> None:
            def until_more(done: Pass | None) -> None:
                if done is None or done.trouble is not None:
                    stop.wait(TROUBLE_SECONDS)
                    return
                with contextlib.suppress(KustuiError):
                    self._collecting.wait(channel, not done.elsewhere, stop)

            loop(lambda: self.mailbox(channel, stop), until_more)
            with contextlib.suppress(KustuiError):
                self._collecting.leave(channel)

        threads = [
            threading.Thread(target=going_out, name=OUTGOING, daemon=True),
            threading.Thread(target=loop, args=(self.incoming, a_moment), name=INCOMING, daemon=True),
            *(
                threading.Thread(target=being_filed, name="kustui-copies", daemon=True)
                for _ in range(1 if self._desk.post.copies else 0)
            ),
            *(
                threading.Thread(target=reading, args=(channel,), name=f"kustui-{channel}", daemon=True)
                for channel in self._desk.post.collectors
            ),
        ]
        for thread in threads:
            thread.start()
        return threads
