"""Agents with what they have, teams, followers, and the queues that routing gives from."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from kustui.core.team import TAKES, Colleague, Queued, Taker, Team
from kustui.store.reader import Reader, placeholders

AT_ONCE = 500
"""Conversations one question asks about."""

# As the index on the queues has it, without which it is not used.
_QUEUED = """v.status = 'open' AND v.assignee_id IS NULL
    AND (v.waiting_since IS NOT NULL OR v.direction = 'inbound')"""


def colleagues(reader: Reader, capacity: int) -> list[Colleague]:
    """Everyone of the team by name; `capacity` is that of those who have none of their own."""
    loads = dict(
        reader.all(
            "SELECT assignee_id, count(*) FROM conversation "
            "WHERE status = 'open' AND assignee_id IS NOT NULL GROUP BY assignee_id"
        )
    )
    teams: dict[int, list[str]] = {}
    for agent_id, name in reader.all(
        "SELECT m.agent_id, t.name FROM team_member m JOIN team t ON t.id = m.team_id ORDER BY lower(t.name), t.id"
    ):
        teams.setdefault(agent_id, []).append(name)
    return [
        Colleague._make(
            (*row[:7], row[7] or capacity, row[7], loads.get(row[0], 0), tuple(teams.get(row[0], ())))
        )
        for row in reader.all(
            "SELECT id, login, name, email, zone, language, availability, capacity FROM agent "
            "ORDER BY lower(name), id"
        )
    ]


def teams(reader: Reader) -> list[Team]:
    """Every team by name, with its members and how many conversations are in its queue."""
    waiting = dict(
        reader.all(
            f"SELECT COALESCE(v.team_id, 0), count(*) FROM conversation v WHERE {_QUEUED} "
            "AND COALESCE(v.team_id, 0) > 0 GROUP BY COALESCE(v.team_id, 0)"
        )
    )
    members: dict[int, list[str]] = {}
    for team_id, name in reader.all(
        "SELECT m.team_id, a.name FROM team_member m JOIN agent a ON a.id = m.agent_id ORDER BY lower(a.name), a.id"
    ):
        members.setdefault(team_id, []).append(name)
    return [
        Team(row[0], row[1], tuple(members.get(row[0], ())), waiting.get(row[0], 0))
        for row in reader.all("SELECT id, name FROM team ORDER BY lower(name), id")
    ]


def team_names(reader: Reader) -> dict[str, int]:
    """Every team's number, by its name in lower case."""
    return {row[1].lower(): row[0] for row in reader.all("SELECT id, name FROM team")}


def teams_of_channels(reader: Reader, named: Mapping[str, str]) -> dict[str, int]:
    """The team that new conversations of a channel belong to, by channel; teams that are not there are left out."""
    if not named:
        return {}
    there = team_names(reader)
    found = {channel: there.get(name.strip().lower(), 0) for channel, name in named.items()}
    return {channel: team_id for channel, team_id in found.items() if team_id}


def availability(reader: Reader, me: int) -> str:
    """An agent's availability."""
    return str(reader.value("SELECT availability FROM agent WHERE id = :me", me=me) or "")


def load(reader: Reader, agent_id: int) -> int:
    """How many open conversations an agent has."""
    return int(
        reader.value(
            "SELECT count(*) FROM conversation WHERE status = 'open' AND assignee_id = :a", a=agent_id
        )
    )


# -- followers ---------------------------------------------------------------------


def followers(reader: Reader, conversation_id: int) -> list[int]:
    """Who follows a conversation."""
    return [
        row[0]
        for row in reader.all(
            "SELECT agent_id FROM follower WHERE conversation_id = :i ORDER BY agent_id", i=conversation_id
        )
    ]


def followed(reader: Reader, conversation_ids: Iterable[int]) -> set[int]:
    """Those of these conversations that somebody follows."""
    numbers, found = list(conversation_ids), set[int]()
    for first in range(0, len(numbers), AT_ONCE):
        names, parameters = placeholders(numbers[first : first + AT_ONCE])
        question = f"SELECT DISTINCT conversation_id FROM follower WHERE conversation_id IN ({names})"
        found.update(row[0] for row in reader.all(question, **parameters))
    return found


def followers_of(reader: Reader, conversation_ids: Iterable[int]) -> dict[int, list[tuple[int, str]]]:
    """(agent, name) of the followers of each of these conversations, by name."""
    names, parameters = placeholders(list(conversation_ids))
    found: dict[int, list[tuple[int, str]]] = {}
    for conversation_id, agent_id, name in reader.all(
        "SELECT f.conversation_id, a.id, a.name FROM follower f JOIN agent a ON a.id = f.agent_id "
        f"WHERE f.conversation_id IN ({names}) ORDER BY lower(a.name), a.id",
        **parameters,
    ):
        found.setdefault(conversation_id, []).append((agent_id, name))
    return found


