"""SMS by a gateway that speaks as Twilio does: out by its Messages resource, in by its webhook.

Only what the gateway documents as never processed is tried again by itself; a message that may have
got out is settled by the gateway's own word: its status call, which says our name for the message,
or its list of messages (SPEC D7).
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from urllib.parse import quote, urlencode, urlsplit

from kustui.core.post import Inbound, Parcel
from kustui.core.text import one_line
from kustui.delivery import Accepted, Answer, Request, Setup, http
from kustui.delivery import twilio_calls as calls
from kustui.delivery.http import Ask, NoWord, Reply
from kustui.delivery.secrets import secret
from kustui.errors import DeliveryFailed, MissingExtra, SettingsTrouble, TryLater

URL = "https://api.twilio.com"
CAPABILITY, EXTRA = "SMS by a gateway", "sms"
UNSUBSCRIBED = 21610

_ACCOUNT = re.compile(r"[A-Za-z0-9-]{2,64}")
_E164 = re.compile(r"\+[1-9]\d{3,14}")
_SERVICE = re.compile(r"MG[A-Za-z0-9]{1,62}")
_SECOND = timedelta(seconds=1)


class TwilioTransport:
    """Hands each SMS to one account of a gateway, from one number or one messaging service.

    `callback` is the address under which the gateway reaches our webhooks; with it, what became of a
    message comes back.
    """

    name = "twilio"
    channels = frozenset({"sms"})
    repeatable = False

    def __init__(self, account: str, sender: str, url: str, callback: str, setup: Setup) -> None:
        self.timeout = http.number(setup.options, "twilio.timeout", 20.0, 1.0)
        self.rate = http.number(setup.options, "twilio.rate", 1.0, 0.0)
        self._account, self._sender, self._url, self._callback = account, sender, url, callback
        self._options = dict(setup.options)
        self._clock = setup.clock
        self._remembered = http.Remembered(self._token, setup.clock)

    @classmethod
    def set_up(cls, setup: Setup) -> TwilioTransport:
        """A transport by the options of the settings' [transport.twilio]; raises SettingsTrouble."""
        options = setup.options
        account, sender = str(options.get("account", "")), str(options.get("from", "")).replace(" ", "")
        if not _ACCOUNT.fullmatch(account):
            raise SettingsTrouble("No account", "Name it in the settings: [transport.twilio] account = AC...")
        if not (_E164.fullmatch(sender) or _SERVICE.fullmatch(sender)):
            raise SettingsTrouble(
                "No sender",
                "transport.twilio.from is a number like +34600123456, or a messaging service, MG...",
            )
        url = http.base_url(options, "twilio.url", URL)
        callback = http.base_url(options, "twilio.callback", "") if options.get("callback") else ""
        return cls(account, sender, url, callback, setup)

    # -- out ---------------------------------------------------------------------------------

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Hand `parcel` over, to its one number.

        Raises DeliveryFailed for a number that is none and a refusal for good, TryLater for one for
        now, for a gateway that does not know us, and where nothing was sent. Any other error after
        `commit` means that nobody knows.
        """
        to = _number(parcel.to[0].address if parcel.to else "")
        token, httpx = self._token(), http.library(CAPABILITY, EXTRA)
        form = {"To": to, "Body": parcel.text, self._from()[0]: self._from()[1]}
        if self._callback:
            named = urlencode({"message": parcel.message_id, "round": parcel.round})
            form["StatusCallback"] = f"{self._callback}/webhook/sms?{named}"
        commit()
        wanted = Ask("POST", self._resource("Messages"), auth=(self._account, token), form=form)
        reply = http.ask(wanted, self.timeout, httpx)
        said = _said(reply, token)
        if reply.status // 100 == 2:
            sid = reply.document().get("sid")
            if isinstance(sid, str) and calls.SID.fullmatch(sid):
                return Accepted(sid, said)
            # Whoever answers this is not the gateway, or has changed what it says.
            raise NoWord("No word from the gateway", f"It answered {reply.status} and named no message.")
        raise _refusal(reply, said)

    def collect(self) -> Iterable[Inbound]:
        """Nothing: what comes in comes by the webhook."""
        return ()

    def check(self) -> str:
        """Look at the account, and say so; raises what stands in the way, in words."""
        token = self._token()
        reply = self._get(f"{self._root()}.json", {}, token)
        if reply.status // 100 != 2:
            raise _refusal(reply, _said(reply, token))
        found = reply.document()
        status = http.without(found.get("status", "in no known state"), token)
        if status != "active":
            raise TryLater("The account sends nothing", f"{self._host()} says that it is {status}.")
        name = http.without(found.get("friendly_name", self._account), token)
        back = "" if self._callback else "; without a callback nothing comes back"
        return f"{self._host()} answers for {name}, from {self._sender}{back}"

    def proof(self, parcel: Parcel) -> str:
        """What in the gateway's list of messages proves that `parcel` got out; empty when not sure.

        A message of the same words to the same number is taken for it only when it can be no other:
        there is none in the store, it was never tried before, and the gateway made it after the agent
        sent it and before we asked, by the gateway's own clock.
        """
        if not parcel.alone or parcel.round or not parcel.to:
            return ""
        token, to = self._token(), _number(parcel.to[0].address)
        began, ticks = self._clock.now(), time.monotonic()
        day = min(parcel.at, began) - timedelta(days=1)
        query = {"To": to, "DateSent>": f"{day:%Y-%m-%d}", "PageSize": "200"}
        reply = self._get(self._resource("Messages"), query, token)
        took = timedelta(seconds=time.monotonic() - ticks)
        there, found = _instant(reply.headers.get("date")), reply.document()
        rows = found.get("messages")
        if reply.status != 200 or there is None or not isinstance(rows, list) or found.get("next_page_uri"):
            return ""
        # The gateway's clock and ours differ by an amount that is known to within this very question.
        earliest = parcel.at + (there + _SECOND - began)
        latest = there - took
        same = [
            row for row in rows
            if isinstance(row, dict)
            and (row.get("to"), row.get("body")) == (to, parcel.text)
            and str(row.get("direction", "")).startswith("outbound")
            and self._sender in (row.get("from"), row.get("messaging_service_sid"))
            and row.get("account_sid") == self._account
        ]  # fmt: skip
        if len(same) != 1:
            return ""
        made, status, sid = _instant(same[0].get("date_created")), same[0].get("status"), same[0].get("sid")
        if made is None or not earliest <= made < latest or status not in ("sent", "delivered"):
            return ""
        if not isinstance(sid, str) or not calls.SID.fullmatch(sid):
            return ""
        return f"{self._host()} has it as {sid}, {status}."

    # -- in ----------------------------------------------------------------------------------

    def webhook(self, request: Request) -> Answer:
        """Read what the gateway says: a message that came, or what became of one of ours.

        What is not signed with our token is answered with 403.
        """
        return calls.answer(request, self._callback, self._remembered)

    # -- inside ------------------------------------------------------------------------------

    def _token(self) -> str:
        return secret(self._options, self._account, "token")

    def _from(self) -> tuple[str, str]:
        return ("MessagingServiceSid" if self._sender.startswith("MG") else "From"), self._sender

    def _host(self) -> str:
        return urlsplit(self._url).netloc

    def _root(self) -> str:
        return f"{self._url}/2010-04-01/Accounts/{quote(self._account, safe='')}"

    def _resource(self, name: str) -> str:
        return f"{self._root()}/{name}.json"

    def _get(self, url: str, query: Mapping[str, str], token: str) -> Reply:
        wanted = Ask("GET", url, auth=(self._account, token), query=query or None)
        try:
            return http.ask(wanted, self.timeout, http.library(CAPABILITY, EXTRA))
        except NoWord as error:
            raise TryLater("The gateway does not answer", error.message) from error


def _number(typed: str) -> str:
    """The number as the gateway wants it; raises DeliveryFailed in words for one that cannot be."""
    try:
        import phonenumbers
    except ModuleNotFoundError as error:
        raise MissingExtra(CAPABILITY, EXTRA) from error
    if not typed.startswith("+"):
        raise DeliveryFailed(
            "No country code", f"{typed or 'An empty number'} cannot be written to; it begins like +34."
        )
    try:
        number = phonenumbers.parse(typed, None)
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_possible_number(number):
        raise DeliveryFailed("Not a phone number", f"There can be no number {typed}.")
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))


def _said(reply: Reply, token: str) -> str:
    """What the gateway said, in its own words: "21211: The 'To' number is not valid", or the status."""
    found = reply.document()
    if reply.status // 100 == 2:
        return http.without(f"{reply.status} {found.get('status', 'accepted')}", token)
    if "message" in found:
        return http.without(f"{found.get('code', reply.status)}: {found['message']}", token)
    return f"It answered {reply.status}."


def _refusal(reply: Reply, said: str) -> Exception:
    """What an answer other than yes means; NoWord where it may have been a yes after all."""
    found = reply.document()
    if reply.status == 429:
        wait = one_line(reply.headers.get("retry-after", ""), 40)
        return TryLater(
            "The gateway has too much to do", said + (f" It asks to wait {wait} s." if wait else "")
        )
    if reply.status in (401, 403) and found.get("code") != UNSUBSCRIBED:
        return TryLater("The gateway does not know us", f"{said} Look at account and token in the settings.")
    if reply.status in (404, 405, 408, 425) or (reply.status // 100 == 4 and "message" not in found):
        return TryLater("That is not the gateway's answer to a message", said)
    if reply.status // 100 == 4:
        return DeliveryFailed("The gateway refused it", said)
    # Only 429 is documented as never processed; behind any other trouble a message may have been made.
    return NoWord("No word from the gateway", said)


def _instant(words: object) -> datetime | None:
    """An instant as mail headers and the gateway write it; None for anything else."""
    try:
        found = parsedate_to_datetime(words) if isinstance(words, str) else None
    except (ValueError, TypeError, OverflowError):
        return None
    return None if found is None or found.tzinfo is None else found.astimezone(UTC)
