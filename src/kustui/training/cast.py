"""The cast of the demo: the texts beside this module, with people, numbers and times from a seed."""

from __future__ import annotations

import random
import struct
import tomllib
import unicodedata
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta, tzinfo
from functools import cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from kustui.core import when
from kustui.core.post import FileContent
from kustui.core.scene import Away, Colleague, Guest, Mark, Said, SaidKind, Scene, Talk

TEXTS = Path(__file__).parent / "texts"
CUSTOMERS = ("long", "english", "europe", "world")
VIEWING = (("europe", 6), ("world", 1))
"""Whom the agent has open at first: by file and place in it, the latest last."""

SPEAKERS: dict[str, SaidKind] = {"auto": "automatic", "bounce": "bounce", "them": "inbound"}
"""Who says what comes in; what an agent says has their login."""
_UNITS = {"d": 86_400, "h": 3_600, "m": 60, "s": 1}


@dataclass(frozen=True, slots=True)
class Face:
    """Who plays a customer: the name, the words for {given}, and addresses as (kind, typed).

    With an `order` that is the words for {order}; without, each conversation draws its own.
    """

    name: str
    given: str
    addresses: tuple[tuple[str, str], ...]
    order: str = ""


def scene(seed: int, now: datetime, zone: tzinfo) -> Scene:
    """The demo's workspace as it stands at `now`; `zone` is the agent's. The same seed gives the same."""
    words = _text("workspace")
    colleagues = tuple(Colleague(**one) for one in words["colleague"])
    zones = {one.login: ZoneInfo(one.zone) if one.zone else zone for one in colleagues}
    names = {one.login: one.name for one in colleagues}
    guests = tuple(
        guest(raw, face(raw, seed), seed, now, zones, names)
        for file in CUSTOMERS
        for raw in _text(file)["customer"]
    )
    viewing = tuple(face(_text(file)["customer"][place], seed).name for file, place in VIEWING)
    return replace(library(words), colleagues=colleagues, guests=guests, viewing=viewing)


def library(words: Mapping[str, Any]) -> Scene:
    """A scene of nobody, with the sub-statuses, shortcuts, snippets and templates of a file."""
    return Scene(
        colleagues=(),
        guests=(),
        sub_statuses=tuple(
            (status, label) for status, labels in words.get("sub_status", {}).items() for label in labels
        ),
        shortcuts=tuple(words.get("shortcut", {}).items()),
        snippets=tuple(
            (name, "en" if "en" in texts else next(iter(texts)), tuple(texts.items()))
            for name, texts in words.get("snippet", {}).items()
        ),
        templates=tuple(words.get("template", {}).items()),
    )


def languages(seed: int) -> dict[str, str]:
    """Which language the owner of each address writes in."""
    return {
        address: raw["language"]
        for file in CUSTOMERS
        for raw in _text(file)["customer"]
        for kind, typed in face(raw, seed).addresses
        for address in (
            typed,
            "+" + "".join(filter(str.isdigit, typed)) if kind == "phone" else typed.lower(),
        )
    }


def face(raw: Mapping[str, Any], seed: int) -> Face:
    """Who plays the customer `raw` for this seed."""
    chosen, _, slug = random.Random(f"{seed}:{raw['names'][0]}").choice(raw["names"]).partition("|")
    plain = unicodedata.normalize("NFKD", chosen.replace("ı", "i").replace("ł", "l"))
    slug = slug or ".".join("".join(ch for ch in plain.lower() if ch.isascii() and ch not in "'’").split())
    # Family names come first where these scripts are written.
    given = chosen.split()[0]
    latin = slug.partition(".")[0]
    addresses = tuple(
        (kind, raw[kind].replace("{slug}", slug).replace("{given}", latin))
        for kind in ("email", "phone", "chat", "facebook")
        if kind in raw
    )
    return Face(chosen, given, addresses)


def ago(words: str) -> timedelta:
    """A length of time as the texts write it: "2d 4h", "75s"."""
    return timedelta(seconds=sum(int(part[:-1]) * _UNITS[part[-1]] for part in words.split()))


# -- one customer --------------------------------------------------------------------


@cache
def _text(name: str) -> dict[str, Any]:
    return tomllib.loads((TEXTS / f"{name}.toml").read_text(encoding="utf-8"))


def guest(
    raw: Mapping[str, Any],
    who: Face,
    seed: int,
    now: datetime,
    zones: Mapping[str, tzinfo],
    names: Mapping[str, str],
) -> Guest:
    """The customer `raw` played by `who`, with all that was said before `now`.

    `zones` and `names` are the team's, by login, in the order of its file.
    """
    talks = []
    for place, talk in enumerate(raw.get("talk", ())):
        chance = random.Random(f"{seed}:{raw['names'][0]}:{place}")
        talks.append(_Teller(who, talk, chance, now, zones, names).talk())
    return Guest(
        name=who.name,
        addresses=who.addresses,
        talks=tuple(talks),
        company=raw.get("company", ""),
        zone=raw.get("zone", ""),
        language=raw["language"],
        about=raw.get("about", ""),
        vip=raw.get("vip", False),
    )


