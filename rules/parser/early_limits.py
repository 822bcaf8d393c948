"""Limits that are checked while a rule document is still being read, so that it is refused early.

The reader asks at each list and group, and so need not read a huge document to its end to find a limit passed at its start.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from rules.messages import Message, Text
from rules.parser.conditions import MAX_CONDITIONS, MAX_VALUES
from rules.parser.reading import A_LIST, A_MAPPING, WRONG_TYPE

MAX_RULES = 1000

NO_COLLECTION = Text(
    "neither a list nor a group of keys can stand here", "aquí no puede haber ni una lista ni un grupo de claves"
)
MORE_RULES = Text("more than {limit} rules; a set may have {limit}", "más de {limit} reglas; un conjunto puede tener {limit}")
MORE_VALUES = Text("more than {limit} values; a list may have {limit}", "más de {limit} valores; una lista puede tener {limit}")
MORE_KEYS = Text("more than {limit} keys stand here", "aquí hay más de {limit} claves")
MORE_CONDITIONS = Text(
    "this rule has more than {limit} conditions; a rule may have {limit}",
    "esta regla tiene más de {limit} condiciones; una regla puede tener {limit}",
)

_RULE = re.compile(r"(rules\[[0-9]+\])\.when\b")
_ACTIONS = re.compile(r"rules\[[0-9]+\]\.then")
_LISTS = ("rules", "tests")
_DEPTH_OF_LISTS = 2


class Refusal(NamedTuple):
    """Why a document is bound to be refused, and the path to say it of."""

    path: str
    message: Message


class EarlyLimits:
    """Watches one document. Each method gives a refusal, or None as long as the document may be sound."""

    def __init__(self) -> None:
        self._rule = ""
        self._conditions = 0

    def opened(self, path: str, depth: int, is_list: bool) -> Refusal | None:
        """A list or a group begins; depth 1 is the document itself."""
        if depth == _DEPTH_OF_LISTS and path not in _LISTS:
            return Refusal(path, Message("wrong_type", NO_COLLECTION))
        wants_list = depth == _DEPTH_OF_LISTS
        if depth > _DEPTH_OF_LISTS + 1 or is_list == wants_list:
            return None
        wanted, found = (A_LIST, A_MAPPING) if wants_list else (A_MAPPING, A_LIST)
        return Refusal(path, Message("wrong_type", WRONG_TYPE, {"wanted": wanted, "found": found}))

    def grew(self, path: str, members: int, is_list: bool) -> Refusal | None:
        """A list or a group has so many members. Orders of saved tests and the actions of a rule may have any number."""
        if members <= MAX_VALUES or path.startswith("tests") or _ACTIONS.fullmatch(path):
            return None
        if path == "rules" and is_list:
            return Refusal(path, Message("limit_rules", MORE_RULES, {"limit": MAX_RULES}))
        if not is_list:
            return Refusal(path, Message("limit_values", MORE_KEYS, {"limit": MAX_VALUES}))
        return Refusal(path, Message("limit_values", MORE_VALUES, {"limit": MAX_VALUES}))

    def found_key(self, path: str, key: str) -> Refusal | None:
        """A group has this key."""
        rule = _RULE.match(path) if key == "field" else None
        if rule is None:
            return None
        if rule[1] != self._rule:
            self._rule, self._conditions = rule[1], 0
        self._conditions += 1
        if self._conditions <= MAX_CONDITIONS:
            return None
        return Refusal(rule.group(), Message("limit_conditions", MORE_CONDITIONS, {"limit": MAX_CONDITIONS}))
