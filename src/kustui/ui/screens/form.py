"""A form: a line a field, a text with more room, a tick, a choice; what is refused is said in it."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widget import Widget
from textual.widgets import Checkbox, Input, Static, TextArea

from kustui.core.records import Changed
from kustui.core.text import clean
from kustui.errors import KustuiError

log = logging.getLogger("kustui.ui")

Values = dict[str, str]
Save = Callable[[Values], Changed]


@dataclass(frozen=True, slots=True)
class Field:
    """One line of a form. `kind` "tick" holds "yes" or "", "choice" one of `choices` (value, label);
    "shown" is only looked at, as many lines as it has.
    """

    name: str
    label: str
    value: str = ""
    hint: str = ""
    kind: Literal["line", "text", "tick", "choice", "shown"] = "line"
    choices: tuple[tuple[str, str], ...] = ()


class Tick(Checkbox):
    """A checkbox that looks empty when it is."""

    def render(self) -> Content:
        """The mark, or none."""
        return Content("[x]" if self.value else "[ ]")


class Cycle(Static, can_focus=True):
    """One of a few values; Space and the arrows go on to the next, Enter saves the form."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space,right", "turn(1)", "Next", show=False),
        Binding("left", "turn(-1)", "Previous", show=False),
        Binding("enter", "screen.save", "Save", show=False),
    ]

    def __init__(self, choices: Sequence[tuple[str, str]], value: str, **options: str) -> None:
        """`choices` are (value, label)."""
        self._choices = tuple(choices)
        values = [each[0] for each in self._choices]
        self._place = values.index(value) if value in values else 0
        super().__init__(self._words(), **options)  # type: ignore[arg-type]  # id and classes

    @property
    def value(self) -> str:
        """The value that is chosen."""
        return self._choices[self._place][0]

    def action_turn(self, step: int) -> None:
        """Go on to another value."""
        self._place = (self._place + step) % len(self._choices)
        self.update(self._words())

    def on_click(self) -> None:
        """A click goes on."""
        self.action_turn(1)

    def _words(self) -> Content:
        return Content.assemble(("‹ ", "$accent"), self._choices[self._place][1], (" ›", "$accent"))


