"""Joins what two people made of one rule document, rule by rule."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from difflib import SequenceMatcher
from itertools import pairwise
from typing import Any

from msgspec import Struct

from rules.editing.draft_text import DraftText, Unreadable, same_rules

MOST_LINES = 3000  # which are compared in well under a second


class Clash(Struct, frozen=True):
    """Something that both changed, each otherwise: a rule by its id, or a key of the document. None stands for taken away."""

    of: str
    theirs: Any
    mine: Any
    is_rule: bool = True


class Merge(Struct, frozen=True):
    """What `theirs` is with my changes on top. `draft` lacks those that clash."""

    draft: DraftText
    clashes: tuple[Clash, ...]


class NotByRules(ValueError):
    """Rules that cannot be told apart were changed: the documents can only be compared as a whole."""


def merged(base: DraftText, theirs: DraftText, mine: DraftText, *, insist: bool = False) -> Merge:
    """Theirs with what I changed since the document that both began with. The order of rules is theirs.

    Rules are told apart by their ids. Comments and layout of both stay where the lines that they changed are not the same.
    With `insist` mine counts wherever both changed the same. Raises NotByRules where I changed rules without ids of their own.
    """
    if not _same_list(_nameless(base), _nameless(mine)) and not _same_list(_nameless(theirs), _nameless(mine)):
        raise NotByRules
    by_rules = _merged_rules(base, theirs, mine, insist=insist)
    by_lines = None if by_rules.clashes else _merged_lines(base.text, theirs.text, mine.text)
    if by_lines is not None:
        with suppress(Unreadable):
            found = DraftText.read(by_lines)
            if same_rules(found.data, by_rules.draft.data):
                return Merge(found, ())
    return by_rules


def _merged_rules(base: DraftText, theirs: DraftText, mine: DraftText, *, insist: bool) -> Merge:
    before, there, here = _by_id(base), _by_id(theirs), _by_id(mine)
    clashes: list[Clash] = []
    draft = theirs
    for rule_id in [*before, *(one for one in here if one not in before)]:
        old, new, other = before.get(rule_id), here.get(rule_id), there.get(rule_id)
        if _alike(old, new) or _alike(new, other):
            continue
        if not _alike(old, other) and not insist:
            clashes.append(Clash(rule_id, other, new))
        elif new is None:
            draft = draft if other is None else draft.removed(draft.place_of(rule_id))
        elif other is None:
            draft = draft.inserted(_place_for(draft, mine, rule_id), new)
        else:
            draft = draft.with_rule(draft.place_of(rule_id), new)
    if _order(base, before, there, here) == _order(theirs, before, there, here):
        draft = _ordered(draft, mine)
    return _with_head(draft, clashes, base, theirs, mine, insist=insist)


def _nameless(draft: DraftText) -> list[dict[str, Any]]:
    """The rules that have no id, or share one."""
    ids = draft.ids()
    return [rule for one, rule in zip(ids, draft.rules, strict=True) if not one or ids.count(one) > 1]


def _same_list(one: list[dict[str, Any]], other: list[dict[str, Any]]) -> bool:
    return same_rules({"": one}, {"": other})


def _merged_lines(base: str, theirs: str, mine: str) -> str | None:
    """The text with the lines that either changed; None where both changed the same place, or the text is very long."""
    lines = base.splitlines(keepends=True)
    if len(lines) > MOST_LINES:
        return None
    changes = sorted({*_line_changes(lines, theirs), *_line_changes(lines, mine)})
    for (_start, end, _), (start, _end, _) in pairwise(changes):
        if start <= end:
            return None
    for start, end, new in reversed(changes):
        lines[start:end] = new
    return "".join(lines)


def _line_changes(lines: list[str], text: str) -> list[tuple[int, int, tuple[str, ...]]]:
    after = text.splitlines(keepends=True)
    found = SequenceMatcher(None, lines, after, autojunk=False).get_opcodes()
    return [(start, end, tuple(after[low:high])) for kind, start, end, low, high in found if kind != "equal"]


def _by_id(draft: DraftText) -> dict[str, dict[str, Any]]:
    ids = draft.ids()
    return {one: rule for one, rule in zip(ids, draft.rules, strict=True) if one and ids.count(one) == 1}


def _alike(one: Mapping[str, Any] | None, other: Mapping[str, Any] | None) -> bool:
    if one is None or other is None:
        return one is other
    return same_rules(one, other)


def _order(draft: DraftText, *known: Mapping[str, Any]) -> list[str]:
    return [one for one in draft.ids() if all(one in each for each in known)]


def _ordered(draft: DraftText, mine: DraftText) -> DraftText:
    """The rules that I have too in my order, each at a place that one of them had."""
    wanted = [one for one in mine.ids() if one in draft.ids()]
    for one in wanted:
        places = sorted(draft.place_of(other) for other in wanted)
        place, to = draft.place_of(one), places[wanted.index(one)]
        if place != to:
            draft = draft.moved(place, to)
    return draft


def _place_for(draft: DraftText, mine: DraftText, rule_id: str) -> int:
    """Behind the nearest rule above it that both have."""
    ids = mine.ids()
    for one in reversed(ids[: ids.index(rule_id)]):
        if one in draft.ids():
            return draft.place_of(one) + 1
    return 0


def _with_head(
    draft: DraftText, clashes: list[Clash], base: DraftText, theirs: DraftText, mine: DraftText, *, insist: bool
) -> Merge:
    keys = [key for key in {**base.data, **mine.data} if key != "rules"]
    changed: dict[str, Any] = {}
    for key in keys:
        old, new, other = ({"": one.data.get(key)} for one in (base, mine, theirs))
        if same_rules(old, new) or same_rules(new, other):
            continue
        if insist or same_rules(old, other):
            changed[key] = new[""]
        else:
            clashes.append(Clash(key, other[""], new[""], is_rule=False))
    return Merge(draft.with_head(changed) if changed else draft, tuple(clashes))
