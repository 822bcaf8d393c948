"""What kept a rule from firing: the fewest of its conditions that would have had to answer otherwise."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from engine.decide.reference import NodeResult
from engine.decide.verdicts import FALSE, TRUE
from rules.document import Aggregate, Always, Condition, ItemGroup

# For each kind of group: whether it is true only when all of its members are (else one is enough), and what they must be.
_DEMANDS = {
    "all": (True, True),
    "all_items": (True, True),
    "any": (False, True),
    "any_item": (False, True),
    "none": (True, False),
    "no_item": (True, False),
}


class Failing(Struct, frozen=True):
    """A node that would have had to be true, or false, and is not."""

    result: NodeResult
    wanted: bool
    alike: Sequence[int] = ()  # further lines of the order that fail as this one does


class Shortfall(Struct, frozen=True):
    """What a node lacks. `possible`: whether other answers of conditions could make up for it."""

    failing: tuple[Failing, ...] = ()
    possible: bool = True

    @property
    def count(self) -> int:
        """How many conditions fail; one that fails for several lines of the order counts once."""
        return len({one.result.node.path for one in self.failing})


def shortfall(result: NodeResult, wanted: bool = True) -> Shortfall:
    """The smallest set of conditions that keep a node from being true (or false); of equals the first as written.

    A condition in error fails. Of `all` every member that fails counts; of `any` the member that lacks least; of `none` what
    each true member would need to be false. An item group over no lines counts as one condition; it stands for itself.
    Nothing can make up for an empty `any`, or for `always` in a `none`.
    """
    if result.verdict == (TRUE if wanted else FALSE):
        return Shortfall()
    node = result.node
    if isinstance(node, Always):
        return Shortfall((Failing(result, wanted),), possible=False)
    if isinstance(node, Condition | Aggregate) or result.error is not None:
        return Shortfall((Failing(result, wanted),))
    needs_all, of_members = _DEMANDS[node.kind]
    if not wanted:
        needs_all, of_members = not needs_all, not of_members
    lacking = [shortfall(member, of_members) for member in result.members]
    if needs_all and isinstance(node, ItemGroup):  # what a member stands for lacks the same; of one line, only that one is meant
        lacking = [_of_all_alike(each, member) for each, member in zip(lacking, result.members, strict=True)]
    if not lacking:
        return Shortfall((Failing(result, wanted),), possible=isinstance(node, ItemGroup))
    if needs_all:
        return Shortfall(tuple(one for each in lacking for one in each.failing), all(each.possible for each in lacking))
    return min(lacking, key=lambda each: (not each.possible, each.count))


def _of_all_alike(lacking: Shortfall, member: NodeResult) -> Shortfall:
    if not member.alike:
        return lacking
    return replace(lacking, failing=tuple(replace(one, alike=member.alike) for one in lacking.failing))


def is_partly_met(result: NodeResult, wanted: bool = True) -> bool:
    """Whether at least one condition of a node answers as it should."""
    if isinstance(result.node, Always):
        return False
    if isinstance(result.node, Condition | Aggregate):
        return result.verdict == (TRUE if wanted else FALSE)
    return any(is_partly_met(member, _DEMANDS[result.node.kind][1] == wanted) for member in result.members)
