"""Scenarios as files: what is wrong with one is said at once, in words, with the place (SPEC G3)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from kustui.core.post import Parcel, Person
from kustui.errors import NotFound
from kustui.training import plain_words, scenario
from kustui.training.casting import parts
from kustui.training.player import Player
from kustui.training.scenario import Faulty

EXAMPLE = re.search(r"```toml\n(.*?)```", scenario.guide(), re.DOTALL)
assert EXAMPLE is not None
GOOD = EXAMPLE[1]
OUTAGE = '[[event]]\nwhat = "outage"\nchannel = "sms"\nfrom = "9m"\nto = "8m"\nwords = "x"'


def faults_of(text: str) -> list[str]:
    """What is said to be wrong with a scenario."""
    try:
        scenario.read(text)
    except Faulty as error:
        return list(map(str, error.faults))
    return []


def test_the_example_of_the_guide_is_a_scenario() -> None:
    """G3: what the page shows is read as it stands, and the page is one page."""
    found = scenario.read(GOOD)
    assert (found.name, len(found.customers), found.goals.first_response) == ("first-hour", 1, 15)
    assert found.starts.isoformat() == "2026-03-02T07:30:00+00:00"
    assert len(scenario.guide().splitlines()) < 130


@pytest.mark.parametrize("name", scenario.shipped())
def test_nothing_is_wrong_with_what_is_shipped(name: str) -> None:
    """G3: each of the six passes its check, has ten customers at least, and two ways for each to go."""
    assert scenario.check(name) == []
    found = scenario.load(name)
    assert found.name == name
    assert 10 <= sum(who.number for who in found.customers) <= 60
    assert all(len(who.answers) + bool(who.otherwise.texts) >= 2 for who in found.customers)


@pytest.mark.parametrize("name", scenario.shipped())
def test_no_address_of_a_scenario_is_a_real_one(name: str) -> None:
    """G3: every address and number of who plays is of a range kept for examples."""
    for who in scenario.load(name).customers:
        assert re.fullmatch(r".*@example\.(com|org|net)", who.addresses.get("email", "a@example.com"))
        number = re.sub(r"\D", "", who.addresses.get("phone", "12025550100").replace("{number}", "00"))
        assert re.fullmatch(r"1202555 ?01\d\d|447700900\d{3}", number), number


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ('zone = "Europe/Madrid"', 'zone = "Mars"', "the file: 'zone' is 'Mars'"),
        ("08:30:00 ", "08:30:00Z", "the file: 'begins' has to be a local date and time"),
        ("2026-03-02T", "9999-03-02T", "the file: 'begins' has to be in the years 1971 to 8999"),
        ('level = "newcomer"', 'level = "easy"', "'level' is 'easy'; it has to be one of newcomer"),
        ('length = "60m"', "length = 60", "'length' has to be text in quotes, not 60"),
        ('name = "first-hour"', 'name = "First Hour"', "small letters, digits and hyphens"),
        ("first_response = 15", "first_response = 90", "the whole shift has only 60"),
        (
            "first_response = 15",
            "first_reponse = 15",
            "goals: there is no 'first_reponse' here; did you mean",
        ),
        ("waiting_at_end = 0", "waiting_at_end = 5", "nobody could miss that with so few customers"),
        ('kind = "words"', 'kind = "language"', "watch_for 1: 'says' belongs to the kinds words and money"),
        ('language = "en"\nemail', 'language = "it"\nemail', "nobody answers in 'it'"),
        ('"{slug}@example.com"', '"{slug}"', "customer 1 (\"Ines Duarte\"): 'email': Not an email address"),
        ('email = "{slug}@example.com"', 'chat = "{slug}"', "they write by email, and have no 'email'"),
        ('at = "2m..4m"', 'at = "4m..2m"', "arrival 1: 'at' is '4m..2m', whose end is before its beginning"),
        ('at = "2m..4m"', 'at = "50m..70m"', "arrival 1: it is after the end of the shift"),
        ('channel = "email"', 'channel = "fax"', "'channel' is 'fax'; it has to be one of email, sms"),
        ('subject = "Where is {order}?"\n', "", "arrival 1: an email needs a 'subject'"),
        ("asks = true", 'after = "lost"', "answer 2: nobody can reach it: no answer is called 'lost'"),
        ("asks = true", 'after = "found"', "answer 2: nobody can reach it: 'found' settles everything"),
        ("asks = true", 'says_any = ["sent"]', "answer 1 takes every reply that it would take"),
        (
            "asks = true",
            'says_all = ["bag"]\nsays_none = ["bag"]',
            "answer 2: nobody can reach it: the same words",
        ),
        (
            "asks = true",
            'asks = true\nname = "b"\nafter = "b"',
            "answer 2: nobody can reach it: it comes after itself",
        ),
        ('says_any = ["on its way", "sent", "shipped"]\n', "", "answer 1 takes every reply"),
        ("asks = true", "asks = true\nafter_minutes = 60", "'after_minutes' is as long as the shift"),
        ('patience = "15m..20m"\n', "", "'impatient' says what they write, but 'patience' not when"),
        ('id = "ines"', 'id = "ines"\nnumber = 3', "'number' is 3, and there are only 2 names"),
        (
            "[customer.otherwise]",
            f"{OUTAGE}\n[customer.otherwise]",
            'event ("outage" of sms): it ends before it begins',
        ),
        (
            'id = "ines"',
            'id = "ines"\nphone = "+1 202 555 01{number}{slug}"',
            "'phone': Not a phone number",
        ),
        ('"{slug}@example.com"', '"{slug}{number}@example.com"', "one of them is enough"),
        (
            "order {order} was",
            "order {ordr} was",
            "a text has '{ordr}' in it, which stands for nothing; did you mean '{order}'",
        ),
        ('title = "The first hour"', 'title = "The first hour', "the file: it is not TOML"),
    ],
)
def test_what_is_wrong_is_said_in_words_with_its_place(old: str, new: str, said: str) -> None:
    """G3: one mistake in a good file is found, and named where it is."""
    assert old in GOOD
    found = faults_of(GOOD.replace(old, new, 1))
    assert any(said in one for one in found), found


def test_all_that_is_wrong_is_said_at_once() -> None:
    """G3: mistakes of reading and of sense, in all parts of a file, come in one answer."""
    bad = GOOD.replace('"Europe/Madrid"', '"Mars"').replace('"2m..4m"', '"soon"')
    bad += '\n[[customer]]\nid = "bo"\nnames = ["Bo"]\nlanguage = "fi"\nemail = "bo@example.com"\n'
    found = faults_of(bad)
    assert len(found) == 4, found
    assert ["zone" in found[0], "arrival 1" in found[1]] == [True, True]
    assert any("nobody answers in 'fi'" in one for one in found)
    assert any("they never write" in one for one in found)


def test_two_customers_never_have_one_address() -> None:
    """G3: whoever is drawn, an answer leads to one customer alone."""
    twice = (
        GOOD
        + '\n[[customer]]\nid = "bo"\nnames = ["Bo"]\nlanguage = "en"\nemail = "Clara.Nunes@example.com"\n'
    )
    assert any(
        "'clara.nunes@example.com', which is also that of customer 1" in one for one in faults_of(twice)
    )


def test_a_file_that_is_not_there_or_not_text_is_refused_in_words(tmp_path: Path) -> None:
    """G3: no file, bytes that are no text, and a file of any size end in a sentence."""
    with pytest.raises(NotFound, match="none of `kustui train list`"):
        scenario.check(tmp_path / "nowhere.toml")
    path = tmp_path / "odd.toml"
    path.write_bytes(b'name = "x"\ntitle = "\xff"\n')
    assert list(map(str, scenario.check(path))) == ["line 2: it is not UTF-8"]
    path.write_bytes(b"#" * (scenario.LARGEST + 1))
    assert "1,000,000 bytes" in str(scenario.check(path)[0])
    path.write_text("a = " + "[" * 100_000)
    assert "not TOML" in str(scenario.check(path)[0])


def test_a_file_full_of_nonsense_is_told_of_in_bounds() -> None:
    """G3: however many mistakes a file has, and whatever stands in it, what is said is bounded and clean."""
    keys = "".join(f"k{number} = 1\n" for number in range(30_000))
    people = '[[customer]]\nid = "\\u001b[2J"\n' * 5_000
    found = faults_of(f'level = "{"x" * 50_000}"\n' + keys + people)
    assert 20 < len(found) < 2_000
    assert all(len(one) < 700 and "\x1b" not in one for one in found)


def test_plain_words_are_whole_ones_whatever_their_case_and_accents() -> None:
    """G3: what a reply says is told by words side by side; a star takes what begins so."""
    assert plain_words.says("Ihr Paket ist UNTERWEGS.", "unterwegs")
    assert plain_words.says("Está en camino, sí.", "si")
    assert plain_words.says("In 3 Dias", "días")
    assert plain_words.says("We'll send your\nmoney  back", "money back")
    assert not plain_words.says("It was refunded.", "refund")
    assert plain_words.says("It was refunded.", "refund*")
    assert not plain_words.says("back the money", "money back")
    assert not plain_words.says("anything", "...")
    assert plain_words.asks("¿Y la factura?")
    assert plain_words.has_link("see https://example.com")


@pytest.mark.parametrize(
    ("name", "who", "reply"),
    [
        ("calm-morning", "ines", "I am sorry, it has not left us yet."),
        ("calm-morning", "omar", "I am afraid that we do not ship to Jordan."),
        ("calm-morning", "lee", "It cannot be changed any more."),
        ("four-languages", "de-parcel", "Es hat unser Lager noch nicht verlassen."),
        ("four-languages", "de-sms", "Leider kann sie nicht mehr storniert werden."),
        ("four-languages", "fr-parcel", "Le colis n'est pas encore expédié."),
        ("four-languages", "es-invoice", "Le mandamos la factura mañana."),
        ("monday", "where", "It has not been sent yet."),
        ("outage", "gone", "It is not ready yet."),
    ],
)
def test_a_no_is_not_taken_for_a_yes(name: str, who: str, reply: str) -> None:
    """G3: whoever is told that it cannot be done, or not yet, is not glad that it was."""
    played = scenario.load(name)
    part = next(each for each in parts(played, 1) if each.customer.id == who)
    player = Player(part, played, 1)
    parcel = Parcel(1, "email", Person("us@acme.example"), (), reply, "1@acme.example", played.starts)
    player.hear(parcel, played.starts, "")
    assert player.feeling.mood <= part.customer.mood
