"""What `rules run` is measured against: a program that reads a rule set (JSON) and orders (JSON lines) and matches with zen.

    python benchmarks/peers/zen_program.py RULES.json ORDERS.jsonl

Prints {"order_number", "matched"} for each order. All rules are one array expression, compiled once. It is handed the line
as it stands in the file, so that only zen reads it, and gives back the order number with one boolean for each rule: the
fastest form found of all that zen offers (README.md). A condition on what earlier rules write becomes one on whether those
match. Nothing here looks for mistakes, and it knows no more of the rule language than the benchmarks' rules need.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from importlib import import_module
from itertools import compress
from typing import Any

COMPARISONS = {
    "equals": "==",
    "not_equals": "!=",
    "less_than": "<",
    "at_most": "<=",
    "greater_than": ">",
    "at_least": ">=",
}
FUNCTIONS = {"starts_with": "startsWith", "ends_with": "endsWith", "contains": "contains"}
ITEM_GROUPS = {"any_item": "some", "all_items": "all", "no_item": "none"}
DERIVED = {
    "line_count": "len(items)",
    "total_quantity": "sum(map(items, #.quantity))",
    "skus": "map(items, #.sku)",
}
NUMBERS = {
    "order_total",
    "weight_g",
    "line_count",
    "total_quantity",
    "delegation.round",
    "delegation.hours_left",
    "#.quantity",
}


def main() -> None:
    rules_file, orders_file = sys.argv[1:]
    with open(rules_file, "rb") as file:  # noqa: PTH123 - pathlib would make the start longer
        rules = json.load(file)["rules"]
    ids = [rule["id"] for rule in rules]
    evaluate = import_module("zen").compile_expression(array_expression(rules, "order_number")).evaluate
    dumps, write = json.dumps, sys.stdout.write
    with open(orders_file, "rb") as lines:  # noqa: PTH123
        for line in lines:
            number, *answers = evaluate(line)
            write(dumps({"order_number": number, "matched": list(compress(ids, answers))}) + "\n")


class Matcher:
    """The same in process."""

    def __init__(self, rules: list[dict[str, Any]]) -> None:
        self._ids = [rule["id"] for rule in rules]
        self._evaluate = import_module("zen").compile_expression(array_expression(rules)).evaluate

    def prepare(self, line: bytes) -> bytes:
        """What is matched: the JSON text, which zen reads about as fast as it takes over a dict."""
        return line

    def match(self, facts: bytes) -> list[str]:
        """The ids of the rules that match, in order."""
        return list(compress(self._ids, self._evaluate(facts)))


def array_expression(rules: list[dict[str, Any]], *first: str) -> str:
    """One expression for all rules: an array of some first members and one boolean for each rule."""
    expression = _Expression()
    members = [expression.add(rule) for rule in rules]
    assigned = "".join(f"{name} = {text}; " for name, text in expression.assigned.items() if name in expression.used)
    texts = [name if name in expression.used else expression.assigned[name] for name in members]
    return f"{assigned}[{', '.join([*first, *texts])}]"


class _Expression:
    """Rules in zen's language; each has a name, under which the conditions that ask for what it wrote know it."""

    def __init__(self) -> None:
        self.assigned: dict[str, str] = {}
        self.used: set[str] = set()
        self._tagged: dict[str, list[str]] = {}  # the rules that add a tag
        self._written: dict[str, list[tuple[str, str]]] = {}  # the rules that write a field, each with the value

    def add(self, rule: dict[str, Any]) -> str:
        """The name of one more rule, which comes after those added before."""
        name = f"r{len(self.assigned)}"
        self.assigned[name] = self._node(rule["when"], "")
        for action in rule["then"]:
            match action["do"]:
                case "add_tag":
                    self._tagged.setdefault(action["tag"], []).append(name)
                case "hold":
                    self._write("status", name, "on_hold")
                case "set_service":
                    self._write("carrier", name, action["carrier"])
                    self._write("service", name, action["service"])
                case "set_logistics_provider":
                    self._write("logistics_provider", name, action["provider"])
        return name

    def _write(self, field: str, name: str, value: str) -> None:
        text = value[1:-1] if value.startswith("{") else _literal(value)  # a placeholder: the value of another field
        self._written.setdefault(field, []).append((name, text))

    def _node(self, node: dict[str, Any], prefix: str) -> str:
        """A node of a rule; `prefix` stands before the fields of an item."""
        if "field" in node:
            return self._condition(prefix + node["field"], node["is"], node.get("value"))
        ((kind, inside),) = node.items()
        if kind in ITEM_GROUPS:
            return f"{ITEM_GROUPS[kind]}(items, {self._node(inside, '#.')})"
        joined = _joined("and" if kind == "all" else "or", (self._node(member, prefix) for member in inside))
        return f"not {joined}" if kind == "none" else joined

    def _condition(self, name: str, operator: str, value: Any) -> str:
        values = value if isinstance(value, list) else [value]
        if name not in NUMBERS:
            values = [str(one) for one in values]
        field = self._value(name)
        match operator:
            case "in" | "not_in":
                return f"{field} {operator.replace('_', ' ')} {_literal(values)}"
            case "between":
                return f"{field} in [{values[0]}..{values[1]}]"
            case "is_true":
                return f"{field} == true"
            case "blank" | "not_blank":
                return f"{field} {'==' if operator == 'blank' else '!='} null"
            case "starts_with" | "ends_with" | "contains":
                return _joined("or", (f"{FUNCTIONS[operator]}({field}, {_literal(one)})" for one in values))
            case "matches":
                return _joined("or", (f"matches({field}, {_literal('^' + one.replace('?', '.') + '$')})" for one in values))
            case "includes" | "excludes" | "includes_all":
                members = _joined("and" if operator == "includes_all" else "or", (self._member(field, one) for one in values))
                return f"not {members}" if operator == "excludes" else members
            case _:
                return f"{field} {COMPARISONS[operator]} {_literal(values[0])}"

    def _value(self, name: str) -> str:
        """A field's value after the rules so far: the last one that matched wrote it."""
        text = DERIVED.get(name, name)
        for rule, written in self._written.get(name, ()):
            self.used.add(rule)
            text = f"({rule} ? {written} : {text})"
        return text

    def _member(self, field: str, member: str) -> str:
        rules = self._tagged.get(member, ()) if field == "tags" else ()
        self.used.update(rules)
        return _joined("or", [*rules, f"{_literal(member)} in {field}"])


def _joined(word: str, parts: Iterable[str]) -> str:
    return f"({f' {word} '.join(parts)})"


def _literal(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)


if __name__ == "__main__":
    main()
