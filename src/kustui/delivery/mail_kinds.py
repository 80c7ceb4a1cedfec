"""Machines that write: automatic replies and bounces, told from people (SPEC B12)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kustui.core.post import Person
from kustui.delivery.mail_headers import Headers, read_ids, usable_address
from kustui.delivery.mail_parts import Parts

BODY_SEARCHED = 64 * 1024

_MACHINE = re.compile(
    r"(?i)^(?:mailer-daemon|postmaster|mail-daemon|maildaemon|mdaemon|bounces?|microsoftexchange\w*)$"
)
_MACHINE_NAME = re.compile(
    r"(?i)mail delivery (?:sub)?system|mail delivery service|mailer-daemon|internet mail delivery"
)
_FAILURE = re.compile(
    r"(?i)undeliver|delivery (?:status notification \(failure\)|has failed|failure|failed|problem|error)"
    r"|mail delivery failed|failure notice|returned (?:to sender|mail)|(?:could|can) ?not be delivered"
    r"|message (?:could not be|not) delivered|permanent (?:fatal )?error|rejected|bounce"
    r"|unzustellbar|nicht zugestellt"
    r"|non remis|échec de (?:la )?remise|no se (?:ha )?(?:pudo|podido) entregar|mancato recapito|não entregue"
    r"|onbestelbaar|配信(?:不能|エラー)|送信できません|退信"
)
_DELAY = re.compile(r"(?i)\(delay\)|delayed|still being retried|warning: (?:could|message)|verzögert")
_AWAY = re.compile(
    r"(?i)^\s*(?:(?:re|aw|sv|fwd?)\s*:\s*)?(?:\[?auto(?:matic|mated)?[ -]?(?:reply|response|replied)"
    r"|auto:|autoreply"
    r"|out of (?:the )?office|ooo\b|on vacation|vacation|away from"
    r"|i am (?:currently )?(?:out|away)|not in the office"
    r"|abwesen|automatische (?:antwort|e-mail)|automatisch antwoord|ich bin (?:derzeit )?nicht|afwezig"
    r"|réponse automatique|absen(?:t|ce)|respuesta autom|ausente|fuera de la oficina|risposta automatica"
    r"|fuori (?:sede|ufficio)|assente|resposta autom|ausência|autosvar|automatiskt svar|frånvaro|poissa"
    r"|automatyczna odpowied|nieobecno|автоответ|автоматический ответ|otomatik"
    r"|自動(?:返信|応答)|不在|自动回复|자동 ?응답)"
)
_REPORT_LINE = re.compile(r"(?im)^(action|status|(?:final|original)-recipient)[ \t]*:[ \t]*(.{0,500})$")
_REPORTER = re.compile(r"(?im)^reporting-mta[ \t]*:[ \t]*(?:[a-z-]+[ \t]*;)?[ \t]*([a-z0-9.-]{1,253})")
_ID_LINE = re.compile(r"(?im)^[ \t>]*message-id[ \t]*:\s*<([^<>\s]{1,250})>")
_IN_BRACKETS = re.compile(r"<([^<>\s@]{1,128}@[^<>\s@]{1,253})>")
_OUR_REPLY = re.compile(r"[^\s<>@,;:\"()\[\]]{1,128}@[a-zA-Z0-9-]{1,63}(?:\.[a-zA-Z0-9-]{1,63})+")


@dataclass(frozen=True, slots=True)
class Kind:
    """What sort of machine wrote a message, if one did; `reporter` is the host that bounced it."""

    automatic: bool = False
    bounce: bool = False
    bounce_of: str = ""
    bounced_address: str = ""
    reporter: str = ""


def read_kind(headers: Headers, sender: Person | None, subject: str, parts: Parts, text: str) -> Kind:
    """Tell a bounce and an automatic reply from a person's message.

    `text` is the message's readable text, of which the first 64 KB are searched.
    """
    reports = "\n".join(parts.reports)
    report = headers.token("content-type") == "multipart/report"
    report_type = headers.param("content-type", "report-type").lower() if report else ""
    if reports:
        return _reported(headers, parts, reports)
    if report and report_type in ("disposition-notification", "feedback-report"):
        return Kind(automatic=True)
    failed = headers.people("x-failed-recipients")[0]
    machine = sender is None or bool(
        _MACHINE.match(sender.address.partition("@")[0]) or _MACHINE_NAME.search(sender.name)
    )
    machine = machine and (sender is not None or _is_daemon(headers))
    if (report and report_type == "delivery-status") or failed or (machine and _FAILURE.search(subject)):
        if _DELAY.search(subject):
            return Kind(automatic=True)
        text = text[:BODY_SEARCHED]
        address = failed[0].address if failed else _address_in(text, sender)
        return Kind(bounce=True, bounce_of=_bounce_of(headers, parts, text), bounced_address=address)
    return Kind(automatic=_is_automatic(headers, subject))


def _is_daemon(headers: Headers) -> bool:
    words = headers.words("from")
    return bool(_MACHINE_NAME.search(words) or _MACHINE.match(words.strip("<> ").partition("@")[0]))


def _reported(headers: Headers, parts: Parts, reports: str) -> Kind:
    """A bounce by its delivery report (RFC 3464): failed, or only late."""
    action = address = status = ""
    worst: tuple[int, str] = (0, "")
    for found in _REPORT_LINE.finditer(reports[: 4 * BODY_SEARCHED]):
        name, value = found[1].lower(), found[2].strip()
        if name.endswith("recipient"):
            shown = usable_address(value.rpartition(";")[2].strip())
            if action and shown:
                action = status = ""
            address = shown or address
        elif name == "action":
            action = value.lower()
        else:
            status = value
        rank = 2 if action.startswith("fail") else 1 if not action and status.startswith("5") else 0
        if rank > worst[0] or (rank == worst[0] and rank and not worst[1]):
            worst = (rank, address)
    if not worst[0] and not _FAILURE.search(headers.words("subject")) and re.search(r"(?im)^action", reports):
        return Kind(automatic=True)
    reporter = _REPORTER.search(reports)
    return Kind(
        bounce=True,
        bounce_of=_bounce_of(headers, parts, ""),
        bounced_address=worst[1] or address,
        reporter=reporter[1].lower() if reporter else "",
    )


def _bounce_of(headers: Headers, parts: Parts, text: str) -> str:
    """The Message-ID of the message that came back, from its copy, else from what the bounce answers."""
    for source in (*parts.returned, text):
        if found := _ID_LINE.search(source):
            return next(iter(read_ids(f"<{found[1]}>")), "")
    answered = headers.ids("in-reply-to") or headers.ids("references")
    return answered[-1] if answered else ""


def _address_in(text: str, sender: Person | None) -> str:
    own = sender.address.lower() if sender else ""
    # What follows the first copy of a header is the returned message, whose addresses are not the failed one.
    head = re.split(r"(?im)^(?:return-path|received|message-id)\s*:", text, maxsplit=1)[0]
    for pattern in (_IN_BRACKETS, _OUR_REPLY):
        for found in pattern.finditer(head):
            address = usable_address(found[found.lastindex or 0])
            if address and address.lower() != own and not _MACHINE.match(address.partition("@")[0]):
                return address
    return ""


def _is_automatic(headers: Headers, subject: str) -> bool:
    submitted = headers.token("auto-submitted").partition(" ")[0]
    if submitted and submitted != "no":
        return True
    listed = any(headers.first(name) for name in ("list-id", "list-post", "list-unsubscribe"))
    precedence = headers.token("precedence")
    if precedence in ("auto_reply", "auto-reply"):
        return True
    for name in ("x-autoreply", "x-autorespond", "x-autoresponder", "x-auto-reply", "x-autogenerated"):
        value = headers.token(name)
        if value and value not in ("no", "false", "0"):
            return True
    if headers.first("x-autoreply-from") or headers.first("x-mail-autoreply"):
        return True
    if listed or precedence == "list":
        return False
    hint = (
        precedence in ("bulk", "junk")
        or bool(headers.first("x-auto-response-suppress"))
        or headers.first("return-path") == "<>"
        or headers.token("x-precedence") in ("auto_reply", "bulk", "junk")
        or "vacation" in headers.token("x-mailer")
    )
    return hint and bool(_AWAY.match(subject))
