"""The workspace's words and settings: kept, changed, removed, and as TOML."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kustui.core.library import Shortcut, Snippet, Template
from kustui.core.records import SnoozeChoice, SubStatus
from kustui.desk import Desk
from kustui.desk.library_toml import export, take
from kustui.errors import NotFound, Refused
from support.people import wrote
from support.writing import drafted, number_of

THANKS = Shortcut("thanks", "Hello {customer.first_name|there}", ("vip", "VIP", "late"), "done")


def test_words_are_kept_under_their_name(desk: Desk) -> None:
    """C6, C10: kept again under its name a thing is changed; under another's it is refused."""
    desk.library.keep_shortcut(THANKS)
    desk.library.keep_shortcut(replace(THANKS, body="Hi"))
    (kept,) = desk.words.shortcuts()
    assert (kept.body, kept.tags, kept.status) == ("Hi", ("vip", "late"), "done")
    desk.library.keep_shortcut(Shortcut("other", "x"))
    with pytest.raises(Refused, match="already"):
        desk.library.keep_shortcut(replace(kept, name="other"))
    desk.library.remove("shortcut", "thanks")
    assert [each.name for each in desk.words.shortcuts()] == ["other"]
    with pytest.raises(NotFound):
        desk.library.remove("shortcut", "thanks")


def test_what_a_shortcut_does_is_done_when_its_words_are_sent(desk: Desk) -> None:
    """C10: tags and status come with the sending, not with the inserting, and undo takes the send back."""
    number = wrote(desk)
    draft = replace(drafted(desk, number, "Thanks"), tags=("vip", "VIP", "late"), then="done")
    desk.drafts.keep(draft)
    kept = desk.reads.draft(draft.customer_id, "reply", number)
    assert (kept.tags, kept.then) == (("vip", "VIP", "late"), "done")
    assert desk.reads.conversation(number).tags == ()
    desk.replies.send(kept)
    item = desk.reads.conversation(number)
    assert (item.tags, item.status) == (("late", "vip"), "done")
    desk.undo.last()
    assert desk.reads.conversation(number).status == "open"


def test_a_template_wraps_what_is_sent_and_not_the_draft(desk: Desk) -> None:
    """C4, D7: the message is frozen in its template; taken back, the draft is as it was typed."""
    desk.library.keep_template(Template("Letter", "Dear Ana,\n\n{body}\n\nAcme"))
    (letter,) = desk.words.templates()
    draft = replace(drafted(desk, wrote(desk), "It left."), template_id=letter.id)
    changed = desk.replies.send(draft)
    assert changed.message_id is not None
    assert desk.reads.whole_body(changed.message_id) == "Dear Ana,\n\nIt left.\n\nAcme"
    desk.dispatch.take_back(number_of(desk, changed))
    again = desk.reads.draft(draft.customer_id, "reply", draft.conversation_id)
    assert (again.body, again.template_id) == ("It left.", letter.id)
    desk.library.remove("template", "Letter")
    assert desk.replies.send(again).notice


def test_an_unfilled_placeholder_is_not_sent(desk: Desk) -> None:
    """C10: sending is refused by name, and the draft stays as it was."""
    draft = drafted(desk, wrote(desk), "Your order {order} left.")
    with pytest.raises(Refused, match=r"\{order\}"):
        desk.replies.send(draft)
    assert desk.reads.draft(draft.customer_id, "reply", draft.conversation_id).body == draft.body


