"""Files, limits and the workspace's words, through the command line."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from cli.conftest import Kustui, refused
from kustui.core.attachments import FILE_LIMIT, TOTAL_LIMIT
from kustui.core.channels import CHANNELS
from kustui.desk import Desk
from kustui.desk.reads import agent_of
from kustui.store.store import Store
from support.people import wrote
from support.pictures import halves, sent

LIBRARY = """
[[shortcut]]
name = "sorry"
body = "We are sorry, {customer.first_name|there}."
tags = ["late"]

[[shortcut]]
name = "code"
body = "Your code is {code}."

[[snippet]]
name = "hours"
source = "en"
[snippet.texts]
en = "We are open from nine."

[[template]]
name = "formal"
body = '''Dear customer,

{body}

Acme'''
"""


def on_desk(db: Path) -> Desk:
    """Ana's desk on the command's own store."""
    store = Store(db).open()
    agent = agent_of(store, "ana")
    assert agent is not None
    return Desk(store, agent)


def conversation(db: Path, files: dict[str, bytes]) -> int:
    """A conversation whose message has these files."""
    desk = on_desk(db)
    number = sent(desk, files)
    desk.store.close()
    return number


def text(path: Path, size: int) -> Path:
    """A text file of that many bytes."""
    path.write_bytes(b"x" * size)
    return path


# -- files that came -------------------------------------------------------------------------


def test_files_are_listed_and_saved(shop: Kustui, db: Path, tmp_path: Path) -> None:
    """C7, G4: `files` lists what came; `--save` puts one into a folder and never over another."""
    number = conversation(db, {"photo.png": halves(), "../../x.txt": b"hello"})
    listed = shop("files", number, "--json").json
    assert [(each["name"], each["size"]) for each in listed] == [("photo.png", len(halves())), ("x.txt", 5)]
    shown = shop("files", number).out.split("\n")
    assert shown[0].split() == [str(listed[0]["id"]), "photo.png", str(len(halves())), "bytes", "image/png"]
    folder = tmp_path / "cases"
    folder.mkdir()
    for name in ("photo.png", "photo (2).png"):
        result = shop("files", number, "--save", listed[0]["id"], "--to", folder)
        assert result.out == f"Saved: {folder / name}\n"
        assert (folder / name).read_bytes() == halves()
    answer = shop("files", number, "--save", listed[1]["id"], "--to", folder, "--json").json
    assert answer == {"id": listed[1]["id"], "path": str(folder / "x.txt")}


def test_files_refuses_in_a_sentence(shop: Kustui, db: Path, tmp_path: Path) -> None:
    """C7, G4: no such conversation, a file of another one, no folder, a folder and no file."""
    number = conversation(db, {"photo.png": halves()})
    file = shop("files", number, "--json").json[0]["id"]
    assert shop("files", 1).out == "No files in it.\n"
    assert "no conversation 99" in refused(shop("files", 99))
    assert "has no file" in refused(shop("files", 1, "--save", file, "--to", tmp_path))
    assert "not there" in refused(shop("files", number, "--save", file, "--to", tmp_path / "none"))
    assert "--save ID" in refused(shop("files", number, "--to", tmp_path))
    assert shop("files", "x").code == 2


def test_files_help_names_it(shop: Kustui) -> None:
    """G4: the help begins with lines to copy."""
    said = shop("files", "--help")
    assert said.out.startswith("Examples:\n  kustui files 142")


# -- files that go ---------------------------------------------------------------------------


def test_a_file_may_have_exactly_its_limit(shop: Kustui, tmp_path: Path) -> None:
    """C7: 5,242,880 bytes go, one more does not, and then nothing is sent."""
    whole, over = text(tmp_path / "whole.txt", FILE_LIMIT), text(tmp_path / "over.txt", FILE_LIMIT + 1)
    assert FILE_LIMIT == 5_242_880
    said = refused(shop("reply", 1, "--body", "See.", "--attach", over))
    assert "5,242,881 bytes" in said
    assert shop("outbox", "list", "--json").json == []
    assert shop("reply", 1, "--body", "See.", "--attach", whole).code == 0
    assert [each["size"] for each in shop("files", 1, "--json").json] == [FILE_LIMIT]


def test_all_files_together_may_have_exactly_their_limit(shop: Kustui, tmp_path: Path) -> None:
    """C7: 9,961,472 bytes together go, one more does not."""
    assert TOTAL_LIMIT == 9_961_472
    first = text(tmp_path / "first.txt", FILE_LIMIT)
    rest, more = (text(tmp_path / f"{n}.txt", TOTAL_LIMIT - FILE_LIMIT + n) for n in (0, 1))
    said = refused(shop("reply", 1, "--body", "See.", "--attach", first, "--attach", more))
    assert "9,961,473 bytes" in said
    assert shop("files", 1, "--json").json == []
    assert shop("reply", 1, "--body", "See.", "--attach", first, "--attach", rest).code == 0
    assert sum(each["size"] for each in shop("files", 1, "--json").json) == TOTAL_LIMIT


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.exe", b"MZ", "there are .pdf"),
        ("a.pdf", b"MZ", "no .pdf file inside"),
        ("a.png", b"GIF89a\x01\0", "no .png file inside"),
        ("a.txt", b"", "nothing in it"),
    ],
)
def test_what_may_not_go_says_why(shop: Kustui, tmp_path: Path, name: str, content: bytes, why: str) -> None:
    """C7: a type off the list, a content that is not the name's, an empty file."""
    (tmp_path / name).write_bytes(content)
    assert why in refused(shop("reply", 1, "--body", "See.", "--attach", tmp_path / name))
    assert why in refused(shop("note", 1, "--body", "See.", "--attach", tmp_path / name))


