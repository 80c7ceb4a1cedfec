"""`make storm`: thousands of scheduled messages and the worst that can happen to who sends them.

Real processes run the product's clockwork on one real store and are killed, paused and given a
clock that jumps. The exit code is 1 when a message was lost, sent twice or sent early. With
`--zones` the times of the snooze dialog are computed for every zone and twelve years as well.
"""

from __future__ import annotations

import argparse
import contextlib
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from storm import checks, harness, zones
from storm.plan import Plan
from support.postgres import Cluster


def main() -> int:
    """Run what was asked for, print what was measured, say whether all of it held."""
    parser = argparse.ArgumentParser(prog="python -m tests.storm", description=__doc__)
    plan = Plan()
    for name in ("workers", "messages", "snoozes", "kills", "stops", "steps", "seed", "cuts", "restarts"):
        parser.add_argument(f"--{name}", type=int, default=getattr(plan, name), metavar="N")
    for name in ("seconds", "lease", "dawdles"):
        parser.add_argument(f"--{name}", type=float, default=getattr(plan, name), metavar="S")
    parser.add_argument(
        "--naive", action="store_true", help="queue again what was being sent: must be caught"
    )
    parser.add_argument(
        "--postgresql", action="store_true", help="on a server, which ends connections (--cuts, --restarts)"
    )
    parser.add_argument("--zones", action="store_true", help="every zone, every day of twelve years, too")
    given = vars(parser.parse_args())
    every_zone, on_server = given.pop("zones"), given.pop("postgresql")
    with tempfile.TemporaryDirectory(prefix="kustui-storm-") as folder, contextlib.ExitStack() as stack:
        if not on_server:
            table = checks.check(harness.blow(Plan(**given), Path(folder)))
        else:
            cluster = Cluster(fast=False)
            stack.callback(cluster.stop)
            plan = Plan(**given, server=cluster.url)
            table = checks.check(harness.blow(plan, Path(folder), cluster.start_again))
    if every_zone:
        zones.count(table)
    print(table.markdown())
    return 1 if table.wrong else 0


if __name__ == "__main__":
    sys.exit(main())
