"""Which conversation a message belongs to: by what it answers, by a token, by what bounced (SPEC B12)."""

from __future__ import annotations

from collections.abc import Sequence

from kustui.core import matching
from kustui.core.post import Inbound
from kustui.store import tables
from kustui.store.queries import incoming
from kustui.store.store import Reader
from kustui.store.writing import Writing


class Joining:
    """Finds conversations for `messages`: all that they may join is asked at once, and kept up to date."""

    def __init__(self, act: Writing, messages: Sequence[Inbound]) -> None:
        self._act = act
        reader = act.glance()
        self._references = incoming.conversations_of(
            reader, list(dict.fromkeys(name for message in messages for name in _names(message)))
        )
        self._tokens = _tokens(reader, messages)
        led_to = {*self._references.values(), *self._tokens.values()}
        self._rows = act.get_all(tables.Conversation, led_to)

    def bounced(self, message: Inbound) -> tuple[int, int] | None:
        """(message, conversation) of ours that a bounce tells of, or None."""
        if not (message.bounce and message.bounce_of):
            return None
        return incoming.message_of_rfc_id(self._act.ask(), message.bounce_of)

    def joined(self, message: Inbound, bounced: int | None) -> tables.Conversation | None:
        """The conversation a message belongs to by what bounced, what it answers, or the token it carries."""
        number = bounced
        if number is None:
            names = (*message.references, message.message_id) if message.message_id else message.references
            number = matching.by_references(names, self._references)
        if number is None:
            # A conversation may be gone since its token was given.
            number = self._tokens.get(message.external_id)
            number = number if number in self._rows else None
        return None if number is None else self.row(number)

    def row(self, number: int) -> tables.Conversation:
        """The conversation of that number, or the one it is part of by now."""
        row = self._rows.get(number) or self._act.get(tables.Conversation, number, "conversation")
        self._rows[number] = row
        return row if row.merged_into is None else self.row(row.merged_into)

    def numbers(self) -> set[int]:
        """The conversations that were there before, of those the messages may join."""
        return set(self._rows)

    def begun(self, row: tables.Conversation) -> None:
        """A new conversation, which later messages of the act may join."""
        self._rows[row.id or 0] = row

    def remember(self, message: Inbound, row: tables.Conversation) -> None:
        """Keep that the Message-IDs of a message lead to its conversation."""
        for name in _names(message):
            if name not in self._references:
                self._references[name] = row.id or 0
                self._act.line(tables.Reference, message_id=name, conversation_id=row.id)


def _names(message: Inbound) -> tuple[str, ...]:
    """The Message-IDs that lead to a message's conversation."""
    return tuple(name for name in (message.message_id, *message.references) if name)


def _tokens(reader: Reader, messages: Sequence[Inbound]) -> dict[str, int]:
    """The conversations that tokens in subjects and addresses lead to, by the message's identity."""
    found: dict[str, int] = {}
    key = ""
    for message in messages:
        to = [person.address for person in (*message.to, *message.cc)]
        if matching.may_carry(message.subject, to):
            key = key or incoming.workspace_key(reader)
            number = matching.by_token(message.subject, to, key)
            if number is not None:
                found[message.external_id] = number
    return found
