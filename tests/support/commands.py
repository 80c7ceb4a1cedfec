"""Runs `kustui` commands as programs of their own without loading Python for each: forks of one that has
loaded what they need.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple


class Ran(NamedTuple):
    """How a command ended, and what it said."""

    code: int
    out: str
    err: str


class Forker:
    """Hands command lines to the loaded program, one at a time."""

    def __init__(self, program: subprocess.Popen[str], folder: Path) -> None:
        self._program = program
        self._folder = folder

    def run(self, words: Sequence[str]) -> Ran:
        """Run `kustui` with these words, with nothing on its standard input."""
        assert self._program.stdin is not None
        assert self._program.stdout is not None
        self._program.stdin.write(json.dumps(list(words)) + "\n")
        self._program.stdin.flush()
        code = int(self._program.stdout.readline())
        out, err = ((self._folder / name).read_text(encoding="utf-8") for name in ("out", "err"))
        return Ran(code, out, err)


@contextmanager
def forker(environment: Mapping[str, str], cwd: Path, folder: Path) -> Iterator[Forker]:
    """A loaded program in that folder of work; `folder` holds what the commands say."""
    folder.mkdir(exist_ok=True)
    program = subprocess.Popen(
        [sys.executable, __file__, str(folder)],
        env=dict(environment), cwd=cwd, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    )  # fmt: skip
    with program:
        yield Forker(program, folder)


def _one(words: list[str], folder: Path) -> int:
    child = os.fork()
    if child == 0:
        for number, name, how in ((0, os.devnull, "r"), (1, folder / "out", "w"), (2, folder / "err", "w")):
            with open(name, how) as file:
                os.dup2(file.fileno(), number)
        sys.argv = ["kustui", *words]
        import atexit

        from kustui.__main__ import main

        code: int | str | None = 1
        try:
            code = main(words)
        except SystemExit as end:
            code = end.code
        finally:
            atexit._run_exitfuncs()
            sys.stdout.flush()
            sys.stderr.flush()
            os._exit(code if isinstance(code, int) else 0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def _serve(folder: Path) -> None:
    import kustui.cli.parser
    import kustui.store.writing
    import kustui.wiring  # noqa: F401 - loaded for the forks

    for line in sys.stdin:
        print(_one(json.loads(line), folder), flush=True)


if __name__ == "__main__":
    _serve(Path(sys.argv[1]))
