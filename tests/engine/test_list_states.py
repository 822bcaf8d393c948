"""States of lists that a process keeps, so that not every batch of orders reads them again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import SimpleNamespace
from typing import Any

import pytest

from engine.list_states import ListStates
from engine.ports import NotFound


class KeptLists:
    """The part of a repository of lists that is read; it counts how many states were asked for."""

    def __init__(self, **states: list[str]) -> None:
        self.states = states
        self.read: list[str] = []

    def counts(self, _account_id: str, digests: Sequence[str]) -> Mapping[str, int]:
        return {digest: len(self.states[digest]) for digest in digests if digest in self.states}

    def members(self, _account_id: str, digests: Sequence[str]) -> Mapping[str, Sequence[str]]:
        self.read += digests
        return {digest: self.states[digest] for digest in digests if digest in self.states}


def unit(lists: KeptLists) -> Any:
    return SimpleNamespace(lists=lists)


def test_a_state_is_read_once_and_made_ready_once() -> None:
    kept, states = KeptLists(d1=["a"], d2=["b", "c"]), ListStates()
    first = states.load(unit(kept), "acc_1", {"one": "d1", "two": "d2"})
    again = states.load(unit(kept), "acc_1", {"one": "d1", "two": "d2"}, {"d1": 1, "d2": 2})
    assert {name: one.members for name, one in first.items()} == {"one": ("a",), "two": ("b", "c")}
    assert all(again[name] is one for name, one in first.items())
    assert kept.read == ["d1", "d2"]


def test_each_account_and_each_name_has_its_own() -> None:
    kept, states = KeptLists(d1=["a"]), ListStates()
    found = [states.load(unit(kept), account, {name: "d1"})[name] for account, name in (("x", "n"), ("y", "n"), ("x", "m"))]
    assert [one.name for one in found] == ["n", "n", "m"]
    assert len({id(one) for one in found}) == 3


def test_a_state_that_a_person_was_taken_out_of_is_read_again() -> None:
    kept, states = KeptLists(d1=["ana@example.com", "x"]), ListStates()
    states.load(unit(kept), "acc_1", {"one": "d1"})
    kept.states["d1"] = ["x"]
    assert states.load(unit(kept), "acc_1", {"one": "d1"})["one"].members == ("x",)


def test_what_was_not_used_for_longest_makes_room() -> None:
    kept, states = KeptLists(d1=["a", "b"], d2=["c", "d"], d3=["e", "f"]), ListStates(most_members=5)
    for name in ("d1", "d2", "d1", "d3", "d1", "d2"):
        states.load(unit(kept), "acc_1", {name: name})
    assert kept.read == ["d1", "d2", "d3", "d2"]


def test_a_state_that_is_gone_is_not_found() -> None:
    with pytest.raises(NotFound):
        ListStates().load(unit(KeptLists()), "acc_1", {"one": "d1"})