def follow(reader: Reader, conversation_id: int, agent_id: int) -> bool:
    """Inside an act: make an agent a follower; False when they are one."""
    return bool(
        reader.all(
            "INSERT INTO follower (conversation_id, agent_id) VALUES (:i, :a) "
            "ON CONFLICT (conversation_id, agent_id) DO NOTHING RETURNING agent_id",
            i=conversation_id,
            a=agent_id,
        )
    )


def unfollow(reader: Reader, conversation_id: int, agent_id: int) -> bool:
    """Inside an act: make an agent no follower any more; False when they are none."""
    return bool(
        reader.all(
            "DELETE FROM follower WHERE conversation_id = :i AND agent_id = :a RETURNING agent_id",
            i=conversation_id,
            a=agent_id,
        )
    )


# -- members -----------------------------------------------------------------------


def join(reader: Reader, team_id: int, agent_id: int) -> bool:
    """Inside an act: put an agent into a team; False when they are in it."""
    return bool(
        reader.all(
            "INSERT INTO team_member (team_id, agent_id) VALUES (:t, :a) "
            "ON CONFLICT (team_id, agent_id) DO NOTHING RETURNING agent_id",
            t=team_id,
            a=agent_id,
        )
    )


def leave(reader: Reader, team_id: int, agent_id: int) -> bool:
    """Inside an act: take an agent out of a team; False when they are not in it."""
    return bool(
        reader.all(
            "DELETE FROM team_member WHERE team_id = :t AND agent_id = :a RETURNING agent_id",
            t=team_id,
            a=agent_id,
        )
    )


# -- routing -----------------------------------------------------------------------


def any_queued(reader: Reader) -> bool:
    """Whether there is anything to route; one look at an index."""
    return (
        reader.value(f"SELECT 1 FROM conversation v WHERE {_QUEUED} AND COALESCE(v.team_id, 0) >= 0 LIMIT 1")
        is not None
    )


def takers(reader: Reader, capacity: int) -> list[Taker]:
    """Who is available and has room left; `capacity` is that of those who have none of their own."""
    rows = reader.all(
        "SELECT a.id, a.name, a.capacity, COALESCE(a.given_at, 0), (SELECT count(*) FROM conversation v "
        "WHERE v.status = 'open' AND v.assignee_id = a.id) FROM agent a WHERE a.availability = :takes ORDER BY a.id",
        takes=TAKES,
    )
    teams: dict[int, set[int]] = {}
    for team_id, agent_id in reader.all("SELECT team_id, agent_id FROM team_member"):
        teams.setdefault(agent_id, set()).add(team_id)
    return [
        Taker(row[0], row[1], row[2] or capacity, row[4], row[3], frozenset(teams.get(row[0], ())))
        for row in rows
        if row[4] < (row[2] or capacity)
    ]


def heads(reader: Reader, team_id: int, limit: int) -> list[Queued]:
    """The first conversations of a team's queue (0: of everybody's), whose turn is next first."""
    rows = reader.all(
        f"""SELECT v.id, -v.priority, COALESCE(v.waiting_since, 9000000000000000) FROM conversation v
        WHERE {_QUEUED} AND COALESCE(v.team_id, 0) = :t
        ORDER BY v.priority DESC, COALESCE(v.waiting_since, 9000000000000000), v.id LIMIT :n""",
        t=team_id,
        n=limit,
    )
    return [Queued(row[0], team_id, row[1], row[2]) for row in rows]


def put_back_by(reader: Reader, conversation_id: int) -> int:
    """Whose a conversation was before it was last put back for anyone to take; 0 for nobody's."""
    row = reader.one(
        "SELECT before, after FROM history WHERE conversation_id = :i AND on_timeline "
        "AND act = 'conversation.assigned' ORDER BY at DESC, id DESC LIMIT 1",
        i=conversation_id,
    )
    if row is None or json.loads(row[1]).get("assignee_id") is not None:
        return 0
    return int(json.loads(row[0]).get("assignee_id") or 0)


def take(reader: Reader, conversation_id: int, agent_id: int, now_ms: int) -> bool:
    """Inside an act: give an agent a conversation that nobody has; False when somebody has it by now."""
    taken = reader.all(
        "UPDATE conversation SET assignee_id = :a WHERE id = :i AND status = 'open' AND assignee_id IS NULL "
        "RETURNING id",
        i=conversation_id,
        a=agent_id,
    )
    if taken:
        given(reader, agent_id, now_ms)
    return bool(taken)


def given(reader: Reader, agent_id: int, now_ms: int) -> None:
    """Inside an act: keep that an agent was given a conversation."""
    reader.one("UPDATE agent SET given_at = :n WHERE id = :a", a=agent_id, n=now_ms)