def test_several_kinds_go_together(shop: Kustui, tmp_path: Path) -> None:
    """C7: letter case does not matter, and the types travel with the files."""
    (tmp_path / "A.PNG").write_bytes(halves())
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as made:
        made.writestr("x", "x")
    assert (
        shop(
            "reply", 1, "--body", "See.", "--attach", tmp_path / "A.PNG", "--attach", tmp_path / "b.zip"
        ).code
        == 0
    )
    kinds = {each["name"]: each["media_type"] for each in shop("files", 1, "--json").json}
    assert kinds == {"A.PNG": "image/png", "b.zip": "application/zip"}


def test_a_channel_of_text_carries_no_file(shop: Kustui, db: Path, tmp_path: Path) -> None:
    """C7: an SMS with a file is refused."""
    desk = on_desk(db)
    number = wrote(desk, sender="+34600123456", name="Eva Ros", channel="sms")
    desk.store.close()
    said = refused(shop("reply", number, "--body", "See.", "--attach", text(tmp_path / "a.txt", 3)))
    assert "carries text only" in said


# -- limits in characters --------------------------------------------------------------------

SENDERS = {"email": "eva@example.com", "sms": "+34600123456", "chat": "eva", "facebook": "eva.ros"}


@pytest.mark.parametrize("channel", SENDERS)
def test_a_reply_may_have_exactly_the_channels_characters(
    shop: Kustui, db: Path, tmp_path: Path, channel: str
) -> None:
    """C2: N-1 and N characters go, N+1 are refused whole, on every channel; nothing is cut."""
    limit = CHANNELS[channel].limit
    assert limit is not None
    settings = tmp_path / "settings.toml"
    settings.write_text(
        settings.read_text().replace(
            'sms = "maildir"', 'sms = "maildir"\nchat = "simulator"\nfacebook = "simulator"'
        )
    )
    desk = on_desk(db)
    number = wrote(desk, sender=SENDERS[channel], name="Eva Ros", channel=channel)
    desk.store.close()
    said = refused(shop("reply", number, stdin="ñ" * (limit + 1)))
    assert f"{limit:,}" in said
    for count in (limit - 1, limit):
        assert shop("reply", number, stdin="ñ" * count).code == 0
    bodies = [
        each["body"]
        for each in shop("show", number, "--json").json[0]["entries"]
        if each["kind"] == "outbound"
    ]
    assert [len(body) for body in bodies] == [limit - 1, limit]


