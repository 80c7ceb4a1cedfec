"""Facebook Messenger by the Graph API: answers out by the page's messages, what comes in by its webhook.

An error that Facebook documents as a refusal or a limit says that nothing went; its "unknown" and
"temporary" ones do not, so after them nobody knows (SPEC D7).
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import quote, urlsplit

from kustui.core.post import Inbound, Parcel
from kustui.delivery import Accepted, Answer, Request, Setup, http
from kustui.delivery import messenger_calls as calls
from kustui.delivery.http import Ask, NoWord, Reply
from kustui.delivery.secrets import secret
from kustui.errors import DeliveryFailed, SettingsTrouble, TryLater

URL, VERSION = "https://graph.facebook.com", "v23.0"
CAPABILITY, EXTRA = "Facebook Messenger", "facebook"
LIMITS = (4, 17, 32, 613, 80006)
TOKENS = (102, 190)
UNKNOWN = (1, 2, 1200)
"""Codes that do not say whether the message went."""
PERMISSION, OUTSIDE_WINDOW = 10, (2018278, 2018065)

_PAGE = re.compile(r"\d{1,30}")
_VERSION = re.compile(r"v\d{1,3}\.\d{1,2}")
_TOKEN = re.compile(r"[!-~]{1,2000}")
_CHALLENGE = re.compile(r"[A-Za-z0-9_.-]{1,256}")


class MessengerTransport:
    """Answers for one page. Facebook takes an answer within 24 hours of the customer's last message."""

    name = "messenger"
    channels = frozenset({"facebook"})
    repeatable = False

    def __init__(self, page: str, url: str, version: str, setup: Setup) -> None:
        self.timeout = http.number(setup.options, "messenger.timeout", 20.0, 1.0)
        self.rate = http.number(setup.options, "messenger.rate", 10.0, 0.0)
        self._page, self._url, self._version = page, url, version
        self._options = dict(setup.options)
        self._app_secret = http.Remembered(lambda: secret(self._options, page, "app_secret"), setup.clock)
        self._verify = http.Remembered(self._verify_token, setup.clock)

    @classmethod
    def set_up(cls, setup: Setup) -> MessengerTransport:
        """A transport by the options of the settings' [transport.messenger]; raises SettingsTrouble."""
        page, version = str(setup.options.get("page", "")), str(setup.options.get("version", VERSION))
        if not _PAGE.fullmatch(page):
            raise SettingsTrouble(
                "No page", 'Name it in the settings: [transport.messenger] page = "1234..."'
            )
        if not _VERSION.fullmatch(version):
            raise SettingsTrouble("No such version", f"transport.messenger.version is like {VERSION}.")
        return cls(page, http.base_url(setup.options, "messenger.url", URL), version, setup)

    # -- out ---------------------------------------------------------------------------------

    def send(self, parcel: Parcel, commit: Callable[[], None]) -> Accepted:
        """Hand `parcel` over, to its one person.

        Raises DeliveryFailed for a refusal for good, TryLater for a limit, for a token that does not
        hold, and where nothing was sent. Any other error after `commit` means that nobody knows.
        """
        to = parcel.to[0].address if parcel.to else ""
        if not to:
            raise DeliveryFailed("No recipient", "The message goes to nobody.")
        token, httpx = self._token(), http.library(CAPABILITY, EXTRA)
        document = {
            "recipient": {"id": to},
            "messaging_type": "RESPONSE",
            "message": {"text": parcel.text},
        }
        commit()
        wanted = Ask("POST", f"{self._root()}/messages", headers=_bearer(token), document=document)
        reply = http.ask(wanted, self.timeout, httpx)
        if reply.status // 100 == 2:
            mid = reply.document().get("message_id")
            if isinstance(mid, str) and 0 < len(mid) <= calls.LONGEST_NAME:
                return Accepted(mid, f"{reply.status} accepted")
            # Whoever answers this is not Facebook, or has changed what it says.
            raise NoWord("No word from Facebook", f"It answered {reply.status} and named no message.")
        raise _refusal(reply, token)

    def collect(self) -> Iterable[Inbound]:
        """Nothing: what comes in comes by the webhook."""
        return ()

    def check(self) -> str:
        """Look at the page, and say so; raises what stands in the way, in words."""
        token = self._token()
        wanted = Ask("GET", self._root(), headers=_bearer(token), query={"fields": "name"})
        try:
            reply = http.ask(wanted, self.timeout, http.library(CAPABILITY, EXTRA))
        except NoWord as error:
            raise TryLater("Facebook does not answer", error.message) from error
        if reply.status // 100 != 2:
            raise _refusal(reply, token)
        name = http.without(reply.document().get("name", self._page), token)
        return f"{urlsplit(self._url).netloc} answers for the page {name}, {self._version}"

    # -- in ----------------------------------------------------------------------------------

    def webhook(self, request: Request) -> Answer:
        """Read what Facebook says: messages that came, and which of ours arrived.

        What is not signed with the app's secret, or asks with another verify token, is answered with 403.
        """
        if request.method == "GET":
            return self._challenged(request)
        return calls.answer(request, self._page, self._app_secret)

    def _challenged(self, request: Request) -> Answer:
        """Say that the webhook is ours, to who knows the verify token."""
        asked, challenge = request.query, request.query.get("hub.challenge", "")
        given = asked.get("hub.verify_token", "").encode("utf-8", "replace")
        if asked.get("hub.mode") != "subscribe" or not given or not _CHALLENGE.fullmatch(challenge):
            return Answer(403, "Not verified.")
        if not self._verify.fits(lambda held: hmac.compare_digest(held.encode(), given)):
            return Answer(403, "Not verified.")
        return Answer(text=challenge)

    # -- inside ------------------------------------------------------------------------------

    def _token(self) -> str:
        token = secret(self._options, self._page, "token")
        # A header with anything else in it is refused in words that quote it.
        if not _TOKEN.fullmatch(token):
            raise SettingsTrouble(
                "No such token", "The page's token is letters, digits and signs on one line."
            )
        return token

    def _verify_token(self) -> str:
        plain = self._options.get("verify")
        return str(plain) if plain else secret(self._options, self._page, "verify")

    def _root(self) -> str:
        return f"{self._url}/{self._version}/{quote(self._page, safe='')}"


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _refusal(reply: Reply, token: str) -> Exception:
    """What an answer other than yes means; NoWord where it may have been a yes after all."""
    error: Any = reply.document().get("error")
    if not isinstance(error, dict):
        if reply.status // 100 == 4:
            return TryLater("That is not Facebook's answer", f"It answered {reply.status}.")
        return NoWord("No word from Facebook", f"It answered {reply.status}.")
    code, subcode = error.get("code"), error.get("error_subcode")
    number = f"{code}/{subcode}" if subcode else f"{code}"
    # Facebook quotes a token that it cannot read.
    said = http.without(f"{number}: {error.get('message', 'no words')}", token)
    if code in LIMITS or reply.status == 429:
        return TryLater("Facebook has had too much from us", said)
    if code in TOKENS or reply.status == 401 or (code == PERMISSION and subcode not in OUTSIDE_WINDOW):
        return TryLater("Facebook does not know us", f"{said} Look at page and token in the settings.")
    if code in UNKNOWN or reply.status // 100 != 4 or error.get("is_transient") is True:
        return NoWord("No word from Facebook", said)
    return DeliveryFailed("Facebook refused it", said)
