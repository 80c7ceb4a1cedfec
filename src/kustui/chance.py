"""The only place that makes names nobody can guess: for messages, deeds and workspaces.

A training shift makes them from its seed, so that the same keys leave the same store (SPEC G3).
"""

from __future__ import annotations

import random
from collections.abc import Callable

Token = Callable[[int], str]
"""Makes a new word of twice as many hexadecimal letters as it is given bytes."""


def secret(size: int) -> str:
    """A word that nobody can guess."""
    # Opening a store makes no names, and need not load what does.
    from secrets import token_hex

    return token_hex(size)


def seeded(seed: str) -> Token:
    """The same words in the same order for the same seed; to be guessed by anybody who has it."""
    made = random.Random(seed)
    return lambda size: made.randbytes(size).hex()
