"""Formatting, placeholders, the library's rules, and the whole text as it will be sent."""

from __future__ import annotations

import pytest

from kustui.core import formatting, library, placeholders, sending
from kustui.core.channels import CHANNELS
from kustui.core.library import Snippet, Template
from kustui.errors import Refused

FAMILY = "👩‍👩‍👧‍👦"
"""Seven code points on one place of the screen."""


@pytest.mark.parametrize(
    ("kind", "selected", "text"),
    [
        ("bold", "two words", "**two words**"),
        ("bold", "**two words**", "two words"),
        ("bold", " padded ", " **padded** "),
        ("italic", "word", "*word*"),
        ("italic", "**bold**", "***bold***"),
        ("italic", "***both***", "**both**"),
        ("code", "`x`", "x"),
        ("bold", "", "****"),
    ],
)
def test_marks_wrap_and_toggle(kind: str, selected: str, text: str) -> None:
    """C1: a formatting key puts its mark around the words, or takes it off those that have it."""
    assert formatting.around(selected, kind).text == text


def test_nothing_selected_puts_the_cursor_between_the_marks() -> None:
    """C1: what is typed next is bold."""
    assert formatting.around("", "bold") == ("****", 2)


@pytest.mark.parametrize(
    ("kind", "selected", "text"),
    [
        ("quote", "a\nb", "> a\n> b"),
        ("quote", "> a\n> b", "a\nb"),
        ("list", "- a\nb", "- a\n- b"),
        ("list", "", "- "),
    ],
)
def test_lines_are_marked_whole(kind: str, selected: str, text: str) -> None:
    """C1: quote and list mark each line, once, and unmark them when all have it."""
    assert formatting.lines(selected, kind).text == text


def test_a_link_is_made_of_words_or_of_an_address() -> None:
    """C1: what is selected is the link's words or its address; the cursor goes where the rest is typed."""
    assert formatting.link("our shop") == ("[our shop]()", 11)
    assert formatting.link("https://acme.example") == ("[](https://acme.example)", 1)


def test_placeholders_are_filled_or_fall_back_or_stay() -> None:
    """C10: what is known is filled in, an unknown one has its fallback, else it stays to be seen."""
    values = {"customer.first_name": "Ana", "customer.company": ""}
    text = "Hello {customer.first_name|there}, {customer.company|your shop}, order {order}, {order|soon}."
    assert placeholders.fill(text, values) == "Hello Ana, your shop, order {order}, soon."


def test_what_stands_in_code_is_no_placeholder() -> None:
    """C10: an agent who writes JSON to a developer is not held up."""
    text = 'Send `{"id": {id}}` or\n```\n{ body }\n{name}\n```\nto us.'
    assert placeholders.unfilled(text) == []
    assert placeholders.fill(text, {"name": "X", "id": "Y"}) == text
    with pytest.raises(Refused, match=r"\{order\} and 1 more"):
        placeholders.check("{order} {order} {place}")


@pytest.mark.parametrize("channel", ["email", "sms", "chat", "facebook"])
def test_a_limit_takes_n_and_refuses_one_more(channel: str) -> None:
    """C2: N−1 and N code points go, N+1 are refused with the limit and by how much, on every channel."""
    limit = CHANNELS[channel].limit
    assert limit is not None
    to = ["ana@example.com"] if channel == "email" else ["+34600123456"]
    for size in (limit - 1, limit):
        sending.check(channel, "x" * size, to)
    with pytest.raises(Refused, match="Shorten it by 1"):
        sending.check(channel, "x" * (limit + 1), to)


@pytest.mark.parametrize("end", [FAMILY, "e\u0301\u0323"])
def test_what_takes_one_place_counts_its_code_points(end: str) -> None:
    """C2: a family of emoji and a letter with marks count as many code points as they have."""
    limit = 1_600
    sending.check("sms", "x" * (limit - len(end)) + end, ["+34600123456"])
    with pytest.raises(Refused, match="Shorten it by 1"):
        sending.check("sms", "x" * (limit - len(end) + 1) + end, ["+34600123456"])


def test_the_whole_text_is_what_counts() -> None:
    """C2, C4: signature and template stand in what is counted and sent, once, and on emails only."""
    letter = Template("Letter", "Dear customer,\n\n{body}\n\nAcme")
    text = sending.compose("email", "It left.", signature="Ana", template=letter)
    assert text == "Dear customer,\n\nIt left.\n\nAna\n\nAcme"
    assert sending.compose("email", "It left.\n\nAna", signature="Ana") == "It left.\n\nAna"
    assert sending.compose("sms", "**It** left.", signature="Ana", template=letter) == "It left."


def test_a_snippet_speaks_the_customers_language() -> None:
    """C6: the customer's language, a region's own, the agent's, then the source."""
    item = Snippet("Thanks", {"en": "Thanks", "pt": "Obrigado", "es": "Gracias"}, "en")
    assert item.text_for("pt-BR", "es") == ("pt", "Obrigado")
    assert item.text_for("ja", "es") == ("es", "Gracias")
    assert item.text_for("", "ja") == ("en", "Thanks")


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: library.shortcut("two words", "x"), "one word"),
        (lambda: library.shortcut("a/b", "x"), "one word"),
        (lambda: library.shortcut("", "x"), "needs one"),
        (lambda: library.shortcut("x" * 61, "x"), "60 characters"),
        (lambda: library.shortcut("x", " \n"), "says nothing"),
        (lambda: library.shortcut("x", "y", status="open"), "done, snoozed"),
        (lambda: library.snippet("x", {"de": "y"}, "en"), "no text in en"),
        (lambda: library.snippet("x", {"german!": "y"}, "en"), "write it like en"),
        (lambda: library.template("x", "no place"), "needs {body}"),
        (lambda: library.template("x", "{body} {body}"), "once"),
        (lambda: library.texts_of("no language\n[en]\nx"), "stands under none"),
    ],
)
def test_words_that_cannot_be_kept_say_why(make: object, why: str) -> None:
    """C4, C6, C10: each refusal names the thing and what it needs."""
    assert callable(make)
    with pytest.raises(Refused) as refused:
        make()
    assert why in str(refused.value)


def test_the_texts_of_a_snippet_stand_under_their_languages() -> None:
    """C6: a page of texts is read by its headings, regions in their own form."""
    assert library.texts_of("[EN]\nHello\n\nyou\n[pt_br]\nOlá\n") == {"en": "Hello\n\nyou", "pt-BR": "Olá"}
