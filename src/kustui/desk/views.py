"""Searches kept under a name: an agent's own, and everybody's."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kustui.core.records import Changed
from kustui.core.searching import Term, parse
from kustui.core.views import AT_MOST, COUNTED, Counted, SavedView, name_of, query_of
from kustui.desk.listings import Found
from kustui.errors import NotFound, Refused
from kustui.store.queries import search as searching
from kustui.store.queries import views as asking

if TYPE_CHECKING:
    # Looking needs no ORM.
    from kustui.desk import Desk
    from kustui.store import tables
    from kustui.store.writing import Writing


class Views:
    """Keeping, changing and asking saved searches; each act is one transaction."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    # -- looking -----------------------------------------------------------------

    def all(self) -> list[SavedView]:
        """The agent's own views and everybody's, in order."""
        with self._desk.store.reading() as reader:
            return asking.views(reader, self._desk.agent.id)

    def named(self, words: str) -> SavedView:
        """The view of that name in any letter case, one's own before everybody's; raises NotFound."""
        low = words.strip().lower()
        found = sorted(
            (each for each in self.all() if each.name.lower() == low), key=lambda each: each.everybodys
        )
        if not found:
            raise NotFound("No such view", f"There is no view {words!r}; `kustui view list` names them.")
        return found[0]

    def found(self, view: SavedView, limit: int = COUNTED) -> Found:
        """The conversations of a view, the latest first; raises Refused when its search means nothing."""
        terms = self._terms(view.query)
        me = self._desk.agent.id
        with self._desk.store.reading() as reader:
            return Found(self._desk.store, me, searching.search(reader, terms, me, limit))

    def counts(self) -> list[Counted]:
        """Every view with how many conversations it has, up to COUNTED of each."""
        counted = []
        for view in self.all():
            try:
                terms = self._terms(view.query)
            except Refused as error:
                counted.append(Counted(view, trouble=str(error)))
                continue
            with self._desk.store.reading() as reader:
                number = searching.count(reader, terms, self._desk.agent.id, COUNTED)
            counted.append(Counted(view, number))
        return counted

    # -- acting ------------------------------------------------------------------

    def save(self, name: str, query: str, *, everybody: bool = False) -> Changed:
        """Keep a search; one that has the name already searches for this from now on.

        Raises Refused for a name or a search that is none.
        """
        name, query = name_of(name), self._checked(query)
        with self._desk.store.writing() as act:
            there = asking.views(act.ask(), self._desk.agent.id)
            held = _same(there, name, everybody)
            if held is not None:
                row = self._row(act, held.id)
                before = _values(row)
                row.query = query
                act.session.add(row)
                self._record(act, "view.changed", f"changed the view {row.name}", before, _values(row))
                return Changed(notice=f"{row.name} searches for {query}")
            if len(there) >= AT_MOST:
                raise Refused("Too many views", f"There are {AT_MOST} already; remove one first.")
            from kustui.store import tables

            owner = None if everybody else self._desk.agent.id
            row = act.add(tables.SavedView(agent_id=owner, name=name, query=query, position=len(there) + 1))
            self._order(act, row.id or 0, len(there) + 1)
            self._record(act, "view.saved", f"kept the view {name}", {}, _values(row))
            return Changed(notice=f"Kept {name}{', for everybody' if everybody else ''}")

    def change(
        self,
        view_id: int,
        *,
        name: str | None = None,
        query: str | None = None,
        everybody: bool | None = None,
        place: int | None = None,
    ) -> Changed:
        """Give a view another name, search, owner or place (from 1); what is None stays.

        Raises Refused when another view has the name, and for a place that there is not.
        """
        with self._desk.store.writing() as act:
            row = self._row(act, view_id)
            before = _values(row)
            if name is not None:
                row.name = name_of(name)
            if query is not None and query.strip() != row.query:
                row.query = self._checked(query)
            if everybody is not None:
                row.agent_id = None if everybody else self._desk.agent.id
            # As they stood: what is changed here must not be met as another.
            there = asking.views(act.glance(), self._desk.agent.id)
            other = _same(there, row.name, row.agent_id is None)
            if other is not None and other.id != view_id:
                raise Refused("The name is taken", f"There is a view {other.name} already.")
            act.session.add(row)
            if place is not None:
                if not 1 <= place <= len(there):
                    raise Refused("No such place", f"The views have the places 1 to {len(there)}.")
                self._order(act, view_id, place)
            after = _values(row) | ({} if place is None else {"place": place})
            self._record(act, "view.changed", f"changed the view {row.name}", before, after)
            return Changed(notice=f"Changed {row.name}")

    def remove(self, view_id: int) -> Changed:
        """Forget a view; the conversations stay as they are, and the history has what it searched for."""
        with self._desk.store.writing() as act:
            row = self._row(act, view_id)
            before = _values(row)
            act.session.delete(row)
            self._record(act, "view.removed", f"removed the view {row.name}", before, {})
            return Changed(notice=f"Removed {before['name']}")

    # -- inside ------------------------------------------------------------------

    def _terms(self, query: str) -> Sequence[Term]:
        return parse(query, self._desk.now(), self._desk.zone)

    def _checked(self, query: str) -> str:
        query = query_of(query)
        if not self._terms(query):
            raise Refused("No search", "A view needs words or operators to search for.")
        return query

    def _row(self, act: Writing, view_id: int) -> tables.SavedView:
        from kustui.store import tables

        row = act.get(tables.SavedView, view_id, "view")
        if row.agent_id not in (None, self._desk.agent.id):
            raise NotFound("No such view", f"There is no view {view_id}.")
        return row

    def _order(self, act: Writing, view_id: int, place: int) -> None:
        ids = [each.id for each in asking.views(act.ask(), self._desk.agent.id) if each.id != view_id]
        ids.insert(place - 1, view_id)
        for position, number in enumerate(ids, 1):
            asking.put_at(act.ask(), number, position)

    def _record(
        self, act: Writing, name: str, words: str, before: dict[str, object], after: dict[str, object]
    ) -> None:
        from kustui.store import tables

        me = act.get(tables.Agent, self._desk.agent.id, "agent")
        act.record(name, me, words, before=before, after=after)


def _same(views: Sequence[SavedView], name: str, everybodys: bool) -> SavedView | None:
    return next(
        (each for each in views if each.everybodys == everybodys and each.name.lower() == name.lower()), None
    )


def _values(row: tables.SavedView) -> dict[str, object]:
    return {"view_id": row.id, "name": row.name, "query": row.query, "agent_id": row.agent_id}
