"""In which language a text is written, where that is certain."""

from __future__ import annotations

import pytest

from kustui.core.language import certain

ENGLISH = "Thank you for this. We have your order and it will leave on Friday."
FRENCH = "Bonjour, oui, en gris ou en jaune. La jaune se voit en hiver, et elle est en stock."


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (ENGLISH, "en"),
        ("Guten Tag, Ihre Bestellung ist da, und wir haben sie für Sie verpackt.", "de"),
        ("Hola, su pedido está en camino y puede seguirlo con este enlace, gracias.", "es"),
        ("ご注文の品は本日発送いたしました。", "ja"),
        (FRENCH, "fr"),
        ("Ваш заказ уже в пути.", "ru"),
    ],
)
def test_the_language_of_a_whole_answer(text: str, language: str) -> None:
    """Its small words or its script tell."""
    assert certain(text) == language


@pytest.mark.parametrize(
    "text", ["", "8821?", "Gracias, 8821", "Thank you, 8821", "en gris, en jaune, en stock"]
)
def test_too_little_to_be_certain(text: str) -> None:
    """One small word that comes again and again, or two of them, prove nothing."""
    assert certain(text) == ""


def test_a_mixture_is_none() -> None:
    """An answer in two languages is in neither."""
    german = "Hallo, danke: Ihre Bestellung ist da und wir haben sie für Sie."
    assert certain(f"{ENGLISH} {german}") == ""
