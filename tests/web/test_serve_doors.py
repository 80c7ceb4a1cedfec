"""Who may come in to a served desk, and who may not; nothing is started for these (SPEC G3)."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
import pytest

from kustui.__main__ import main
from kustui.web.doors import Doors
from kustui.web.offer import Offer, seat_of
from kustui.web.server import serve
from support.served import TOKEN


class Door:
    """A server in this process, whose programs end at once; `seconds` is what it counts wrong tokens by."""

    def __init__(self, port: int, session: aiohttp.ClientSession) -> None:
        self.home = f"http://127.0.0.1:{port}"
        self.port = port
        self.seconds = 0.0
        self._session = session

    async def ask(self, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, str]:
        """The status and the text of an address."""
        asked = {"Origin": self.home, **(headers or {})}
        async with self._session.get(self.home + path, headers=asked, allow_redirects=False) as answer:
            return answer.status, await answer.text()

    async def tell(self, token: str) -> aiohttp.ClientResponse:
        """Send the form of the token."""
        sent = {"token": token}
        return await self._session.post(f"{self.home}/token", data=sent, allow_redirects=False)

    async def upgrade(self, **headers: str) -> int:
        """The status of a page's socket; 101 when it is one."""
        try:
            async with self._session.ws_connect(f"{self.home}/ws/", headers=headers):
                return 101
        except aiohttp.WSServerHandshakeError as error:
            return error.status


@asynccontextmanager
async def door(token: str = "", host: str = "127.0.0.1") -> AsyncIterator[Door]:
    """A door with that token."""
    stop, said = asyncio.Event(), asyncio.Event()
    async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as session:
        doors = Doors(token, host, lambda: found.seconds)
        offer = Offer("Acme <b>", lambda _: ("--version",))
        serving = asyncio.create_task(serve(offer, doors, lambda _: said.set(), stop, host=host, port=0))
        await said.wait()
        found = Door(doors.port, session)
        yield found
        stop.set()
        await serving


async def test_the_token_opens_and_a_wrong_one_does_not() -> None:
    """Nothing but the form is there without the cookie, which no script reads and no other site sends."""
    async with door(TOKEN) as it:
        status, text = await it.ask("/")
        assert (status, 'type="password"' in text, "terminal" in text) == (200, True, False)
        assert "Acme &lt;b&gt;" in text
        for path in ("/static/textual.js", "/seat", "/ws/"):
            assert (await it.ask(path))[0] == 403
        assert await it.upgrade(Origin=it.home) == 403
        assert (await it.tell("a wrong token")).status == 403
        answer = await it.tell(TOKEN)
        assert (answer.status, answer.headers["Location"]) == (303, "/")
        cookie = answer.headers["Set-Cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=Strict" in cookie
        assert TOKEN not in cookie
        assert 'data-socket="/ws/"' in (await it.ask("/"))[1]
        assert (await it.ask("/static/textual.js"))[0] == 200
        assert await it.upgrade(Origin=it.home) == 101


async def test_ten_wrong_tokens_a_minute_shut_the_door() -> None:
    """After ten nobody gets in, the right token neither, until a minute has gone; a cookie goes on."""
    async with door(TOKEN) as it:
        for _ in range(10):
            assert (await it.tell("guess, guess, guess")).status == 403
        answer = await it.tell(TOKEN)
        assert (answer.status, answer.headers["Retry-After"]) == (429, "60")
        it.seconds = 59.0
        assert (await it.tell(TOKEN)).status == 429
        it.seconds = 60.0
        assert (await it.tell(TOKEN)).status == 303
        for _ in range(11):
            await it.tell("guess, guess, guess")
        assert (await it.tell(TOKEN)).status == 429
        assert (await it.ask("/static/page.js"))[0] == 200


async def test_other_names_and_other_pages_are_refused() -> None:
    """On this host a name that was bent to lead here is not ours, and another page gets no socket."""
    async with door() as it:
        for host in ("evil.example", f"evil.example:{it.port}", f"127.0.0.1:{it.port + 1}", "127.0.0.1"):
            assert (await it.ask("/", {"Host": host}))[0] == 421
        assert (await it.ask("/", {"Host": f"localhost:{it.port}", "Origin": "null"}))[0] == 403
        for origin in ("http://evil.example", f"http://localhost:{it.port}", "null", f"{it.home}0"):
            assert await it.upgrade(Origin=origin) == 403
        assert await it.upgrade() == 403
        assert await it.upgrade(Origin=it.home) == 101


async def test_a_page_may_do_little() -> None:
    """Nothing from elsewhere, no frame around it, no page of another seat, no file but the pages' own."""
    async with door() as it, aiohttp.ClientSession() as session:
        async with session.get(it.home) as answer:
            policy = answer.headers["Content-Security-Policy"]
            assert (await answer.text()).count("://") == 0
        assert policy.startswith("default-src 'none'; script-src 'self';")
        assert "frame-ancestors 'none'" in policy
        for path in (
            "/desk/other",
            "/ws/other",
            "/static/..%2f..%2fpages.py",
            "/static/desk.html",
            "/download/x",
        ):
            assert (await it.ask(path))[0] == 404


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (("--demo", "--host", "0.0.0.0"), "Other hosts can come to 0.0.0.0"),
        (("--demo", "--host", "::"), "Other hosts can come to ::"),
        ((), "Whoever comes writes to customers in your name"),
        (("--demo", "--token-file", "short"), "The token is too short"),
        (("--demo", "--token-file", "empty"), "empty is empty"),
        (("--demo", "--token-file", "none"), "none: No such file"),
        (("--train", "no-such-shift"), "no-such-shift"),
        (("--demo", "--agents", "ana"), "--agents is for a workspace"),
    ],
)
def test_what_would_be_open_to_all_does_not_start(
    words: tuple[str, ...],
    reason: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Without a token nothing is served to other hosts, and no real workspace; it says what to do."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("KUSTUI_DB", str(tmp_path / "desk.db"))
    monkeypatch.setenv("KUSTUI_SETTINGS", str(tmp_path / "settings.toml"))
    monkeypatch.delenv("KUSTUI_SERVE_TOKEN", raising=False)
    (tmp_path / "short").write_text("secret\n")
    (tmp_path / "empty").write_text("\n")
    assert main(["init"]) == 0
    assert main(["serve", *words]) == 1
    assert reason in capsys.readouterr().err


def test_a_name_is_made_fit_for_a_file() -> None:
    """No name leaves the folder of the shifts, and one person's name is one however it is typed."""
    assert seat_of(" Ana  Ruiz ") == seat_of("ana-ruiz") == "ana-ruiz"
    assert seat_of("../../etc/passwd") == "etc-passwd"
    assert seat_of("佐藤 健太") == "佐藤-健太"
    assert seat_of("\x00/.\\") == ""
    assert len(seat_of("a" * 500)) == 40
