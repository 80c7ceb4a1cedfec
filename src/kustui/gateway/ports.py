"""Why a port cannot be had, in words."""

from __future__ import annotations

import errno

from kustui.errors import KustuiError, Refused


def no_port(error: OSError | OverflowError, host: str, port: int) -> KustuiError:
    """What to say when nothing can be served at that address and port."""
    where = f"{host}:{port}"
    if isinstance(error, OverflowError):
        return Refused("No such port", f"{port}: a port is a number up to 65535.")
    if error.errno == errno.EADDRINUSE:
        return Refused("The port is taken", f"Something serves at {where} already; name another with --port.")
    if error.errno == errno.EACCES:
        return Refused("That port is not yours", f"{where}: ports under 1024 are the system's; use --port.")
    return Refused("It cannot serve there", f"{where}: {error.strerror or type(error).__name__}.")
