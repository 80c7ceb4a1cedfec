"""What the tests of the screen share."""

from __future__ import annotations

import pytest

from kustui.desk import Desk
from support import shop


@pytest.fixture
def acme(desk: Desk) -> Desk:
    """Ana's desk at a shop with a dozen customers."""
    shop.fill(desk)
    return desk
