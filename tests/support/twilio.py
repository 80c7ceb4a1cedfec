"""A transport to the stand-in for a gateway of SMS."""

from __future__ import annotations

from pathlib import Path

from kustui.clock import HeldClock, SystemClock
from kustui.delivery import Setup
from kustui.delivery.twilio import TwilioTransport
from support.providers import ACCOUNT, NUMBER, Provider


def transport(provider: Provider, clock: HeldClock | None = None, /, **options: object) -> TwilioTransport:
    """A transport to that gateway, which asks the environment for its token."""
    said = {
        "account": ACCOUNT,
        "from": NUMBER,
        "url": provider.url,
        "token_env": "KUSTUI_TEST_TOKEN",
        "timeout": 1,
        "rate": 0,
        **options,
    }
    return TwilioTransport.set_up(Setup(Path(), clock or SystemClock(), said))
