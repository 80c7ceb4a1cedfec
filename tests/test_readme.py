"""The README says what is so: its commands run, its pictures are the snapshots."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kustui import settings
from kustui.core.post import Parcel, Person
from kustui.delivery import Transport
from support import postgres
from support.commands import forker
from support.imap import PASSWORD, imap_server, letter
from support.smtp import Trouble, serving

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
MAIL = """From ana@example.com Thu Jun  4 09:00:00 2026
From: Ana Ruiz <ana.ruiz@example.com>
To: support@acme.example
Subject: Where is my parcel?
Message-ID: <1@example.com>
Date: Thu, 4 Jun 2026 09:00:00 +0200

Hello, where is my parcel?
"""


def commands() -> list[str]:
    """Every line of the README's shell blocks, in order."""
    blocks = re.findall(r"```sh\n(.*?)```", README, re.DOTALL)
    return [line for block in blocks for line in block.strip().splitlines()]


def test_every_kustui_command_of_the_readme_runs(tmp_path: Path, postgresql: str) -> None:
    """Run in the README's order, on a new workspace, each command ends with 0 and says something."""
    (tmp_path / "Mail").mkdir()
    (tmp_path / "Mail" / "support.mbox").write_text(MAIL)
    (tmp_path / "settings.toml").write_text('[workspace]\naddress = "support@acme.example"\n')
    (tmp_path / "mail-password").write_text(PASSWORD)
    (tmp_path / "mail-password").chmod(0o600)
    env = {
        **os.environ,
        "HOME": str(tmp_path),
        "XDG_DATA_HOME": str(tmp_path / "data"),
        "KUSTUI_SETTINGS": str(tmp_path / "settings.toml"),
    }
    env.pop("KUSTUI_DB", None)
    trouble = Trouble()
    user = "support@acme.example"
    with (
        serving(trouble, user=user) as smtp,
        imap_server(user=user) as imap,
        postgres.database(postgresql) as url,
    ):
        imap.put(letter("Invoice", sender="Bo Hansen <bo@example.com>"))
        servers = {
            "smtp.acme.example": f"127.0.0.1:{smtp.port}",
            "imap.acme.example": f"127.0.0.1:{imap.port}",
            "postgresql://db.acme.example/desk": url,
        }
        assert _run_all(tmp_path, env, servers) >= 24
        assert trouble.accepted[0].rcpt_tos == ["ana.ruiz@example.com"]
        assert imap.sent()


def _run_all(tmp_path: Path, env: dict[str, str], servers: dict[str, str]) -> int:
    ran = 0
    with forker(env, tmp_path, tmp_path / "said") as program:
        for line in commands():
            words = shlex.split(line.replace("~", str(tmp_path)))
            words = [servers.get(word, word) for word in words]
            if words[1:3] == ["connect", "email"]:
                words += ["--security", "none"]
            if words[0] != "kustui":
                continue
            if words[1:2] == ["init"] and os.geteuid() != 0:
                words = [word for word in words if word not in ("--group", "users")]
            done = program.run(words[1:])
            assert (done.code, done.err) == (0, ""), f"{line}: {done.err}"
            assert done.out.strip(), line
            ran += 1
    return ran


@pytest.mark.skipif(shutil.which("make") is None, reason="make is not here")
def test_every_make_target_of_the_readme_is_there() -> None:
    """`make demo` and its like are targets that make knows what to do for."""
    targets = {words[1] for words in map(str.split, commands()) if words[0] == "make"}
    targets |= set(re.findall(r"`make ([a-z]+)`", README))
    assert targets >= {"demo", "test", "bench", "check", "snapshots"}
    for target in targets:
        done = subprocess.run(["make", "-n", target], cwd=ROOT, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr


def test_every_picture_is_a_snapshot() -> None:
    """The README shows the very pictures the snapshot tests compare."""
    pictures = re.findall(r"!\[[^\]]+\]\(([^)]+)\)", README)
    assert len(pictures) >= 2
    for picture in pictures:
        assert picture.startswith("snapshots/")
        assert (ROOT / picture).is_file(), picture


def test_the_settings_of_the_readme_are_taken(tmp_path: Path) -> None:
    """The example of a settings file is one."""
    text = re.search(r"```toml\n(.*?)```", README, re.DOTALL)
    assert text is not None
    path = tmp_path / "settings.toml"
    path.write_text(text[1])
    found = settings.read(path)
    assert (found.name, found.address, dict(found.keys)["snooze"]) == (
        "Ana Soler",
        "support@acme.example",
        "h",
    )
    assert tomllib.loads(text[1])["zone"] == found.zone


def test_the_transport_of_the_readme_is_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """The example of a transport is taken for one, and does what it says."""
    text = re.search(r"```python\n(.*?)```", README, re.DOTALL)
    assert text is not None
    found: dict[str, Any] = {}
    exec(text[1], found)
    pager = found["Pager"].set_up(None)
    assert isinstance(pager, Transport)
    assert text[1].partition("class ")[2].count("\n") - 1 <= 16
    called: list[object] = []
    monkeypatch.setattr(subprocess, "run", lambda *args, **_: called.append(args[0]))
    parcel = Parcel(1, "sms", Person("us"), (Person("+4520123456"),), "Hello", "m@x", datetime.now(UTC))
    assert pager.send(parcel, lambda: called.append("commit")).words
    assert called == ["commit", ["pager", "+4520123456", "Hello"]]


def test_every_command_is_in_the_readme() -> None:
    """No command of the command line is kept from the reader."""
    from kustui.cli.parser import build

    listed = build().format_help()
    names = re.findall(r"^    ([\w-]+) ", listed, re.MULTILINE)
    assert len(names) >= 15
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for name in names:
        assert f"kustui {name}" in README or name == "demo", name
        assert name in changelog, name
