"""Images as addresses, where a channel shows none in the text: anyone who has one sees it (SPEC C8).

An address is made by the workspace's secret: nobody can guess it, and one image has one. Nothing is
found under it before a message that names it is queued. The ORM is loaded for writing only.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
import secrets
from collections.abc import Sequence
from typing import TYPE_CHECKING

from kustui.core import attachments
from kustui.core.post import FileContent
from kustui.errors import NotFound, Refused
from kustui.store.queries import chat as asking
from kustui.store.queries import people

if TYPE_CHECKING:
    from kustui.desk import Desk
    from kustui.store.writing import Writing

SECRET = "secret"  # noqa: S105 - where it is kept, not what it is
_PURPOSE = "public file"
_NAME_BYTES = 17
_NAME = r"[a-z2-7]{28}\.(?:png|jpg|gif)"
_WHOLE = re.compile(_NAME)


def base(desk: Desk) -> str:
    """The public address of the gateway, without a slash at its end; "" when there is none."""
    return str(desk.post.gateway.get("url", "")).strip().rstrip("/")


def key(desk: Desk, purpose: str) -> bytes:
    """A key of the workspace for one purpose, the same for ever; the secret it comes from is made at its
    first use and never leaves the store.
    """
    held = _held(desk)
    if not held:
        from kustui.store import tables

        with desk.store.writing() as act:
            row = act.get(tables.Workspace, 1, "workspace")
            said = json.loads(row.settings)
            held = said.setdefault(SECRET, secrets.token_hex(32))
            row.settings = json.dumps(said, ensure_ascii=False)
            act.session.add(row)
    return _derived(held, purpose)


def addresses(desk: Desk, images: Sequence[FileContent]) -> dict[str, str]:
    """The address of each image by its content id; nothing is there yet for anyone to fetch."""
    secret = key(desk, _PURPOSE)
    found = {}
    for image in images:
        digest = hashlib.sha256(image.content).hexdigest()
        found[image.content_id] = f"{base(desk)}/i/{_name(secret, digest, image.name)}"
    return found


def in_text(desk: Desk, text: str) -> list[str]:
    """The addresses of images that stand in a text, each once."""
    found = _pattern(desk)
    return list(dict.fromkeys(match[0] for match in found.finditer(text))) if found else []


def publish(act: Writing, desk: Desk, text: str) -> None:
    """Inside the act that queues a message: anyone can fetch the images whose addresses stand in it.

    Raises Refused when one names no image of the workspace.
    """
    found = _pattern(desk)
    names = list(dict.fromkeys(match[1] for match in found.finditer(text))) if found else []
    wanted = set(names) - asking.public_names(act.ask(), names) if names else set()
    if not wanted:
        return
    from kustui.store import tables

    held = _held_in(act)
    secret = _derived(held, _PURPOSE) if held else b""
    for digest, file_name, media_type in asking.shortcut_files(act.ask()):
        name = _name(secret, digest, file_name) if held else ""
        if name in wanted and media_type in attachments.IMAGES.values():
            wanted.discard(name)
            row = tables.PublicFile(
                name=name, sha256=digest, file_name=file_name, media_type=media_type, at=act.now
            )
            act.session.add(row)
    if wanted:
        raise Refused(
            "An image is missing",
            f"{base(desk)}/i/{min(wanted)} is the address of no shortcut's image. Take it out of the text.",
        )


def withdraw(act: Writing, desk: Desk, text: str) -> None:
    """Inside the act that takes a message back: nobody can fetch the images whose addresses stood in it, but
    for those that stand in another message to a customer.
    """
    found = _pattern(desk)
    for name in {match[1] for match in found.finditer(text)} if found else ():
        if not asking.named_outside(act.ask(), name):
            asking.unpublish(act.ask(), name)


def served(desk: Desk, name: str) -> tuple[str, str, bytes]:
    """(file name, media type, bytes) of what anyone may fetch by that name; raises NotFound."""
    found = None
    if _WHOLE.fullmatch(name):
        with desk.store.reading() as reader:
            found = asking.public_file(reader, name)
    if found is None or found[1] not in attachments.IMAGES.values():
        raise NotFound("No such image", "Nothing is served under that name.")
    return found


def _pattern(desk: Desk) -> re.Pattern[str] | None:
    there = base(desk)
    return re.compile(f"{re.escape(there)}/i/({_NAME})") if there else None


def _name(secret: bytes, digest: str, file_name: str) -> str:
    made = hmac.digest(secret, digest.encode(), "sha256")[:_NAME_BYTES]
    return base64.b32encode(made).decode().rstrip("=").lower() + attachments.kind_of(file_name).extension


def _derived(secret: str, purpose: str) -> bytes:
    return hmac.digest(bytes.fromhex(secret), purpose.encode(), "sha256")


def _held(desk: Desk) -> str:
    with desk.store.reading() as reader:
        row = people.workspace(reader)
    return str(json.loads(row[2]).get(SECRET, "")) if row else ""


def _held_in(act: Writing) -> str:
    row = people.workspace(act.ask())
    return str(json.loads(row[2]).get(SECRET, "")) if row else ""
