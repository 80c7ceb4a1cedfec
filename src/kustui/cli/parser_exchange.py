"""The words of the commands that write a workspace out, and take things in."""

from __future__ import annotations

from typing import Any

from kustui.cli.arguments import add

FORMATS = ("jsonl", "csv", "mbox")


def exchanging(commands: Any) -> None:
    """Export, move and import."""
    away = add(
        commands,
        "move",
        "Moves the workspace into another store: from a file to a team's server, or back.",
        "  kustui move --to postgresql://db.acme.example/desk\n  kustui move --to other/workspace.db",
    )
    away.add_argument(
        "--to", required=True, metavar="FILE|URL", help="a store that is empty, or not there yet"
    )
    out = add(
        commands,
        "export",
        "Writes everything: JSON Lines that import takes back, CSV for spreadsheets, or mail.",
        "  kustui export > workspace.jsonl\n  kustui export workspace.jsonl\n"
        "  kustui export --format csv FOLDER\n  kustui export --format mbox support.mbox",
        as_json=False,
    )
    out.add_argument(
        "to",
        nargs="?",
        default="-",
        metavar="PATH",
        help="a file that is not there yet; for csv a folder; - or nothing: standard output",
    )
    out.add_argument("--format", choices=FORMATS, default="jsonl", help="what is written (jsonl)")
    take = add(
        commands,
        "import",
        "Files mail; makes a workspace of an export; makes customers of a CSV file.",
        "  kustui import ~/Mail/support.mbox\n  kustui import ~/Maildir --done\n"
        "  kustui import customers.csv --dry-run\n  kustui --db new.db import workspace.jsonl\n"
        "  kustui import --quarantine",
        acts=True,
    )
    take.add_argument(
        "paths",
        nargs="*",
        metavar="PATH",
        help=".eml, mbox, Maildir, folders of them; one export (- is standard input); one .csv of customers",
    )
    take.add_argument(
        "--done", action="store_true", help="file the conversations as done, not into the inbox"
    )
    take.add_argument(
        "--quarantine", action="store_true", help="list what could not be read, with the reasons"
    )
