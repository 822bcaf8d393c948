"""A rule document that is edited rule by rule, while the rest of its text stays as it was written."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from rules.document import RuleSet
from rules.document_writer import json_text
from rules.parser import looks_like_json, parse_rule_set
from rules.problems import RuleSetRefused
from rules.render import as_data, render, rule_data
from rules.rule_text import RuleText, find_rule_text


class NoSuchRule(LookupError):
    """The document has no rule of this id."""


@dataclass(frozen=True, slots=True)
class RuleDocument:
    """A sound rule document: its text, and what stands in it. An edit gives a new document and leaves this one.

    In YAML an edit touches only the lines of its rule; comments, order and layout of all else stay. Comment lines right
    above a rule belong to it and go where it goes; those set off by a blank line stay where they are. Of a changed rule only
    the keys that differ are written anew, and the comments within their values are lost.

    JSON, and YAML whose rules do not each begin on a line of their own (`rules: [{…}, {…}]`), is written anew as a whole.
    """

    text: str
    rule_set: RuleSet

    @classmethod
    def read(cls, content: bytes | str) -> RuleDocument:
        """The document of a text. Raises RuleSetRefused with its problems when there are errors."""
        rule_set, problems = parse_rule_set(content)
        if rule_set is None:
            raise RuleSetRefused(problems)
        return cls(content if isinstance(content, str) else content.decode("utf-8-sig"), rule_set)

    def with_rule(self, rule: Mapping[str, Any], before: str | None = None) -> RuleDocument:
        """With a rule, given as a JSON object, in place of the one that has its id; a new one stands before another, or last.

        Raises RuleSetRefused when the rule has errors, and NoSuchRule for an unknown `before`.
        """
        data = as_data(self.rule_set)
        place = next((one.index for one in self.rule_set.rules if one.id == rule.get("id")), None)
        normal = _normal(rule)
        if place is None:
            position = len(data["rules"]) if before is None else self._place(before)
            data["rules"].insert(position, normal)
            return self._settled(data, lambda text: text.inserted(position, normal))
        old, data["rules"][place] = data["rules"][place], normal
        return self._settled(data, lambda text: text.changed(place, old, normal))

    def with_rule_enabled(self, rule_id: str, enabled: bool) -> RuleDocument:
        """With a rule switched on or off. Raises NoSuchRule."""
        return self.with_rule({**rule_data(self.rule_set.rules[self._place(rule_id)]), "enabled": enabled})

    def with_rule_moved(self, rule_id: str, before: str | None = None) -> RuleDocument:
        """With a rule standing before another one, or last. Raises NoSuchRule."""
        data = as_data(self.rule_set)
        place = self._place(rule_id)
        to = len(data["rules"]) if before is None else self._place(before)
        to -= to > place
        data["rules"].insert(to, data["rules"].pop(place))
        return self._settled(data, lambda text: text.moved(place, to))

    def without_rule(self, rule_id: str) -> RuleDocument:
        """Without a rule. Raises NoSuchRule."""
        data = as_data(self.rule_set)
        place = self._place(rule_id)
        del data["rules"][place]
        return self._settled(data, lambda text: text.removed(place))

    def _place(self, rule_id: str) -> int:
        for rule in self.rule_set.rules:
            if rule.id == rule_id:
                return rule.index
        raise NoSuchRule(rule_id)

    def _settled(self, data: dict[str, Any], edit: Callable[[RuleText], str | None]) -> RuleDocument:
        """The document of the edited text where that says what it should, else of the data, written anew."""
        is_json = looks_like_json(self.text)
        where = None if is_json else find_rule_text(self.text)
        text = None if where is None else edit(where)
        if text is not None:
            edited = RuleDocument.read(text)
            if as_data(edited.rule_set) == data:
                return edited
        written = RuleDocument.read(json_text(data) + "\n")
        return written if is_json else RuleDocument(render(written.rule_set), written.rule_set)


def _normal(rule: Mapping[str, Any]) -> dict[str, Any]:
    """The rule as `rule_data` gives it; one with errors as it is, for the whole document to be refused with it."""
    rule_set, _ = parse_rule_set(json_text({"rules": [rule]}))
    return dict(rule) if rule_set is None else rule_data(rule_set.rules[0])
