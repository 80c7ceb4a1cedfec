"""A shortcut's image where none can stand: its address goes, once the agent knows who can open it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from kustui.core.library import Shortcut
from kustui.desk import Desk
from kustui.desk.files import read
from support.replying import outbound, write
from support.sitting import sitting

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
SMS = "Ben Achieng"
URL = "https://chat.acme.example"


def with_gateway(desk: Desk, folder: Path) -> None:
    """A gateway, and a shortcut with an image."""
    desk.post = replace(desk.post, gateway={"url": URL})
    (folder / "label.png").write_bytes(PNG)
    desk.library.keep_shortcut(Shortcut("label", "See:"), [read(folder / "label.png", inline=True)])


def public(desk: Desk) -> int:
    """How many files anyone can fetch."""
    with desk.store.reading() as reader:
        return int(reader.value("SELECT count(*) FROM public_file"))


async def test_its_address_stands_in_the_text_and_is_asked_about(acme: Desk, tmp_path: Path) -> None:
    """C8: by SMS the image is an address; before it goes the agent is told that anyone can open it."""
    with_gateway(acme, tmp_path)
    async with sitting(acme) as at:
        await write(at, SMS, "/label")
        await at.press("tab")
        assert at.words.startswith(f"See:\n{URL}/i/")
        assert "anyone can open" in at.said
        await at.press("f9")
        assert "Anyone who has this address can see the image" in at.text()
        assert f"{URL}/i/" in at.text()
        number = at.number
        await at.press("n")
        assert outbound(acme, number) == []
        assert public(acme) == 0
        assert at.words.startswith("See:")
        await at.press("f9", "y")
        assert outbound(acme, number)[0].startswith(f"See:\n{URL}/i/")
        assert public(acme) == 1


async def test_it_is_asked_whichever_way_it_is_sent(acme: Desk, tmp_path: Path) -> None:
    """C8: from the menu and with Send later too; an email shows the image itself and is not asked about."""
    with_gateway(acme, tmp_path)
    async with sitting(acme) as at:
        await write(at, SMS, "/label")
        await at.press("tab")
        await at.press("ctrl+o", "s")
        assert "Anyone who has this address" in at.text()
        await at.press("n")
        await at.press("ctrl+o", "l")
        assert "Anyone who has this address" in at.text()
        await at.press("y")
        assert "Anyone who has this address" not in at.text()
        number = at.number
        await at.press("1")
        assert len(outbound(acme, number)) == 1
        await write(at, "Chloé Martin", "/label")
        await at.press("tab")
        await at.until(lambda: "label.png" in at.shows("reply-with"))
        assert at.words.startswith("See:\n![label.png](cid:")
        await at.press("f9")
        assert "Anyone who has this address" not in at.text()
