"""Images that stand in shortcuts: kept with them, sent with what they are put into, and no further."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from kustui.core import attachments
from kustui.core.library import Shortcut
from kustui.core.records import Draft
from kustui.desk import Desk
from kustui.desk.files import read
from kustui.desk.library_toml import export, take
from kustui.errors import Refused
from support.people import wrote
from support.transport import Recorder
from support.writing import drafted

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def with_image(desk: Desk, folder: Path) -> Shortcut:
    """The shortcut "label" with an image below its text."""
    (folder / "label.png").write_bytes(PNG)
    desk.library.keep_shortcut(Shortcut("label", "The label:"), [read(folder / "label.png", inline=True)])
    (kept,) = desk.words.shortcuts()
    return kept


def used(desk: Desk, item: Shortcut) -> Draft:
    """A reply that the shortcut was put into, with its images."""
    draft = drafted(desk, wrote(desk), item.body)
    for image in desk.words.shortcut_images(item.id):
        draft, _ = desk.files.add(draft, "email", image)
    return draft


def test_an_image_stands_below_the_text_and_goes_with_it(
    desk: Desk, transport: Recorder, tmp_path: Path
) -> None:
    """C8: what the shortcut is put into carries the image under the mark that stands in its text."""
    item = with_image(desk, tmp_path)
    (number,) = attachments.inline_ids(item.body)
    desk.replies.send(used(desk, item), wait=False)
    desk.clockwork.tick()
    (file,) = transport.sent[0].files
    assert (file.content, file.inline, file.content_id) == (PNG, True, number)
    assert f"(cid:{number})" in transport.sent[0].text


def test_put_in_twice_the_image_is_there_once(desk: Desk, tmp_path: Path) -> None:
    """C8: the same shortcut twice is one file; the same image from disk too has a mark of its own."""
    item = with_image(desk, tmp_path)
    draft = used(desk, item)
    for image in desk.words.shortcut_images(item.id):
        draft, _ = desk.files.add(draft, "email", image)
    assert len(draft.files) == 1


def test_an_image_whose_mark_is_gone_goes_too(desk: Desk, tmp_path: Path) -> None:
    """C8: a shortcut keeps its images as long as their marks stand in its text; removed, all are gone."""
    item = with_image(desk, tmp_path)
    desk.library.keep_shortcut(replace(item, body=f"Look:\n{item.body}"))
    assert len(desk.words.shortcut_images(item.id)) == 1
    desk.library.keep_shortcut(replace(item, body="No image"))
    assert desk.words.shortcut_images(item.id) == []
    item = with_image(desk, tmp_path)
    desk.library.remove("shortcut", "label")
    assert desk.words.shortcut_images(item.id) == []


def test_where_no_image_can_stand_it_is_refused(desk: Desk, tmp_path: Path) -> None:
    """C8: an SMS shows none; its text is put in without the mark and the line it stood on."""
    item = with_image(desk, tmp_path)
    (image,) = desk.words.shortcut_images(item.id)
    with pytest.raises(Refused, match="text only"):
        desk.files.add(drafted(desk, wrote(desk), "x"), "sms", image)
    assert attachments.without_images(item.body) == "The label:\n"
    assert attachments.without_images("a ![x](cid:1) b\n![y](cid:2)\nc") == "a  b\nc"


def test_images_travel_with_the_library(desk: Desk, tmp_path: Path) -> None:
    """C8: written as TOML and read again, the shortcut has its image; a wrong one changes nothing."""
    item = with_image(desk, tmp_path)
    page = export(desk)
    desk.library.remove("shortcut", "label")
    take(desk, page, "library.toml")
    assert export(desk) == page
    (kept,) = desk.words.shortcuts()
    assert kept.body == item.body
    for wrong, why in (
        (page.replace("label.png ", "label.png !"), "base64"),
        (page.replace(".png ", ".exe "), ".pdf"),
    ):
        with pytest.raises(Refused) as refused:
            take(desk, wrong, "library.toml")
        assert why in str(refused.value)
    assert export(desk) == page
