"""Conversations of before the shift, in a scenario's file: looked at, and left as `cast` tells them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from kustui.core.channels import CARRIED
from kustui.core.records import Status
from kustui.training.cast import SPEAKERS
from kustui.training.scenario_table import Table


def read_zone(table: Table, key: str, *, needed: bool = False) -> str:
    """The IANA name of a zone, empty where none is said."""
    found = table.text(key, None if needed else "")
    if not found:
        return ""
    try:
        ZoneInfo(found)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        table.fault(f"{key!r} is {found!r:.60}, and no zone is called that; Europe/Madrid is one")
        return ""
    return found


def read_talk(table: Table, logins: Sequence[str]) -> Mapping[str, Any]:
    """A conversation of before, by one of `logins`; what is wrong with it is noted."""
    with table:
        _talk(table, logins)
    return table.raw


def _talk(table: Table, logins: Sequence[str]) -> None:
    table.text("subject", "")
    table.choice("channel", CARRIED)
    status = table.choice("status", get_args(Status), "open")
    table.text("sub_status", "")
    table.number("priority", 3, 1, 5)
    if table.has("assignee"):
        table.choice("assignee", logins)
    table.words("tags")
    table.text("drafts", "")
    if table.has("said"):
        _said(table, table.raw["said"], logins)
    else:
        table.fault("'said' is missing: what was said, as a list of [how long ago, who, text]")
    if table.has("snooze"):
        _snooze(table, table.raw["snooze"], logins)
    if (status == "snoozed") != ("snooze" in table.raw):
        table.fault("'status' is \"snoozed\" exactly where there is a 'snooze'")


def _said(table: Table, said: object, logins: Sequence[str]) -> None:
    if not isinstance(said, list) or not said:
        table.fault("'said' has to be a list of [how long ago, who, text]")
        return
    before: int | None = None
    for place, item in enumerate(said, 1):
        line = Table({}, f"{table.where}, said {place}", table.faults)
        if (
            not isinstance(item, list)
            or not 3 <= len(item) <= 4
            or not all(isinstance(each, str) for each in item[:2])
            or not all(isinstance(each, dict) for each in item[3:])
        ):
            line.fault("it has to be [how long ago, who, text], and after these a table at most")
            continue
        Table({"text": item[2]}, line.where, table.faults).texts("text", needed=True)
        at = Table({"ago": item[0]}, line.where, table.faults).span("ago")
        word, _, login = item[1].rpartition(" ")
        if item[1] not in SPEAKERS and (word not in ("", "note", "failed") or login not in logins):
            line.fault(f'{item[1]!r:.60} is nobody: write "them", a login, or "note" and a login')
        if at is not None and before is not None and at.longest > before:
            line.fault("it was said before what stands above it")
        before = at.shortest if at is not None else before
        more = Table(item[3] if len(item) > 3 else {}, line.where, table.faults)
        with more:
            more.words("files")
            more.text("quoted", "")
            more.text("reason", "")


def _snooze(table: Table, snooze: object, logins: Sequence[str]) -> None:
    if not isinstance(snooze, list) or len(snooze) != 4 or not all(isinstance(each, str) for each in snooze):
        table.fault("'snooze' has to be [by whom, how long from the start, kind, label]")
        return
    by, until, kind, _ = snooze
    if by not in logins:
        table.fault(f"'snooze' is by {by!r:.60}, who is nobody here")
    if kind not in ("duration", "wall clock", "until reply"):
        table.fault(f"'snooze' is of the kind {kind!r:.60}: duration, wall clock or until reply")
    if until != "reply":
        Table({"snooze": until}, table.where, table.faults).span("snooze")
