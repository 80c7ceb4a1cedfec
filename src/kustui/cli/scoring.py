"""How a scorecard is answered: in words, as JSON, as an HTML file (SPEC G3, G4)."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

from kustui.cli.exchange import to_file
from kustui.cli.output import Output
from kustui.core import scorecard
from kustui.core.scorecard import Scorecard

DRAWN = "✔“⣿"
"""What a terminal has to show for the charts to be drawn with the finest signs."""


def scored(
    card: Scorecard,
    words: Callable[[bool], str],
    document: Callable[[], str],
    out: Output,
    html: Path | None = None,
) -> None:
    """Answer a card: `words` makes its text, of ASCII alone if told so, `document` its HTML, which is written
    to the file `html`, never over another.
    """
    if html is not None:
        to_file(html, (document().encode(),))
        out.line(f"Written: {html}")
    if out.as_json:
        out.item(scorecard.packed(card))
    elif html is None:
        out.line(words(not shows(DRAWN)))


def shows(signs: str) -> bool:
    """Whether standard output can hold those signs."""
    try:
        signs.encode(getattr(sys.stdout, "encoding", None) or "utf-8")
    except (UnicodeEncodeError, LookupError):
        return False
    return True
