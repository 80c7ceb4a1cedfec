"""Finding conversations: words in subjects, bodies, notes and names, and what operators say besides."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from kustui.clock import milliseconds
from kustui.core.outbox import OPEN_STATES
from kustui.core.searching import Term
from kustui.store import search_postgres
from kustui.store.queries import library, merging, staff
from kustui.store.reader import POSTGRESQL, Reader

NEWEST = 10_000
"""Messages and conversations that words are looked for in at first: a common word is in most of them."""

SAYING = ("", "from", "subject")
"""The operators that are about what messages say."""

_WORD = re.compile(r"[\w@.'+-]*\w", re.UNICODE)
_SPACE = re.compile(r"\s")

_SAID = (
    "SELECT m.conversation_id FROM message_search s JOIN message m ON m.id = s.rowid "
    "WHERE message_search MATCH {match}"
)
_WHOSE = """SELECT y.id FROM {conversations} y WHERE y.customer_id IN (
    SELECT COALESCE(x.merged_into, x.id) FROM customer x WHERE x.name LIKE {p} ESCAPE '\\' OR x.company LIKE {p} ESCAPE '\\'
    UNION SELECT a.customer_id FROM address a WHERE a.value LIKE {p} ESCAPE '\\')"""
# The condition of the index is repeated, without which it is not used.
_OUTBOX = (
    "v.id IN (SELECT o.conversation_id FROM outbox o "
    f"WHERE o.state IN {OPEN_STATES!r} AND o.kind = 'message' AND {{}})"
)
_COLUMNS = {"from": "{author sender}", "subject": "{subject}"}
_ATTACHED = (
    "v.id IN (SELECT m.conversation_id FROM attachment f JOIN message m ON m.id = f.message_id "
    "WHERE f.message_id IS NOT NULL{})"
)

_IS = {
    "unread": "v.unread > 0",
    "unassigned": "v.assignee_id IS NULL",
    "mine": "v.assignee_id = :me",
    "followed": "v.id IN (SELECT w.conversation_id FROM follower w WHERE w.agent_id = :me)",
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
    "note": "v.id IN (SELECT m.conversation_id FROM message m WHERE m.direction = 'note')",
    "draft": "EXISTS (SELECT 1 FROM draft d WHERE d.conversation_id = v.id AND d.state = 'open' AND d.body <> '')",
    "tag": "EXISTS (SELECT 1 FROM conversation_tag t WHERE t.conversation_id = v.id)",
}


def match_of(words: str) -> str:
    """What SQLite's index is asked for: every word, each as a prefix, quoted so that none is an operator.

    Words that a space parts are a phrase: in that order, with nothing between. One letter alone is a word,
    because too many words begin with it to be of use.
    """
    found = _WORD.findall(words.replace('"', " "))
    if not found:
        return ""
    parts = [" ".join(found)] if _SPACE.search(words) else found
    return " ".join(f'"{part}"' if len(part) == 1 and part.isascii() else f'"{part}"*' for part in parts)


def _matches(reader: Reader, words: Sequence[str], part: str) -> str:
    """What the database's index is asked for: all of the words, in a part of a message or anywhere in it."""
    if reader.dialect is POSTGRESQL:
        weight = search_postgres.WEIGHTS.get(part, "")
        return " & ".join(filter(None, (search_postgres.match_of(word, weight) for word in words)))
    match = " ".join(filter(None, map(match_of, words)))
    return f"{_COLUMNS[part]}: ({match})" if match and part else match


def search(reader: Reader, terms: Sequence[Term], me: int, limit: int = 100) -> list[int]:
    """Conversations in which every term holds, the latest first.

    Words match from their beginning, in any letter case, with or without accents: in one message, its
    subject or its writer; a customer's name or address finds all of that customer's conversations.
    """
    found: list[int] = []
    for asked in _ways(reader, terms, me):
        found = _search(reader, asked, limit)
        if len(found) >= limit:
            break
    return found


def count(reader: Reader, terms: Sequence[Term], me: int, limit: int) -> int:
    """How many conversations a search finds; `limit` for that many and more."""
    found = 0
    for asked in _ways(reader, terms, me):
        found = _count(reader, asked, limit)
        if found >= limit:
            break
    return found


def _ways(reader: Reader, terms: Sequence[Term], me: int) -> Iterator[_Asked]:
    """How the question is asked: of the newest messages, and then, for who has not found enough, of all."""
    said = any(term.operator in SAYING and not term.negated for term in terms)
    operators = {term.operator for term in terms}
    tags = library.tags(reader) if "tag" in operators else {}
    teams = staff.team_names(reader) if "team" in operators else {}
    for newest in (NEWEST, 0) if said else (0,):
        # All of the newest may be of a few conversations, or of such as are not asked for.
        yield _Asked(reader, terms, me, tags, teams, newest=newest)


def _count(reader: Reader, asked: _Asked, limit: int) -> int:
    if not asked.conditions:
        return 0
    found = reader.value(
        "SELECT count(*) FROM (SELECT v.id FROM conversation v JOIN customer c ON c.id = v.customer_id "
        f"WHERE {' AND '.join(asked.conditions)} AND v.merged_into IS NULL LIMIT :limit) found",
        limit=limit,
        **asked.parameters,
    )
    return int(found)


