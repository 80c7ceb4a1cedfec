"""Files that came with messages, from the command line (SPEC C7, C8, G4)."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from kustui.cli.output import Output, fit
from kustui.core.records import FileLine
from kustui.core.words import size
from kustui.desk import Desk
from kustui.errors import NotFound, Refused


def files(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui files CONVERSATION`: the files of its messages; with `--save`, one of them into a folder."""
    found = desk.saving.files(args.id)
    if args.save is None:
        if args.to is not None:
            raise Refused("Which file?", "Say which to save: --save ID, as `kustui files` lists them.")
        out.items((_json(message, file) for message, file in found), _lines(found), empty="No files in it.")
        return
    if all(file.id != args.save for _, file in found):
        raise NotFound("No such file", f"Conversation {args.id} has no file {args.save}.")
    path = desk.saving.save(args.save, None if args.to is None else Path(args.to))
    out.item({"id": args.save, "path": str(path)}, f"Saved: {path}")


def _json(message: int, file: FileLine) -> dict[str, Any]:
    return {
        "id": file.id,
        "message_id": message,
        "name": file.name,
        "media_type": file.media_type,
        "size": file.size,
        "inline": file.inline,
    }


def _lines(found: list[tuple[int, FileLine]]) -> Iterator[str]:
    for _, file in found:
        yield f"{file.id:>6}  {fit(file.name, 40)}  {size(file.size):>9}  {file.media_type}".rstrip()
