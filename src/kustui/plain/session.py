"""One line after another: what each means, and what is said of it."""

from __future__ import annotations

import logging
import shlex
from collections.abc import Callable
from typing import TYPE_CHECKING

from kustui.core.commands import Command
from kustui.core.text import one_line
from kustui.desk.listings import VIEWS, View
from kustui.errors import KustuiError, Refused
from kustui.plain import acts, asking
from kustui.plain.letters import Writing
from kustui.plain.table import ELSEWHERE, LINES, NOT_HERE, line_of, of_key
from kustui.plain.voice import Gone, Voice

if TYPE_CHECKING:
    from kustui.desk import Desk

log = logging.getLogger("kustui.plain")

LONGEST = 4_000
"""Characters of a line that is no text of a message."""
LOOKS = ("inbox", "viewing", "snoozed", "scheduled", "outbox")
"""The lists whose names alone are lines."""


class Session(Writing):
    """One agent's desk, line by line."""

    def __init__(self, desk: Desk, voice: Voice, table: tuple[Command, ...]) -> None:
        super().__init__(desk, voice, table)
        self._own: dict[str, Callable[[list[str]], None]] = {
            "next": lambda _: self._beside(1), "previous": lambda _: self._beside(-1), "open": self._open,
            "back": self._back, "newer": lambda _: self._go_beside(1), "older": lambda _: self._go_beside(-1),
            "more": lambda _: self._part.more(), "first": self._first, "last": self._last,
            "again": self._again,
            "whole": self._whole, "list": self._list, "saved": self._saved, "order": self._order,
            "retry": lambda _: self._act(["outbox", "retry", str(self._talk.failed())]),
            "help": self._help, "quit": self._quit, "reply": self._reply, "note": self._reply,
            "compose": self._compose, "clear": self._clear, "view": self._view, "outbox": self._outbox,
            "discard": self._discard, "inbox": self._inbox,
            **{name: self._look for name in LOOKS if name not in ("inbox", "outbox")},
        }  # fmt: skip

    def run(self) -> None:
        """Say where we are, then do line after line until the end."""
        desk, say = self._desk, self._voice.say
        say(f"{desk.workspace}. You are {desk.agent.name}.")
        for line in self.news.at_first():
            say(line)
        self._lists.show("inbox")
        say("Type a number to open one, or help.")
        while not self._is_over:
            self._one()

    def _one(self) -> None:
        try:
            self._tell()
            line = self._voice.ask(f"{self._talk.prompt if self._talk.customer else self._lists.title}> ")
            if line is None:
                self._is_over = True
                return
            self._pass_time()
            self.obey(line)
        except KustuiError as error:
            self._voice.say(str(error))
        except KeyboardInterrupt:
            self._asked_to_quit()
        except Gone:
            raise
        # A line that nobody foresaw must not end the others.
        except Exception as error:
            log.error("a line stumbled: %s", type(error).__name__, exc_info=error)
            self._voice.say(f"kustui stumbled ({type(error).__name__}); the log says more. Go on.")

    def _tell(self) -> None:
        """Say what is new. A store in trouble is said once, and keeps no line from being typed."""
        try:
            for line in self.news.lines():
                self._voice.say(line)
        except KustuiError as error:
            self.news.troubles.append(error)
            for line in self.news.troubled():
                self._voice.say(line)
        except Gone:
            raise
        # It is looked at again before every line, and must not come between.
        except Exception as error:
            log.error("the news stumbled: %s", type(error).__name__, exc_info=error)

    def _pass_time(self) -> None:
        """A line takes the time that a key takes in the demo, and says that somebody is there."""
        if self._desk.shift is not None:
            done = self._desk.shift.key()
            if done is not None and done.trouble is not None:
                self.news.troubles.append(done.trouble)
        presence = self._desk.presence
        if self._talk.customer is not None and presence.is_stale(self._desk.now()):
            presence.looking(self._talk.customer)

    # -- what a line means ---------------------------------------------------------------

    def obey(self, line: str) -> None:
        """Do what one line says; raises KustuiError in words, and then nothing was changed."""
        text = line.strip()
        if len(text) > LONGEST:
            raise Refused(
                "Too long a line",
                f"It has {len(text):,} characters; nothing was done. `reply` opens a letter.",
            )
        if not text:
            return
        if text.isdecimal():
            self._open([text])
            return
        if text.startswith("#"):
            self._open_conversation(text)
            return
        # The words of a search have quotation marks of their own.
        if text.startswith("/") or text.partition(" ")[0] == "search":
            self._search(text[1:] if text.startswith("/") else text[6:])
            return
        if (command := of_key(self._table, text)) is not None:
            self._by_key(command, [])
            return
        words = _split(text)
        first = words[0]
        if first in self._own:
            self._own[first](words)
        elif first in acts.commands() or first in ELSEWHERE:
            self._act(words)
        elif (command := of_key(self._table, first)) is not None:
            self._by_key(command, words[1:])
        else:
            raise Refused("Not understood", f"{one_line(first, 40)!r} is no act; help says every one.")

    def _by_key(self, command: Command, rest: list[str]) -> None:
        line = line_of(command)
        if command.id in NOT_HERE or command.id not in LINES:
            raise Refused(command.label, line)
        if command.id == "follow" and self._follows():
            line = "unfollow"
        if command.id == "search":
            self._search(" ".join(rest))
            return
        self.obey(shlex.join([*shlex.split(line), *rest]))

    def _follows(self) -> bool:
        return any(number == self._desk.agent.id for number, _ in self._talk.item().followers)

    # -- the rest --------------------------------------------------------------------------

    def _clear(self, words: list[str]) -> None:
        if len(words) == 1:
            panel: View = "viewing" if self._lists.view == "viewing" else "inbox"
            if not asking.yes(
                self._voice, f"Clear all of {VIEWS[panel]}? No status or draft changes. yes or no: "
            ):
                self._voice.say("Nothing was changed.")
                return
            words = ["clear", panel]
        self._act(words)

    def _help(self, words: list[str]) -> None:
        for line in asking.help_lines(self._table, words[1] if len(words) > 1 else ""):
            self._voice.say(line)

    def _quit(self, _: list[str]) -> None:
        self._is_over = True


def _split(text: str) -> list[str]:
    try:
        return shlex.split(text) or [text]
    except ValueError:
        raise Refused(
            "A quotation mark is open", "Close it, or type \\' for one that stands alone."
        ) from None
