"""How much, how often, by whom; and who is listened to."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing

import pytest

from kustui.core.records import Agent
from kustui.desk import Desk
from kustui.desk.chat import Chat
from kustui.errors import SettingsTrouble, StoreTrouble
from kustui.gateway import connections, http, limits, routes, server, watch
from kustui.gateway.limits import Limiter
from kustui.gateway.peers import Peers
from kustui.gateway.watch import Watcher
from kustui.store.store import Store
from support.gateway import Running, answer, chat_desk, serving


@pytest.fixture
def chat(store: Store, agent: Agent) -> Desk:
    """Ana's desk, with a chat page behind a proxy on this host."""
    return chat_desk(store, agent, {"proxies": ["127.0.0.1"]})


@pytest.fixture
def page(chat: Desk) -> Iterator[Running]:
    """The gateway of it."""
    with serving(chat) as running:
        yield running


def test_a_limiter_lets_a_burst_through_then_a_pace() -> None:
    """Five at once, then one each two seconds, so many an hour; each key by itself."""
    now = [0.0]
    limiter = Limiter(lambda: now[0], burst=5, every=2.0, hourly=8)
    assert [limiter.wait("a") for _ in range(6)] == [0, 0, 0, 0, 0, 2.0]
    assert limiter.wait("b") == 0
    now[0] = 1.5
    assert limiter.wait("a") == 0.5
    now[0] = 2.0
    assert limiter.wait("a") == 0
    now[0] = 60.0
    assert [limiter.wait("a") for _ in range(3)] == [0, 0, 3540.0]
    now[0] = 3600.0
    assert [limiter.wait("a") for _ in range(6)] == [0, 0, 0, 0, 0, 2.0]


def test_a_limiter_forgets_the_oldest(monkeypatch: pytest.MonkeyPatch) -> None:
    """Many keys take no more room than a few."""
    monkeypatch.setattr(limits, "KEPT", 3)
    limiter = Limiter(lambda: 0.0, burst=1, every=9.0, hourly=9)
    assert [limiter.wait(key) for key in "abcd"] == [0, 0, 0, 0]
    assert limiter.wait("d") > 0
    assert limiter.wait("a") == 0


