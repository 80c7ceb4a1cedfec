"""An app with nothing in it: what Textual itself costs, for comparison in the same run."""

from __future__ import annotations

from textual.app import App, ComposeResult
from textual.widgets import Static


class Empty(App[None]):
    """One word on the screen."""

    def compose(self) -> ComposeResult:
        """The word that says it is up."""
        yield Static("READY", markup=False)


if __name__ == "__main__":
    Empty().run()
