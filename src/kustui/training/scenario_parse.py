"""A scenario's file read whole: its values, and everything that is wrong with it at once."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any, get_args

from kustui.core.channels import CARRIED
from kustui.core.people import address_value
from kustui.core.records import Status
from kustui.core.scene import Colleague
from kustui.core.shift import YEARS
from kustui.core.text import one_line
from kustui.errors import Refused
from kustui.training import scenario_sense
from kustui.training.scenario import (
    LEVELS,
    MOODS,
    Answer,
    Arrival,
    Customer,
    Fault,
    Me,
    Saying,
    Scenario,
    Span,
)
from kustui.training.scenario_shift import read_events, read_goals, read_watch
from kustui.training.scenario_table import Table
from kustui.training.scenario_talks import read_talk, read_zone

ADDRESS_KINDS = ("email", "phone", "chat", "facebook")
LARGEST_MESSAGE = 2_000_000
LONGEST_SHIFT = timedelta(hours=24)
_WORDS = ("sub_status", "shortcut", "snippet", "template")
_ZERO = Span(0, 0)


def parsed(text: str) -> tuple[Scenario | None, list[Fault]]:
    """The scenario in a text, and all its faults; no scenario where the text is no TOML at all."""
    try:
        raw = tomllib.loads(text)
    # A file can be nested deeper than any reader follows.
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return None, [Fault("the file", f"it is not TOML: {str(error) or 'it is nested too deeply'}")]
    faults: list[Fault] = []
    sound: list[tuple[str, Customer]] = []
    with Table(raw, "", faults) as top:
        scenario = _scenario(top, sound)
    found = (*faults, *scenario_sense.faults(scenario, sound))
    # They quote the file, which may hold anything.
    return scenario, [Fault(one_line(each.where), one_line(each.words, 400)) for each in found]


def _scenario(top: Table, sound: list[tuple[str, Customer]]) -> Scenario:
    length = top.span("length", needed=True) or Span(3600, 3600)
    if not 60 <= length.longest <= LONGEST_SHIFT.total_seconds():
        top.fault("'length' has to be between 1m and 24h")
    zone = read_zone(top, "zone", needed=True) or "UTC"
    agent = _agent(top)
    colleagues = tuple(_colleagues(top))
    logins = tuple(one.login for one in colleagues) or (agent.login,)
    address = top.text("address")
    if address:
        _address(top, "address", "email", address)
    customers = []
    for each in top.tables("customer", "names"):
        before = len(top.faults)
        customers.append(_customer(each, logins))
        if len(top.faults) == before:
            sound.append((each.where, customers[-1]))
    outages, deeds = read_events(top, logins)
    return Scenario(
        name=top.text("name"),
        title=top.text("title"),
        about=top.text("about").strip(),
        level=top.choice("level", LEVELS),  # type: ignore[arg-type]  # one of the words allowed
        begins=_begins(top),
        zone=zone,
        length=timedelta(seconds=length.longest),
        workspace=top.text("workspace"),
        address=address,
        agent=agent,
        colleagues=colleagues,
        customers=tuple(customers),
        goals=read_goals(top),
        watch_for=tuple(read_watch(each) for each in top.tables("watch_for", "kind")),
        outages=outages,
        deeds=deeds,
        words={key: _library(top, key) for key in _WORDS},
        tags=top.words("tags"),
    )


def _begins(top: Table) -> datetime:
    top.has("begins")
    found = top.raw.get("begins")
    if isinstance(found, datetime) and found.tzinfo is None:
        if found.year in YEARS:
            return found
        top.fault(f"'begins' has to be in the years {YEARS[0]} to {YEARS[-1]}")
        return found.replace(year=2026, day=1)
    top.fault("'begins' has to be a local date and time without an offset, such as 2026-03-02T08:30:00")
    return datetime(2026, 3, 2, 8, 30)  # noqa: DTZ001 - wall-clock time in the scenario's zone


def _agent(top: Table) -> Me:
    found = top.table("agent")
    if found is None:
        top.fault("'agent' is missing: who the trainee plays, with login and name")
        return Me("you", "You")
    with found as table:
        language = table.text("language", "en")
        languages = table.words("languages") or (language,)
        return Me(table.text("login"), table.text("name"), language, languages)


def _colleagues(top: Table) -> Iterator[Colleague]:
    for each in top.tables("colleague", "login"):
        with each as table:
            yield Colleague(
                login=table.text("login"),
                name=table.text("name"),
                email=table.text("email", ""),
                zone=read_zone(table, "zone"),
                language=table.text("language", "en"),
            )


def _library(top: Table, key: str) -> Mapping[str, Any]:
    table = top.table(key)
    if table is None:
        return {}
    found: dict[str, Any] = {}
    for name, held in table.raw.items():
        if key == "sub_status":
            if name not in get_args(Status):
                table.fault(f"{name!r} is no status: {', '.join(get_args(Status))}")
            found[name] = table.words(name)
        elif key == "snippet":
            texts = held if isinstance(held, dict) else {}
            if not texts or any(not isinstance(text, str) for text in texts.values()):
                table.fault(f"{name!r} has to be a table of a text by language")
            found[name] = texts
        else:
            found[name] = table.text(name)
    return found


# -- a customer ----------------------------------------------------------------------


def _customer(source: Table, logins: tuple[str, ...]) -> Customer:
    with source as table:
        names = table.words("names", needed=True)
        addresses = {kind: table.text(kind) for kind in ADDRESS_KINDS if table.has(kind)}
        for kind, typed in addresses.items():
            filled = typed.replace("{slug}", "a.b").replace("{given}", "a").replace("{number}", "01")
            _address(table, kind, kind, filled)
        impatient, otherwise = table.table("impatient"), table.table("otherwise")
        patience = table.span("patience")
        if impatient is not None and patience is None:
            table.fault("'impatient' says what they write, but 'patience' not when")
        if patience is not None and patience.shortest < 30:
            table.fault("'patience' is less than 30s, which no trainee can meet")
        return Customer(
            id=table.text("id"),
            names=names,
            language=table.text("language"),
            addresses=addresses,
            number=table.number("number", 1, 1, 60),
            zone=read_zone(table, "zone"),
            company=table.text("company", ""),
            about=table.text("about", ""),
            vip=table.flag("vip"),
            known=table.flag("known", default=True),
            mood=MOODS.index(table.choice("mood", MOODS, "calm")),
            talks=tuple(read_talk(each, logins) for each in table.tables("talk")),
            arrivals=tuple(_arrival(each) for each in table.tables("arrival")),
            answers=tuple(_answer(each) for each in table.tables("answer")),
            otherwise_times=otherwise.number("times", 2, 1, 5) if otherwise else 2,
            otherwise=_saying(otherwise, mood=-1),
            patience=patience,
            times=impatient.number("times", 2, 1, 5) if impatient else 2,
            impatient=_saying(impatient, mood=-1),
            thanks=_saying(table.table("thanks"), mood=1),
            refuses=_refuses(table),
        )


def _address(table: Table, key: str, kind: str, typed: str) -> None:
    try:
        address_value(kind, typed)
    except Refused as error:
        table.fault(f"{key!r}: {error}")


def _refuses(table: Table) -> Mapping[str, str]:
    found = table.table("refuses")
    if found is None:
        return {}
    with found:
        return {channel: found.text(channel) for channel in CARRIED if found.has(channel)}


def _arrival(source: Table) -> Arrival:
    with source as table:
        texts = table.texts("text", needed=True)
        repeat = table.number("repeat", 1, 1, 100_000)
        if repeat * max((len(text) for text in texts), default=0) > LARGEST_MESSAGE:
            table.fault(f"'repeat' makes a message of more than {LARGEST_MESSAGE:,} characters")
        return Arrival(
            at=table.span("at", needed=True) or _ZERO,
            channel=table.choice("channel", CARRIED),
            texts=texts,
            subject=table.text("subject", ""),
            files=_files(table),
            repeat=repeat,
        )


def _saying(source: Table | None, *, mood: int = 0) -> Saying:
    """What is written where something happens; `source` may hold keys of its own that were read already."""
    if source is None:
        return Saying()
    with source as table:
        return Saying(
            table.texts("text", needed=True),
            table.number("mood", mood, -4, 4),
            table.span("delay"),
            _files(table),
        )


def _answer(source: Table) -> Answer:
    with source as table:
        follow_up = table.table("follow_up")
        return Answer(
            name=table.text("name", ""),
            after=table.text("after", ""),
            says_any=table.words("says_any"),
            says_all=table.words("says_all"),
            says_none=table.words("says_none"),
            asks=table.flag("asks") if table.has("asks") else None,
            has_link=table.flag("has_link") if table.has("has_link") else None,
            after_minutes=table.number("after_minutes", 0, 0, 1440),
            within_minutes=table.number("within_minutes", 0, 0, 1440),
            settles=table.flag("settles"),
            follow_up=None if follow_up is None else _saying(follow_up),
            saying=Saying(
                table.texts("text"), table.number("mood", 0, -4, 4), table.span("delay"), _files(table)
            ),
        )


def _files(table: Table) -> tuple[str, ...]:
    found = table.words("files")
    for name in found:
        if not name.lower().endswith((".png", ".pdf")) or len(name) > 200:
            table.fault(f"'files' names {name!r:.60}; the files that are made are .png and .pdf")
    return found
