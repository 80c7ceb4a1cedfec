"""Saved views, and who is at what, by command."""

from __future__ import annotations

from cli.conftest import Kustui, refused


def test_views_by_command(shop: Kustui) -> None:
    """G4: everything the dialog does: kept, listed with counts, shown, renamed, moved, shared, removed."""
    assert "No views" in shop("view", "list").out
    assert "Kept Mail" in shop("view", "save", "Mail", "channel:email").out
    shop("view", "save", "Unread", "is:unread", "--everybody")
    assert shop("view", "move", "unread", 1).code == 0
    shop("view", "rename", "mail", "Letters")
    shop("view", "share", "letters")
    listed = shop("view", "list", "--json").json
    assert [(each["name"], each["everybodys"], each["place"]) for each in listed] == [
        ("Unread", True, 1),
        ("Letters", True, 2),
    ]
    rows = shop("view", "show", "letters", "--json").json
    assert len(rows) == listed[1]["count"] > 0
    shop("view", "remove", "unread")
    assert "Unread" not in shop("view", "list").out
    assert "no view" in refused(shop("view", "show", "unread"))
    assert "does not take" in refused(shop("view", "save", "x", "status:nope"))


def test_presence_by_command(shop: Kustui) -> None:
    """G4: nobody sits at a screen here, and that is said."""
    assert "Nobody" in shop("presence").out
    assert shop("presence", "--json").json == []
