"""What stands at which address, with which headers: the page, images, providers' calls, nothing else."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from kustui.core.library import Shortcut
from kustui.core.post import FileContent, Inbound, Person
from kustui.core.records import Agent
from kustui.delivery import Answer, Request
from kustui.desk import Desk, public_files
from kustui.errors import Refused, SettingsTrouble
from kustui.store.store import Store
from support.gateway import PNG, URL, Running, chat_desk, serving
from support.people import wrote
from support.transport import Recorder
from support.writing import drafted


class Called(Recorder):
    """A transport whose provider calls us."""

    def __init__(self) -> None:
        super().__init__()
        self.requests: list[Request] = []

    def webhook(self, request: Request) -> Answer:
        """Keep the request; one that says "trouble" is not foreseen."""
        if request.body == b"trouble":
            raise ValueError
        self.requests.append(request)
        came = Inbound("sms", f"sms:{len(self.requests)}", Person("+34600123456"), "", "Hola", b"Hola")
        return Answer(200, "<ok/>", "text/xml", (came,))


@pytest.fixture
def called() -> Called:
    """What carries SMS."""
    return Called()


@pytest.fixture
def chat(store: Store, agent: Agent, called: Called) -> Desk:
    """Ana's desk, with a chat page at a public address."""
    return chat_desk(
        store, agent, {"url": URL + "/", "title": "</script><b>Acme", "greeting": "<i>{{limit}}"}, sms=called
    )


@pytest.fixture
def page(chat: Desk) -> Iterator[Running]:
    """The gateway of it."""
    with serving(chat) as running:
        yield running


def test_the_page_may_do_little_and_be_framed_only_when_asked(page: Running) -> None:
    """No script but ours, no frame but of ?embed, no word of the settings read as markup."""
    for path in ("/", "/chat"):
        bare, framed = page.ask("GET", path), page.ask("GET", f"{path}?embed")
        policy = bare.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert policy.endswith("frame-ancestors 'none'")
        assert framed.headers["content-security-policy"].endswith("frame-ancestors *")
        assert "x-frame-options" not in framed.headers
        assert b"<script>" not in bare.body
        assert b"&lt;/script&gt;&lt;b&gt;Acme" in bare.body
        assert b"&lt;i&gt;{{limit}}" in bare.body
        assert b'data-limit="1024"' in bare.body
    for path in ("/chat.css", "/page.js", "/chat.js"):
        served = page.ask("GET", path)
        assert (served.status, served.headers["x-content-type-options"]) == (200, "nosniff")
        assert b"</script>" not in served.body


def test_every_answer_is_careful(page: Running) -> None:
    """Nothing is kept, nothing is told on, no other site may read it, and the server names no version."""
    token = page.hello()
    for path in ("/chat/messages", "/nothing", "/i/x", "/chat/files/1"):
        headers = page.ask("GET", path, token=token, headers={"Origin": "https://evil.example"}).headers
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer"
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["server"] == "kustui"
        assert not [name for name in headers if name.startswith("access-control")]


@pytest.mark.parametrize(
    "path",
    [
        "/x",
        "/chat/",
        "/chat/hello",
        "/chat/hello/x",
        "/page/chat.html",
        "/../chat",
        "/i/",
        "/chat.html",
        "/static",
    ],
)
def test_anything_else_is_not_there(page: Running, path: str) -> None:
    """What is no route of ours is 404, whatever it looks like."""
    assert page.ask("GET", path).status == 404
    assert page.ask("DELETE", path).status == 404


def test_a_providers_call_reaches_its_transport(chat: Desk, page: Running, called: Called) -> None:
    """B1: the transport is handed what was called, to the letter, and what came with it is filed."""
    reply = page.ask("POST", "/webhook/sms?a=1&b=%20x", raw=b"Body=Hola", headers={"X-Signature": "s"})
    assert (reply.status, reply.body, reply.headers["content-type"]) == (
        200,
        b"<ok/>",
        "text/xml; charset=utf-8",
    )
    (request,) = called.requests
    assert (request.method, request.url) == ("POST", f"{URL}/webhook/sms?a=1&b=%20x")
    assert (request.body, request.headers["x-signature"], request.query) == (
        b"Body=Hola",
        "s",
        {"a": "1", "b": " x"},
    )
    assert page.ask("GET", "/webhook/sms").status == 200
    with chat.store.reading() as reader:
        assert reader.value("SELECT count(*) FROM message WHERE channel = 'sms'") == 2


