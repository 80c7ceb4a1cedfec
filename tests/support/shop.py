"""A small believable workspace for pictures and whole journeys: Acme, who sell jackets and boots.

Every instant is counted from the desk's held clock, so the same clock makes the same workspace.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from kustui.core.post import FileContent
from kustui.core.scene import Away, Colleague, Guest, Mark, Said, Scene, Talk
from kustui.desk import Desk

SUB_STATUSES = (
    ("open", "Waiting for the warehouse"),
    ("snoozed", "Awaiting return"),
    ("snoozed", "Awaiting payment"),
    ("done", "Refunded"),
)


def fill(desk: Desk) -> None:
    """Write the shop into an empty workspace; the agent whose login is "ana" has the mail."""
    desk.seeding.fill(scene(desk.now()))


def scene(now: datetime) -> Scene:
    """A dozen customers in several languages as they stand at `now`."""
    return Scene(
        colleagues=(
            Colleague("ana", "Ana Soler", "ana@acme.example", "Europe/Madrid"),
            Colleague("ben", "Ben Osei", "ben@acme.example", "Europe/Madrid"),
            Colleague("kim", "Kim Park", "kim@acme.example", "Europe/Madrid"),
        ),
        guests=(ruiz(now), *waiting(now), *put_away(now), *answered(now)),
        sub_statuses=SUB_STATUSES,  # type: ignore[arg-type]  # the tuple's first items are statuses
        shortcuts=(("return", "You can send it back within 30 days."),),
        viewing=("Mo Diallo", "Zoe Lin", "Lena Vogel"),
    )


def ruiz(now: datetime) -> Guest:
    """The customer whose refund is late: three conversations, a note, a file, quoted words, a draft."""

    def ago(days: int = 0, minutes: int = 0) -> datetime:
        return now - timedelta(days=days, minutes=minutes)

    label = FileContent("return-label.pdf", "application/pdf", b"%PDF-1.7 " + b"x" * 188_000)
    photo = FileContent("sleeve.jpg", "image/jpeg", b"\xff\xd8\xff" + b"x" * 1_400_000)
    colour = Talk(
        "Wrong colour delivered",
        "email",
        (
            Said("inbound", ago(32, 90), "I ordered the blue jacket and this one is green."),
            Said("outbound", ago(32, 30), "I am sorry! A blue one leaves today.", "ben"),
            Said("inbound", ago(30), "It is here and it fits. Thank you!"),
        ),
        status="done",
        sub_status="Refunded",
        assignee="ben",
        unread=False,
    )
    points = Talk(
        "Loyalty points",
        "email",
        (
            Said("inbound", ago(2, 200), "Do my points from last year still count?"),
            Said("outbound", ago(2, 40), "They do. I ask our club for the exact number.", "ana"),
        ),
        status="snoozed",
        sub_status="Awaiting payment",
        assignee="ana",
        away=Away("ana", _monday(now), "wall clock", "Next week, Monday 9:00"),
        unread=False,
    )
    refund = Talk(
        "Refund for order 8821",
        "email",
        (
            Said(
                "inbound",
                ago(minutes=104),
                "Hello,\n\nthe jacket came back to you on Monday (photo attached), but I have not seen the"
                " money yet. Could you check? The order is 8821.\n\nAna Ruiz",
                quoted="> On 28 May Acme support wrote:\n> Your parcel is on its way back to us.\n>\n"
                "> The refund follows within three working days.",
                files=(label, photo),
            ),
            Said(
                "outbound",
                ago(minutes=62),
                "Hi Ana,\n\nit arrived this morning. I have asked our **warehouse** to book it in today;"
                " the refund follows within two working days.",
                "ana",
            ),
            Said(
                "note",
                ago(minutes=58),
                "Warehouse says the box was damaged. @ana please offer the voucher.",
                "ben",
            ),
            Said("inbound", ago(minutes=12), "Thank you. Will it go to the same card?"),
        ),
        priority=4,
        assignee="ana",
        tags=("refund",),
        marks=(Mark(ago(minutes=57), "ben", "conversation.priority", "raised the priority from 3 to 4"),),
        draft="Hi Ana,\n\nyes, to the card that ends in 4410. The damage is on us: besides the refund I"
        " would like to send you a voucher of **20 €**. Shall I?",
    )
    return Guest(
        "Ana Ruiz",
        (("email", "ana.ruiz@example.com"), ("phone", "+34 600 123 456")),
        (colour, points, refund),
        company="Ruiz & Hijos",
        zone="Europe/Madrid",
        language="es",
        about="Buys for her shop in Ronda. Prefers email.",
        vip=True,
    )


def waiting(now: datetime) -> tuple[Guest, ...]:
    """Customers nobody has answered yet."""

    def asks(
        name: str,
        address: str,
        subject: str,
        body: str,
        minutes: int,
        *,
        channel: str = "email",
        **more: object,
    ) -> Guest:
        kind = {"email": "email", "sms": "phone", "chat": "chat", "facebook": "facebook"}[channel]
        said = Said("inbound", now - timedelta(minutes=minutes), body)
        return Guest(name, ((kind, address),), (Talk(subject, channel, (said,), **more),))  # type: ignore[arg-type]

    return (
        asks("Ben Achieng", "+254 712 000 111", "Where is my courier?",
             "Where is my courier? It is hot here.", 14, channel="sms", priority=4),
        asks("Chloé Martin", "chloe.martin@example.fr", "Facture du mois de mai",
             "Bonjour,\n\nje n’ai pas reçu la facture du mois de mai.\n\nCordialement\nChloé Martin", 31),
        asks("Dmitri Ivanov", "dmitri_i", "Не могу войти после обновления",
             "Не могу войти после обновления, пишет «ошибка 12».", 68, channel="chat", assignee="ana"),
        asks("伊藤 そら", "sora.ito", "靴のサイズについて", "サイズを26に交換できますか。",
             121, channel="facebook"),
        asks("Grace Hall", "grace.hall@example.co.uk", "Invoice shows the wrong VAT number",
             "Good morning,\n\nour VAT number on invoice 2214 has two digits swapped.", 318),
        asks("יעל כהן", "yael.cohen@example.co.il", "ההזמנה לא הגיעה",
             "שלום, ההזמנה שלי עדיין לא הגיעה.", 45),
    )  # fmt: skip


def put_away(now: datetime) -> tuple[Guest, ...]:
    """Customers whose conversations are snoozed or done."""
    early, late = now - timedelta(days=1, hours=3), now - timedelta(days=1)
    return (
        Guest("Eva Nováková", (("email", "eva.novakova@example.cz"),), (
            Talk("Exchange, size M to S", "email", (
                Said("inbound", early, "Please swap the M for an S."),
                Said("outbound", late, "Gladly. Send the M back and the S leaves the same day.", "ana"),
            ), status="snoozed", sub_status="Awaiting return", assignee="ana",
                away=Away("ana", None, "until reply"), unread=False),
        )),
        Guest("Mo Diallo", (("phone", "+221 77 000 00 11"),), (
            Talk("Call back on Monday", "sms", (
                Said("inbound", early, "Please call me back on Monday about the boots."),
            ), status="snoozed", assignee="ana", away=Away("ana", _monday(now), "wall clock", "Monday 9:00"),
                unread=False),
        )),
        Guest("Lena Vogel", (("email", "lena.vogel@example.de"),), (
            Talk("Danke, alles geklärt", "email", (
                Said("inbound", early, "Der Reißverschluss hakt."),
                Said("outbound", late, "Ein neuer Schieber ist unterwegs.", "kim"),
                Said("inbound", late + timedelta(hours=2), "Passt. Vielen Dank!"),
            ), status="done", assignee="kim", unread=False),
        )),
    )  # fmt: skip


def answered(now: datetime) -> tuple[Guest, ...]:
    """Customers with something of ours on its way, or that did not get there."""
    early = now - timedelta(hours=7)
    return (
        Guest("Zoe Lin", (("email", "zoe.lin@example.com"),), (
            Talk("Two parcels, one label", "email", (
                Said("inbound", early, "Two parcels came and one label is for both?"),
                Said("outbound", early + timedelta(minutes=20),
                     "One label is enough if you tape them together.",
                     "ana", state="failed", reason="550 mailbox is full"),
            ), assignee="ana", unread=False),
        )),
        Guest("Ivo Petrov", (("email", "ivo.petrov@example.bg"),), (
            Talk("Boots for winter", "email", (
                Said("inbound", early, "When do the winter boots come back?"),
                Said("outbound", _saturday(now), "They are back today!", "ana",
                     state="queued", written=now - timedelta(hours=1)),
            ), assignee="ben", unread=False),
        )),
    )  # fmt: skip


def _monday(now: datetime) -> datetime:
    """Next Monday at 9:00 in Madrid, in summer."""
    days = 7 - now.weekday()
    return (now + timedelta(days=days)).replace(hour=7, minute=0, second=0, microsecond=0)


def _saturday(now: datetime) -> datetime:
    """Next Saturday at 9:00 in Madrid; on a weekend, that of the week after."""
    at = _monday(now) - timedelta(days=2)
    return at if at > now else at + timedelta(days=7)


def long_talk(now: datetime, count: int = 60) -> Guest:
    """A customer with one conversation of `count` messages over two weeks, some with quotes and notes."""
    lines = (
        "Any news about the boots?",
        (
            "We are still waiting for the factory. I will write as soon as they tell me a date, and I have"
            " put your name on the first pair in size 38 that comes in."
        ),
        (
            "That would be great. I leave for the mountains on the 20th, so it would be good to know before"
            " then whether I should look elsewhere. Thank you for your patience with me!"
        ),
        "Understood. I ask them again tomorrow morning.",
        "Promised her news by Friday.",
    )
    kinds = ("inbound", "outbound", "inbound", "outbound", "note")
    said = tuple(
        Said(
            kinds[place % 5],  # type: ignore[arg-type]  # a plain tuple of words
            now - timedelta(hours=5 * (count - place)),
            lines[place % 5],
            "" if kinds[place % 5] == "inbound" else ("ana" if place % 2 else "ben"),
            quoted="> earlier words\n> and more of them" if place % 10 == 2 else "",
        )
        for place in range(count)
    )
    return Guest(
        "Marta Winter", (("email", "marta.winter@example.at"),), (Talk("Boots, size 38", "email", said),)
    )
