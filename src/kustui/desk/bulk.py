"""Acts on several conversations or customers at once: one transaction, one deed, one undo (SPEC G4)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from kustui.core.records import Changed, Conversation
from kustui.core.together import One, Together, summed
from kustui.errors import Refused
from kustui.store.queries import timeline

if TYPE_CHECKING:
    from kustui.desk import Desk
    from kustui.store.writing import Writing

Deed = Callable[[int], Changed]


def together(
    desk: Desk, numbers: Iterable[int], deed: Deed, word: str, noun: str = "conversation"
) -> Together:
    """Do `deed`, an act of the desk, to each of these numbers in one transaction; `word` says what was done.

    One that is refused is left as it is and keeps no other from it. The history's lines share one deed,
    which one undo takes back.
    """
    with desk.store.writing() as act:
        ones = attempted(act, dict.fromkeys(numbers), deed)
        return Together(ones, summed(word, ones, noun))


def attempted(act: Writing, numbers: Iterable[int], deed: Deed) -> tuple[One, ...]:
    """Inside an act: do `deed` to each, whole or not at all; answers what became of each."""
    ones = []
    for number in numbers:
        try:
            with act.attempt():
                ones.append(One(number, deed(number)))
        except Refused as refusal:
            ones.append(One(number, refusal=refusal))
    return tuple(ones)


def conversations(desk: Desk, numbers: Sequence[int]) -> list[Conversation]:
    """The conversations of these numbers, in their order; those that are gone are left out."""
    with desk.store.reading() as reader:
        found = {item.id: item for item in timeline.conversations_of(reader, numbers)}
    return [found[number] for number in numbers if number in found]
