"""How messages travel for a workspace."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from kustui.core.record import NOTHING, Record

if TYPE_CHECKING:
    from kustui.core.post import Parcel
    from kustui.delivery import MailReader, Transport


class Post(Record):
    """How messages travel for this workspace: which transport carries which channel, and from whom.

    `collectors` bring channels in, `copies` file what was sent by channel, each by what the settings
    name. `gateway` is the settings' table of that name; `marks_in` says where an email of ours tells its
    conversation: "subject", "address", "both", "none". `trial` makes a transport with options that are
    not saved. `letter` writes an email to be kept, the same each time. `address` is the workspace's own email
    address; `own` are all addresses that are ours, so that mail from them is outbound when it is imported.
    """

    transports: Mapping[str, Transport] = NOTHING
    address: str = ""
    own: frozenset[str] = frozenset()
    mail: Callable[[], MailReader] | None = None
    letter: Callable[[Parcel], bytes] | None = None
    collectors: Mapping[str, Any] = NOTHING
    copies: Mapping[str, Transport] = NOTHING
    gateway: Mapping[str, Any] = NOTHING
    marks_in: str = "none"
    trial: Callable[[str, Mapping[str, Any]], Transport] | None = None

    def carrier(self, channel: str) -> Transport | None:
        """The transport of a channel, or None when nothing carries it."""
        return self.transports.get(channel)

    def carries(self, channel: str) -> bool:
        """Whether a channel has a transport, be it one that cannot be loaded."""
        return any(channel == each for each in self.transports)
