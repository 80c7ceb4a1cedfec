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


EXIT_CODES = """Exit codes:
  0    done; with --dry-run: it could be done
  1    refused, or in trouble; the sentence on standard error says why, and what to do
  2    the command line makes no sense; nothing was looked at
  130  interrupted with Ctrl+C"""


def add(
    commands: Any, name: str, words: str, examples: str, *, as_json: bool = True, acts: bool = False
) -> Parser:
    """A command `name` that takes `--db`, `--agent`, unless it answers otherwise `--json`, and when it
    `acts`, changing something, `--dry-run`.
    """
    added: Parser = commands.add_parser(name, help=words, description=words, examples=examples)
    added.add_argument("--db", metavar="FILE", default=argparse.SUPPRESS, help="the store to open")
    added.add_argument("--agent", metavar="LOGIN", default=argparse.SUPPRESS, help="who you are")
    if as_json:
        added.add_argument("--json", action="store_true", help="answer as JSON")
    if acts:
        added.add_argument("--dry-run", action="store_true", help="say what would happen; change nothing")
    return added


def line_by_line(parser: Parser, **more: Any) -> None:
    """Let what opens the screen be asked for line by line."""
    parser.add_argument("--plain", action=argparse.BooleanOptionalAction, **more)


def on_a_line(parser: Parser, **more: Any) -> None:
    """Let what opens the screen be told whether the line is to be spared."""
    parser.add_argument("--frugal", action=argparse.BooleanOptionalAction, **more)


def number(text: str) -> int:
    """A number as commands take it: 142 or #142."""
    digits = text.lstrip("#")
    if not digits.isdecimal() or len(digits) > 15:
        raise argparse.ArgumentTypeError(f"{text!r} is not a number like 142")
    return int(digits)


def numbers(text: str) -> list[int]:
    """One number or several: 142 or 3,4,5."""
    return list(dict.fromkeys(number(part) for part in text.split(",")))


def limit(text: str) -> int:
    """How many rows at most."""
    found = number(text)
    if not 1 <= found <= 100_000:
        raise argparse.ArgumentTypeError("between 1 and 100,000")
    return found


def body(parser: Parser) -> None:
    """Let a command take its words from an option, a file or standard input."""
    parser.add_argument("--body", metavar="TEXT", help="what to say; - is standard input")
    parser.add_argument(
        "--body-file", metavar="FILE", help="a file that says it; - or nothing: standard input"
    )


def several(parser: Parser, name: str, word: str, words: str = "several may be named") -> None:
    """Let a command take one number or several."""
    parser.add_argument(name, type=numbers, nargs="+", metavar=word, help=words)
