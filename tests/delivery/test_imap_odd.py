"""Mailboxes with odd ways: what a server refuses, leaves out or says too often costs no mail."""

from __future__ import annotations

import base64
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from kustui.delivery import Arrived, imap_fetch
from kustui.delivery.imap import ImapMailbox
from kustui.delivery.imap_cursor import Cursor
from kustui.errors import SettingsTrouble, TryLater
from support.imap import letter, mailbox, read
from support.odd_imap import PASSWORD, OddImap, odd_imap


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[OddImap]:
    """A server whose ways a test says."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", PASSWORD)
    with odd_imap() as running:
        yield running


def uids(found: list[Arrived]) -> list[int]:
    """The numbers of what was told."""
    return [int(each.place.rpartition(";")[2]) for each in found]


def refusing(uid: int, answer: bytes) -> Any:
    """A server that gives every message but one."""
    return lambda name, rest: answer if name == "UID FETCH" and rest.startswith(f"{uid} (BODY") else None


@pytest.mark.parametrize(
    "answer",
    [b"NO [SERVERBUG] it cannot be read", b"* 2 FETCH (UID 2 BODY[] NIL)\r\n", b"* 2 FETCH (FLAGS ())\r\n"],
)
def test_one_that_the_server_does_not_give_keeps_no_other_away(server: OddImap, answer: bytes) -> None:
    """B1: it is told with the reason, and stays unread there; what comes behind it is read."""
    server.put(*(letter(number=n) for n in range(3)))
    server.way = refusing(2, answer)
    found, cursor = read(mailbox(server))
    assert uids(found) == [1, 2, 3]
    assert "does not give it" in found[1].raw.trouble
    assert [each.raw.trouble for each in found[::2]] == ["", ""]
    assert server.flagged == {1, 3}
    assert read(mailbox(server), cursor)[0] == []


def test_two_that_are_not_given_stay_two(server: OddImap) -> None:
    """B1: what is kept of each says which one it is, so that both stand in quarantine."""
    server.put(*(letter(number=n) for n in range(3)))
    server.way = lambda _, rest: b"NO no" if "(BODY" in rest and not rest.startswith("3 ") else None
    found, _ = read(mailbox(server))
    assert len({each.raw.content for each in found}) == 3


def test_a_server_in_trouble_is_not_taken_for_bad_messages(server: OddImap) -> None:
    """B1: while nothing is given after it, a message may still come; it is tried again and not given up."""
    server.put(letter(), letter(number=2), letter(number=3))
    server.way = lambda _, rest: b"NO [UNAVAILABLE] later" if "(BODY" in rest and rest[0] != "1" else None
    box = mailbox(server)
    portions = box.arrivals("")
    first = next(portions)
    assert uids(list(first.arrived)) == [1]
    with pytest.raises(TryLater, match=r"UID 2: .*later"):
        next(portions)
    server.way = lambda *_: None
    assert uids(read(box, first.cursor)[0]) == [2, 3]


def test_facts_that_cannot_be_had_of_one_are_had_of_the_others(server: OddImap) -> None:
    """B1: sizes are asked of many at once, and one that spoils the answer is fetched without."""
    server.put(*(letter(number=n) for n in range(5)))

    def way(name: str, rest: str) -> bytes | None:
        spoilt = name == "UID FETCH" and "SIZE" in rest and "3" in rest.split()[0].split(",")
        return b"BAD internal error" if spoilt else None

    server.way = way
    found, _ = read(mailbox(server))
    assert uids(found) == [1, 2, 3, 4, 5]
    assert not any(each.raw.trouble for each in found)


def test_what_is_expunged_while_it_is_fetched_is_no_message(server: OddImap) -> None:
    """B1: neither an empty one in quarantine, nor the end of the look."""
    server.put(*(letter(number=n) for n in range(3)))

    def way(name: str, rest: str) -> bytes | None:
        if name == "UID FETCH" and rest.startswith("2 (BODY"):
            server.messages.pop(2, None)
            return b"* 2 FETCH (FLAGS (\\Seen))\r\n* 2 EXPUNGE\r\n* 7 EXISTS\r\n"
        return None

    server.way = way
    assert uids(read(mailbox(server))[0]) == [1, 3]


def test_a_mailbox_that_may_only_be_read_is_read(server: OddImap) -> None:
    """B1: what was filed is known by the cursor where nothing can be marked."""
    server.put(letter())

    def way(name: str, rest: str) -> bytes | None:
        if name == "UID STORE":
            return b"NO [NOPERM] you may not"
        return server.answer(name, rest) + b"* OK [READ-ONLY] so it is\r\n" if name == "SELECT" else None

    server.way = way
    found, cursor = read(mailbox(server))
    assert uids(found) == [1]
    server.put(letter(number=2))
    assert uids(read(mailbox(server), cursor)[0]) == [2]


def test_a_mark_that_is_refused_stops_nothing(server: OddImap) -> None:
    """B1: who may read a shared folder may not always mark in it."""
    server.put(letter())
    server.way = lambda name, _: b"NO you may not" if name == "UID STORE" else None
    box = mailbox(server)
    _, cursor = read(box)
    server.put(letter(number=2))
    assert uids(read(box, cursor)[0]) == [2]


@pytest.mark.parametrize(("take", "told"), [("unseen", [2]), ("all", [1, 2]), ("new", [])])
def test_what_is_taken_is_chosen_without_uidnext_as_well(server: OddImap, take: str, told: list[int]) -> None:
    """B1: a server may leave out which number comes next, and old mail is left alone all the same."""
    server.next_uid = False
    server.put(letter(), letter(number=2))
    server.flagged.add(1)
    box = mailbox(server, take=take)
    found, cursor = read(box)
    assert uids(found) == told
    assert server.flagged == {1, *told}
    server.put(letter(number=3))
    found, cursor = read(box, cursor)
    assert uids(found) == [3]
    assert read(box, cursor)[1] == cursor


def test_what_was_never_filed_is_not_marked_when_a_folder_counts_anew(server: OddImap) -> None:
    """B1: old mail that was left alone stays unread; only what is filed is marked."""
    server.put(letter(), letter(number=2))
    box = mailbox(server, take="new")
    _, cursor = read(box)
    server.validity = 8
    server.put(letter(number=3))
    server.old.update({1, 2})
    assert uids(read(box, cursor)[0]) == [3]
    assert server.flagged == {3}


def test_a_folder_without_uidvalidity_is_refused_in_words(server: OddImap) -> None:
    """B1: nobody could say whether a message came before."""
    server.put(letter())
    server.way = lambda name, _: b"* 1 EXISTS\r\n* 0 RECENT\r\n" if name == "SELECT" else None
    with pytest.raises(TryLater, match="UIDVALIDITY"):
        read(mailbox(server))


@pytest.mark.parametrize("greeting", [b"* BYE too many of you\r\n", b"HTTP/1.1 400 Bad Request\r\n", b""])
def test_a_server_that_is_none_is_said_in_words(server: OddImap, greeting: bytes) -> None:
    """B1: whatever it says at the door is TryLater."""
    server.greeting = greeting
    server.way = lambda *_: b"BAD what"
    with pytest.raises(TryLater, match=r"127\.0\.0\.1"):
        read(mailbox(server, timeout=1))


def test_what_has_come_slowly_is_handed_on(server: OddImap, monkeypatch: pytest.MonkeyPatch) -> None:
    """F1: on a slow line a portion ends early, before the mailbox is another program's."""
    monkeypatch.setattr(imap_fetch, "SLOW_SECONDS", -1.0)
    server.put(*(letter(number=n) for n in range(3)))
    sizes = [len(portion.arrived) for portion in mailbox(server).arrivals("")]
    assert sizes == [1, 1, 1, 0]


