"""Tags and priorities of conversations."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from kustui.core import tags, targets
from kustui.core.records import Changed
from kustui.core.targets import Promise
from kustui.errors import Refused
from kustui.store import tables
from kustui.store.queries import library, promises
from kustui.store.writing import Writing

if TYPE_CHECKING:
    from kustui.desk import Desk


class Tagging:
    """Says what a conversation is about, and how much it hurries."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    def known(self) -> list[str]:
        """Every tag of the workspace, in the order of the alphabet."""
        with self._desk.store.reading() as reader:
            return library.labels(reader)

    def retag(self, conversation_id: int, held: Iterable[str], wanted: Iterable[str]) -> Changed:
        """Have these tags instead of `held`, those that somebody saw on it; what others put on since stays.

        Raises Refused for what is no tag, and for too many.
        """
        labels = tags.labels(wanted)
        seen = {each.lower() for each in tags.labels(held)}
        gone = seen - {each.lower() for each in labels}
        added = [each for each in labels if each.lower() not in seen]
        return self._retagged(
            conversation_id, lambda there: (*(each for each in there if each.lower() not in gone), *added)
        )

    def change_tags(self, conversation_id: int, add: Iterable[str], remove: Iterable[str]) -> Changed:
        """Put tags on a conversation and take others off; the rest stays."""
        added, off = tags.labels(add), {each.lower() for each in tags.labels(remove)}

        def changed(there: Sequence[str]) -> Sequence[str]:
            missing = off - {each.lower() for each in there}
            if missing:
                raise Refused("Not tagged so", f"#{conversation_id} has no tag {', '.join(sorted(missing))}.")
            return (*(each for each in there if each.lower() not in off), *added)

        return self._retagged(conversation_id, changed)

    def _retagged(self, conversation_id: int, change: Callable[[Sequence[str]], Sequence[str]]) -> Changed:
        with self._desk.store.writing() as act:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            before = library.tags_of(act.ask(), conversation_id)
            labels = tags.labels(change(before))
            if {each.lower() for each in before} == {each.lower() for each in labels}:
                return self._changed(row, "The tags are as they were")
            put_tags(act, conversation_id, labels)
            after = library.tags_of(act.ask(), conversation_id)
            words = f"tagged it {', '.join(after)}" if after else "took all tags off"
            self._record(act, row, "conversation.retagged", words, {"tags": before}, {"tags": after})
            return self._changed(row, f"Tagged: {', '.join(after)}" if after else "No tags any more")

    def prioritise(self, conversation_id: int, number: int) -> Changed:
        """Give a conversation a priority, 1 (lowest) to 5 (urgent); the inbox has the highest first."""
        number = tags.priority(number)
        with self._desk.store.writing() as act:
            row = act.get(tables.Conversation, conversation_id, "conversation")
            before = row.priority
            if before == number:
                return self._changed(row, f"The priority is {number} as it was")
            _prioritise(act, row, number)
            name = tags.PRIORITIES[number]
            after = {"priority": number}
            words = f"set its priority to {number} ({name})"
            self._record(act, row, "conversation.prioritised", words, {"priority": before}, after)
            return self._changed(row, f"Priority {number}: {name}")

    def undo(
        self, act: Writing, name: str, row: tables.Conversation, before: dict[str, Any], after: dict[str, Any]
    ) -> str:
        """Inside an act: put back what stood before; raises Refused when it has been changed since."""
        if name == "conversation.prioritised":
            if row.priority != after["priority"]:
                raise Refused("Too late to undo", f"#{row.id} has been given another priority since.")
            _prioritise(act, row, before["priority"])
            return f"Undone; the priority of #{row.id} is {row.priority} again"
        if library.tags_of(act.ask(), row.id or 0) != after["tags"]:
            raise Refused("Too late to undo", f"#{row.id} has been tagged otherwise since.")
        put_tags(act, row.id or 0, before["tags"])
        act.touch(row.customer_id)
        return f"Undone; the tags of #{row.id} are as before"

    def _record(
        self,
        act: Writing,
        row: tables.Conversation,
        name: str,
        words: str,
        before: dict[str, Any],
        after: dict[str, Any],
    ) -> None:
        act.touch(row.customer_id)
        act.record(
            name,
            act.get(tables.Agent, self._desk.agent.id, "agent"),
            words,
            on_timeline=True,
            customer_id=row.customer_id,
            conversation_id=row.id,
            before=before,
            after=after,
        )

    def _changed(self, row: tables.Conversation, notice: str) -> Changed:
        return Changed(
            frozenset({row.customer_id}), frozenset({row.id or 0}), notice, row.id, row.customer_id
        )


def put_tags(act: Writing, conversation_id: int, labels: Iterable[str]) -> None:
    """Inside an act: have a conversation carry these tags and no others, making those that are new."""
    wanted = {label.lower(): label for label in labels}
    for label in library.tags_of(act.ask(), conversation_id):
        if label.lower() not in wanted:
            library.untag(act.ask(), conversation_id, label)
        wanted.pop(label.lower(), None)
    known = library.tags(act.ask())
    for low, label in wanted.items():
        number = known.get(low) or act.add(tables.Tag(label=label)).id or 0
        act.add(tables.ConversationTag(conversation_id=conversation_id, tag_id=number))


def _prioritise(act: Writing, row: tables.Conversation, number: int) -> None:
    """Inside an act: it has that priority, and what is promised is what that priority is promised."""
    said = targets.unpacked(promises.settings(act.ask()))
    was = Promise(row.target, row.target_at, row.target_left)
    to = targets.reprioritised(was, row.priority, number, said, act.now)
    row.target, row.target_at, row.target_left = to
    row.priority = number
    act.session.add(row)
    act.touch(row.customer_id)
