"""What an agent does about a message on its way: each act once, whole, and refused when it is too late."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from conftest import desk_of
from kustui.clock import HeldClock
from kustui.core.outbox import MOVES
from kustui.desk import Desk
from kustui.desk.owners import owner_name
from kustui.desk.team import sign_in
from kustui.errors import DeliveryFailed, NotFound, Refused
from kustui.store import tables
from support.outbox import ask, everything, item, put, queued, scheduled
from support.people import wrote
from support.transport import Recorder
from support.writing import drafted, number_of, sent

STATES = sorted({state for move in MOVES.values() for state in (*move.came_from, move.to)} - {"taken back"})
ACTS: dict[str, tuple[str, Callable[[Desk, int], object]]] = {
    "retry": ("retry", lambda desk, number: desk.dispatch.retry(number)),
    "send again": ("send again", lambda desk, number: desk.dispatch.send_again(number)),
    "arrived": ("arrived", lambda desk, number: desk.dispatch.arrived(number)),
    "discard": ("discard", lambda desk, number: desk.dispatch.discard(number)),
    "take back": ("take back", lambda desk, number: desk.dispatch.take_back(number)),
    "send now": ("reschedule", lambda desk, number: desk.dispatch.send_now(number)),
    "hold on reply": ("hold", lambda desk, number: desk.dispatch.hold_on_reply(number, True)),
    "reschedule": (
        "reschedule",
        lambda desk, number: desk.dispatch.reschedule(number, desk.now() + timedelta(hours=3)),
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_each_act_is_possible_where_it_is_lawful_and_nowhere_else(desk: Desk, act: str) -> None:
    """D5, D7: in any other state an act is refused in a sentence, and not a row has changed."""
    move, does = ACTS[act]
    conversation = wrote(desk)
    for state in STATES:
        number = scheduled(desk, conversation, hours=1)
        put(desk, "UPDATE outbox SET state = :s WHERE id = :i", s=state, i=number)
        before = everything(desk)
        if state in MOVES[move].came_from and (act, state) != ("send now", "failed"):
            does(desk, number)
            assert everything(desk) != before
            continue
        with pytest.raises(Refused) as refusal:
            does(desk, number)
        assert refusal.value.title
        assert refusal.value.message.endswith(".")
        assert everything(desk) == before


@pytest.mark.parametrize("act", ACTS)
def test_a_number_nobody_has_is_named(desk: Desk, act: str) -> None:
    """G4: an act on what is not in the outbox says so."""
    with pytest.raises(NotFound, match="99"):
        ACTS[act][1](desk, 99)


def test_another_time_is_when_it_goes_and_undo_gives_the_old_one_back(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D5: it stands and goes at the time it was changed to; z changes it back."""
    number = scheduled(desk, wrote(desk), hours=1)
    first = clock.now() + timedelta(hours=1)
    later = clock.now() + timedelta(hours=5)
    desk.dispatch.reschedule(number, later)
    assert item(desk, number).at == later
    desk.undo.last()
    assert item(desk, number).at == first
    assert ask(desk, "SELECT at FROM message WHERE direction = 'outbound'") == ask(
        desk, "SELECT due_at FROM outbox"
    )
    clock.set(first)
    assert desk.clockwork.tick().sent == 1


def test_a_held_one_that_was_given_a_time_is_held_again_by_undo(desk: Desk, clock: HeldClock) -> None:
    """D5, D9: undoing the new time of a held message holds it as before, with its reason."""
    number = wrote(desk, message_id="q@x")
    placed = scheduled(desk, number, hours=1, hold=True)
    wrote(desk, "Wait", references=("q@x",))
    before = item(desk, placed)
    clock.advance(minutes=1)
    desk.dispatch.reschedule(placed, clock.now() + timedelta(hours=9))
    desk.undo.last()
    assert item(desk, placed) == before


