"""The command on a real store, in process."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from kustui.__main__ import main

SETTINGS = """
agent = "ana"
name = "Ana Soler"
zone = "Europe/Madrid"
[workspace]
name = "Acme support"
address = "support@acme.example"
[channels]
email = "maildir"
sms = "maildir"
[undo]
email = 0
"""


@dataclass(frozen=True)
class Result:
    """What a command did: its exit code and what it wrote."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as JSON."""
        return json.loads(self.out)


Kustui = Callable[..., Result]


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the store will be, with settings that carry email and SMS into a folder beside it."""
    settings = tmp_path / "settings.toml"
    settings.write_text(SETTINGS, encoding="utf-8")
    path = tmp_path / "desk" / "workspace.db"
    monkeypatch.setenv("KUSTUI_SETTINGS", str(settings))
    monkeypatch.setenv("KUSTUI_DB", str(path))
    return path


@pytest.fixture
def kustui(db: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Kustui:
    """Runs the command with these words; `stdin` is its standard input."""

    def run(*words: object, stdin: str = "") -> Result:
        monkeypatch.setattr(sys, "stdin", io.StringIO(stdin))
        capsys.readouterr()
        try:
            code = main([str(word) for word in words])
        except SystemExit as end:
            code = int(end.code or 0)
        said = capsys.readouterr()
        return Result(code, said.out, said.err)

    return run


@pytest.fixture
def shop(kustui: Kustui, tmp_path: Path) -> Kustui:
    """The command, on a workspace where three customers have written."""
    folder = tmp_path / "mail"
    folder.mkdir()
    for number, (name, address, subject, body) in enumerate(
        (
            ("Ana Ruiz", "ruiz@example.com", "Order 8821", "Where is my order?"),
            ("Li Wei", "li@example.net", "发票", "请问能否开发票？"),
            ("Bo Hansen", "bo@example.org", "Zip broken", "The zip of my bag broke."),
        ),
        1,
    ):
        (folder / f"{number}.eml").write_bytes(letter(name, address, subject, body, f"{number}@example.com"))
    assert kustui("import", folder).code == 0
    return kustui


def letter(name: str, address: str, subject: str, body: str, message_id: str, more: str = "") -> bytes:
    """The bytes of an email to the workspace; `more` is a Message-ID it answers."""
    message = EmailMessage()
    message["From"] = f"{name} <{address}>"
    message["To"] = "support@acme.example"
    message["Subject"] = subject
    message["Message-ID"] = f"<{message_id}>"
    message["Date"] = f"Mon, 01 Jun 2026 10:0{len(subject) % 10}:00 +0000"
    if more:
        message["References"] = f"<{more}>"
    message.set_content(body)
    return message.as_bytes()


def refused(result: Result) -> str:
    """The one sentence on standard error of a command that refused; asserts that it is no more than that."""
    assert result.code == 1
    assert result.err.startswith("kustui: ")
    assert result.err.count("\n") == 1
    assert "Traceback" not in result.err + result.out
    return result.err
