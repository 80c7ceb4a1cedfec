"""Carrying out what is due, so that nothing goes early, twice, or is lost (SPEC D7, D9, F1).

A message is claimed by compare-and-set, marked *sending* before its first irrevocable byte, and
never sent again by itself once it may have got out. Delivering happens outside any transaction.
"""

from __future__ import annotations

import logging
import threading
from typing import TYPE_CHECKING, Any, NamedTuple

from kustui.clock import elapsed, instant, milliseconds
from kustui.core import outbox, when
from kustui.delivery import Proves
from kustui.desk import carrying, copies
from kustui.desk.clockwork_pass import Pass
from kustui.desk.home import ADVICE, COPY, is_home
from kustui.desk.owners import owner_name
from kustui.desk.parcels import parcel
from kustui.desk.telling import tell
from kustui.errors import DeliveryFailed, KustuiError, StoreTrouble, TryLater
from kustui.store.queries import outbox as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.delivery import Transport
    from kustui.desk import Desk

log = logging.getLogger("kustui.clockwork")


class _LostClaim(Exception):
    """Another program has this message now; walk away."""


class _TooLong(Exception):
    """So long passed while the mark was set that its lease may be over; nothing has gone out."""


class _Outcome(NamedTuple):
    """What became of one claimed message: the move, its values, and what is told of it."""

    name: str
    number: int
    fence: int
    values: dict[str, Any]


