"""G3: frames wait for a slow line, and the line is known by how a terminal answers."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest
from rich.color import ColorSystem
from rich.segment import Segment
from textual.strip import Strip

from kustui.ui.terminal.answers import Answers
from kustui.ui.terminal.line import ANSWER, LEAST, PATIENCE, QUESTION, Line
from kustui.ui.terminal.picture import Picture
from support.terminal import Terminal

SCRIPT = Path(__file__).with_name("paint_app.py")


class Far:
    """A line of so many bytes a second to a terminal that answers, on a clock of its own."""

    def __init__(self, rate: float, trip: float = 0.01) -> None:
        self.now = 0.0
        self.line = Line(lambda: self.now)
        self._rate, self._trip = rate, trip
        self.line.begin()
        self.write(0)
        self.answer()

    def write(self, count: int) -> bool:
        """A frame; whether a question went with it."""
        question = self.line.question(count)
        self.line.given(count + len(question))
        self.line.taken(count + len(question))
        self._count = count
        return bool(question)

    def answer(self) -> None:
        """The answer comes, and to a question that is put at once the next."""
        self.now += self._trip + self._count / self._rate
        if self.line.answered() and self.write_question():
            self.now += self._trip
            self.line.answered()

    def write_question(self) -> bool:
        question = self.line.question(alone=True)
        self.line.given(len(question))
        self.line.taken(len(question))
        return bool(question)


def test_a_frame_waits_until_the_one_before_has_arrived() -> None:
    """On a slow line no more is on its way than a fraction of a second; the answer lets the next go."""
    far = Far(8_000)
    for _ in range(6):
        far.write(3_000)
        far.answer()
    gone_on: list[bool] = []
    far.write(3_000)
    assert not far.line.is_free()
    far.line.when_free(lambda: gone_on.append(True))
    assert not gone_on
    far.answer()
    assert gone_on == [True]
    assert far.line.is_free()
    far.write(LEAST // 2)
    assert far.line.is_free(), "small frames go on"


def test_a_quick_line_over_a_long_way_is_not_held_back() -> None:
    """Half a second to the other side of the world says nothing against sending."""
    far = Far(1_000_000, trip=0.5)
    for _ in range(6):
        far.write(3_000)
        far.answer()
    for _ in range(10):
        far.write(3_000)
        assert far.line.is_free()


@pytest.mark.parametrize(("rate", "slow"), [(16_000, True), (200_000, False)])
def test_a_slow_line_is_known_after_a_few_frames(rate: float, slow: bool) -> None:
    """The app is told once that the line is slow, and never of a quick one."""
    far, told = Far(rate), []
    far.line.when_slow(lambda: told.append(True))
    for _ in range(8):
        far.write(2_500)
        far.answer()
    assert told == [True] * slow


def test_a_terminal_that_lets_everything_wait_is_no_slow_line() -> None:
    """A page in the background answers once a second, whatever was sent: nothing is spared for that."""
    far, told = Far(1_000_000), []
    far.line.when_slow(lambda: told.append(True))
    far._trip = 1.0
    for _ in range(8):
        far.write(2_500)
        far.answer()
    assert not told


def test_a_terminal_that_never_answers_is_asked_once() -> None:
    """What knows no status reports gets every frame at once, and no second question."""
    now = 0.0
    line = Line(lambda: now)
    line.begin()
    assert line.question() == QUESTION
    for _ in range(5):
        line.given(50_000)
        line.taken(50_000)
        assert line.is_free()
        assert not line.question(50_000)


def test_whoever_answered_and_is_gone_holds_nothing_up() -> None:
    """An answer that does not come is waited for some seconds; when it comes after all it is not typed."""
    far = Far(1_000_000)
    far.write(100_000)
    assert not far.line.is_free()
    far.now += PATIENCE + 0.1
    assert far.line.is_free()
    answers = Answers(lambda: None, lambda: far.line.expects_answer)
    assert answers.take(f"a{ANSWER}b") == "ab"


def test_an_answer_in_two_parts_is_not_typed() -> None:
    """However an answer is cut, none of it is typed; Escape alone is still Escape."""
    came: list[bool] = []
    answers = Answers(lambda: came.append(True), lambda: True)
    assert [answers.take(part) for part in ("x\x1b", "[0", "ny")] == ["x", "", "y"]
    assert came == [True]
    assert answers.take("\x1b") == ""
    assert answers.release() == "\x1b"
    assert answers.take("[0nz") == "z", "the rest of one that took its time"
    assert [answers.take("\x1b["), answers.release(), answers.take("0nz")] == ["", "", "z"]
    assert [answers.take("\x1b["), answers.release(), answers.take("A")] == ["", "", "\x1b[A"]
    assert came == [True] * 3


def test_one_answer_too_many_is_not_typed() -> None:
    """Answers that come twice, or when all were given up, are no keys, however they are cut."""
    line = Line(lambda: 0.0)
    line.begin()
    answers = Answers(lambda: (line.answered(), None)[1], lambda: line.expects_answer)
    assert line.question()
    assert answers.take(f"a{ANSWER}{ANSWER}b{ANSWER}") == "ab"
    assert [answers.take(part) for part in ("c\x1b[0", "nd")] == ["c", "d"]
    assert answers.take("\x1b") == "\x1b", "Escape is not held up where nothing is expected"


def test_nothing_is_asked_once_the_terminal_is_given_back() -> None:
    """Nobody would be there to read the answer but a shell; whoever takes the terminal anew may ask."""
    far = Far(8_000)
    far.line.settle(0)
    assert not far.line.question(3_000)
    assert not far.line.question(alone=True)
    far.line.begin()
    assert far.line.question() == QUESTION


def test_an_answer_that_was_given_up_is_waited_for_at_the_end() -> None:
    """A line that froze may thaw while the program ends: the answer does not land in the shell."""
    far = Far(1_000_000)
    far.write(100_000)
    far.now += PATIENCE + 0.1
    assert far.line.is_free()
    late = threading.Timer(0.2, far.line.answered)
    late.start()
    far.line.settle(10)
    assert not late.is_alive() or late.finished.is_set()
    assert not far.line.expects_answer


def test_what_the_system_has_not_taken_holds_the_next_frame() -> None:
    """Where the terminal reads nothing the next frame waits, whether it answers or not."""
    line = Line(lambda: 0.0)
    line.begin()
    line.given(10)
    assert not line.is_free()
    line.taken(10)
    assert line.is_free()


def test_what_was_painted_over_while_it_waited_is_never_written() -> None:
    """Of many pictures that came while the line was busy only the last goes out."""
    picture = Picture(30, 1)
    for word in ("first", "second", "last"):
        picture.paint([(0, 0, Strip([Segment(word.ljust(30))]))], ColorSystem.STANDARD)
    written = picture.changes()
    assert "last" in written
    assert "first" not in written
    assert "second" not in written


@pytest.mark.skipif(os.name != "posix", reason="needs a pseudo-terminal")
def test_a_terminal_that_catches_up_sees_the_last_picture_at_once() -> None:
    """Forty pictures while nothing is read: a few frames are written, and the last is right."""
    with Terminal(SCRIPT, "stock") as stock, Terminal(SCRIPT, "changed") as changed:
        for terminal in (stock, changed):
            terminal.wait()
            terminal.read(quiet=0.4)
        one = len(changed.press("\x0e\x0e\x0e"))
        before = len(changed.written)
        stock.press("\x0e\x0e\x0e")
        for terminal in (stock, changed):
            for _ in range(40):
                terminal.send("\x0e\x0e\x0e")
            terminal.read(quiet=1.0)
        assert stock.cells() == changed.cells()
        assert len(changed.written) - before < 10 * one
