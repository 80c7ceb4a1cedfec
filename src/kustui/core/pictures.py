"""Which files are shown as pictures, and where those of a text stand in it (SPEC C8)."""

from __future__ import annotations

from kustui.core.attachments import FILE_LIMIT, inline_ids
from kustui.core.records import FileLine

MEDIA_TYPES = frozenset(("image/png", "image/jpeg", "image/jpg", "image/gif", "image/webp"))
"""What may be shown; customers send more kinds than we attach."""
NAMES = (".png", ".jpg", ".jpeg", ".gif", ".webp")


def is_picture(file: FileLine) -> bool:
    """Whether a file is said to be an image, and is not too large to be looked at."""
    called = file.media_type.lower() in MEDIA_TYPES or file.name.lower().endswith(NAMES)
    return called and 0 < file.size <= FILE_LIMIT


def inline_id(paragraph: str) -> str:
    """The content id of the image that a paragraph is and nothing else, or ""."""
    if not paragraph.startswith("![") or not paragraph.endswith(")"):
        return ""
    found = inline_ids(paragraph)
    return found[0] if len(found) == 1 and paragraph.count("](") == 1 else ""
