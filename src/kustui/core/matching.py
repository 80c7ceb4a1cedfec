"""Which conversation an incoming message joins (SPEC B12)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Iterable, Mapping, Sequence

_PREFIX = re.compile(r"^\s*(?:(?:re|aw|sv|wg|fwd?|antw|rif|tr|vs)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)
_MARK = re.compile(r"\s*\[#(\d{1,12}-[a-z2-7]{10})\]", re.IGNORECASE)
_IN_ADDRESS = re.compile(r"[^@\s]*\+c(\d{1,12}-[a-z2-7]{10})@", re.IGNORECASE)


def topic(subject: str) -> str:
    """A subject without the marks of answers and forwards: what the conversation is called."""
    bare = unmarked(subject)
    return _PREFIX.sub("", bare).strip() or bare


def token(key: str, conversation_id: int) -> str:
    """What leads an answer to a conversation when its References are lost; nobody without the
    workspace's `key` can make one up for another conversation.
    """
    code = hmac.new(key.encode(), f"conversation:{conversation_id}".encode(), hashlib.sha256).digest()
    return f"{conversation_id}-{base64.b32encode(code).decode().lower()[:10]}"


def marked(subject: str, word: str) -> str:
    """A subject that carries a token; once."""
    return f"{unmarked(subject)} [#{word}]".strip()


def unmarked(subject: str) -> str:
    """A subject as people read it, without tokens."""
    return (_MARK.sub("", subject) if "[#" in subject else subject).strip()


def marked_address(address: str, word: str) -> str:
    """An address that carries a token behind a plus."""
    local, _, domain = address.rpartition("@")
    return f"{local.partition('+')[0]}+c{word}@{domain}"


def by_token(subject: str, addresses: Iterable[str], key: str) -> int | None:
    """The conversation whose token a subject, or one of the addresses a message went to, carries.

    None without one, or when it was not made with `key`.
    """
    words = _MARK.findall(subject[:2_000])
    words += [found[1] for address in addresses if (found := _IN_ADDRESS.match(address[:400]))]
    for word in words[:20]:
        number = int(word.partition("-")[0])
        if hmac.compare_digest(word.lower(), token(key, number)):
            return number
    return None


def may_carry(subject: str, addresses: Iterable[str]) -> bool:
    """Whether a message looks as if it carried a token; asked before the key is."""
    in_subject = "[#" in subject and _MARK.search(subject[:2_000])
    return bool(in_subject) or any("+c" in address[:400] for address in addresses)


def by_references(references: Sequence[str], known: Mapping[str, int]) -> int | None:
    """The conversation of the latest reference that is known; `references` are oldest first."""
    for reference in reversed(references):
        if reference in known:
            return known[reference]
    return None
