"""Writes rule documents: JSON-like data as YAML in the style of the rule library, or as JSON.

Nothing is left to guessing: a text stands without quotes only where YAML 1.2 core, with `true` and `false` as the only
booleans, reads the same text back.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from rules.order_document import plain
from rules.source import OutOfRange, resolve_plain
from rules.written_decimal import WrittenDecimal

WIDTH = 110
GROUPS = ("all", "any", "none")
_MAX_SIMPLE_KEY = 1000  # YAML's readers look no further for the colon

# Words that no YAML reader takes for anything else: no indicator at the start, no `: `, no ` #`, no brackets or commas.
_PLAIN = re.compile(r"\w(?:[\w./@+*%$()'=?!&;-]|:(?=\w)| (?=[\w(]))*")


def yaml_text(data: Mapping[str, Any]) -> str:
    """A whole rule set as a YAML document, one blank line between rules."""
    lines: list[str] = []
    for key, value in data.items():
        if key in ("rules", "tests") and value:
            lines.append(f"{key}:")
            entries = ["\n".join(list_entry(member, 2)) for member in value]
            lines.append("\n\n".join(entries) if key == "rules" else "\n".join(entries))
        else:
            lines += mapping_entry(key, value, 0)
    return "\n".join(lines) + "\n"


def list_entry(value: Any, indent: int, *, flow: bool = False) -> list[str]:
    """The lines of one entry of a list, its dash at `indent`; a group in one line only with `flow`."""
    if not isinstance(value, Mapping) or not value or (flow and _fits(value, indent + 2)):
        return [f"{' ' * indent}- {flow_text(value)}"]
    lines = [line for key, member in value.items() for line in mapping_entry(key, member, indent + 2)]
    return [f"{' ' * indent}- {lines[0].lstrip()}", *lines[1:]]


def mapping_entry(key: str, value: Any, indent: int) -> list[str]:
    """The lines of one entry of a group, its key at `indent`."""
    start = " " * indent + scalar_text(key)
    if len(start) > _MAX_SIMPLE_KEY:
        return [f"{' ' * indent}? {scalar_text(key)}", f"{' ' * indent}: {flow_text(value)}"]
    if isinstance(value, list) and any(isinstance(member, Mapping | list) for member in value):
        return [f"{start}:", *(line for member in value for line in list_entry(member, indent + 2, flow=True))]
    if isinstance(value, Mapping) and value and not _fits(value, len(start) + 2):
        return [f"{start}:", *(line for name, member in value.items() for line in mapping_entry(name, member, indent + 2))]
    return [f"{start}: {flow_text(value)}"]


def flow_text(value: Any) -> str:
    """A value in one line: `{field: tags, is: includes, value: [a, b]}`."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(_flow_entry(key, member) for key, member in value.items()) + "}"
    if isinstance(value, list | tuple):
        return "[" + ", ".join(flow_text(member) for member in value) + "]"
    return scalar_text(value)


def scalar_text(value: Any) -> str:
    """One value; a text in double quotes unless it reads back as the same text without them."""
    if isinstance(value, str):
        return value if _is_plain(value) else _quoted(value)
    if isinstance(value, WrittenDecimal):
        return value.source
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return plain(value)
    return {None: "null", True: "true", False: "false"}[value]


def json_text(value: Any, indent: int = 0) -> str:
    """A value as JSON, exact in its numbers; lists and objects that fit stand on one line."""
    if isinstance(value, Mapping):
        members = [f"{json.dumps(key, ensure_ascii=False)}: {json_text(member, indent + 2)}" for key, member in value.items()]
        return _enclosed("{", members, "}", indent)
    if isinstance(value, list | tuple):
        return _enclosed("[", [json_text(member, indent + 2) for member in value], "]", indent)
    if isinstance(value, int | Decimal) and not isinstance(value, bool):
        return plain(value)
    return json.dumps(value, ensure_ascii=False)


def _enclosed(start: str, members: list[str], end: str, indent: int) -> str:
    line = start + ", ".join(members) + end
    if len(line) + indent <= WIDTH and "\n" not in line:
        return line
    space = " " * indent
    return f"{start}\n{space}  " + f",\n{space}  ".join(members) + f"\n{space}{end}"


def _flow_entry(key: str, value: Any) -> str:
    name = scalar_text(key)
    return f"{name}: {flow_text(value)}" if len(name) <= _MAX_SIMPLE_KEY else f"? {name} : {flow_text(value)}"


def _quoted(text: str) -> str:
    if text.isprintable():
        return json.dumps(text, ensure_ascii=False)
    return json.dumps(text).replace("\x7f", "\\u007f")  # which JSON lets stand, and YAML does not


def _is_plain(text: str) -> bool:
    if _PLAIN.fullmatch(text) is None:
        return False
    try:
        return isinstance(resolve_plain(text), str)
    except OutOfRange:
        return False


def _fits(value: Mapping[str, Any], indent: int) -> bool:
    return not _holds_group(value) and indent + len(flow_text(value)) <= WIDTH


def _holds_group(value: Any) -> bool:
    if not isinstance(value, Mapping):
        return False
    return any((key in GROUPS and bool(member)) or _holds_group(member) for key, member in value.items())
