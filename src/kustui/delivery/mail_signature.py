"""Where a writer's signature begins, so that it can be shown faintly: below "-- ", or what a phone adds.

The words phones and mail programs add come from `mail-parser-reply`, in all its languages.
"""

from __future__ import annotations

import re
from functools import cache

from kustui.errors import MissingExtra

LINES = 15
"""A signature is no longer than this; what is longer is what somebody had to say."""
_LINE_LENGTH = 200
_DELIMITER = re.compile(r"(?:-- ?|__)$")


def signature_of(body: str) -> str:
    """The end of `body` that is a signature, from its first line on; "" without one, or if it is all."""
    lines = body.rstrip().split("\n")
    beginning = max(0, len(lines) - LINES)
    for at in range(beginning, len(lines)):
        if _DELIMITER.match(lines[at]):
            return _below(lines, at)
    for at in range(max(beginning, len(lines) - 4), len(lines)):
        if len(lines[at]) <= _LINE_LENGTH and _sent_from().match(lines[at].strip()):
            return _below(lines, at)
    return ""


def _below(lines: list[str], at: int) -> str:
    return "\n".join(lines[at:]) if any(line.strip() for line in lines[:at]) else ""


@cache
def _sent_from() -> re.Pattern[str]:
    try:
        from mailparser_reply.constants import MAIL_LANGUAGES
    except ImportError as error:
        raise MissingExtra("Reading email", "email") from error
    words = [known["sent_from"] for known in MAIL_LANGUAGES.values() if known.get("sent_from")]
    return re.compile("|".join(f"(?:{each})" for each in words), re.IGNORECASE)
