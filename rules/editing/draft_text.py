"""One rule document that is being edited: its text, what stands in it right or wrong, and its edits."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ruamel.yaml.nodes import MappingNode

from rules.document import Rule
from rules.document_writer import flow_text, json_text, yaml_text
from rules.editing.parts import cut
from rules.editing.splices import edited, same, splice_mapping
from rules.parser import looks_like_json, read_rule, read_source
from rules.problems import Problem
from rules.rule_text import RuleText, find_rule_text
from rules.source import Mapping as SourceMapping
from rules.source import Node, to_plain
from rules.source import Sequence as SourceSequence
from rules.yaml_scanner import without_unicode_breaks, yaml_parser

_COPY = "copy"


class Unreadable(ValueError):
    """A text in which no rules can be found; only as a text can it be put right."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(f"{len(problems)} problems")
        self.problems = list(problems)


class NoPlace(LookupError):
    """The document has no rule there."""


@dataclass(frozen=True, slots=True)
class DraftText:
    """A document's text and its data: JSON-like, numbers as they are written. Every edit gives a new one.

    In YAML an edit touches the lines of what changes and no others; JSON, and YAML whose rules do not each begin on a line of
    their own, is written anew as a whole.
    """

    text: str
    data: dict[str, Any]
    nodes: tuple[Node, ...] = field(default=(), compare=False, repr=False)  # the rules as they are written

    @classmethod
    def read(cls, text: str) -> DraftText:
        """Raises Unreadable for a text that is not a document, or has something else than a list where its rules should be."""
        parts = cut(text)
        root: Node | None = None if parts is None else parts.read()
        problems: list[Problem] = []
        if root is None:
            root, problems = read_source(text)
        data = None if root is None else to_plain(root)
        if not isinstance(data, dict):
            raise Unreadable(problems)
        rules = data.setdefault("rules", [])
        if not isinstance(rules, list) or any(not isinstance(rule, dict) for rule in rules):
            raise Unreadable(problems)
        found = root.entries.get("rules") if isinstance(root, SourceMapping) else None
        return cls(text, data, tuple(found.items) if isinstance(found, SourceSequence) else ())

    @property
    def rules(self) -> list[dict[str, Any]]:
        rules: list[dict[str, Any]] = self.data["rules"]
        return rules

    def rule(self, place: int) -> Rule | None:
        """The rule at a place as it would run; None while there is an error in it."""
        return read_rule(self.nodes[place])

    def ids(self) -> list[str]:
        """The ids of all rules; empty for a rule without one."""
        return [rule["id"] if isinstance(rule.get("id"), str) else str(rule.get("id") or "") for rule in self.rules]

    def place_of(self, rule_id: str) -> int:
        """Where the rule of an id stands. Raises NoPlace."""
        ids = self.ids()
        if rule_id not in ids:
            raise NoPlace(rule_id)
        return ids.index(rule_id)

    def with_rule(self, place: int, rule: Mapping[str, Any]) -> DraftText:
        """With the rule at a place saying something else."""
        old = self._rule(place)

        def change(where: RuleText, first: int) -> str | None:
            edits = splice_mapping(where.text, where.blocks[place - first].node, old, rule)
            return where.rewritten(place - first, rule) if edits is None else edited(where.text, edits)

        return self._with_rules([*self.rules[:place], dict(rule), *self.rules[place + 1 :]], place, place, change)

    def switched(self, place: int, enabled: bool) -> DraftText:
        """With a rule switched on or off."""
        rule = dict(self._rule(place))
        if enabled and "enabled" not in rule:
            return self
        if "enabled" in rule:
            return self.with_rule(place, {**rule, "enabled": enabled})
        return self.with_rule(place, _behind(rule, ("id", "name"), "enabled", False))

    def moved(self, place: int, to: int) -> DraftText:
        """With the rule at a place standing at another."""
        rules = list(self.rules)
        self._rule(to)
        rules.insert(to, rules.pop(place))
        return self._with_rules(
            rules, min(place, to), max(place, to), lambda where, first: where.moved(place - first, to - first)
        )

    def removed(self, place: int) -> DraftText:
        """Without the rule at a place."""
        self._rule(place)
        rules = [*self.rules[:place], *self.rules[place + 1 :]]
        return self._with_rules(rules, place - 1, place + 1, lambda where, first: where.removed(place - first))

    def inserted(self, place: int, rule: Mapping[str, Any]) -> DraftText:
        """With a new rule at a place."""
        rules = [*self.rules[:place], dict(rule), *self.rules[place:]]
        return self._with_rules(rules, place - 1, place, lambda where, first: where.inserted(place - first, rule))

    def copied(self, place: int, taken: Sequence[str] = ()) -> DraftText:
        """With a copy below the rule at a place, switched off, by an id that neither the document nor `taken` has."""
        rule = dict(self._rule(place))
        rule["id"] = free_id(f"{rule.get('id') or 'rule'}-{_COPY}", [*self.ids(), *taken])
        rule.pop("enabled", None)
        return self.inserted(place + 1, _behind(rule, ("id", "name"), "enabled", False))

    def with_head(self, head: Mapping[str, Any]) -> DraftText:
        """With other values of the document's own keys, such as `name`; None takes a key away."""
        data = {key: value for key, value in self.data.items() if head.get(key, "") is not None}
        new = {key: value for key, value in head.items() if value is not None and key not in data}
        data = {**new, **{key: head.get(key, value) for key, value in data.items()}}
        return self._settled(data, lambda: self._edited_head(data))

    def with_test(self, test: Mapping[str, Any]) -> DraftText:
        """With one more saved test."""
        tests = self.data.get("tests")
        return self.with_head({"tests": [*(tests if isinstance(tests, list) else []), dict(test)]})

    def _rule(self, place: int) -> dict[str, Any]:
        if not 0 <= place < len(self.rules):
            raise NoPlace(place)
        return self.rules[place]

    def _with_rules(
        self, rules: list[dict[str, Any]], first: int, last: int, edit: Callable[[RuleText, int], str | None]
    ) -> DraftText:
        """With other rules, of which only some are about the edit: it is told the place of the first of those it gets."""

        def make() -> str | None:
            begin, end = max(first, 0), min(last, len(self.rules) - 1)
            parts = cut(self.text)
            text = None if parts is None else parts.edited(begin, end, lambda where: edit(where, begin))
            if text is not None:
                return text
            where = find_rule_text(self.text)
            return None if where is None else edit(where, 0)

        return self._settled({**self.data, "rules": rules}, make)

    def _edited_head(self, data: Mapping[str, Any]) -> str | None:
        text = self.text if self.text.endswith("\n") else self.text + "\n"
        root = yaml_parser().compose(without_unicode_breaks(text)[0])
        if not isinstance(root, MappingNode):
            return None
        written = {key.value for key, _ in root.value}
        old = {key: value for key, value in self.data.items() if key in written}
        wanted = {key: value for key, value in data.items() if key in written or key != "rules"}
        edits = splice_mapping(text, root, old, wanted)
        return None if edits is None else edited(text, edits)

    def _settled(self, data: dict[str, Any], edit: Callable[[], str | None]) -> DraftText:
        """The draft of the edited text where that says what it should, else of the data, written anew."""
        if same(data, self.data):
            return self
        if not looks_like_json(self.text):
            text = edit()
            if text is not None:
                try:
                    found = DraftText.read(text)
                except Unreadable:
                    found = self
                if same_rules(found.data, data):
                    return found
            return DraftText.read(yaml_text(data))
        return DraftText.read(json_text(data) + "\n")


def same_rules(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """Whether two documents say the same, whatever the order of their keys."""
    return bool(_sorted(one) == _sorted(other))


def free_id(wanted: str, taken: Sequence[str]) -> str:
    """`wanted`, or with the first number behind it that makes it new."""
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _behind(rule: Mapping[str, Any], keys: Sequence[str], name: str, value: Any) -> dict[str, Any]:
    """The rule with one more key, behind the last of some that it has."""
    names = list(rule)
    at = max((names.index(key) + 1 for key in keys if key in rule), default=0)
    return dict([*list(rule.items())[:at], (name, value), *list(rule.items())[at:]])


def _sorted(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: _sorted(value[key]) for key in sorted(value)}
    if isinstance(value, list):
        return [_sorted(member) for member in value]
    return flow_text(value)
