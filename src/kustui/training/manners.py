"""What words tell: whom a note speaks to, whether a message asks something, whether it is only thanks.

Each rule would rather see nothing than see what is not there: a scorecard that blames good work is
believed in nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kustui.core.language import NAMES, certain, language_of

_ADDRESS = re.compile(r"\b(?:https?|mailto|ftp):\S+", re.IGNORECASE)
_QUESTION = re.compile("[?？؟]")
_THANKS = re.compile(
    r"\b(?:thanks?|thx|cheers|appreciated|never ?mind|no longer needed|solved|danke|dank|erledigt|geklärt|"
    r"merci|gracias|grazie|obrigad[oa]|bedankt|tack|takk|tak|dzięki|dziękuję|děkuji|спасибо)\b|"
    "ありがとう|助かりました|תודה|شكرا",
    re.IGNORECASE,
)
_HELLO = (
    r"(?:hi|hello|hey|dear|good (?:morning|afternoon|evening|day)|hallo|guten (?:tag|morgen|abend)|liebe[r]?|"
    r"sehr geehrte[r]?|bonjour|bonsoir|salut|ch(?:er|ère)|hola|buenos días|buenas (?:tardes|noches)|"
    r"estimad[oa]|querid[oa]|ciao|buongiorno|buonasera|salve|gentile|olá|bom dia|boa (?:tarde|noite)|"
    r"prezad[oa]|beste|geachte|goede(?:ndag|morgen|middag|navond)|dzień dobry|dobrý den|merhaba|"
    r"здравствуйте|добрый день|добрий день|привет|καλημέρα|καλησπέρα|שלום|مرحبا|नमस्ते)\b|"
    r"(?:お世話になっております|こんにちは|您好|你好|안녕하세요)"
)
_GREETING = re.compile(rf"\W*(?:{_HELLO}) *(?P<whom>[^\n,!.:;?，。！]{{0,60}})", re.IGNORECASE)
# Where a comma comes first, a name is only greeted if nothing else is said with it.
_GREETED = re.compile(rf"\W*(?:{_HELLO}), *(?P<whom>[^\n,!.:;?]{{1,60}})(?:[,!.:]|\n|$)", re.IGNORECASE)
_YOU = {
    "en": r"you|your|yours|yourself",
    "de": r"Sie|Ihr|Ihre|Ihren|Ihrem|Ihrer|Ihnen|du|dir|dich|dein|deine|deinen",
    "fr": r"vous|votre|vos|tu|ton|tes",
    "es": r"usted|ustedes|tú|tu|tus|te",
    "it": r"Lei|La|Le|Suo|Sua|Suoi|tu|ti|tuo|tua",
    "pt": r"você|vocês|te|teu|tua",
    "nl": r"u|uw|jij|je|jouw",
}
_TITLES = ("様", "さま", "さん", "님", "先生", "女士")
_THE_TEAM = frozenset(
    (
        "all", "team", "everyone", "everybody", "folks", "guys", "colleagues", "zusammen", "kollegen",
        "equipo", "équipe", "tous", "todos", "tutti", "colleghi", "collega", "allemaal", "equipe",
    )
)  # fmt: skip
_WORD = re.compile(r"[^\W\d_]+")


def asks(text: str) -> bool:
    """Whether a message asks something; a question mark in an address is none."""
    return _QUESTION.search(_ADDRESS.sub(" ", text)) is not None


def thanks(text: str) -> bool:
    """Whether a message thanks, or says that all is well."""
    return _THANKS.search(text) is not None


def speaks_to(text: str, customer: str, team: Iterable[tuple[str, str]]) -> str:
    """What gives away that a note speaks to the customer of that name; "" where nothing does, or where it
    speaks to the team, of whom the others' (login, name) are given.
    """
    logins, theirs = set(), set()
    for login, name in team:
        logins.add(login.casefold())
        theirs |= _words(name) | {login.casefold()}
    names = _words(customer) - _THE_TEAM
    if any(f"@{login}" in text.casefold() for login in logins):
        return ""
    found = _GREETING.match(text)
    whom = _words(found["whom"]) if found else set()
    greeted = _GREETED.match(text)
    called = _words(greeted["whom"]) if greeted else set()
    if (found and whom & names) or (called and called <= names):
        return "it greets them by name"
    if any(f"{name}{title}" in text[:20].casefold() for name in names for title in _TITLES):
        return "it greets them by name"
    if found and (whom | _words(text.strip().partition("\n")[0])) & (theirs | _THE_TEAM):
        return ""
    you = len(_you(text))
    if found and not whom - _you_words(text) and you:
        return "it greets them and says “you”"
    if found and (spoken := certain(text)) and spoken not in _YOU:
        return f"it greets in {NAMES.get(spoken, spoken)}"
    first = _WORD.search(text[:60])
    named = first is not None and first[0].casefold() in names and text[first.end() :][:1] in (",", "!", ":")
    if named and you:
        return "it begins with their name and says “you”"
    if you >= 2 and not asks(text) and not _words(text) & theirs:
        return "it says “you” and means them"
    return ""


def _you(text: str) -> list[str]:
    pattern = _YOU.get(language_of(text))
    if pattern is None:
        return []
    # German and Italian tell the polite form by its capital alone.
    flags = 0 if language_of(text) in ("de", "it") else re.IGNORECASE
    return re.findall(rf"\b(?:{pattern})\b", text, flags)


def _you_words(text: str) -> set[str]:
    """Words that may follow a greeting and name nobody."""
    return {word.casefold() for word in _you(text)} | {"there", "sir", "madam", "again"}


def _words(name: str) -> set[str]:
    return {word.casefold() for word in _WORD.findall(name) if len(word) > 1}
