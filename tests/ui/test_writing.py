"""Replies, notes, drafts, new conversations and their sending, by keys."""

from __future__ import annotations

import pytest

from kustui.desk import Desk, Post
from kustui.errors import DeliveryFailed
from support.sitting import Sitting, settled, sitting
from support.transport import Recorder


def outbound(desk: Desk, conversation: int) -> list[str]:
    """The bodies of our messages in a conversation."""
    with desk.store.reading() as reader:
        return [
            row[0]
            for row in reader.all(
                "SELECT body FROM message WHERE conversation_id = :c AND direction = 'outbound' ORDER BY id",
                c=conversation,
            )
        ]


def pass_time(desk: Desk, **step: float) -> None:
    """Let the held clock go on, and the clockwork do what is due."""
    desk.store._held.advance(**step)  # type: ignore[union-attr]
    desk.clockwork.tick()


async def write(at: Sitting, name: str, words: str) -> None:
    """Open a customer and type a reply."""
    await at.open(name)
    await at.press("r")
    await at.type(words)


async def test_a_reply_by_keys(acme: Desk, transport: Recorder) -> None:
    """Enter, r, words, F9: the reply is on the timeline, and goes out after its undo window (SPEC D8)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonjour Chloé")
        await at.press("f9")
        assert outbound(acme, at.number) == ["Bonjour Chloé"]
        assert "You → chloe.martin@example.fr" in at.text()
        assert at.words == ""
        assert at.said.startswith("Sent · z takes it back")
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
            "s": "Send now", "d": "Send & mark as done", "w": "Send & snooze until reply"
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


# -- drafts ----------------------------------------------------------------------------


async def test_a_draft_is_saved_within_a_second(acme: Desk) -> None:
    """Typed words are in the store within a second, and the editor says when (SPEC C9)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonj")
        await at.saved(limit=1.0)
        assert "saved 11:42:00" in at.shows("reply-foot")
        assert acme.reads.draft(at.screen.customer.id, "reply", at.number).body == "Bonj"  # type: ignore[union-attr]


async def test_a_draft_is_there_again_after_leaving(acme: Desk) -> None:
    """Leaving the editor, another customer, and coming back show the same words (SPEC C9)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonjour")
        await at.press("ctrl+g")
        assert at.words == "Bonjour"
        assert at.app.focused is at.screen.timeline
        await at.open("Grace Hall")
        assert at.words == ""
        await at.open("Chloé Martin")
        assert at.words == "Bonjour"


async def test_a_draft_outlives_the_program(acme: Desk) -> None:
    """A draft typed just before quitting is there at the next start (SPEC C9)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonjour")
        await at.press("ctrl+q", "y")
    async with sitting(acme) as at:
        assert next(row for row in at.rows() if row.name == "Chloé Martin").draft
        await at.open("Chloé Martin")
        assert at.words == "Bonjour"


async def test_a_draft_is_never_under_another_customer(acme: Desk) -> None:
    """Going from customer to customer in mid-word leaves each word where it was typed (SPEC C9)."""
    async with sitting(acme) as at:
        names = at.names()[2:6]
        for name in names:
            await at.open(name)
            await at.press("r")
            await at.type(f"to{name.partition(' ')[0]}")
        for name in names:
            await at.open(name)
            assert at.words == f"to{name.partition(' ')[0]}"
        await at.saved()


async def test_reply_from_the_list_is_to_the_row_under_the_cursor(acme: Desk) -> None:
    """The key r on the list writes to the customer the cursor is on, whoever is open."""
    async with sitting(acme) as at:
        await at.open("Grace Hall")
        await at.press("q")
        at.screen.inbox.action_to(at.names().index("Chloé Martin"))
        await at.press("r")
        assert at.name == "Chloé Martin"
        assert "chloe.martin@example.fr" in at.shows("reply-head")


async def test_resizing_in_mid_writing_keeps_the_words(acme: Desk) -> None:
    """The window may change its size while words are typed: they stay, and so does the cursor."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bon")
        for size in ((80, 24), (61, 20), (200, 60), (120, 40)):
            await at.pilot.resize_terminal(*size)
            await settled(at.pilot)
        await at.type("jour")
        assert at.words == "Bonjour"


async def test_a_reply_and_a_note_have_a_draft_each(acme: Desk) -> None:
    """Ctrl+N changes between reply and note; each keeps its own words (SPEC C9)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "outside")
        await at.press("ctrl+n")
        assert at.words == ""
        await at.type("inside")
        await at.press("ctrl+n")
        assert at.words == "outside"
        await at.press("ctrl+n")
        assert at.words == "inside"
        await at.saved()


