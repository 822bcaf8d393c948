"""Text that has to fit, and files that several threads make at once."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from adapters.documents.drawing.elements import Page, Words
from adapters.documents.drawing.fitting import Area, Paragraph, fit, fit_line, wrap
from adapters.documents.drawing.pdf import render_pdf
from adapters.documents.typeface import seen, width

AREA = Area(10, 20, 50, 12)


def drawn(*texts: str, largest: float = 5, smallest: float = 2) -> list[Words]:
    return fit([Paragraph(text) for text in texts], AREA, largest=largest, smallest=smallest)


def test_a_text_that_fits_is_as_large_as_it_may_be() -> None:
    assert [(words.shown, words.x, words.size) for words in drawn("Short")] == [("Short", 10, 5)]


def test_a_text_shrinks_before_a_word_is_broken() -> None:
    (line,) = drawn("Donaudampfschifffahrt")

    assert line.shown == "Donaudampfschifffahrt"
    assert 2 < line.size < 5


def test_a_text_wraps_between_words_and_east_asian_letters_anywhere() -> None:
    assert " ".join(words.shown for words in drawn("several words that need more than one line")) == (
        "several words that need more than one line"
    )
    chinese = drawn("绿色商店贸易有限责任公司上海")
    assert ("".join(words.shown for words in chinese), len(chinese), chinese[0].size) == ("绿色商店贸易有限责任公司上海", 2, 5)


def test_what_cannot_fit_loses_the_end_of_its_longest_part() -> None:
    lines = [words.shown for words in drawn("first", "much " * 100, "last")]

    assert (len(lines), lines[0], lines[-1]) == (5, "first", "last")
    assert lines[-2].endswith("…")


def test_lines_stay_in_their_area() -> None:
    for texts in (["a"] * 3, ["word " * 50, "x" * 300], ["绿" * 500]):
        lines = drawn(*texts)
        assert lines[0].y - 0.93 * lines[0].size >= AREA.y - 0.001
        assert lines[-1].y + 0.24 * lines[-1].size <= AREA.y + AREA.height + 0.001
        assert max(width(words.shown, bold=words.bold) * words.size for words in lines) <= AREA.width + 0.001


def test_blank_parts_are_left_out() -> None:
    assert [words.shown for words in drawn("", "  ", "a \n b")] == ["a b"]


@pytest.mark.parametrize(("text", "shown"), [("fits", "fits"), ("", ""), ("W" * 100, "W" * 8 + "…")])
def test_a_single_line_shrinks_and_is_cut(text: str, shown: str) -> None:
    line = fit_line(text, 0, 10, 20, largest=4, smallest=2.1)

    assert line.shown == shown
    assert width(line.shown) * line.size <= 20


def test_a_wrapped_text_has_at_most_so_many_lines() -> None:
    assert wrap("one two three four", 3, most=2) == ["one", "two…"]


def test_characters_that_nobody_sees_are_written_out() -> None:
    assert seen("a\x1b[31m\u202eb\nc") == "a<U+001B>[31m<U+202E>b<U+000A>c"
    assert seen("n\u0303") == "ñ"


@pytest.fixture
def hasty_threads() -> Iterator[None]:
    """Threads take turns so often that what they share without care gets mixed up."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def test_files_made_by_several_threads_are_the_same_as_those_made_by_one(hasty_threads: None) -> None:
    accented = [chr(code) for code in range(0x1E00, 0x1EF0)]  # drawn as a letter and its accents, which are looked up one by one
    texts = ["".join(accented[at::30]) + "上海 محمد" for at in range(30)]
    pages = [Page(100, 50, (Words(5, 10, seen(text), 4), Words(5, 20, seen(text), 4, bold=True))) for text in texts]

    def make(page: Page) -> bytes:
        return render_pdf([page], title="t", language="en")

    alone = [make(page) for page in pages]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(make, pages * 2)) == alone * 2
