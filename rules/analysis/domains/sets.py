"""Sets: members that must be in, must not be in, and lists of which some must be in, or some must be missing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.analysis.domains.demand import Demand
from rules.values import folded_text

_MAX_STEPS = 2_000  # past them a set is taken to be possible

Member = tuple[bool, str]  # whether its case matters, and the member as it is compared


class _Needs:
    """What the demands come to."""

    def __init__(self, demands: Sequence[Demand]) -> None:
        self.required: set[Member] = set()
        self.forbidden: set[Member] = set()
        self.some_of: list[frozenset[Member]] = []
        self.not_all_of: list[frozenset[Member]] = []
        self._steps = 0
        for demand in demands:
            members = frozenset((demand.leaf.condition.match_case, text) for text in demand.leaf.prepared or ())
            match demand.code, demand.wanted:
                case ("includes", True) | ("excludes", False):
                    self.some_of.append(members)
                case ("includes", False) | ("excludes", True):
                    self.forbidden |= members
                case "includes_all", True:
                    for member in members:
                        self.required |= _implied(member)
                case "includes_all", False:
                    self.not_all_of.append(members)
        self.some_of.sort(key=len)

    def find(self) -> frozenset[Member] | None:
        """Members that meet everything; None when there are none. Also an answer where the search was given up."""
        if not self._is_sound(frozenset(self.required)):
            return None
        return self._find(frozenset(self.required), 0)

    def _find(self, chosen: frozenset[Member], place: int) -> frozenset[Member] | None:
        while place < len(self.some_of) and self.some_of[place] & chosen:
            place += 1
        if place == len(self.some_of):
            return chosen
        for member in sorted(self.some_of[place]):
            self._steps += 1
            if self._steps > _MAX_STEPS:
                return chosen
            more = chosen | _implied(member)
            found = self._find(more, place + 1) if self._is_sound(more) else None
            if found is not None:
                return found
        return None

    def _is_sound(self, chosen: frozenset[Member]) -> bool:
        return chosen.isdisjoint(self.forbidden) and not any(members <= chosen for members in self.not_all_of)


def is_possible(demands: Sequence[Demand]) -> bool:
    """False only when it is certain that no set of texts meets all demands."""
    return _Needs(demands).find() is not None


def candidates(demands: Sequence[Demand]) -> Iterator[list[str]]:
    """A set with the members that are needed, as the demands write them; or with one that nobody asks about."""
    needs = _Needs(demands)
    found = needs.find() or frozenset()
    exact = {folded_text(text) for match_case, text in found if match_case}
    written = {
        demand.leaf.normalise(member): member.strip()
        for demand in demands
        if not demand.leaf.condition.match_case
        for member in demand.leaf.condition.members
    }
    members = [text if match_case else written[text] for match_case, text in sorted(found) if match_case or text not in exact]
    if members:
        yield members
    yield from ([*members, other] for other in ("other", "another-one"))


def _implied(member: Member) -> frozenset[Member]:
    """A member in one spelling is one in any."""
    match_case, text = member
    return frozenset({member, (False, folded_text(text))}) if match_case else frozenset({member})
