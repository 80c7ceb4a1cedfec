"""The tour's table and its rules (SPEC G3)."""

from __future__ import annotations

import re

import pytest

from kustui.core import tour
from kustui.core.commands import COMMANDS
from kustui.core.tour import BY_ID, END, STEPS, Stage
from kustui.ui.keys import key_of
from kustui.ui.wrap import wrap

READY = Stage(customer=True, status="open", writing="reply", time=True, rows=3)


def key(name: str) -> str:
    """A command's key by default."""
    return key_of(COMMANDS, name)


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.id)
def test_every_step_can_be_followed_at_80x24(step: tour.Step) -> None:
    """It names commands there are, has something to press, and fits the panel's two lines."""
    ids = {command.id for command in COMMANDS}
    assert set(re.findall(r"\{(.+?)\}", step.words)) <= ids
    words = tour.told(step, READY, key)
    assert any(sign for _, sign in tour.parts(words))
    assert "{" not in words
    assert "[]" not in words
    assert len(wrap(words, 78)) <= 2
    assert (step is END) is (not step.ends)


def test_a_step_ends_when_all_it_waits_for_has_happened_in_its_order() -> None:
    """Other things may happen in between, however often; the wrong order is none."""
    menu = BY_ID["menu"]
    assert not tour.is_ended(menu, ["message.queued"])
    assert not tour.is_ended(menu, ["message.queued", "menu.send"])
    assert tour.is_ended(menu, ["menu.send", "back", "menu.send", "note.posted", "message.queued"])
    assert not tour.is_ended(END, ["back"])


def test_the_tour_is_taken_up_where_it_makes_sense() -> None:
    """A step that leans on another begins with that one; behind the end, and for no step, the first."""
    assert tour.resumed("search").id == "search"
    assert tour.resumed("send").id == "reply"
    assert tour.resumed("undo").id == "snooze"
    assert {tour.resumed(each).id for each in ("end", "", "gone")} == {"open"}
    assert tour.following(BY_ID["snooze"]).id == "undo"
    assert tour.following(BY_ID["snooze"], skipping=True).id == "done"
    assert tour.following(END, skipping=True) is END


@pytest.mark.parametrize(
    ("step", "stage", "words"),
    [
        ("note", READY._replace(customer=False), "[1] opens the first row"),
        ("note", READY._replace(customer=False, rows=0), "[g i] goes to the Inbox"),
        ("snooze", READY._replace(status="done"), "[E] opens it again"),
        ("snooze", READY._replace(status="snoozed"), "[S] opens it again"),
        ("send", READY._replace(writing=""), "[r] goes on"),
        ("send", READY._replace(writing="note"), "[r] goes on"),
        ("time", READY._replace(time=False), "[T] opens"),
        ("send", READY, "[F9]"),
    ],
)
def test_where_a_step_cannot_be_done_it_says_how_to_come_there(step: str, stage: Stage, words: str) -> None:
    """The customer is gone, the conversation done, the editor left: there is another way."""
    assert words in tour.told(BY_ID[step], stage, key)
