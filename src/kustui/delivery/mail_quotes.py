"""What the writer wrote, told apart from the history they quoted below, between or above it.

The words by which mail programs announce a quote come from `mail-parser-reply`, in all its
languages. The cutting is done here, on the lines as they are, so that no text is ever lost: body
and quoted together hold every word.
"""

from __future__ import annotations

import re
from functools import cache

from kustui.delivery.mail_html import HISTORY
from kustui.errors import MissingExtra

LINES_SEARCHED = 20_000
_LINE_LENGTH = 300
_HEADER_LINES = 8
# The library's patterns take cubic time on a line made for it: few and short texts are tried.
_ANNOUNCEMENT = 250
_TRIES = 60

_QUOTED = re.compile(r" {0,3}>")
_RULE = re.compile(r"\s*[-_=*]{5,}\s*$")
_BANNER = re.compile(r"\s*[-_=]{2,} ?[^\W_-].{2,60}[^\W_-]:? ?[-_=]{2,}\s*$")
_LABEL = re.compile(r"\s*[*_]{0,2}[^\s:：*][^:：*]{0,24}[*_]{0,2}\s?[:：][*_]{0,2}(?:\s|$)")
_SIGNATURE = re.compile(r"(?:-- ?|__)$")
_WHEN = re.compile(r"@|\d{1,2}[:.h]\d\d|\b(?:19|20)\d\d\b")
_SUBJECT = re.compile(
    r"(?im)^[\s*]*(?:subject|betreff|asunto|objet|oggetto|onderwerp|ämne|emne|předmět|temat|assunto|aihe|tárgy|"
    r"konu|тема|主题|主旨|件名|제목)[\s*]*[:：]"
)
# Outlook's labels in languages that the library does not know.
_MORE_LABELS = (
    r"(?:\A|\n)[* ]*(?:De|Enviad[ao](?: em)?|Para|Assunto|Data|Cc)\s?:",
    r"(?:\A|\n)[* ]*(?:От|Отправлено|Дата|Кому|Копия|Тема)\s?:",
    r"(?:\A|\n)[* ]*(?:差出人|送信者|送信日時|日付|宛先|CC|件名)\s?[:：]",
    r"(?:\A|\n)[* ]*(?:De|Envoyé|À|A|Objet|Date|Cc)\s?:",
    r"(?:\A|\n)[* ]*(?:发件人|发送时间|日期|收件人|抄送|主题)\s?[:：]",
)
_MORE_WROTE = (
    r"Em .+ escreveu:",
    r".*\d{4}.*(?:пишет|написал(?:а|\(а\))?):?",
    r"\d{4}年\d{1,2}月\d{1,2}日.*(?:のメール|書きました|wrote)[:：]?",
    r"Op .+ (?:schreef|heeft .+ geschreven).*:",
)


def split_quoted(text: str) -> tuple[str, str]:
    """Cut `text` into what was written and what was quoted; each without blank lines at its ends.

    A text that is all quote is all body. Answers written between the lines of a quote stay with
    it in the body, because they make no sense without. Time grows with the text's length only.
    """
    lines = text.split("\n")
    body, quoted = _split(lines) if len(lines) <= LINES_SEARCHED else (lines, [])
    if not any(line.strip(HISTORY + " ") for line in body):
        body, quoted = lines, []
    return _text(body), _text(quoted)


def _split(lines: list[str]) -> tuple[list[str], list[str]]:
    end, opens = _survey(lines)
    head, tail = lines[:end], lines[end:]
    quotes = [at for at, line in enumerate(head) if at in opens or _QUOTED.match(line)]
    if not quotes:
        return head, tail
    marked = set(quotes)
    own = [at for at, line in enumerate(head) if line.strip() and at not in marked]
    first, last = quotes[0], quotes[-1]
    after = [at for at in own if at > last]
    if after and _SIGNATURE.match(head[after[0]]) and not any(first < at < last for at in own):
        if not any(at < first for at in own):
            return lines, []
        return head[:first] + head[after[0] :], head[first : after[0]] + tail
    if not own or own[-1] < first:
        return head[:first], head[first:] + tail
    if own[0] > last:
        return head[last + 1 :], head[: last + 1] + tail
    # Answers between the lines: only what follows the last of them is history.
    rest = next((at for at in quotes if at > own[-1]), end)
    return head[:rest], head[rest:] + tail


