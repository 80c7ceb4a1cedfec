"""The first run: what there is to begin with, asked before any workspace is made (SPEC G3)."""

from __future__ import annotations

import asyncio
import logging
import signal
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal, NamedTuple, Protocol

from textual.app import App, ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.types import CSSPathType
from textual.widgets import Input, Static

from kustui.core.display import Look, stock_because
from kustui.core.text import clean
from kustui.errors import KustuiError
from kustui.ui import theme
from kustui.ui.screens.completing import completed, listed, names_below, write_behind
from kustui.ui.screens.menu import Choice, Menu
from kustui.ui.terminal.display import ChangedCells
from kustui.ui.terminal.driver import driver_class
from kustui.ui.terminal.typeahead import KeysInOrder

log = logging.getLogger("kustui.ui")

Way = Literal["tour", "demo", "connect", "open"]
"""What comes next: a guided or an unguided demo, the questions about a mailbox, the desk."""
Told = Callable[[str], bool]
"""Takes words meanwhile; answers whether to go on."""
Does = Callable[[str, Told], str]
"""Does what was typed, in a thread; is handed what takes words meanwhile, and answers some for the end."""

CHOICES = (
    Choice("tour", "t", "Take the tour", "five minutes in a made-up shop, then gone"),
    Choice("demo", "d", "Try the demo", "the same shop without a guide, then gone"),
    Choice("import", "i", "Import mail", "makes yours of an mbox, a Maildir, .eml files"),
    Choice("connect", "c", "Connect a mailbox", "makes yours, then asks for the mailbox"),
    Choice("join", "j", "Join a team", "a store that is there; noted in the settings"),
    Choice("empty", "e", "Begin empty", "makes yours, with nobody in it"),
    Choice("leave", "q", "Leave", "makes nothing"),
)


class Ground(Protocol):
    """What lies below the first run."""

    @property
    def place(self) -> str:
        """Where the workspace would be."""

    @property
    def settings(self) -> str:
        """Where the settings are, or would be."""

    def take(self, typed: str, told: Told) -> str:
        """Make the workspace of the mail at a path. Raises KustuiError; without mail nothing is made."""

    def join(self, typed: str, told: Told) -> str:
        """Keep the store of that place in the settings, when it opens. Raises KustuiError."""


class Question(NamedTuple):
    """What a choice asks for: its words, what completes the line, what does it."""

    title: str
    about: str
    hint: str
    types: tuple[str, ...]
    does: Does


