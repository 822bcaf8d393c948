"""How units are divided among an order and its parts: none is lost, none is there twice."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st
from support.properties import examples

from engine.model.order_part import Share, divide, original_key, part_key, part_number

UNITS = st.dictionaries(st.sampled_from("abc"), st.integers(0, 9).map(Decimal), max_size=3)


@st.composite
def shares(draw: st.DrawFn) -> Share:
    has = draw(UNITS)
    gone = {key: Decimal(draw(st.integers(0, int(number)))) for key, number in has.items()}
    return Share(has, gone, draw(st.booleans()))


@settings(max_examples=examples(200))
@given(ordered=UNITS, held=st.lists(shares(), min_size=1, max_size=4))
def test_all_that_is_wanted_is_somewhere_once(ordered: dict[str, Decimal], held: list[Share]) -> None:
    units = divide(ordered, held)

    for key in "abc":
        assert sum(one.get(key, Decimal(0)) for one in units) == ordered.get(key, Decimal(0))
    assert all(number > 0 for one in units for number in one.values())


@settings(max_examples=examples(200))
@given(held=st.lists(shares(), min_size=1, max_size=4))
def test_where_the_store_changes_nothing_each_keeps_what_it_has(held: list[Share]) -> None:
    ordered = {key: sum((one.has.get(key, Decimal(0)) for one in held), Decimal(0)) for key in "abc"}

    assert divide(ordered, held) == [{key: number for key, number in one.has.items() if number} for one in held]


@settings(max_examples=examples(200))
@given(ordered=UNITS, held=st.lists(shares(), min_size=1, max_size=4))
def test_what_has_left_stays_where_it_left_from_as_far_as_it_is_wanted(ordered: dict[str, Decimal], held: list[Share]) -> None:
    units = divide(ordered, held)

    for key in "abc":
        gone = [(one.gone if one.is_open else one.has).get(key, Decimal(0)) for one in held]
        if sum(gone) <= ordered.get(key, Decimal(0)):
            assert all(one.get(key, Decimal(0)) >= left for one, left in zip(units, gone, strict=True))


def test_the_key_of_a_part_says_whose_part_it_is() -> None:
    key = part_key("GON#7", 3)

    assert (original_key(key), part_number("1234", key)) == ("GON#7", "1234-3")
    assert (original_key("GON#7"), part_number("1234", "GON#7")) == ("GON#7", "1234")
