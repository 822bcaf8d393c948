from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.brightpearl_stub import expand

from adapters.stores.brightpearl.id_sets import MAX_CHARACTERS, MAX_IDS, cover_by_id_set, expand_id_set, split_into_id_sets


@pytest.mark.parametrize(
    ("ids", "sets"),
    [
        ([], []),
        ([8], ["8"]),
        ([3, 1, 2, 9, 3], ["1-3,9"]),
        (range(1, 402), ["1-200", "201-400", "401"]),
        ([*range(1, 150), *range(200, 300)], ["1-149,200-250", "251-299"]),
    ],
)
def test_examples(ids: list[int], sets: list[str]) -> None:
    assert list(split_into_id_sets(ids)) == sets


@given(st.sets(st.integers(min_value=1, max_value=600) | st.integers(min_value=10**12, max_value=10**12 + 10**6), max_size=450))
def test_every_id_once_and_within_the_limits(ids: set[int]) -> None:
    sets = list(split_into_id_sets(ids))

    assert [one for id_set in sets for one in expand(id_set)] == sorted(ids)
    assert all(len(expand(id_set)) <= MAX_IDS and len(id_set) <= MAX_CHARACTERS for id_set in sets)


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("41", [41]),
        ("41,57", [41, 57]),
        ("2-6,40", [2, 3, 4, 5, 6, 40]),
        ("7.3.5", [7, 3, 5]),
        (" 7, 7 ,5-6", [7, 5, 6]),
        ("4-4", [4]),
        ("1-10", list(range(1, 11))),
        ("1-11", None),
        ("1-10,4", list(range(1, 11))),
        ("1-10,11", None),
        ("1-999999999999999999", None),
        ("6-2", None),
        ("0", None),
        ("-3", None),
        ("1,,2", None),
        ("1-2-3", None),
        ("", None),
        ("*", None),
        ("x", None),
        ("\u0664\u0661", None),
        ("1" * 19, None),
    ],
)
def test_a_set_names_each_id_once_and_no_more_than_wanted(text: str, ids: list[int] | None) -> None:
    assert expand_id_set(text, 10) == ids


@given(st.sets(st.integers(min_value=1, max_value=10**6), min_size=1, max_size=300))
def test_what_was_split_comes_back(ids: set[int]) -> None:
    assert sorted(one for text in split_into_id_sets(ids) for one in expand_id_set(text, MAX_IDS) or []) == sorted(ids)


@given(st.text(max_size=40))
def test_any_text_is_a_set_or_none(text: str) -> None:
    ids = expand_id_set(text, 50)
    assert ids is None or 0 < len(ids) <= 50


@pytest.mark.parametrize(
    ("ids", "text"),
    [([5], "5"), ([3, 1, 2], "1-3"), ([1, 3, 9], "1,3,9"), ([], "")],
)
def test_a_cover_of_few_ids_names_them_alone(ids: list[int], text: str) -> None:
    assert cover_by_id_set(ids)[0] == text


def test_a_cover_of_many_ids_is_one_set_that_closes_the_narrowest_gaps() -> None:
    near, far = range(10_000_000, 10_000_600, 2), range(20_000_000, 20_100_000, 1000)

    text, ranges = cover_by_id_set([*near, *far])

    assert len(text) <= 1700
    assert text == ",".join(str(first) if first == last else f"{first}-{last}" for first, last in ranges)
    assert all(any(first <= one <= last for first, last in ranges) for one in (*near, *far))
    assert all((one, one) in ranges for one in far)
