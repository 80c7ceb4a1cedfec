"""What an SMS gateway says by calling us: messages that came, and what became of ours.

A call is believed when it is signed with our token over the address it went to and all its fields.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

from kustui.core.post import Inbound, Person, Receipt
from kustui.core.text import one_line
from kustui.delivery import Answer, Request, http

LARGEST = 262_144
"""Bytes of a call that are read."""
MOST_FIELDS = 500
MOST_MEDIA = 20
DONE = Answer(text='<?xml version="1.0" encoding="UTF-8"?><Response/>', media_type="text/xml")
SID = re.compile(r"[A-Za-z0-9-]{2,64}")
STATES = {
    **dict.fromkeys(("accepted", "queued", "sending", "sent"), "sent"),
    "delivered": "delivered",
    **dict.fromkeys(("undelivered", "failed"), "failed"),
}
"""What we make of a status; any other says nothing to us."""
REASONS = {
    "30003": "the handset cannot be reached",
    "30004": "it was blocked",
    "30005": "the number is not in service",
    "30006": "the number cannot take SMS",
    "30007": "the carrier took it for spam",
    "30008": "the carrier does not say why",
}
"""What the error codes mean that come most; a call has seldom words with them."""

_SIGNATURE = re.compile(r"[A-Za-z0-9+/]{27}=")


def answer(request: Request, callback: str, remembered: http.Remembered) -> Answer:
    """Read a call; 403 for one that is not signed. Raises what keeps our token from being found."""
    if request.method != "POST":
        return Answer(405, "Only POST.")
    if len(request.body) > LARGEST:
        return Answer(413, "Too long.")
    try:
        fields = parse_qs(
            request.body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=MOST_FIELDS
        )
        addresses = _addresses(request.url, callback)
        query = parse_qs(urlsplit(request.url).query, max_num_fields=MOST_FIELDS)
    except ValueError:
        return Answer(400, "Not understood.")
    given = request.headers.get("x-twilio-signature", "")
    if not _SIGNATURE.fullmatch(given) or not remembered.fits(
        lambda token: _is_signed(addresses, fields, token, given)
    ):
        return Answer(403, "Not signed.")
    said = {name: values[0] for name, values in fields.items()}
    sid = said.get("MessageSid") or said.get("SmsSid") or ""
    if not SID.fullmatch(sid):
        return Answer(400, "It names no message.")
    if "MessageStatus" in said:
        receipt = _receipt(sid, said, query)
        return DONE if receipt is None else DONE._replace(came=(receipt,))
    if not said.get("From", "").strip():
        return Answer(400, "It comes from nobody.")
    return DONE._replace(came=(_inbound(sid, said, request.body),))


def _is_signed(addresses: Sequence[str], fields: Mapping[str, list[str]], token: str, given: str) -> bool:
    told = "".join(name + value for name in sorted(fields) for value in sorted(set(fields[name])))
    good = False
    for url in addresses:
        made = hmac.new(token.encode(), (url + told).encode("utf-8", "replace"), hashlib.sha1)
        good |= hmac.compare_digest(base64.b64encode(made.digest()), given.encode())
    return good


def _addresses(url: str, callback: str) -> list[str]:
    """How the gateway may have written the address: as it came or as we told it, with a port or without."""
    found = [url]
    if callback:
        query = urlsplit(url).query
        found.append(f"{callback}/webhook/sms" + (f"?{query}" if query else ""))
    for each in list(found):
        parts = urlsplit(each)
        port = {"https": 443, "http": 80}.get(parts.scheme)
        if port and parts.netloc.endswith(f":{port}"):
            found.append(parts._replace(netloc=parts.netloc.removesuffix(f":{port}")).geturl())
        elif port and parts.port is None:
            found.append(parts._replace(netloc=f"{parts.netloc}:{port}").geturl())
    return found


def _receipt(sid: str, said: Mapping[str, str], query: Mapping[str, list[str]]) -> Receipt | None:
    status, code = said["MessageStatus"], one_line(said.get("ErrorCode", ""), 20)
    state = STATES.get(status)
    if state is None:
        return None
    words = ""
    if state == "failed":
        why = one_line(said.get("ErrorMessage", ""), 200) or REASONS.get(code, "")
        words = f"{status}{f' ({code})' if code else ''}{f': {why}' if why else ''}"
    name, tried = query.get("message", [""])[0], query.get("round", ["0"])[0]
    if not (tried.isascii() and tried.isdecimal() and len(tried) < 10):
        name, tried = "", "0"
    return Receipt("sms", sid, state, words, message_id=one_line(name, 900), round=int(tried))


def _inbound(sid: str, said: Mapping[str, str], body: bytes) -> Inbound:
    count = said.get("NumMedia", "")
    many = int(count) if count.isascii() and count.isdecimal() and len(count) < 4 else 0
    kinds = [said.get(f"MediaContentType{place}", "") for place in range(min(many, MOST_MEDIA))]
    words = "\n".join(part for part in (said.get("Body", ""), http.came_with(kinds)) if part)
    to = one_line(said.get("To", ""), 320)
    return Inbound(
        channel="sms",
        external_id=f"twilio:{sid}",
        sender=Person(one_line(said["From"], 320)),
        subject="",
        body=words,
        original=body,
        to=(Person(to),) if to else (),
    )
