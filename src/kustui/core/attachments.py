"""What may go with a message: the types, the sizes, and how a file in the text is written (SPEC C7, C8).

1 MB is 1,048,576 bytes, and limits are inclusive. What a file is called decides what it may be; its
content must be what the name says.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from kustui.core.channels import CHANNELS
from kustui.core.records import FileLine
from kustui.core.words import size as words_of
from kustui.errors import Refused

MB = 1_048_576
FILE_LIMIT = 5 * MB
TOTAL_LIMIT = 19 * MB // 2
"""Of all files of a message together, images and inline images too."""

_OFFICE = "application/vnd.openxmlformats-officedocument"
FILES: dict[str, str] = {
    ".pdf": "application/pdf",
    ".doc": "application/msword",
    ".docx": f"{_OFFICE}.wordprocessingml.document",
    ".xls": "application/vnd.ms-excel",
    ".xlsx": f"{_OFFICE}.spreadsheetml.sheet",
    ".zip": "application/zip",
    ".txt": "text/plain",
    ".mov": "video/quicktime",
    ".mp4": "video/mp4",
}
"""What *Add Attachment* takes, with the media type it travels under."""
IMAGES: dict[str, str] = {".png": "image/png", ".jpg": "image/jpeg", ".gif": "image/gif"}
"""What *Add Image* takes; only these can stand in the text."""

_SAME = {".jpeg": ".jpg"}
_IMAGE_LINE = re.compile(r"(?m)^[ \t]*!\[[^\[\]\n]*\]\(cid:[^\s()]+\)[ \t]*(?:\n|\Z)")
_INLINE = re.compile(r"!\[[^\[\]\n]*\]\(cid:([^\s()]+)\)")


class Kind(NamedTuple):
    """What a file may be by its name: its extension, its media type, whether it is an image."""

    extension: str
    media_type: str
    image: bool


def kind_of(name: str) -> Kind:
    """What a file of that name may be; raises Refused for a type that is not on the list."""
    dot = name.rfind(".")
    extension = name[dot:].lower() if dot > 0 else ""
    extension = _SAME.get(extension, extension)
    if extension in IMAGES:
        return Kind(extension, IMAGES[extension], image=True)
    if extension in FILES:
        return Kind(extension, FILES[extension], image=False)
    known = " ".join((*FILES, *IMAGES))
    raise Refused("Not a type that can be attached", f"{name}: there are {known}.")


def check_channel(channel: str, *, inline: bool) -> None:
    """Refuse a file for a channel that carries none, and one in the text where that cannot be."""
    rules = CHANNELS[channel]
    if not rules.carries_files:
        raise Refused(f"No files by {rules.label}", f"{rules.label} carries text only.")
    if inline and not rules.inline_images:
        raise Refused(f"No images in the text by {rules.label}", "Attach it as a file.")


def check_size(name: str, size: int, others: Iterable[FileLine] = ()) -> None:
    """Refuse a file that is too large, by itself or with the others of the message; sizes in bytes."""
    if size > FILE_LIMIT:
        raise Refused(
            "The file is too large",
            f"{name} has {words_of(size)} ({size:,} bytes); a file may have {words_of(FILE_LIMIT)}.",
        )
    if not size:
        raise Refused("The file is empty", f"{name} has nothing in it.")
    total = size + sum(each.size for each in others)
    if total > TOTAL_LIMIT:
        raise Refused(
            "Too much for one message",
            f"With {name} the files have {words_of(total)} together ({total:,} bytes); a message may "
            f"carry {words_of(TOTAL_LIMIT)}.",
        )


def check_total(files: Iterable[FileLine]) -> None:
    """Refuse files that are too much together."""
    total = sum(each.size for each in files)
    if total > TOTAL_LIMIT:
        raise Refused(
            "Too much for one message",
            f"The files have {words_of(total)} together ({total:,} bytes); a message may carry "
            f"{words_of(TOTAL_LIMIT)}.",
        )


def check_marks(text: str, files: Iterable[FileLine]) -> None:
    """Refuse a text in which an image stands whose file does not go with it."""
    there = {each.content_id for each in files}
    for found in _INLINE.finditer(text):
        if found[1] not in there:
            raise Refused(
                "An image is missing",
                f"{found[0]} stands in the text without its file. Take it out, or add the image.",
            )


def inline_mark(name: str, content_id: str) -> str:
    """How an image stands in the text, on a line of its own."""
    bare = re.sub(r"[\[\]()\n]", " ", name)
    return f"![{bare}](cid:{content_id})"


def without_images(text: str) -> str:
    """A text without the images that stand in it, nor the lines they stood on alone."""
    return _INLINE.sub("", _IMAGE_LINE.sub("", text))


def with_addresses(text: str, addresses: Mapping[str, str]) -> str:
    """A text in which the address of each image stands in the place of its mark, by its content id; a mark
    without one stays.
    """
    return _INLINE.sub(lambda found: addresses.get(found[1], found[0]), text)


def inline_ids(text: str) -> list[str]:
    """The content ids of the images that stand in a text."""
    return _INLINE.findall(text)
