"""In which language a text is written, as far as its script and its commonest small words tell."""

from __future__ import annotations

import re

DEFAULT_LANGUAGE = "en"
SEEN = 2_000
"""Code points of a text that are looked at."""
SURE = 3
"""Different telltale words that a text has at least whose language is certain."""

_WORD = re.compile(r"[^\W\d_]+")
_KANA = re.compile(r"[\u3040-\u30ff]")
# Small words that one language has and the others here do not.
_TELLTALE: dict[str, str] = {
    "en": "the you your and is are we have with thank thanks please hello hi for this not will",
    "de": "der die das und ist sie wir ihre ihr ich nicht mit für danke bitte hallo haben guten",
    "fr": "le les vous votre et est nous une pour merci bonjour avec pas avons ce cette des",
    "es": "el los usted su y es hemos una para gracias hola con por pedido puede muy está",
    "it": "il gli lei suo e è abbiamo una per grazie ciao buongiorno con non ordine può della",
    "pt": "o os você seu é nós uma para obrigado obrigada olá com não pedido pode muito está",
    "nl": "de het u uw en is wij een voor bedankt dank hallo met niet bestelling kunt zijn",
}
TOLD = frozenset((*_TELLTALE, "ja"))
"""Languages that are told apart by more than their script."""
_SCRIPTS = {
    "ru": re.compile("[\u0400-\u04ff]"),
    "el": re.compile("[\u0370-\u03ff]"),
    "he": re.compile("[\u0590-\u05ff]"),
    "ar": re.compile("[\u0600-\u06ff]"),
    "th": re.compile("[\u0e00-\u0e7f]"),
    "ko": re.compile("[\uac00-\ud7af]"),
    "hi": re.compile("[\u0900-\u097f]"),
    "zh": re.compile("[\u4e00-\u9fff]"),
}
"""Scripts, each under the commonest language that is written in it."""
NAMES = {
    "en": "English", "de": "German", "fr": "French", "es": "Spanish", "it": "Italian", "pt": "Portuguese",
    "nl": "Dutch", "ja": "Japanese", "ru": "Russian", "el": "Greek", "he": "Hebrew", "ar": "Arabic",
    "th": "Thai", "ko": "Korean", "hi": "Hindi", "zh": "Chinese", "pl": "Polish", "cs": "Czech",
    "sv": "Swedish", "da": "Danish", "no": "Norwegian", "nb": "Norwegian", "fi": "Finnish", "tr": "Turkish",
    "uk": "Ukrainian", "hu": "Hungarian", "ro": "Romanian", "vi": "Vietnamese",
}  # fmt: skip
"""What languages are called."""
_LETTER = re.compile(r"[^\W\d_]")


def language_of(text: str) -> str:
    """The language a text is written in, by its commonest small words; English when unsure."""
    if len(_KANA.findall(text[:SEEN])) >= 2:
        return "ja"
    words = [word.lower() for word in _WORD.findall(text[:SEEN])]
    known = {language: set(telltale.split()) for language, telltale in _TELLTALE.items()}
    scores = {language: sum(word in some for word in words) for language, some in known.items()}
    best = max(scores, key=lambda language: (scores[language], language == DEFAULT_LANGUAGE))
    return best if scores[best] else DEFAULT_LANGUAGE


def certain(text: str) -> str:
    """The language a text is written in, or "" where that is not certain: too short, or a mixture.

    A script that several languages share answers its commonest.
    """
    text = text[:SEEN]
    letters = len(_LETTER.findall(text))
    if 4 * len(_KANA.findall(text)) > letters:
        return "ja"
    for language, script in _SCRIPTS.items():
        if 2 * len(script.findall(text)) > letters > 0:
            return language
    # One small word that two languages share may come again and again.
    words = {word.lower() for word in _WORD.findall(text)}
    found = {language: len(words & set(telltale.split())) for language, telltale in _TELLTALE.items()}
    (best, most), (_, second) = sorted(found.items(), key=lambda item: (-item[1], item[0]))[:2]
    return best if most >= SURE and most >= 2 * second else ""
