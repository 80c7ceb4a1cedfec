"""The command table as Textual's bindings."""

from __future__ import annotations

from collections.abc import Iterable

from textual.binding import Binding

from kustui.core.commands import GO_KEY, Command


def bindings(table: Iterable[Command], *scopes: str) -> list[Binding]:
    """Bindings for the commands of these scopes; a key that opens a menu is bound to the menu once."""
    found = [
        Binding(
            ",".join(key for key in command.keys.split(",") if " " not in key),
            command.action,
            command.label,
            show=command.footer,
            tooltip=command.help,
            id=command.id,
        )
        for command in table
        if command.scope in scopes and any(" " not in key for key in command.keys.split(","))
    ]
    if "desk" in scopes:
        found.append(Binding(GO_KEY, "go", "Go to", show=False))
    return found


def editor_bindings(table: Iterable[Command]) -> list[Binding]:
    """The keys of the editor, whose acts are the screen's."""
    return [
        Binding(each.key, f"screen.{each.action}", each.description, show=False, id=each.id)
        for each in bindings(table, "editor")
    ]


def key_of(table: Iterable[Command], name: str) -> str:
    """The key of a command as people write it, as it is set now."""
    return next((command.shown for command in table if command.id == name), "")
