"""A real SSH server on loopback, and terminals that go through it."""

from __future__ import annotations

import contextlib
import os
import shlex
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from support.terminal import Terminal

SSHD = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
THERE = SSHD is not None and shutil.which("ssh") is not None and shutil.which("ssh-keygen") is not None
THROUGH = "import os, sys; os.execvp('ssh', ['ssh', *sys.argv[1:]])"


class Host:
    """A host to sign in to, with keys that were made for it."""

    def __init__(self, folder: Path, port: int) -> None:
        self._folder = folder
        self._port = port

    def session(self, *words: str, size: tuple[int, int], environment: dict[str, str]) -> Terminal:
        """A terminal in which `python words...` runs on the host, as an agent who signed in."""
        told = " ".join(f"{name}={shlex.quote(value)}" for name, value in environment.items())
        command = f"env {told} {shlex.join([sys.executable, *words])}"
        options = (
            "-tt", "-q", "-p", str(self._port), "-i", str(self._folder / "agent"),
            "-o", "StrictHostKeyChecking=no", "-o", f"UserKnownHostsFile={self._folder / 'known'}",
            "-o", "IdentitiesOnly=yes", "127.0.0.1", command,
        )  # fmt: skip
        return Terminal("-c", THROUGH, *options, size=size)


@contextlib.contextmanager
def host(folder: Path) -> Iterator[Host]:
    """Start a server that lets in who holds the key in `folder`."""
    assert SSHD is not None
    folder.mkdir(mode=0o700)
    for name in ("host", "agent"):
        made = ("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name))
        subprocess.run(made, check=True)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    options = {
        "ListenAddress": "127.0.0.1", "Port": str(port), "HostKey": str(folder / "host"),
        "AuthorizedKeysFile": str(folder / "agent.pub"), "StrictModes": "no", "UsePAM": "no",
        "PasswordAuthentication": "no", "PermitRootLogin": "yes", "PidFile": "none",
    }  # fmt: skip
    words = [part for name, value in options.items() for part in ("-o", f"{name}={value}")]
    server = subprocess.Popen(
        [SSHD, "-D", "-f", "/dev/null", *words], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(100):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        yield Host(folder, port)
    finally:
        server.kill()
        server.wait()