# -- signing in ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("user", "password", "said"),
    [
        ("demouser", "secret", 'LOGIN demouser "secret"'),
        ("a user", 'of "my" \\ own ', 'LOGIN "a user" "of \\"my\\" \\\\ own "'),
        ("Jörg", "sécret", base64.b64encode("\0Jörg\0sécret".encode()).decode()),
    ],
)
def test_names_and_passwords_are_said_as_they_are(
    server: OddImap, monkeypatch: pytest.MonkeyPatch, user: str, password: str, said: str
) -> None:
    """B1: with spaces, quotes and letters of any language."""
    monkeypatch.setenv("TEST_IMAP_PASSWORD", password)
    assert f"signed in as {user}" in mailbox(server, user=user).check()
    assert said in server.said


def test_where_login_is_disabled_another_way_is_taken(server: OddImap) -> None:
    """B1: LOGINDISABLED leaves AUTHENTICATE."""
    server.capabilities = "IMAP4rev1 LOGINDISABLED AUTH=PLAIN"
    mailbox(server).check()
    assert server.count("LOGIN ") == 0


def test_a_password_that_cannot_be_said_is_in_no_error(
    server: OddImap, monkeypatch: pytest.MonkeyPatch
) -> None:
    """No secret in an error, not a letter of it; and none ends the line that it is said in."""
    server.capabilities = "IMAP4rev1"
    monkeypatch.setenv("TEST_IMAP_PASSWORD", "s\u00e9cret")
    with pytest.raises(TryLater, match="ASCII") as caught:
        mailbox(server).check()
    assert "\\xe9" not in str(caught.value)
    monkeypatch.setenv("TEST_IMAP_PASSWORD", "secret\r\nx DELETE INBOX")
    with pytest.raises(SettingsTrouble, match="end of a line") as refused:
        mailbox(server).check()
    assert "DELETE" not in str(refused.value)
    assert server.count("LOGIN") == 0


