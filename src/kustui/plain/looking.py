"""What is looked at: lists, what was found, the open conversation."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from kustui.core.commands import Command
from kustui.core.text import one_line
from kustui.desk.listings import VIEWS
from kustui.errors import Refused
from kustui.plain import acts, asking
from kustui.plain.lists import Lists
from kustui.plain.news import News
from kustui.plain.talk import Talk
from kustui.plain.voice import Voice

if TYPE_CHECKING:
    from kustui.desk import Desk


class Looking:
    """Goes from list to conversation and back; what is typed besides is the session's."""

    def __init__(self, desk: Desk, voice: Voice, table: tuple[Command, ...]) -> None:
        self._desk, self._voice, self._table = desk, voice, table
        self.news = News(desk)
        self._lists, self._talk = Lists(desk, voice), Talk(desk, voice)
        self._is_over = False

    @property
    def _part(self) -> Lists | Talk:
        """What is looked at: the open conversation, or the list."""
        return self._talk if self._talk.customer is not None else self._lists

    def _leave(self) -> None:
        if self._talk.customer is not None:
            self._talk.close()
            self.news.opened(None, None)
            self._desk.presence.ended()

    def _go_to(self, customer: int, conversation: int | None) -> None:
        self._talk.open(customer, conversation)
        self.news.opened(self._talk.customer, self._talk.conversation)

    def _open(self, words: list[str]) -> None:
        found = next((word for word in words if word.isdecimal()), "")
        if found and len(found) <= 9:
            row = self._lists.row(int(found))
            self._go_to(row.customer_id, row.conversation_id or None)
        elif len(words) == 2 and words[1].startswith("#"):
            self._go_to(number_of(words[1]), None)
        elif len(words) > 1:
            self._act(words)
        else:
            self._part.again()

    def _open_conversation(self, typed: str) -> None:
        item = self._desk.reads.conversation(number_of(typed))
        self._go_to(item.customer_id, item.id)

    def _beside(self, step: int) -> None:
        number = self._lists.beside(step)
        if not number:
            end = "last" if step > 0 else "first"
            self._voice.say(f"That was the {end} of {self._lists.title}.")
            return
        self._open([str(number)])

    def _go_beside(self, step: int) -> None:
        self._talk.beside(step)
        self.news.opened(self._talk.customer, self._talk.conversation)

    def _back(self, _: list[str]) -> None:
        if self._talk.customer is None:
            self._asked_to_quit()
            return
        self._leave()
        self._lists.again()

    def _again(self, _: list[str]) -> None:
        self._part.again()

    def _first(self, _: list[str]) -> None:
        self._talk.first() if self._talk.customer is not None else self._lists.again()

    def _last(self, _: list[str]) -> None:
        self._talk.again() if self._talk.customer is not None else self._lists.last()

    def _whole(self, words: list[str]) -> None:
        self._talk.whole(number_of(words[1]) if len(words) > 1 else None)

    def _look(self, words: list[str]) -> None:
        if len(words) > 1:
            raise Refused("Only a list", f"`{words[0]}` takes no other words.")
        self._leave()
        self._lists.show(words[0])  # type: ignore[arg-type]  # one of LOOKS

    def _inbox(self, words: list[str]) -> None:
        self._look(words) if len(words) == 1 else self._act(words)

    def _outbox(self, words: list[str]) -> None:
        self._look(words) if len(words) == 1 else self._act(words)

    def _list(self, words: list[str]) -> None:
        if len(words) != 2 or words[1] not in VIEWS:
            raise Refused("Which list?", f"There are {', '.join(VIEWS)}.")
        self._look(words[1:])

    def _search(self, words: str) -> None:
        if not words.strip():
            words = self._voice.ask("Search for: ") or ""
        if words.strip():
            self._leave()
            self._lists.search(words.strip())

    def _saved(self, words: list[str]) -> None:
        place = number_of(words[1]) if len(words) > 1 else 0
        found = self._desk.views.counts()
        if not 1 <= place <= len(found):
            raise Refused("No such view", f"You keep {len(found):,}; view list says them.")
        self._show_view(found[place - 1].view.name)

    def _view(self, words: list[str]) -> None:
        if words[1:2] == ["show"] and len(words) == 3 and not words[2].startswith("-"):
            self._show_view(words[2])
        else:
            self._act(words if len(words) > 1 else ["view", "list"])

    def _show_view(self, name: str) -> None:
        view = self._desk.views.named(name)
        found = self._desk.views.found(view)
        self._leave()
        self._lists.take(found, view.name)

    def _order(self, _: list[str]) -> None:
        held = self._desk.words.preferences()
        item = replace(held, inbox="" if held.inbox else "target")
        self._desk.preferences.keep(item)
        self._voice.say(
            "The inbox has what is due first at the top." if item.inbox else "The inbox goes by priority."
        )

    def _act(self, words: list[str]) -> None:
        """Do what the command line does with these words, for what is open unless something is named."""
        name = words[0]
        words = (
            acts.filled_in(words, self._talk.conversation, self._talk.customer)
            if name in acts.commands()
            else words
        )
        asked = asking.completed(self._desk, self._voice, words)
        if asked is None:
            self._voice.say("Nothing was changed.")
            return
        args = acts.parsed(asked)
        number = self._talk.conversation
        # What a conversation holds is somebody else's words.
        say = self._voice.quote if name == "show" else self._voice.say
        acts.do(self._desk, args, self._table, say)
        self._talk.follow()
        if name == "close" and self._talk.customer is not None:
            self._leave()
        is_done = name == "done" and not getattr(args, "dry_run", False) and number == self._talk.conversation
        if is_done and self._desk.routing and (top := self._desk.reads.inbox_top()) is not None:
            self._go_to(*top)

    def _asked_to_quit(self) -> None:
        try:
            self._is_over = asking.yes(self._voice, "Quit? Drafts are kept. yes or no: ")
        except KeyboardInterrupt:
            self._is_over = True


def number_of(typed: str) -> int:
    """A number as it is typed, 3 or #3; raises Refused for none."""
    digits = typed.lstrip("#")
    if not digits.isdecimal() or len(digits) > 9:
        raise Refused("Not a number", f"{one_line(typed, 40)!r} is none.")
    return int(digits)
