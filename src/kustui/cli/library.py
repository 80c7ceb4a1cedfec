"""The workspace's words, and what an agent sets for themself, from the command line."""

from __future__ import annotations

import sys
from argparse import Namespace
from dataclasses import asdict, replace
from pathlib import Path

from kustui.cli.acting import told, typed_words
from kustui.cli.output import Output
from kustui.core.text import excerpt
from kustui.desk import Desk
from kustui.errors import NotFound, Refused


def library(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui library`: lists shortcuts, snippets and templates; writes them as TOML, and reads them."""
    {"list": _list, "export": _export, "import": _import, "remove": _remove, "image": _image}[args.what](
        desk, args, out
    )


def _list(desk: Desk, args: Namespace, out: Output) -> None:
    found = [
        *(
            ("shortcut", f"/{item.name}", excerpt(item.body, 60), item.actions)
            for item in desk.words.shortcuts()
        ),
        *(
            ("snippet", item.name, excerpt(item.texts[item.source], 60), " ".join(item.texts))
            for item in desk.words.snippets()
        ),
        *(("template", item.name, excerpt(item.body, 60), "") for item in desk.words.templates()),
    ]
    out.items(
        ({"kind": kind, "name": name, "text": text, "about": about} for kind, name, text, about in found),
        (
            f"{kind:<9} {name:<24} {text}" + (f"  ({about})" if about else "")
            for kind, name, text, about in found
        ),
        empty="The library is empty; `kustui library import FILE` fills it.",
    )


def _export(desk: Desk, args: Namespace, out: Output) -> None:
    from kustui.desk.library_toml import export

    out.line(export(desk).rstrip())


def _import(desk: Desk, args: Namespace, out: Output) -> None:
    from kustui.desk.library_toml import take

    try:
        text = sys.stdin.read() if args.file == "-" else Path(args.file).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("The file cannot be read", f"{args.file}: {error}") from error
    told(take(desk, text, args.file), out)


def _remove(desk: Desk, args: Namespace, out: Output) -> None:
    told(desk.library.remove(args.kind, args.name.removeprefix("/")), out)


def _image(desk: Desk, args: Namespace, out: Output) -> None:
    from kustui.desk.files import read

    name = args.name.removeprefix("/")
    found = next((each for each in desk.words.shortcuts() if each.name == name), None)
    if found is None:
        raise NotFound("No such shortcut", f"There is no shortcut {name!r}.")
    told(desk.library.keep_shortcut(found, [read(Path(args.file), inline=True)]), out)


OWN = ("send", "signature", "zone", "language", "name", "email", "enter_sends", "theme", "keys", "inbox")


def preferences(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui preferences`: shows what you have set for yourself, or changes what is named."""
    held = desk.words.preferences()
    named = {name: getattr(args, name) for name in OWN if getattr(args, name) is not None}
    if "signature" in named:
        named["signature"] = typed_words(named["signature"], "--signature")
    undo = dict(held.undo)
    for typed in args.undo or ():
        channel, _, seconds = typed.partition("=")
        if not seconds.isdecimal():
            raise Refused("Not an undo window", f"{typed!r}: write it like email=10.")
        undo[channel] = int(seconds)
    item = replace(held, **named, undo=undo)
    if item != held:
        told(desk.preferences.keep(item), out)
        return
    shown = asdict(item)
    out.item(shown, *(f"{name:<12} {value}" for name, value in shown.items() if value not in ("", {})))
