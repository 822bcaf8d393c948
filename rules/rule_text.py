"""Where each rule stands in the text of a YAML document, and edits that touch no other line.

Offsets come from the YAML parser; what is cut, moved and put in are whole lines, or the values of single keys.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from msgspec import Struct
from ruamel.yaml.error import YAMLError
from ruamel.yaml.nodes import MappingNode, Node, SequenceNode

from rules.document import RULE_KEYS
from rules.document_writer import flow_text, list_entry, mapping_entry
from rules.yaml_scanner import without_unicode_breaks, yaml_parser

SWITCHES = {"enabled": True, "stop": False, "once": False}  # and what they are where they are not written

_BLANK_START = re.compile(r"\A(?:[ \t]*\r?\n)+")
_BLANK_END = re.compile(r"(?<=\n)(?:[ \t]*\r?\n)+\Z")
_ENDS_BLANK = re.compile(r"\n[ \t]*\r?\n\Z")
_DASH = re.compile(r"( *)- +")


class Block(Struct, frozen=True):
    """The whole lines of one rule, with the comment lines right above it."""

    start: int
    end: int
    node: MappingNode


class RuleText(Struct, frozen=True):
    """A document's text cut at its rules. Every edit gives a new text; None where it cannot be made in place."""

    text: str
    key_end: int  # of the key `rules`
    list_end: int  # of its value, where that is an empty list in brackets
    indent: int  # of the dashes
    blocks: tuple[Block, ...]

    def moved(self, place: int, to: int) -> str:
        """With the rule at `place` standing at `to`; what stands between rules stays where it is."""
        order = list(self.blocks)
        order.insert(to, order.pop(place))
        parts = [self.text[: self.blocks[0].start]]
        for number, block in enumerate(order):
            parts += [self.text[block.start : block.end], self._gap(number)]
        return "".join(parts)

    def removed(self, place: int) -> str | None:
        """Without the rule at `place`, and with the blank lines of one side of it."""
        block = self.blocks[place]
        if len(self.blocks) == 1:
            if self.text[self.key_end : self.key_end + 1] != ":":
                return None
            return f"{self.text[: self.key_end]}: []{self.text[self.key_end + 1 : block.start]}{self.text[block.end :]}"
        before, after = self.text[: block.start], self.text[block.end :]
        if place == 0 or _ENDS_BLANK.search(before):
            after = _BLANK_START.sub("", after)
        if not after:
            before = _BLANK_END.sub("", before)
        return before + after

    def inserted(self, place: int, rule: Mapping[str, Any]) -> str:
        """With a new rule at `place`, set off as the others are."""
        lines = self._lines("\n".join(list_entry(rule, self.indent)) + "\n")
        if not self.blocks:
            rest = self.text.find("\n", self.list_end) + 1
            return f"{self.text[: self.key_end]}:{self.text[self.list_end : rest]}{lines}{self.text[rest:]}"
        gaps = [self._gap(number) for number in range(len(self.blocks) - 1)]
        space = next((gap for gap in gaps if not gap.strip()), self._lines("\n"))
        if place == len(self.blocks):
            at = self.blocks[-1].end
            return self.text[:at] + space + lines + self.text[at:]
        at = self.blocks[place].start
        return self.text[:at] + lines + space + self.text[at:]

    def rewritten(self, place: int, rule: Mapping[str, Any]) -> str:
        """With the rule at `place` written anew as a whole, below the comments right above it."""
        block = self.blocks[place]
        start = self.text.rfind("\n", 0, block.node.start_mark.index) + 1
        lines = self._lines("\n".join(list_entry(rule, self.indent)) + "\n")
        return self.text[:start] + lines + self.text[block.end :]

    def changed(self, place: int, old: Mapping[str, Any], new: Mapping[str, Any]) -> str | None:
        """With the keys of the rule at `place` that differ written anew."""
        node = self.blocks[place].node
        edits: list[tuple[int, int, str]] = []
        before = 0  # index of the pair that a new key follows
        written = {key.value: number for number, (key, _) in enumerate(node.value)}
        for key in RULE_KEYS:
            if key in written:
                before = written[key]
            if old.get(key) == new.get(key):
                continue
            wanted = new[key] if key in new else SWITCHES.get(key)
            if key not in written:
                edits.append(self._addition(node, before, key, wanted))
            elif key in new or key in SWITCHES:
                edits.append(self._replacement(node, written[key], wanted))
            elif node.flow_style or written[key] == 0:
                return None
            else:
                edits.append(self._deletion(node, written[key]))
        text = self.text
        edits.sort(key=lambda edit: edit[:2])
        while edits:  # from the back, so that the offsets of those in front stay right
            start, end, replacement = edits.pop()
            text = text[:start] + replacement + text[end:]
        return text

    def _gap(self, place: int) -> str:
        """What stands between the rule at `place` and the next, or after the last."""
        end = self.blocks[place + 1].start if place + 1 < len(self.blocks) else len(self.text)
        return self.text[self.blocks[place].end : end]

    def _addition(self, node: MappingNode, after: int, key: str, value: Any) -> tuple[int, int, str]:
        end = content_end(self.text, node.value[after][1])
        if node.flow_style:
            return end, end, f", {key}: {flow_text(value)}"
        end = self.text.index("\n", end) + 1
        return end, end, self._lines("\n".join(mapping_entry(key, value, node.start_mark.column)) + "\n")

    def _replacement(self, node: MappingNode, pair: int, value: Any) -> tuple[int, int, str]:
        key, old = node.value[pair]
        start, end = old.start_mark.index, content_end(self.text, old)
        is_short = "\n" not in self.text[key.start_mark.index : end] and not isinstance(value, Mapping | list)
        if node.flow_style or is_short:
            return start, end, flow_text(value)
        entry = "\n".join(mapping_entry(key.value, value, node.start_mark.column)).lstrip()
        return key.start_mark.index, end, self._lines(entry)

    def _deletion(self, node: MappingNode, pair: int) -> tuple[int, int, str]:
        key, value = node.value[pair]
        start = self.text.rfind("\n", 0, key.start_mark.index) + 1
        return start, self.text.index("\n", content_end(self.text, value)) + 1, ""

    def _lines(self, lines: str) -> str:
        return lines.replace("\n", "\r\n") if "\r\n" in self.text else lines


