"""Searches kept under a name."""

from __future__ import annotations

import pytest

from conftest import desk_of
from kustui.core.views import COUNTED, Counted
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.errors import NotFound, Refused
from kustui.store import tables
from support.people import wrote
from support.transport import Recorder


def names(desk: Desk) -> list[str]:
    """The views of a desk, in order."""
    return [each.name for each in desk.views.all()]


def test_a_view_is_kept_counted_and_opened(desk: Desk) -> None:
    """Its count and its conversations are those of the search, as they are at that moment."""
    first, second = wrote(desk), wrote(desk, sender="li@example.net", name="Li Wei")
    desk.views.save("Urgent", "priority:5")
    view = desk.views.named("urgent")
    assert [(each.view.name, each.number) for each in desk.views.counts()] == [("Urgent", 0)]
    desk.tagging.prioritise(second, 5)
    assert [each.number for each in desk.views.counts()] == [1]
    assert [row.conversation_id for row in desk.views.found(view).page(0, 9)] == [second]
    desk.views.save("Words", "order")
    assert [each.words for each in desk.views.counts()] == ["1", "2"]
    assert Counted(view, COUNTED).words == "999+"
    assert first != second


def test_views_are_an_agents_own_or_everybodys(desk: Desk) -> None:
    """G4: another agent sees those of everybody, and changes no other; one name stands once for each."""
    ben = desk_of(desk.store, sign_in(desk.store, "ben", "Ben Okri"), Recorder())
    desk.views.save("Mine", "is:mine")
    desk.views.save("All", "is:unread", everybody=True)
    assert (names(desk), names(ben)) == (["Mine", "All"], ["All"])
    with pytest.raises(NotFound):
        ben.views.remove(desk.views.named("Mine").id)
    desk.views.save("all", "is:vip", everybody=True)
    assert [each.query for each in ben.views.all()] == ["is:vip"]
    desk.views.change(desk.views.named("Mine").id, everybody=True)
    assert names(ben) == ["Mine", "All"]
    with pytest.raises(Refused, match="a view All already"):
        desk.views.change(desk.views.named("Mine").id, name="ALL")
    assert names(desk) == ["Mine", "All"]
    ben.views.save("all", "is:mine")
    assert (ben.views.named("ALL").query, desk.views.named("ALL").query) == ("is:mine", "is:vip")


def test_views_are_put_in_order_and_removed_with_a_line_of_history(desk: Desk) -> None:
    """G4: what was and what is stands in the history, so that a view that was removed can be made again."""
    for name in ("a", "b", "c"):
        desk.views.save(name, f"tag:{name}")
    desk.views.change(desk.views.named("c").id, place=1)
    assert names(desk) == ["c", "a", "b"]
    with pytest.raises(Refused, match="1 to 3"):
        desk.views.change(desk.views.named("c").id, place=4)
    desk.views.remove(desk.views.named("a").id)
    assert names(desk) == ["c", "b"]
    with desk.store.reading() as reader:
        before = reader.value("SELECT before FROM history WHERE act = 'view.removed'")
    assert '"query": "tag:a"' in before


def test_what_is_no_view_is_refused(desk: Desk) -> None:
    """No name, no words, a value that an operator does not take: refused in words, and nothing is kept."""
    for name, query in (("", "a"), ("x" * 41, "a"), ("a", "  "), ("a", "status:nope"), ("a", "w" * 501)):
        with pytest.raises(Refused):
            desk.views.save(name, query)
    with pytest.raises(NotFound, match="kustui view list"):
        desk.views.named("a")
    assert names(desk) == []


def test_a_view_that_means_nothing_any_more_says_so(desk: Desk) -> None:
    """A search that an older program kept takes no other view with it."""
    desk.views.save("Good", "is:unread")
    with desk.store.writing() as act:
        act.add(tables.SavedView(agent_id=None, name="Old", query="status:nope", position=9))
    good, old = desk.views.counts()
    assert (good.trouble, old.words) == ("", "?")
    assert "status: does not take 'nope'" in old.trouble
