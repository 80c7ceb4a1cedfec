"""The words a workspace keeps: shortcuts, snippets, templates (SPEC C4, C6, C10)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kustui.core.tags import labels
from kustui.core.text import clean, one_line
from kustui.errors import Refused

BODY = "{body}"
"""Where a template has the text it wraps."""
NAME_LIMIT = 60


@dataclass(frozen=True, slots=True)
class Shortcut:
    """A canned reply. When it has been used and the message is sent, `tags` are put on the conversation
    and it gets `status` ("" for none, "done", "snoozed" for until reply).
    """

    name: str
    body: str
    tags: tuple[str, ...] = ()
    status: str = ""
    id: int = 0

    @property
    def actions(self) -> str:
        """What happens when it is sent, in words; empty when nothing does."""
        parts = [f"tag {tag}" for tag in self.tags]
        words = {"done": "mark as done", "snoozed": "snooze until reply"}
        if self.status:
            parts.append(words[self.status])
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Snippet:
    """A text in several languages; `source` is the one it was written in."""

    name: str
    texts: Mapping[str, str] = field(default_factory=dict)
    source: str = "en"
    id: int = 0

    def text_for(self, customer: str, agent: str) -> tuple[str, str]:
        """(language, text): in the customer's language, else the agent's, else the source (SPEC C6).

        A regional language (pt-BR) falls back to its own (pt).
        """
        for language in (customer, agent, self.source):
            for name in (language, language.partition("-")[0]):
                if name and name in self.texts:
                    return name, self.texts[name]
        name = next(iter(self.texts))
        return name, self.texts[name]


@dataclass(frozen=True, slots=True)
class Template:
    """The wrapper of an email: Markdown with `{body}` where the text goes."""

    name: str
    body: str
    id: int = 0

    def wrap(self, text: str) -> str:
        """The text inside the template."""
        return self.body.replace(BODY, text, 1)


STATUSES = ("", "done", "snoozed")


def shortcut(name: str, body: str, tags: Iterable[str] = (), status: str = "", number: int = 0) -> Shortcut:
    """A shortcut that can be kept; raises Refused, saying why, for one that cannot."""
    name = name_of(name, "shortcut", spaces=False)
    if status not in STATUSES:
        raise Refused("No such status", f"Shortcut {name}: after sending it is done, snoozed, or as it was.")
    return Shortcut(name, text_of(body, f"Shortcut {name}"), labels(tags), status, number)


def snippet(name: str, texts: Mapping[str, str], source: str = "en", number: int = 0) -> Snippet:
    """A snippet that can be kept; raises Refused for one without a text in its source language."""
    name = name_of(name, "snippet", spaces=True)
    what = f"Snippet {name}"
    found = {language_of(key): text_of(body, what) for key, body in texts.items() if body.strip()}
    if language_of(source) not in found:
        raise Refused("No source text", f"Snippet {name} has no text in {source}, the language it is from.")
    return Snippet(name, found, language_of(source), number)


def template(name: str, body: str, number: int = 0) -> Template:
    """A template that can be kept; raises Refused when it does not say once where the text goes."""
    name = name_of(name, "template", spaces=True)
    if body.count(BODY) != 1:
        raise Refused("Where does the text go?", f"Template {name} needs {BODY} in it, once.")
    return Template(name, text_of(body, f"Template {name}"), number)


def name_of(typed: str, what: str, *, spaces: bool) -> str:
    """A name as it is kept: one line, short; a shortcut's is one word, since it is typed as /name."""
    name = one_line(typed, 250)
    if not name:
        raise Refused("No name", f"A {what} needs one.")
    if len(name) > NAME_LIMIT:
        raise Refused("The name is too long", f"{name[:20]}…: {NAME_LIMIT} characters at most.")
    if not spaces and (" " in name or "/" in name):
        raise Refused("Not one word", f"{name!r}: a {what} is typed as /name, so its name is one word.")
    return name


def text_of(body: str, what: str) -> str:
    """A text as it is kept; an empty one is refused."""
    text = clean(body).strip("\n")
    if not text.strip():
        raise Refused("No text", f"{what} says nothing.")
    return text


def texts_of(page: str) -> dict[str, str]:
    """The texts of a page on which each stands under its language in brackets, on a line of its own."""
    found: dict[str, list[str]] = {}
    language = ""
    for line in page.split("\n"):
        bare = line.strip()
        if bare.startswith("[") and bare.endswith("]") and len(bare) <= 22:
            language = language_of(bare[1:-1])
            found[language] = []
        elif language:
            found[language].append(line)
        elif bare:
            raise Refused("Which language?", f"{bare[:40]!r} stands under none; write [en] above it.")
    return {key: "\n".join(lines).strip("\n") for key, lines in found.items()}


def language_of(typed: str) -> str:
    """A language as it is kept: "en", "pt-BR"."""
    main, _, rest = one_line(typed, 20).replace("_", "-").partition("-")
    if not main.isalpha() or not 2 <= len(main) <= 3 or not (rest == "" or rest.isalnum()):
        raise Refused("Not a language", f"{typed!r}: write it like en or pt-BR.")
    return f"{main.lower()}-{rest.upper()}" if rest else main.lower()
