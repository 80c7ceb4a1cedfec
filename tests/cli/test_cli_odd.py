"""Odd words, odd surroundings: a sentence and a code, never a traceback, and nothing wrong sent."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import SETTINGS, Kustui, refused

BROKEN = "caf\udce9"
"""What Python makes of a word that is no UTF-8."""


@pytest.mark.parametrize(
    "words",
    [
        ("reply", 1, "--body", BROKEN),
        ("note", 1, "--body", BROKEN),
        ("compose", 1, "--subject", "S", "--body", BROKEN),
        ("snooze", 1, "99999w " * 9),
        ("import", ""),
        ("import", "x" * 5000),
        ("--db", "x" * 5000, "inbox"),
        ("--db", "~nobody-of-that-name/x.db", "inbox"),
        ("--agent", "  ", "inbox"),
    ],
    ids=lambda words: "-".join(str(word)[:12] for word in words),
)
def test_odd_words_are_refused_in_a_sentence(shop: Kustui, words: tuple[object, ...]) -> None:
    """G4: what cannot be meant or kept is refused, and no customer gets half a word."""
    refused(shop(*words))
    assert shop("show", 1, "--json").json[0]["messages"] == 1


@pytest.mark.parametrize(
    "words",
    [("search", "a" + BROKEN), ("customers", BROKEN), ("--agent", BROKEN, "inbox")],
    ids=lambda words: words[0],
)
def test_odd_words_that_only_look_find_nothing(shop: Kustui, words: tuple[str, ...]) -> None:
    """G4: bytes that are no text are looked for without a stumble, twice alike."""
    assert [shop(*words).code for _ in range(2)] == [0, 0]


def test_an_original_is_there_as_json(shop: Kustui) -> None:
    """G4: a message as it came is an object in JSON."""
    assert shop("show", 1, "--original", 1, "--json").json["original"].startswith("From: ")


@pytest.mark.parametrize(
    ("shell", "code"),
    [
        ("{} inbox > /dev/full", 1),
        ("{} inbox >&-", 0),
        ("{} >&-", 0),
        ("{} <&-", 0),
        ("{} reply 1 <&-", 1),
        ("printf 'caf\\351' | {} reply 1", 1),
    ],
)
def test_streams_may_be_closed_full_or_broken(shop: Kustui, db: Path, shell: str, code: int) -> None:
    """G4: a stream that cannot be used is no traceback."""
    where = {**os.environ, "PYTHONUTF8": "1", "PYTHONIOENCODING": "utf-8:strict"}
    done = subprocess.run(
        ["/bin/sh", "-c", shell.format(f"{sys.executable} -m kustui")],
        capture_output=True,
        text=True,
        env=where,
        check=False,
    )
    assert "Traceback" not in done.stderr
    assert "Exception ignored" not in done.stderr
    assert done.returncode == code


def test_the_settings_say_who_i_am_whenever_they_are_written(shop: Kustui, tmp_path: Path) -> None:
    """G4: a name and a zone written after the first start are taken, and never for somebody else."""
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS.replace("Ana Soler", "Ana S. Ruiz"), encoding="utf-8")
    assert shop("note", 1, "--body", "mine").code == 0
    assert shop("--agent", "ben", "note", 1, "--body", "his").code == 0
    notes = [
        entry["author"] for entry in shop("show", 1, "--json").json[0]["entries"] if entry["kind"] == "note"
    ]
    assert notes == ["Ana S. Ruiz", "ben"]
    settings.write_text(SETTINGS.replace("Europe/Madrid", "Europe/Madird"), encoding="utf-8")
    assert "Europe/Madird" in refused(shop("inbox"))


def test_the_command_ends_with_all_that_was_begun() -> None:
    """G4: what a thread or the program's end still writes is written, and an idle pool is no hindrance."""
    program = """
import atexit, threading, time
from concurrent.futures import ThreadPoolExecutor
from kustui import __main__
pool = ThreadPoolExecutor(1)
pool.submit(int).result()
threading.Thread(target=lambda: (time.sleep(0.2), print("thread"))).start()
atexit.register(print, "end")
__main__.main = lambda: 3
__main__.entry()
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, timeout=20, check=False)
    assert (ran.returncode, ran.stdout.split(), ran.stderr) == (3, [b"thread", b"end"], b"")


@pytest.mark.skipif(os.name != "posix", reason="needs a shell")
def test_a_refusal_is_no_answer(shop: Kustui) -> None:
    """G4: where nobody reads what went wrong, it does not stand where JSON is expected."""
    command = f'"{sys.executable}" -m kustui show 99 --json 2>&-'
    ran = subprocess.run(["sh", "-c", command], stdout=subprocess.PIPE, timeout=60, check=False)
    assert (ran.returncode, ran.stdout) == (1, b"")
