"""What an agent can do: one room for each kind of act, one transaction for each act.

Opening a desk and reading from it load no ORM; the rooms that write are made at their first use.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, tzinfo
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from kustui.core import when
from kustui.core.records import Agent
from kustui.core.team import CAPACITY, Queues
from kustui.desk.post import Post
from kustui.desk.reads import Reads
from kustui.store.store import Store

if TYPE_CHECKING:
    from kustui.desk.clockwork import Clockwork
    from kustui.desk.colleagues import Colleagues
    from kustui.desk.connecting import Connecting
    from kustui.desk.dispatch import Dispatch
    from kustui.desk.drafts import Drafts
    from kustui.desk.files import Files
    from kustui.desk.following import Following
    from kustui.desk.intake import Intake
    from kustui.desk.library import Library
    from kustui.desk.notices import Notices
    from kustui.desk.people import People
    from kustui.desk.preferences import Preferences
    from kustui.desk.presence import Presences
    from kustui.desk.promising import Promising
    from kustui.desk.replies import Replies
    from kustui.desk.saving import Saving
    from kustui.desk.seeding import Seeding
    from kustui.desk.shifts import RunningShift, Shifts
    from kustui.desk.staffing import Staffing
    from kustui.desk.tagging import Tagging
    from kustui.desk.touring import Tour
    from kustui.desk.triage import Triage
    from kustui.desk.undo import Undo
    from kustui.desk.views import Views
    from kustui.desk.webhooks import Webhooks
    from kustui.desk.words import Words


__all__ = ["Desk", "Post"]

SAID_AT_THE_DOOR = (
    "workspace", "server_zone", "undo_seconds", "routing", "capacity", "channel_teams", "settings_path",
    "display",
)  # fmt: skip


class Desk:
    """One agent at one workspace. `server_zone` is the zone of the host that holds the store.

    `routing` gives new work to agents who have room: `capacity` is theirs where no other is set,
    `channel_teams` names the team of a channel's new conversations. `display` is the settings'.
    """

    def __init__(
        self,
        store: Store,
        agent: Agent,
        post: Post | None = None,
        *,
        workspace: str = "kustui",
        server_zone: tzinfo = UTC,
        undo_seconds: Mapping[str, int] | None = None,
        routing: bool = False,
        capacity: int = CAPACITY,
        channel_teams: Mapping[str, str] | None = None,
        settings_path: Path | None = None,
        display: str = "",
    ) -> None:
        self.store = store
        self.agent = agent
        self.post = post or Post()
        self.workspace = workspace
        self.server_zone = server_zone
        self.undo_seconds = dict(undo_seconds or {})
        self.routing = routing
        self.capacity = capacity
        self.channel_teams = dict(channel_teams or {})
        self.settings_path = settings_path
        self.display = display
        self.is_trial = False
        self.takes_paths = True
        """Whether files of this host may be named here: not by a guest, who came by a browser."""
        self.shift: RunningShift | None = None
        self.tour: Tour | None = None
        self.reads = Reads(store, agent)

    @property
    def zone(self) -> tzinfo:
        """The agent's zone; the server's when the agent has none."""
        return when.zone(self.agent.zone, self.server_zone)

    def undo_window(self, channel: str) -> int:
        """Seconds that a message of a channel waits for an undo (SPEC D8)."""
        own = self.undo_seconds.get(channel)
        return own if own is not None else self.words.preferences().undo_window(channel)

    @property
    def queues(self) -> Queues:
        """How new work finds its way to agents."""
        return Queues(self.routing, self.capacity, self.channel_teams)

    @property
    def store_place(self) -> str:
        """Where the workspace is, for people: a file, or a server's database without its password."""
        return self.store.place

    def on_trial(self) -> Desk:
        """The same desk over a store that takes everything back when it is closed, and with no way out of
        the house: its acts say what they would do.
        """
        from kustui.store.trial import Trial

        said = {name: getattr(self, name) for name in SAID_AT_THE_DOOR}
        desk = Desk(Trial(self.store), self.agent, self.post, **said)
        desk.is_trial = True
        return desk

    def now(self) -> datetime:
        """The present instant by the store's clock."""
        return self.store.now()

    @cached_property
    def triage(self) -> Triage:
        """Status, snooze, assignment, the sidebar."""
        from kustui.desk.triage import Triage

        return Triage(self)

    @cached_property
    def drafts(self) -> Drafts:
        """Words not sent yet."""
        from kustui.desk.drafts import Drafts

        return Drafts(self)

    @cached_property
    def replies(self) -> Replies:
        """Replies, notes, new conversations."""
        from kustui.desk.replies import Replies

        return Replies(self)

    @cached_property
    def words(self) -> Words:
        """The workspace's words and settings, to look at."""
        from kustui.desk.words import Words

        return Words(self.store, self.agent)

    @cached_property
    def files(self) -> Files:
        """Files that go with drafts."""
        from kustui.desk.files import Files

        return Files(self)

    @cached_property
    def saving(self) -> Saving:
        """Files that came with messages, or went."""
        from kustui.desk.saving import Saving

        return Saving(self)

    @cached_property
    def library(self) -> Library:
        """Shortcuts, snippets, templates, and the choices of Conversation Status."""
        from kustui.desk.library import Library

        return Library(self)

    @cached_property
    def preferences(self) -> Preferences:
        """What the agent has set for themself."""
        from kustui.desk.preferences import Preferences

        return Preferences(self)

    @cached_property
    def dispatch(self) -> Dispatch:
        """Messages on their way: when they go, taking back, settling."""
        from kustui.desk.dispatch import Dispatch

        return Dispatch(self)

    @cached_property
    def people(self) -> People:
        """Customers' profiles."""
        from kustui.desk.people import People

        return People(self)

    @cached_property
    def notices(self) -> Notices:
        """What the agent has been told."""
        from kustui.desk.notices import Notices

        return Notices(self)

    @cached_property
    def intake(self) -> Intake:
        """What comes in: single messages and whole mailboxes."""
        from kustui.desk.intake import Intake

        return Intake(self)

    @cached_property
    def connecting(self) -> Connecting:
        """Setting up channels."""
        from kustui.desk.connecting import Connecting

        return Connecting(self)

    @cached_property
    def webhooks(self) -> Webhooks:
        """What providers tell us by calling."""
        from kustui.desk.webhooks import Webhooks

        return Webhooks(self)

    @cached_property
    def shifts(self) -> Shifts:
        """A shift's clock and record, for demos and training."""
        from kustui.desk.shifts import Shifts

        return Shifts(self)

    @cached_property
    def seeding(self) -> Seeding:
        """Filling a workspace with a made-up scene."""
        from kustui.desk.seeding import Seeding

        return Seeding(self)

    @cached_property
    def promising(self) -> Promising:
        """The targets of first responses and next replies."""
        from kustui.desk.promising import Promising

        return Promising(self)

    @cached_property
    def tagging(self) -> Tagging:
        """Tags and priorities."""
        from kustui.desk.tagging import Tagging

        return Tagging(self)

    @cached_property
    def presence(self) -> Presences:
        """Who is at what."""
        from kustui.desk.presence import Presences

        return Presences(self)

    @cached_property
    def views(self) -> Views:
        """Searches that are kept under a name."""
        from kustui.desk.views import Views

        return Views(self)

    @cached_property
    def colleagues(self) -> Colleagues:
        """The team, to look at."""
        from kustui.desk.colleagues import Colleagues

        return Colleagues(self)

    @cached_property
    def staffing(self) -> Staffing:
        """Availability, capacity, teams."""
        from kustui.desk.staffing import Staffing

        return Staffing(self)

    @cached_property
    def following(self) -> Following:
        """Hearing of conversations that are somebody else's."""
        from kustui.desk.following import Following

        return Following(self)

    @cached_property
    def undo(self) -> Undo:
        """Taking back the last act."""
        from kustui.desk.undo import Undo

        return Undo(self)

    @cached_property
    def clockwork(self) -> Clockwork:
        """What happens by itself."""
        from kustui.desk.clockwork import Clockwork

        return Clockwork(self)

    def warm(self) -> None:
        """Load what the first write needs, ahead of it; meant for a thread."""
        self.store.warm()
        _ = self.triage, self.drafts, self.replies, self.undo
