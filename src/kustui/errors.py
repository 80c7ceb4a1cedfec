"""Errors that can be shown to an agent as they are."""

from __future__ import annotations


class KustuiError(Exception):
    """Something was refused or went wrong, in words for people.

    `title` says what happened in a few words; `message` says to what, and what to do about it.
    Both are plain text: they may quote what a customer wrote and are never read as markup.
    """

    def __init__(self, title: str, message: str = "") -> None:
        super().__init__(title, message)
        self.title = title
        self.message = message

    def __str__(self) -> str:
        return f"{self.title}: {self.message}" if self.message else self.title


class Refused(KustuiError):
    """An act that the rules do not allow; nothing was changed."""


class NotFound(Refused):
    """There is no such customer, conversation, message, ..."""


class StoreTrouble(KustuiError):
    """The store cannot be read or written: corrupt, read-only, full, missing, locked or newer."""


class StoreBusy(StoreTrouble):
    """Another program held the store for too long; trying again is fine."""


class SettingsTrouble(KustuiError):
    """The settings file cannot be used as it is."""


class MissingExtra(KustuiError):
    """A capability needs a library that is not installed."""

    def __init__(self, capability: str, extra: str) -> None:
        super().__init__(
            f"{capability} is not installed",
            f"Install it with: pip install 'kustui[{extra}]'",
        )


class Unreadable(KustuiError):
    """An incoming message that cannot be read; it is quarantined whole, with this reason."""


class DeliveryFailed(KustuiError):
    """A transport was told no for good; the message is not tried again by itself."""


class TryLater(KustuiError):
    """A transport was refused for now and provably delivered nothing."""
