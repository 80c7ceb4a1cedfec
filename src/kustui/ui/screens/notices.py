"""What happened that the agent should know: a toast when it comes, and the list of it (SPEC B7, D9)."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, ClassVar, Literal

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widgets import Static

from kustui.core import when, words
from kustui.core.records import Notification
from kustui.ui import harmless
from kustui.ui.screens.reading import LongText
from kustui.ui.widgets.lines import Span
from kustui.ui.wrap import wrap

if TYPE_CHECKING:
    from kustui.desk.reads import Lamps
    from kustui.ui.screens.base import DeskBase

LIMIT = 200
"""Notifications the panel lists at most."""
TOASTED = 3
"""Notifications that one toast names; of more it says how many."""
BAD = ("failed", "uncertain", "held")
"""Kinds that say something went wrong."""
EMPTY = "Nothing to tell. Snoozes that ended and messages that need you show here."


def announce(screen: DeskBase, lamps: Lamps, since: int | None) -> None:
    """Tell of the notifications after the one with the id `since`; None at the program's start."""
    key = screen.key("notifications")
    if since is None:
        them = "it" if lamps.unread == 1 else "them"
        screen.say(f"{words.notices(lamps.unread)} while you were away; {key} shows {them}")
        return
    fresh = screen.safely(
        lambda: screen.desk.reads.notifications(LIMIT, only_unread=True, after=since),
        [],
    )
    if not fresh:
        return
    told = [harmless.notification(item).text for item in fresh]
    severity: Literal["warning", "information"] = (
        "warning" if any(item.kind in BAD for item in fresh) else "information"
    )
    if len(told) == 1:
        said = told[0]
        screen.notify(f"{said} · {key} shows it", severity=severity, timeout=8, markup=False)
    else:
        said = words.notices(len(told))
        more = [f"and {len(told) - TOASTED} more"] if len(told) > TOASTED else []
        message = "\n".join((*told[:TOASTED], *more, f"{key} shows them"))
        screen.notify(message, title=said, severity=severity, timeout=8, markup=False)
    call = getattr(screen.app, "call_attention", None)
    if call:
        call(said)


def show(screen: DeskBase) -> None:
    """Open the panel over the desk's screen; Enter there opens the conversation a notification is about."""

    def items() -> list[Notification]:
        found: list[Notification] = screen.safely(lambda: screen.desk.reads.notifications(LIMIT), [])
        return [harmless.notification(item) for item in found]

    def read_all(newest: int) -> None:
        screen.act(lambda: screen.desk.notices.read_all(newest), lambda _: panel.renew())

    def opened(item: Notification | None) -> None:
        if item is None:
            return
        screen.act(lambda: screen.desk.notices.read(item.id))
        if item.customer_id is not None:
            screen.open_customer(item.customer_id, item.conversation_id)

    panel = NoticesPanel(items, read_all, now=screen.now, zone=screen.desk.zone)
    screen.app.push_screen(panel, opened)


