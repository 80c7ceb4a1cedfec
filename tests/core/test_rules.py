"""The rules that both front ends ask for: limits, standing, sending, addresses, the outbox."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest

from kustui.core import outbox, sending, standing
from kustui.core.channels import CHANNELS, left, segments
from kustui.core.people import address_value
from kustui.core.records import Address, Customer
from kustui.core.standing import Standing
from kustui.errors import Refused

NOW = datetime(2026, 6, 4, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("channel", "limit"), [("email", 10_240), ("chat", 1_024), ("sms", 1_600), ("facebook", 2_000)]
)
def test_a_limit_counts_code_points_and_is_inclusive(channel: str, limit: int) -> None:
    """C2: N-1 and N characters may be sent, N+1 may not; a family of emoji counts its code points."""
    to = ["+34600123456"] if channel == "sms" else ["a@b.example"]
    for length in (limit - 1, limit):
        sending.check(channel, "x" * length, to)
    with pytest.raises(Refused, match="Shorten it by 1"):
        sending.check(channel, "x" * (limit + 1), to)
    family = "👨‍👩‍👧‍👦"
    assert left(channel, family) == limit - 7


def test_formatting_does_not_count_where_it_is_not_sent() -> None:
    """C2: SMS counts the plain text, email the text as written."""
    assert sending.as_sent("sms", "**hello**") == "hello"
    assert sending.as_sent("email", "**hello**") == "**hello**"


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ы" * 70, 1),
        ("ы" * 71, 2),
        ("👍" * 36, 2),
    ],
)
def test_sms_parts(text: str, parts: int) -> None:
    """C2: an SMS shows its segments: 160/153 GSM characters or 70/67 UTF-16 units."""
    assert segments(text) == parts


def test_every_inbound_message_opens() -> None:
    """B1, B12: whatever the status was, a customer's message opens the conversation."""
    for status in standing.STATUSES:
        assert standing.customer_wrote(Standing(status), NOW).status == "open"


def test_an_automatic_reply_changes_nothing() -> None:
    """B12: an out-of-office reply is recorded and changes no status."""
    for status in standing.STATUSES:
        assert standing.customer_wrote(Standing(status), NOW, automatic=True) == Standing(status)


def test_a_kept_snooze_outlasts_a_reply() -> None:
    """B9: the switch keeps a timed snooze despite a reply; without it the snooze ends."""
    until = NOW + timedelta(days=1)
    kept = standing.snooze(until, NOW, keep_on_reply=True)
    assert standing.customer_wrote(kept, NOW) == kept
    assert standing.customer_wrote(standing.snooze(until, NOW), NOW).status == "open"
    until_reply = standing.snooze(None, NOW, keep_on_reply=True)
    assert standing.customer_wrote(until_reply, NOW).status == "open"


def test_a_past_snooze_is_refused() -> None:
    """B3: now and before now are no time to snooze until."""
    for past in (NOW, NOW - timedelta(seconds=1)):
        with pytest.raises(Refused, match="past"):
            standing.snooze(past, NOW)


def test_moves_clear_the_sub_status() -> None:
    """B2: a sub-status belongs to one status and goes with it."""
    was = Standing("open", sub_status_id=3)
    assert standing.done(was).sub_status_id is None
    assert standing.snooze(None, NOW).sub_status_id is None
    with pytest.raises(Refused, match="Wrong sub-status"):
        standing.refine(was, 4, "done")
    assert standing.refine(was, 4, "open").sub_status_id == 4


def test_lawful_moves_only() -> None:
    """B8, B10: what is not snoozed has no snooze to remove; done once is done; open is open."""
    with pytest.raises(Refused):
        standing.remove_snooze(Standing("open"))
    with pytest.raises(Refused):
        standing.done(Standing("done"))
    with pytest.raises(Refused):
        standing.reopen(Standing("open"))
    assert standing.reopen(Standing("done")).status == "open"


def test_compose_says_why_a_choice_is_missing() -> None:
    """A1: email needs an email address, SMS a phone number, a note neither."""
    bare = Customer(1, "Ana")
    reasons = {each.kind: each.reason for each in sending.compose_choices(bare)}
    assert "email address" in reasons["email"]
    assert "phone number" in reasons["sms"]
    assert reasons["note"] == ""
    both = Customer(1, "Ana", addresses=(Address("email", "a@b.example"), Address("phone", "+34600123456")))
    assert all(each.reason == "" for each in sending.compose_choices(both))


def test_what_cannot_be_sent_is_refused_in_words() -> None:
    """C2, D1: empty, nobody, a bad address and copies where there are none: each names the thing."""
    for channel, body, to, cc, words in (
        ("email", "  \n", ["a@b.example"], [], "empty"),
        ("email", "hi", [], [], "nobody"),
        ("email", "hi", ["not an address"], [], "not an address"),
        ("sms", "hi", ["+34600123456"], ["a@b.example"], "Only email"),
    ):
        with pytest.raises(Refused) as refused:
            sending.check(channel, body, to, cc)
        assert words in str(refused.value)


def test_notes_have_no_address_and_no_limit() -> None:
    """A4: the table of channels gives notes no kind of address, so nothing can carry one."""
    assert CHANNELS["note"].address_kind is None
    sending.check("note", "x" * 100_000, ())


@pytest.mark.parametrize(
    ("kind", "typed", "value"),
    [
        ("email", " Ana.Ruiz@Example.COM ", "ana.ruiz@example.com"),
        ("email", "<a@b.example>", "a@b.example"),
        ("phone", "+34 600 123-456", "+34600123456"),
        ("phone", "0034 600 123 456", "+34600123456"),
        ("phone", "(600) 123456", "600123456"),
    ],
)
def test_addresses_are_compared_in_one_form(kind: str, typed: str, value: str) -> None:
    """A2: the same address typed another way is the same address."""
    assert address_value(kind, typed) == value


@pytest.mark.parametrize(
    ("kind", "typed"), [("email", "a@"), ("email", "a b@c.de"), ("phone", "12"), ("phone", "call me")]
)
def test_what_is_no_address_is_refused(kind: str, typed: str) -> None:
    """A2: the refusal quotes what was typed."""
    with pytest.raises(Refused) as refused:
        address_value(kind, typed)
    assert typed in str(refused.value)


def test_one_visible_fate() -> None:
    """D7: every state of the outbox is one fate on the screen."""
    later = NOW + timedelta(minutes=1)
    assert outbox.fate("queued", later, False, NOW) == "held"
    assert outbox.fate("queued", later, True, NOW) == "scheduled"
    assert outbox.fate("queued", NOW, False, NOW) == "queued"
    for state in ("sending", "sent", "failed", "uncertain"):
        assert outbox.fate(state, NOW, False, NOW) == state


def test_tries_wait_longer_and_end() -> None:
    """D7: a refusal for now is tried again with growing waits, at most six times."""
    waits = [outbox.next_try(n, NOW) for n in range(1, outbox.TRIES)]
    assert all(a is not None and b is not None and a <= b for a, b in pairwise(waits))
    assert outbox.next_try(outbox.TRIES, NOW) is None


@pytest.mark.parametrize(
    ("subject", "answer"),
    [("Order", "Re: Order"), ("Re: Re: AW: Order", "Re: Order"), ("", "Re: your message")],
)
def test_an_answer_has_one_re(subject: str, answer: str) -> None:
    """The mark of an answer does not pile up."""
    assert sending.reply_subject(subject) == answer
