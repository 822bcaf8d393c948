from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.brightpearl_stub import expand

from adapters.stores.brightpearl.id_sets import MAX_CHARACTERS, MAX_IDS, split_into_id_sets


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
