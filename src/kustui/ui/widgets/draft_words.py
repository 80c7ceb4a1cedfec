"""What the reply editor says of a draft besides its words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from kustui.core.attachments import TOTAL_LIMIT, inline_ids
from kustui.core.records import Draft
from kustui.core.words import size

if TYPE_CHECKING:
    from kustui.core.library import Template


def goes_with(draft: Draft, template: Template | None, copies: Sequence[str] = ()) -> str:
    """What goes with the words: `copies` that the head has no room for, files with their sizes, a
    template, what shortcuts will do.
    """
    parts = list(copies)
    if draft.files:
        total = sum(each.size for each in draft.files)
        standing = inline_ids(draft.body)
        below = {each.id for each in draft.files if each.inline and each.content_id not in standing}
        names = ", ".join(
            f"{each.name} {size(each.size)}{', below the text' if each.id in below else ''}"
            for each in draft.files
        )
        parts.append(f"{names} ({size(total)} of {size(TOTAL_LIMIT)})")
    if template is not None:
        parts.append(f"template {template.name}")
    if asked := asked_for(draft):
        parts.append(f"when sent: {asked}")
    return " · ".join(parts)


def asked_for(draft: Draft) -> str:
    """What the shortcuts of a draft do when it is sent; empty when nothing."""
    parts = [f"tag {', '.join(draft.tags)}"] if draft.tags else []
    if draft.then:
        parts.append({"done": "mark as done", "snoozed": "snooze until reply"}.get(draft.then, draft.then))
    return " · ".join(parts)


def saved_words(draft: Draft) -> tuple[object, ...]:
    """What is saved of a draft as it is typed."""
    return (
        draft.body, draft.subject, draft.to, draft.cc, draft.bcc, draft.template_id, draft.tags, draft.then
    )  # fmt: skip


def copies_of(draft: Draft, expects: str = "") -> list[str]:
    """Who gets a copy, and who wrote last when they are not among the recipients."""
    parts = [f"CC {', '.join(draft.cc)}"] if draft.cc else []
    parts += [f"BCC {', '.join(draft.bcc)}"] if draft.bcc else []
    if expects and draft.to and expects not in draft.to:
        parts.append(f"they wrote from {expects}")
    return parts


def same_place(one: Draft, other: Draft) -> bool:
    """Whether two drafts are of the same customer, conversation and kind."""
    return (one.customer_id, one.conversation_id, one.kind) == (
        other.customer_id,
        other.conversation_id,
        other.kind,
    )
