"""What the words of every command are made of. Examples come first in every help."""

from __future__ import annotations

import argparse
from typing import Any, NoReturn

USAGE = 2
"""The exit code of a command line that makes no sense; 1 is a refusal, 0 is done."""


class Parser(argparse.ArgumentParser):
    """An argument parser whose help begins with examples."""

    def __init__(self, *args: Any, examples: str = "", **kwargs: Any) -> None:
        kwargs.setdefault("formatter_class", argparse.RawDescriptionHelpFormatter)
        super().__init__(*args, **kwargs)
        self.examples = examples

    def format_help(self) -> str:
        """The examples, then what argparse says."""
        return (f"Examples:\n{self.examples.rstrip()}\n\n" if self.examples else "") + super().format_help()

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and how to get help; exit code 2."""
        self.exit(USAGE, f"kustui: {message}\nTry: {self.prog} --help\n")


def add(commands: Any, name: str, words: str, examples: str, *, as_json: bool = True) -> Parser:
    """A command `name` that takes `--db`, `--agent` and, unless it answers otherwise, `--json`."""
    added: Parser = commands.add_parser(name, help=words, description=words, examples=examples)
    added.add_argument("--db", metavar="FILE", default=argparse.SUPPRESS, help="the store to open")
    added.add_argument("--agent", metavar="LOGIN", default=argparse.SUPPRESS, help="who you are")
    if as_json:
        added.add_argument("--json", action="store_true", help="answer as JSON")
    return added


def number(text: str) -> int:
    """A number as commands take it: 142 or #142."""
    digits = text.lstrip("#")
    if not digits.isdecimal() or len(digits) > 15:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number like 142")
    return int(digits)


def limit(text: str) -> int:
    """How many rows at most."""
    found = number(text)
    if not 1 <= found <= 100_000:
        raise argparse.ArgumentTypeError("between 1 and 100,000")
    return found


def body(parser: Parser) -> None:
    """Let a command take its words from an option, a file or standard input."""
    parser.add_argument("--body", metavar="TEXT", help="what to say")
    parser.add_argument(
        "--body-file", metavar="FILE", help="a file that says it; - or nothing: standard input"
    )
