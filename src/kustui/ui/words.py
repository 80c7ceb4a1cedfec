"""The pickers of the reply editor, on the palette: shortcuts, snippets, emoji (SPEC C6, C10)."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, NamedTuple, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider
from textual.content import Content

from kustui.core.text import excerpt

if TYPE_CHECKING:
    from kustui.ui.screens.wording import Wording

EMOJI_AT_ONCE = 40


class Word(NamedTuple):
    """One thing that can be put into a reply: what it is called, what it says, what it will do."""

    kind: str
    name: str
    text: str
    about: str = ""


class WordsProvider(Provider):
    """Shortcuts and snippets by their names and their words."""

    _words: list[Word]

    async def startup(self) -> None:
        """Read the workspace's words once for each opening."""
        self._words = self._desk_screen().words()

    async def discover(self) -> Hits:
        """Everything, before a letter is typed."""
        for word in self._words:
            yield DiscoveryHit(_label(word), self._taker(word), help=_help(word))

    async def search(self, query: str) -> Hits:
        """Those whose name has the letters in order, or whose text holds the words."""
        matcher = self.matcher(query)
        for word in self._words:
            score = matcher.match(word.name)
            if score <= 0 and query.strip().lower() in word.text.lower():
                score = 0.3
            if score > 0:
                shown = _shown(word)
                # What is highlighted is taken for markup as well.
                name = Content(shown) if "[" in shown else matcher.highlight(shown)
                label = Content.assemble(name, (f"  {_about(word)}", "$accent"))
                yield Hit(score, label, self._taker(word), text=_shown(word), help=_help(word))

    def _taker(self, word: Word) -> Callable[[], Awaitable[None]]:
        screen = self._desk_screen()

        async def take() -> None:
            screen.take_word(word)

        return take

    def _desk_screen(self) -> Wording:
        return cast("Wording", self.screen)


class EmojiProvider(Provider):
    """Emoji by their names; needs the extra `kustui[emoji]`."""

    async def search(self, query: str) -> Hits:
        """The best of those whose name has the letters in order."""
        import emoji

        words = query.strip().lower().replace(" ", "_")
        if len(words) < 2:
            return
        matcher = self.matcher(words)
        found: list[tuple[float, str, str]] = []
        for sign, about in emoji.EMOJI_DATA.items():
            if about["status"] != emoji.STATUS["fully_qualified"]:
                continue
            names = [about["en"], *about.get("alias", ())]
            score, name = max((matcher.match(name.strip(":")), name.strip(":")) for name in names)
            if score > 0:
                # Of "smile", the shortest name is meant first.
                found.append((score + 1 / (1 + len(name)), sign, name))
        screen = cast("Wording", self.screen)
        for score, sign, name in sorted(found, reverse=True)[:EMOJI_AT_ONCE]:

            async def take(sign: str = sign) -> None:
                screen.take_word(Word("emoji", sign, sign))

            label = Content.assemble(f"{sign}  ", matcher.highlight(name))
            yield Hit(score, label, take, text=name)


def _shown(word: Word) -> str:
    return f"/{word.name}" if word.kind == "shortcut" else word.name


def _help(word: Word) -> str:
    """The first words; the palette takes them for markup, so that brackets need a backslash."""
    return excerpt(word.text, 120).replace("[", r"\[")


def _about(word: Word) -> str:
    return f"{word.kind}, {word.about}" if word.about else word.kind


def _label(word: Word) -> Content:
    return Content.assemble(_shown(word), (f"  {_about(word)}", "$accent"))