class _Teller:
    """Tells one conversation: fills its texts in and gives each word its instant."""

    def __init__(
        self,
        who: Face,
        raw: Mapping[str, Any],
        chance: random.Random,
        now: datetime,
        zones: Mapping[str, tzinfo],
        names: Mapping[str, str],
    ) -> None:
        self._raw = raw
        self._chance = chance
        self._now = now
        self._zones = zones
        self._names = names
        # Another seed has other waits, in the same order.
        self._pace = chance.uniform(0.94, 1.06)
        emails = [typed for kind, typed in who.addresses if kind == "email"]
        drawn = f"NB-{chance.randint(20_000, 39_999)}"
        self._words = {
            "{order}": who.order or drawn,
            "{name}": who.name,
            "{given}": who.given,
            "{email}": emails[0] if emails else "",
        }

    def talk(self) -> Talk:
        raw = self._raw
        said = tuple(self._said(item) for item in raw["said"])
        away = self._away(raw["snooze"]) if "snooze" in raw else None
        status = raw.get("status", "open")
        return Talk(
            subject=self._filled(raw["subject"]),
            channel=raw["channel"],
            said=said,
            status=status,
            sub_status=raw.get("sub_status", ""),
            priority=raw.get("priority", 3),
            assignee=raw.get("assignee", ""),
            tags=tuple(raw.get("tags", ())),
            marks=tuple(self._marks(said, away, status)),
            away=away,
            draft=self._filled(raw.get("drafts", "")),
        )

    def _filled(self, text: str) -> str:
        for sign, words in self._words.items():
            text = text.replace(sign, words)
        return text

    def _at(self, words: str) -> datetime:
        latest, _, earliest = words.partition("..")
        passed = ago(latest) * self._pace
        if earliest:
            passed += (ago(earliest) - ago(latest)) * self._chance.random()
        moment = self._now - passed
        return moment.replace(microsecond=moment.microsecond // 1000 * 1000)

    def _said(self, item: Sequence[Any]) -> Said:
        words = item[2] if isinstance(item[2], str) else self._chance.choice(item[2])
        at, who, text = self._at(item[0]), item[1], self._filled(words)
        more: Mapping[str, Any] = item[3] if len(item) > 3 else {}
        files = tuple(file_of(self._filled(name)) for name in more.get("files", ()))
        quoted = self._filled(more.get("quoted", ""))
        if who in SPEAKERS:
            return Said(SPEAKERS[who], at, text, quoted=quoted, files=files)
        word, _, login = who.rpartition(" ")
        if word == "note":
            return Said("note", at, text, by=login, files=files)
        if word == "later":
            return Said(
                "outbound", self._now + ago(more["due"]), text, login, files=files, state="queued", written=at
            )
        state = "failed" if word == "failed" else "sent"
        return Said("outbound", at, text, by=login, files=files, state=state, reason=more.get("reason", ""))

    def _away(self, spec: Sequence[str]) -> Away:
        by, until, kind, label = spec
        if until == "reply":
            return Away(by, None, kind, label)
        return Away(by, self._now + ago(until), kind, label)

    def _marks(self, said: Sequence[Said], away: Away | None, status: str) -> list[Mark]:
        first, last = said[0].written or said[0].at, said[-1].written or said[-1].at
        speakers = [one.by for one in said if one.by]
        found = []
        team = list(self._names)
        second, last_one = team[min(1, len(team) - 1)], team[-1]
        if self._raw.get("priority", 3) > 3:
            words = f"raised the priority to {self._raw['priority']}"
            found.append(Mark(first + timedelta(seconds=50), second, "conversation.prioritised", words))
        assignee = self._raw.get("assignee", "")
        if assignee and assignee != (speakers or [""])[0]:
            at = min(first + timedelta(seconds=110), self._now)
            by = last_one if assignee != last_one else second
            found.append(Mark(at, by, "conversation.assigned", f"assigned it to {self._names[assignee]}"))
        if away:
            zone = self._zones[away.by]
            words = "snoozed until they reply"
            if away.until:
                clock = when.absolute(away.until, zone, self._now)
                words = f"snoozed until {clock} {when.zone_name(zone, away.until)}"
            found.append(Mark(last + timedelta(seconds=40), away.by, "conversation.snoozed", words))
        if status == "done":
            by = speakers[-1] if speakers else second
            found.append(Mark(last + timedelta(minutes=4), by, "conversation.done", "marked it as done"))
        return found


# -- files ---------------------------------------------------------------------------


def file_of(name: str) -> FileContent:
    """A small real file of that name: a picture or a document of one page."""
    if name.endswith(".png"):
        return FileContent(name, "image/png", _png(sum(name.encode()) % 256))
    return FileContent(name, "application/pdf", _pdf(name))


def _png(shade: int) -> bytes:
    size = 48

    def part(kind: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
        )

    rows = b"".join(
        b"\0" + bytes(value for x in range(size) for value in (shade, (x * 5) % 256, (y * 5) % 256))
        for y in range(size)
    )
    head = struct.pack(">IIBBBBB", size, size, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + part(b"IHDR", head) + part(b"IDAT", zlib.compress(rows)) + part(b"IEND", b"")
    )


def _pdf(name: str) -> bytes:
    drawn = f"BT /F1 18 Tf 72 720 Td ({name}) Tj ET".encode("ascii", "replace")
    parts = (
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(drawn), drawn),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
    )
    content = b"%PDF-1.4\n"
    places = []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    end = b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, len(content))
    return content + b"xref\n0 %d\n0000000000 65535 f \n%s" % (len(parts) + 1, table) + end
