"""The reply editor's words, formatting, recipients and files, by keys."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from textual import events

from kustui.core.library import Shortcut, Snippet, Template
from kustui.desk import Desk
from kustui.desk.files import read
from support.people import wrote
from support.replying import outbound, write
from support.sitting import Sitting, settled, sitting
from support.transport import Recorder

NAME = "Chloé Martin"
PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"


def stocked(desk: Desk) -> Desk:
    """The shop with a few words of its own."""
    hello = "Hello {customer.first_name|there},"
    desk.library.keep_shortcut(Shortcut("hello", hello, ("greeted",), "done"))
    desk.library.keep_shortcut(Shortcut("order", "Your order {order}."))
    desk.library.keep_snippet(Snippet("Refund", {"en": "It is coming.", "fr": "Ça arrive."}, "en"))
    desk.library.keep_template(Template("Letter", "Dear customer,\n\n{body}\n\nAcme"))
    return desk


def paste(at: Sitting, text: str) -> None:
    """Paste into whatever has the focus."""
    event = events.Paste(text)
    event.set_sender(at.app)
    assert at.app._driver is not None
    at.app._driver.send_message(event)


async def test_a_shortcut_is_picked_and_filled(acme: Desk) -> None:
    """C10: Ctrl+T finds it by its letters; it goes in filled, as one step of undo, with what it will do."""
    async with sitting(stocked(acme)) as at:
        await write(at, NAME, "x")
        await at.press("ctrl+t")
        await at.until(lambda: "/hello" in at.text())
        await at.type("hel")
        await at.until(lambda: "/order" not in at.text())
        await at.press("enter")
        await at.until(lambda: at.words == "xHello Chloé,")
        await at.until(lambda: "when sent: tag greeted · mark as done" in at.text())
        await at.press("ctrl+z")
        assert at.words == "x"
        await at.saved()
        assert acme.reads.draft(at.screen.customer.id, "reply", at.number).tags == ("greeted",)  # type: ignore[union-attr]


async def test_a_name_and_tab_are_put_in_words(acme: Desk) -> None:
    """C10: /name at the beginning of a line and Tab are the shortcut; what is none is said."""
    async with sitting(stocked(acme)) as at:
        await write(at, NAME, "Hi,\n/he")
        await at.press("tab")
        assert at.words == "Hi,\nHello Chloé,"
        await at.press("enter")
        await at.type("/nope")
        await at.press("tab")
        assert "No shortcut begins with /nope" in at.said
        assert at.words.endswith("\n/nope")


async def test_a_snippet_comes_in_the_customers_language(acme: Desk) -> None:
    """C6: the picker names the language, and the text is in it."""
    stocked(acme)
    (customer,) = acme.reads.customers(NAME)
    acme.people.save(
        replace(customer, language="fr"), [(each.kind, each.shown) for each in customer.addresses]
    )
    async with sitting(acme) as at:
        await write(at, NAME, "")
        await at.press("ctrl+t")
        await at.until(lambda: "snippet, fr" in at.text())
        await at.type("refund")
        await at.press("enter")
        await at.until(lambda: at.words == "Ça arrive.")


async def test_an_unfilled_placeholder_blocks_sending(acme: Desk) -> None:
    """C10: it is named, nothing is sent, and the text stays."""
    async with sitting(stocked(acme)) as at:
        await write(at, NAME, "/order")
        await at.press("tab", "f9")
        assert any("{order}" in each for each in at.refusals)
        assert outbound(acme, at.number) == []
        assert at.words == "Your order {order}."


async def test_formatting_wraps_what_is_selected(acme: Desk) -> None:
    """C1: F5 and a letter; nothing selected puts the cursor between the marks."""
    async with sitting(acme) as at:
        await write(at, NAME, "very")
        await at.press("shift+home", "f5", "b")
        assert at.words == "**very**"
        await at.press("end", "space", "f5", "i")
        await at.type("so")
        assert at.words == "**very** *so*"
        await at.press("f5", "q")
        assert at.words == "> **very** *so*"


async def test_recipients_are_edited_and_checked(acme: Desk, transport: Recorder) -> None:
    """C4: To, CC and BCC; what is no address is said in the dialog; the head shows them all."""
    async with sitting(stocked(acme)) as at:
        await write(at, NAME, "Bonjour")
        await at.press("ctrl+r", "tab")
        await at.type("boss")
        await at.press("enter")
        assert "boss" in at.shows("recipients-refusal")
        await at.type("@acme.example")
        await at.press("tab")
        await at.type("log@acme.example")
        await at.press("f2")
        assert "Letter" in at.shows("recipients-template")
        await at.press("f9")
        head = at.shows("reply-head")
        assert "chloe.martin@example.fr" in head
        below = at.shows("reply-with")
        assert "CC boss@acme.example · BCC log@acme.example" in below
        assert "template Letter" in below
        await at.press("f9")
        acme.undo_seconds["email"] = 0
        await at.until(lambda: outbound(acme, at.number))
        assert outbound(acme, at.number) == ["Dear customer,\n\nBonjour\n\nAcme"]


async def test_another_recipient_than_who_wrote_is_said(acme: Desk) -> None:
    """C4: who answers another address than the one that wrote sees both."""
    async with sitting(acme) as at:
        await write(at, NAME, "Bonjour")
        await at.press("ctrl+r", "ctrl+u")
        await at.type("other@example.org")
        await at.press("enter")
        assert "they wrote from chloe.martin@example.fr" in at.shows("reply-with")


async def test_the_preview_shows_what_leaves(acme: Desk) -> None:
    """C1: with signature and template, to whom, and q goes back to writing."""
    acme.preferences.keep(acme.words.preferences().__class__(signature="Ana, Acme"))
    async with sitting(acme) as at:
        await write(at, NAME, "Bonjour")
        await at.press("f2")
        await at.until(lambda: "Ana, Acme" in at.text())
        assert "email to chloe.martin@example.fr" in at.text()
        await at.press("q")
        assert at.words == "Bonjour"


async def test_a_path_that_is_pasted_is_attached(acme: Desk, tmp_path: Path) -> None:
    """C7, C8: a file becomes an attachment, an image one in the text; other text is just pasted, once."""
    (tmp_path / "a b.txt").write_text("hello")
    (tmp_path / "c.png").write_bytes(PNG)
    async with sitting(acme) as at:
        await write(at, NAME, "See")
        paste(at, f"'{tmp_path}/a b.txt'")
        await at.until(lambda: "a b.txt 5 bytes" in at.shows("reply-with"))
        assert at.words == "See"
        paste(at, str(tmp_path / "c.png"))
        await at.until(lambda: "![c.png](cid:" in at.words)
        assert at.words.startswith("See\n![c.png](cid:")
        paste(at, " and /no/such/file")
        await at.until(lambda: at.words.endswith(" and /no/such/file"))
        assert at.words.count("/no/such/file") == 1


async def test_a_file_is_picked_and_taken_off(acme: Desk, tmp_path: Path) -> None:
    """C7: Tab completes a path, Enter adds it; the menu takes it off again."""
    (tmp_path / "invoice.txt").write_text("hello")
    (tmp_path / "hidden.exe").write_text("hello")
    async with sitting(acme) as at:
        await write(at, NAME, "See")
        await at.press("ctrl+f", "a", "ctrl+u")
        paste(at, f"{tmp_path}/")
        await at.until(lambda: "invoice.txt" in at.shows("path-fits"))
        await at.type("in")
        assert "invoice.txt" in at.shows("path-fits")
        assert "hidden.exe" not in at.shows("path-fits")
        await at.press("tab", "enter")
        await at.until(lambda: "invoice.txt 5 bytes" in at.text())
        await at.press("ctrl+f", "1")
        await at.until(lambda: "invoice.txt 5 bytes" not in at.text())
        assert at.words == "See"


async def test_a_refused_file_says_why_and_changes_nothing(acme: Desk, tmp_path: Path) -> None:
    """C7: the file and the reason are named, and the draft stays as it was."""
    (tmp_path / "a.pdf").write_text("not one")
    async with sitting(acme) as at:
        await write(at, NAME, "See")
        paste(at, str(tmp_path / "a.pdf"))
        await at.until(lambda: any("a.pdf is no .pdf file" in each for each in at.refusals))
        assert at.words == "See"


async def test_popped_out_it_is_the_same_draft(acme: Desk) -> None:
    """C3: F3 gives the editor the whole screen and takes it back; no word moves."""
    async with sitting(acme) as at:
        await write(at, NAME, "One")
        await at.press("f3")
        assert not at.screen.timeline.display or at.screen.timeline.size.height == 0
        await at.type(" two")
        await at.press("f3")
        assert at.screen.timeline.size.height > 0
        assert at.words == "One two"


async def test_enter_sends_where_it_was_told_to(acme: Desk) -> None:
    """D3: chosen once it stays on, never for email; Ctrl+J is a newline; a paste sends nothing."""
    number = wrote(acme, channel="chat", sender="visitor-9", name="Vera", subject="")
    async with sitting(acme) as at:
        await write(at, NAME, "x")
        await at.press("ctrl+o")
        assert "only chat, SMS and Facebook" in at.choices()["p"]
        await at.press("escape", "escape")
        at.screen.open_customer(acme.reads.conversation(number).customer_id, number)
        await settled(at.pilot)
        await at.press("r")
        await at.type("Hello")
        await at.press("ctrl+o", "p")
        await at.until(lambda: at.screen.editor.area.enter_sends)
        await at.press("ctrl+j")
        await at.type("pasted\nin four\nlines\n")
        assert outbound(acme, number) == []
        assert at.words == "Hello\npasted\nin four\nlines\n"
        await at.pilot.pause(1.1)
        await at.press("enter")
        await at.until(lambda: outbound(acme, number))
        assert outbound(acme, number) == ["Hello\npasted\nin four\nlines"]
        assert acme.words.preferences().enter_sends


async def test_who_wrote_meanwhile_is_asked_about_once(acme: Desk) -> None:
    """A message that comes while an answer is written is shown, and asked about once before it goes."""
    async with sitting(acme) as at:
        await write(at, NAME, "Bonjour")
        number = at.number
        wrote(acme, sender="chloe.martin@example.fr", body="Never mind!", references=_thread(acme, number))
        await at.press("f9")
        assert "They wrote while you were writing" in at.text()
        assert outbound(acme, number) == []
        await at.press("n", "f9")
        await at.until(lambda: outbound(acme, number))
        assert outbound(acme, number) == ["Bonjour"]


def _thread(desk: Desk, conversation: int) -> tuple[str, ...]:
    """What a message refers to that joins a conversation."""
    with desk.store.reading() as reader:
        names = reader.all("SELECT message_id FROM reference WHERE conversation_id = :c", c=conversation)
    return tuple(name[0] for name in names)


async def test_a_shortcuts_image_comes_with_it_where_it_can_stand(acme: Desk, tmp_path: Path) -> None:
    """C8: put into an email the image is attached under its mark; an SMS says that it is left out."""
    (tmp_path / "label.png").write_bytes(PNG)
    acme.library.keep_shortcut(Shortcut("label", "See:"), [read(tmp_path / "label.png", inline=True)])
    async with sitting(acme) as at:
        await write(at, NAME, "/label")
        await at.press("tab")
        await at.until(lambda: "label.png" in at.shows("reply-with"))
        assert at.words.startswith("See:\n![label.png](cid:")
        await at.press("escape")
        await write(at, "Ben Achieng", "/label")
        await at.press("tab")
        assert at.words == "See:\n"
        assert "left out: SMS shows none" in at.said
