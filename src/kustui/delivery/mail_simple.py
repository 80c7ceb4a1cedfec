"""The mails that most are, of one part and an orderly header, read without the library's parser.

The parser goes through a message line by line, which costs more than all else that an import does with
it. What is read here is what the parser makes of the same bytes; all other mail is left to it.
"""

from __future__ import annotations

import re
from email import policy
from email.message import Message

_FIELD = re.compile(r"([!-9;-~]+):[ \t]*([^\n]*(?:\n[ \t][^\n]*)*)\n?")
_FIRST = re.compile(r"From [^\n]*\n")
_LONE_BREAK = re.compile(rb"(?<!\r)\n|\r(?!\n)")


def simple(content: bytes) -> Message | None:
    """A message that has one part, its transfer encoding as it came; None when the parser has to see it."""
    returns = b"\r" in content
    blank = b"\r\n\r\n" if returns else b"\n\n"
    end = content.find(blank)
    if end <= 0 or (returns and _LONE_BREAK.search(content, 0, end)):
        return None
    message: Message = Message(policy=policy.compat32)
    head = content[: end + len(blank) // 2].decode("ascii", "surrogateescape")
    at = 0
    if first := _FIRST.match(head):
        at = first.end()
        message.set_unixfrom(first[0].rstrip("\r\n"))
    while at < len(head):
        field = _FIELD.match(head, at)
        if field is None:
            return None
        message.set_raw(field[1], field[2].rstrip("\r\n"))
        at = field.end()
    if message.get_content_maintype() in ("multipart", "message"):
        return None
    message.set_payload(content[end + len(blank) :].decode("ascii", "surrogateescape"))
    return message
