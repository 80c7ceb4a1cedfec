"""`kustui tour` where there is no terminal: its steps, and which is next."""

from __future__ import annotations

from kustui.cli.output import Output
from kustui.core.tour import END, STEPS
from kustui.desk.touring import Tour


def tour(taken: Tour, out: Output) -> None:
    """List the steps; the one that the tour would go on with is marked."""
    steps = [step for step in STEPS if step is not END]
    out.items(
        ({"id": step.id, "title": step.title, "next": step is taken.step} for step in steps),
        (
            f"{'>' if step is taken.step else ' '} {place:>2}  {step.title}"
            for place, step in enumerate(steps, 1)
        ),
        empty="",
    )
