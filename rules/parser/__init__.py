"""Turns the text of a rule document into a RuleSet, reporting every problem at once."""

from rules.parser.rule_set import parse_rule_set

__all__ = ["parse_rule_set"]
