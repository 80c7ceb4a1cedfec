"""The only place that makes names nobody can guess: for messages, deeds and workspaces.

A training shift makes them from its seed, so that the same keys leave the same store (SPEC G3).
"""

from __future__ import annotations

import random
import secrets
from collections.abc import Callable

Token = Callable[[int], str]
"""Makes a new word of twice as many hexadecimal letters as it is given bytes."""

secret: Token = secrets.token_hex


def seeded(seed: str) -> Token:
    """The same words in the same order for the same seed; to be guessed by anybody who has it."""
    made = random.Random(seed)
    return lambda size: made.randbytes(size).hex()