# -- waiting -------------------------------------------------------------------------------------------


def waited(box: ImapMailbox, stop: threading.Event) -> threading.Thread:
    """A wait for a minute, in a thread."""
    thread = threading.Thread(target=box.wait, args=(60, stop), daemon=True)
    thread.start()
    return thread


@pytest.mark.parametrize("answer", [b"NO not today", b"* 1 EXISTS\r\n", b"* OK still here\r\n"])
def test_what_is_no_news_does_not_end_the_wait(server: OddImap, answer: bytes) -> None:
    """B1: a server that says at each turn what is known, or refuses to tell, is not asked without end."""
    server.put(letter())
    server.way = lambda name, _: answer if name == "IDLE" else None
    box = mailbox(server)
    read(box)
    stop = threading.Event()
    thread = waited(box, stop)
    assert server.idling.wait(10)
    thread.join(1.5)
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()
    read(box)
    assert server.count("LOGIN") == 1


def test_a_line_that_never_lasts_is_not_made_anew_at_once(server: OddImap) -> None:
    """B1: a provider that hangs up on whoever waits is not called every second."""
    server.way = lambda name, _: b"* BYE enough\r\n" if name == "IDLE" else None
    box = mailbox(server)
    read(box)
    stop = threading.Event()
    thread = waited(box, stop)
    assert server.idling.wait(10)
    thread.join(3)
    assert thread.is_alive()
    stop.set()
    thread.join(10)
    assert not thread.is_alive()


def test_another_number_of_messages_ends_the_wait(server: OddImap) -> None:
    """B1: one that goes and one that comes leave as many as there were."""
    server.put(letter())
    server.way = lambda name, _: b"* 1 EXPUNGE\r\n* 1 EXISTS\r\n" if name == "IDLE" else None
    box = mailbox(server)
    read(box)
    began = time.monotonic()
    box.wait(60, threading.Event())
    assert time.monotonic() - began < 10


def test_a_cursor_of_other_words_begins_anew() -> None:
    """B1: whatever stands in the store, reading begins somewhere."""
    assert Cursor.read('{"validity": "x"}') == Cursor.read("[]") == Cursor()
