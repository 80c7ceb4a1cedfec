"""Each mistake is found, and none where the work was good (SPEC G3)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kustui.clock import HeldClock
from kustui.desk import Desk
from kustui.desk.team import sign_in
from kustui.training import manners, scenario
from kustui.training.casting import parts
from kustui.training.score import Never
from kustui.training.score_facts import never_of
from support.scoring import Shift
from support.writing import drafted, sent

TEAM = [("ben", "Ben Osei"), ("kim", "Kim Park")]


@pytest.fixture
def shift(desk: Desk, clock: HeldClock) -> Shift:
    """A shift of Ana's that begins, with Ben as a colleague."""
    sign_in(desk.store, "ben", "Ben Osei", "ben@acme.example", "Europe/Madrid")
    return Shift(desk, clock)


@pytest.mark.parametrize(
    "note",
    [
        "Hi Bo, it left today.",
        "Dear Mr Hansen,\nwe are sorry.",
        "Hello,\nyour parcel left today.",
        "Your parcel left today, you will have it on Friday.",
        "Bo, your parcel left today.",
        "Hallo Bo, Ihr Paket ist unterwegs.",
        "Bonjour, votre colis est parti.",
        "Hola Bo: su pedido salió hoy.",
        "Buenos días, Bo:\nsalió hoy.",
        "hansen様\n本日発送いたしました。",
        "Добрый день! Посылка ушла сегодня.",
    ],
)
def test_a_note_that_speaks_to_the_customer(note: str) -> None:
    """Greeted by name, or spoken to, in their language."""
    assert manners.speaks_to(note, "Bo Hansen", TEAM)


@pytest.mark.parametrize(
    "note",
    [
        "Hi Ben, can you ask the warehouse? You know them better.",
        "@ben you promised your help, can you call Bo?",
        "Hello team, Bo is back.",
        "Hi all, your turn.",
        "Hello, Bo Hansen again: @ben your turn.",
        "Dear Bo gets a voucher, says @kim.",
        "Bo Hansen called: wants his money back.",
        "Bo, order 8821, refund approved.",
        "Warehouse says the box was damaged. Offer the voucher.",
        "If you see this first, offer the voucher.",
        "Hi, Bo called again about 8821.",
        "Hi, Ben wrote that you know the warehouse.",
        "Could you take this, you know the warehouse?",
        "Dear, oh dear: third complaint this week.",
        "Je pense que c'est le transporteur.",
        "",
    ],
)
def test_a_note_for_the_team(note: str) -> None:
    """A colleague who is spoken to, or nobody."""
    assert manners.speaks_to(note, "Bo Hansen", TEAM) == ""


def test_a_note_where_a_reply_should_have_been(shift: Shift) -> None:
    """Told once ten minutes went by without a reply, or it was resolved; not where one came."""
    lost, soon, done, told = (shift.asks(who) for who in ("Bo Hansen", "Li Wei", "Kim Doe", "Mo Diallo"))
    for number, who in ((lost, "Bo"), (soon, "Li"), (done, "Kim")):
        shift.notes(number, f"Hi {who}, it left today.")
    shift.replies(told)
    shift.after(2)
    shift.notes(told, "Hi Mo, it left today. I wrote that.")
    shift.replies(soon, "Hi Li, it left today.")
    assert shift.mistakes() == []
    shift.desk.triage.done(done)
    assert shift.mistakes()[0] == ("note for a reply", done)
    shift.after(13)
    found = [each for each in shift.card().mistakes if each.kind == "note for a reply"]
    assert [each.conversation_id for each in found] == [lost, done]
    assert found[0].at == shift.began
    assert "it greets them by name" in found[0].words
    assert "“Hi Bo, it left today.”" in found[0].words
    assert shift.mistakes()[2:] == [("unanswered question", done)]


