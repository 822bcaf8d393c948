"""Matches with CEL, by its binding to the Rust implementation (common-expression-language)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from importlib import import_module
from itertools import compress
from typing import Any

COMPARISONS = {"equals": "==", "less_than": "<", "at_most": "<=", "greater_than": ">", "at_least": ">="}
FUNCTIONS = {"starts_with": "startsWith", "ends_with": "endsWith", "contains": "contains"}
DERIVED = {"line_count": "size(items)", "skus": "items.map(i, i.sku)"}
OPTIONAL = {"custom_field_1": None, "requested_service": None}  # CEL has no value for what is missing


class Matcher:
    """All rules as one list expression, compiled once."""

    def __init__(self, rules: list[dict[str, Any]]) -> None:
        self._ids = [rule["id"] for rule in rules]
        self._program = import_module("cel").compile("[" + ", ".join(_node(rule["when"], "") for rule in rules) + "]")

    def prepare(self, line: bytes) -> dict[str, Any]:
        """What is matched: the order with all its fields."""
        return {**OPTIONAL, **json.loads(line)}

    def match(self, facts: dict[str, Any]) -> list[str]:
        """The ids of the rules that match, in order."""
        return list(compress(self._ids, self._program.execute(facts)))


def _node(node: dict[str, Any], prefix: str) -> str:
    if "field" in node:
        return _condition(prefix + node["field"], node["is"], node.get("value"))
    ((kind, inside),) = node.items()
    if kind == "any_item":
        return f"items.exists(i, {_node(inside, 'i.')})"
    joined = _joined("&&" if kind == "all" else "||", (_node(member, prefix) for member in inside))
    return f"!{joined}" if kind == "none" else joined


def _condition(name: str, operator: str, value: Any) -> str:
    field = DERIVED.get(name, name)
    values = value if isinstance(value, list) else [value]
    match operator:
        case "in":
            return f"{field} in {_literal(values)}"
        case "not_in":
            return f"!({field} in {_literal(values)})"
        case "between":
            return f"({field} >= {values[0]} && {field} <= {values[1]})"
        case "is_true":
            return field
        case "includes" | "excludes":
            members = _joined("||", (f"{_literal(one)} in {field}" for one in values))
            return f"!{members}" if operator == "excludes" else members
        case "starts_with" | "ends_with" | "contains":
            return _joined("||", (f"{field}.{FUNCTIONS[operator]}({_literal(one)})" for one in values))
        case _:
            return f"{field} {COMPARISONS[operator]} {_literal(value)}"


def _joined(sign: str, parts: Iterable[str]) -> str:
    return f"({f' {sign} '.join(parts)})"


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)