def test_the_snooze_choices_are_the_workspaces(desk: Desk) -> None:
    """B4: choices are changed, ordered, hidden and removed; a key twice, a time that is none are refused."""
    choices, _ = desk.words.status_settings()
    day = SnoozeChoice(0, "4", "24 hours", "duration", "1440")
    desk.library.set_snooze_choices([(day, True), *choices[:2], (choices[2][0], False)])
    assert [each.key for each in desk.reads.snooze_choices()] == ["4", "2", "t"]
    for wrong in (
        SnoozeChoice(0, "2", "Again", "duration", "10"),
        SnoozeChoice(0, "10", "Two", "duration", "10"),
        SnoozeChoice(0, "x", "", "duration", "10"),
        SnoozeChoice(0, "x", "Never", "duration", "0"),
        SnoozeChoice(0, "x", "When", "wall clock", "some day"),
    ):
        with pytest.raises(Refused):
            desk.library.set_snooze_choices([*desk.words.status_settings()[0], (wrong, True)])
    assert len(desk.words.status_settings()[0]) == 4


def test_a_sub_status_that_is_gone_stays_where_it_was(desk: Desk) -> None:
    """B2: what refines a conversation is not taken off it by the settings."""
    desk.library.set_sub_statuses([(SubStatus(0, "open", "Waiting"), True)])
    (only,) = desk.reads.sub_statuses("open")
    number = wrote(desk)
    desk.triage.refine(number, only.id)
    desk.library.set_sub_statuses([])
    assert desk.reads.sub_statuses() == ()
    assert desk.reads.conversation(number).sub_status == "Waiting"


def test_a_library_travels_as_toml(desk: Desk) -> None:
    """Written and read again a library is the same; read twice it is there once."""
    desk.library.keep_shortcut(THANKS)
    desk.library.keep_snippet(Snippet("Refund", {"en": 'Your "refund"\nis coming.', "de": "Ja\\nein"}, "en"))
    desk.library.keep_template(Template("Letter", "{body}\n\n-- \nAcme"))
    desk.library.set_sub_statuses([(SubStatus(0, "open", "Waiting"), False)])
    page = export(desk)
    take(desk, page, "library.toml")
    take(desk, page, "library.toml")
    assert export(desk) == page


@pytest.mark.parametrize(
    ("page", "why"),
    [
        ("[[shortcut", "library.toml"),
        ("[[shortcuts]]\nname = 'x'", "'shortcuts'"),
        ("[[shortcut]]\nbody = 'x'", "has none"),
        ("[[shortcut]]\nname = 'x'\nbody = 'y'\ncolour = 'red'", "shortcut.colour"),
        ("[[shortcut]]\nname = 'x'\nbody = 3", "shortcut.body"),
        ("shortcut = 3", "[[shortcut]]"),
        ("[[shortcut]]\nname = 'ok'\nbody = 'y'\n[[template]]\nname = 'x'\nbody = 'z'", "{body}"),
        ("[[snooze]]\nkey = 'x'\nlabel = 'y'\nkind = 'sometime'", "sometime"),
    ],
)
def test_a_wrong_library_changes_nothing(desk: Desk, page: str, why: str) -> None:
    """What is wrong is named with its place, before anything is written."""
    before = export(desk)
    with pytest.raises(Refused) as refused:
        take(desk, page, "library.toml")
    assert why in str(refused.value)
    assert export(desk) == before


def test_preferences_hold_and_are_checked(desk: Desk) -> None:
    """D2, D8: what an agent sets holds; a window out of range, a zone that is none are refused."""
    held = desk.words.preferences()
    desk.preferences.keep(
        replace(held, send="done", undo={"email": 0, "sms": 60}, signature="Ana\n", language="ES")
    )
    kept = desk.words.preferences()
    assert (kept.send, kept.signature, kept.language, kept.name) == ("done", "Ana", "es", "Ana Soler")
    assert (desk.undo_window("email"), desk.undo_window("sms"), desk.undo_window("chat")) == (0, 60, 0)
    for wrong in (
        replace(kept, undo={"email": 61}),
        replace(kept, undo={"note": 1}),
        replace(kept, zone="Mars/Olympus"),
        replace(kept, signature="x" * 1_001),
        replace(kept, email="nobody"),
    ):
        with pytest.raises(Refused):
            desk.preferences.keep(wrong)
    assert desk.words.preferences() == kept
