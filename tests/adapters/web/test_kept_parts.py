"""What pages write again and again is written once, and never in another's words."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import force_locale, gettext, lazy_gettext, refresh
from markupsafe import Markup, escape

from adapters.web import kept_parts
from adapters.web.formatting import day, moment, money, number
from adapters.web.kept_parts import kept_lines, kept_part

MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture(autouse=True)
def _page(web: Flask, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(kept_parts, "_parts", {})
    with web.test_request_context("/"):
        yield


def go_to_madrid(web: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(web.extensions["babel"], "timezone_selector", lambda: "Europe/Madrid")
    refresh()


class Line:
    """A part of a page that counts how often it is written."""

    def __init__(self) -> None:
        self.written = 0

    def __call__(self, *said: str) -> Markup:
        def write() -> Markup:
            self.written += 1
            return escape(f"{'-'.join(said)} {gettext('Order')}")

        return kept_part("line", *said, caller=write)


def test_a_part_is_written_once_for_what_it_says() -> None:
    line = Line()
    assert [line("a"), line("a"), line("b"), line("a")] == ["a Order", "a Order", "b Order", "a Order"]
    assert line.written == 2


def test_each_language_and_each_time_zone_has_parts_of_its_own(web: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    line = Line()
    assert line("a") == "a Order"
    with force_locale("es"):
        assert line("a") == "a Pedido"
    assert (line("a"), line.written) == ("a Order", 2)
    go_to_madrid(web, monkeypatch)
    assert (line("a"), line.written) == ("a Order", 3)


def test_of_a_list_those_lines_are_written_that_were_not_before() -> None:
    written: list[str] = []

    def write(line: str) -> Markup:
        written.append(line)
        return escape(f"<{line}>")

    assert kept_lines("list", ["a", "b"], "wide", caller=write) == "&lt;a&gt;&lt;b&gt;"
    assert kept_lines("list", ["b", "c", "a"], "wide", caller=write) == "&lt;b&gt;&lt;c&gt;&lt;a&gt;"
    assert written == ["a", "b", "c"]
    assert kept_lines("list", ["a"], "narrow", caller=write) == "&lt;a&gt;"
    assert written == ["a", "b", "c", "a"]
    assert kept_lines("list", [], "wide", caller=write) == Markup("")


def test_a_part_that_says_nothing_is_kept_too() -> None:
    written: list[str] = []

    def write() -> Markup:
        written.append("once")
        return Markup("")

    assert [kept_part("nothing", caller=write), kept_part("nothing", caller=write), written] == [Markup(""), Markup(""), ["once"]]


def test_two_parts_that_say_the_same_are_not_mixed_up() -> None:
    assert kept_part("one", "a", caller=lambda: Markup("first")) == "first"
    assert kept_part("other", "a", caller=lambda: Markup("second")) == "second"


def test_no_more_than_so_many_parts_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept_parts, "MOST", 2)
    line = Line()
    for said in "abcb":
        line(said)
    assert (line.written, len(kept_parts._parts)) == (3, 2)
    line("a")
    assert line.written == 4


def test_one_instant_reads_otherwise_in_another_time_zone(web: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    time = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert ("1 Mar 2026" in day(time), "23:30" in moment(time)) == (True, True)
    go_to_madrid(web, monkeypatch)
    assert ("2 Mar 2026" in day(time), "00:30" in moment(time)) == (True, True)
    assert moment(time.astimezone(MADRID)) == moment(time)


def test_one_value_reads_otherwise_in_another_language() -> None:
    time = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    assert ("1 Mar 2026" in moment(time), number(Decimal("1234.5")), money(5, "EUR")) == (True, "1,234.5", "€5.00")
    with force_locale("es"):
        assert ("1 mar 2026" in moment(time), money(5, "EUR")) == (True, "5,00\xa0€")


def test_texts_follow_the_language_of_the_page() -> None:
    order = lazy_gettext("Order")
    assert (gettext("Order"), str(order)) == ("Order", "Order")
    with force_locale("es"):
        assert (gettext("Order"), str(order)) == ("Pedido", "Pedido")
    assert str(order) == "Order"
