"""Writing a workspace out, and taking things in, from the command line (SPEC G4)."""

from __future__ import annotations

import os
import sys
from argparse import Namespace
from collections.abc import Callable, Generator, Iterable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import IO, Any

from kustui.cli.output import Output
from kustui.cli.workspace import import_mail
from kustui.desk import Desk
from kustui.errors import Refused

HEAD_BYTES = 200
"""Enough of a file's beginning to know an export by."""


def export(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui export [PATH]`: the whole workspace as JSON Lines, or what CSV and mail can hold of it."""
    if not args.to:
        raise Refused("No place named", "Name a file, a folder for CSV, or - for standard output.")
    if args.format == "csv":
        _sheets(desk, args, out)
        return
    if args.format == "mbox":
        from kustui.desk import letters

        written = letters.mbox(desk)
        pieces = written.pieces()
    else:
        from kustui.desk import exchange

        pieces = _lines(desk, exchange.lines, exchange.count)
    # Whoever reads may go away in the middle, and the store is let go before it is closed.
    with closing(pieces):
        if args.to == "-":
            _to_output(pieces)
        else:
            to_file(Path(args.to), pieces)
            out.line(f"Written: {args.to}")
    if args.format == "mbox" and written.left_out:
        words = (
            f"{written.left_out:,} messages are no mail (notes, other channels, not sent) and were left out."
        )
        print(words, file=sys.stderr if args.to == "-" else sys.stdout)


def move(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui move --to PLACE`: the workspace goes into another store, and this one is left."""
    from kustui.desk import exchange, moving

    with _bar(exchange.count(desk)) as told:
        place, found = moving.move(desk, args.to, told)
    out.item(
        {"place": place, "rows": found.total(), "counts": dict(sorted(found.items()))},
        f"{found.total():,} rows are at {place}, as many of each as here: {found['customer']:,} customers, "
        f"{found['conversation']:,} conversations, {found['message']:,} messages. "
        "Say where it is from now on with --db, KUSTUI_DB or `db` in the settings.",
    )


def take(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui import PATH...`: mail; or one export of a workspace; or one CSV file of customers."""
    ours = [path for path in args.paths if path == "-" or _is_export(path)]
    sheets = [path for path in args.paths if path.lower().endswith(".csv")]
    if not (ours or sheets) or args.quarantine:
        import_mail(desk, args, out)
        return
    if len(args.paths) > 1 or args.done:
        raise Refused(
            "One at a time", f"{(ours or sheets)[0]} is no mail: import it by itself, without --done."
        )
    if sheets:
        from kustui.desk import sheets as sheet

        try:
            text = Path(sheets[0]).read_text(encoding="utf-8-sig")
        except OSError as error:
            raise Refused("The file cannot be read", f"{sheets[0]}: {error.strerror}") from error
        except UnicodeDecodeError as error:
            line = error.object[: error.start].count(b"\n") + 1
            raise Refused(
                "The file cannot be read", f"{sheets[0]}, line {line}: it is not UTF-8. Save it as CSV UTF-8."
            ) from error
        made = sheet.take_customers(desk, text)
        out.item({"customers": len(made), "ids": made}, f"{len(made):,} customers made")
        return
    from kustui.desk import exchange

    path = ours[0]
    with _opened(path) as file, _bar(_size(path)) as told:
        rows = exchange.take(desk, iter(lambda: file.readline(exchange.LINE_BYTES + 1), b""), told)
    out.item(
        {"rows": rows},
        f"{rows:,} rows imported. This is a copy, and it sends nothing until `kustui outbox adopt` says so.",
    )


def _lines(
    desk: Desk, lines: Callable[..., Iterator[str]], count: Callable[[Desk], int]
) -> Generator[bytes, None, None]:
    with _bar(count(desk) if sys.stderr.isatty() else 0) as told:
        for line in lines(desk, told):
            yield f"{line}\n".encode()


def _sheets(desk: Desk, args: Namespace, out: Output) -> None:
    from kustui.desk import sheets

    if args.to == "-":
        raise Refused("Several files", "CSV is a file for each kind: name a folder.")
    folder = Path(args.to)
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise Refused("The folder cannot be made", f"{folder}: {error.strerror}") from error
    for name, lines in sheets.SHEETS.items():
        to_file(folder / name, (line.encode() for line in lines(desk)))
        out.line(f"Written: {folder / name}")


def _to_output(pieces: Iterable[bytes]) -> None:
    for piece in pieces:
        # What stands in for standard output in another program may take words alone.
        if hasattr(sys.stdout, "buffer"):
            sys.stdout.buffer.write(piece)
        else:
            sys.stdout.write(piece.decode("utf-8", "surrogateescape"))


def to_file(path: Path, pieces: Iterable[bytes]) -> None:
    """Write a file that only its owner can read, whole or not at all, and never over another."""
    if path.exists():
        raise Refused("It is there already", f"{path}: nothing is written over it. Name another.")
    part = path.with_name(f"{path.name}.part{os.getpid()}")
    try:
        with os.fdopen(os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
            for piece in pieces:
                file.write(piece)
            file.flush()
            os.fsync(file.fileno())
        _publish(part, path)
    except FileExistsError:
        raise Refused("It is there already", f"{path}: nothing is written over it. Name another.") from None
    except OSError as error:
        raise Refused("The file cannot be written", f"{path}: {error.strerror}") from error
    finally:
        part.unlink(missing_ok=True)


def _publish(part: Path, path: Path) -> None:
    try:
        os.link(part, path)
    except FileExistsError:
        raise
    except OSError:
        # Some file systems have no hard links; the name was free when this began.
        part.rename(path)


def _is_export(path: str) -> bool:
    from kustui.desk.exchange import is_ours

    if path.lower().endswith(".jsonl"):
        return True
    try:
        if not Path(path).is_file():
            return False
        with open(path, "rb") as file:
            return is_ours(file.read(HEAD_BYTES))
    except OSError:
        # Reading it as mail says what is wrong with it.
        return False


def _opened(path: str) -> IO[bytes]:
    if path == "-":
        if sys.stdin is None:
            raise Refused("Nothing to import", "Standard input is closed; name a file.")
        return getattr(sys.stdin, "buffer", None) or _Words(sys.stdin)  # type: ignore[return-value]
    try:
        return open(path, "rb")
    except OSError as error:
        raise Refused("The file cannot be read", f"{path}: {error.strerror}") from error


class _Words:
    """Standard input that gives words alone, as bytes."""

    def __init__(self, stream: Any) -> None:
        self._stream = stream

    def __enter__(self) -> _Words:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def readline(self, limit: int) -> bytes:
        """The next line."""
        return str(self._stream.readline(limit)).encode("utf-8", "surrogateescape")


def _size(path: str) -> int:
    return 0 if path == "-" else os.path.getsize(path)


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None] | None]:
    """A progress bar on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TimeRemainingColumn

    with Progress(
        BarColumn(), TaskProgressColumn(), TimeRemainingColumn(), console=Console(stderr=True)
    ) as progress:
        task = progress.add_task("", total=total or None)
        yield lambda step: progress.update(task, advance=step)
