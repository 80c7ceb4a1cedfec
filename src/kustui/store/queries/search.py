"""Finding conversations: words in subjects, bodies, notes and names, and what operators say besides."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kustui.clock import milliseconds
from kustui.core.outbox import OPEN_STATES
from kustui.core.searching import Term
from kustui.store.store import Reader

NEWEST = 5_000
"""Messages that words alone are looked for in at first: a common word is in most of them."""

_WORD = re.compile(r"[\w@.'+-]*\w", re.UNICODE)

_SAID = "SELECT m.conversation_id FROM message_search s JOIN message m ON m.id = s.rowid WHERE message_search MATCH"
_WHOSE = """v.customer_id IN (
    SELECT x.id FROM customer x WHERE x.name LIKE {p} ESCAPE '\\' OR x.company LIKE {p} ESCAPE '\\'
    UNION SELECT a.customer_id FROM address a WHERE a.value LIKE {p} ESCAPE '\\')"""
# The condition of the index is repeated, without which it is not used.
_OUTBOX = (
    "v.id IN (SELECT o.conversation_id FROM outbox o "
    f"WHERE o.state IN {OPEN_STATES!r} AND o.kind = 'message' AND {{}})"
)
_MESSAGES = "EXISTS (SELECT 1 FROM message m WHERE m.conversation_id = v.id AND {})"
_ATTACHED = (
    "v.id IN (SELECT m.conversation_id FROM attachment f JOIN message m ON m.id = f.message_id "
    "WHERE f.message_id IS NOT NULL{})"
)

_IS = {
    "unread": "v.unread > 0",
    "unassigned": "v.assignee_id IS NULL",
    "mine": "v.assignee_id = :me",
    "waiting": "v.waiting_since IS NOT NULL",
    "answered": "v.waiting_since IS NULL",
    "vip": "c.vip",
    "failed": _OUTBOX.format("o.state = 'failed'"),
    "uncertain": _OUTBOX.format("o.state = 'uncertain'"),
    "held": _OUTBOX.format("o.state = 'held'"),
    "queued": _OUTBOX.format("o.state = 'queued'"),
    "scheduled": _OUTBOX.format("o.state = 'queued' AND o.scheduled"),
}
_HAS = {
    "file": _ATTACHED.format(""),
    "image": _ATTACHED.format(" AND f.media_type LIKE 'image/%'"),
    "note": _MESSAGES.format("m.direction = 'note'"),
    "draft": "EXISTS (SELECT 1 FROM draft d WHERE d.conversation_id = v.id AND d.state = 'open' AND d.body <> '')",
    "tag": "EXISTS (SELECT 1 FROM conversation_tag t WHERE t.conversation_id = v.id)",
}


def match_of(words: str) -> str:
    """What the index is asked for: every word, each as a prefix, quoted so that none is an operator."""
    return " ".join(f'"{word}"*' for word in _WORD.findall(words.replace('"', " ")))


def search(reader: Reader, terms: Sequence[Term], me: int, limit: int = 100) -> list[int]:
    """Conversations in which every term holds, the latest first.

    Words match from their beginning, in any letter case, with or without accents: in one message, its
    subject or its writer; a customer's name or address finds all of that customer's conversations.
    """
    alone = not any(term.operator or term.negated for term in terms)
    found = _search(reader, _Asked(terms, me, newest=alone), limit)
    if alone and len(found) < limit:
        # All of the newest may be of a few conversations.
        found = _search(reader, _Asked(terms, me), limit)
    return found


def _search(reader: Reader, asked: _Asked, limit: int) -> list[int]:
    if not asked.conditions:
        return []
    rows = reader.all(
        "SELECT v.id FROM conversation v JOIN customer c ON c.id = v.customer_id "
        f"WHERE {' AND '.join(asked.conditions)} ORDER BY v.last_at DESC, v.id DESC LIMIT :limit",
        limit=limit,
        **asked.parameters,
    )
    return [row[0] for row in rows]


class _Asked:
    """The conditions of a question, and the values that are bound to it."""

    def __init__(self, terms: Sequence[Term], me: int, *, newest: bool = False) -> None:
        """With `newest`, words are looked for among the newest messages that hold them."""
        self.conditions: list[str] = []
        self.parameters: dict[str, object] = {}
        self._me, self._newest = me, newest
        words = " ".join(term.value for term in terms if not term.operator and not term.negated)
        if words:
            self.words(words)
        for term in terms:
            if term.operator or term.negated:
                self.term(term)

    def words(self, words: str) -> None:
        match, bare = match_of(words), words.strip().lstrip("#")
        ways = [_WHOSE.format(p=self._bound(_like(words)))]
        if match:
            ways.append(self._holds(match))
        if bare.isdecimal() and len(bare) < 15:
            ways.append(f"v.id = {self._bound(int(bare))}")
        self.conditions.append(f"({' OR '.join(ways)})")

    def term(self, term: Term) -> None:
        condition = self._condition(term)
        if ":me" in condition:
            self.parameters["me"] = self._me
        self.conditions.append(f"NOT ({condition})" if term.negated else f"({condition})")

    def _condition(self, term: Term) -> str:
        match term.operator:
            case "is":
                return _IS[term.value]
            case "has":
                return _HAS[term.value]
            case "status" | "channel":
                return f"v.{term.operator} = {self._bound(term.value)}"
            case "priority":
                return f"v.priority = {self._bound(int(term.value))}"
            case "before":
                return f"v.last_at < {self._at(term)}"
            case "after":
                return f"v.last_at >= {self._at(term)}"
            case "waiting":
                sign = "<=" if term.value == "more" else ">"
                return f"v.waiting_since IS NOT NULL AND v.waiting_since {sign} {self._at(term)}"
            case "customer":
                return _WHOSE.format(p=self._bound(_like(term.value)))
            case "tag":
                return (
                    "EXISTS (SELECT 1 FROM conversation_tag t JOIN tag l ON l.id = t.tag_id "
                    f"WHERE t.conversation_id = v.id AND lower(l.label) = {self._bound(term.value.lower())})"
                )
            case "assignee":
                return self._assignee(term.value)
            case other:
                return self._said(other, term.value)

    def _said(self, operator: str, value: str) -> str:
        """A word, in the columns of the index that the operator is about."""
        match = match_of(value)
        if not match:
            return "0"
        columns = {"from": "{author sender}: ", "subject": "{subject}: "}.get(operator, "")
        return self._holds(f"{columns}({match})" if columns else match)

    def _holds(self, match: str) -> str:
        """That a message of the conversation is matched."""
        newest = f" ORDER BY s.rowid DESC LIMIT {NEWEST}" if self._newest else ""
        return f"v.id IN ({_SAID} {self._bound(match)}{newest})"

    def _assignee(self, value: str) -> str:
        if value.lower() == "me":
            return "v.assignee_id = :me"
        if value.lower() == "none":
            return "v.assignee_id IS NULL"
        name = self._bound(_like(value).lstrip("%"))
        return (
            "v.assignee_id IN (SELECT g.id FROM agent g "
            f"WHERE g.login LIKE {name} ESCAPE '\\' OR g.name LIKE {name} ESCAPE '\\')"
        )

    def _at(self, term: Term) -> str:
        return self._bound(milliseconds(term.at) if term.at else 0)

    def _bound(self, value: object) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"


def _like(words: str) -> str:
    return "%" + words.strip().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
