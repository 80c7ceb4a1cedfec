"""Which display draws the screen: ours, which writes less and sleeps, or Textual's own (SPEC G3).

Ours overrides parts of Textual that are not published. It was held against one version, cell by cell;
with any other it steps aside, and `kustui doctor` says so.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

WRITTEN_FOR = "8.2.8"
"""The version of Textual that our display and driver were written for."""
SWITCH = "KUSTUI_DISPLAY"
"""The variable that says "stock" for Textual's own."""
OURS, STOCK = "changed cells", "stock"
CHOICES = ("", STOCK)
"""What the settings' `display` may be: "" is ours where it fits."""


class Look(NamedTuple):
    """What the settings say of the screen: the theme's name, whether images are pictures, whether bytes are
    spared (None: where the line is slow), and which display draws it.
    """

    theme: str = ""
    images: bool = True
    frugal: bool | None = None
    display: str = ""


def stock_because(choice: str = "", environ: Mapping[str, str] = os.environ) -> str:
    """Why Textual's own display is used, in words; "" where ours is. `choice` is the settings' `display`."""
    if environ.get(SWITCH) == STOCK:
        return f"{SWITCH}={STOCK} asks for it"
    if choice == STOCK:
        return f'display = "{STOCK}" in the settings asks for it'
    version = textual_version()
    if version != WRITTEN_FOR:
        return f"Textual is {version or 'not installed'}, and ours was written for {WRITTEN_FOR}"
    return ""


def textual_version() -> str:
    """The version of Textual that is installed, "" without one; nothing of it is loaded."""
    spec = find_spec("textual")
    if spec is None or spec.origin is None:
        return ""
    # One look instead of reading its metadata, which loads a parser of mail.
    if (Path(spec.origin).parents[1] / f"textual-{WRITTEN_FOR}.dist-info").is_dir():
        return WRITTEN_FOR
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("textual")
    except PackageNotFoundError:
        return ""
