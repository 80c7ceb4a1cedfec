"""The program as an agent runs it, and how long each of its acts took: `agent.py TIMES ARGUMENTS...`.

An act begins when it asks for the store and ends when it is written; what a program does by itself
(the clockwork's threads) is not an agent's.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from kustui.store.store import Store
from kustui.store.writing import Writing


def main() -> int:
    """Run kustui with a watch on its acts."""
    times = os.open(sys.argv[1], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    real = Store.writing

    @contextmanager
    def watched(self: Store, *, claiming: bool = False, quiet: bool = False) -> Iterator[Writing]:
        began = time.perf_counter()
        with real(self, claiming=claiming, quiet=quiet) as act:
            yield act
        if not threading.current_thread().name.startswith("kustui-"):
            os.write(times, f"{(time.perf_counter() - began) * 1000:.2f}\n".encode())

    Store.writing = watched  # type: ignore[method-assign]
    from kustui.__main__ import main as run

    return run(sys.argv[2:])


if __name__ == "__main__":
    sys.exit(main())
