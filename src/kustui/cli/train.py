"""`kustui train`: scenarios, without a workspace."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Sequence
from datetime import timedelta
from typing import Protocol

from kustui.cli.output import Output, fit


class Wrong(Protocol):
    """What is wrong in a file: where, and what."""

    @property
    def where(self) -> str:
        """The place in the file."""

    @property
    def words(self) -> str:
        """What is wrong there."""


class Told(Protocol):
    """What a list tells of a scenario."""

    @property
    def name(self) -> str:
        """Its name, as commands take it."""

    @property
    def title(self) -> str:
        """What it is called."""

    @property
    def about(self) -> str:
        """What there is to do."""

    @property
    def level(self) -> str:
        """For whom it is."""

    @property
    def length(self) -> timedelta:
        """How long it takes."""


class School(Protocol):
    """The room that knows scenarios, which is handed in: the command line does not know it."""

    def shipped(self) -> tuple[str, ...]:
        """The names of those that come with kustui."""

    def load(self, name_or_path: str) -> Told:
        """One of them."""

    def check(self, path: str) -> Sequence[Wrong]:
        """All that is wrong with one."""

    def guide(self) -> str:
        """How one is written."""


def train(args: Namespace, school: School) -> int:
    """Do what a parsed `train` says; answers the exit code: 1 where a scenario that is checked has faults."""
    out = Output(as_json=args.json)
    if args.what == "guide":
        page = school.guide()
        out.item({"guide": page}, page.rstrip())
        return 0
    if args.what == "check":
        return _check(args.file, school, out)
    found = [school.load(name) for name in school.shipped()]
    out.items(
        (
            {
                "name": one.name,
                "title": one.title,
                "level": one.level,
                "minutes": one.length // timedelta(minutes=1),
                "about": one.about,
            }
            for one in found
        ),
        (
            f"{fit(one.name, 18)}{fit(one.level, 11)}{one.length // timedelta(minutes=1):>4} min  {one.title}"
            for one in found
        ),
        empty="There is no scenario.",
    )
    return 0


def _check(file: str, school: School, out: Output) -> int:
    faults = school.check(file)
    lines = [f"{one.where}: {one.words}" for one in faults] or [f"{file}: nothing is wrong with it."]
    out.item({"file": file, "faults": [{"where": one.where, "words": one.words} for one in faults]}, *lines)
    return 1 if faults else 0
