"""A stylesheet that works a widget's styles out once for each state the widget is in.

Textual applies every rule anew, to a widget and to each of its component classes, whenever a class or the
focus changes somewhere above it. Most of the time nothing that a rule could ask for is different, and at
the start and at every opening that is most of the work (SPEC G3).
"""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.css.stylesheet import Stylesheet
from textual.dom import DOMNode
from textual.widget import Widget

if TYPE_CHECKING:
    from textual.css.model import RuleSet
    from textual.css.styles import RenderStyles

STATES = 4
"""States of a widget whose component styles are kept: with and without the focus, and the like."""

State = tuple[Any, ...]


class StylesOfStates(Stylesheet):
    """Leaves a widget alone whose state is the one its styles were worked out for.

    A state is what selectors ask for: ids, classes, focus, pointer and whether it is disabled, of the widget
    and of everything above it. Where rules ask for places among others, or for a focus inside, nothing
    is left alone.
    """

    def __init__(self, *, variables: dict[str, str] | None = None) -> None:
        super().__init__(variables=variables)
        self._known: list[RuleSet] = []
        # What the rules are about that came with each widget that was new; none when they were read anew.
        self._added: list[frozenset[str]] = []
        self._styled: WeakKeyDictionary[DOMNode, tuple[State, int]] = WeakKeyDictionary()
        self._components: WeakKeyDictionary[DOMNode, dict[State, dict[str, RenderStyles]]] = (
            WeakKeyDictionary()
        )

    def apply(self, node: DOMNode, *, animate: bool = False, cache: Any = None) -> None:
        """Apply the rules to a widget, unless it would change nothing."""
        if not isinstance(node, Widget):
            super().apply(node, animate=animate, cache=cache)
            return
        self._take_stock()
        state = _state(node)
        if self._is_styled(node, state):
            return
        super().apply(node, animate=animate, cache=cache)
        # Worked out by other things than the state.
        if node._has_focus_within or node._has_order_style or node._has_odd_or_even:  # noqa: SLF001
            self._styled.pop(node, None)
        else:
            self._styled[node] = state, len(self._added)

    def _process_component_classes(self, node: DOMNode) -> None:
        names = node._get_component_classes()  # noqa: SLF001 - the method is Textual's own
        if not names or not isinstance(node, Widget):
            return
        held = self._components.setdefault(node, {})
        state = (*_state(node), len(self._added))
        styles = node._component_styles  # noqa: SLF001
        if state not in held:
            super()._process_component_classes(node)
            while len(held) >= STATES:
                del held[next(iter(held))]
            held[state] = dict(styles)
            return
        before = dict(styles)
        styles.clear()
        styles.update(held[state])
        if before != styles:
            node.refresh()

    def _is_styled(self, node: DOMNode, state: State) -> bool:
        was, number = self._styled.get(node, (None, 0))
        names = node._get_component_classes()  # noqa: SLF001
        # What was taken off the screen has lost its component styles.
        if was != state or (names and not node._component_styles):  # noqa: SLF001
            return False
        if number == len(self._added):
            return True
        about = node._selector_names.union(f".{name}" for name in names)  # noqa: SLF001
        if not all(about.isdisjoint(added) for added in islice(self._added, number, None)):
            return False
        self._styled[node] = state, len(self._added)
        return True

    def _take_stock(self) -> None:
        """Notice rules that are new, and forget everything when others have changed."""
        rules, known = self.rules, self._known
        if rules is known:
            return
        self._known = rules
        if len(rules) >= len(known) and all(map(_same, rules, known)):
            new = (rule.selector_names for rule in islice(rules, len(known), None))
            self._added.append(frozenset[str]().union(*new))
            return
        self._added.clear()
        self._styled.clear()
        self._components.clear()


def let_widgets_go() -> None:
    """Keep no widget that is gone: Textual remembers two colours by whom they were worked out for, and with
    a thousand of these everything that they have painted.
    """
    work_out = getattr(StylesCache.get_inner_outer, "__wrapped__", None)
    if work_out is None:
        return

    @lru_cache(1024)
    def colours(under: Color, background: Color) -> Any:
        return work_out(None, under, background)

    def get_inner_outer(_: StylesCache, base_background: Color, background: Color) -> Any:
        return colours(base_background, background)

    setattr(StylesCache, "get_inner_outer", get_inner_outer)  # noqa: B010 - it is cached, and has no type


def _same(one: RuleSet, other: RuleSet) -> bool:
    return one is other


def _state(node: DOMNode) -> State:
    found: list[Any] = [getattr(node, "can_focus", False)]
    above: Any = node
    while isinstance(above, DOMNode):
        found += (above._id, above.classes, above._pseudo_classes_cache_key)  # noqa: SLF001
        last, above = above, above._parent  # noqa: SLF001
    app = node.app
    found += (last is app, app.app_focus, app.theme)
    return tuple(found)
