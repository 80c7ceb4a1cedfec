"""What programs hear of each other: everything as a murmur, and loudly what they have to look at."""

from __future__ import annotations

import time
from dataclasses import replace

from kustui.desk import Desk
from kustui.store import tables
from kustui.store.store import Store
from support.people import wrote
from support.program import until


def test_words_of_a_draft_are_a_murmur_and_acts_are_not(store: Store, desk: Desk) -> None:
    """G1, G2: another program hears of both, and looks at its lists again only where they have changed."""
    number = wrote(desk)
    other = Store(store.address).open()
    until(lambda: other.murmur() > 0)
    customer = desk.reads.conversation(number).customer_id
    empty = desk.reads.draft(customer, "reply", number)

    loud, murmur = other.version(), other.murmur()
    kept = desk.drafts.keep(replace(empty, body="Dear"))
    until(lambda: other.version() != loud)
    loud, murmur = other.version(), other.murmur()
    kept = desk.drafts.keep(replace(kept, body="Dear Ana"))
    until(lambda: other.murmur() != murmur)
    assert other.version() == loud
    desk.drafts.keep(replace(kept, body=""))
    until(lambda: other.version() != loud)
    loud = other.version()
    desk.triage.done(number)
    until(lambda: other.version() != loud)
    other.close()


def test_what_is_undone_is_not_heard_of(store: Store) -> None:
    """G1: a transaction that raises changes nothing, the number that others look at included."""
    other = Store(store.address).open()
    until(lambda: other.murmur() > 0)
    time.sleep(0.1)
    loud = other.version()
    try:
        with store.writing() as act:
            act.touch(1)
            raise ValueError
    except ValueError:
        pass
    time.sleep(0.1)
    assert other.version() == loud
    other.close()


def test_what_is_loud_inside_a_quiet_act_is_heard(store: Store) -> None:
    """G1, G2: an act inside another is one transaction with it, and the louder of the two counts."""
    other = Store(store.address).open()
    until(lambda: other.murmur() > 0)
    time.sleep(0.1)
    loud = other.version()
    with store.writing(quiet=True), store.writing() as act:
        act.add(tables.Tag(label="refund"))
    until(lambda: other.version() != loud)
    other.close()
