"""Who a message goes to, and the template that wraps it (SPEC C4)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Input, Static

from kustui.core.channels import ADDRESS_WORDS, Channel
from kustui.core.library import Template
from kustui.core.people import address_value
from kustui.core.records import Draft
from kustui.core.text import excerpt, one_line
from kustui.errors import Refused

SEVERAL = "several are parted by commas"


class RecipientsDialog(ModalScreen[Draft | None]):
    """Answers the draft with other recipients, or None when it was left."""

    VERTICAL_BREAKPOINTS = [(0, "-short"), (18, "-tall")]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,ctrl+g", "leave", "Leave"),
        Binding("f9,ctrl+s", "take", "Take"),
        Binding("f2", "template", "Template"),
    ]

    def __init__(
        self, draft: Draft, rules: Channel, held: Sequence[str], templates: Sequence[Template]
    ) -> None:
        """`held` are the customer's addresses for this channel, `templates` what may wrap an email."""
        super().__init__()
        self._draft = draft
        self._rules = rules
        self._held = tuple(held)
        self._templates = tuple(templates)
        self._template = draft.template_id

    def compose(self) -> ComposeResult:
        """A line a field, the template, what is wrong."""
        kind = self._rules.address_kind or "email"
        fields = [("to", "To", self._draft.to)]
        if self._rules.copies:
            fields += [("cc", "CC", self._draft.cc), ("bcc", "BCC", self._draft.bcc)]
        with Vertical(classes="dialog"):
            yield Static(
                Content.assemble(("Recipients", "bold"), (f"  {self._rules.label}", "$foreground-muted")),
                classes="dialog-title",
            )
            held = ", ".join(one_line(each) for each in self._held) or f"no {ADDRESS_WORDS[kind]}"
            yield Static(
                Content.styled(f"On the profile: {held}", "$foreground-muted"), classes="dialog-about"
            )
            with Vertical(classes="dialog-fields"):
                for name, label, people in fields:
                    with Horizontal(classes="dialog-field"):
                        yield Static(label, classes="dialog-label")
                        hint = SEVERAL if self._rules.copies else ADDRESS_WORDS[kind]
                        yield Input(
                            ", ".join(people), placeholder=hint, id=f"recipients-{name}", compact=True
                        )
            if self._templates:
                yield Static(self._template_words(), id="recipients-template")
            yield Static("", id="recipients-refusal")
            yield Static(
                Content.styled("Tab moves on · Enter or F9 takes them · Esc leaves", "$foreground-muted"),
                classes="dialog-foot",
            )

    def on_mount(self) -> None:
        """Type at once."""
        for field in self.query(Input):
            field.cursor_blink = False
        self.query(Input).first().focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter takes them."""
        event.stop()
        self.action_take()

    def action_template(self) -> None:
        """Go on to the next template, and after the last to none."""
        if not self._templates:
            return
        order = [0, *(each.id for each in self._templates)]
        place = order.index(self._template) if self._template in order else 0
        self._template = order[(place + 1) % len(order)]
        self.query_one("#recipients-template", Static).update(self._template_words())

    def action_take(self) -> None:
        """Answer the recipients; one that is no address is said here, and everything typed stays."""
        try:
            found = {name: self._typed(name) for name in ("to", "cc", "bcc")}
        except Refused as error:
            self.query_one("#recipients-refusal", Static).update(Content.styled(str(error), "bold $error"))
            return
        self.dismiss(replace(self._draft, **found, template_id=self._template))  # type: ignore[arg-type]

    def action_leave(self) -> None:
        """Answer nothing."""
        self.dismiss(None)

    def _typed(self, name: str) -> tuple[str, ...]:
        fields = self.query(f"#recipients-{name}").results(Input)
        kind = self._rules.address_kind or "email"
        found: list[str] = []
        for field in fields:
            parts = (part.strip() for part in field.value.replace(";", ",").split(","))
            found.extend(address_value(kind, part) for part in parts if part)
        if name == "to" and not found:
            raise Refused("No recipient", "It has to go to somebody.")
        return tuple(dict.fromkeys(found))

    def _template_words(self) -> Content:
        chosen = next((each for each in self._templates if each.id == self._template), None)
        words = f"{chosen.name}: {excerpt(chosen.body, 50)}" if chosen else "none"
        return Content.assemble((" F2 ", "bold $accent"), "Template: ", (one_line(words, 70), "bold"))
