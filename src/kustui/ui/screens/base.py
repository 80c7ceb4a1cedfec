"""What every part of the desk's screen shares: its state, the write path, the one way to look again."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Literal, TypeVar, cast

from textual import getters
from textual.message import Message
from textual.worker import Worker

from kustui.clock import minute
from kustui.core.commands import Command
from kustui.core.records import Changed, Conversation, Customer
from kustui.core.text import clean, one_line
from kustui.desk import Desk, paths
from kustui.errors import KustuiError, Refused, StoreTrouble
from kustui.ui import harmless
from kustui.ui.keys import key_of
from kustui.ui.screens.parts import Parts
from kustui.ui.sources import Guarded, GuardedTimeline
from kustui.ui.terminal.steady import SteadyScreen
from kustui.ui.widgets.panel_header import PanelHeader
from kustui.ui.widgets.rows import RowList
from kustui.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from kustui.desk.clockwork_pass import Pass
    from kustui.ui.widgets.reply_editor import ReplyEditor
    from kustui.ui.widgets.timeline import Timeline
    from kustui.ui.widgets.toolbar import Toolbar

log = logging.getLogger("kustui.ui")

BUSY_AFTER = 1.5
"""Seconds after which an act that has not come back says that the store is busy."""

Answer = TypeVar("Answer")
Otherwise = TypeVar("Otherwise")


class DeskBase(Parts, SteadyScreen):
    """The state of the desk's screen; acts go to a thread, and everything is looked at again after."""

    inbox = getters.query_one("#inbox", RowList)
    inbox_head = getters.query_one("#inbox-head", PanelHeader)
    viewing = getters.query_one("#viewing", RowList)
    viewing_head = getters.query_one("#viewing-head", PanelHeader)
    status_line = getters.query_one("#status", StatusLine)

    class Acted(Message):
        """An act was done."""

        def __init__(self, changed: Changed, then: Callable[[Changed], None] | None) -> None:
            super().__init__()
            self.changed = changed
            self.then = then

    class Refusal(Message):
        """An act was refused, or the store is in trouble."""

        def __init__(self, error: KustuiError) -> None:
            super().__init__()
            self.error = error

    def __init__(self, desk: Desk, table: tuple[Command, ...]) -> None:
        super().__init__(classes="-empty")
        self.desk = desk
        self.table = table
        self.customer: Customer | None = None
        self.conversation: Conversation | None = None
        self._late: set[Worker[None]] = set()
        self.place_words = one_line(f"{desk.agent.name} · {desk.workspace}")

    furnished = False
    """Whether toolbar, timeline and editor are mounted: no customer is open before they are."""

    @property
    def toolbar(self) -> Toolbar:
        """The toolbar; there once the screen is furnished."""
        return cast("Toolbar", self.query_one("#toolbar"))

    @property
    def timeline(self) -> Timeline:
        """The open customer's timeline; there once the screen is furnished."""
        return cast("Timeline", self.query_one("#timeline"))

    @property
    def editor(self) -> ReplyEditor:
        """The reply editor; there once the screen is furnished."""
        return cast("ReplyEditor", self.query_one("#reply"))

    # -- time and keys -----------------------------------------------------------

    def now(self) -> datetime:
        """The present by the store's clock; the last known one while the store is in trouble."""
        try:
            self._last_now = self.desk.now()
        except StoreTrouble as error:
            self.in_trouble(error)
        return self._last_now

    _troubled = False
    _saying = 0
    _last_now = datetime.min.replace(tzinfo=UTC)

    def key(self, name: str) -> str:
        """The key of a command, as people write it and as it is set now."""
        return key_of(self.table, name)

    def change_classes(self, off: str, on: str) -> None:
        """Take one class off and put another on, and look through the styles once for both."""
        if self.has_class(off) or not self.has_class(on):
            self.remove_class(off, update=False)
            self.add_class(on, update=False)
            self.update_node_styles(animate=False)

    def expect_writing(self) -> None:
        """The agent is about to write, and should not wait for it."""
        expect = getattr(self.app, "expect_writing", None)
        if expect:
            expect()

    # -- acting --------------------------------------------------------------------

    def act(self, what: Callable[[], Changed], then: Callable[[Changed], None] | None = None) -> None:
        """Do an act in a thread; afterwards `then` is called here and everything is looked at again.

        One that waits for the store longer than a moment says so; the agent works on meanwhile.
        """
        worker = self.run_worker(
            partial(self._acting, what, then), thread=True, group="write", exit_on_error=False, name="act"
        )
        self.set_timer(BUSY_AFTER, partial(self._say_busy, worker))

    def _say_busy(self, worker: Worker[None]) -> None:
        if not worker.is_finished:
            self._late.add(worker)
            self.status_line.busy = "The store is busy; waiting…"

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """An act that was waited for has come back."""
        if event.worker in self._late and event.worker.is_finished:
            self._late.discard(event.worker)
            if not self._late:
                self.status_line.busy = ""

    def _acting(self, what: Callable[[], Changed], then: Callable[[Changed], None] | None) -> None:
        try:
            changed = what()
        except KustuiError as error:
            self.post_message(self.Refusal(error))
        # The agent is told, the log keeps the kind of it, the desk goes on.
        except Exception as error:
            log.error("an act stumbled: %s", type(error).__name__, exc_info=error)
            self.post_message(
                self.Refusal(KustuiError("That did not work", f"{type(error).__name__}; see the log."))
            )
        else:
            self.post_message(self.Acted(changed, then))

    def on_desk_base_acted(self, event: Acted) -> None:
        """Say what happened and look again."""
        event.stop()
        if event.changed.notice:
            self.say(event.changed.notice)
        if event.then:
            event.then(event.changed)
        self.look_at_act()

    def on_desk_base_refusal(self, event: Refusal) -> None:
        """Say why not, in its own words."""
        event.stop()
        self.refuse(event.error)

    def refuse(self, error: KustuiError) -> None:
        """Show a refusal; trouble with the store also stays in the status line until it is over."""
        if isinstance(error, StoreTrouble):
            self.in_trouble(error)
        severity: Literal["warning", "error"] = "warning" if isinstance(error, Refused) else "error"
        words = clean(error.message or error.title)
        self.notify(words, title=one_line(error.title), severity=severity, timeout=8, markup=False)

    def in_trouble(self, error: KustuiError) -> None:
        """Keep the trouble in sight."""
        self._troubled = True
        if self.is_mounted:
            self.status_line.trouble = one_line(error.title)

    def say(self, notice: str) -> None:
        """Put a sentence in the status line; the next one, or a while, takes it away."""
        self.status_line.notice = one_line(notice)
        self._saying += 1
        self.set_timer(8, partial(self._hush, self._saying))

    def _hush(self, number: int) -> None:
        if number == self._saying:
            self.status_line.notice = ""

    def safely(self, ask: Callable[[], Answer], otherwise: Otherwise) -> Answer | Otherwise:
        """The answer to a question, or `otherwise` with the trouble shown."""
        try:
            return ask()
        except KustuiError as error:
            self.refuse(error)
            return otherwise

    # -- looking -------------------------------------------------------------------

    def look_at_act(self) -> None:
        """Look again after an act of one's own."""
        self.look()

    def look(self, *, renew: bool = True) -> None:
        """Look at everything again; only what differs is painted. The one refresh path of the screen.

        `renew` is False only where the lists have been read just now.
        """
        self._troubled = False
        try:
            self._look(renew=renew)
        except StoreTrouble as error:
            self.in_trouble(error)
        # A list that could not be read has said so already, and shows what it last knew.
        if not self._troubled:
            self.status_line.trouble = ""

    def worked(self, done: Pass) -> None:
        """The clockwork did something: say it and look."""
        if done.words():
            self.say(done.words())
        self.look()

    def _look(self, *, renew: bool) -> None:
        if renew:
            self.inbox.renew()
            self.viewing.renew()
        self.inbox_head.count = self.inbox.count
        self.viewing_head.count = self.viewing.count
        self.viewing_head.display = self.viewing.display = self.viewing.count > 0
        self.status_line.lamps = lamps = self.desk.reads.lamps()
        since, self._told = self._told, max(self._told or 0, lamps.newest)
        if since != self._told and lamps.unread:
            # What draws attention is not on the way to the first list.
            from kustui.ui.screens.notices import announce

            announce(self, lamps, since)
        if self.customer is not None and self._stamp_of(self.customer.id) != self._stamp:
            self.show_customer(self.customer.id)

    _told: int | None = None
    """The id of the newest notification the agent was told of; None before the first look."""
    _stamp: object = None

    def _stamp_of(self, customer_id: int) -> object:
        """Equal to an earlier one while the timeline would look the same: what it holds, and the minute."""
        return customer_id, self.desk.reads.stamp(customer_id), minute(self.now())

    def show_customer(self, customer_id: int, conversation_id: int | None = None) -> None:
        """Put a customer's timeline on the screen; the view stays where it is for the same one."""
        # Taken first, so that what changes while the timeline is read is looked at again.
        self._stamp = self._stamp_of(customer_id)
        read = self.desk.reads.timeline(customer_id)
        view = GuardedTimeline(read, self.in_trouble)
        chosen = conversation_id or self._kept_conversation(view)
        self.customer = harmless.customer(read.customer)
        self.conversation = next((item for item in view.conversations if item.id == chosen), None)
        self.timeline.show(view, conversation_id=chosen)
        self.toolbar.show(self.customer, self.conversation)
        self.editor.say_again()

    def _kept_conversation(self, view: GuardedTimeline) -> int | None:
        known = [item.id for item in view.conversations]
        if self.conversation is not None and self.conversation.id in known:
            return self.conversation.id
        if self.conversation is not None:
            # It may be part of another by now.
            number = self.conversation.id
            found = self.safely(lambda: self.desk.reads.conversation(number).id, 0)
            if found in known:
                return found
        return known[-1] if known else None

    def guarded(self, listing: object) -> Guarded:
        """A list whose trouble is shown, and does not take the screen down."""
        return listing if isinstance(listing, Guarded) else Guarded(listing, self.in_trouble)

    def has_customer(self) -> bool:
        """Whether a customer is open; if not, the agent is told what to do first."""
        if self.customer is None:
            self.say("Open a customer first")
        return self.customer is not None

    def may_name_files(self) -> bool:
        """Whether files of the host may be read and written here; if not, the agent is told so."""
        return self.safely(lambda: paths.check(self.desk), False) is None

    def target(self) -> Conversation | None:
        """The conversation an act is for: the row's under the cursor of a list, else the open one."""
        rows = self.focused
        if isinstance(rows, RowList):
            row = rows.row()
            if row is not None and row.conversation_id:
                found = self.safely(lambda: self.desk.reads.conversation(row.conversation_id), None)
                return None if found is None else harmless.conversation(found)
            if row is not None and (self.customer is None or row.customer_id != self.customer.id):
                # The open conversation is another's.
                self.say("No conversation belongs to this row")
                return None
        if self.conversation is None:
            self.say("Open a customer first")
        return self.conversation

    def clock_words(self, at: datetime) -> str:
        """The time of day of an instant, with seconds, in the agent's zone."""
        return f"{at.astimezone(self.desk.zone):%H:%M:%S}"
