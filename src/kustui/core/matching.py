"""Which conversation an incoming message joins (SPEC B12)."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

_PREFIX = re.compile(r"^\s*(?:(?:re|aw|sv|wg|fwd?|antw|rif|tr|vs)\s*(?:\[\d+\])?\s*:\s*)+", re.IGNORECASE)


def topic(subject: str) -> str:
    """A subject without the marks of answers and forwards: what the conversation is called."""
    return _PREFIX.sub("", subject).strip() or subject.strip()


def by_references(references: Sequence[str], known: Mapping[str, int]) -> int | None:
    """The conversation of the latest reference that is known; `references` are oldest first."""
    for reference in reversed(references):
        if reference in known:
            return known[reference]
    return None
