"""One worker of the storm: the product's own clockwork on the shared store, until it is killed."""

from __future__ import annotations

import logging
import os
import threading
import time
from datetime import timedelta
from pathlib import Path

from kustui.core import outbox
from kustui.core.records import Agent
from kustui.desk import Desk, Post, clockwork
from kustui.errors import KustuiError, StoreBusy
from kustui.store.store import Store
from storm.ledger import Ledger
from storm.plan import Plan, SteppedClock


def desk_of(folder: Path, plan: Plan, agent: Agent, clock: SteppedClock) -> Desk:
    """A desk on the storm's store that sends into its ledger."""
    ledger = Ledger(folder / "ledger", plan.dawdles)
    post = Post({"email": ledger}, address="support@acme.example")
    while True:
        try:
            store = Store(plan.place(folder), clock).open()
        # Whoever starts a worker starts it again while its server is away.
        except StoreBusy:
            time.sleep(0.1)
        else:
            return Desk(store, agent, post, workspace="Storm")


def work(folder: Path, plan: Plan, agent: Agent, clock: SteppedClock) -> None:
    """Run the clockwork for ever; what troubles it is appended to `troubles`.

    The lease is shorter than the product's, and the loops look more often: the storm has minutes
    where the product has days.
    """
    logging.getLogger("kustui").addHandler(logging.NullHandler())
    outbox.LEASE = timedelta(seconds=plan.lease)
    clockwork.POLL_SECONDS = 0.05
    if plan.naive:
        outbox.MOVES["expire sending"] = outbox.MOVES["expire repeatable"]
    stop = threading.Event()
    troubles = os.open(folder / "troubles", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def trouble(error: KustuiError) -> None:
        os.write(troubles, f"{error.title}: {error.message}\n".encode())

    desk_of(folder, plan, agent, clock).clockwork.run(stop, trouble=trouble)
    stop.wait()