def find_rule_text(text: str) -> RuleText | None:
    """Where the rules stand in a sound YAML document; None when they do not each begin on a line of their own."""
    text = text if text.endswith("\n") else text + "\n"
    try:
        root = yaml_parser().compose(without_unicode_breaks(text)[0])
    except YAMLError:
        return None
    pairs = [(key, value) for key, value in root.value if key.value == "rules"]
    if root.flow_style or len(pairs) != 1 or not isinstance(pairs[0][1], SequenceNode):
        return None
    key, rules = pairs[0]
    if not rules.value:
        return RuleText(text, key.end_mark.index, rules.end_mark.index, 2, ())
    blocks: list[Block] = []
    indents = set()
    for node in rules.value:
        start = text.rfind("\n", 0, node.start_mark.index) + 1
        dash = _DASH.fullmatch(text[start : node.start_mark.index])
        if dash is None or not isinstance(node, MappingNode):
            return None
        indents.add(len(dash[1]))
        floor = blocks[-1].end if blocks else text.index("\n", key.end_mark.index) + 1
        end = end_of_lines(text, content_end(text, node), len(dash[1]))
        blocks.append(Block(with_comments_above(text, start, floor), end, node))
    return RuleText(text, key.end_mark.index, 0, indents.pop(), tuple(blocks)) if len(indents) == 1 else None


def content_end(text: str, node: Node) -> int:
    """The offset behind a node's last character; a block list or group itself ends only where the next thing starts."""
    if isinstance(node, SequenceNode | MappingNode) and not node.flow_style and node.value:
        last = node.value[-1]
        return content_end(text, last[1] if isinstance(last, tuple) else last)
    end: int = node.end_mark.index
    while end > node.start_mark.index and text[end - 1] in " \r\n":
        end -= 1
    return end


def end_of_lines(text: str, end: int, indent: int) -> int:
    """The end of the line of an offset, and of the comment lines below it that are indented deeper than a dash."""
    end = text.index("\n", end) + 1
    while comment := re.compile(rf" {{{indent + 1},}}#[^\n]*\n").match(text, end):
        end = comment.end()
    return end


def with_comments_above(text: str, start: int, floor: int) -> int:
    """The start of the comment lines right above a line, but not before `floor`."""
    while start > floor:
        above = text.rfind("\n", 0, start - 1) + 1
        if above < floor or not text[above:start].lstrip(" ").startswith("#"):
            break
        start = above
    return start