def test_resolved_with_a_question_left(shift: Shift) -> None:
    """The last question had no answer; thanks are no question, nor is one that was taken up elsewhere."""
    asked, thanked, answered, twice = (shift.asks(f"{who} Doe") for who in ("Bo", "Li", "Kim", "Mo"))
    other = shift.asks("Mo Doe", "Hello? Where is my order?", subject="Again")
    shift.after(5)
    shift.again(thanked, "Li Doe", "Never mind, found it. Thanks!")
    for number in (answered, other):
        shift.replies(number)
    shift.again(answered, "Kim Doe", "Thank you!")
    for number in (asked, thanked, answered, twice):
        shift.desk.triage.done(number)
    shift.after(30)
    assert shift.mistakes() == [("unanswered question", asked)]
    assert shift.mistakes(no_answer=frozenset({"bo@example.com"})) == []
    assert "“Where is my order?”" in shift.card().mistakes[0].words


def test_resolved_and_then_put_right(shift: Shift) -> None:
    """Answered soon after, or opened again at once: no mistake."""
    one, two = shift.asks("Bo Hansen"), shift.asks("Li Wei")
    shift.desk.triage.done(one)
    shift.desk.triage.done(two)
    shift.after(2)
    shift.replies(one)
    shift.desk.triage.reopen(two)
    shift.after(20)
    shift.replies(two)
    assert shift.mistakes() == []


ENGLISH = "Thank you for your patience. The parcel is on its way and you will have it on Friday."
SPANISH = "Hola, gracias por su paciencia. El pedido está en camino y puede recibirlo el viernes."


def test_an_answer_in_another_language(shift: Shift) -> None:
    """The scenario says what they read, or what they wrote does; a short or mixed answer is never blamed."""
    wrong, good, known, brief, own = (
        shift.asks(who, "Hola, ¿dónde está el pedido? Muchas gracias por su ayuda.")
        for who in ("Ana Ruiz", "Luz Gil", "Paz Sol", "Eva Cruz", "Sol Mas")
    )
    russian = shift.asks("Ivan Petrov", "Где мой заказ? Я жду уже неделю.")
    shift.replies(wrong, ENGLISH)
    shift.replies(good, SPANISH)
    shift.replies(known, ENGLISH + " ")
    shift.replies(brief, "OK, done! 8821")
    shift.again(own, "Sol Mas", "Sorry, is this the right address for your shop? I will write in English.")
    shift.replies(own, ENGLISH + "  ")
    shift.replies(russian, ENGLISH + "   ")
    expected = [("other language", wrong), ("other language", russian)]
    assert shift.mistakes(languages={"paz@example.com": "en"}) == expected
    assert shift.card().mistakes[0].words.startswith("Answered in English, the customer reads Spanish: ")
    told = {"paz@example.com": "en", "luz@example.com": "de", "tim@example.com": "de-AT"}
    assert shift.mistakes(languages=told) == expected
    short = shift.asks("Tim Huber", "8821?")
    shift.replies(short, ENGLISH + "    ")
    assert shift.mistakes(languages=told) == [*expected, ("other language", short)]


def test_words_that_must_not_go_out(shift: Shift) -> None:
    """Internal words, and another customer's name or address, unless this one wrote it first."""
    bo, li, kim = shift.asks("Bo Hansen"), shift.asks("Li Wei"), shift.asks("Kim Doe", "I am with Bo Hansen.")
    shift.replies(bo, "I shall ask Ben Osei about the Blacklist.")
    shift.replies(li, "It went to Bo Hansen, bo@example.com, did it not?")
    shift.replies(kim, "Yes, we have it from Bo Hansen.")
    never = Never(("Blackl*", "osei x", "ask b"), "It is our own affair.")
    found = shift.card(never=(never,)).mistakes
    assert [(each.kind, each.conversation_id) for each in found] == [
        ("never said", bo), ("other customer", li), ("other customer", li),
    ]  # fmt: skip
    assert found[0].words == "The answer says “Blackl*”, which must not go out: It is our own affair."
    assert {"“bo@example.com”" in each.words for each in found[1:]} == {True, False}
    assert shift.card(never=(never,)).points == 100 - 3 * 15
    to_li = Never(("it",), addresses=frozenset({"li@example.com"}))
    assert [each for each in shift.mistakes(never=(to_li,)) if each[0] == "never said"] == [
        ("never said", li)
    ]


