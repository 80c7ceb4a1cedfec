"""Placeholders of shortcuts, snippets and templates: `{name}`, or `{name|fallback}` (SPEC C10).

What stands in code (between backticks, or in a fenced block) is never one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from kustui.core.records import Agent, Conversation, Customer
from kustui.errors import Refused

_PLACEHOLDER = re.compile(r"\{([a-z][a-z0-9_.]{0,39})(?:\|([^{}\n]{0,200}))?\}")
_CODE = re.compile(r"(?ms)^ {0,3}(```|~~~).*?(?:^ {0,3}\1[^\n]*$|\Z)|(`+)(?!`)[^\n]*?(?<!`)\2(?!`)")

NAMES: dict[str, str] = {
    "customer.name": "the customer's name",
    "customer.first_name": "the customer's first name",
    "customer.company": "the customer's company",
    "customer.email": "the customer's email address",
    "customer.phone": "the customer's phone number",
    "conversation.subject": "the conversation's subject",
    "conversation.number": "the conversation's number",
    "agent.name": "your name",
    "agent.first_name": "your first name",
    "workspace": "what the workspace is called",
}
"""What can be filled from the conversation; anything else is for the agent to fill by hand."""


def values_of(
    customer: Customer, conversation: Conversation | None, agent: Agent, workspace: str
) -> dict[str, str]:
    """What the names stand for in a conversation; empty where it does not say."""
    address = {kind: customer.address(kind) for kind in ("email", "phone")}
    email, phone = address["email"], address["phone"]
    return {
        "customer.name": customer.name,
        "customer.first_name": customer.name.split(" ")[0],
        "customer.company": customer.company,
        "customer.email": email.value if email else "",
        "customer.phone": (phone.shown or phone.value) if phone else "",
        "conversation.subject": conversation.subject if conversation else "",
        "conversation.number": str(conversation.id) if conversation else "",
        "agent.name": agent.name,
        "agent.first_name": agent.name.split(" ")[0],
        "workspace": workspace,
    }


def fill(text: str, values: Mapping[str, str]) -> str:
    """`text` with its placeholders filled: by what is known, else by their fallback, else as they were."""

    def filled(found: re.Match[str]) -> str:
        name, fallback = found[1], found[2]
        return values.get(name) or (fallback if fallback is not None else found[0])

    return _outside_code(text, lambda part: _PLACEHOLDER.sub(filled, part))


def unfilled(text: str) -> list[str]:
    """The placeholders of a text that nobody has filled, in order, each once."""
    bare = _CODE.sub(" ", text)
    return list(dict.fromkeys(each[0] for each in _PLACEHOLDER.finditer(bare)))


def check(text: str) -> None:
    """Refuse a text that has a placeholder left (SPEC C10)."""
    left = unfilled(text)
    if left:
        more = f" and {len(left) - 1} more" if len(left) > 1 else ""
        raise Refused(
            "A placeholder is not filled", f"{left[0]}{more} stands in the text. Write what is meant there."
        )


def _outside_code(text: str, change: Callable[[str], str]) -> str:
    parts, at = [], 0
    for code in _CODE.finditer(text):
        parts += [change(text[at : code.start()]), code[0]]
        at = code.end()
    return "".join((*parts, change(text[at:])))
