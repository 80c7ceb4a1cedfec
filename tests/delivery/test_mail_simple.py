"""The short way past the library's parser, held against the parser."""

from __future__ import annotations

from email import policy
from email.parser import BytesParser

import pytest

from kustui.delivery.mail_simple import simple

PLAIN = (
    b"From a@b.c Mon\nSubject: Hi\n there\nX-Raw: \xe4\xff \nEmpty:\nTo: \t a@b.c\n\nOne\n\nTwo \xc3\xa9\n"
)


@pytest.mark.parametrize("content", [PLAIN, PLAIN.replace(b"\n", b"\r\n"), b"A: 1\n \nB: 2\n\nbody"])
def test_a_simple_mail_is_read_as_the_parser_reads_it(content: bytes) -> None:
    """Headers, envelope and body are the parser's own, byte for byte, folds and odd bytes too."""
    read, known = simple(content), BytesParser(policy=policy.compat32).parsebytes(content)
    assert read is not None
    assert list(read.raw_items()) == list(known.raw_items())
    assert read.get_unixfrom() == known.get_unixfrom()
    assert read.get_payload(decode=True) == known.get_payload(decode=True)


@pytest.mark.parametrize(
    "content",
    [
        b"Subject: no body",
        b"A: 1\rB: 2\n\nx",
        b"A: 1\r\nB: 2\n\r\n\r\nx",
        b"no header\nA: 1\n\nx",
        b"A: 1\nFrom b@c.d Mon\nB: 2\n\nx",
        b"Content-Type: multipart/mixed; boundary=b\n\n--b\n\nx\n--b--",
        b"Content-Type: message/rfc822\n\nA: 1\n\nx",
    ],
)
def test_what_is_not_simple_is_left_to_the_parser(content: bytes) -> None:
    """Broken headers, mixed ends of lines, and messages with parts."""
    assert simple(content) is None
