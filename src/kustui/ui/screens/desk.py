"""The desk's screen: the sidebar, the customer's timeline, the editor, one line below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from kustui.core.commands import Command
from kustui.desk.listings import VIEWS
from kustui.errors import KustuiError, StoreTrouble
from kustui.ui.keys import bindings, editor_bindings
from kustui.ui.screens.acting import Acting
from kustui.ui.screens.attending import Attending
from kustui.ui.screens.came_files import CameFiles
from kustui.ui.screens.merging import Merging
from kustui.ui.screens.outgoing import Outgoing
from kustui.ui.screens.saved_views import SavedViews
from kustui.ui.screens.teaming import Teaming
from kustui.ui.screens.time_machine import TimeMachine
from kustui.ui.screens.wording import Wording
from kustui.ui.sources import Nobody
from kustui.ui.widgets.panel_header import PanelHeader
from kustui.ui.widgets.rows import RowList
from kustui.ui.widgets.selectable import SelectableRows
from kustui.ui.widgets.status_line import StatusLine

if TYPE_CHECKING:
    from kustui.ui.widgets.timeline import Timeline
    from kustui.ui.widgets.toolbar import ToolButton

FURNISH_AFTER = 0.6
"""Seconds after the first list until the toolbar and the editor are mounted."""
LOOK_EVERY = 0.6
"""Seconds between two looks at whether somebody else has written."""


class DeskScreen(TimeMachine, Attending, Acting, Merging, Teaming, Outgoing, SavedViews, CameFiles, Wording):
    """Everything an agent works with. Keys come from the command table (see `desk_screen`)."""

    HORIZONTAL_BREAKPOINTS = [
        (0, "-narrow"),
        (100, "-usual"),
        (140, "-wide"),
        (190, "-huge"),
    ]

    def compose(self) -> ComposeResult:
        """Sidebar, customer, status line."""
        zone = self.desk.zone
        with Horizontal(id="panes"):
            with Vertical(id="sidebar"):
                yield PanelHeader(VIEWS["inbox"], id="inbox-head")
                yield SelectableRows(
                    now=self.now,
                    zone=zone,
                    server=self.desk.server_zone,
                    placeholder=Content("Nobody waits."),
                    id="inbox",
                )
                yield PanelHeader(VIEWS["viewing"], id="viewing-head")
                yield SelectableRows(now=self.now, zone=zone, id="viewing")
            with Vertical(id="customer"):
                yield Static(self._welcome(), id="welcome")
        yield StatusLine(id="status")

    async def furnish(self) -> None:
        """Mount what only an open customer needs, once; it is not on the way to the first list."""
        if self.furnished:
            return
        from kustui.ui.widgets.reply_editor import ReplyEditor
        from kustui.ui.widgets.timeline import Timeline
        from kustui.ui.widgets.toolbar import Toolbar

        acts = ("snooze", "done", "reopen", "compose", "profile")
        toolbar = Toolbar({name: self.key(name) for name in acts}, now=self.now, zone=self.desk.zone)
        own = [command.id for command in self.table if command.scope == "editor"]
        what = {"BINDINGS": editor_bindings(self.table), "takes_paths": self.desk.takes_paths}
        keyed = type("ReplyEditor", (ReplyEditor,), what)
        editor = keyed({name: self.key(name) for name in ("reply", "note", *own)})
        timeline = Timeline(
            now=self.now,
            zone=self.desk.zone,
            pager_key=self.key("pager"),
            message_key=self.key("message"),
            me=self.desk.agent.id,
            pictures=self.pictures(),
            placeholder=Content(""),
            id="timeline",
        )
        read_styles = getattr(self.app, "read_styles", None)
        if read_styles:
            read_styles("widgets/timeline.tcss")
        await self.query_one("#customer").mount(toolbar, timeline, editor)
        self.furnished = True
        self.attend()
        self.count_views()

    def _is_new(self) -> bool:
        return not self.safely(self.desk.reads.has_customers, True)

    def _welcome(self) -> Content:
        if not self._is_new():
            return Content(
                f"{self.key('list.open')} opens a customer · {self.key('search')} finds one · "
                f"{self.key('help')} shows every key"
            )
        return Content(
            "This workspace is empty.\n\n"
            # Of one length, so that they stand below each other although each line is centred.
            "kustui connect email reads and answers your mailbox       \n"
            "kustui import PATH   files your mail: .eml, mbox, Maildir \n"
            "kustui demo          shows a busy desk that is thrown away\n"
            "kustui tour          shows you around, in five minutes    \n"
            "kustui doctor        checks the workspace and its channels\n\n"
            f"{self.key('help')} shows every key, {self.key('quit')} leaves"
        )

    def on_resize(self) -> None:
        """Where the panes take turns, an empty inbox says what the customer's pane would."""
        narrow = self.size.width < self.HORIZONTAL_BREAKPOINTS[1][0]
        self.inbox.placeholder = self._welcome() if narrow and self._is_new() else self.nobody()

    def on_mount(self) -> None:
        """Begin at the inbox."""
        self.status_line.place = self.place_words
        self.status_line.keys = f"{self.key('help')} help  {self.key('palette')} everything"
        self.inbox.focus()
        self.inbox.show(self.guarded(self.desk.reads.listing("inbox")))
        self.viewing.show(self.guarded(self.desk.reads.listing("viewing")))
        self.look(renew=False)
        self._seen = self.safely(self.desk.reads.version, 0)
        self._heard = self.safely(self.desk.reads.murmur, 0)
        self.set_interval(LOOK_EVERY, self.look_if_changed)
        self.set_timer(FURNISH_AFTER, self.furnish)

    def look_if_changed(self) -> None:
        """Look again when somebody else, or the clockwork, has written to the store."""
        try:
            seen, heard = self.desk.reads.version(), self.desk.reads.murmur()
        except StoreTrouble as error:
            self.in_trouble(error)
            return
        if seen != self._seen or self.status_line.trouble:
            self._look_again(seen)
        if heard != self._heard:
            self._heard = heard
            self.follow_draft()
            self.attend()
        self.stay()
        if self.status_line.hint and self.customer is not None:
            # The minutes until a snooze ends go on while they are being read.
            self.toolbar.show(self.customer, self.conversation)

    def look_at_act(self) -> None:
        """Look again after an act of one's own, whose being written is then no news."""
        seen = self.safely(self.desk.reads.version, self._seen)
        if seen == self._seen:
            self.look()
        else:
            self._look_again(seen)

    def _look_again(self, seen: int) -> None:
        self._seen = seen
        self.look()
        self.tell_replies()
        self.count_views()

    # -- opening -----------------------------------------------------------------------

    def open_customer(self, customer_id: int, conversation_id: int | None = None) -> None:
        """Show a customer's timeline, at the end of a conversation (by default the latest)."""
        if not self.furnished:
            self.call_later(self._furnish_and_open, customer_id, conversation_id)
            return
        self.flush()
        same = self.customer is not None and self.customer.id == customer_id
        try:
            if not same:
                self.conversation = None
            self.show_customer(customer_id, conversation_id)
        except KustuiError as error:
            self.refuse(error)
            return
        self.change_classes("-empty", "-reading")
        self.editor.clear()
        self.load_draft()
        self.mark_open()
        self.timeline.focus()
        self.name_window()
        self.opening(customer_id)

    def opening(self, customer_id: int) -> None:
        """Write that the customer is open, and have colleagues know."""
        self.act(lambda: self.desk.presence.opening(customer_id))

    async def _furnish_and_open(self, customer_id: int, conversation_id: int | None) -> None:
        await self.furnish()
        self.open_customer(customer_id, conversation_id)

    def name_window(self) -> None:
        """Give the terminal's window its title."""
        name = getattr(self.app, "name_window", None)
        if name:
            name(f"{self.customer.name} · kustui" if self.customer else "kustui")

    def closed(self, customer_id: int) -> None:
        """A customer was closed: their timeline goes as well."""
        if self.customer is not None and self.customer.id == customer_id:
            self.flush()
            self.editor.clear()
            self.customer = self.conversation = None
            self.add_class("-empty")
            self.timeline.show(Nobody())
            self.mark_open()
            self.to_list()
            self.name_window()
            self.leave_customer()

    def on_row_list_opened(self, event: RowList.Opened) -> None:
        """A row was opened."""
        event.stop()
        if event.row.customer_id:
            self.open_customer(event.row.customer_id, event.row.conversation_id or None)
        else:
            self.action_message()

    def on_row_list_closed(self, event: RowList.Closed) -> None:
        """A row's × was clicked."""
        event.stop()
        self.close_customer(event.row.customer_id)

    def on_panel_header_clear_all(self, event: PanelHeader.ClearAll) -> None:
        """A panel's "clear all" was clicked."""
        event.stop()
        self.clear_panel("viewing" if event.header is self.viewing_head else "inbox")

    def on_timeline_conversation_chosen(self, event: Timeline.ConversationChosen) -> None:
        """Another conversation became the current one: the toolbar and the editor follow."""
        event.stop()
        if self.customer is not None:
            self.flush()
            self.show_customer(self.customer.id, event.conversation_id)
            self.editor.clear()
            self.load_draft()
            self.mark_open()

    def on_tool_button_pressed(self, event: ToolButton.Pressed) -> None:
        """A button of the toolbar was pressed."""
        event.stop()
        self.timeline.focus()
        self.call_later(self.run_action, event.button.does)

    def on_tool_button_hinted(self, event: ToolButton.Hinted) -> None:
        """Say what the control under the focus or the pointer does (SPEC B6)."""
        event.stop()
        self.status_line.hint = event.words

    # -- help, redraw, quit --------------------------------------------------------------

    def action_help(self) -> None:
        """Every key, as it is set now."""
        from kustui.ui.screens.reading import help_screen

        self.app.push_screen(help_screen(self.table))

    def action_redraw(self) -> None:
        """Paint the screen anew and look at everything again."""
        repaint = getattr(self.app, "action_repaint", None)
        if repaint:
            repaint()
        self.look()

    def action_command_palette(self) -> None:
        """Everything by name."""
        self.app.action_command_palette()

    def action_ask_quit(self) -> None:
        """Ask, then leave; what is typed is saved first."""
        from kustui.ui.screens.dialogs import confirm

        if self._asks_to_quit:
            return
        self._asks_to_quit = True
        about = f"Drafts are kept. {self.waiting_words()}".rstrip()

        def answered(answer: str | None) -> None:
            self._asks_to_quit = False
            if answer == "yes":
                self.leave()

        self.app.push_screen(confirm("Quit kustui?", "Quit", "Stay", about), answered)

    def leave(self) -> None:
        """Save what is typed and end the program."""
        try:
            self.save_now()
        except KustuiError as error:
            self.refuse(error)
            self.say("Not quitting: the draft could not be saved")
            return
        self.app.exit()


def desk_screen(table: tuple[Command, ...], kind: str = "") -> type[DeskScreen]:
    """The screen's class with the keys of the table as they are set; `kind` is the shift's, or "tour"."""
    base: type[DeskScreen] = DeskScreen
    if kind == "tour":
        from kustui.ui.screens.touring import TouringScreen

        base = TouringScreen
    if kind in ("watch", "replay"):
        from kustui.ui.screens.watching import WatchingScreen

        base = WatchingScreen
    return type(base.__name__, (base,), {"BINDINGS": bindings(table, "desk", "everywhere")})
