"""Notes, new conversations, and the profile they need."""

from __future__ import annotations

import pytest

from kustui.desk import Desk
from support.replying import pass_time
from support.sitting import sitting
from support.transport import Recorder


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
            "s": "Compose New SMS (no phone number on the profile; add one there (p))",
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


async def test_after_a_new_note_keys_are_commands_again(acme: Desk) -> None:
    """Posting a new note leaves the editor, as sending a reply does (SPEC A4)."""
    async with sitting(acme) as at:
        await at.open("Chloé Martin")
        await at.press("c", "n")
        await at.type("Call")
        await at.press("enter")
        await at.type("back at nine")
        assert at.screen.editor.has_class("-writing")
        await at.press("f9")
        await at.until(lambda: at.app.focused is at.screen.timeline)
        await at.press("J", "q")
        assert at.words == ""
        assert at.app.focused is not at.screen.timeline
