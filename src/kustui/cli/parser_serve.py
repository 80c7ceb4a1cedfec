"""The words of `kustui serve`."""

from __future__ import annotations

import argparse
from typing import Any

from kustui.cli.arguments import add, number
from kustui.core.served import HOST, PORT, SESSIONS


def serving(commands: Any) -> None:
    """The command that shows desks in browsers."""
    serve = add(
        commands,
        "serve",
        "Serves desks to browsers, until stopped: the demo, a scenario, or the workspace.",
        "  kustui serve --demo\n  kustui serve --train monday --seed 7\n"
        "  kustui serve --train monday --host 0.0.0.0 --token-file token",
        as_json=False,
    )
    what = serve.add_mutually_exclusive_group()
    what.add_argument("--demo", action="store_true", help="a made-up workspace for each, thrown away")
    what.add_argument("--train", default="", metavar="NAME", help="a shift for each, of that scenario")
    serve.add_argument("--seed", type=int, default=1, metavar="N", help="who comes, and when (1)")
    serve.add_argument(
        "--agents", type=_logins, default=(), metavar="LOGIN,...", help="who may be chosen in the workspace"
    )
    serve.add_argument("--host", default=HOST, metavar="ADDRESS", help="where it listens (this host alone)")
    serve.add_argument("--port", type=number, default=PORT, metavar="N", help=f"the port ({PORT}); 0 for any")
    serve.add_argument(
        "--token-file", default="", metavar="FILE", help="what is asked for (else KUSTUI_SERVE_TOKEN)"
    )
    serve.add_argument(
        "--sessions", type=_sessions, default=SESSIONS, metavar="N", help=f"programs at a time ({SESSIONS})"
    )


def _logins(text: str) -> tuple[str, ...]:
    found = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
    if not found or any("/" in each for each in found):
        raise argparse.ArgumentTypeError(f"{text!r} names no logins like ana,ben")
    return found


def _sessions(text: str) -> int:
    found = number(text)
    if not 1 <= found <= 500:
        raise argparse.ArgumentTypeError("between 1 and 500")
    return found
