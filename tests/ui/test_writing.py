"""Replies, notes, drafts, new conversations and their sending, by keys."""

from __future__ import annotations

import pytest
from textual import events
from textual.keys import _character_to_key

from kustui.desk import Desk, Post
from kustui.errors import DeliveryFailed
from support.replying import outbound, pass_time, write
from support.sitting import settled, sitting
from support.transport import Recorder


async def test_a_reply_by_keys(acme: Desk, transport: Recorder) -> None:
    """Enter, r, words, F9: the reply is on the timeline, and goes out after its undo window (SPEC D8)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonjour Chloé")
        await at.press("f9")
        assert outbound(acme, at.number) == ["Bonjour Chloé"]
        assert "You → chloe.martin@example.fr" in at.text()
        assert at.words == ""
        assert at.said == "On its way"
        assert at.screen.status_line.countdown == "goes in 5 s, z takes it back"
        assert at.app.focused is at.screen.timeline
        pass_time(acme, seconds=6)
        assert [parcel.text for parcel in transport.sent] == ["Bonjour Chloé"]
        at.screen.look_if_changed()
        await settled(at.pilot)
        at.screen.look()
        assert "sent ✓" in at.text()


async def test_ten_presses_are_one_message(acme: Desk) -> None:
    """Ten presses of F9 make one message (SPEC D7)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Once")
        number = at.number
        at.burst(*["f9"] * 10)
        await settled(at.pilot)
        assert outbound(acme, number) == ["Once"]
        assert acme.reads.draft(at.screen.customer.id, "reply", number).body == ""  # type: ignore[union-attr]


async def test_words_typed_while_it_goes_begin_the_next_one(acme: Desk) -> None:
    """What is typed right behind F9 is neither lost nor part of the message."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "First.")
        number = at.number
        at.screen.action_send()
        at.screen.editor.insert(" Second.")
        await settled(at.pilot)
        assert outbound(acme, number) == ["First."]
        assert at.words == "Second."
        await at.saved()


@pytest.mark.parametrize(
    ("keys", "status"),
    [(["enter"], "open"), (["s"], "open"), (["d"], "done"), (["w"], "snoozed"), (["down", "enter"], "done")],
)
async def test_the_send_menu(acme: Desk, keys: list[str], status: str) -> None:
    """Ctrl+O then Enter, s, d or w sends and leaves the conversation as that choice says (SPEC D1)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonjour")
        await at.press("ctrl+o")
        assert at.choices() == {
            "s": "Send now", "d": "Send & mark as done", "w": "Send & snooze until reply", "l": "Send later",
            "4": "Send and snooze (24 hours is none of this workspace's snooze choices)",
            "p": "Press Enter to send (only chat, SMS and Facebook)",
        }  # fmt: skip
        await at.press(*keys)
        assert outbound(acme, at.number) == ["Bonjour"]
        assert acme.reads.conversation(at.number).status == status


async def test_leaving_the_send_menu_goes_on_writing(acme: Desk) -> None:
    """Esc in the send menu sends nothing and the cursor is back in the words."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bon")
        await at.press("ctrl+o", "escape")
        await at.type("jour")
        assert at.words == "Bonjour"
        assert outbound(acme, at.number) == []


async def test_another_choice_applies_once(acme: Desk) -> None:
    """After a message is sent by another choice, the default is back (SPEC D2)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "One")
        await at.press("ctrl+o", "d")
        await at.press("r")
        await at.type("Two")
        assert "Send now" in at.shows("reply-foot")
        await at.press("ctrl+o")
        assert at.app.screen._at == 0  # type: ignore[attr-defined]


