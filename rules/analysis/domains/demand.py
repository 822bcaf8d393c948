"""What one condition demands of a field's value."""

from __future__ import annotations

from typing import Any, NamedTuple

from rules.analysis.leaves import Leaf


class Demand(NamedTuple):
    """The value must pass the leaf's test, or must not."""

    leaf: Leaf
    wanted: bool

    @property
    def code(self) -> str:
        return self.leaf.code

    def is_met(self, value: Any, now: int = 0) -> bool:
        return self.leaf.test(value, now) == self.wanted
