"""The workspace's words and status settings as TOML, so that a team keeps them in git."""

from __future__ import annotations

import tomllib
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from kustui.core import library
from kustui.core.post import FileContent
from kustui.core.records import Changed, SnoozeChoice, SubStatus
from kustui.desk.files import checked
from kustui.errors import MissingExtra, Refused

if TYPE_CHECKING:
    from kustui.desk import Desk

TABLES: dict[str, dict[str, type]] = {
    "shortcut": {"name": str, "body": str, "tags": list, "then": str, "images": dict},
    "snippet": {"name": str, "source": str, "texts": dict},
    "template": {"name": str, "body": str},
    "snooze": {"key": str, "label": str, "kind": str, "value": str, "enabled": bool},
    "sub_status": {"status": str, "label": str, "enabled": bool},
}
"""What each table of the file may say."""


def export(desk: Desk) -> str:
    """The whole library as TOML text; needs the extra `kustui[library]`."""
    try:
        import tomlkit
    except ModuleNotFoundError as error:
        raise MissingExtra("Writing the library", "library") from error

    def text(words: str) -> Any:
        return tomlkit.string(words, multiline="\n" in words)

    page = tomlkit.document()
    for kind, rows in _tables(desk).items():
        if not rows:
            continue
        array = tomlkit.aot()
        for row in rows:
            table = tomlkit.table()
            for key, value in row.items():
                if isinstance(value, str):
                    table.add(key, text(value))
                elif isinstance(value, dict):
                    inner = tomlkit.table()
                    for name, words in value.items():
                        inner.add(name, text(words))
                    table.add(key, inner)
                else:
                    table.add(key, value)
            array.append(table)
        page.add(kind, array)
    return tomlkit.dumps(page)


def _tables(desk: Desk) -> dict[str, list[dict[str, Any]]]:
    choices, subs = desk.words.status_settings()
    return {
        "shortcut": [
            {"name": each.name, "body": each.body}
            | ({"tags": list(each.tags)} if each.tags else {})
            | ({"then": each.status} if each.status else {})
            | ({"images": images} if (images := _images(desk, each.id)) else {})
            for each in desk.words.shortcuts()
        ],
        "snippet": [
            {"name": each.name, "source": each.source, "texts": dict(each.texts)}
            for each in desk.words.snippets()
        ],
        "template": [{"name": each.name, "body": each.body} for each in desk.words.templates()],
        "snooze": [
            {"key": each.key, "label": each.label, "kind": each.kind, "value": each.value, "enabled": enabled}
            for each, enabled in choices
        ],
        "sub_status": [
            {"status": each.status, "label": each.label, "enabled": enabled} for each, enabled in subs
        ],
    }


def _images(desk: Desk, shortcut_id: int) -> dict[str, str]:
    """A shortcut's images by their content ids: name, and bytes in base64."""
    return {
        each.content_id: f"{each.name} {b64encode(each.content).decode()}"
        for each in desk.words.shortcut_images(shortcut_id)
    }


def _image(content_id: str, said: str) -> FileContent:
    name, _, content = said.rpartition(" ")
    try:
        held = b64decode(content, validate=True)
    except ValueError as error:
        raise Refused("Not an image", f"{content_id}: it is not base64.") from error
    return replace(checked(name, held, inline=True, content_id=content_id), marked=True)


def take(desk: Desk, text: str, where: str) -> Changed:
    """Keep everything that a TOML text names; what is there under another name stays.

    The snooze choices and the sub-statuses of the file, where it has any, take the place of those
    that were. Raises Refused, naming the place in `where`, before anything is written.
    """
    try:
        page = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused("Not TOML", f"{where}: {error}") from error
    unknown = sorted(set(page) - set(TABLES))
    if unknown:
        raise Refused("Unknown table", f"{where}: {unknown[0]!r}; there are {', '.join(TABLES)}.")
    acts = _acts(desk, {kind: _rows(kind, page.get(kind, []), where) for kind in TABLES}, where)
    for act in acts:
        act()
    counts = ", ".join(f"{len(page[kind])} {kind}" for kind in TABLES if page.get(kind))
    return Changed(notice=f"Kept {counts or 'nothing'}")


def _acts(desk: Desk, rows: Mapping[str, list[dict[str, Any]]], where: str) -> list[Callable[[], Changed]]:
    try:
        shortcuts = [
            library.shortcut(row["name"], row.get("body", ""), row.get("tags", ()), row.get("then", ""))
            for row in rows["shortcut"]
        ]
        images = [[_image(*pair) for pair in row.get("images", {}).items()] for row in rows["shortcut"]]
        snippets = [
            library.snippet(row["name"], row.get("texts", {}), row.get("source", "en"))
            for row in rows["snippet"]
        ]
        templates = [library.template(row["name"], row.get("body", "")) for row in rows["template"]]
        choices, subs = desk.words.status_settings()
        held = {each.label: each.id for each, _ in choices}
        known = {(each.status, each.label): each.id for each, _ in subs}
        snooze = [
            (
                SnoozeChoice(
                    held.get(row.get("label", ""), 0),
                    row.get("key", ""),
                    row.get("label", ""),
                    row.get("kind", ""),
                    row.get("value", ""),
                ),
                row.get("enabled", True),
            )
            for row in rows["snooze"]
        ]
        statuses = [
            (
                SubStatus(
                    known.get((row.get("status", ""), row.get("label", "")), 0),
                    row.get("status", "open"),
                    row.get("label", ""),
                ),
                row.get("enabled", True),
            )
            for row in rows["sub_status"]
        ]
        desk.library.check_snooze_choices(snooze)
        desk.library.check_sub_statuses(statuses)
    except Refused as error:
        raise Refused(error.title, f"{where}: {error.message}") from error
    keep = desk.library
    acts: list[Callable[[], Changed]] = []
    acts += [partial(keep.keep_shortcut, *pair) for pair in zip(shortcuts, images, strict=True)]
    acts += [partial(keep.keep_snippet, item) for item in snippets]
    acts += [partial(keep.keep_template, item) for item in templates]
    if snooze:
        acts.append(lambda: keep.set_snooze_choices(snooze))
    if statuses:
        acts.append(lambda: keep.set_sub_statuses(statuses))
    return acts


def _rows(kind: str, found: object, where: str) -> list[dict[str, Any]]:
    if not isinstance(found, list) or not all(isinstance(row, dict) for row in found):
        raise Refused("Not a table", f"{where}: write each {kind} as [[{kind}]].")
    for row in found:
        for key, value in row.items():
            if key not in TABLES[kind]:
                raise Refused(
                    "Unknown key", f"{where}: {kind}.{key}; a {kind} has {', '.join(TABLES[kind])}."
                )
            if not isinstance(value, TABLES[kind][key]):
                raise Refused("Not what it should be", f"{where}: {kind}.{key} is {value!r}.")
            words = value.values() if isinstance(value, dict) else value if isinstance(value, list) else ()
            if not all(isinstance(word, str) for word in words):
                raise Refused("Not what it should be", f"{where}: {kind}.{key} holds more than text.")
        if "name" in TABLES[kind] and not row.get("name"):
            raise Refused("No name", f"{where}: a {kind} has none.")
    return found