class FormDialog(ModalScreen[Changed | None]):
    """Answers what saving changed, or None when it was left.

    `save` is called in a thread with what was typed, by field; what it refuses is said here and
    everything typed stays.
    """

    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("f9,ctrl+s", "save", "Save"),
        Binding("f8", "remove", "Remove"),
        Binding("f7", "also", "Also"),
    ]

    def __init__(
        self,
        title: str,
        fields: Sequence[Field],
        save: Save,
        *,
        prefix: str = "form",
        about: str = "",
        remove: Callable[[], Changed] | None = None,
        also: tuple[str, Callable[[], None]] | None = None,
    ) -> None:
        """`prefix` begins the fields' ids; `about` stands under the title; `remove`, where there is
        one, does away with what the form is about; `also`, in its words, is what can be done instead.
        """
        super().__init__()
        self._title = title
        self._fields = tuple(fields)
        self._save = save
        self._prefix = prefix
        self._about = about
        self._remove = remove
        self._also = also
        self._busy = False
        self._sure = ""

    def compose(self) -> ComposeResult:
        """A line a field."""
        texts = any(field.kind == "text" for field in self._fields)
        with Vertical(classes="dialog -wide"):
            yield Static(Content.styled(self._title, "bold"), classes="dialog-title")
            if self._about:
                yield Static(Content(self._about), classes="dialog-about")
            with VerticalScroll(classes="dialog-fields"):
                for field in self._fields:
                    look = f"dialog-field -{field.kind}"
                    with Horizontal(classes=look):
                        yield Static(field.label, classes="dialog-label")
                        yield self._widget(field)
            yield Static("", id=f"{self._prefix}-refusal", classes="dialog-refusal")
            keys = ["Tab moves on", "F9 saves" if texts else "Enter or F9 saves"]
            keys += ["F8 removes it"] if self._remove else []
            keys += [f"F7 {self._also[0]}"] if self._also else []
            foot = " · ".join((*keys, "Esc leaves"))
            yield Static(Content.styled(foot, "$foreground-muted"), classes="dialog-foot")

    def _widget(self, field: Field) -> Widget:
        name = f"{self._prefix}-{field.name}"
        if field.kind == "shown":
            return Static(Content(field.value), id=name)
        if field.kind == "tick":
            return Tick("", field.value == "yes", id=name, compact=True)
        if field.kind == "choice":
            return Cycle(field.choices, field.value, id=name, classes="dialog-cycle")
        if field.kind == "text":
            return TextArea(
                field.value,
                id=name,
                soft_wrap=True,
                show_line_numbers=False,
                compact=True,
                tab_behavior="focus",
                placeholder=field.hint,
            )
        return Input(field.value, placeholder=field.hint, id=name, compact=True)

    def on_mount(self) -> None:
        """No cursor blinks; write at once."""
        for field in (*self.query(Input), *self.query(TextArea)):
            field.cursor_blink = False
        first = next(field for field in self._fields if field.kind != "shown")
        self.query_one(f"#{self._prefix}-{first.name}").focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter saves."""
        event.stop()
        self.action_save()

    def action_save(self) -> None:
        """Save, or say why not and stay."""
        typed = {field.name: self._typed(field) for field in self._fields if field.kind != "shown"}
        self._do(lambda: self._save(typed))

    def on_text_area_changed(self) -> None:
        """What was asked for before is not asked for any more."""
        self._sure = ""

    def action_remove(self) -> None:
        """Do away with it; no undo brings it back, so the key is pressed twice."""
        if self._remove is not None and self._is_sure("remove", "F8 again removes it for everybody"):
            self._do(self._remove)

    def action_also(self) -> None:
        """Do what can be done instead, where nothing was typed."""
        if self._also is None:
            return
        if any(field.kind != "shown" and self._typed(field) != field.value.strip() for field in self._fields):
            self._say("Not saved: F9 saves it first", "bold $warning")
            return
        self.dismiss(None)
        self.app.call_later(self._also[1])

    def action_leave(self) -> None:
        """Leave it as it was; a text that was changed is not thrown away by one key."""
        changed = any(field.kind == "text" and self._typed(field) != field.value for field in self._fields)
        if not changed or self._is_sure("leave", "Not saved: Esc again leaves it as it was"):
            self.dismiss(None)

    def _is_sure(self, what: str, words: str) -> bool:
        """Whether the same was asked for just before; if not, the agent is told what it will do."""
        before, self._sure = self._sure, what
        if before != what:
            self._say(words, "bold $warning")
        return before == what

    def _typed(self, field: Field) -> str:
        widget = self.query_one(f"#{self._prefix}-{field.name}")
        if isinstance(widget, Tick):
            return "yes" if widget.value else ""
        if isinstance(widget, Cycle):
            return widget.value
        if isinstance(widget, TextArea):
            return widget.text
        assert isinstance(widget, Input)
        return widget.value.strip()

    def _do(self, act: Callable[[], Changed]) -> None:
        if not self._busy:
            self._busy = True
            self.run_worker(lambda: self._done(act), thread=True, group="write", exit_on_error=False)

    def _done(self, act: Callable[[], Changed]) -> None:
        try:
            changed = act()
        except KustuiError as error:
            self.app.call_later(self._refused, str(error))
        # The agent is told, the log keeps the kind of it, the form stays.
        except Exception as error:
            log.error("a form stumbled: %s", type(error).__name__, exc_info=error)
            self.app.call_later(self._refused, f"That did not work: {type(error).__name__}; see the log.")
        else:
            self.app.call_later(self._saved, changed)

    def _saved(self, changed: Changed) -> None:
        # It may have been left while the store was busy.
        if self.is_current:
            self.dismiss(changed)

    def _refused(self, words: str) -> None:
        self._busy = False
        if self.is_current:
            self._say(words, "bold $error")

    def _say(self, words: str, style: str) -> None:
        refusal = self.query_one(f"#{self._prefix}-refusal", Static)
        refusal.update(Content.styled(clean(words), style))
        # On a low screen the line may be out of sight.
        self.call_after_refresh(refusal.scroll_visible, animate=False)


def listed(values: Mapping[str, str], name: str) -> tuple[str, ...]:
    """What a field holds, parted by commas."""
    return tuple(part.strip() for part in values[name].split(",") if part.strip())
