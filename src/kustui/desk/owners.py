"""Who has claimed a message: a program, told from every other one, and whether it still runs."""

from __future__ import annotations

import os
import socket
from pathlib import Path
from uuid import uuid4


def owner_name() -> str:
    """What this program calls itself in a claim: host, process, when that began, a word of its own."""
    return f"{socket.gethostname()}:{os.getpid()}:{_started(os.getpid())}:{uuid4().hex[:8]}"


def is_alive(owner: str) -> bool:
    """Whether the program of a claim is still there, as far as this host can know."""
    host, pid, started, _ = (owner.split(":") + [""] * 4)[:4]
    if host != socket.gethostname() or not pid.isdecimal():
        return False
    try:
        os.kill(int(pid), 0)
    except ProcessLookupError:
        return False
    except OSError:
        # Another user's process; where the system hides when it began, it counts as the same.
        return _started(int(pid)) in (started, "")
    return _started(int(pid)) == started


def has_ended(owner: str) -> bool:
    """Whether the program of a claim is known to be over; of one on another host nobody here knows."""
    return owner.partition(":")[0] == socket.gethostname() and not is_alive(owner)


def _started(pid: int) -> str:
    """When a process began, as the system counts; empty where it does not tell, "over" once it has ended."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
    fields = stat.rpartition(")")[2].split()
    # One that was killed is listed until whoever started it asks how it ended.
    return "over" if fields[0] in "ZX" else fields[19]
