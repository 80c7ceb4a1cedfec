"""The application: theme, keys, the clockwork's thread, and how it ends."""

from __future__ import annotations

import asyncio
import logging
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar

from textual.app import App
from textual.css.stylesheet import Stylesheet
from textual.screen import Screen
from textual.types import CSSPathType

from kustui.core import commands
from kustui.core.commands import Command
from kustui.core.display import Look, stock_because
from kustui.core.records import Notify
from kustui.desk import Desk
from kustui.errors import KustuiError, SettingsTrouble
from kustui.ui import theme
from kustui.ui.held_time import HeldTime
from kustui.ui.palette import DeskCommands, Palette
from kustui.ui.screens.desk import DeskScreen, desk_screen
from kustui.ui.sparing import Sparing, settle_memory
from kustui.ui.terminal.display import ChangedCells
from kustui.ui.terminal.driver import driver_class
from kustui.ui.terminal.styles import StylesOfStates, let_widgets_go
from kustui.ui.terminal.title import title

if TYPE_CHECKING:
    from kustui.desk.clockwork_pass import Pass

log = logging.getLogger("kustui.ui")

CLOCKWORK_AFTER = 1.0
"""Seconds after the first list until the clockwork starts."""
STYLES = ("screens/desk.tcss", "widgets/sidebar.tcss")
"""The styles of the first list."""
DIALOGS = "screens/dialogs.tcss"


