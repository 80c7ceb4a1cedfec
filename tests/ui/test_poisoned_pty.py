"""A store full of hostile words, as an older program might have let them in: no byte of it is obeyed."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path

import pytest

from kustui.store import sqlite, tables
from support import shop
from support.notices import told
from support.program import desk_at, program

pytestmark = pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")

HOSTILE = (
    "\x1b]52;c;cm0gLXJm\x07 \x1b]52;c;cm0gLXJm\x1b\\ \x1b[2J\x1b[5m\x1b[38;5;213m\x1b[6n\x1bc\x1b]0;owned\x07"
    " \x9b31m \x9d52;c;eA==\x9c \x85 \u202egnp.exe\u202c \u2066x\u2069 \u2028 e"
    + "\u0301" * 60
    + " [@click=app.quit]x[/] Re: [/INST] hi [/x] [bold]b \x00\x07\x08\x0b\x7f \t {x} %s \ufeff\U000e0041"
)
BODIES = (
    HOSTILE + "\nline two \x1b[31m",
    "a" + "\u0301" * 50_000 + " word\n" + HOSTILE,
    "x" * 400_000 + HOSTILE + "y" * 600_000,
    (HOSTILE + "\n") * 40,
)
ONE_LINE = "z\x1b[2J" * 40_000
"""Something far too long for a subject."""

WORDS = (
    ("customer", "name"), ("customer", "company"), ("customer", "zone"), ("customer", "language"),
    ("customer", "about"), ("conversation", "subject"), ("conversation", "excerpt"), ("message", "author"),
    ("message", "subject"), ("message", "sender"), ("message", "quoted"), ("attachment", "name"),
    ("attachment", "media_type"), ("sub_status", "label"), ("snooze_choice", "label"), ("snooze", "label"),
    ("tag", "label"), ("outbox", "reason"), ("history", "words"), ("history", "actor"), ("draft", "subject"),
    ("draft", "body"), ("shortcut", "body"), ("workspace", "name"), ("agent", "name"), ("address", "shown"),
    ("notification", "text"),
)  # fmt: skip
UNIQUE = {"sub_status", "tag"}

# All that the program itself sends: moves, colours, erasing, modes, queries, pointer, title, ends of links.
OURS = re.compile(
    r"\x1b\[[0-9;]*[HCDGXmK]|\x1b\[5n"
    r"|\x1b\[\?(?:7|25|1000|1002|1003|1004|1006|1015|1016|1049|2004|2026|2048)[hl]"
    r"|\x1b\[\?20(?:26|48)\$p"
    r"|\x1b\[>[0-9]*u|\x1b\[<u"
    r"|\x1b\]22;[a-z-]*(?:\x1b\\|\x07)"
    r"|\x1b\]2;[^\x00-\x1f\x7f-\x9f]*\x07"
    r"|\x1b\]8;;\x1b\\"
    r"|\r+\n"
)
FORBIDDEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
SEQUENCES = ("\x1b]52", "\x1b[5m", "\x1b[38;5;213m", "\x1b[6n", "\x1bc", "\x1b]0;", "\x1b[2J")


@pytest.fixture
def poisoned(tmp_path: Path) -> Path:
    """A shop whose every word was made hostile behind the desk's back."""
    path = tmp_path / "desk" / "workspace.db"
    with desk_at(path, create=True) as desk:
        shop.fill(desk)
        told(desk, HOSTILE, conversation_id=1)
        mail = json.dumps({"to": HOSTILE, "name": HOSTILE, "subject": HOSTILE, "text": HOSTILE})
        with desk.store.writing() as act:
            act.add(
                tables.Outbox(
                    kind="notice", channel="email", agent_id=desk.agent.id, state="failed", payload=mail,
                    due_at=act.now, created_at=act.now,
                )
            )  # fmt: skip
    # The terminal's bell would be a byte of ours.
    settings = path.parent / "kustui" / "settings.toml"
    settings.parent.mkdir()
    settings.write_text("[notify]\nbell = false\n", encoding="utf-8")
    connection = sqlite.connect(path)
    for table, column in WORDS:
        more = " || id" if table in UNIQUE else ""
        connection.execute(f"UPDATE {table} SET {column} = ?{more}", (HOSTILE,))
    for number, body in enumerate(BODIES):
        connection.execute("UPDATE message SET body = ? WHERE id % ? = ?", (body, len(BODIES), number))
    connection.execute("UPDATE conversation SET subject = ? WHERE id % 5 = 0", (ONE_LINE,))
    people = json.dumps({"to": [{"address": HOSTILE}]})
    connection.execute("UPDATE message SET recipients = ? WHERE id % 2", (people,))
    connection.execute(
        "UPDATE draft SET recipients = ? WHERE state = 'open'", (json.dumps({"to": [HOSTILE]}),)
    )
    connection.close()
    return path