def _search(reader: Reader, asked: _Asked, limit: int) -> list[int]:
    if not asked.conditions:
        return []
    rows = reader.all(
        "SELECT v.id FROM conversation v JOIN customer c ON c.id = v.customer_id "
        f"WHERE {' AND '.join(asked.conditions)} AND v.merged_into IS NULL ORDER BY v.last_at DESC, v.id DESC LIMIT :limit",
        limit=limit,
        **asked.parameters,
    )
    return [row[0] for row in rows]


class _Asked:
    """The conditions of a question, and the values that are bound to it."""

    def __init__(
        self,
        reader: Reader,
        terms: Sequence[Term],
        me: int,
        tags: Mapping[str, int],
        teams: Mapping[str, int],
        *,
        newest: int = 0,
    ) -> None:
        """`tags` has every tag's number by its label in lower case, `teams` every team's by its name.

        Words that are to be there are looked for in so many of the `newest` messages that hold them,
        or in all.
        """
        self.conditions: list[str] = []
        self.parameters: dict[str, object] = {}
        self._reader, self._me, self._newest = reader, me, newest
        self._tags, self._teams = tags, teams
        words = [term.value for term in terms if not term.operator and not term.negated]
        if words:
            self.conditions.append(self._words(words))
        for term in terms:
            if term.operator or term.negated:
                self.term(term)

    def term(self, term: Term) -> None:
        newest, self._newest = self._newest, 0 if term.negated else self._newest
        condition = self._condition(term)
        self._newest = newest
        if ":me" in condition:
            self.parameters["me"] = self._me
        # What is unknown, as the assignee of what nobody has, is the contrary of a value too.
        self.conditions.append(f"({condition}) IS NOT TRUE" if term.negated else f"({condition})")

    def _words(self, words: Sequence[str]) -> str:
        together = " ".join(words)
        match, bare = _matches(self._reader, words, ""), together.strip().lstrip("#")
        ways = self._whose(together)
        if match:
            ways.append(self._holding(match))
        if bare.isdecimal() and len(bare) < 10:
            number = merging.now_part_of(self._reader, "conversation", int(bare))
            ways.append(f"SELECT {self._bound(number)}")
        # One list of conversations, which the few that are found are looked up by.
        return f"v.id IN ({' UNION ALL '.join(ways)})"

    def _whose(self, words: str) -> list[str]:
        newest = (
            f"(SELECT id, customer_id FROM conversation ORDER BY last_at DESC, id DESC LIMIT {self._newest})"
        )
        among = newest if self._newest else "conversation"
        return [_WHOSE.format(conversations=among, p=self._bound(f"%{each}%")) for each in _likes(words)]

    def _condition(self, term: Term) -> str:
        match term.operator:
            case "is" if term.value == "late":
                return f"v.target_at IS NOT NULL AND v.target_at < {self._at(term)}"
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
                return f"v.id IN ({' UNION ALL '.join(self._whose(term.value))})"
            case "tag":
                return (
                    "EXISTS (SELECT 1 FROM conversation_tag t WHERE t.conversation_id = v.id "
                    f"AND t.tag_id = {self._bound(self._tags.get(term.value.lower(), 0))})"
                )
            case "team":
                return self._team(term.value.lower())
            case "assignee":
                return self._assignee(term.value)
            case "":
                return self._words([term.value])
            case other:
                return self._said(other, term.value)

    def _said(self, operator: str, value: str) -> str:
        """A word, in the part of a message that the operator is about."""
        match = _matches(self._reader, [value], operator)
        return f"v.id IN ({self._holding(match)})" if match else "FALSE"

    def _holding(self, match: str) -> str:
        """The conversations of the messages that are matched."""
        on_server = self._reader.dialect is POSTGRESQL
        said = search_postgres.SAID if on_server else _SAID
        order = "m.id" if on_server else "s.rowid"
        question = said.format(match=self._bound(match))
        if not self._newest:
            return question
        return f"SELECT n.conversation_id FROM ({question} ORDER BY {order} DESC LIMIT {self._newest}) n"

    def _assignee(self, value: str) -> str:
        if value.lower() == "me":
            return "v.assignee_id = :me"
        if value.lower() == "none":
            return "v.assignee_id IS NULL"
        names = [self._bound(f"{each}%") for each in _likes(value)]
        ways = " OR ".join(f"g.login LIKE {n} ESCAPE '\\' OR g.name LIKE {n} ESCAPE '\\'" for n in names)
        return f"v.assignee_id IN (SELECT g.id FROM agent g WHERE {ways})"

    def _team(self, value: str) -> str:
        if value == "none":
            return "v.team_id IS NULL"
        if value == "mine":
            return "v.team_id IN (SELECT w.team_id FROM team_member w WHERE w.agent_id = :me)"
        meant = [number for name, number in self._teams.items() if name.startswith(value)]
        return f"v.team_id IN ({', '.join(map(self._bound, meant or [0]))})"

    def _at(self, term: Term) -> str:
        return self._bound(milliseconds(term.at) if term.at else 0)

    def _bound(self, value: object) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"


def _likes(words: str) -> Sequence[str]:
    """The words as LIKE takes them, in each letter case that it tells from another: it knows A to Z alone."""
    # A pattern ends at a NUL.
    plain = words.replace("\0", "\ufffd").strip()
    plain = plain.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    if plain.isascii():
        return (plain,)
    return tuple(dict.fromkeys((plain, plain.lower(), plain.upper(), plain.title())))
