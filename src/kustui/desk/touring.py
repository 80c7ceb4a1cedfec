"""Where somebody stands in the tour: a small file, so that it can be taken up again (SPEC G3)."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from kustui.core import tour
from kustui.core.tour import Step
from kustui.errors import Refused


class Tour:
    """A tour that is taken, and the file that remembers its step."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.reached = self._read()
        """The id of the step that was come to; empty before the first."""

    @property
    def step(self) -> Step:
        """The step the tour goes on with."""
        return tour.resumed(self.reached)

    def stand_at(self, step: Step) -> None:
        """Remember the step. Raises Refused where the file cannot be written; the tour can go on."""
        self.reached = step.id
        part = self._path.with_name(f"{self._path.name}.part{os.getpid()}")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            part.write_text(json.dumps({"step": step.id}) + "\n", encoding="utf-8")
            part.replace(self._path)
        except OSError as error:
            with suppress(OSError):
                part.unlink()
            why = error.strerror or type(error).__name__
            raise Refused(
                "The tour will not be remembered",
                f"{self._path}: {why}. It goes on; next time it begins anew.",
            ) from error

    def begin_again(self) -> None:
        """Go back to the first step."""
        self.stand_at(tour.STEPS[0])

    def _read(self) -> str:
        """What the file says; one that says nothing sensible is taken for none."""
        try:
            said = json.loads(self._path.read_text(encoding="utf-8"))
        except (OSError, ValueError, RecursionError):
            return ""
        step = said.get("step") if isinstance(said, dict) else None
        return step if isinstance(step, str) else ""
