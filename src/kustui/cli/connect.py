"""`kustui connect`: a guided set-up of one channel, which is tried out before it is saved."""

from __future__ import annotations

import getpass
import secrets
import sys
from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kustui.cli.output import Output
from kustui.core import providers
from kustui.core.people import address_value
from kustui.desk import Desk
from kustui.errors import Refused

if TYPE_CHECKING:
    # Loading the rooms that write would slow every command that only looks.
    from kustui.desk.connecting import Plan

SECRET_SOURCES = ("env", "file", "command")
TAKES = ("unseen", "all", "new")
Secrets = dict[tuple[str, str], str]


class Asker:
    """Asks whoever sits at the terminal; where nobody does, what was not said is refused by its flag."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self.there = not out.as_json and sys.stdin is not None and sys.stdin.isatty()
        self._answered: dict[str, str] = {}

    def ask(self, given: Any, question: str, flag: str, default: str = "") -> str:
        """What was given on the command line, else what is typed, else `default`."""
        if given is not None:
            return str(given)
        if not self.there:
            if default:
                return default
            raise Refused("Something is missing", f"{question}: say it with {flag}.")
        default = self._answered.get(flag, default)
        typed = input(f"{question}{f' [{default}]' if default else ''}: ").strip()
        if not (typed or default):
            return self.ask(None, question, flag)
        self._answered[flag] = typed or default
        return self._answered[flag]

    def again(self, refusal: Refused) -> bool:
        """Whether whoever sits there wants to answer anew."""
        if not self.there:
            return False
        self._out.line(str(refusal))
        return input("Answer again? [Y/n]: ").strip().lower() in ("", "y", "yes")

    def secret(self, question: str, flag: str) -> str:
        """A secret, typed without being shown."""
        if not self.there:
            raise Refused("Something is missing", f"{question}: say where it is with {flag}.")
        return getpass.getpass(f"{question} (not shown): ").strip("\r\n")

    def tell(self, words: str) -> None:
        """A line for whoever sits there."""
        if self.there:
            self._out.line(words)


def connect(desk: Desk, args: Namespace, out: Output) -> None:
    """`kustui connect CHANNEL`: asks what was not said, tries it out, and saves it when it works.

    At a terminal, what did not work is asked again, with what was answered before.
    """
    asker = Asker(out)
    while True:
        plan, wanted, after = PLANS[args.channel](desk, args, asker)
        try:
            _try_and_save(desk, out, plan, wanted, after)
        except Refused as refusal:
            if not asker.again(refusal):
                raise
        else:
            return


def _try_and_save(desk: Desk, out: Output, plan: Plan, wanted: Secrets, after: list[str]) -> None:
    with desk.connecting.kept(wanted) as kept:
        for where in kept.values():
            for name in plan.tried:
                plan.tables[f"transport.{name}"].update(where.options)
        found = desk.connecting.try_out(plan)
        for check in found:
            out.line(f"{'ok ' if check.ok else 'LOOK'}  {check.name:<10} {check.words}")
        if not all(check.ok for check in found):
            wrong = "; ".join(f"{check.name}: {check.words}" for check in found if not check.ok)
            raise Refused("Nothing was saved", wrong if out.as_json else "See the lines marked LOOK.")
        path = desk.connecting.save(plan)
    out.item(
        {"saved": str(path), "checks": [{"check": each.name, "words": each.words} for each in found]},
        *(f"The {kind.replace('_', ' ')} is kept {where.words}." for (_, kind), where in kept.items()),
        f"Saved in {path}.",
        *after,
    )


def _email(desk: Desk, args: Namespace, asker: Asker) -> tuple[Plan, Secrets, list[str]]:
    address = address_value("email", asker.ask(args.address, "The address customers write to", "ADDRESS"))
    known = providers.provider(address)
    if known.hint:
        asker.tell(known.hint)
    smtp = _place(asker.ask(args.smtp, "SMTP server, to send", "--smtp", known.smtp), args.security, 465)
    imap = _place(asker.ask(args.imap, "IMAP server, to read", "--imap", known.imap), args.security, 993)
    user = asker.ask(args.user, "User name", "--user", address)
    options, wanted = _secret(args, asker, user, "token" if _says(args, "token") else "password")
    take = asker.ask(args.take, f"Take in what is there: {', '.join(TAKES)}", "--take", TAKES[0])
    if take not in TAKES:
        raise Refused("Not one of these", f"{take!r}: there are {', '.join(TAKES)}.")
    copies = not known.files_copies if args.copies is None else args.copies
    ca_file = {"ca_file": _absolute(args.ca_file)} if args.ca_file else {}
    server = {"user": user, **options, **ca_file}
    tables: dict[str, dict[str, Any]] = {
        "workspace": {"address": address},
        "channels": {"email": "smtp"},
        "collect": {"email": "imap"},
        "transport.smtp": {**smtp, **server},
        "transport.imap": {**imap, **server, "take": take},
    }
    tables["copies"] = {"email": "imap" if copies else ""}
    after = [f"kustui reads {address} while it is open; kustui worker does while it is not."]
    return _plan(tables, ("smtp", "imap")), wanted, after


def _sms(desk: Desk, args: Namespace, asker: Asker) -> tuple[Plan, Secrets, list[str]]:
    account = asker.ask(args.account, "Account SID (AC...)", "--account")
    sender = address_value("phone", asker.ask(args.sender, "Your number, like +34600123456", "--from"))
    options, wanted = _secret(args, asker, account, "token")
    url = asker.ask(args.url, "Address of the gateway's API", "--url", "https://api.twilio.com")
    public = _public(desk, args)
    tables: dict[str, dict[str, Any]] = {
        "channels": {"sms": "twilio"},
        "transport.twilio": {"account": account, "from": sender, "url": url, **options},
    }
    after = ["Without a public address (kustui connect chat) no SMS comes in."]
    if public:
        tables["transport.twilio"]["callback"] = public
        after = [f"Enter at the provider, for messages that come in: {public}/webhook/sms (POST)."]
    return _plan(tables, ("twilio",)), wanted, after


def _facebook(desk: Desk, args: Namespace, asker: Asker) -> tuple[Plan, Secrets, list[str]]:
    page = asker.ask(args.page, "The page's id, a number", "--page")
    options, wanted = _secret(args, asker, page, "token")
    app_options, app_wanted = _secret(args, asker, page, "app_secret")
    word = secrets.token_urlsafe(18)
    wanted |= {**app_wanted, (page, "verify"): word}
    extra = {"url": args.url} if args.url else {}
    tables: dict[str, dict[str, Any]] = {
        "channels": {"facebook": "messenger"},
        "transport.messenger": {"page": page, **extra, **options, **app_options},
    }
    public = _public(desk, args) or "https://YOUR-ADDRESS"
    after = [f"Enter at Facebook, as the webhook: {public}/webhook/facebook, verify token {word}."]
    return _plan(tables, ("messenger",)), wanted, after


def _chat(desk: Desk, args: Namespace, asker: Asker) -> tuple[Plan, Secrets, list[str]]:
    url = asker.ask(args.url, "The public address of the gateway, https://...", "--url").rstrip("/")
    if not url.startswith(("https://", "http://localhost", "http://127.0.0.1")):
        raise Refused("Not a public address", f"{url!r} does not begin with https://.")
    title = asker.ask(args.title, "The page's title", "--title", desk.workspace)
    gateway: dict[str, Any] = {"url": url, "title": title}
    gateway |= {"port": args.port} if args.port else {}
    tables = {"channels": {"chat": "chat"}, "gateway": gateway}
    after = [
        f"kustui gateway serves the page; have {url} lead to it.",
        f'On your site: <script src="{url}/chat.js" async></script>',
    ]
    return _plan(tables, ("chat",)), {}, after


PLANS: dict[str, Callable[[Desk, Namespace, Asker], tuple[Plan, Secrets, list[str]]]] = {
    "email": _email,
    "sms": _sms,
    "facebook": _facebook,
    "chat": _chat,
}


def _plan(tables: dict[str, dict[str, Any]], tried: tuple[str, ...]) -> Plan:
    from kustui.desk.connecting import Plan

    return Plan(tables, tried)


def _public(desk: Desk, args: Namespace) -> str:
    return str(args.callback or desk.post.gateway.get("url", "")).rstrip("/")


def _place(typed: str, security: str | None, port: int) -> dict[str, Any]:
    try:
        return dict(providers.place(typed, security or "", port=port))
    except ValueError:
        raise Refused(
            "Not a server", f"{typed!r} is not like mail.example.com or mail.example.com:993."
        ) from None


def _secret(args: Namespace, asker: Asker, user: str, kind: str) -> tuple[dict[str, str], Secrets]:
    """Where a secret is, as options, or the secret itself, to be kept."""
    for source in SECRET_SOURCES:
        given = getattr(args, f"{kind}_{source}", None)
        if given:
            return {f"{kind}_{source}": _absolute(given) if source == "file" else str(given)}, {}
    typed = asker.secret(f"The {kind.replace('_', ' ')} of {user}", f"--{kind.replace('_', '-')}-file FILE")
    if not typed:
        raise Refused(f"No {kind.replace('_', ' ')}", "Nothing was typed, and nothing was saved.")
    return {}, {(user, kind): typed}


def _absolute(path: str) -> str:
    """A file's path where it is now, since the settings are read from anywhere."""
    return str(Path(path).expanduser().absolute())


def _says(args: Namespace, kind: str) -> bool:
    return any(getattr(args, f"{kind}_{source}", None) for source in SECRET_SOURCES)
