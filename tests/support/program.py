"""The real program at a workspace of its own, and a desk beside it to look at what it wrote."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kustui.desk import Desk
from kustui.desk.team import set_up, sign_in
from kustui.store.store import Store
from support.terminal import Terminal


@contextmanager
def desk_at(place: Path | str, *, create: bool = False) -> Iterator[Desk]:
    """Ana's desk on a workspace, by the host's clock."""
    store = Store(place).open(create=create)
    set_up(store, "Acme support")
    yield Desk(store, sign_in(store, "ana", "Ana Soler", "ana@acme.example", "Europe/Madrid"))
    store.close()


def until(true: Callable[[], object], limit: float = 5.0) -> float:
    """Wait until something is so; gives the seconds it took, and fails after `limit` of them."""
    began = time.monotonic()
    while not true():
        assert time.monotonic() - began < limit, "it took too long"
        time.sleep(0.01)
    return time.monotonic() - began


def program(
    place: Path | str, size: tuple[int, int] = (120, 40), *, agent: str = "ana", home: str = ""
) -> Terminal:
    """The program at a workspace, with settings, data and log below its folder, or below `home`."""
    home = home or str(Path(place).parent)
    return Terminal(
        "-m",
        "kustui",
        "--db",
        str(place),
        "--agent",
        agent,
        size=size,
        environment={"HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "XDG_DATA_HOME": home},
    )