class Courier:
    """Sends what is due, for one program."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self._owner = owner_name()
        self._lease_ms = int(outbox.LEASE.total_seconds() * 1000)
        # What became of messages, and could not be written down yet.
        self._debts: list[_Outcome] = []

    def file_due(self, done: Pass, stop: threading.Event | None = None) -> None:
        """File the copies that are due; nothing else is waited for, and nothing waits for them."""
        if self._desk.is_trial or not is_home(self._desk):
            return
        for transport, channels in carrying.carriers(self._desk)[0]:
            while outbox.COPY in channels and self._send_some(transport, channels, done, stop):
                pass

    def send_due(self, done: Pass, stop: threading.Event | None = None, *, files: bool = True) -> None:
        """Settle leases that ran out, hold what is too late, and send what is due, in due order; without
        `files`, the copies of what was sent are left to `file_due`.

        Ends early, giving back what it has claimed, when `stop` is set. Raises the trouble that keeps
        messages waiting after all the others have been served; a copied store raises StoreTrouble.
        """
        if not is_home(self._desk):
            raise StoreTrouble(COPY, ADVICE)
        if self._desk.is_trial:
            return
        there, broken = carrying.carriers(self._desk)
        self._settle([each for each, _ in there if each is not None], done)
        for transport, channels in there:
            while (files or outbox.COPY not in channels) and self._send_some(transport, channels, done, stop):
                pass
        carrying.left_waiting(self._desk, {channel for _, channels in there for channel in channels}, broken)

    def pay_debts(self) -> None:
        """Write down what became of messages while the store was in trouble: a late word counts."""
        while self._debts:
            self._write(self._debts[0])
            del self._debts[0]

    def _settle(self, transports: list[Transport], done: Pass) -> None:
        """Settle leases that ran out, asking the transports that can for proof; hold what is too late."""
        repeatable = [each.name for each in transports if each.repeatable]
        with self._desk.store.writing() as act:
            now = milliseconds(act.now)
            doubtful = asking.sweep(act.ask(), now, repeatable)
            for number, fence in doubtful:
                self._tell(act, number, fence, "uncertain", "the program stopped while it was being sent")
            for number, due_ms in asking.hold_late(act.ask(), now):
                due = when.absolute(instant(due_ms), self._desk.server_zone, act.now)
                self._tell(act, number, due_ms, "held", f"it was due {due}, and nothing sent it then")
                done.held += 1
        for number, fence in doubtful:
            self._prove(number, fence)

    def _prove(self, number: int, fence: int) -> None:
        """Settle an uncertain message as sent, if its transport can prove it."""
        try:
            sent = parcel(self._desk, number)
            post = self._desk.post
            carrier: object = (
                (post.copies if sent.copy else post.transports).get(sent.channel) if sent else None
            )
            words = carrier.proof(sent) if sent and isinstance(carrier, Proves) else ""
        except StoreTrouble:
            raise
        # What cannot be asked proves nothing, and keeps no other message waiting.
        except Exception as error:  # noqa: BLE001
            log.warning("no proof could be asked for: %s", type(error).__name__)
            return
        if words:
            self._finish("prove", number, fence, reason=words)

    # -- sending -------------------------------------------------------------------------

    def _send_some(
        self, transport: Transport | None, channels: list[str], done: Pass, stop: threading.Event | None
    ) -> bool:
        """Claim and send some of a transport's messages; whether there may be more to send now."""
        began = elapsed()
        with self._desk.store.writing(claiming=True) as act:
            now = milliseconds(act.now)
            limit = carrying.allowed(act, transport, now)
            claims = (
                asking.claim(act.ask(), self._owner, now, self._lease_ms, channels, limit) if limit else []
            )
            if claims and transport is not None:
                carrying.pace(act, transport)
        for number, fence, attempts, doubt in claims:
            # Half the lease is left for the one that is being sent.
            late = (elapsed() - began) * 2000 > self._lease_ms
            if late or (stop is not None and stop.is_set()):
                self._give_back(number, fence, attempts)
            else:
                self._send_one(transport, number, fence, attempts, done, doubt=doubt)
        return len(claims) == carrying.AT_ONCE and not (stop is not None and stop.is_set())

    def _give_back(self, number: int, fence: int, attempts: int) -> None:
        with self._desk.store.writing() as act:
            asking.move(act.ask(), "release", number, fence, attempts=max(0, attempts - 1))

    def _send_one(
        self,
        transport: Transport | None,
        number: int,
        fence: int,
        attempts: int,
        done: Pass,
        *,
        doubt: bool,
    ) -> None:
        try:
            handed = parcel(self._desk, number)
            words = "Nothing can carry it." if handed else "It is not an outbound message."
        except KustuiError:
            raise
        # Whatever another program wrote into the row: it fails, and the rest goes.
        except Exception as error:  # noqa: BLE001
            handed, words = None, f"It cannot be read ({type(error).__name__})."
        if handed is None or transport is None:
            self._refused(number, fence, words, doubt=doubt)
            done.failed += 1
            return
        marked: list[bool] = []

        def commit() -> None:
            self._mark(transport, number, fence)
            marked.append(True)

        try:
            accepted = transport.send(handed, commit)
        except _LostClaim:
            return
        except _TooLong:
            self._put_off(number, fence, 0, "The store took too long; nothing had gone out.", doubt=doubt)
        except DeliveryFailed as error:
            self._refused(number, fence, str(error), doubt=doubt)
            done.failed += 1
        except TryLater as error:
            self._put_off(number, fence, attempts, str(error), doubt=doubt)
            done.failed += 1
        # Nobody knows what an unforeseen error means once the first byte may have got out.
        except Exception as error:  # noqa: BLE001
            log.warning("a transport stumbled: %s", type(error).__name__)
            # What is said in words (no password, a library that is missing) is for whoever can mend it.
            words = str(error) if isinstance(error, KustuiError) else type(error).__name__
            reason = f"{transport.name} stumbled: {words}"
            if not marked:
                self._put_off(number, fence, attempts, reason, doubt=doubt)
            elif transport.repeatable and attempts < outbox.TRIES:
                self._put_off(number, fence, attempts, reason, doubt=True)
            else:
                self._finish("lose sight", number, fence, reason=f"{reason}; it may have got out.")
                self._prove(number, fence)
            done.failed += 1
        else:
            self._finish("accept", number, fence, reason=accepted.words, provider_id=accepted.provider_id)
            done.sent += 1

    def _mark(self, transport: Transport, number: int, fence: int) -> None:
        """Claimed -> sending, on disk, just before the first byte that cannot be taken back."""
        began = elapsed()
        with self._desk.store.writing() as act:
            until = milliseconds(act.now) + self._lease_ms + int(transport.timeout * 1000)
            if not asking.move(act.ask(), "begin", number, fence, lease_until=until, carrier=transport.name):
                raise _LostClaim
            carrying.pace(act, transport)
        if (elapsed() - began) * 4000 > self._lease_ms:
            raise _TooLong

    # -- what became of it -----------------------------------------------------------------

    def _put_off(self, number: int, fence: int, attempts: int, reason: str, *, doubt: bool) -> None:
        """Queue a message again for later, or give up; with `doubt` an earlier try may have got out."""
        again = outbox.next_try(attempts, self._desk.now())
        if again is None:
            self._refused(number, fence, f"{reason} (tried {attempts} times)", doubt=doubt)
            return
        sure: dict[str, Any] = {} if doubt else {"carrier": ""}
        due_ms = milliseconds(again)
        self._settled("put off", number, fence, reason=reason, due_at=due_ms, attempts=attempts, **sure)

    def _refused(self, number: int, fence: int, reason: str, *, doubt: bool) -> None:
        """A message is refused for good: it failed, unless an earlier try may have got out."""
        if doubt:
            reason = f"{reason} An earlier try may have got out."
            self._settled("refuse in doubt", number, fence, reason=reason)
        else:
            self._settled("refuse", number, fence, reason=reason, carrier="")

    def _finish(self, name: str, number: int, fence: int, *, reason: str, provider_id: str = "") -> None:
        sent: dict[str, Any] = {}
        if outbox.MOVES[name].to == "sent":
            sent = {"sent_at": milliseconds(self._desk.now()), "provider_id": provider_id}
        self._settled(name, number, fence, reason=reason, **sent)

    def _settled(self, name: str, number: int, fence: int, **values: Any) -> None:
        outcome = _Outcome(name, number, fence, values)
        try:
            self._write(outcome)
        except StoreTrouble:
            self._debts.append(outcome)
            raise

    def _write(self, outcome: _Outcome) -> None:
        state = outbox.MOVES[outcome.name].to
        with self._desk.store.writing() as act:
            moved = asking.move(act.ask(), outcome.name, outcome.number, outcome.fence, **outcome.values)
            if moved and state == "sent":
                copies.file_copy(self._desk, act, outcome.number)
            if moved and state != "queued":
                self._tell(act, outcome.number, outcome.fence, state, str(outcome.values["reason"]))

    def _tell(self, act: Writing, number: int, once: int, state: str, reason: str) -> None:
        """Append the line of history that says what became of a message, and tell its author of trouble,
        once for each `once`.
        """
        found = asking.whose(act.ask(), number)
        if found is None:
            return
        agent_id, message_id, conversation_id, customer_id, customer = found
        act.record(
            f"message.{state}",
            "kustui",
            reason,
            customer_id=customer_id,
            conversation_id=conversation_id,
            message_id=message_id,
        )
        if state in outbox.UNSETTLED:
            words = {"failed": "was not sent", "held": "is held", "uncertain": "may not have arrived"}[state]
            text = f"Your message to {customer} (#{conversation_id}) {words}: {reason}"
            tell(act, agent_id, state, text, f"{state}:{number}:{once}", conversation_id)
