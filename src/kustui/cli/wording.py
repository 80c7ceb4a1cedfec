"""What a command writes besides its body: a shortcut's text, a template, files (SPEC C4, C7, C10)."""

from __future__ import annotations

from argparse import Namespace
from dataclasses import replace
from pathlib import Path

from kustui.core import placeholders
from kustui.core.attachments import with_addresses
from kustui.core.channels import CHANNELS
from kustui.core.post import FileContent
from kustui.core.records import Draft
from kustui.desk import Desk
from kustui.desk.public_files import addresses, in_text
from kustui.errors import NotFound, Refused


def worded(desk: Desk, draft: Draft, args: Namespace) -> tuple[Draft, list[FileContent]]:
    """The draft with the shortcut and the template that `args` name, and the files, read and checked."""
    images: list[FileContent] = []
    if args.shortcut:
        name = args.shortcut.removeprefix("/")
        found = next((each for each in desk.words.shortcuts() if each.name == name), None)
        if found is None:
            raise NotFound("No such shortcut", f"There is no shortcut {name!r}; see `kustui library list`.")
        item = None if draft.conversation_id is None else desk.reads.conversation(draft.conversation_id)
        customer = desk.reads.customer(draft.customer_id)
        values = placeholders.values_of(customer, item, desk.agent, desk.workspace)
        text = placeholders.fill(found.body, values)
        body = f"{text}\n\n{draft.body}" if draft.body.strip() else text
        draft = replace(draft, body=body, tags=found.tags, then=found.status)
        images = desk.words.shortcut_images(found.id)
        channel = item.channel if item is not None and draft.kind != "note" else draft.kind
        if images and not CHANNELS[channel].inline_images and desk.post.gateway.get("url"):
            draft = replace(draft, body=with_addresses(draft.body, addresses(desk, images)))
            images = []
    if args.template:
        wanted = next((each for each in desk.words.templates() if each.name == args.template), None)
        if wanted is None:
            there = ", ".join(each.name for each in desk.words.templates()) or "none"
            raise NotFound("No such template", f"There is no template {args.template!r}; there is {there}.")
        draft = replace(draft, template_id=wanted.id)
    if draft.kind != "note" and not args.public and (public := in_text(desk, draft.body)):
        raise Refused(
            "Anyone could see the image",
            f"Anyone who has this address can see it: {', '.join(public)}. Say --public to send it.",
        )
    files: list[FileContent] = []
    if args.attach:
        from kustui.desk.files import read

        files = [read(Path(name)) for name in args.attach]
    return draft, [*images, *files]
