"""Addresses in the form they are compared by (SPEC A2)."""

from __future__ import annotations

import re

from kustui.core.channels import ADDRESS_WORDS
from kustui.core.text import one_line
from kustui.errors import Refused

_EMAIL = re.compile(r"[^@\s<>,;\"]{1,64}@[^@\s<>,;\"]{1,253}")
_DIGITS = re.compile(r"\D+")


def address_value(kind: str, typed: str) -> str:
    """`typed` in the form addresses of that kind are compared and delivered by.

    Emails lose letter case; phone numbers are kept as + and digits when they carry a country code.
    Raises Refused, naming what was typed, when it cannot be an address of that kind.
    """
    text = one_line(typed, 320)
    if kind == "email":
        value = text.removeprefix("mailto:").strip("<> ").lower()
        if not _EMAIL.fullmatch(value) or ".." in value:
            raise Refused("Not an email address", f"{text!r} has not the form name@example.com.")
        return value
    if kind == "phone":
        return _phone(text)
    if not text:
        raise Refused(f"No {ADDRESS_WORDS.get(kind, 'address')}", "It is empty.")
    return text.lower()


def _phone(text: str) -> str:
    international = text.startswith(("+", "00"))
    digits = _DIGITS.sub("", text)
    if text.startswith("00"):
        digits = digits[2:]
    if not 4 <= len(digits) <= 15 or re.search(r"[A-Za-z]", text):
        raise Refused("Not a phone number", f"{text!r} has not the form +34 600 123 456.")
    return ("+" if international else "") + digits