async def test_done_stands_in_the_toolbar_after_sending(acme: Desk) -> None:
    """Once a message is sent, Mark as Done is one key or one click away in the toolbar (SPEC D6)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Voilà")
        await at.press("f9")
        assert "Mark as Done" in at.shows("tool-done")
        await at.click("#tool-done")
        assert at.status == "done"


async def test_a_refused_send_keeps_everything(acme: Desk) -> None:
    """Over the limit the text, the choice and the status stay; the refusal says what to do (SPEC C2, D2)."""
    async with sitting(acme) as at:
        await at.open("Dmitri Ivanov")
        await at.press("r")
        at.screen.editor.insert("x" * 1025)
        await settled(at.pilot)
        await at.press("ctrl+o", "d")
        assert outbound(acme, at.number) == []
        assert len(at.words) == 1025
        assert at.status == "open"
        assert any("takes 1,024" in words for words in at.refusals)
        assert "Send & mark as done" in at.shows("reply-foot")
        await at.press("backspace", "f9")
        assert len(outbound(acme, at.number)[0]) == 1024
        assert at.status == "done"


async def test_no_transport_keeps_everything(acme: Desk, transport: Recorder) -> None:
    """A channel that nothing carries refuses in words, and the reply stays a saved draft (SPEC D2)."""
    acme.post = Post({"email": transport})
    async with sitting(acme) as at:
        await write(at, "Dmitri Ivanov", "Привет")
        await at.press("f9")
        assert any("Nothing carries chat" in words for words in at.refusals)
        assert at.words == "Привет"
        assert acme.reads.draft(at.screen.customer.id, "reply", at.number).body == "Привет"  # type: ignore[union-attr]


async def test_the_counter_goes_negative_and_red(acme: Desk) -> None:
    """Typing on beyond the limit is allowed; the counter says by how much in red (SPEC C2)."""
    async with sitting(acme) as at:
        await at.open("Dmitri Ivanov")
        await at.press("r")
        at.screen.editor.insert("x" * 1024)
        await at.pilot.pause()
        head = at.screen.editor.query_one("#reply-head").content  # type: ignore[attr-defined]
        assert "1,024 / 1,024" in head.plain
        await at.type("yz")
        head = at.screen.editor.query_one("#reply-head").content  # type: ignore[attr-defined]
        assert "-2 of 1,024" in head.plain
        assert any("$error" in str(span.style) for span in head.spans)


async def test_what_goes_at_once_promises_no_undo(acme: Desk) -> None:
    """A channel without an undo window says no more than that it is on its way (SPEC D8)."""
    async with sitting(acme) as at:
        await write(at, "Dmitri Ivanov", "Привет")
        await at.press("f9")
        assert at.said == "On its way"


async def test_sms_counts_its_parts(acme: Desk) -> None:
    """An SMS also says how many parts it takes (SPEC C2)."""
    async with sitting(acme) as at:
        await write(at, "Ben Achieng", "Hello")
        assert "5 / 1,600 · 1 SMS" in at.shows("reply-head")


async def test_a_failed_message_says_why_and_can_be_retried(acme: Desk, transport: Recorder) -> None:
    """A message that failed shows its reason; R sends it again, really (SPEC D7)."""
    async with sitting(acme) as at:
        await at.open("Zoe Lin")
        assert "✗ failed: 550 mailbox is full" in at.text()
        await at.press("R")
        assert "Trying again" in at.said
        pass_time(acme, seconds=1)
        assert [parcel.text for parcel in transport.sent] == [
            "One label is enough if you tape them together."
        ]


async def test_a_refusing_transport_is_said(acme: Desk, transport: Recorder) -> None:
    """What a transport refuses for good is failed on the timeline and in the status line (SPEC D7)."""
    transport.before = DeliveryFailed("Refused", "no such user")
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonjour")
        await at.press("f9")
        pass_time(acme, seconds=6)
        at.screen.look()
        assert "✗ failed" in at.text()
        assert "2 failed" in at.text()


async def test_what_was_said_and_where_help_is_stand_apart(acme: Desk) -> None:
    """However little room is left, the status line keeps a gap between its parts."""
    async with sitting(acme) as at:
        for length in range(40, 90):
            at.screen.say("x" * length)
            line = at.screen.status_line.render().plain
            assert "x? help" not in line.replace("…", "x"), length


async def test_joiners_are_letters(acme: Desk) -> None:
    """What Persian words and families of emoji are joined with is typed like any letter."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "a")
        for letter in "\u200db\u200cc":
            at.app.post_message(events.Key(_character_to_key(letter), letter))
            await settled(at.pilot)
        assert at.words == "a\u200db\u200cc"


async def test_a_click_beside_the_text_begins_writing(acme: Desk) -> None:
    """The editor's first and last line take a click too."""
    async with sitting(acme) as at:
        for line in ("#reply-head", "#reply-foot"):
            await at.open("Chloé Martin")
            await at.click(line)
            assert at.app.focused is at.screen.editor.query_one("#reply-text")
            await at.press("escape", "escape")