def test_what_a_scenario_says_must_not_go_out() -> None:
    """Its words for nobody, its promises of money not for those it names, by their addresses."""
    strike = scenario.load("delivery-strike")
    found = never_of(strike, 7)
    assert [(each.about[:12], bool(each.addresses)) for each in found] == [
        ("Nobody knows", False), ("Parcels that", True),
    ]  # fmt: skip
    waves = [each for each in parts(strike, 7) if each.customer.id.startswith("wave-")]
    assert found[1].addresses == {value for each in waves for _, value in each.values}


def test_the_same_answer_twice(shift: Shift) -> None:
    """To one conversation; to several it is a canned reply, and thanks may be said again."""
    one, two = shift.asks("Bo Hansen"), shift.asks("Li Wei")
    long = "Your parcel has left our house this morning."
    for number in (one, two):
        shift.replies(number, long)
        shift.replies(number, "You are welcome!")
        shift.replies(number, "You are welcome!")
    assert shift.mistakes() == []
    shift.after(5)
    shift.replies(two, long.replace(" ", "  "))
    assert shift.mistakes() == [("said twice", two)]


def test_snoozed_past_its_target(shift: Shift) -> None:
    """Put away beyond the time for the answer; not with an answer, nor where it comes back in time."""
    past, soon, answered, never, settled = (
        shift.asks(f"{who} Doe") for who in ("Bo", "Li", "Kim", "Mo", "Al")
    )
    shift.desk.promising.promise(first="1h")
    shift.after(10)
    shift.replies(answered)
    for number, minutes in ((past, 120), (soon, 30), (answered, 120)):
        shift.desk.triage.snooze(number, shift.began + timedelta(minutes=minutes))
    shift.desk.triage.snooze(never, None)
    shift.desk.triage.snooze(settled, shift.began + timedelta(minutes=110))
    shift.after(40)
    shift.replies(settled)
    found = shift.card().mistakes
    assert [(each.kind, each.conversation_id) for each in found] == [
        ("snoozed past its target", past), ("snoozed past its target", never),
    ]  # fmt: skip
    assert found[0].words == (
        "Snoozed past its target: the first response was due in 50 m, it comes back 1 h 00 m after it."
    )
    assert found[1].words.endswith("only when they write again.")


def test_somebody_who_never_got_an_answer(shift: Shift) -> None:
    """Told once it is later than it should be; not for thanks, nor before."""
    lost, thanks = shift.asks("Bo Hansen"), shift.asks("Li Wei", "Thank you for last week!")
    elsewhere = shift.asks("Kim Doe")
    sent(shift.desk, shift.asks("Kim Doe", "And my invoice?", subject="Invoice"))
    shift.after(55)
    late = shift.asks("Mo Diallo")
    shift.after(60)
    assert shift.mistakes() == []
    shift.after(70)
    assert shift.mistakes() == [("never answered", lost)]
    assert "Waited 1 h 10 m" in shift.card().mistakes[0].words
    assert {thanks, elsewhere, late}.isdisjoint(number for _, number in shift.mistakes())


def test_what_colleagues_did_is_not_the_trainees(shift: Shift) -> None:
    """Only the trainee's notes, answers and acts are judged."""
    number = shift.asks("Bo Hansen")
    ben = sign_in(shift.desk.store, "ben", "Ben Osei", "ben@acme.example", "Europe/Madrid")
    other = Desk(shift.desk.store, ben, shift.desk.post)
    other.replies.send(drafted(other, number, "Hi Bo, your order left.", "note"))
    other.triage.done(number)
    shift.after(30)
    assert (shift.mistakes(), shift.card().resolved) == ([], 0)
