"""Writes changed values into the text of a YAML document: only the lines of what differs, with the comments around it kept.

A list is matched entry by entry, so that a new condition leaves the others as they stand; an entry that moves takes its text
along. What stands in brackets or braces is written anew as a whole.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Any

from msgspec import Struct
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from rules.document_writer import WIDTH, flow_text, list_entry, mapping_entry
from rules.rule_text import content_end, end_of_lines, with_comments_above


class _TooCoarse(Exception):
    """The value cannot be changed in parts: whoever holds it writes it as a whole."""


class Edit(Struct, frozen=True):
    """Put a text in place of a part of the document."""

    start: int
    end: int
    text: str


class _Entry(Struct, frozen=True):
    """The whole lines of one entry of a list, with the comments right above it."""

    start: int
    dash: int
    end: int
    node: Node


def edited(text: str, edits: list[Edit]) -> str:
    """The text with the edits made, which do not overlap."""
    for edit in sorted(edits, key=lambda one: (one.start, one.end), reverse=True):
        text = text[: edit.start] + edit.text + text[edit.end :]
    return text


def splice_mapping(text: str, node: MappingNode, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Edit] | None:
    """The edits that make a mapping say `new` where it says `old`; None when its text cannot be changed in parts."""
    try:
        return _Splicer(text).mapping(node, old, new)
    except _TooCoarse:
        return None


def same(one: Any, other: Any) -> bool:
    """Whether two values are written alike: numbers by their digits, so that `1.0` is not `1`."""
    return flow_text(one) == flow_text(other)


class _Splicer:
    def __init__(self, text: str) -> None:
        self._text = text

    def mapping(self, node: MappingNode, old: Mapping[str, Any], new: Mapping[str, Any]) -> list[Edit]:
        if node.flow_style or not node.value:
            raise _TooCoarse
        edits: list[Edit] = []
        pairs = {key.value: (number, key, value) for number, (key, value) in enumerate(node.value)}
        if set(pairs) != set(old):
            raise _TooCoarse
        for name, (number, key, value) in pairs.items():
            if name not in new:
                edits.append(self._without(number, key, value))
            elif not same(old[name], new[name]):
                edits += self._value(node, key, value, old[name], new[name])
        return edits + self._additions(node, pairs, new)

    def _additions(self, node: MappingNode, pairs: Mapping[str, Any], new: Mapping[str, Any]) -> list[Edit]:
        """Each behind the key that it follows in the new mapping, or behind the first."""
        at = node.value[0][1]
        found: dict[int, list[str]] = {}
        for name, member in new.items():
            if name in pairs:
                at = pairs[name][2]
                continue
            end = self._line_end(content_end(self._text, at))
            found.setdefault(end, []).extend(mapping_entry(name, member, node.start_mark.column))
        return [Edit(end, end, self._lines(lines)) for end, lines in found.items()]

    def _without(self, number: int, key: Node, value: Node) -> Edit:
        start = self._text.rfind("\n", 0, key.start_mark.index) + 1
        if number == 0 or self._text[start : key.start_mark.index].strip():
            raise _TooCoarse  # it stands behind the dash of a list
        return Edit(start, self._line_end(content_end(self._text, value)), "")

    def _value(self, node: MappingNode, key: Node, value: Node, old: Any, new: Any) -> list[Edit]:
        try:
            return self._parts(value, old, new)
        except _TooCoarse:
            return [self._whole(node, key, value, new)]

    def _parts(self, value: Node, old: Any, new: Any) -> list[Edit]:
        if isinstance(value, MappingNode) and isinstance(old, Mapping) and isinstance(new, Mapping) and new:
            return self.mapping(value, old, new)
        if isinstance(value, SequenceNode) and isinstance(old, list) and isinstance(new, list) and new:
            return self._sequence(value, old, new)
        raise _TooCoarse

    def _whole(self, node: MappingNode, key: Node, value: Node, new: Any) -> Edit:
        """The value written anew; on its line where it stood on one, and a group of conditions on lines of its own."""
        start, end = value.start_mark.index, content_end(self._text, value)
        if start >= end:  # a key without a value
            return Edit(key.end_mark.index, key.end_mark.index + 1, f": {flow_text(new)}")
        in_one_line = "\n" not in self._text[key.start_mark.index : end]
        is_short = isinstance(new, list) and isinstance(value, SequenceNode) and len(flow_text(new)) <= WIDTH
        if in_one_line and (is_short or not isinstance(new, Mapping | list)):
            return Edit(start, end, flow_text(new))
        entry = "\n".join(mapping_entry(key.value, new, node.start_mark.column)).lstrip()
        return Edit(key.start_mark.index, end, self._breaks(entry))

    def _sequence(self, node: SequenceNode, old: list[Any], new: list[Any]) -> list[Edit]:
        if node.flow_style or len(node.value) != len(old):
            raise _TooCoarse
        entries = self._entries(node)
        before, after = [flow_text(one) for one in old], [flow_text(one) for one in new]
        edits: list[Edit] = []
        gone: dict[str, _Entry] = {}
        added: list[tuple[int, list[int]]] = []
        for kind, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
            shared = min(i2 - i1, j2 - j1) if kind == "replace" else 0
            for step in range(shared):
                edits += self._entry(entries[i1 + step], old[i1 + step], new[j1 + step])
            for place in range(i1 + shared, i2) if kind in ("replace", "delete") else ():
                edits.append(Edit(entries[place].start, entries[place].end, ""))
                gone[before[place]] = entries[place]
            if kind in ("replace", "insert") and j1 + shared < j2:
                added.append((i2, list(range(j1 + shared, j2))))
        for place, numbers in added:
            at = entries[place].start if place < len(entries) else entries[-1].end
            edits.append(Edit(at, at, "".join(self._new_entry(node, new[number], gone) for number in numbers)))
        return edits

    def _entries(self, node: SequenceNode) -> list[_Entry]:
        """Raises _TooCoarse where an entry does not begin with a dash on a line of its own."""
        entries: list[_Entry] = []
        floor = self._text.rfind("\n", 0, node.start_mark.index) + 1
        for member in node.value:
            start = self._text.rfind("\n", 0, member.start_mark.index) + 1
            lead = self._text[start : member.start_mark.index]
            if lead.strip(" ") != "-" or lead.index("-") != node.start_mark.column:
                raise _TooCoarse
            floor = entries[-1].end if entries else floor
            end = end_of_lines(self._text, content_end(self._text, member), node.start_mark.column)
            dash = start + node.start_mark.column
            entries.append(_Entry(with_comments_above(self._text, start, floor), dash, end, member))
        return entries

    def _entry(self, entry: _Entry, old: Any, new: Any) -> list[Edit]:
        if isinstance(entry.node, MappingNode) and isinstance(old, Mapping) and isinstance(new, Mapping):
            try:
                return self.mapping(entry.node, old, new)
            except _TooCoarse:
                pass
        end = content_end(self._text, entry.node)
        if isinstance(entry.node, MappingNode | SequenceNode) and entry.node.flow_style and not _has_groups(new):
            return [Edit(entry.node.start_mark.index, end, flow_text(new))]
        column = entry.dash - (self._text.rfind("\n", 0, entry.dash) + 1)
        return [Edit(entry.dash, end, self._breaks("\n".join(list_entry(new, column, flow=True)).lstrip()))]

    def _new_entry(self, node: SequenceNode, member: Any, gone: dict[str, _Entry]) -> str:
        moved = gone.pop(flow_text(member), None)
        if moved is not None:
            return self._text[moved.start : moved.end]
        return self._lines(list_entry(member, node.start_mark.column, flow=True))

    def _line_end(self, at: int) -> int:
        return self._text.index("\n", at) + 1

    def _lines(self, lines: list[str]) -> str:
        return self._breaks("\n".join(lines) + "\n")

    def _breaks(self, lines: str) -> str:
        return lines.replace("\n", "\r\n") if "\r\n" in self._text else lines


def _has_groups(value: Any) -> bool:
    return isinstance(value, Mapping) and any(isinstance(member, Mapping | list) and member for member in value.values())
