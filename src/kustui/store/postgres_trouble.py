"""What PostgreSQL's errors mean to a person, without the words of a customer that may stand in them."""

from __future__ import annotations

from typing import Any

from kustui.errors import StoreBusy, StoreTrouble

BUSY = frozenset({"55P03", "40001", "40P01", "25P03", "53300"})
"""A lock was not to be had, two acts met, one slept for too long, or the server takes no more programs."""
AWAY = frozenset({"57P01", "57P02", "57P03", "57P05"})
"""The server goes down, comes up, or has ended the connection."""
_MEANINGS = (
    (
        ("28",),
        "The server refuses you",
        "{place} did not accept the user or the password. Look at the URL and ~/.pgpass.",
    ),
    (("3D",), "There is no such database", "{place} does not exist. Make it with `createdb`."),
    (("42501",), "You may not", "{place}: the user of the URL may not do that; its owner can `GRANT` it."),
    (("53100",), "The server's disk is full", "{place} could not be written. Free some room and try again."),
    (("25006",), "The store is read-only", "{place} is a standby, or set to be read only. Name the primary."),
    (("42P01", "42703"), "Not a kustui store", "{place} has not the tables of one. Name another with --db."),
)
_SAID = {
    "28": (
        "password authentication failed",
        "no pg_hba.conf entry",
        "no password supplied",
        "authentication failed",
        'role "',
    ),
    "3D": ("does not exist",),
    "53300": ("too many clients", "remaining connection slots"),
}
"""What the server says while it refuses a connection, when it gives no code."""


def is_away(error: BaseException) -> bool:
    """Whether the server was not there, or has gone."""
    code = _code(error)
    return (type(error).__name__ == "OperationalError" and code == "") or code[:2] == "08" or code in AWAY


def trouble(error: BaseException, place: str) -> StoreTrouble:
    """The error in words."""
    code = _code(error)
    if code in BUSY:
        return StoreBusy("The store is busy", f"{place} is held by another program. Try again in a moment.")
    for codes, title, words in _MEANINGS:
        if code and any(code.startswith(each) for each in codes):
            return StoreTrouble(title, words.format(place=place))
    if is_away(error):
        return StoreBusy(
            "The store cannot be reached",
            f"{place} does not answer. What you typed is kept; it goes on when the server is back.",
        )
    constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
    told = f" ({constraint})" if constraint else ""
    return StoreTrouble("The store cannot be used", f"{place}: {type(error).__name__}{told}")


def _code(error: Any) -> str:
    code = getattr(error, "sqlstate", None) or ""
    if not code:
        words = str(error).lower()
        code = next((each for each, said in _SAID.items() if any(word in words for word in said)), "")
    return str(code)
