"""`make floor`: agents at one store, all at once, each a real program in a real terminal.

Every agent answers, notes, snoozes and resolves customers of their own, takes an act back now and then,
and is hung up in the middle of a word. The exit code is 1 when an act is not in the history once, a
message did not go once, a draft is not there whole, or a screen spoke of the store.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from floor.checks import check
from floor.shift import Shift, fill


def main() -> int:
    """Let the shift begin and end, print what was counted, say whether all of it held."""
    parser = argparse.ArgumentParser(prog="python -m tests.floor", description=__doc__)
    parser.add_argument("--agents", type=int, default=16)
    parser.add_argument("--customers", type=int, default=10, help="of each agent")
    parser.add_argument("--pause", type=float, default=1.0, metavar="S", help="between acts, about")
    parser.add_argument("--columns", type=int, default=120)
    parser.add_argument("--rows", type=int, default=40)
    parser.add_argument("--postgresql", action="store_true", help="on a server instead of a file")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kustui-floor-") as name:
        folder = Path(name)
        place: Path | str = folder / "desk" / "workspace.db"
        cluster = None
        if args.postgresql:
            from support.postgres import Cluster, connected, url_of

            cluster = Cluster(fast=False)
            with connected(cluster.url) as connection:
                connection.execute("CREATE DATABASE floor")
            place = url_of(cluster.url, "floor")
        fill(place, args.agents, args.customers)
        shifts = [
            Shift(place, folder, number, args.customers, args.pause, (args.columns, args.rows))
            for number in range(args.agents)
        ]
        threads = [threading.Thread(target=shift.work, daemon=True) for shift in shifts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        lines, wrong = check(place, folder, shifts)
        if cluster is not None:
            cluster.stop()
    print("\n".join(lines))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
