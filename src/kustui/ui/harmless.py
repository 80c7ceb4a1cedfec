"""What the store holds, made safe to show once more.

Words are cleaned before they are stored. A store that an older or another program wrote may hold
worse, so they are looked at again here, where they come onto the screen; what is clean is not copied.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from kustui.core.records import (
    Agent,
    Conversation,
    Customer,
    Draft,
    Entry,
    FileLine,
    ListRow,
    Notification,
    SnoozeChoice,
    SubStatus,
)
from kustui.core.text import clean, one_line

if TYPE_CHECKING:
    from kustui.core.post import Outgoing
    from kustui.core.presence import Presence
    from kustui.core.team import Colleague, Team
    from kustui.ui.words import Word

Record = TypeVar("Record", bound=Any)

_line = partial(one_line, limit=250)


def row(of: ListRow) -> ListRow:
    """A row of a list."""
    return _with(of, _line, "name", "subject", "channel", "assignee")


def customer(of: Customer) -> Customer:
    """A customer's profile."""
    found = _with(of, _line, "name", "company", "zone", "language")
    found = _with(found, clean, "about")
    addresses = tuple(_with(address, _line, "value", "shown") for address in of.addresses)
    attributes = tuple((_line(name), _line(value)) for name, value in of.attributes)
    if (addresses, attributes) == (of.addresses, of.attributes):
        return found
    return replace(found, addresses=addresses, attributes=attributes)


def conversation(of: Conversation) -> Conversation:
    """A conversation as its header shows it."""
    found = _with(of, _line, "customer", "subject", "sub_status", "assignee", "excerpt", "team")
    tags = tuple(_line(tag) for tag in of.tags)
    if tags != of.tags:
        found = replace(found, tags=tags)
    followers = tuple((number, _line(name)) for number, name in of.followers)
    if followers != of.followers:
        found = replace(found, followers=followers)
    if of.snooze is not None:
        found = replace(found, snooze=_with(of.snooze, _line, "label", "by"))
    return found


def entry(of: Entry) -> Entry:
    """Something on a timeline."""
    found = _with(of, _line, "author", "subject", "fate_words", "channel")
    found = _with(found, clean, "body", "quoted")
    to = tuple(_line(address) for address in of.to)
    files = tuple(_file(file) for file in of.files)
    if (to, files) != (of.to, of.files):
        found = replace(found, to=to, files=files)
    return found


def draft(of: Draft) -> Draft:
    """Words that are not sent yet."""
    found = _with(_with(of, clean, "body"), _line, "subject", "then")
    lists = ("to", "cc", "bcc", "tags")
    changes: dict[str, object] = {name: tuple(_line(each) for each in getattr(of, name)) for name in lists}
    changes["files"] = tuple(_file(file) for file in of.files)
    same = all(getattr(of, name) == safe for name, safe in changes.items())
    return found if same else replace(found, **changes)  # type: ignore[arg-type]  # each by its name


def agent(of: Agent) -> Agent:
    """Someone of the team."""
    return _with(of, _line, "login", "name", "email")


def colleague(of: Colleague) -> Colleague:
    """Someone of the team, with what they have."""
    teams = tuple(_line(each) for each in of.teams)
    return of._replace(login=_line(of.login), name=_line(of.name), teams=teams)


def team(of: Team) -> Team:
    """A group of agents."""
    return of._replace(name=_line(of.name), members=tuple(_line(each) for each in of.members))


def snooze_choice(of: SnoozeChoice) -> SnoozeChoice:
    """A line of the snooze dialog."""
    return _with(of, _line, "key", "label")


def presence(of: Presence) -> Presence:
    """What somebody of the team does."""
    return of._replace(agent=_line(of.agent), customer=_line(of.customer))


def sub_status(of: SubStatus) -> SubStatus:
    """A refinement of a status."""
    return _with(of, _line, "label")


def notification(of: Notification) -> Notification:
    """Something an agent should know."""
    return of._replace(text=_line(of.text))


def outgoing(of: Outgoing) -> Outgoing:
    """Something on its way out."""
    to = tuple(_line(address) for address in of.to)
    return of._replace(
        reason=_line(of.reason),
        customer=_line(of.customer),
        subject=_line(of.subject),
        by=_line(of.by),
        excerpt=_line(of.excerpt),
        to=to,
    )


def word(of: Word) -> Word:
    """One of the workspace's words."""
    return of._replace(name=_line(of.name), text=clean(of.text), about=_line(of.about))


def _file(of: FileLine) -> FileLine:
    return _with(of, _line, "name", "media_type")


def _with(record: Record, make: Callable[[str], str], *names: str) -> Record:
    """The record with those of its words made safe that are not; mostly the record itself."""
    changes = {}
    for name in names:
        words: str = getattr(record, name)
        if words and (safe := make(words)) != words:
            changes[name] = safe
    return replace(record, **changes) if changes else record
