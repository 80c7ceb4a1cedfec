"""What is painted is what Textual would paint, of fewer lines."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from textual._compositor import Compositor
from textual.geometry import Region
from textual.strip import Strip
from textual.widget import Widget

from kustui.desk import Desk
from kustui.ui.widgets.lines import LineView
from support.sitting import settled, sitting

KEYS = (
    "j",
    "enter",
    "up",
    "s",
    "down",
    "escape",
    "r",
    "a",
    "escape",
    "question_mark",
    "escape",
    "q",
    "ctrl+p",
)


def as_textual(ours: Compositor) -> list[Strip]:
    """The same screen by Textual's own compositor."""
    stock = Compositor()
    vars(stock).update(vars(ours))
    return stock.render_strips()


@pytest.mark.parametrize("size", [(80, 24), (120, 40)])
async def test_no_cell_differs(acme: Desk, size: tuple[int, int]) -> None:
    """G3: lists, a timeline, dialogs, the editor and the palette look as Textual's compositor has them."""
    async with sitting(acme, size) as at:
        for key in KEYS:
            await at.pilot.press(key)
            await settled(at.pilot)
            ours = at.app.screen._compositor
            assert type(ours) is not Compositor
            mine, stock = ours.render_strips(), as_textual(ours)
            assert [strip.simplify() for strip in mine] == [strip.simplify() for strip in stock], key


async def test_a_step_in_a_list_has_its_two_rows_rendered(
    acme: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """G3: a cursor that goes down has no other line rendered than those of the two rows."""
    rendered: Counter[str] = Counter()
    for kind in (Widget, LineView):
        render = kind.render_lines

        def noted(self: Any, crop: Region, render: Any = render) -> Any:
            rendered[str(self.id)] += crop.height
            return render(self, crop)

        monkeypatch.setattr(kind, "render_lines", noted)
    async with sitting(acme, (120, 40)) as at:
        await at.pilot.press("home")
        await settled(at.pilot)
        rendered.clear()
        await at.pilot.press("j")
        await settled(at.pilot)
        assert rendered["inbox"] <= 4
        assert set(rendered) <= {"inbox", "status"}
