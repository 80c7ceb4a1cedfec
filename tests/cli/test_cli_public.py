"""Images as addresses by command (SPEC C8, G4), and serving."""

from __future__ import annotations

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from cli.conftest import SETTINGS, Kustui, refused
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.store.store import Store
from support.people import wrote

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
URL = "https://chat.acme.example"


@pytest.fixture
def sms(kustui: Kustui, db: Path, tmp_path: Path) -> int:
    """A conversation by SMS, in a workspace with a gateway and a shortcut that has an image."""
    (tmp_path / "settings.toml").write_text(f'{SETTINGS}[gateway]\nurl = "{URL}"\n', encoding="utf-8")
    assert kustui("init").code == 0
    (tmp_path / "library.toml").write_text('[[shortcut]]\nname = "label"\nbody = "See:"\n', encoding="utf-8")
    assert kustui("library", "import", tmp_path / "library.toml").code == 0
    (tmp_path / "label.png").write_bytes(PNG)
    assert kustui("library", "image", "label", tmp_path / "label.png").code == 0
    store = Store(db).open()
    number = wrote(Desk(store, sign_in(store, "ana")), channel="sms", sender="+34600123456")
    store.close()
    return number


def test_an_address_goes_only_when_it_is_said(kustui: Kustui, sms: int) -> None:
    """C8, G4: by SMS the shortcut's image is an address; without --public nothing is sent."""
    words = refused(kustui("reply", sms, "--shortcut", "label"))
    assert "Anyone who has this address can see it" in words
    assert "--public" in words
    assert kustui("outbox", "list", "--json").json == []
    assert kustui("reply", sms, "--shortcut", "label", "--public").code == 0
    assert f"{URL}/i/" in kustui("show", sms).out
    assert kustui("note", sms, "--shortcut", "label").code == 0


def test_a_gateway_that_cannot_serve_says_why(
    kustui: Kustui, db: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that needs one, a port that is taken, no such address, a missing library: in words."""
    kustui("init")
    assert "Nothing needs a gateway" in refused(kustui("gateway"))
    chat = SETTINGS.replace('sms = "maildir"', 'sms = "maildir"\nchat = "chat"')
    (tmp_path / "settings.toml").write_text(chat, encoding="utf-8")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        assert "The port is taken" in refused(kustui("gateway", "--port", port))
    assert "No such port" in refused(kustui("gateway", "--port", 65536))
    assert "It cannot serve there" in refused(kustui("gateway", "--host", "203.0.113.1", "--port", 0))
    monkeypatch.setitem(sys.modules, "aiohttp", None)
    monkeypatch.setitem(sys.modules, "aiohttp.web", None)
    assert "pip install 'kustui[gateway]'" in refused(kustui("gateway"))


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGINT])
def test_a_gateway_ends_well(kustui: Kustui, db: Path, tmp_path: Path, end: signal.Signals) -> None:
    """SIGTERM and Ctrl+C end it at once, with 0 and without a word of trouble."""
    chat = SETTINGS.replace('sms = "maildir"', 'sms = "maildir"\nchat = "chat"')
    (tmp_path / "settings.toml").write_text(chat, encoding="utf-8")
    kustui("init")
    started = subprocess.Popen(
        [sys.executable, "-m", "kustui", "gateway", "--port", "0"],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert started.stdout is not None
    assert started.stdout.readline().startswith("The gateway serves at http://127.0.0.1:")
    started.send_signal(end)
    _, errors = started.communicate(timeout=10)
    assert (started.returncode, errors) == (0, "")
