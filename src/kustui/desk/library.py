"""The words a workspace keeps, and the choices of its Conversation Status settings (SPEC B4, C4, C6, C10)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from kustui.core import library, when
from kustui.core.attachments import inline_ids, inline_mark
from kustui.core.library import Shortcut, Snippet, Template
from kustui.core.post import FileContent
from kustui.core.records import Changed, SnoozeChoice, SubStatus
from kustui.core.standing import STATUSES
from kustui.core.text import one_line
from kustui.desk.files import row_of
from kustui.errors import NotFound, Refused
from kustui.store import tables
from kustui.store.queries import library as asking
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk

Row = TypeVar("Row", "tables.Shortcut", "tables.Snippet", "tables.Template")

TABLES: dict[str, type[Any]] = {
    "shortcut": tables.Shortcut,
    "snippet": tables.Snippet,
    "template": tables.Template,
}


class Library:
    """Shortcuts, snippets, templates, snooze choices, sub-statuses: each kept under its name.

    Keeping one under a name that is there writes it over; every act can be read in the history.
    """

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- words -----------------------------------------------------------------------

    def keep_shortcut(self, item: Shortcut, images: Sequence[FileContent] = ()) -> Changed:
        """Keep a shortcut; raises Refused, saying why, for one that cannot be.

        `images` stand in its text where their marks are, else on lines below it (SPEC C8); those it
        had stay as long as their marks do.
        """
        item = library.shortcut(item.name, with_marks(item.body, images), item.tags, item.status, item.id)
        with self._desk.store.writing() as act:
            row = self._row(act, tables.Shortcut, item.id, item.name, "shortcut")
            row.name, row.body = item.name, item.body
            row.actions = json.dumps({"tags": item.tags, "then": item.status}, ensure_ascii=False)
            number = act.add(row).id or 0
            asking.forget_images(act.ask(), number, inline_ids(item.body))
            for image in images:
                row_of(act, image, hashlib.sha256(image.content).hexdigest(), shortcut_id=number)
            return self._kept(act, "shortcut", item.name)

    def keep_snippet(self, item: Snippet) -> Changed:
        """Keep a snippet with all its texts."""
        item = library.snippet(item.name, item.texts, item.source, item.id)
        with self._desk.store.writing() as act:
            row = self._row(act, tables.Snippet, item.id, item.name, "snippet")
            row.name, row.source = item.name, item.source
            number = act.add(row).id or 0
            asking.forget_texts(act.ask(), number)
            for language, body in item.texts.items():
                act.line(tables.SnippetText, snippet_id=number, language=language, body=body)
            return self._kept(act, "snippet", item.name)

    def keep_template(self, item: Template) -> Changed:
        """Keep a template."""
        item = library.template(item.name, item.body, item.id)
        with self._desk.store.writing() as act:
            row = self._row(act, tables.Template, item.id, item.name, "template")
            row.name, row.body = item.name, item.body
            act.add(row)
            return self._kept(act, "template", item.name)

    def remove(self, kind: str, name: str) -> Changed:
        """Remove a shortcut, snippet or template by its name; what has been written with it stays."""
        with self._desk.store.writing() as act:
            number = asking.named(act.ask(), kind, name)
            if number is None:
                raise NotFound(f"No such {kind}", f"There is no {kind} called {name!r}.")
            if kind == "snippet":
                asking.forget_texts(act.ask(), number)
            if kind == "shortcut":
                asking.forget_images(act.ask(), number)
            row = act.get(TABLES[kind], number, kind)
            act.session.delete(row)
            act.record("library.removed", self._me(act), f"removed the {kind} {name}", before={"name": name})
            return Changed(notice=f"Removed the {kind} {name}")

    # -- the settings of Conversation Status ---------------------------------------------

    def set_snooze_choices(self, choices: Sequence[tuple[SnoozeChoice, bool]]) -> Changed:
        """Say what the snooze dialog offers, in order, and which are enabled (SPEC B4)."""
        self.check_snooze_choices(choices)
        with self._desk.store.writing() as act:
            held = {each.id for each, _ in asking.all_snooze_choices(act.ask())}
            for gone in held - {each.id for each, _ in choices}:
                act.session.delete(act.get(tables.SnoozeChoice, gone, "snooze choice"))
            for position, (each, enabled) in enumerate(choices):
                row = act.session.get(tables.SnoozeChoice, each.id) if each.id in held else None
                if row is None:
                    row = tables.SnoozeChoice(key=each.key, label=each.label, kind=each.kind)
                row.key, row.label, row.kind = each.key, one_line(each.label, 60), each.kind
                row.value, row.position, row.enabled = each.value, position, enabled
                act.session.add(row)
            return self._kept(act, "settings", "the snooze choices")

    def check_snooze_choices(self, choices: Sequence[tuple[SnoozeChoice, bool]]) -> None:
        """Refuse choices that a snooze dialog could not offer: no label, a key taken twice, no time."""
        taken: set[str] = set()
        for each, enabled in choices:
            label = one_line(each.label, 60)
            if not label:
                raise Refused("No label", "A snooze choice needs words.")
            if len(each.key) != 1 or not each.key.isalnum():
                raise Refused("No such key", f"{label}: its key is one letter or digit, not {each.key!r}.")
            if enabled and each.key in taken:
                raise Refused("That key is taken", f"{each.key!r} is on two choices.")
            taken |= {each.key} if enabled else set()
            if each.kind == "duration":
                minutes = int(each.value) if each.value.isdecimal() else 0
                if not 0 < minutes <= when.FARTHEST.total_seconds() // 60:
                    raise Refused("Not a duration", f"{label}: {each.value!r} is not a number of minutes.")
            elif each.kind == "wall clock":
                try:
                    when.parse(each.value, self._desk.now(), self._desk.zone)
                except Refused as error:
                    raise Refused("Not a time", f"{label}: {error}") from error
            elif each.kind not in ("custom", "until reply"):
                raise Refused("No such kind", f"{label}: {each.kind!r} is no kind of snooze.")

    def set_sub_statuses(self, items: Sequence[tuple[SubStatus, bool]]) -> Changed:
        """Say which sub-statuses there are, in order, and which are enabled (SPEC B2).

        One that is gone stays on the conversations that have it until their status changes, so it
        is disabled rather than deleted.
        """
        self.check_sub_statuses(items)
        with self._desk.store.writing() as act:
            held = {each.id for each, _ in asking.all_sub_statuses(act.ask())}
            for gone in held - {each.id for each, _ in items}:
                row = act.get(tables.SubStatus, gone, "sub-status")
                row.enabled = False
                act.session.add(row)
            for position, (each, enabled) in enumerate(items):
                found = act.session.get(tables.SubStatus, each.id) if each.id in held else None
                row = found or tables.SubStatus(status=each.status, label=each.label)
                row.status, row.label = each.status, one_line(each.label, 60)
                row.position, row.enabled = position, enabled
                act.session.add(row)
            return self._kept(act, "settings", "the sub-statuses")

    def check_sub_statuses(self, items: Sequence[tuple[SubStatus, bool]]) -> None:
        """Refuse a sub-status without words, or of no status."""
        for each, _ in items:
            if each.status not in STATUSES:
                raise Refused("No such status", f"{each.label!r} refines {each.status!r}, which is none.")
            if not one_line(each.label, 60):
                raise Refused("No label", "A sub-status needs words.")

    # -- inside ----------------------------------------------------------------------------

    def _row(self, act: Writing, table: type[Row], number: int, name: str, what: str) -> Row:
        """The row to write: the one of that number, else the one of that name, else a new one."""
        held = asking.named(act.ask(), what, name)
        if number and held not in (None, number):
            raise Refused("That name is taken", f"There is a {what} called {name} already.")
        found = number or held
        return act.get(table, found, what) if found else table(name=name)

    def _kept(self, act: Writing, what: str, name: str) -> Changed:
        act.record("library.changed", self._me(act), f"changed {what}: {name}", after={"name": name})
        return Changed(notice=f"Kept: {name}")

    def _me(self, act: Writing) -> tables.Agent:
        return act.get(tables.Agent, self._desk.agent.id, "agent")


def with_marks(body: str, images: Sequence[FileContent]) -> str:
    """A text with the marks of all images in it, those that were missing on lines below."""
    there = inline_ids(body)
    marks = [inline_mark(each.name, each.content_id) for each in images if each.content_id not in there]
    return "\n".join((body.rstrip("\n"), *marks)) if marks else body