def assert_harmless(written: bytes) -> None:
    """Nothing but our own sequences and words without anything a terminal would obey."""
    text = written.decode()
    for sequence in SEQUENCES:
        assert sequence not in text, repr(sequence)
    left = OURS.sub("", text)
    found = FORBIDDEN.search(left)
    assert found is None, repr(left[max(0, found.start() - 60) : found.start() + 60])
    marks = 0
    for letter in left:
        marks = marks + 1 if unicodedata.category(letter) in ("Mn", "Me") else 0
        assert marks <= 4


JOURNEY = (
    # The list, other lists, a customer, the whole of the timeline, quotes, the pager.
    "j", "j", "k", "gs", "q", "gd", "q", "go", "j", "q", "2", "u", "\x1b[5~", "\x1b[5~", "\x1b[H", "\x1b[F",
    "K", "J", "v", "\x1b[6~", "q",
    # What will happen by itself, what is on its way, what can be done about it; what happened meanwhile.
    "gl", "m", "\x1b", "j", "j", "m", "t", "\x1b", "go", "m", "\x1b", "j", "m", "\x1b", "j", "\r", "m",
    "\x1b", "q", "gi", "N", "j", "\r", "q",
    # Dialogs, the palette, help.
    "s", "b", "c", "tue 14:30", "\x1b", "b", "\x1b", "a", "\x1b", "c", "\x1b", "?", "q", "\x10", "snooze",
    "\x1b",
    # The profile refuses its hostile zone and address.
    "p", "\t", "\t", "\x1b[20~", "\x1b",
    # The editor: send menu, a refused send, the note, a discard and its undo.
    "r", "\x0f", "\x1b", "\x1b[20~", "\x0e", "words", "\x0e", "\x1b[19~", "z",
    # Acts whose words quote the subject; hints on the buttons; search.
    "e", "E", "st", "S", "R", "\x1b[Z", "\x1b[Z", "\x1b[Z", "\x1b", "/", "INST", "\r", "\r", "q", "q", "w",
    "W", "n",
)  # fmt: skip


@pytest.mark.parametrize("size", [(120, 40), (80, 24)], ids=["120x40", "80x24"])
def test_every_byte_over_a_poisoned_store(poisoned: Path, size: tuple[int, int]) -> None:
    """Every list, timeline, dialog and notification over hostile words writes harmless bytes only."""
    with program(poisoned, size) as terminal:
        terminal.until("Inbox")
        for keys in JOURNEY:
            terminal.send(keys)
            terminal.read(quiet=0.06, limit=2)
        with desk_at(poisoned) as desk:
            told(desk, HOSTILE)
        terminal.until("shows")
        terminal.until("? help")
        terminal.send("\x11")
        terminal.until("Quit kustui?")
        terminal.send("y")
        assert terminal.end() == 0
        assert b"stumbled" not in terminal.written
        assert len(terminal.written) > 20_000
        assert_harmless(terminal.written)


@pytest.mark.parametrize(
    "command",
    [["inbox"], ["show", "3"], ["show", "1"], ["search", "INST"], ["customers"], ["doctor"], ["export"],
     ["inbox", "--json"], ["show", "3", "--json"]],
    ids=" ".join,
)  # fmt: skip
def test_every_command_over_a_poisoned_store(poisoned: Path, command: list[str]) -> None:
    """What the commands print of hostile words is harmless to a terminal, too."""
    done = subprocess.run(
        [sys.executable, "-m", "kustui", "--db", str(poisoned), "--agent", "ana", *command],
        capture_output=True,
        env={**os.environ, "HOME": str(poisoned.parent), "XDG_CONFIG_HOME": str(poisoned.parent)},
        timeout=60,
        check=False,
    )
    assert b"Traceback" not in done.stderr
    assert done.returncode == 0, done.stderr
    for line in (done.stdout + done.stderr).decode().splitlines():
        found = FORBIDDEN.search(line)
        assert found is None, repr(line[max(0, found.start() - 60) : found.start() + 60])


def test_without_a_terminal_over_a_poisoned_store(poisoned: Path) -> None:
    """The desk printed as text is harmless as well."""
    done = subprocess.run(
        [sys.executable, "-m", "kustui", "--db", str(poisoned), "--agent", "ana"],
        capture_output=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "HOME": str(poisoned.parent), "XDG_CONFIG_HOME": str(poisoned.parent)},
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert FORBIDDEN.search(done.stdout.decode().replace("\n", "")) is None
