"""What happens by itself: snoozes end, messages go out, messages come in (SPEC F).

Any number of these may run on one store. A snooze is woken by the transaction that ends it, once;
a message is claimed by compare-and-set, marked *sending* before its first irrevocable byte, and
never sent again by itself once it may have got out.
"""

from __future__ import annotations

import json
import logging
import os
import threading
from collections.abc import Callable
from typing import TYPE_CHECKING
from uuid import uuid4

from kustui.clock import instant, milliseconds
from kustui.core import outbox, standing
from kustui.core.post import FileContent, Parcel, Person
from kustui.desk import moves
from kustui.desk.clockwork_pass import Pass
from kustui.errors import DeliveryFailed, KustuiError, StoreTrouble, TryLater
from kustui.store import tables
from kustui.store.queries import outbox as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

log = logging.getLogger("kustui.clockwork")

POLL_SECONDS = 1.0
AT_ONCE = 20
_LEASE_MS = int(outbox.LEASE.total_seconds() * 1000)


class _LostClaim(Exception):
    """Another program has this message now; walk away."""


class Clockwork:
    """The background work of one program."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._owner = f"{os.getpid()}:{uuid4().hex[:8]}"

    # -- one pass --------------------------------------------------------------------

    def tick(self) -> Pass:
        """Do everything that is due now, once: wake, send, collect."""
        done = self.outgoing()
        came = self.incoming()
        done.received, done.wrote = came.received, came.wrote
        return done

    def outgoing(self) -> Pass:
        """Wake what is due and send what is due; costs two looks at an index when nothing is."""
        done = Pass()
        now_ms = milliseconds(self._desk.now())
        with self._desk.store.reading() as reader:
            snoozes, messages = asking.snooze_due(reader, now_ms), asking.due(reader, now_ms)
        if snoozes:
            done.opened = self._wake()
            done.woken = len(done.opened)
        if messages:
            self._send(done)
        return done

    def incoming(self) -> Pass:
        """File what the transports have collected."""
        done = Pass()
        for transport in dict.fromkeys(self._desk.post.transports.values()):
            for message in transport.collect():
                changed = self._desk.intake.receive(message)
                if changed is not None:
                    done.received += 1
                    done.wrote.append(changed.notice)
        return done

    # -- for ever --------------------------------------------------------------------

    def run(
        self,
        stop: threading.Event,
        changed: Callable[[Pass], None] | None = None,
        trouble: Callable[[KustuiError], None] | None = None,
    ) -> list[threading.Thread]:
        """Start the two loops, outgoing and incoming, and answer their daemon threads.

        `changed` is told of every pass that did something, `trouble` of what went wrong; both are
        called from the loop's thread. The loops end within a poll of `stop` being set.
        """

        def loop(work: Callable[[], Pass]) -> None:
            while not stop.is_set():
                try:
                    done = work()
                    if done and changed:
                        changed(done)
                except KustuiError as error:
                    log.warning("%s", error.title)
                    if trouble:
                        trouble(error)
                # The loop must outlive what nobody foresaw, or messages would wait for ever.
                except Exception as error:  # noqa: BLE001
                    log.error("unforeseen trouble in the clockwork: %s", type(error).__name__)
                    if trouble:
                        trouble(
                            StoreTrouble("The clockwork stumbled", f"{type(error).__name__}; it goes on.")
                        )
                stop.wait(POLL_SECONDS)

        threads = [
            threading.Thread(target=loop, args=(self.outgoing,), name="kustui-outgoing", daemon=True),
            threading.Thread(
                target=loop,
                args=(self.incoming,),
                name="kustui-incoming",
                daemon=True,
            ),
        ]
        for thread in threads:
            thread.start()
        return threads

    # -- waking ----------------------------------------------------------------------

    def _wake(self) -> list[str]:
        opened: list[str] = []
        while True:
            with self._desk.store.writing() as act:
                due = asking.snoozes_due(act.ask(), milliseconds(act.now), AT_ONCE)
                for snooze_id, conversation_id in due:
                    opened += self._wake_one(act, snooze_id, conversation_id)
            if len(due) < AT_ONCE:
                return opened

    def _wake_one(self, act: Writing, snooze_id: int, conversation_id: int) -> list[str]:
        snooze = act.get(tables.Snooze, snooze_id, "snooze")
        row = act.get(tables.Conversation, conversation_id, "conversation")
        if row.snooze_id != snooze_id or row.status != "snoozed":
            moves.end_snooze(act, snooze_id, "status")
            return []
        name = f"#{row.id} {row.subject or row.excerpt}"
        moves.move(
            act,
            row,
            standing.wake(act.now),
            name="conversation.woke",
            actor="kustui",
            words="re-opened it: the snooze is over",
            ended_by="time",
            stirs=True,
        )
        for agent_id in sorted({agent for agent in (snooze.agent_id, row.assignee_id) if agent is not None}):
            act.session.add(
                tables.Notification(
                    agent_id=agent_id,
                    kind="woke",
                    text=f"{name} is open again",
                    conversation_id=row.id,
                    token=f"snooze:{snooze_id}:{agent_id}",
                    at=act.now,
                )
            )
        return [name]

    # -- sending ---------------------------------------------------------------------

    def _send(self, done: Pass) -> None:
        while True:
            with self._desk.store.writing() as act:
                for message_id in asking.sweep(act.ask(), milliseconds(act.now)):
                    self._tell(act, message_id, "uncertain", "the program stopped while it was being sent")
                claims = asking.claim(act.ask(), self._owner, milliseconds(act.now), _LEASE_MS, AT_ONCE)
            for number, fence, attempts in claims:
                self._send_one(number, fence, attempts, done)
            if len(claims) < AT_ONCE:
                return

    def _send_one(self, number: int, fence: int, attempts: int, done: Pass) -> None:
        parcel, message_id = self._parcel(number)
        transport = None if parcel is None else self._desk.post.carrier(parcel.channel)
        if parcel is None or transport is None:
            words = "Nothing carries this channel any more." if parcel else "It is not an outbound message."
            self._finish(number, fence, "failed", message_id, reason=words)
            done.failed += 1
            return
        began: list[bool] = []

        def commit() -> None:
            with self._desk.store.writing() as act:
                until = milliseconds(act.now) + _LEASE_MS + int(transport.timeout * 1000)
                if not asking.begin(act.ask(), number, fence, until):
                    raise _LostClaim
            began.append(True)

        try:
            accepted = transport.send(parcel, commit)
        except _LostClaim:
            return
        except DeliveryFailed as error:
            self._finish(number, fence, "failed", message_id, reason=str(error))
            done.failed += 1
        except TryLater as error:
            self._later(number, fence, attempts, message_id, str(error))
            done.failed += 1
        # Nobody knows what an unforeseen error means once the first byte may have got out.
        except Exception as error:  # noqa: BLE001
            log.warning("a transport stumbled: %s", type(error).__name__)
            reason = f"{transport.name} stumbled: {type(error).__name__}"
            if began:
                self._finish(number, fence, "uncertain", message_id, reason=f"{reason}; it may have got out.")
            else:
                self._later(number, fence, attempts, message_id, reason)
            done.failed += 1
        else:
            self._finish(
                number, fence, "sent", message_id, reason=accepted.words, provider_id=accepted.provider_id
            )
            done.sent += 1

    def _parcel(self, number: int) -> tuple[Parcel | None, int]:
        with self._desk.store.reading() as reader:
            row = asking.parcel(reader, number)
            files = asking.parcel_files(reader, row[1]) if row else []
        if row is None:
            return None, 0
        people = json.loads(row[4])
        name = f"{row[3]} · {self._desk.workspace}" if self._desk.workspace else row[3]

        def persons(key: str) -> tuple[Person, ...]:
            return tuple(Person(item["address"], item.get("name", "")) for item in people.get(key, ()))

        references = tuple(json.loads(row[8]))
        parcel = Parcel(
            outbox_id=number,
            channel=row[0],
            sender=Person(row[2] or "support@kustui.invalid", name),
            to=persons("to"),
            cc=persons("cc"),
            bcc=persons("bcc"),
            subject=row[5],
            text=row[6],
            message_id=row[7],
            in_reply_to=references[-1] if references else "",
            references=references,
            at=instant(row[9]),
            files=tuple(FileContent(*file) for file in files),
            round=row[10],
        )
        return parcel, row[1]

    def _later(self, number: int, fence: int, attempts: int, message_id: int, reason: str) -> None:
        again = outbox.next_try(attempts, self._desk.now())
        if again is None:
            self._finish(number, fence, "failed", message_id, reason=f"{reason} (tried {attempts} times)")
            return
        with self._desk.store.writing() as act:
            asking.finish(act.ask(), number, fence, "queued", reason=reason, due_at=milliseconds(again))

    def _finish(
        self, number: int, fence: int, state: str, message_id: int, *, reason: str, provider_id: str = ""
    ) -> None:
        with self._desk.store.writing() as act:
            sent = {"sent_at": milliseconds(act.now), "provider_id": provider_id} if state == "sent" else {}
            if not asking.finish(act.ask(), number, fence, state, reason=reason, **sent) or not message_id:
                return
            self._tell(act, message_id, state, reason)

    def _tell(self, act: Writing, message_id: int, state: str, reason: str) -> None:
        """Append the line of history that says what became of a message."""
        message = act.get(tables.Message, message_id, "message")
        act.record(
            f"message.{state}",
            "kustui",
            reason,
            customer_id=message.customer_id,
            conversation_id=message.conversation_id,
            message_id=message_id,
        )
