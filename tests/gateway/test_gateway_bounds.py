"""What an attacker can fill up is bounded, and what somebody waits for keeps nobody else."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager

import pytest

from kustui.core.records import Agent
from kustui.delivery import Answer, Request
from kustui.desk import Desk
from kustui.desk.chat import Chat
from kustui.gateway import connections, http, routes, watch
from kustui.gateway.bounds import Shared
from kustui.gateway.watch import Watcher
from kustui.store import sqlite
from kustui.store.store import Store
from support.gateway import chat_desk, serving
from support.transport import Recorder


class Calling(Recorder):
    """A transport whose provider calls us, and says nothing."""

    def webhook(self, request: Request) -> Answer:
        """Take it."""
        return Answer(200, request.method)


@pytest.fixture
def chat(store: Store, agent: Agent) -> Desk:
    """Ana's desk, with a chat page behind a proxy on this host, and an SMS gateway that calls."""
    return chat_desk(store, agent, {"proxies": ["127.0.0.1"]}, sms=Calling())


@contextmanager
def held(desk: Desk) -> Iterator[None]:
    """Another program writes, and does not end."""
    with closing(sqlite.connect(desk.store.path)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def test_a_store_that_is_held_keeps_nobody_from_reading(chat: Desk) -> None:
    """D7: twenty who wait to write leave room for who reads; then each is filed once."""
    with serving(chat) as page:
        token = page.hello()
        page.write(token, "Hello?")
        others = [page.hello() for _ in range(19)]
        with ThreadPoolExecutor(20) as writers:
            with held(chat):
                asked = [writers.submit(page.write, each, "me", "number-one") for each in others]
                time.sleep(0.2)
                assert page.words(token) == ["Hello?"]
                assert not any(each.done() for each in asked)
            assert {each.result().status for each in asked} == {200}
        with chat.store.reading() as reader:
            assert reader.value("SELECT count(*) FROM message") == 20


def test_it_ends_while_somebody_waits_to_write(chat: Desk) -> None:
    """Ending waits for no store that another program holds: who was writing writes again."""
    writers = ThreadPoolExecutor(12)
    with ExitStack() as holding:
        with serving(chat) as page:
            tokens = [page.hello() for _ in range(12)]
            holding.enter_context(held(chat))
            asked = [writers.submit(page.write, each, "me", "number-one") for each in tokens]
            time.sleep(0.3)
            began = time.monotonic()
        assert time.monotonic() - began < 4
        for each in asked:
            assert each.exception(10) is not None or each.result().status >= 500
    writers.shutdown()
    with chat.store.writing() as act:
        assert act.ask().value("SELECT count(*) FROM message") == 0


def test_who_takes_no_answer_is_let_go(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """Thirty who ask without end and read nothing hold no connection, neither then nor at the end."""
    monkeypatch.setattr(connections, "TAKE_SECONDS", 0.3)
    taken = []
    for stuck in (False, True):
        with serving(chat) as page:
            for _ in range(30):
                one = socket.socket()
                one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                one.connect(("127.0.0.1", page.port))
                one.setblocking(False)
                one.send(b"GET /page.js HTTP/1.1\r\nHost: x\r\n\r\n" * 900)
                taken.append(one)
            assert page.write(page.hello(), "Hello?").status == 200
            end = time.monotonic() + 10
            while not stuck and any(is_open(each) for each in taken):
                assert time.monotonic() < end
                time.sleep(0.02)
            began = time.monotonic()
        assert time.monotonic() - began < 3
        for each in taken:
            each.close()
        taken = []


def is_open(one: socket.socket) -> bool:
    """Whether the other side still holds a connection, of which nothing is read."""
    try:
        one.send(b"\r\n")
    except BlockingIOError:
        return True
    except OSError:
        return False
    return True


def test_nothing_follows_an_answer_without_a_body(chat: Desk) -> None:
    """What has no end is not there for HEAD, after which a proxy takes any byte for the next answer."""
    with serving(chat) as page, socket.create_connection(("127.0.0.1", page.port)) as line:
        line.settimeout(10)
        for path in ("/chat/events", "/chat/messages", "/chat"):
            line.sendall(
                f"HEAD {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {page.hello()}\r\n\r\n".encode()
            )
            said = line.recv(4000)
            assert said.startswith(b"HTTP/1.1 200" if path == "/chat" else b"HTTP/1.1 404")
            assert said.endswith(b"\r\n\r\n")


def test_large_bodies_share_their_room(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """What is large waits until there is room; a call of usual size always has it."""
    monkeypatch.setattr(routes, "Room", lambda: http.Room(150_000))
    head = b"POST /webhook/sms HTTP/1.1\r\nHost: x\r\nContent-Length: 200000\r\n\r\n"
    with serving(chat) as page:
        with socket.create_connection(("127.0.0.1", page.port)) as first:
            first.sendall(head + b"x" * 160_000)
            end = time.monotonic() + 10
            while page.ask("POST", "/webhook/sms", raw=b"x" * 160_000).status != 503:
                assert time.monotonic() < end
            assert page.ask("POST", "/webhook/sms", raw=b"x" * 60_000).status == 200
            first.sendall(b"x" * 40_000)
            assert b" 200 " in first.recv(100)
        assert page.ask("POST", "/webhook/sms", raw=b"x" * 160_000).status == 200


def test_one_place_writes_so_much(chat: Desk) -> None:
    """However many visitors somebody makes, what they write together is bounded; others go on."""
    here, there = {"X-Forwarded-For": "198.51.100.1"}, {"X-Forwarded-For": "198.51.100.2"}
    with serving(chat) as page:
        visitors = [page.hello(**here) for _ in range(13)]

        def write(token: str, number: int, headers: dict[str, str]) -> int:
            what = {"text": "x", "id": f"number-{number}"}
            return page.ask("POST", "/chat/messages", token=token, what=what, headers=headers).status

        said = [write(token, number, here) for token in visitors for number in range(5)]
        assert said == [200] * 60 + [429] * 5
        assert write(page.hello(**there), 1, there) == 200


def test_one_place_listens_so_much(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """Streams are counted by where they are, so that one place leaves room for the others."""
    monkeypatch.setattr(routes, "STREAMS_FROM", 2)
    here, there = {"X-Forwarded-For": "198.51.100.1"}, {"X-Forwarded-For": "198.51.100.2"}
    with serving(chat) as page:
        lines = []
        for headers, status in ((here, 200), (here, 200), (here, 429), (there, 200)):
            line = page.connection()
            line.request("GET", "/chat/events", None, {"Authorization": f"Bearer {page.hello()}", **headers})
            assert line.getresponse().status == status
            lines.append(line)
        for line in lines:
            line.close()


async def test_what_many_take_is_held_once() -> None:
    """One copy for all who ask while it is sent; asked for anew afterwards; a trouble reaches each."""
    loads = []

    async def load() -> bytes:
        loads.append(1)
        await asyncio.sleep(0)
        return b"picture" * 10

    shared, taken = Shared(), []

    async def take() -> None:
        async with shared.of("a.png", load) as content:
            taken.append(content)
            await asyncio.sleep(0.01)

    await asyncio.gather(*(take() for _ in range(5)))
    assert len(loads) == 1
    assert len({id(each) for each in taken}) == 1
    await take()
    assert len(loads) == 2

    async def trouble() -> bytes:
        raise ValueError

    async def fail() -> None:
        async with shared.of("b.png", trouble):
            pass

    assert [type(each) for each in await asyncio.gather(fail(), fail(), return_exceptions=True)] == [
        ValueError, ValueError
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("limits", "most", "asked"),
    [
        ((1024, 1024), 824, []),
        ((1024, 4096), 2000, [(2200, 4096)]),
        ((256, 1000), 800, [(1000, 1000)]),
        ((1024, resource.RLIM_INFINITY), 2000, [(2200, resource.RLIM_INFINITY)]),
        ((resource.RLIM_INFINITY,) * 2, 2000, []),
        ((100, 100), 1, []),
    ],
)
def test_there_are_files_left_for_the_store(
    monkeypatch: pytest.MonkeyPatch, limits: tuple[int, int], most: int, asked: list[tuple[int, int]]
) -> None:
    """As many connections as the system lets a program have files, less what it needs itself."""
    said: list[tuple[int, int]] = []
    monkeypatch.setattr(resource, "getrlimit", lambda _: limits)
    monkeypatch.setattr(
        resource, "setrlimit", lambda _, wanted: said.append(wanted) if wanted != limits else None
    )
    assert connections.room() == most
    assert said == asked


async def test_who_looks_goes_on_looking(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """A look at the store that stumbles over what nobody foresaw is not the last."""
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.001)
    visitors, asked = Chat(chat), threading.Event()

    def version() -> int:
        if not asked.is_set():
            asked.set()
            raise PermissionError
        return 1

    monkeypatch.setattr(visitors, "version", version)
    watcher = Watcher(visitors)
    with watcher.listener("visitor-1") as stirred:
        await asyncio.wait_for(stirred.wait(), 10)
    await watcher.close()


class Saying(asyncio.Protocol):
    """Says a little, and ends."""

    def __init__(self) -> None:
        self.lost = asyncio.Event()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Say it."""
        assert isinstance(transport, asyncio.Transport)
        transport.write(b"x" * 60_000)
        transport.close()

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - the protocol's signature
        """It is over."""
        self.lost.set()


class Server:
    """Has one connection."""

    def __init__(self, inner: asyncio.Protocol) -> None:
        self.inner = inner
        self.connections: list[object] = []

    def __call__(self) -> asyncio.Protocol:
        """The connection."""
        return self.inner


async def test_a_little_that_is_not_taken_holds_no_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is closed waits for all that is still to be sent, however little that is; not for ever."""
    monkeypatch.setattr(connections, "TAKE_SECONDS", 0.05)
    ours, theirs = socket.socketpair()
    ours.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
    inner = Saying()
    made = connections.connecting(Server(inner))
    await asyncio.get_running_loop().connect_accepted_socket(made, ours)
    await asyncio.wait_for(inner.lost.wait(), 5)
    theirs.close()


def test_nothing_is_filed_where_it_would_be_lost(chat: Desk) -> None:
    """B1: what is written while another file has the store's place, or none, is refused, to come again."""
    path = chat.store.path
    aside = path.with_name("aside.db")
    with serving(chat) as page:
        token = page.hello()
        assert page.write(token, "before").status == 200
        path.rename(aside)
        assert page.write(token, "gone", "number-gone").status == 503
        path.write_bytes(aside.read_bytes())
        assert page.write(token, "replaced", "number-replaced").status == 503
        aside.replace(path)
        assert page.write(token, "replaced", "number-replaced").status == 200
        assert page.words(token) == ["before", "replaced"]
