"""A transport that keeps what it is given."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping

from kustui.core.post import Inbound, Parcel
from kustui.delivery import Accepted
from kustui.errors import SettingsTrouble


class Recorder:
    """Takes every message, or fails as it is told: `before` or `after` the point of no return."""

    name = "recorder"
    channels = frozenset({"email", "sms", "chat", "facebook"})
    timeout = 5.0
    rate = 0.0
    repeatable = False

    def __init__(self) -> None:
        self.sent: list[Parcel] = []
        self.waiting: list[Inbound] = []
        self.before: Exception | None = None
        self.after: Exception | None = None

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Keep the parcel, unless told to fail."""
        if self.before:
            raise self.before
        commit()
        if self.after:
            raise self.after
        self.sent.append(parcel)
        return Accepted(f"r{len(self.sent)}")

    def collect(self) -> Iterable[Inbound]:
        """What a test put there."""
        found, self.waiting = self.waiting, []
        return found


class Broken(Mapping[str, Recorder]):
    """The transports of a workspace whose email cannot be loaded."""

    def __init__(self, works: Recorder) -> None:
        self.works = works

    def __getitem__(self, channel: str) -> Recorder:
        if channel == "email":
            raise SettingsTrouble("No such transport", "'nosuch' is not installed.")
        return {"sms": self.works}[channel]

    def __iter__(self) -> Iterator[str]:
        return iter(("email", "sms"))

    def __len__(self) -> int:
        return 2