def test_a_call_that_is_none_is_answered(page: Running, called: Called) -> None:
    """Unknown channels, channels without a caller, trouble and megabytes harm nothing."""
    assert page.ask("POST", "/webhook/fax", raw=b"x").status == 404
    assert page.ask("POST", "/webhook/email", raw=b"x").status == 404
    assert page.ask("POST", "/webhook/note", raw=b"x").status == 404
    assert page.ask("POST", "/webhook/sms", raw=b"trouble").status == 400
    assert page.ask("POST", "/webhook/sms", raw=b"x" * 4_194_305).status == 413
    assert page.ask("POST", "/webhook/sms", raw=b"x" * 4_194_304).status == 200
    assert len(called.requests) == 1


def test_an_image_is_served_under_its_name_once_it_is_queued(chat: Desk, page: Running) -> None:
    """C8: nothing before the message is queued; then to anyone, as an image and nothing else."""
    image = FileContent("label.png", "image/png", PNG, inline=True, content_id="a1", marked=True)
    chat.library.keep_shortcut(Shortcut("label", "See:"), [image])
    (item,) = chat.words.shortcuts()
    (address,) = public_files.addresses(chat, chat.words.shortcut_images(item.id)).values()
    path = address.removeprefix(URL)
    number = wrote(chat, channel="facebook", sender="psid-1")
    assert page.ask("GET", path).status == 404
    chat.replies.send(drafted(chat, number, f"See:\n{address}"))
    reply = page.ask("GET", path)
    assert (reply.status, reply.body, reply.headers["content-type"]) == (200, PNG, "image/png")
    assert reply.headers["x-content-type-options"] == "nosniff"
    assert reply.headers["content-disposition"].startswith("inline")
    assert "immutable" in reply.headers["cache-control"]
    name = path.removeprefix("/i/")
    tricks = (f"%2e%2e/{name}", f"..%2f..%2f{name}", f"{name}%00", f"{name}/", f"{name}.png", name.upper())
    guesses = ("..%2fworkspace.db", "%2fetc%2fpasswd", "a" * 28 + ".png", name.replace(".png", ".gif"))
    for odd in (*tricks, *guesses):
        assert page.ask("GET", f"/i/{odd}").status == 404, odd


@pytest.mark.parametrize(
    ("settings", "words"),
    [({"colour": "red;}"}, "colour"), ({"url": "acme.example"}, "https://"), ({"proxies": ["x"]}, "proxies")],
)
def test_settings_that_cannot_be_used_are_refused(
    store: Store, agent: Agent, settings: dict[str, object], words: str
) -> None:
    """Each is named."""
    with pytest.raises(SettingsTrouble, match=words), serving(chat_desk(store, agent, settings)):
        pass


def test_it_says_what_it_serves(store: Store, agent: Agent, desk: Desk, called: Called) -> None:
    """Where, what for, and who sends; with nothing to serve it is refused."""
    with serving(chat_desk(store, agent, {"url": URL}, sms=called)) as page:
        pass
    assert page.said[0].startswith("The gateway serves at http://127.0.0.1:")
    assert "the chat page, what comes by SMS (/webhook/sms), images" in page.said[1]
    assert "gateway.proxies" in page.said[-1]
    with pytest.raises(Refused, match="needs a gateway"), serving(desk):
        pass


def test_without_a_chat_page_there_is_none(store: Store, agent: Agent, called: Called) -> None:
    """A gateway for calls alone shows nothing else."""
    with serving(chat_desk(store, agent, chat=Recorder(), sms=called)) as page:
        assert page.ask("GET", "/").status == 404
        assert page.ask("POST", "/chat/hello", what={}).status == 404
        assert page.ask("POST", "/webhook/sms", raw=b"x").status == 200
