"""What may be sent, how, and what happens to the conversation then (SPEC C2, D1, D2).

The rules hold for every way in: the editor, the command line, a retry.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo
from typing import TYPE_CHECKING, Literal, NamedTuple

from kustui.core import placeholders, words
from kustui.core.channels import ADDRESS_WORDS, CHANNELS, left
from kustui.core.people import address_value
from kustui.core.records import Customer, SnoozeChoice
from kustui.core.text import clean
from kustui.errors import Refused

if TYPE_CHECKING:
    from kustui.core.library import Template

SendAction = Literal["now", "done", "until reply", "24 hours"]

DAY_MINUTES = "1440"
"""The value of a snooze choice of 24 hours."""


class Action(NamedTuple):
    """One line of the send menu: what it is called, and what will happen in so many words."""

    name: SendAction
    key: str
    label: str
    words: str


ACTIONS: dict[str, Action] = {
    action.name: action
    for action in (
        Action("now", "s", "Send now", "sends; the conversation stays as it is"),
        Action("done", "d", "Send & mark as done", "sends, and the conversation is done"),
        Action("until reply", "w", "Send & snooze until reply", "sends, and it comes back when they reply"),
        Action("24 hours", "4", "Send and snooze", "sends, and it comes back in 24 hours"),
    )
}
LATER, LATER_KEY, LATER_LABEL = "later", "l", "Send later"
ENTER = "enter"
"""The line of the send menu that says whether Enter sends (SPEC D3)."""
LATER_WORDS = "goes at a time you choose"
DEFAULT_ACTION: SendAction = "now"


class Compose(NamedTuple):
    """One line of the compose menu (SPEC A1). `reason` is empty when it can be chosen."""

    kind: str
    key: str
    label: str
    reason: str = ""


def compose_choices(customer: Customer) -> tuple[Compose, ...]:
    """What can be started with a customer, and why the rest cannot."""
    found = []
    for kind, key, label in (
        ("email", "e", "Compose New Email"),
        ("sms", "s", "Compose New SMS"),
        ("note", "n", "Post New Note"),
    ):
        needed = CHANNELS[kind].address_kind
        missing = needed is not None and customer.address(needed) is None
        reason = f"no {ADDRESS_WORDS[needed]} on the profile; add one there" if missing and needed else ""
        found.append(Compose(kind, key, label, reason))
    return tuple(found)


def day_choice(choices: Sequence[SnoozeChoice]) -> SnoozeChoice | None:
    """The workspace's snooze choice of 24 hours: only with one is Send and snooze offered (SPEC D1)."""
    found = (each for each in choices if each.kind == "duration" and each.value == DAY_MINUTES)
    return next(found, None)


def why_not(action: str, channel: str, choices: Sequence[SnoozeChoice]) -> str:
    """Why an action (or "later") is not offered on a channel; empty when it is (SPEC D1)."""
    if action == LATER and not CHANNELS[channel].sends_later:
        return "only email and SMS can be scheduled"
    if action == ENTER and not CHANNELS[channel].enter_may_send:
        return "only chat, SMS and Facebook"
    if action == "24 hours" and day_choice(choices) is None:
        return "24 hours is none of this workspace's snooze choices"
    return ""


def follows(action: SendAction, then: str) -> SendAction:
    """What happens to the conversation: what was chosen, else what a shortcut asks for (SPEC C10)."""
    if action != "now" or not then:
        return action
    return "done" if then == "done" else "until reply"


def as_sent(channel: str, text: str) -> str:
    """The text a channel will carry: cleaned, and plain where the channel knows no formatting."""
    text = clean(text).rstrip()
    if CHANNELS[channel].formats:
        return text
    from kustui.core.plain import plain

    return plain(text)


def compose(channel: str, text: str, *, signature: str = "", template: Template | None = None) -> str:
    """The whole text as it will be sent: an email with its signature, inside its template (SPEC C2, C4)."""
    if channel == "email":
        text = text.rstrip()
        if signature.strip() and signature.strip() not in text:
            text = f"{text}\n\n{signature.strip()}"
        if template is not None:
            text = template.wrap(text)
    return as_sent(channel, text)


def check(
    channel: str, body: str, to: Sequence[str], cc: Sequence[str] = (), bcc: Sequence[str] = ()
) -> None:
    """Refuse what the channel would not carry, naming the thing and the limit; else do nothing.

    `body` is the text as it will be sent (`as_sent`).
    """
    rules = CHANNELS[channel]
    if not body.strip():
        raise Refused("Nothing to send", f"The {rules.label} is empty.")
    over = left(channel, body)
    if over is not None and over < 0:
        raise Refused(
            f"Too long for {rules.label}",
            f"{len(body):,} characters; {rules.label} takes {rules.limit:,}. Shorten it by {-over:,}.",
        )
    placeholders.check(body)
    if rules.address_kind is None:
        return
    if not to:
        raise Refused("No recipient", f"The {rules.label} goes to nobody: the profile has no address for it.")
    if (cc or bcc) and not rules.copies:
        raise Refused(f"No copies by {rules.label}", "Only email can have CC and BCC.")
    for typed in (*to, *cc, *bcc):
        address_value(rules.address_kind, typed)


def window_end(channel: str, last_inbound_at: datetime | None) -> datetime | None:
    """Until when a channel takes an answer to what the customer wrote last; None where it always does."""
    rules = CHANNELS.get(channel)
    if rules is None or rules.window is None or last_inbound_at is None:
        return None
    return last_inbound_at + rules.window


def check_window(channel: str, last_inbound_at: datetime | None, now: datetime, where: tzinfo) -> None:
    """Refuse an answer that the channel would not take any more, or not yet; times are told in `where`."""
    rules = CHANNELS[channel]
    end = window_end(channel, last_inbound_at)
    if rules.window is None or (end is not None and now < end):
        return
    hours = rules.window // timedelta(hours=1)
    lets = f"{rules.label} lets you answer within {hours} hours of their last message"
    if last_inbound_at is None:
        raise Refused(f"They have not written by {rules.label}", f"{lets}. They must write first.")
    at = _past(last_inbound_at.astimezone(where), now.astimezone(where))
    raise Refused(f"Too late to answer by {rules.label}", f"{lets}; that was {at}. They must write first.")


def window_words(channel: str, last_inbound_at: datetime | None, now: datetime, where: tzinfo) -> str:
    """Until when an answer is taken: "Facebook: until Tue 14:03 (in 3 h 00 m)"; empty where it always is."""
    end = window_end(channel, last_inbound_at)
    if end is None:
        return ""
    label, local, here = CHANNELS[channel].label, end.astimezone(where), now.astimezone(where)
    if now < end:
        return f"{label}: until {words.soon(local, here)} ({words.until(end - now)})"
    return f"{label}: closed since {_past(local, here)}, they must write first"


def _past(at: datetime, now: datetime) -> str:
    """A moment gone by, as short as it stays clear: "Tue 14:03", "Tue 2 Jun 14:03"."""
    day = words.DAYS[at.weekday()][:3]
    return f"{day} {words.clock(at)}" if (now.date() - at.date()).days < 7 else words.moment(at, now)


def reply_subject(subject: str) -> str:
    """The subject of an answer: "Re: " once, whatever stood there before."""
    bare = subject.strip()
    while bare[:3].lower() in ("re:", "aw:", "sv:"):
        bare = bare[3:].strip()
    return f"Re: {bare}" if bare else "Re: your message"
