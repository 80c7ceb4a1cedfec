"""`kustui gateway`: serves the chat page, providers' calls and public images."""

from __future__ import annotations

import logging
import sys
from argparse import Namespace

from kustui.cli.output import Output
from kustui.desk import Desk


def gateway(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui gateway`: serves until SIGTERM or Ctrl+C."""
    from kustui.gateway.server import run

    def told(words: str) -> None:
        out.line(words)
        sys.stdout.flush()

    # What goes wrong is said on standard error, without a visitor's address or words.
    handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logging.getLogger("kustui").addHandler(handler)
    run(desk, args.host, args.port, told)
