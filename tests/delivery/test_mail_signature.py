"""Where a signature begins."""

from __future__ import annotations

import pytest

from kustui.delivery.mail_signature import signature_of


@pytest.mark.parametrize(
    ("body", "signature"),
    [
        ("Where is it?\n\n-- \nAna Ruiz\nAcme", "-- \nAna Ruiz\nAcme"),
        ("Where is it?\n\n--\nAna", "--\nAna"),
        ("Where is it?\n\nSent from my iPhone", "Sent from my iPhone"),
        ("Wo ist es?\n\nGesendet von meinem iPhone", "Gesendet von meinem iPhone"),
        ("¿Dónde está?\n\nEnviado desde mi móvil", "Enviado desde mi móvil"),
        ("no signature\n- a list\n- of things", ""),
        ("-- \nnothing but a signature", ""),
        ("It was sent from my iPhone\nyesterday, and I wonder", ""),
        ("Sent from my iPhone was the last thing I saw.\n" + "and then\n" * 9, ""),
        ("Before\n-- \n" + "a long letter below a rule\n" * 30, ""),
    ],
)
def test_a_signature_is_found_and_what_was_said_is_not_one(body: str, signature: str) -> None:
    """C1: the delimiter and what phones add; never a letter of its own, nor all there is."""
    assert signature_of(body) == signature
