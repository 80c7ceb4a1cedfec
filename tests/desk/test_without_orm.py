"""Agents who only look, and programs that idle, never load what changes rows; what they write is whole."""

from __future__ import annotations

import subprocess
import sys

import pytest

from kustui.desk import Desk
from kustui.errors import NotFound
from kustui.store.store import Store
from support.people import wrote

LOOKING = """
import sys
from dataclasses import replace
from pathlib import Path
from kustui.desk import Desk
from kustui.desk.reads import agent_of
from kustui.store.store import Store

store = Store(Path(sys.argv[1])).open()
desk = Desk(store, agent_of(store, sys.argv[2]))
number = int(sys.argv[3])
customer = desk.reads.conversation(number).customer_id
desk.presence.opening(customer)
desk.reads.timeline(customer)
desk.drafts.keep(replace(desk.reads.draft(customer, "reply", number), body="Soon"), typing=True)
desk.clockwork.outgoing(), desk.clockwork.filing(), desk.clockwork.incoming()
desk.presence.ended()
print(*[name for name in ("sqlalchemy", "sqlmodel", "pydantic") if name in sys.modules])
"""


@pytest.mark.sqlite
def test_looking_typing_and_idling_load_no_orm(desk: Desk) -> None:
    """G3: opening a customer, reading, the first words typed and a pass with nothing due are plain SQL."""
    number = wrote(desk)
    words = [sys.executable, "-c", LOOKING, str(desk.store.path), desk.agent.login, str(number)]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
    customer = desk.reads.conversation(number).customer_id
    assert desk.reads.draft(customer, "reply", number).body == "Soon"
    assert desk.reads.conversation(number).unread == 0


def put(store: Store) -> None:
    """An act in plain SQL that is refused at its end."""
    with store.writing_plainly() as act:
        act.ask().one("UPDATE workspace SET name = 'Other' WHERE id = 1")
        act.must_be("customer", 999)


def name_of(store: Store) -> str:
    """What the workspace is called."""
    with store.reading() as reader:
        return str(reader.value("SELECT name FROM workspace WHERE id = 1"))


def test_an_act_in_plain_sql_is_whole_or_not_at_all(desk: Desk) -> None:
    """G1: what is refused has written nothing, alone and inside another act; the next act goes on."""
    before = name_of(desk.store)
    with pytest.raises(NotFound):
        put(desk.store)
    assert name_of(desk.store) == before
    with pytest.raises(NotFound), desk.store.writing():
        put(desk.store)
    assert name_of(desk.store) == before
    with desk.store.writing_plainly() as act:
        act.ask().one("UPDATE workspace SET name = 'Other' WHERE id = 1")
    assert name_of(desk.store) == "Other"


@pytest.mark.sqlite
def test_other_programs_hear_of_plain_sql_unless_it_is_quiet(desk: Desk) -> None:
    """E1: what lists show makes others look again; what none shows does not."""
    seen = desk.store.version()
    with desk.store.writing_plainly(quiet=True):
        pass
    assert desk.store.version() == seen
    with desk.store.writing_plainly():
        pass
    assert desk.store.version() != seen