def test_send_now_sends_with_the_next_pass(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """D5: a scheduled message goes now, once, and stands on the timeline now."""
    number = scheduled(desk, wrote(desk), hours=9)
    clock.advance(minutes=1)
    desk.dispatch.send_now(number)
    desk.clockwork.tick()
    clock.advance(hours=9)
    desk.clockwork.tick()
    assert [parcel.at for parcel in transport.sent] == [clock.now() - timedelta(hours=9)]


@pytest.mark.parametrize("by_undo", [True, False], ids=["z", "outbox"])
def test_a_message_is_taken_back_whole(desk: Desk, transport: Recorder, by_undo: bool) -> None:
    """D5: recipients with copies, text, files and the status come back, and z has nothing left to undo."""
    number = wrote(desk)
    standing = desk.reads.conversation(number)
    draft = replace(
        drafted(desk, number, "**Bold**\n\nwords"),
        to=("else@example.com",),
        cc=("copy@example.com",),
        bcc=("blind@example.com",),
    )
    draft = desk.drafts.keep(draft)
    content = b"%PDF-1.7 label"
    digest = hashlib.sha256(content).hexdigest()
    with desk.store.writing() as act:
        act.add(tables.Blob(sha256=digest, content=content))
        act.add(
            tables.Attachment(
                draft_id=draft.id, sha256=digest, name="a.pdf", media_type="application/pdf", size=14
            )
        )
    changed = desk.replies.send(draft, "done", at=desk.now() + timedelta(hours=1))
    assert desk.reads.conversation(number).status == "done"
    if by_undo:
        desk.undo.last()
    else:
        desk.dispatch.take_back(number_of(desk, changed))
        with pytest.raises(Refused, match="Nothing to undo"):
            desk.undo.last()
    back = desk.reads.draft(standing.customer_id, "reply", number)
    assert (back.body, back.to, back.cc, back.bcc) == (draft.body, draft.to, draft.cc, draft.bcc)
    assert ask(desk, "SELECT draft_id, message_id, name FROM attachment") == [(back.id, None, "a.pdf")]
    assert desk.reads.conversation(number) == standing
    assert ask(desk, "SELECT state, message_id FROM outbox") == [("taken back", None)]
    again = desk.replies.send(back, wait=False)
    desk.clockwork.tick()
    assert item(desk, number_of(desk, again)).state == "sent"
    [parcel] = transport.sent
    assert [file.content for file in parcel.files] == [content]
    assert [person.address for person in (*parcel.to, *parcel.cc, *parcel.bcc)] == [
        "else@example.com",
        "copy@example.com",
        "blind@example.com",
    ]


def test_a_composed_message_is_taken_back_with_its_conversation(desk: Desk) -> None:
    """D5: taking back the first message of a new conversation leaves its draft and no empty shell."""
    customer = desk.people.create("Mo", [("email", "mo@example.com")]).customer_id
    assert customer is not None
    draft = replace(desk.reads.draft(customer, "email"), subject="News", body="Hello", cc=("c@example.com",))
    changed = desk.replies.send(draft, "until reply", at=desk.now() + timedelta(hours=1))
    desk.dispatch.take_back(number_of(desk, changed))
    back = desk.reads.draft(customer, "email")
    assert (back.subject, back.body, back.cc) == ("News", "Hello", ("c@example.com",))
    assert ask(desk, "SELECT count(*) FROM conversation") == [(0,)]
    with pytest.raises(Refused, match="Nothing to undo"):
        desk.undo.last()


def test_a_colleague_takes_it_back_into_its_authors_draft(desk: Desk, transport: Recorder) -> None:
    """D5: whoever takes a message back, the words return to who wrote them, which is said."""
    number = wrote(desk)
    ben = desk_of(desk.store, sign_in(desk.store, "ben", "Ben Osei"), transport)
    placed = scheduled(ben, number, "From Ben", hours=1)
    assert "Ben Osei" in desk.dispatch.take_back(placed).notice
    assert ben.reads.draft(desk.reads.conversation(number).customer_id, "reply", number).body == "From Ben"
    with pytest.raises(Refused, match="Nothing to undo"):
        ben.undo.last()


def test_a_discard_is_final_until_it_is_undone(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """D7: a failed message that is discarded is never sent; z makes it a failed one again, to be retried."""
    transport.before = DeliveryFailed("550 no such user")
    number = queued(desk, wrote(desk))
    desk.clockwork.tick()
    desk.dispatch.discard(number)
    transport.before = None
    clock.advance(hours=2)
    assert desk.clockwork.tick().sent == 0
    assert item(desk, number).fate == "discarded"
    assert "failed again" in desk.undo.last().notice
    desk.dispatch.retry(number)
    assert desk.clockwork.tick().sent == 1
    assert transport.sent[0].round == 1


def test_it_did_arrive_settles_it(desk: Desk, transport: Recorder) -> None:
    """D7: an uncertain message that somebody found to have arrived is sent, and nothing more goes."""
    transport.after = TimeoutError()
    number = queued(desk, wrote(desk))
    desk.clockwork.tick()
    assert item(desk, number).state == "uncertain"
    desk.dispatch.arrived(number)
    assert (item(desk, number).state, item(desk, number).reason) == (
        "sent",
        "Ana Soler found that it arrived.",
    )


def test_send_again_waits_until_the_program_that_was_sending_is_gone(
    desk: Desk, transport: Recorder, clock: HeldClock
) -> None:
    """D7: refused while the process that began it lives, killed or not yet buried; then it really sends."""
    child = subprocess.Popen(
        [sys.executable, "-c", OWNER], stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": SOURCE}
    )
    assert child.stdout is not None
    owner = child.stdout.readline().decode().strip()
    number = queued(desk, wrote(desk))
    put(
        desk,
        "UPDATE outbox SET state = 'sending', fence = 1, attempts = 1, carrier = 'recorder', owner = :o, "
        "lease_until = 1",
        o=owner,
    )
    try:
        desk.clockwork.tick()
        assert item(desk, number).state == "uncertain"
        before = everything(desk)
        with pytest.raises(Refused, match=f"process {child.pid}"):
            desk.dispatch.send_again(number)
        assert everything(desk) == before
    finally:
        child.kill()
    # It has ended, though nobody has asked how.
    os.waitid(os.P_PID, child.pid, os.WEXITED | os.WNOWAIT)
    desk.dispatch.send_again(number)
    child.wait()
    desk.clockwork.tick()
    assert (item(desk, number).state, transport.sent[0].round) == ("sent", 1)


def test_a_claims_owner_is_told_from_others_with_its_number(desk: Desk) -> None:
    """D7: a process that was given the number of a dead one is not taken for it."""
    host, pid, started, word = owner_name().split(":")
    number = queued(desk, wrote(desk))
    put(
        desk,
        "UPDATE outbox SET state = 'uncertain', owner = :o",
        o=f"{host}:{pid}:{int(started) + 1}:{word}",
    )
    desk.dispatch.send_again(number)
    assert item(desk, number).state == "queued"


SOURCE = os.pathsep.join(path for path in sys.path if path)
OWNER = """
import sys
from kustui.desk.owners import owner_name
print(owner_name(), flush=True)
sys.stdin.read()
import time
time.sleep(60)
"""


def test_who_gets_no_answer_waits_again(desk: Desk, transport: Recorder, clock: HeldClock) -> None:
    """B11, D7: an answer that failed and is given up leaves the customer waiting as before; undo takes
    that back, and an answer that went since keeps them answered.
    """
    number = wrote(desk)
    waiting = desk.reads.conversation(number).waiting_since
    changed = sent(desk, number)
    clock.advance(seconds=5)
    transport.before = DeliveryFailed("550 no such mailbox")
    desk.clockwork.tick()
    assert desk.reads.conversation(number).waiting_since is None
    desk.dispatch.discard(number_of(desk, changed))
    assert desk.reads.conversation(number).waiting_since == waiting
    desk.undo.last()
    assert desk.reads.conversation(number).waiting_since is None
    clock.advance(seconds=1)
    sent(desk, number, "Once more.")
    desk.dispatch.discard(number_of(desk, changed))
    assert desk.reads.conversation(number).waiting_since is None