class KustuiApp(ChangedCells, HeldTime, Sparing, App[None]):
    """One agent's desk on one terminal."""

    CSS_PATH: ClassVar[CSSPathType | None] = [Path(__file__).parent / name for name in STYLES]
    COMMANDS = {DeskCommands}
    ENABLE_COMMAND_PALETTE = True
    TITLE = "kustui"

    def __init__(
        self,
        desk: Desk,
        table: tuple[Command, ...] = commands.COMMANDS,
        theme_name: str = "",
        *,
        notify: Notify | None = None,
        images: bool | None = None,
        frugal: bool | None = False,
        display: str = "",
        with_clockwork: bool = True,
    ) -> None:
        """`images` says whether they may show as pictures, None where there is a terminal; `frugal` whether
        bytes are spared, None where the line turns out to be slow; `display` is the settings'.

        `with_clockwork` is False only where a test moves the time itself.
        """
        super().__init__(driver_class=driver_class(display))
        is_stock = bool(stock_because(display))
        if is_stock:
            self.use_stock_display()
        else:
            let_widgets_go()
        self.desk = desk
        self.table = table
        self.animation_level = "none"
        self._attention = notify or Notify()
        self._images = images
        self._with_clockwork = with_clockwork
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        theme.register(self)
        self._usual_theme = theme_name or theme.DARK.name
        self.is_frugal = bool(frugal)
        self._may_turn_frugal = frugal is None
        self.wear(desk.agent.theme)
        self.stylesheet = (Stylesheet if is_stock else StylesOfStates)(variables=self.get_css_variables())
        self._is_styled = False

    def get_default_screen(self) -> Screen[None]:
        """The desk, which lies under everything else: no empty screen is laid out and painted before it."""
        kind = "tour" if self.desk.tour is not None else self.desk.shift.kind if self.desk.shift else ""
        screen = desk_screen(self.table, kind)(self.desk, self.table)
        # What it will be told as soon as it is shown, so that its styles are worked out once.
        widths = screen.HORIZONTAL_BREAKPOINTS
        screen.add_class(next(name for least, name in reversed(widths) if self.size.width >= least))
        return screen

    def on_mount(self) -> None:
        """With the list in sight, start what works in the background."""
        self._end_cleanly()
        self.call_after_refresh(settle_memory)
        if self._with_clockwork:
            self.set_timer(CLOCKWORK_AFTER, self._start_clockwork)

    @property
    def desk_screen(self) -> DeskScreen:
        """The desk's screen, whatever dialog lies over it."""
        return next(screen for screen in self.screen_stack if isinstance(screen, DeskScreen))

    def wear(self, theme_name: str) -> None:
        """Show the theme of that name; with none, the one of the settings file."""
        name = theme_name or self._usual_theme
        self.theme = theme.bare(name) if self.is_frugal else name

    def line_is_slow(self) -> None:
        """Spare bytes from here on, unless the settings say never."""
        if not self._may_turn_frugal or self.is_frugal:
            return
        self.is_frugal = True
        self.wear(self.desk.agent.theme)
        self.notify(
            "The line is slow: sixteen colours and no pictures from here on. "
            "frugal = false in the settings keeps them, kustui --frugal begins so.",
            markup=False,
        )

    @property
    def shows_pictures(self) -> bool:
        """Whether images are drawn: they may be, there are 256 colours and the library (SPEC C8)."""
        wanted = not self.is_headless if self._images is None else self._images
        if (
            not wanted
            or self.is_frugal
            or self.no_color
            or self.console.color_system not in ("256", "truecolor")
        ):
            return False
        from kustui.ui.images import installed

        return installed()

    def name_window(self, words: str) -> None:
        """Give the terminal's window a title; its words are cleaned."""
        if self._driver is not None and not self.is_headless:
            self._driver.write(title(words))
            self._driver.flush()

    def call_attention(self, words: str) -> None:
        """Ring the bell, and have the terminal show the words on the desktop, as the settings say."""
        if self._driver is None or self.is_headless:
            return
        if self._attention.bell:
            self._driver.write("\a")
        if self._attention.desktop:
            from kustui.ui.terminal.desktop import desktop

            self._driver.write(desktop(words))
        self._driver.flush()

    def read_styles(self, name: str) -> None:
        """Have the styles of a file beside this one hold; those that are not on the way to the first list are
        read with what wears them.
        """
        path = Path(__file__).parent.absolute() / name
        if not self.stylesheet.has_source(str(path)):
            self.stylesheet.read(path)

    def push_screen(self, *args: Any, **kwargs: Any) -> Any:
        """Show a screen over the others, in the styles of dialogs."""
        self.read_styles(DIALOGS)
        return super().push_screen(*args, **kwargs)

    def action_quit(self) -> None:  # type: ignore[override]
        """Ctrl+Q and the palette ask, like every way out."""
        self.desk_screen.action_ask_quit()

    def action_command_palette(self) -> None:
        """Everything by name, where no dialog is open."""
        if not Palette.is_open(self) and isinstance(self.screen, DeskScreen):
            self.push_screen(Palette(placeholder="What to do…", id="--command-palette"))

    def refresh_css(self, animate: bool = True) -> None:
        """Apply the styles anew; at the start, where no colour has changed since they were read, once."""
        if self._is_styled:
            super().refresh_css(animate)
            return
        self._is_styled = True
        self.stylesheet.update(self, animate=animate)

    # -- the clockwork -----------------------------------------------------------------

    def _start_clockwork(self) -> None:
        threading.Thread(target=self._run_clockwork, name="kustui-start", daemon=True).start()

    def _run_clockwork(self) -> None:
        from kustui.desk import background

        try:
            self._threads = background.begin(self.desk, self._stop, self._worked, self.stumbled)
        except KustuiError as error:
            self.stumbled(error)

    def _worked(self, done: Pass) -> None:
        if self.is_running and not self._stop.is_set():
            self.call_later(self.desk_screen.worked, done)

    def stumbled(self, error: KustuiError) -> None:
        """Something went wrong in the background: the desk says so."""
        if self.is_running and not self._stop.is_set():
            self.call_later(self.desk_screen.in_trouble, error)

    # -- the end -----------------------------------------------------------------------

    def _end_cleanly(self) -> None:
        """A hang-up or a SIGTERM saves what is typed: Textual would just die."""
        if self.is_headless:
            return
        loop = asyncio.get_running_loop()
        for name in (signal.SIGHUP, signal.SIGTERM):
            loop.add_signal_handler(name, partial(self._hung_up, name))

    def _hung_up(self, number: signal.Signals) -> None:
        try:
            self.desk_screen.save_now()
        except KustuiError as error:
            log.error("the draft could not be saved at the end: %s", error.title)
        self.exit(return_code=128 + number)

    async def on_unmount(self) -> None:
        """Stop the clockwork; a message on its way is waited for, as long as its transport may take."""
        from kustui.desk import background

        self._stop.set()
        await asyncio.to_thread(background.end, self.desk, self._threads)

    def _handle_exception(self, error: Exception) -> None:
        """No traceback reaches an agent: the log has it, the draft is saved, a sentence remains."""
        if self.is_headless:
            super()._handle_exception(error)
            return
        log.error("unforeseen", exc_info=error)
        words = ""
        try:
            self.desk_screen.save_now()
        # Nothing may come in the way of the sentence.
        except Exception as second:  # noqa: BLE001
            words = f" What was typed last could not be saved ({type(second).__name__})."
        self._return_code = 1
        self.exit(
            return_code=1,
            message=f"kustui stumbled ({type(error).__name__}) and had to stop.{words} The log says more.",
        )


def run(
    open_desk: Callable[[], Desk],
    table: tuple[Command, ...],
    look: Look = Look(),  # noqa: B008 - it never changes
    notify: Notify | None = None,
    *,
    keys: Mapping[str, str] | None = None,
) -> int:
    """Open the screen over a desk and answer the exit code. `keys` are those of the settings file, which
    go before the preset that the agent has chosen.
    """
    if look.theme and look.theme not in {each.name for each in theme.THEMES}:
        names = ", ".join(each.name for each in theme.THEMES)
        raise SettingsTrouble("No such theme", f"theme = {look.theme!r} in the settings; there are {names}.")
    desk = open_desk()
    table = commands.for_agent(table, keys or {}, desk.agent.keys)
    app = KustuiApp(
        desk,
        table,
        look.theme,
        notify=notify,
        images=look.images,
        frugal=look.frugal,
        display=look.display,
    )
    app.run()
    desk.store.close()
    sys.stdout.flush()
    return app.return_code or 0
