"""The gateway on a port of this host, in a thread, and visitors who speak HTTP to it."""

from __future__ import annotations

import asyncio
import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from typing import Any

from kustui.clock import SystemClock
from kustui.core.post import FileContent
from kustui.core.records import Agent, Changed
from kustui.delivery import Setup
from kustui.delivery.chat import ChatTransport
from kustui.desk import Desk, Post
from kustui.gateway.server import serve
from kustui.store.store import Store
from support.transport import Recorder
from support.writing import drafted

URL = "https://chat.acme.example"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
_numbers = count(1)


def chat_desk(store: Store, agent: Agent, gateway: Mapping[str, Any] | None = None, **others: Any) -> Desk:
    """A desk whose chat goes to the page, and all else to a recorder; `others` are transports by channel."""
    recorder = Recorder()
    carriers: dict[str, Any] = {"email": recorder, "sms": recorder, "facebook": recorder}
    carriers["chat"] = ChatTransport.set_up(Setup(Path(), SystemClock()))
    post = Post({**carriers, **others}, address="support@acme.example", gateway=gateway or {})
    return Desk(store, agent, post, workspace="Acme support")


@dataclass
class Reply:
    """An answer of the gateway."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass
class Running:
    """A gateway that serves; `seconds` is what it counts rates by."""

    port: int = 0
    seconds: float = 0.0
    said: list[str] = field(default_factory=list)

    def connection(self) -> HTTPConnection:
        """A connection to it."""
        return HTTPConnection("127.0.0.1", self.port, timeout=10)

    def ask(
        self,
        method: str,
        path: str,
        *,
        token: str = "",
        what: object = None,
        raw: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Reply:
        """One request, with JSON or raw bytes."""
        sent = dict(headers or {})
        if what is not None:
            raw, sent["Content-Type"] = json.dumps(what).encode(), "application/json"
        if token:
            sent["Authorization"] = f"Bearer {token}"
        with closing(self.connection()) as connection:
            connection.request(method, path, raw, sent)
            answer = connection.getresponse()
            found = {name.lower(): value for name, value in answer.getheaders()}
            return Reply(answer.status, found, answer.read())

    def hello(self, name: str = "Bo Hansen", **headers: str) -> str:
        """A new visitor's token."""
        reply = self.ask("POST", "/chat/hello", what={"name": name}, headers=headers)
        assert reply.status == 200, reply
        return str(reply.json["token"])

    def write(self, token: str, text: str, number: str = "") -> Reply:
        """A visitor writes, two seconds after what was written last."""
        self.seconds += 2
        number = number or f"number-{next(_numbers):06}"
        return self.ask("POST", "/chat/messages", token=token, what={"text": text, "id": number})

    def thread(self, token: str, after: int = 0) -> list[dict[str, Any]]:
        """What a visitor sees."""
        reply = self.ask("GET", f"/chat/messages?after={after}", token=token)
        assert reply.status == 200, reply
        messages: list[dict[str, Any]] = reply.json["messages"]
        return messages

    def words(self, token: str) -> list[str]:
        """The words that a visitor sees."""
        return [part["text"] for each in self.thread(token) for part in each["parts"] if "text" in part]

    @contextmanager
    def listening(self, token: str, after: int = 0) -> Iterator[Iterator[dict[str, Any]]]:
        """What comes to a visitor who listens."""
        with closing(self.connection()) as connection:
            headers = {"Authorization": f"Bearer {token}"}
            connection.request("GET", f"/chat/events?after={after}", None, headers)
            answer = connection.getresponse()
            assert answer.status == 200, answer.read()
            yield (json.loads(line[6:]) for line in answer if line.startswith(b"data: "))
            if connection.sock is not None:
                connection.sock.close()
            answer.close()


@contextmanager
def serving(desk: Desk) -> Iterator[Running]:
    """A running gateway; it has ended when this does."""
    running, ready, trouble = Running(), threading.Event(), []
    ends: list[Any] = []

    def told(words: str) -> None:
        running.said.append(words)
        if not running.port:
            running.port = int(words.partition("127.0.0.1:")[2].partition("/")[0])
            ready.set()

    async def main() -> None:
        stop = asyncio.Event()
        ends.extend((asyncio.get_running_loop(), stop))
        await serve(desk, "127.0.0.1", 0, told, stop, lambda: running.seconds)

    def run() -> None:
        try:
            asyncio.run(main())
        except Exception as error:  # noqa: BLE001 - told to the test below
            trouble.append(error)
        ready.set()

    thread = threading.Thread(target=run)
    thread.start()
    ready.wait(10)
    if trouble:
        raise trouble[0]
    try:
        yield running
    finally:
        ends[0].call_soon_threadsafe(ends[1].set)
        thread.join(10)
        assert not thread.is_alive()
        assert not trouble, trouble


def conversation(desk: Desk) -> int:
    """The one conversation by chat."""
    with desk.store.reading() as reader:
        ((number,),) = reader.all("SELECT id FROM conversation WHERE channel = 'chat'")
    return int(number)


def answer(desk: Desk, body: str, number: int = 0, files: tuple[FileContent, ...] = ()) -> Changed:
    """The agent answers, and it goes."""
    changed = queue(desk, body, number, files)
    desk.clockwork.outgoing()
    return changed


def queue(desk: Desk, body: str, number: int = 0, files: tuple[FileContent, ...] = ()) -> Changed:
    """The agent answers, and it has not gone yet."""
    return desk.replies.send(drafted(desk, number or conversation(desk), body), files=files)