# -- the workspace's words -------------------------------------------------------------------


@pytest.fixture
def stocked(shop: Kustui, tmp_path: Path) -> Kustui:
    """The command, on a workspace with a library."""
    (tmp_path / "library.toml").write_text(LIBRARY)
    assert shop("library", "import", tmp_path / "library.toml").code == 0
    return shop


def test_the_library_is_read_listed_written_and_thinned(stocked: Kustui, tmp_path: Path) -> None:
    """C6: import, list, export and remove; what was exported is read again without a change."""
    listed = [(each["kind"], each["name"]) for each in stocked("library", "list", "--json").json]
    assert listed == [
        ("shortcut", "/code"), ("shortcut", "/sorry"), ("snippet", "hours"), ("template", "formal"),
    ]  # fmt: skip
    page = stocked("library", "export").out
    assert stocked("library", "import", "-", stdin=page).code == 0
    assert stocked("library", "export").out == page
    assert stocked("library", "remove", "shortcut", "/code").code == 0
    assert "code" not in stocked("library", "list").out
    assert "Traceback" not in refused(stocked("library", "remove", "shortcut", "/code"))
    assert "library.toml" in refused(stocked("library", "import", tmp_path / "none" / "library.toml"))


def test_a_shortcut_and_a_template_make_a_reply(stocked: Kustui) -> None:
    """C4, C6: the shortcut's words come filled, before the body; the template is wrapped around."""
    assert stocked("reply", 1, "--shortcut", "sorry", "--body", "It left today.").code == 0
    last = stocked("show", 1, "--json").json[0]
    bodies = [each["body"] for each in last["entries"] if each["kind"] == "outbound"]
    assert bodies[-1].startswith("We are sorry, Ana.")
    assert "It left today." in bodies[-1]
    assert "late" in last["tags"]
    assert stocked("reply", 1, "--template", "formal", "--body", "It left today.").code == 0
    assert "no" in refused(stocked("reply", 1, "--template", "none", "--body", "x")).lower()
    assert "no" in refused(stocked("reply", 1, "--shortcut", "none", "--body", "x")).lower()


def test_an_unfilled_placeholder_blocks_sending(stocked: Kustui) -> None:
    """C10: what nothing fills is named, and nothing is sent."""
    before = stocked("show", 1, "--json").json[0]["messages"]
    assert "{code}" in refused(stocked("reply", 1, "--shortcut", "code"))
    assert "{order}" in refused(stocked("reply", 1, "--body", "About {order}"))
    assert stocked("show", 1, "--json").json[0]["messages"] == before


def test_preferences_are_shown_and_kept(shop: Kustui) -> None:
    """D2, D8: what is named changes, all else stays; what cannot be is refused in a sentence."""
    assert shop("preferences", "--json").json["send"] == "now"
    assert shop("preferences", "--send", "done", "--undo", "email=10", "--signature", "Ana\nAcme").code == 0
    held = shop("preferences", "--json").json
    assert (held["send"], held["undo"], held["signature"]) == ("done", {"email": 10}, "Ana\nAcme")
    assert shop("preferences", "--undo", "sms=3").code == 0
    assert shop("preferences", "--json").json["undo"] == {"email": 10, "sms": 3}
    assert "email=10" in refused(shop("preferences", "--undo", "email"))
    assert refused(shop("preferences", "--undo", "email=3600"))
    assert refused(shop("preferences", "--zone", "Mars/Olympus"))
