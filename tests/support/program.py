"""The real program at a workspace of its own, and a desk beside it to look at what it wrote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from kustui.desk import Desk
from kustui.desk.team import set_up, sign_in
from kustui.store.store import Store
from support.terminal import Terminal


@contextmanager
def desk_at(path: Path, *, create: bool = False) -> Iterator[Desk]:
    """Ana's desk on a workspace, by the host's clock."""
    store = Store(path).open(create=create)
    set_up(store, "Acme support")
    yield Desk(store, sign_in(store, "ana", "Ana Soler", "ana@acme.example", "Europe/Madrid"))
    store.close()


def program(path: Path, size: tuple[int, int] = (120, 40)) -> Terminal:
    """The program at a workspace, with settings, data and log below the workspace's folder."""
    home = str(path.parent)
    return Terminal(
        "-m",
        "kustui",
        "--db",
        str(path),
        "--agent",
        "ana",
        size=size,
        environment={"HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "XDG_DATA_HOME": home},
    )