class NoticeList(LongText, inherit_bindings=False):
    """Notifications with a cursor: what it says, and below it when that was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up,k", "move(-1)", "Up", show=False),
        Binding("down,j", "move(1)", "Down", show=False),
        Binding("pageup", "move_page(-1)", "Page up", show=False),
        Binding("pagedown,space", "move_page(1)", "Page down", show=False),
        Binding("home", "move(-1_000_000)", "First", show=False),
        Binding("end,G", "move(1_000_000)", "Last", show=False),
        Binding("enter,o", "open", "Open", show=False),
    ]
    COMPONENT_CLASSES: ClassVar[set[str]] = {"longtext--cursor"}

    class Opened(Message):
        """A notification is to be opened: Enter or a click."""

        def __init__(self, item: Notification) -> None:
            super().__init__()
            self.item = item

    def __init__(self, now: Callable[[], datetime], zone: tzinfo) -> None:
        super().__init__("")
        self.placeholder = Content(EMPTY)
        self._now = now
        self._zone = zone
        self._items: Sequence[Notification] = ()
        self._owners: list[int] = []
        self._cursor = 0
        self._asked = 0

    def show(self, items: Sequence[Notification]) -> None:
        """Show these; the cursor stays on its notification if that is among them."""
        old = self._items[self._cursor].id if self._items else 0
        self._items = tuple(items)
        self._cursor = next((place for place, item in enumerate(items) if item.id == old), 0)
        if self._columns:
            self._laid = list(self.lay(self._columns))
            self.set_total(len(self._laid))
        self._laid_out()

    def lay(self, width: int) -> Iterator[list[Span]]:
        """The lines of every notification, wrapped to a width."""
        now = self._now()
        self._owners = []
        for place, item in enumerate(self._items):
            first, *more = wrap(item.text, max(8, width - 5))
            at = f"{when.absolute(item.at, self._zone, now)}, {when.relative(item.at, now)}"
            look = "body" if item.read else "head"
            lines: list[list[Span]] = [
                [("   " if item.read else " ● ", "key"), (first, look)],
                *([("   " + line, look)] for line in more),
                [("   " + ("" if item.read else "new · ") + at, "muted")],
            ]
            self._owners += [place] * len(lines)
            yield from lines

    def on_resize(self) -> None:
        """The box is as high as what is in it, once that is wrapped to the new width."""
        self.call_later(self._laid_out)

    def render_line(self, y: int) -> Strip:
        """One line of the view; the cursor's lie on a ground, and its first has a mark."""
        if not self._items:
            return self.placeholder_line(y)
        y += self.scroll_offset.y
        if y >= len(self._laid) or self._owners[y] != self._cursor:
            return super().render_line(y - self.scroll_offset.y)
        (mark, look), *rest = self._laid[y]
        if y and self._owners[y - 1] == self._cursor:
            return self.strip(self._laid[y], "cursor")
        return self.strip([("›", "key"), (mark[1:], look), *rest], "cursor")

    def on_click(self, event: events.Click) -> None:
        """A click opens."""
        y = event.y + self.scroll_offset.y
        if y < len(self._owners):
            event.stop()
            self.post_message(self.Opened(self._items[self._owners[y]]))

    def action_move(self, delta: int) -> None:
        """Move the cursor."""
        self._cursor = max(0, min(self._cursor + delta, len(self._items) - 1))
        self._follow()
        self.refresh()

    def action_move_page(self, delta: int) -> None:
        """Move the cursor by a view full of them."""
        self.action_move(delta * max(1, self._lines // 2 - 1))

    def action_open(self) -> None:
        """Open the one under the cursor."""
        if self._items:
            self.post_message(self.Opened(self._items[self._cursor]))

    def _laid_out(self) -> None:
        if self._laid and self._lines < len(self._laid) != self._asked:
            self._asked = len(self._laid)
            self.refresh(layout=True)
        self._follow()
        self.refresh()

    def _follow(self) -> None:
        if not self._lines or not self._owners:
            return
        top, first = self.scroll_offset.y, self._owners.index(self._cursor)
        end = first + self._owners.count(self._cursor)
        want = min(max(top, end - self._lines), first)
        if want != top:
            self.scroll_to(y=want, animate=False)


class NoticesPanel(ModalScreen[Notification | None]):
    """Answers the notification to open, or None when it was left."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g,q,N", "leave", "Leave"),
        Binding("a", "read_all", "All read", show=False),
    ]

    def __init__(
        self,
        items: Callable[[], list[Notification]],
        read_all: Callable[[int], None],
        *,
        now: Callable[[], datetime],
        zone: tzinfo,
    ) -> None:
        """`items` tells what there is now; `read_all` marks it read up to an id, and renews this."""
        super().__init__()
        self._ask = items
        self._read_all = read_all
        self._items: list[Notification] = []
        self._list = NoticeList(now, zone)

    def compose(self) -> ComposeResult:
        """How many are new, the list, what the keys do."""
        with Vertical(classes="dialog -wide"):
            yield Static("", classes="dialog-title", id="notices-title")
            yield self._list
            yield Static(
                Content.styled("Enter opens · a marks all as read · Esc leaves", "$foreground-muted"),
                classes="dialog-foot",
            )

    def on_mount(self) -> None:
        """Show what there is."""
        self.renew()
        self._list.focus()

    def renew(self) -> None:
        """Look again."""
        if not self.is_attached:
            return
        self._items = self._ask()
        unread = sum(not item.read for item in self._items)
        count = f"{unread} new" if unread else "all read" if self._items else "none"
        title = Content.assemble(("Notifications", "bold"), (f"  {count}", "$foreground-muted"))
        self.query_one("#notices-title", Static).update(title)
        self._list.show(self._items)

    def on_notice_list_opened(self, event: NoticeList.Opened) -> None:
        """Answer it."""
        event.stop()
        self.dismiss(event.item)

    def action_read_all(self) -> None:
        """Mark everything that is shown, and what is older, as read."""
        if self._items:
            self._read_all(max(item.id for item in self._items))

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)
