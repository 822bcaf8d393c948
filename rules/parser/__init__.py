"""Turns the text of a rule document into a RuleSet, reporting every problem at once."""

from rules.parser.rule_set import looks_like_json, parse_rule_set, read_rule, read_rule_set, read_source, readable_of

__all__ = ["looks_like_json", "parse_rule_set", "read_rule", "read_rule_set", "read_source", "readable_of"]
