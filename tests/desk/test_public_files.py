"""Images as addresses that anyone can open: made by a secret, found once they are queued (SPEC C8)."""

from __future__ import annotations

import pytest

from kustui.core import attachments
from kustui.core.library import Shortcut
from kustui.core.post import FileContent
from kustui.core.records import Agent
from kustui.desk import Desk, Post, public_files
from kustui.errors import NotFound, Refused
from kustui.store import tables
from kustui.store.store import Store
from support.people import wrote
from support.transport import Recorder
from support.writing import drafted

URL = "https://chat.acme.example/support"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


@pytest.fixture
def shop(store: Store, agent: Agent, transport: Recorder) -> Desk:
    """Ana's desk with a gateway, and a shortcut that has an image."""
    carriers = dict.fromkeys(("email", "sms", "facebook"), transport)
    desk = Desk(store, agent, Post(carriers, "support@acme.example", gateway={"url": f"{URL}/"}))
    image = FileContent("label.JPEG", "image/jpeg", PNG, inline=True, content_id="a1")
    desk.library.keep_shortcut(Shortcut("label", "The label:"), [image])
    return desk


def with_address(desk: Desk) -> tuple[str, str]:
    """The shortcut's text as a channel without images carries it, and the image's name."""
    (item,) = desk.words.shortcuts()
    addresses = public_files.addresses(desk, desk.words.shortcut_images(item.id))
    text = attachments.with_addresses(item.body, addresses)
    (address,) = addresses.values()
    return text, address.rpartition("/")[2]


def public(desk: Desk) -> int:
    """How many files anyone can fetch."""
    with desk.store.reading() as reader:
        return int(reader.value("SELECT count(*) FROM public_file"))


def test_an_address_is_the_same_each_time_and_tells_nothing(shop: Desk, store: Store, agent: Agent) -> None:
    """C8: one image, one name, also for another program; without the secret nobody can make it."""
    text, name = with_address(shop)
    assert text == f"The label:\n{URL}/i/{name}"
    assert len(name.partition(".")[0]) * 5 >= 128
    assert name.endswith(".jpg")
    other = Desk(store, agent, Post(gateway={"url": URL}))
    assert with_address(other) == (text, name)
    with store.writing() as act:
        act.get(tables.Workspace, 1, "workspace").settings = "{}"
    assert with_address(other)[1] != name


def test_the_secret_keeps_what_the_workspace_has_set(store: Store, agent: Agent) -> None:
    """What stands in the workspace's settings stays; each purpose has a key of its own."""
    with store.writing() as act:
        act.get(tables.Workspace, 1, "workspace").settings = '{"colour": "blue"}'
    desk = Desk(store, agent)
    assert public_files.key(desk, "one") == public_files.key(desk, "one") != public_files.key(desk, "other")
    with store.reading() as reader:
        assert '"colour": "blue"' in reader.value("SELECT settings FROM workspace")


def test_nothing_is_public_before_it_is_queued(shop: Desk, transport: Recorder) -> None:
    """C8: neither while it is written nor when the sending is refused; once queued, for good, and once."""
    text, name = with_address(shop)
    number = wrote(shop, channel="sms", sender="+34600123456")
    draft = drafted(shop, number, text)
    with pytest.raises(Refused):
        shop.replies.send(drafted(shop, number, text + "x" * 1600))
    assert public(shop) == 0
    with pytest.raises(NotFound):
        public_files.served(shop, name)
    shop.replies.send(drafted(shop, number, draft.body), wait=False)
    assert public_files.served(shop, name) == ("label.JPEG", "image/jpeg", PNG)
    shop.replies.send(drafted(shop, number, f"Again: {text}"), wait=False)
    assert public(shop) == 1
    shop.clockwork.outgoing()
    assert transport.sent[0].text == text
    shop.library.remove("shortcut", "label")
    assert public_files.served(shop, name)[2] == PNG
    shop.replies.send(drafted(shop, number, f"And again: {text}"), wait=False)


def test_an_address_of_no_image_is_refused(shop: Desk) -> None:
    """C8: an image that is gone from its shortcut is no address to send."""
    text, name = with_address(shop)
    shop.library.remove("shortcut", "label")
    number = wrote(shop, channel="sms", sender="+34600123456")
    with pytest.raises(Refused, match=f"missing.*{name}"):
        shop.replies.send(drafted(shop, number, text))
    assert public(shop) == 0


def test_a_note_makes_nothing_public(shop: Desk) -> None:
    """A4, C8: what stays with the team is for the team."""
    text, _ = with_address(shop)
    shop.replies.send(drafted(shop, wrote(shop), text, "note"))
    assert public(shop) == 0


def test_the_address_counts_towards_the_limit(shop: Desk) -> None:
    """C2, C8: it stands in the text, so it is counted as text, and comes out as it went in."""
    text, _ = with_address(shop)
    number = wrote(shop, channel="sms", sender="+34600123456")
    fits = "x" * (1600 - len(text)) + text
    shop.replies.send(drafted(shop, number, fits), wait=False)
    with pytest.raises(Refused, match="Shorten it by 1"):
        shop.replies.send(drafted(shop, number, f"x{fits}"))


def test_only_images_are_served(shop: Desk) -> None:
    """C8: png, jpg and gif; whatever another program writes there is not served as anything else."""
    text, name = with_address(shop)
    shop.replies.send(drafted(shop, wrote(shop, channel="sms", sender="+34600123456"), text))
    for media_type in ("text/html", "image/svg+xml", "application/pdf"):
        with shop.store.writing() as act:
            act.get(tables.PublicFile, name, "file").media_type = media_type
        with pytest.raises(NotFound):
            public_files.served(shop, name)
    for odd in ("", "..", f"../{name}", f"{name}\n", name.upper(), "%"):
        with pytest.raises(NotFound):
            public_files.served(shop, odd)


def test_addresses_in_a_text_are_found(shop: Desk) -> None:
    """C8: each once, ours only; without a gateway there are none."""
    text, name = with_address(shop)
    address = f"{URL}/i/{name}"
    assert public_files.in_text(shop, f"{text} and {text}, https://other.example/i/{name}") == [address]
    shop.post = Post()
    assert public_files.in_text(shop, text) == []


def test_what_was_taken_back_is_public_no_more(shop: Desk) -> None:
    """C8, D8: nobody had the address of a message that never went; one that went, or will, keeps it."""
    text, name = with_address(shop)
    number = wrote(shop, channel="sms", sender="+34600123456")
    shop.replies.send(drafted(shop, number, text))
    shop.undo.last()
    assert public(shop) == 0
    with pytest.raises(NotFound):
        public_files.served(shop, name)
    shop.replies.send(drafted(shop, number, text), wait=False)
    shop.clockwork.outgoing()
    shop.replies.send(drafted(shop, number, f"Again: {text}"))
    shop.undo.last()
    assert public_files.served(shop, name)[2] == PNG
