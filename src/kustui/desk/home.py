"""Whether this store may send: a copy of it, or a backup put back, sends nothing until somebody says so."""

from __future__ import annotations

from kustui.core.records import Changed
from kustui.desk import Desk
from kustui.errors import Refused, StoreTrouble
from kustui.store import home, tables
from kustui.store.database import MOVED, Home, moved_to

COPY = "This store is a copy and sends nothing"
ADVICE = (
    "What is due here may have been sent by the store it was copied from. Look at the Outbox (on the "
    "screen it asks; else `kustui outbox adopt`) before this becomes the one that sends."
)


def is_home(desk: Desk) -> bool:
    """Whether the store is where it was made, or where somebody confirmed it.

    Raises StoreTrouble, saying where it is, for a workspace that has been moved into another store.
    """
    with desk.store.reading() as reader:
        said = home.recorded(reader)
    if said is not None and said.file == MOVED:
        raise moved_to(said.path)
    now = _here(desk)
    if said is None or home.is_home(said, now):
        return True
    if said.file or said.path != now.path:
        return False
    # An older kustui wrote down no file: the store that is found at its path is taken for itself, once.
    with desk.store.writing() as act:
        home.record(act.ask(), now)
    return True


def adopt(desk: Desk) -> Changed:
    """Say that this copy of the store is the one that sends from now on."""
    with desk.store.writing() as act:
        said, now = home.recorded(act.ask()), _here(desk)
        if said is None or home.is_home(said, now):
            raise Refused("Nothing to confirm", "This store sends already.")
        home.record(act.ask(), now)
        me = act.get(tables.Agent, desk.agent.id, "agent")
        act.record(
            "workspace.adopted",
            me,
            "said that this store is the one that sends",
            before={"host": said.host, "path": said.path},
            after={"host": now.host, "path": now.path},
        )
        return Changed(notice="This store sends from now on")


def _here(desk: Desk) -> Home:
    try:
        return desk.store.here()
    except OSError as error:
        raise StoreTrouble(
            "The store is gone", f"{desk.store.place} was moved or deleted; nothing is sent until it is back."
        ) from error
