"""Rule sets compared by what they say, wherever it stands in a document."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from rules.actions import Action
from rules.document import RuleSet
from rules.fields import Field
from rules.operators.written_times import WrittenTime
from rules.placeholders import Template

PLACES = ("path", "line", "lines", "value_lines", "owner_line", "written")  # where and how something is written, not what it says


def structure_of(part: RuleSet | Any) -> Any:
    """A rule set, or a part of one, without places. Numbers are equal as numbers, texts as texts."""
    if isinstance(part, Action | Field):
        return part.label
    if isinstance(part, Template | WrittenTime):
        return type(part).__name__, str(getattr(part, "source", "")) or part.text  # type: ignore[union-attr]
    if isinstance(part, Struct):
        return type(part).__name__, {
            name: structure_of(getattr(part, name)) for name in part.__struct_fields__ if name not in PLACES
        }
    if isinstance(part, Mapping):
        return {key: structure_of(member) for key, member in part.items()}
    if isinstance(part, list | tuple):
        return [structure_of(member) for member in part]
    return type(part).__name__ if part is None else (isinstance(part, bool), part)
