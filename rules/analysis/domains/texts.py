"""Texts: whole values, beginnings, endings and parts that are wanted, or are not.

A text that begins as wanted, then holds the parts, then ends as wanted, with letters that no demand knows in between, breaks
no ban that those pieces do not break by themselves. So each piece can be looked at alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from enum import Enum

from msgspec import Struct

from rules.analysis.domains.demand import Demand
from rules.analysis.domains.text_ranges import Range, beginning_with, common, following, is_any_left
from rules.values import folded_text


class Shape(Enum):
    """How a text of a demand has to lie in the value."""

    WHOLE = "whole"
    START = "start"
    END = "end"
    PART = "part"
    PATTERN = "pattern"  # wildcards that none of the others can say


class Clause(Struct, frozen=True):
    """One of some texts has to lie in the value in its shape; as a ban, none of them may."""

    pieces: tuple[tuple[Shape, str], ...]

    def of(self, shape: Shape) -> frozenset[str]:
        return frozenset(text for kind, text in self.pieces if kind is shape)

    def is_all(self, *shapes: Shape) -> bool:
        return all(kind in shapes for kind, _ in self.pieces)


_SHAPES = {
    "equals": Shape.WHOLE,
    "not_equals": Shape.WHOLE,
    "in": Shape.WHOLE,
    "not_in": Shape.WHOLE,
    "contains": Shape.PART,
    "not_contains": Shape.PART,
    "starts_with": Shape.START,
    "ends_with": Shape.END,
    "matches": Shape.PATTERN,
    "not_matches": Shape.PATTERN,
}
_RANGE = "between"
_NEGATIVE = frozenset({"not_equals", "not_in", "not_contains", "not_matches"})
# After these capitals some accents stay apart that join the small letter, so folding may change what follows.
_OPEN_ENDED = frozenset("HJTWY")


def is_possible(demands: Sequence[Demand]) -> bool:
    """False only when it is certain that no text meets all demands."""
    known = [demand for demand in demands if demand.code in _SHAPES]
    ranges = [demand for demand in demands if demand.code == _RANGE]
    if any(not _is_range_left([one for one in demands if one.leaf.condition.match_case is case]) for case in (True, False)):
        return False
    exact = [demand for demand in known if demand.leaf.condition.match_case]
    folded = [demand for demand in known if not demand.leaf.condition.match_case]
    values = _whole_values(exact)
    if values is not None:
        return any(all(demand.is_met(value) for demand in (*known, *ranges)) for value in values)
    clauses = [clause for demand in exact if _is_wanting(demand) and (clause := _folded(_clause(demand))) is not None]
    values = _whole_values(folded)
    if values is not None:
        folded_ranges = [demand for demand in ranges if not demand.leaf.condition.match_case]
        return any(_may_be(value, [*folded, *folded_ranges], exact, clauses) for value in values)
    return _fits(folded, clauses) and _fits(exact, [])


def candidates(demands: Sequence[Demand]) -> Iterator[str]:
    """Texts made of what is wanted: whole values as they are written, or a beginning, parts and an ending."""
    wanted = [_clause(demand) for demand in demands if demand.code in _SHAPES and _is_wanting(demand)]
    banned = [_clause(demand) for demand in demands if demand.code in _SHAPES and not _is_wanting(demand)]
    if any(clause.of(Shape.WHOLE) for clause in wanted):
        yield from (member for demand in demands if demand.code in _SHAPES for member in demand.leaf.condition.members)
        yield from (text for clause in wanted for text in clause.of(Shape.WHOLE))
    ends = [end for demand in demands if demand.code == _RANGE for pair in demand.leaf.condition.members for end in pair]
    yield from ends
    yield from (text for end in ends if (text := following(end)) is not None and text.isprintable())
    start = max(_allowed(wanted, banned, Shape.START), key=len, default="")
    end = max(_allowed(wanted, banned, Shape.END), key=len, default="")
    parts = [
        min(_unbanned(clause.of(Shape.PART), banned, Shape.PART), default="") for clause in wanted if clause.is_all(Shape.PART)
    ]
    patterns = [text.replace("*", "").replace("?", "1") for clause in wanted for text in clause.of(Shape.PATTERN)]
    yield from (text for text in patterns if text)
    if start or parts or end:
        yield from (filler.join((start, *parts, end)) for filler in ("", "1", "-x-", "q7"))
    yield from ("example", "sample", "another")


def _is_range_left(demands: Sequence[Demand]) -> bool:
    """Whether some text of one spelling lies in all ranges that are wanted, clear of the others, and may begin as it has to."""
    wanted = [demand.leaf.prepared for demand in demands if demand.code == _RANGE and demand.wanted]
    if not wanted:  # the others leave texts of other lengths
        return True
    banned = [demand.leaf.prepared for demand in demands if demand.code == _RANGE and not demand.wanted]
    clauses = [(_is_wanting(demand), _clause(demand)) for demand in demands if demand.code in _SHAPES]
    for length in wanted[0].by_length:
        left: list[Range] = wanted[0].of_length(length)
        for one in wanted[1:]:
            left = common(left, one.of_length(length))
        cuts = [cut for one in banned for cut in one.of_length(length)]
        for is_wanted, clause in clauses:
            if not is_wanted:
                cuts += [(text, text) for text in clause.of(Shape.WHOLE) if len(text) == length]
                cuts += [cut for text in clause.of(Shape.START) for cut in beginning_with(text, length)]
            elif clause.is_all(Shape.START):
                left = common(left, [one for text in _shortest(clause.of(Shape.START)) for one in beginning_with(text, length)])
        if is_any_left(left, cuts):
            return True
    return False


def _shortest(starts: frozenset[str]) -> list[str]:
    """Those of some beginnings that do not begin with another one."""
    return [text for text in starts if not any(text != other and text.startswith(other) for other in starts)]


def _is_wanting(demand: Demand) -> bool:
    return demand.wanted == (demand.code not in _NEGATIVE)


def _clause(demand: Demand) -> Clause:
    shape = _SHAPES[demand.code]
    texts = dict.fromkeys(map(demand.leaf.normalise, demand.leaf.condition.members))
    return Clause(tuple(_shaped(text) if shape is Shape.PATTERN else (shape, text) for text in texts))


def _shaped(pattern: str) -> tuple[Shape, str]:
    """A pattern with stars at its ends alone says the same as another shape."""
    text = pattern.strip("*")
    if "*" in text or "?" in text or not text:
        return Shape.PATTERN, pattern
    match pattern.startswith("*"), pattern.endswith("*"):
        case False, False:
            return Shape.WHOLE, text
        case False, True:
            return Shape.START, text
        case True, False:
            return Shape.END, text
        case _:
            return Shape.PART, text


def _whole_values(demands: Sequence[Demand]) -> frozenset[str] | None:
    """The only values that can be, where some demand lists them."""
    lists = [
        clause.of(Shape.WHOLE) for demand in demands if _is_wanting(demand) and (clause := _clause(demand)).is_all(Shape.WHOLE)
    ]
    return frozenset.intersection(*lists) if lists else None


def _may_be(value: str, folded: Sequence[Demand], exact: Sequence[Demand], clauses: Sequence[Clause]) -> bool:
    """Whether a text may fold to this value and meet all demands."""
    if not all(demand.is_met(value) for demand in folded) or not all(_has(value, clause) for clause in clauses):
        return False
    only_spelling = value.isascii() and value.upper() == value.lower()
    return not only_spelling or all(demand.is_met(value) for demand in exact)


def _has(value: str, clause: Clause) -> bool:
    return any(_lies_in(value, shape, text) for shape, text in clause.pieces)


def _lies_in(value: str, shape: Shape, text: str) -> bool:
    match shape:
        case Shape.WHOLE:
            return value == text
        case Shape.START:
            return value.startswith(text)
        case Shape.END:
            return value.endswith(text)
        case Shape.PART:
            return text in value
        case Shape.PATTERN:
            return True  # perhaps


def _fits(demands: Sequence[Demand], more: Sequence[Clause]) -> bool:
    """Whether some text of one spelling may meet the demands, where none of them lists whole values."""
    wanted = [*(_clause(demand) for demand in demands if _is_wanting(demand)), *more]
    banned = [_clause(demand) for demand in demands if not _is_wanting(demand)]
    if any(kind is Shape.PATTERN and not text.strip("*") for clause in banned for kind, text in clause.pieces):
        return False
    for shape in (Shape.START, Shape.END):
        if any(clause.is_all(shape) for clause in wanted) and not _allowed(wanted, banned, shape):
            return False
    return all(any(_is_allowed(shape, text, banned) for shape, text in clause.pieces) for clause in wanted)


def _allowed(wanted: Sequence[Clause], banned: Sequence[Clause], shape: Shape) -> list[str]:
    """The beginnings (or endings) that satisfy every clause of their shape and break no ban."""
    clauses = [tuple(clause.of(shape)) for clause in wanted if clause.is_all(shape)]
    texts = sorted(set().union(*clauses))
    at = str.startswith if shape is Shape.START else str.endswith
    return _unbanned([text for text in texts if all(at(text, clause) for clause in clauses)], banned, shape)


def _unbanned(texts: Sequence[str] | frozenset[str], banned: Sequence[Clause], shape: Shape) -> list[str]:
    return [text for text in texts if _is_allowed(shape, text, banned)]


def _is_allowed(shape: Shape, text: str, banned: Sequence[Clause]) -> bool:
    """Whether a value that holds this piece may keep clear of every ban."""
    if shape is Shape.PATTERN:
        return not any((shape, text) in clause.pieces for clause in banned)
    if shape is Shape.WHOLE:
        return not any(
            kind is not Shape.PATTERN and _lies_in(text, kind, ban) for clause in banned for kind, ban in clause.pieces
        )
    return not any(
        (kind is Shape.PART and ban in text)
        or (kind is Shape.START is shape and text.startswith(ban))
        or (kind is Shape.END is shape and text.endswith(ban))
        for clause in banned
        for kind, ban in clause.pieces
    )


def _folded(clause: Clause) -> Clause | None:
    """What an exact clause says about the folded value; None when folding could join what it says with what is beside it."""
    pieces = []
    for shape, text in clause.pieces:
        after, before = shape in (Shape.START, Shape.PART), shape in (Shape.END, Shape.PART)
        if shape is Shape.PATTERN:
            return None
        if (after and not (text[-1].isascii() and text[-1] not in _OPEN_ENDED)) or (before and not text[0].isascii()):
            return None
        pieces.append((shape, folded_text(text)))
    return Clause(tuple(pieces))