class PlaceDialog(ModalScreen[bool]):
    """Asks for a place and does something with it; what is refused is said here, and what was typed stays.

    Answers whether it was done.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("tab", "complete", "Complete", priority=True),
    ]

    def __init__(self, question: Question) -> None:
        super().__init__()
        self._question = question
        self._busy = self._done = self._stops = False

    def compose(self) -> ComposeResult:
        """A title, what it makes, a line to type in, what fits it, what came of it."""
        with Vertical(classes="dialog"):
            yield Static(Content.styled(self._question.title, "bold"), classes="dialog-title")
            yield Static(Content(self._question.about), classes="dialog-about")
            yield Input(placeholder=self._question.hint, compact=True, id="path-typed")
            yield Static("", id="place-said", classes="dialog-refusal")
            yield Static("", id="path-fits")
            foot = "Tab completes · Enter does it · Esc goes back"
            yield Static(Content.styled(foot, "$foreground-muted"), classes="dialog-foot")

    def on_mount(self) -> None:
        """Type at once."""
        write_behind(self.query_one(Input))

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show what fits."""
        event.stop()
        words = listed(self._fits()) if event.value else ""
        self.query_one("#path-fits", Static).update(Content.styled(words, "$foreground-muted"))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it; once it is done, go on."""
        event.stop()
        typed = event.value.strip()
        if self._done:
            self.dismiss(True)
        elif not typed:
            self._say(f"Nothing is typed: {self._question.hint}", "bold $error")
        elif not self._busy:
            self._busy = True
            self._say("One moment…")
            self.run_worker(partial(self._do, typed), thread=True, exit_on_error=False, name="begin")

    def action_complete(self) -> None:
        """Complete as far as all that fits agrees."""
        field = self.query_one(Input)
        if fits := self._fits():
            field.value = completed(field.value, fits)
            field.cursor_position = len(field.value)

    def action_leave(self) -> None:
        """Go back; what is being done stops where it can, and is waited for."""
        if self._busy:
            self._stops = True
            self._say("It stops; one moment…")
        else:
            self.dismiss(self._done)

    def _fits(self) -> list[str]:
        typed = self.query_one(Input).value
        return names_below(typed, self._question.types) if typed and "://" not in typed else []

    def _do(self, typed: str) -> None:
        try:
            words = self._question.does(typed, self._told)
        except KustuiError as error:
            self.app.call_from_thread(self._refused, str(error))
        # It is said, the log keeps the kind of it, the line stays.
        except Exception as error:
            log.error("the first run stumbled: %s", type(error).__name__, exc_info=error)
            self.app.call_from_thread(
                self._refused, f"That did not work: {type(error).__name__}; see the log."
            )
        else:
            self.app.call_from_thread(self._ended, words)

    def _told(self, words: str) -> bool:
        if not self._stops:
            self.app.call_from_thread(self._say, words)
        return not self._stops

    def _refused(self, words: str) -> None:
        self._busy = self._stops = False
        self._say(words, "bold $error")

    def _ended(self, words: str) -> None:
        self._busy, self._done = False, True
        if words:
            self._say(f"{words}. Enter opens the desk.", "bold $success")
        else:
            self.dismiss(True)

    def _say(self, words: str, style: str = "") -> None:
        said = self.query_one("#place-said", Static)
        said.update(Content.styled(clean(words), style))
        self.call_after_refresh(said.scroll_visible, animate=False)


class FirstRun(ChangedCells, KeysInOrder, App[Way]):
    """Answers what comes next; None when it was left."""

    CSS_PATH: ClassVar[CSSPathType | None] = [
        Path(__file__).parent / "screens" / name for name in ("desk.tcss", "dialogs.tcss")
    ]
    ENABLE_COMMAND_PALETTE = False
    TITLE = "kustui"

    def __init__(self, ground: Ground, look: Look = Look()) -> None:  # noqa: B008 - it never changes
        super().__init__(driver_class=driver_class(look.display))
        if stock_because(look.display):
            self.use_stock_display()
        self.ground = ground
        self.animation_level = "none"
        theme.register(self)
        known = {each.name for each in theme.THEMES}
        self.theme = look.theme if look.theme in known else theme.DARK.name
        if look.frugal:
            self.theme = theme.bare(self.theme)

    def on_mount(self) -> None:
        """Ask."""
        self._ask()
        if not self.is_headless:
            # Textual would end without giving the terminal back.
            for number in (signal.SIGHUP, signal.SIGTERM):
                asyncio.get_running_loop().add_signal_handler(number, partial(self._hung_up, number))

    def _hung_up(self, number: signal.Signals) -> None:
        self.exit(return_code=128 + number)

    def _handle_exception(self, error: Exception) -> None:
        """No traceback reaches anybody: the log has it, a sentence remains."""
        if self.is_headless:
            super()._handle_exception(error)
            return
        log.error("unforeseen", exc_info=error)
        words = f"kustui stumbled ({type(error).__name__}) and had to stop. The log says more."
        self.exit(return_code=1, message=words)

    def _ask(self, chosen: str = "") -> None:
        about = f"You have no workspace yet. Yours would be {self.ground.place}"
        menu = Menu("Welcome to kustui", CHOICES, chosen=chosen, about=clean(about))
        self.push_screen(menu, self._chosen)

    def _chosen(self, name: str | None) -> None:
        questions = {"import": self._importing, "join": self._joining}
        if name in questions:
            self.push_screen(PlaceDialog(questions[name]()), partial(self._answered, name))
        else:
            ways: dict[str | None, Way] = {
                "tour": "tour", "demo": "demo", "connect": "connect", "empty": "open"
            }  # fmt: skip
            self.exit(ways.get(name))

    def _answered(self, name: str, done: bool | None) -> None:
        if done:
            self.exit("open")
        else:
            self._ask(name)

    def _importing(self) -> Question:
        return Question(
            "Import mail",
            clean(
                f"Makes the workspace {self.ground.place} and files the mail in it; the mail stays as it is."
            ),
            "the path of an mbox, a Maildir, an .eml file or a folder of them",
            ("", ".eml", ".mbox"),
            self.ground.take,
        )

    def _joining(self) -> Question:
        return Question(
            "Join a team",
            clean(
                f"Opens a store that is there and notes its place in {self.ground.settings}; makes no other."
            ),
            "a file, or postgresql://you@host/database",
            (".db",),
            self.ground.join,
        )


def ask(ground: Ground, look: Look = Look()) -> Way | None:  # noqa: B008 - as above
    """Show the first run and answer what comes next; None when it was left.

    Raises SystemExit when a signal or a stumble ended it.
    """
    app = FirstRun(ground, look)
    way = app.run()
    if app.return_code:
        raise SystemExit(app.return_code)
    return way
