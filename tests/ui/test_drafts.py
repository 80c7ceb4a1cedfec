"""Drafts: saved as they are typed, shown again, never lost, never under another customer."""

from __future__ import annotations

from dataclasses import replace

from kustui.clock import HeldClock
from kustui.desk import Desk
from support.replying import outbound, pass_time, write
from support.sitting import settled, sitting
from support.transport import Recorder


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


async def test_what_is_typed_in_another_program_shows_here(acme: Desk, clock: HeldClock) -> None:
    """The same agent's other program changes the draft: an editor at rest shows it (SPEC C3, C9)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonj")
        await at.saved()
        clock.advance(seconds=1)
        draft = acme.reads.draft(at.screen.customer.id, "reply", at.number)  # type: ignore[union-attr]
        acme.drafts.keep(replace(draft, body="Bonjour, from the other screen"))
        await at.until(lambda: at.words == "Bonjour, from the other screen", limit=3)


async def test_what_was_typed_in_another_program_is_set_aside(acme: Desk, clock: HeldClock) -> None:
    """Words saved elsewhere while these were typed are not written over; undo brings them back (SPEC C9)."""
    async with sitting(acme) as at:
        await write(at, "Chloé Martin", "Bonj")
        await at.saved()
        # As if both had typed within one look at the store.
        at.screen.follow_draft = lambda: None  # type: ignore[method-assign]
        clock.advance(seconds=1)
        draft = acme.reads.draft(at.screen.customer.id, "reply", at.number)  # type: ignore[union-attr]
        acme.drafts.keep(replace(draft, body="typed elsewhere"))
        clock.advance(seconds=1)
        await at.type("our")
        await at.saved()
        await at.until(lambda: "set aside" in at.said)
        assert at.words == "Bonjour"
        await at.press("ctrl+g", "z")
        await at.until(lambda: "typed elsewhere" in at.words and "Bonjour" in at.words)


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


async def test_what_is_taken_back_letter_by_letter_is_saved_too(acme: Desk) -> None:
    """C9: a draft that is as it began again is not what it was in between."""
    async with sitting(acme) as at:
        await at.open("Ben Achieng")
        await at.press("r")
        await at.type("x")
        await at.saved()
        draft = at.screen.editor.draft
        assert draft is not None
        await at.press("backspace")
        await at.saved()
        assert acme.reads.draft(draft.customer_id, "reply", draft.conversation_id).body == ""


async def test_a_letter_that_is_on_its_way_is_not_written_over(acme: Desk) -> None:
    """C9: what is shown anew because something was written elsewhere leaves a letter typed just then."""
    async with sitting(acme) as at:
        await at.open("Ben Achieng")
        await at.press("r")
        await at.type("Dear")
        await at.saved()
        at.screen.editor.area.insert("!")
        at.screen.follow_draft()
        await at.saved()
        assert at.words == "Dear!"
