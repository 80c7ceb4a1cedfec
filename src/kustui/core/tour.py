"""The tour: what a newcomer does on the real screen, a step at a time (SPEC G3).

A step waits for something to have happened, however it was done: by its key, another key, the palette or
the mouse. Its words name commands as {reply}, which are shown as the keys that are set, in square brackets,
where the keys of dialogs stand as they are; what is to be typed stands in “these”.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from typing import Literal, NamedTuple

Need = Literal["", "customer", "open", "reply", "time"]


class Stage(NamedTuple):
    """What there is on the screen: whether a customer is open, the conversation's status, what is being
    written ("reply", "note" or ""), whether the menu of time is open, and the rows of the upper list.
    """

    customer: bool = False
    status: str = ""
    writing: str = ""
    time: bool = False
    rows: int = 0


class Step(NamedTuple):
    """A step. `ends` is what happens, in this order, until it is done; `needs` is what must be on the screen
    first; one that `leans` makes sense only behind the step before.
    """

    id: str
    title: str
    words: str
    ends: tuple[str, ...] = ()
    needs: Need = ""
    leans: bool = False


STEPS: tuple[Step, ...] = (
    Step(
        "open",
        "Open a customer",
        "In the Inbox are the customers who wait for you. {list.next} and {list.previous} move, "
        "{list.open} opens the one under the cursor.",
        ("customer.opened",),
    ),
    Step(
        "reply",
        "Begin a reply",
        "This is everything between them and you, the newest below. {reply} begins a reply.",
        ("writing.reply",),
        "customer",
    ),
    Step(
        "send",
        "Send it",
        "Type an answer, like “Thank you, I am looking into it.” and send it with {editor.send}. It "
        "leaves after a few seconds.",
        ("message.queued",),
        "reply",
        leans=True,
    ),
    Step(
        "note",
        "Leave a note",
        "{note} begins a note that only your team sees. Type “Ask the workshop.” and keep it with "
        "{editor.send}.",
        ("note.posted",),
        "customer",
    ),
    Step(
        "snooze",
        "Snooze",
        "Nothing to do until later? {snooze} puts the conversation away. [c] takes a time in words: “fri "
        "9am” and [Enter].",
        ("conversation.snoozed",),
        "open",
    ),
    Step(
        "undo",
        "Take it back",
        "It will come back by itself, or when they reply. Or at once: {undo} takes back what you did last.",
        ("undone",),
        leans=True,
    ),
    Step(
        "done",
        "Mark as done",
        "Nothing left to do: {done} marks the conversation as done. Should they write again, it opens again.",
        ("conversation.done",),
        "open",
    ),
    Step(
        "next",
        "On to the next",
        "Who waits now stands at the top of the list: {customer.1} opens the first row, from wherever you "
        "are.",
        ("customer.opened",),
    ),
    Step(
        "menu",
        "The send menu",
        "{reply} once more; type “It left this morning.” Then {editor.menu} shows every way to send: [d] "
        "sends and marks as done.",
        ("menu.send", "message.queued"),
        "customer",
    ),
    Step(
        "search",
        "Search",
        "{search} finds whatever was written, while you type: “bag” for one. [Enter] goes to what is found.",
        ("search.found",),
    ),
    Step(
        "palette",
        "The palette",
        "{palette} finds every act by its name, and shows its key. Type “time” and press [Enter].",
        ("palette", "time.menu"),
    ),
    Step(
        "time",
        "Move time",
        "In the demo and in training time can jump: with [h] an hour passes, and what is due in it happens.",
        ("time.moved",),
        "time",
    ),
    Step(
        "help",
        "Help",
        "{help} lists every key as it is set. [Esc] comes back from there, and from everywhere else.",
        ("help", "back"),
    ),
    Step(
        "end",
        "The tour is finished",
        "You know your way. {quit} and [y] leave, and all of this is thrown away; `kustui` opens a "
        "workspace of your own.",
    ),
)
"""The last one is the end, behind which nothing comes."""

END = STEPS[-1]
BY_ID = {step.id: step for step in STEPS}
_COMMAND = re.compile(r"\{([a-z0-9_.]+)\}")
_SIGN = re.compile(r"(\[[^\]]+\]|\[\]\]|“[^”]*”)")


def resumed(step_id: str) -> Step:
    """Where the tour goes on for somebody who left it at that step: there, or at the one that it leans on;
    from the beginning behind the end, and for a step that there is none of.
    """
    place = next((i for i, step in enumerate(STEPS[:-1]) if step.id == step_id), 0)
    while STEPS[place].leans:
        place -= 1
    return STEPS[place]


def following(step: Step, *, skipping: bool = False) -> Step:
    """The step behind; `skipping` passes by those that lean on what was not done."""
    place = min(STEPS.index(step) + 1, len(STEPS) - 1)
    while skipping and STEPS[place].leans:
        place += 1
    return STEPS[place]


def is_ended(step: Step, happened: Iterable[str]) -> bool:
    """Whether all that the step waits for has happened, in its order; other things may have, in between."""
    rest: Iterator[str] = iter(happened)
    return bool(step.ends) and all(end in rest for end in step.ends)


def told(step: Step, stage: Stage, key: Callable[[str], str]) -> str:
    """What the panel says; `key` gives a command's key as people write it. Where what the step needs is not
    on the screen, it says how to come there.
    """
    words = _first(step, stage) or step.words
    return _COMMAND.sub(lambda found: f"[{key(found[1])}]", words)


def _first(step: Step, stage: Stage) -> str:
    if step.needs == "time":
        return "" if stage.time else "{time} opens the menu of time."
    if step.needs and not stage.customer:
        inbox = "" if stage.rows else "{view.inbox} goes to the Inbox. "
        return f"{inbox}Open a customer first: {{customer.1}} opens the first row of the list."
    if step.needs == "reply" and stage.writing != "reply":
        return "{reply} goes on with the reply."
    if step.needs == "open" and stage.status == "done":
        return "This conversation is done: {reopen} opens it again."
    if step.needs == "open" and stage.status == "snoozed":
        return "This conversation is snoozed: {snooze.remove} opens it again."
    return ""


def parts(words: str) -> list[tuple[str, bool]]:
    """The words in pieces, and of each whether it is to be pressed or typed."""
    return [(part, bool(_SIGN.fullmatch(part))) for part in _SIGN.split(words) if part]