def _survey(lines: list[str]) -> tuple[int, set[int]]:
    """Where the history starts that runs to the end of the text, and which lines announce a quote."""
    opens: set[int] = set()
    tries = _TRIES
    for at, line in enumerate(lines):
        if _QUOTED.match(line) or len(line) > _LINE_LENGTH:
            continue
        words = line.strip()
        if not words:
            continue
        start = -1
        announced = words.startswith(HISTORY)
        if announced:
            start = at
        elif words[-1] in ":：" and tries and _WHEN.search("".join(lines[max(0, at - 2) : at + 1])):
            tries -= 1
            start = _wrote(lines, at)
        if start >= 0:
            stop = at if not announced else _last_of_announcement(lines, at)
            following = _next_filled(lines, stop + 1)
            if following < len(lines) and _QUOTED.match(lines[following]):
                opens.update(range(start, stop + 1))
                continue
            if announced or _WHEN.search(" ".join(lines[start : at + 1])):
                return _with_rule(lines, start), opens
        if (_LABEL.match(words) and _is_header(lines, at)) or _is_banner(lines, at):
            return _with_rule(lines, at), opens
    return len(lines), opens


def _wrote(lines: list[str], at: int) -> int:
    """The first line of an announcement ("On ... wrote:") that ends in line `at`; -1 without one."""
    known, generic = _patterns()[0], at + 1 < len(lines)
    for start in (at, at - 1, at - 2):
        if start < 0 or not lines[start].strip():
            break
        text = "\n".join(line.strip() for line in lines[start : at + 1])
        if len(text) > _ANNOUNCEMENT:
            break
        if known.match(text):
            return start
    # Any sentence with an address or a date that stands right above a quote announces it.
    if generic and _QUOTED.match(lines[_next_filled(lines, at + 1)] if at + 1 < len(lines) else ""):
        if _WHEN.search(lines[at]):
            return at
        if at and lines[at - 1].strip() and _WHEN.search(lines[at - 1]) and "@" in lines[at]:
            return at - 1
    return -1


def _is_header(lines: list[str], at: int) -> bool:
    """Whether the headers of a quoted message ("From: ... Sent: ... Subject: ...") start in a line."""
    window = "\n".join(line.strip()[:_LINE_LENGTH] for line in lines[at : at + _HEADER_LINES])
    block = window.split("\n\n", 1)[0]
    for pattern in _patterns()[1]:
        found = pattern.match(block)
        if not found:
            continue
        labels = sum(1 for line in found[0].split("\n") if _LABEL.match(line))
        # "From: Berlin, To: Munich" is a journey: a header has an address or a subject as well.
        if labels >= 3 and ("@" in found[0] or _SUBJECT.search(block)):
            return True
    return False


def _is_banner(lines: list[str], at: int) -> bool:
    """Whether a line is like "----- Original Message -----", with headers below it."""
    if not _BANNER.match(lines[at]):
        return False
    below = _next_filled(lines, at + 1)
    if below >= len(lines) or not _LABEL.match(lines[below].lstrip("> ")):
        return False
    return "@" in "".join(lines[below : below + 6]) or bool(
        _SUBJECT.search("\n".join(lines[below : below + 6]))
    )


def _last_of_announcement(lines: list[str], at: int) -> int:
    """The last line of the paragraph that starts in line `at`, at most four lines on."""
    stop = at
    while (
        stop + 1 < min(at + 5, len(lines)) and lines[stop + 1].strip() and not _QUOTED.match(lines[stop + 1])
    ):
        stop += 1
    return stop


def _next_filled(lines: list[str], at: int) -> int:
    """The next line with words, at most three blank ones on."""
    for index in range(at, min(at + 4, len(lines))):
        if lines[index].strip():
            return index
    return min(at, len(lines) - 1) if lines else 0


def _with_rule(lines: list[str], at: int) -> int:
    """`at`, or the line of dashes just above it."""
    above = at - 1
    while above > 0 and not lines[above].strip() and at - above < 4:
        above -= 1
    return above if above >= 0 and _RULE.match(lines[above]) else at


def _text(lines: list[str]) -> str:
    return "\n".join(line.rstrip() for line in lines).replace(HISTORY, "").strip("\n")


@cache
def _patterns() -> tuple[re.Pattern[str], tuple[re.Pattern[str], ...]]:
    """The announcements of all languages in one pattern, and their headers in one each."""
    try:
        from mailparser_reply.constants import MAIL_LANGUAGES
    except ImportError as error:
        raise MissingExtra("Reading email", "email") from error
    flags = re.IGNORECASE | re.MULTILINE
    wrote = [words["wrote_header"] for words in MAIL_LANGUAGES.values() if words.get("wrote_header")]
    wrote += [f"^{more}$" for more in _MORE_WROTE]
    headers = [words["from_header"] for words in MAIL_LANGUAGES.values() if words.get("from_header")]
    headers += [f"(?:{more}.*){{2,}}" for more in _MORE_LABELS]
    return (
        re.compile("|".join(f"(?:{each})" for each in wrote), flags),
        tuple(re.compile(each, flags) for each in headers),
    )
