"""The team by command."""

from __future__ import annotations

import json
from pathlib import Path

from cli.conftest import SETTINGS, Kustui, refused


def test_the_team_is_listed_and_changed(shop: Kustui) -> None:
    """G4: who is there, what each has, teams; as JSON too; a refusal is one sentence and exit code 1."""
    assert shop("inbox", "--agent", "ben").code == 0
    assert shop("availability", "busy").out == "You are busy\n"
    assert shop("availability", "--json").json["availability"] == "busy"
    assert shop("availability").out == "You are busy, has 0 of 10.\n"
    assert shop("availability", "asleep").code == 2
    assert shop("agents", "set", "ben", "--capacity", 5, "--json").json["capacity"] == 5
    assert "5 open conversations, as before" in shop("agents", "set", "ben", "--capacity", 5).out
    assert shop("team", "add", "Phone").out == "There is a team Phone\n"
    assert (
        shop("team", "members", "phone", "--add", "ben", "--add", "me").out
        == "ben, Ana Soler joined the team Phone\n"
    )
    assert shop("team", "members", "phone", "--remove", "me", "--json").json["members"] == ["ben"]
    assert shop("team", "rename", "Phone", "Calls", "--json").json["name"] == "Calls"
    assert shop("assign", 1, "--team", "calls").code == 0
    there = {each["login"]: each for each in shop("agents", "--json").json}
    assert there["ben"]["teams"] == ["Calls"]
    assert "ben              ben                     available     0 of 5     Calls" in shop("agents").out
    assert shop("team", "--json").json == [{"id": 1, "name": "Calls", "members": ["ben"], "waiting": 1}]
    assert [each["id"] for each in shop("inbox", "--json").json] == [3, 2]
    me = shop("whoami", "--json").json
    assert (me["login"], me["zone"], me["signature"]) == ("ana", "Europe/Madrid", "")
    assert "there is" in refused(shop("team", "add", "CALLS")).lower()
    assert "there are ana, ben" in refused(shop("agents", "set", "cleo", "--capacity", 1))
    assert "there are Calls" in refused(shop("assign", 1, "--team", "Phone"))
    assert shop("assign", 1).code == 2
    assert shop("assign", 1, "me", "--team", "Calls").code == 2


def test_following_by_command(shop: Kustui) -> None:
    """G4: follow and unfollow; show says who follows; undo takes it back."""
    assert shop("follow", 1).code == 0
    assert "followed by Ana Soler" in shop("show", 1).out
    assert shop("show", 1, "--json").json[0]["followers"] == ["Ana Soler"]
    assert shop("unfollow", 1, "--json").json["id"] == 1
    refused(shop("unfollow", 1))
    refused(shop("follow", 99))
    assert shop("undo").code == 0
    assert [each["id"] for each in shop("search", "is:followed", "--json").json] == [1]


def test_routing_is_set_in_the_settings(shop: Kustui, db: Path) -> None:
    """B11: with routing on a pass gives what waits; what the settings say wrongly is refused, or named."""
    settings = db.parent.parent / "settings.toml"
    on = SETTINGS.replace("[workspace]", "[workspace]\nrouting = true")
    settings.write_text(on + '[routing]\ncapacity = 2\nteams = { sms = "Phone" }\n', encoding="utf-8")
    assert shop("tick", "--json").json["routed"] == 2
    assert [each["assignee"] for each in shop("inbox", "--json").json] == ["Ana Soler", "Ana Soler", ""]
    looked = {each["check"]: each for each in shop("doctor", "--json").json}
    assert not looked["routing"]["ok"]
    shop("team", "add", "phone")
    looked = {each["check"]: each for each in shop("doctor", "--json").json}
    assert looked["routing"]["words"] == "on; 2 open conversations each"
    for wrong in ("capacity = 0", "teams = { fax = 'Phone' }", "limit = 3"):
        settings.write_text(f"{on}[routing]\n{wrong}\n", encoding="utf-8")
        assert "routing." in refused(shop("tick"))


def test_targets_are_shown_and_changed(shop: Kustui) -> None:
    """G4: what customers are promised by command; a word that is none changes nothing."""
    assert shop("targets", "--first", "4h", "--next", "1d", "--hours", "Mon-Fri 09:00-18:00").code == 0
    assert shop("targets", "--priority", 5, "--first", "30m", "--zone", "Europe/Madrid").code == 0
    assert "30m, 4h or 2d" in refused(shop("targets", "--first", "soon"))
    said = json.loads(shop("targets", "--json").out)
    assert said["first"] == {"0": 240, "5": 30}
    assert said["next"] == {"0": 1440}
    assert (said["hours"], said["zone"]) == ("Mon-Fri 09:00-18:00", "Europe/Madrid")
    assert said["ahead"] + said["missed"] == 3
    assert "4h, 30m for priority 5" in shop("targets").out
    assert "changed the targets" in shop("log").out
