"""Writes an mbox of made-up support mail: `python tests/tools/make_mbox.py FILE --messages 100000`.

Threads carry References as real ones do, every fifth message begins a customer's mail, and the file
is the same for the same numbers. 100,000 messages are about 95 MB.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

START = datetime(2024, 1, 8, 8, 0, tzinfo=UTC)
OURS = "support@acme.example"
WORDS = """
order parcel bag strap zip buckle invoice delivery canvas thank you please could would when where the a
my your our with without before after since yesterday morning colour green orange label box address
street refund repair
""".split()  # noqa: SIM905 - a column of forty quoted words reads worse

Thread = tuple[int, str, list[str]]
"""A customer, a subject, and the Message-IDs so far."""


def messages(count: int, customers: int) -> Iterator[bytes]:
    """`count` messages of `customers` people, in time order, each with its mbox line."""
    chance = random.Random(count * 7 + customers)
    threads: list[Thread] = []
    at = START
    for number in range(count):
        at += timedelta(seconds=chance.randint(20, 1_200))
        if not threads or chance.random() < 0.4:
            who = chance.randrange(customers)
            thread: Thread = (who, " ".join(chance.choices(WORDS, k=4)).capitalize(), [])
            threads.append(thread)
            if len(threads) > 500:
                threads.pop(0)
        else:
            thread = chance.choice(threads)
        yield message(number, at, thread, chance)


def message(number: int, at: datetime, thread: Thread, chance: random.Random) -> bytes:
    """The next message of a thread (customer, subject, Message-IDs so far); every third answer is ours."""
    who, subject, names = thread
    ours = len(names) % 3 == 2
    theirs = f"customer{who}@example.com"
    sender, to = (f"Acme <{OURS}>", theirs) if ours else (f"Customer {who} <{theirs}>", OURS)
    name = f"m{number}.{chance.getrandbits(40):x}@{'acme.example' if ours else 'example.com'}"
    head = [
        f"From {sender.rpartition('<')[2].rstrip('>')} {at:%a %b %d %H:%M:%S %Y}",
        f"Received: from mx.example.com ([192.0.2.7]) by mail.acme.example; {format_datetime(at)}",
        f"From: {sender}",
        f"To: {to}",
        f"Subject: {'Re: ' if names else ''}{subject}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{name}>",
    ]
    if names:
        head.append(f"In-Reply-To: <{names[-1]}>")
        head.append("References: " + "\n ".join(f"<{item}>" for item in names[-8:]))
    head += ["MIME-Version: 1.0", "Content-Type: text/plain; charset=utf-8", ""]
    names.append(name)
    words = chance.choices(WORDS, k=chance.randint(30, 110))
    lines = [" ".join(words[i : i + 12]).capitalize() + "." for i in range(0, len(words), 12)]
    body = ["Hello,", "", *lines, "", f"Number {number}"]
    return ("\n".join([*head, *body]) + "\n\n").encode()


def write(path: Path, count: int, customers: int) -> None:
    """Write the mbox at `path`."""
    with path.open("wb") as file:
        for content in messages(count, customers):
            file.write(content)


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", type=Path)
    parser.add_argument("--messages", type=int, default=100_000)
    parser.add_argument("--customers", type=int, default=0, help="a fifth of the messages when not given")
    args = parser.parse_args()
    write(args.file, args.messages, args.customers or max(1, args.messages // 5))


if __name__ == "__main__":
    main()