async def test_discard_and_undo(acme: Desk) -> None:
    """F8 throws a draft away and z brings it back (SPEC C5)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonjour")
        await at.press("f8")
        assert at.words == ""
        assert "brings it back" in at.said
        await at.press("z")
        assert at.words == "Bonjour"
        await at.press("r", "f8", "r", "f8")
        assert at.said == "There is nothing to discard"


async def test_undo_takes_a_send_back(acme: Desk, transport: Recorder) -> None:
    """The key z within the undo window makes the message a draft again; nothing goes out (SPEC D8)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Too soon")
        await at.press("ctrl+o", "d")
        assert at.status == "done"
        await at.press("z")
        assert at.words == "Too soon"
        assert at.status == "open"
        assert outbound(acme, at.number) == []
        pass_time(acme, seconds=60)
        assert transport.sent == []


# -- notes and new conversations ---------------------------------------------------------


async def test_a_note_is_for_the_team(acme: Desk, transport: Recorder) -> None:
    """A note looks unlike a reply, ends with Create note, and goes to no transport (SPEC A4)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("n")
        head = at.shows("reply-head")
        assert head.startswith("┄┄ NOTE only your team sees this")
        assert "━" not in head
        assert "Create note" in at.shows("reply-foot")
        await at.type("Ask finance")
        await at.press("ctrl+o")
        assert at.choices() == {"s": "Create note"}
        assert "never delivered to a customer" in at.text()
        await at.press("enter")
        assert "┊ NOTE only your team sees this  you" in at.text()
        pass_time(acme, hours=1)
        assert transport.sent == []
        assert "Reply" in at.shows("reply-head")


async def test_compose_says_what_is_missing(acme: Desk) -> None:
    """A choice that is missing says why and how to add the address (SPEC A1)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("c")
        assert at.choices() == {
            "e": "Compose New Email",
            "s": "Compose New SMS (no phone number on the profile; add one with p)",
            "n": "Post New Note",
        }
        await at.press("s")
        assert any("no phone number" in words for words in at.refusals)
        assert at.choices()


async def test_the_profile_makes_a_choice_available_at_once(acme: Desk) -> None:
    """Saving an email address on the profile makes Compose New Email available (SPEC A2)."""
    async with sitting(acme) as at:
        await at.open("Ben Achieng")
        await at.press("p")
        at.field("profile-email").focus()
        await at.type("ben@example.ke")
        await at.press("f9")
        assert "Profile saved" in at.said
        await at.press("c", "e")
        assert "New email → ben@example.ke" in at.shows("reply-head")


async def test_a_taken_address_names_who_has_it(acme: Desk) -> None:
    """A clash on the profile names the customer, and everything typed stays (SPEC A2)."""
    async with sitting(acme) as at:
        await at.open("Ben Achieng")
        await at.press("p")
        at.field("profile-email").focus()
        await at.type("grace.hall@example.co.uk")
        await at.press("enter")
        assert "belongs to Grace Hall" in at.text()
        assert at.field("profile-email").value == "grace.hall@example.co.uk"
        await at.press("escape")
        assert at.app.screen is at.screen


@pytest.mark.parametrize(
    ("key", "channel", "subject"),
    [("e", "email", "Your voucher"), ("s", "sms", ""), ("n", "note", "To keep")],
)
async def test_compose(acme: Desk, key: str, channel: str, subject: str) -> None:
    """A new email, SMS or note becomes a new open conversation, outbound (SPEC A3, A4, A5)."""
    async with sitting(acme) as at:
        await at.open("Ana Ruiz")
        before = len(acme.reads.conversation_ids())
        await at.press("c", key)
        assert at.field("reply-subject").display == bool(subject)
        if subject:
            await at.type(subject)
            await at.press("enter")
        await at.type("Something new")
        await at.press("ctrl+o", "enter")
        assert len(acme.reads.conversation_ids()) == before + 1
        made = acme.reads.conversation(at.number)
        assert (made.channel, made.status, made.direction) == (channel, "open", "outbound")
        assert made.subject == (subject or "Something new")
        assert f"#{made.id}" in at.shows("toolbar-conversation")


async def test_compose_wants_a_subject(acme: Desk) -> None:
    """An email without a subject is refused, and the words stay (SPEC A3)."""
    async with sitting(acme) as at:
        await at.open("Ana Ruiz")
        await at.press("c", "e", "enter")
        await at.type("words")
        await at.press("f9")
        assert any("No subject" in words for words in at.refusals)
        assert at.words == "words"
        await at.press("ctrl+g")
        assert "The draft is kept" in at.said
        await at.press("c", "e")
        assert at.words == "words"
