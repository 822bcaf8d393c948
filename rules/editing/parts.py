"""Long YAML documents rule by rule: what is read of a rule is remembered by its text, and an edit looks at its neighbours only.

An entry of a block list that can be read by itself is the same entry in its list. Where a document cannot be cut like that, or
has anything wrong in its syntax, it is for the reader of whole documents to say.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

from msgspec import Struct

from rules.parser.early_limits import MAX_RULES
from rules.problems import Problems
from rules.rule_text import RuleText, find_rule_text
from rules.source import Mapping, Node, Scalar, Sequence
from rules.yaml_reader import read_yaml

FEWEST = 20  # rules; what has fewer is read as a whole soon enough
_KEPT = 4096  # rules that were read last
_KEY = re.compile(r"^rules:[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_HEAD, _TAIL = "rules:\n", "end-of-rules: true\n"


class Parts(Struct, frozen=True):
    """A document cut at its rules, each with the comments right above it and all that follows it."""

    text: str
    list_start: int  # of the first line below `rules:`
    starts: tuple[int, ...]
    end: int  # of the list

    def edited(self, first: int, last: int, edit: Callable[[RuleText], str | None]) -> str | None:
        """With an edit made to these rules alone; None where it cannot be made in place."""
        start, end = self.starts[first], self._end(last)
        tail = _TAIL if end < len(self.text) else ""
        where = find_rule_text(_HEAD + self.text[start:end] + tail)
        if where is None or len(where.blocks) != last - first + 1:
            return None
        new = edit(where)
        if new is None or not (new.startswith(_HEAD) and new.endswith(tail)):
            return None
        return self.text[:start] + new[len(_HEAD) : len(new) - len(tail)] + self.text[end:]

    def read(self) -> Mapping | None:
        """The document's root; None when some of it cannot be read by itself."""
        problems = Problems()
        rest = read_yaml(f"{self.text[: self.list_start]}  []\n{self.text[self.end :]}", problems)
        if problems.found or not isinstance(rest, Mapping) or "rules" not in rest.entries:
            return None
        rules: list[Node] = []
        line = self.text.count("\n", 0, self.starts[0])
        for number, start in enumerate(self.starts):
            part = self.text[start : self._end(number)]
            rule = _rule(part)
            if rule is None:
                return None
            rules.append(_lower(rule, line))
            line += part.count("\n")
        key_line = rest.lines["rules"]
        added = self.text.count("\n", self.list_start, self.end) - 1  # lines of the list, less the one that stood for it
        entries = {key: node if node.line <= key_line else _lower(node, added) for key, node in rest.entries.items()}
        lines = {key: line if line <= key_line else line + added for key, line in rest.lines.items()}
        return Mapping({**entries, "rules": Sequence(rules, rules[0].line)}, lines, rest.line)

    def _end(self, number: int) -> int:
        return self.starts[number + 1] if number + 1 < len(self.starts) else self.end


def cut(text: str) -> Parts | None:
    """A long document at its rules; None when it has few, or they do not each begin on a line of their own."""
    keys = list(_KEY.finditer(text))
    if len(keys) != 1 or not text.endswith("\n") or "\r" in text:
        return None
    list_start = keys[0].end() + 1
    dashes: list[int] = []
    indent, at, end = -1, list_start, len(text)
    while at < len(text):
        line_end = text.index("\n", at) + 1
        content = text[at:line_end].lstrip(" ")
        depth = line_end - at - len(content)
        if content.startswith("- ") and (indent < 0 or depth == indent):
            indent = depth
            dashes.append(at)
        elif depth == 0 and content.strip() and not content.startswith("#"):
            end = at
            break
        at = line_end
    if not FEWEST <= len(dashes) <= MAX_RULES:
        return None
    floor = list_start
    starts = []
    for dash in dashes:
        starts.append(_with_comments(text, dash, floor, indent))
        floor = text.index("\n", dash) + 1
    return Parts(text, list_start, tuple(starts), end)


def _with_comments(text: str, dash: int, floor: int, indent: int) -> int:
    """The start of the comment lines right above a rule; those that belong to the rule before are indented deeper."""
    start, lines = dash, []
    while start > floor:
        above = text.rfind("\n", 0, start - 1) + 1
        content = text[above:start].lstrip(" ")
        if not content.startswith("#"):
            break
        lines.append((above, start - above - len(content)))
        start = above
    follows_content = start > floor and text[text.rfind("\n", 0, start - 1) + 1 : start].strip()
    while lines and follows_content and lines[-1][1] > indent:
        start += len(text[start : text.index("\n", start) + 1])
        lines.pop()
    return start


@lru_cache(maxsize=_KEPT)
def _rule(part: str) -> Mapping | None:
    """The one rule of a part, its lines counted from the part's first."""
    problems = Problems()
    read = read_yaml(part, problems)
    if problems.found or not isinstance(read, Sequence) or len(read.items) != 1:
        return None
    return read.items[0] if isinstance(read.items[0], Mapping) else None


def _lower(node: Node, lines: int) -> Node:
    """The same so many lines further down."""
    match node:
        case Scalar():
            return Scalar(node.value, node.source, node.line + lines, node.typed)
        case Sequence():
            return Sequence([_lower(item, lines) for item in node.items], node.line + lines)
        case Mapping():
            entries = {key: _lower(member, lines) for key, member in node.entries.items()}
            return Mapping(entries, {key: line + lines for key, line in node.lines.items()}, node.line + lines)