@pytest.mark.parametrize(
    ("remote", "forwarded", "caller"),
    [
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("10.0.0.7", "198.51.100.1", "198.51.100.1"),
        ("10.0.0.7", "6.6.6.6, 198.51.100.1, 10.0.0.8", "198.51.100.1"),
        ("10.0.0.7", "", "10.0.0.7"),
        ("10.0.0.7", "<script>", "10.0.0.7"),
        ("10.0.0.7", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("::ffff:10.0.0.7", "198.51.100.1", "198.51.100.1"),
        ("nonsense", "198.51.100.1", "unknown"),
    ],
)
def test_only_our_proxies_are_believed(remote: str, forwarded: str, caller: str) -> None:
    """The first address from the right that is no proxy's counts; an IPv6 household counts as one."""
    assert Peers(["10.0.0.0/8"]).caller(remote, forwarded) == caller
    with pytest.raises(SettingsTrouble, match="proxies has"):
        Peers(["proxy.example"])


def test_new_visitors_are_counted_by_where_they_are(page: Running) -> None:
    """Twenty at once from one place, then one each two seconds; another place is another matter."""
    for _ in range(20):
        page.hello(**{"X-Forwarded-For": "198.51.100.1"})
    refused = page.ask("POST", "/chat/hello", what={}, headers={"X-Forwarded-For": "198.51.100.1"})
    assert (refused.status, refused.headers["retry-after"]) == (429, "2")
    assert "Try again in" in refused.json["error"]
    page.hello(**{"X-Forwarded-For": "198.51.100.2"})
    page.seconds += 2
    page.hello(**{"X-Forwarded-For": "198.51.100.1"})


def test_a_visitor_writes_no_faster_than_people_do(page: Running) -> None:
    """Five at once, then one each two seconds, two hundred an hour; others go on."""
    token, other = page.hello(), page.hello()
    sent = [
        page.ask("POST", "/chat/messages", token=token, what={"text": "x", "id": f"number-{n}"})
        for n in range(7)
    ]
    assert [reply.status for reply in sent] == [200] * 5 + [429] * 2
    assert sent[5].headers["retry-after"] == "2"
    assert page.write(other, "me").status == 200
    assert page.write(token, "later").status == 200
    assert len(page.words(token)) == 6


def test_words_come_at_once_to_who_listens(chat: Desk, page: Running) -> None:
    """D7: what is sent is pushed as the store has it, to nobody else; a reconnect misses nothing."""
    token, other = page.hello(), page.hello()
    page.write(token, "Hello?")
    with page.listening(token) as events, page.listening(other) as others:
        first = next(events)
        assert [each["parts"][0]["text"] for each in first["messages"]] == ["Hello?"]
        assert next(others) == {"messages": [], "cursor": 0}
        answer(chat, "Hello Bo")
        came = next(events)
        assert [each["parts"][0]["text"] for each in came["messages"]] == ["Hello Bo"]
        page.write(other, "Me too")
        assert [each["parts"][0]["text"] for each in next(others)["messages"]] == ["Me too"]
    with page.listening(token, first["cursor"]) as events:
        assert next(events) == came


async def test_what_comes_before_the_first_look_is_looked_at(chat: Desk) -> None:
    """Who begins to listen is woken once the store is watched, for what came in between."""
    watcher = Watcher(Chat(chat))
    with watcher.listener("visitor-1") as stirred:
        await asyncio.wait_for(stirred.wait(), 10)
    await watcher.close()


async def test_a_store_in_trouble_is_told_of_once(
    monkeypatch: pytest.MonkeyPatch, chat: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    """A look that fails is taken again, and said once; then words come as before."""
    monkeypatch.setattr(watch, "LOOK_SECONDS", 0.001)
    asked: list[bool] = []

    def version() -> int:
        asked.append(True)
        if len(asked) < 20:
            raise StoreTrouble("The store is gone", "x")
        return 1

    visitors = Chat(chat)
    monkeypatch.setattr(visitors, "version", version)
    watcher = Watcher(visitors)
    with watcher.listener("visitor-1") as stirred:
        await asyncio.wait_for(stirred.wait(), 10)
    await watcher.close()
    assert [each.getMessage() for each in caplog.records if each.name == "kustui.gateway"] == [
        "the gateway cannot look at the store: The store is gone"
    ]


def test_a_stream_ends_when_the_store_cannot_be_read(
    monkeypatch: pytest.MonkeyPatch, chat: Desk, page: Running
) -> None:
    """Who listens is let go, to come again; what is asked meanwhile is answered with 503."""
    token = page.hello()
    page.write(token, "Hello?")
    with page.listening(token) as events:
        next(events)

        def trouble(*_: object) -> None:
            raise StoreTrouble("The store is gone", "x")

        with monkeypatch.context() as during:
            during.setattr(Chat, "thread", trouble)
            answer(chat, "Hello Bo")
            assert list(events) == []
            refused = page.ask("GET", "/chat/messages", token=token)
            assert (refused.status, refused.headers["retry-after"]) == (503, "5")
            assert "store" not in refused.json["error"]
    assert page.words(token) == ["Hello?", "Hello Bo"]


def test_a_proxys_own_line_is_the_last(page: Running) -> None:
    """A caller who writes the header themself is counted by what the proxy added below it."""
    for place in range(21):
        with closing(page.connection()) as connection:
            connection.putrequest("POST", "/chat/hello")
            connection.putheader("X-Forwarded-For", f"198.51.100.{place}")
            connection.putheader("X-Forwarded-For", "203.0.113.7")
            connection.putheader("Content-Type", "application/json")
            connection.putheader("Content-Length", "2")
            connection.endheaders(b"{}")
            status = connection.getresponse().status
    assert status == 429


def test_a_quiet_stream_lives(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """Who hears nothing is told that the line is up, so that a dead one is noticed."""
    monkeypatch.setattr(routes, "BEAT_SECONDS", 0.05)
    with serving(chat) as page:
        connection = page.connection()
        connection.request("GET", "/chat/events", None, {"Authorization": f"Bearer {page.hello()}"})
        reader = connection.getresponse()
        assert any(line.startswith(b": ") for line in reader)
        connection.close()
        reader.close()


def test_streams_are_counted(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """Five for a visitor and so many in all; who goes makes room."""
    monkeypatch.setattr(routes, "STREAMS", 7)
    monkeypatch.setattr(routes, "BEAT_SECONDS", 0.05)
    with serving(chat) as page:
        token, other = page.hello(), page.hello()
        open_ones = [page.listening(token) for _ in range(5)] + [page.listening(other) for _ in range(2)]
        for each in open_ones:
            next(each.__enter__())
            if each is open_ones[4]:
                assert page.ask("GET", "/chat/events", token=token).status == 429
        assert page.ask("GET", "/chat/events", token=other).status == 429
        open_ones[0].__exit__(None, None, None)
        end = time.monotonic() + 10
        while page_full(page, other):
            assert time.monotonic() < end
        for each in open_ones[1:]:
            each.__exit__(None, None, None)


def page_full(page: Running, token: str) -> bool:
    """Whether there is no room to listen."""
    try:
        with page.listening(token):
            return False
    except AssertionError:
        return True


def test_connections_that_say_nothing_harm_nobody(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """Three hundred that ask nothing, or ask without end, keep nobody out, and are let go."""
    monkeypatch.setattr(server, "IDLE_SECONDS", 1.0)
    with serving(chat) as page:
        silent = [socket.create_connection(("127.0.0.1", page.port)) for _ in range(300)]
        for each in silent[::2]:
            each.sendall(b"GET /chat HTTP/1.1\r\nX-Slow: ")
        assert page.write(page.hello(), "Hello?").status == 200
        for each in silent:
            each.settimeout(10)
            assert each.recv(100) == b""
            each.close()


def test_a_connection_too_many_is_turned_away(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """There are so many connections and no more."""
    monkeypatch.setattr(connections, "room", lambda: 3)
    with serving(chat) as page:
        held = [socket.create_connection(("127.0.0.1", page.port), 10) for _ in range(3)]
        for each in held:
            each.sendall(b"GET /nothing HTTP/1.1\r\nHost: x\r\n\r\n")
            assert b" 404 " in each.recv(100)
        held.append(socket.create_connection(("127.0.0.1", page.port), 10))
        assert held[3].recv(100) == b""
        for each in held:
            each.close()


def test_a_slow_body_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """A body that does not come is refused after a while."""
    monkeypatch.setattr(http, "BODY_SECONDS", 0.1)
    monkeypatch.setattr(server, "IDLE_SECONDS", 0.2)
    with serving(chat) as page, socket.create_connection(("127.0.0.1", page.port)) as slow:
        slow.settimeout(20)
        slow.sendall(b"POST /chat/hello HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n")
        slow.sendall(b"Content-Length: 9\r\n\r\n{")
        assert b" 408 " in slow.recv(100)


def test_who_reads_nothing_is_let_go(monkeypatch: pytest.MonkeyPatch, chat: Desk) -> None:
    """Ending the gateway ends every stream within its time, also of who does not read."""
    with serving(chat) as page:
        stuck = page.connection()
        stuck.request("GET", "/chat/events", None, {"Authorization": f"Bearer {page.hello()}"})
        assert stuck.getresponse().status == 200
        began = time.monotonic()
    assert time.monotonic() - began < 2
    stuck.close()
    assert not [each for each in threading.enumerate() if each.name.startswith("gateway")]


def test_nothing_of_a_visitor_is_logged(
    page: Running, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    """Neither where they are nor their token nor a word of theirs is written down anywhere."""
    caplog.set_level(logging.DEBUG)
    token = page.hello("Bo")
    page.write(token, "a word of theirs")
    page.ask("GET", f"/chat/messages?after={token}", token=token)
    with socket.create_connection(("127.0.0.1", page.port)) as odd:
        odd.sendall(b"\x16\x03\x01 nonsense\r\n\r\n")
        odd.settimeout(10)
        odd.recv(1000)
    # The held loop of a test logs which selector it uses.
    said = "".join(capfd.readouterr()) + "".join(each.getMessage() for each in caplog.records)
    for secret in (token, token.split(".")[0], "127.0.0.1", "a word of theirs", "nonsense"):
        assert secret not in said
