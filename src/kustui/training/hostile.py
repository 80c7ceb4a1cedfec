"""A customer whose every word is an attack on the reader's terminal."""

from __future__ import annotations

from datetime import datetime, timedelta

from kustui.core.post import FileContent, Inbound, Person

SENDER = "mallory.quill@example.net"
NAME = "\x1b]0;owned\x07Mallory \u202egnp.llauQ\u202c [@click=app.quit]Quill[/]"
SUBJECT = "Re: [/INST] hi \x1b[2J\x1b[31m[@click=app.quit]click me[/] [/x] {order.__class__} \u2067"

_BODIES = (
    (
        "Hello,\n\n\x1b]52;c;cm0gLXJmIH4K\x07my bag is \x1b[5mblinking\x1b[0m and \x9b31mred.\n"
        "\x1b[?1049h\x1b[8;1;1t\x1b]8;;file:///etc/passwd\x1b\\press here\x1b]8;;\x1b\\\n"
        "[@click=app.quit]Refund me[/] [/x] [bold red]now[/bold red] [link=javascript:alert(1)]see[/link]\n"
        "{customer.first_name} %s %n ${HOME} `rm -rf ~` $(reboot) '; DROP TABLE message; --\n"
        "NUL\x00, backspace \x08\x08\x08\x08, return\rFrom: your bank, bell \x07, delete \x7f, tab\there."
    ),
    (
        "The price is \u202e00.1\u202c, the file is invoice\u202efdp.exe, and this line is \u2066isolated.\n"
        "Zero\u200bwidth\u2060words, a lone \ud800 surrogate, a flag \U0001f3f4\U000e0067\U000e007f, a "
        "family \U0001f468\u200d\U0001f469\u200d\U0001f467\u200d\U0001f466 and one \ufeffmark."
    ),
    "Z" + "\u0301\u0489\u0337\u0316\u0355" * 10_000 + "algo is pleased with the stitching.",
)


def letters(last: datetime) -> tuple[Inbound, ...]:
    """What the hostile customer sends, the last of it at `last`."""
    files = (
        FileContent("../../.ssh/authorized_keys", "text/plain", b"ssh-ed25519 not-a-key mallory\n"),
        FileContent("\x1b[2Jinvoice\u202efdp.exe", "application/pdf", b"MZ\x00not a pdf"),
        FileContent("-rf ~\n.png", "image/png\x1b[0m", b"\x89PNG\r\n\x1a\nno picture"),
    )
    found = []
    for place, body in enumerate(_BODIES):
        name = f"hostile-{place}@example.net"
        found.append(
            Inbound(
                channel="email",
                external_id=name,
                sender=Person(SENDER, NAME),
                subject=SUBJECT,
                body=body,
                original=body.encode("utf-8", "surrogatepass"),
                at=last - timedelta(minutes=len(_BODIES) - 1 - place),
                message_id=name,
                references=tuple(f"hostile-{earlier}@example.net" for earlier in range(place)),
                quoted="\x1b[31m> quoted\x1b[0m \u202eback to front" if place else "",
                files=files if place == 0 else (),
            )
        )
    return tuple(found)
