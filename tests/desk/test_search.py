"""Operators of a search, against a real store."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kustui.clock import HeldClock
from kustui.core.post import FileContent
from kustui.desk import Desk
from kustui.desk.shortcuts import put_on_tags
from kustui.desk.team import sign_in
from kustui.store import tables
from kustui.store.queries import search, search_words
from support.people import wrote
from support.writing import drafted


@pytest.fixture
def shop(desk: Desk, clock: HeldClock) -> Desk:
    """Five conversations: old and snoozed, done and answered, waiting for hours, tagged, by chat."""
    wrote(desk, "The zip is broken", sender="bo@example.org", name="Bo Hansen", subject="Zip")
    clock.advance(days=3)
    wrote(desk, "A refund please", sender="li@example.net", name="Li Wei", subject="Refund of 8821")
    wrote(desk, "Where is it?", sender="ana@example.com", name="Ana Ruiz", subject="Parcel")
    wrote(desk, "Thanks, refund came", sender="eva@example.com", name="Eva Stone", subject="Thanks")
    clock.advance(hours=5)
    wrote(desk, "hello there", sender="visitor-1", name="Guest", channel="chat")
    desk.triage.snooze(1, desk.now() + timedelta(days=1))
    file = FileContent("a.txt", "text/plain", b"hello")
    desk.replies.send(drafted(desk, 4, "You are welcome"), files=[file])
    desk.triage.done(4)
    desk.triage.assign(2, desk.agent.id)
    desk.replies.send(drafted(desk, 3, "It left on Monday", kind="note"))
    with desk.store.writing() as act:
        me = act.get(tables.Agent, desk.agent.id, "agent")
        put_on_tags(act, me, act.get(tables.Conversation, 2, "conversation"), ["Refund"])
    drafted(desk, 3, "half a draft")
    return desk


def found(desk: Desk, words: str) -> set[int]:
    """The conversations that a search finds."""
    return {row.conversation_id for row in desk.reads.found(words, zone=desk.zone).page(0, 50)}


FINDS: list[tuple[str, set[int]]] = [
    ("status:snoozed", {1}),
    ("status:done", {4}),
    ("-status:open", {1, 4}),
    ("channel:chat", {5}),
    ("refund", {2, 4}),
    ("refund status:open", {2}),
    ("refund -thanks", {2}),
    ("from:eva", {4}),
    ("subject:8821", {2, 5}),
    ("subject:refund", {2}),
    ("customer:hansen", {1}),
    ("tag:refund", {2}),
    ("has:tag", {2}),
    ("assignee:me", {2}),
    ("assignee:ana", {2}),
    ("is:mine", {2}),
    ("is:unassigned status:open", {3, 5}),
    ("has:note", {3}),
    ("has:file", {4}),
    ("has:image", set()),
    ("has:draft", {3}),
    ("waiting:>4h", {2, 3}),
    ("waiting:<4h", {5}),
    ("is:answered", {1, 4}),
    ("is:queued", {4}),
    ("before:2d", {1}),
    ("after:2026-06-07 channel:email", {2, 3, 4}),
    ("priority:3 status:open", {2, 3, 5}),
    ("#3", {3}),
    ("-is:unread", set()),
    ("is:unread -customer:guest", {1, 2, 3, 4}),
    ("it left", {3}),
    ('"it left"', {3}),
    ('"left it"', set()),
    ('refund -"refund please"', {4}),
    ('from:"li wei"', {2}),
    ("-assignee:me", {1, 3, 4, 5}),
    ("-is:mine -assignee:ana", {1, 3, 4, 5}),
    ("-#3", {1, 2, 4, 5}),
    ("tag:#refund", {2}),
    ("TAG:REFUND -Is:UNREAD", set()),
    ("refund status:", {2, 4}),
    ("\0", set()),
    ("refund\0", {2, 4}),
]


@pytest.mark.parametrize(("words", "numbers"), FINDS)
def test_what_an_operator_finds(shop: Desk, words: str, numbers: set[int]) -> None:
    """Words and operators hold together; each finds what it names, and nothing else."""
    assert found(shop, words) == numbers


def test_every_way_of_asking_finds_the_same(shop: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a few conversations, in the newest messages, in all: the same is found, the latest first."""
    for name in ("NEWEST", "FEWER", "LATEST", "LATER", "SPAN", "AMONG"):
        monkeypatch.setattr(search, name, 1)
    for few in (1, 300):
        monkeypatch.setattr(search, "FEW", few)
        monkeypatch.setattr(search_words, "FEW", few)
        assert [words for words, numbers in FINDS if found(shop, words) != numbers] == []
    monkeypatch.setattr(search, "LATEST", 100)
    latest = [row.conversation_id for row in shop.reads.found("refund", 1).page(0, 1)]
    assert latest == [4]


def test_a_search_of_nothing_finds_nothing(desk: Desk) -> None:
    """Signs alone are no search, and none of them is an operator of the index."""
    wrote(desk)
    for words in ("", '"', "-", "from:---", 'subject:"\'"', "from:*", "tag:'"):
        assert found(desk, words) == set(), words


@pytest.mark.parametrize(
    ("words", "found_by_it"),
    [
        ("customer:øyvind", True),
        ("customer:ØYVIND", True),
        ("customer:øst", True),
        ("øyvind", True),
        ("assignee:örjan", True),
        ("tag:ärger", True),
        ("-tag:ÄRGER", False),
        ("-acme", False),
        ("customer:%", False),
        ("customer:_", False),
    ],
)
def test_letters_of_any_alphabet_have_two_cases(desk: Desk, words: str, found_by_it: bool) -> None:
    """Names, companies and tags are found in any letter case, beyond A to Z; a sign stands for itself."""
    number = wrote(desk, "Hello", sender="oy@example.com", name="Nobody", subject="Hello")
    customer = desk.reads.conversation(number).customer_id
    with desk.store.writing() as act:
        row = act.get(tables.Customer, customer, "customer")
        row.name, row.company = "Øyvind Østby", "Acme"
        act.session.add(row)
    desk.tagging.retag(number, (), ["ÄRGER"])
    desk.triage.assign(number, sign_in(desk.store, "orj", "Örjan Lind").id)
    assert found(desk, words) == ({number} if found_by_it else set())
