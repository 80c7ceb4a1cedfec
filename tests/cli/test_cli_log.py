"""Who did what when, by command."""

from __future__ import annotations

from cli.conftest import Kustui, refused


def test_the_log_names_acts_with_what_was_and_what_is(shop: Kustui) -> None:
    """The latest first; of a conversation, of an agent, of a kind of act, of a time."""
    shop("done", 1)
    shop("tag", 2, "refund")
    shop("priority", 2, 5)
    shop("tag", 2, "--remove", "refund")
    lines = shop("log", "--json").json
    assert [line["act"] for line in lines[:4]] == [
        "conversation.retagged",
        "conversation.prioritised",
        "conversation.retagged",
        "conversation.done",
    ]
    assert (lines[1]["before"], lines[1]["after"]) == ({"priority": 3}, {"priority": 5})
    assert {line["conversation_id"] for line in shop("log", "--conversation", 2, "--json").json} == {2}
    assert len(shop("log", "--act", "conversation.done", "--json").json) == 1
    assert {line["who"] for line in shop("log", "--by", "ana", "--json").json} == {"Ana Soler"}
    assert shop("log", "--after", "2099-01-01").out == "Nothing has happened yet.\n"
    assert "priority: 3 → 5" in shop("log", "--limit", 3).out
    assert "nobody's login" in refused(shop("log", "--by", "zoe"))
    for nonsense in ("soon", '"', " ", "today is:mine"):
        assert "after:" in refused(shop("log", "--after", nonsense)), nonsense
    for other in ("%", "conversation_", "\\"):
        assert shop("log", "--act", other, "--json").json == [], other


def test_tags_and_priorities_by_command(shop: Kustui) -> None:
    """G4: put on, taken off, refused in words; search finds them."""
    assert shop("tag", 2, "refund", "waiting for stock").out == "Tagged: refund, waiting for stock\n"
    assert shop("show", 2, "--json").json[0]["tags"] == ["refund", "waiting for stock"]
    assert "Li Wei" in shop("search", "tag:refund").out
    assert "Name the tags" in refused(shop("tag", 2))
    assert "1 (lowest) to 5" in refused(shop("priority", 2, 9))
    assert shop("undo").code == 0
    assert shop("show", 2, "--json").json[0]["tags"] == []
