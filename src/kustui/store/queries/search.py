"""Finding conversations: words in subjects, bodies, notes and names, and what operators say besides."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from kustui.clock import milliseconds
from kustui.core.outbox import OPEN_STATES
from kustui.core.searching import Term
from kustui.store.queries import library, merging, staff
from kustui.store.queries.search_words import FEW, LISTED, NAMED, holding, likes, matches, named, within
from kustui.store.reader import Reader

NEWEST, MORE = 4_000, 16_000
"""Messages and conversations that words are looked for in at first, since a common word is in most of them,
and then, where other operators leave few of these.
"""
FEWER = 1_000
"""So many of them where the list is full of those whom the words name."""
LATEST, LATER = 1_000, 3_000
"""Conversations whose messages are looked at first, as a common word is in many of them; more of them where
several things are asked of each, or the contrary of one.
"""
SPAN = 40
"""Messages for each of them that are looked back on: one may have begun long ago."""
AMONG = 3_000
"""Conversations whose own messages are looked at, where the other operators leave so few."""

SAYING = ("", "from", "subject")
"""The operators that are about what messages say."""

# The condition of the index is repeated, without which it is not used.
_OUTBOX = (
    "v.id IN (SELECT o.conversation_id FROM outbox o "
    f"WHERE o.state IN {OPEN_STATES!r} AND o.kind = 'message' AND {{}})"
)
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


def search(reader: Reader, terms: Sequence[Term], me: int, limit: int = 100) -> list[int]:
    """Conversations in which every term holds, the latest first.

    Words match from their beginning, in any letter case, with or without accents: in one message, its
    subject or its writer; a customer's name or address finds all of that customer's conversations.
    """
    found: list[int] = []
    for asked in _ways(reader, terms, me, limit):
        found = _search(reader, asked, limit)
        if len(found) >= limit:
            break
    return found


def count(reader: Reader, terms: Sequence[Term], me: int, limit: int) -> int:
    """How many conversations a search finds; `limit` for that many and more."""
    found = 0
    for asked in _ways(reader, terms, me, limit):
        found = _count(reader, asked, limit)
        if found >= limit:
            break
    return found


def _ways(reader: Reader, terms: Sequence[Term], me: int, limit: int) -> Iterator[_Asked]:
    """How the question is asked: of the messages of a few conversations where these are all that the other
    operators leave, else of those of the latest; for who has not found enough, of the newest messages, and
    then of all.
    """
    said = {term.negated for term in terms if term.operator in SAYING}
    operators = {term.operator for term in terms}
    tags = library.tags(reader) if "tag" in operators else {}
    teams = staff.team_names(reader) if "team" in operators else {}
    others = [term for term in terms if term.operator not in SAYING]
    if said and others:
        few = _few(reader, _Asked(reader, others, me, tags, teams), AMONG + 1)
        if len(few) <= AMONG:
            yield _Asked(reader, terms, me, tags, teams, among=few)
            return
    several = True in said or len({term.operator or "word" for term in terms if term.operator in SAYING}) > 1
    if said:
        most = LATER if several else LATEST
        latest = _few(reader, _Asked(reader, others, me, tags, teams), most, ordered=True)
        # What is not to be there is looked for in all that a conversation holds.
        span = 0 if True in said else most * SPAN
        yield _Asked(reader, terms, me, tags, teams, among=latest, span=span, limit=limit)
    # All of the newest may be of a few conversations, or of such as are not asked for.
    for newest in (NEWEST, MORE, 0) if said and True not in said else (0,):
        yield _Asked(reader, terms, me, tags, teams, newest=newest, limit=limit if newest else 0)


def _few(reader: Reader, asked: _Asked, most: int, *, ordered: bool = False) -> list[int]:
    """So many of the conversations at most, the latest where it is asked for."""
    order = " ORDER BY v.last_at DESC, v.id DESC" if ordered else ""
    rows = reader.all(f"{_question(asked)}{order} LIMIT {most}", **asked.parameters)
    return [row[0] for row in rows]


def _question(asked: _Asked) -> str:
    conditions = [*asked.conditions, "v.merged_into IS NULL"]
    # Every conversation has its customer, who need not be looked up for that.
    joined = " JOIN customer c ON c.id = v.customer_id" if any("c.vip" in each for each in conditions) else ""
    return f"SELECT v.id FROM conversation v{joined} WHERE {' AND '.join(conditions)}"


def _count(reader: Reader, asked: _Asked, limit: int) -> int:
    if not asked.conditions:
        return 0
    found = reader.value(
        f"SELECT count(*) FROM ({_question(asked)} LIMIT :limit) found",
        limit=limit,
        **asked.parameters,
    )
    return int(found)


def _search(reader: Reader, asked: _Asked, limit: int) -> list[int]:
    if not asked.conditions:
        return []
    rows = reader.all(
        f"{_question(asked)} ORDER BY v.last_at DESC, v.id DESC LIMIT :limit",
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
        limit: int = 0,
        among: Sequence[int] | None = None,
        span: int = 0,
    ) -> None:
        """`tags` has every tag's number by its label in lower case, `teams` every team's by its name.

        Words that are to be there are looked for in so many of the `newest` messages that hold them, in
        all, or in those `among` conversations, of which so many messages (`span`; 0 for all) are looked back on. At most `limit` conversations are asked for, 0 for all.
        """
        self.conditions: list[str] = []
        self.parameters: dict[str, object] = {}
        self._reader, self._me, self._newest = reader, me, newest
        self._tags, self._teams = tags, teams
        self._limit = 0 if any(term.operator or term.negated for term in terms) else limit
        self._within = ""
        if among is not None:
            numbers = ",".join(map(str, among))
            ids = self._listed(numbers)
            self.conditions.append(f"v.id IN ({ids})")
            self._within = f" AND {within(reader, ids, numbers, span)}"
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
        ways, bare = self._whose(together), together.strip().lstrip("#")
        # Names that fill the list need not be looked for in messages as well.
        full = any(" LIMIT " in way for way in ways) and self._limit
        match = matches(self._reader, words, "said" if full else "")
        if match:
            ways.append(self._holding(match, FEWER if full else self._newest))
        if bare.isdecimal() and len(bare) < 10:
            number = merging.now_part_of(self._reader, "conversation", int(bare))
            ways.append(f"SELECT {self._bound(number)}")
        # One list of conversations, which the few that are found are looked up by.
        return f"v.id IN ({' UNION ALL '.join(ways)})" if ways else "FALSE"

    def _whose(self, words: str) -> list[str]:
        """The conversations of those whom the words name; nothing where they name nobody, as most words do."""
        ways = []
        for each in likes(words):
            found = named(self._reader, f"%{each}%")
            if len(found) == FEW:
                ways.append(self._whose_of_many(NAMED.format(p=self._bound(f"%{each}%"))))
            elif found:
                ids = self._listed(",".join(map(str, sorted(set(found)))))
                ways.append(f"SELECT y.id FROM conversation y WHERE y.customer_id IN ({ids})")
        return ways

    def _whose_of_many(self, named: str) -> str:
        order = "ORDER BY y.last_at DESC, y.id DESC LIMIT"
        if self._limit:
            # So many are named that the latest conversations are soon those of them.
            found = f"WHERE +y.customer_id IN ({named}) AND y.merged_into IS NULL {order} {self._limit}"
            return f"SELECT z.id FROM (SELECT y.id FROM conversation y {found}) z"
        latest = f"(SELECT y.id, y.customer_id FROM conversation y {order} {self._newest})"
        among = latest if self._newest else "conversation"
        return f"SELECT z.id FROM {among} z WHERE z.customer_id IN ({named})"

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
                whose = self._whose(term.value)
                return f"v.id IN ({' UNION ALL '.join(whose)})" if whose else "FALSE"
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
        match = matches(self._reader, [value], operator)
        return f"v.id IN ({self._holding(match, self._newest)})" if match else "FALSE"

    def _holding(self, match: str, newest: int) -> str:
        """The conversations of the messages that are matched, of so many of the newest or of all."""
        return holding(self._reader, self._bound(match), self._within, newest)

    def _assignee(self, value: str) -> str:
        if value.lower() == "me":
            return "v.assignee_id = :me"
        if value.lower() == "none":
            return "v.assignee_id IS NULL"
        names = [self._bound(f"{each}%") for each in likes(value)]
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

    def _listed(self, numbers: str) -> str:
        return LISTED[self._reader.dialect.name].format(self._bound(numbers))

    def _bound(self, value: object) -> str:
        name = f"p{len(self.parameters)}"
        self.parameters[name] = value
        return f":{name}"
