"""Reads the saved tests of a rule set."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from rules.context import ContextRefused, RuleContext
from rules.document import TRIGGERS, SavedTest
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, FieldCatalogue
from rules.fields.delegation import DELEGATION
from rules.fields.delegation import KEYS as DELEGATION_KEYS
from rules.fields.tracking import KEYS as TRACKING_KEYS
from rules.fields.tracking import TRACKING
from rules.messages import Text
from rules.parser.reading import A_MAPPING, A_TEXT, WRONG_TYPE, Reader, as_mapping, join
from rules.problems import Problems
from rules.source import Mapping, Node, Scalar, text_of, to_plain
from rules.values import FieldType, parse_time, shown

EXPECT_KEYS = ("matched", "flags", "order", "effects", "errors")
FLAGS = ("unhandled", "needs_attention", "skipped", "invalid_service")

UNKNOWN_TRIGGER = Text('"{found}" is not a trigger; use one of {known}', '"{found}" no es un disparador; usa uno de {known}')
BAD_NOW = Text(
    "`now` must be a time such as 2026-03-01T09:00:00Z, not {found}",
    "`now` debe ser una hora como 2026-03-01T09:00:00Z, no {found}",
)
UNKNOWN_FLAG = Text('"{found}" is not a flag; flags are {known}', '"{found}" no es un indicador; los hay {known}')


def read_test(node: Node, path: str, problems: Problems) -> SavedTest | None:
    """One saved test, or None when it is wrong (which is reported)."""
    reader = as_mapping(node, path, problems)
    if reader is None:
        return None
    before = len(problems.found)
    reader.check_keys(("name", "order", "expect", "context", "now", "trigger"), required=("order", "expect"))
    order = _mapping(reader, "order")
    expect = _mapping(reader, "expect")
    expected = {} if expect is None else _expectations(Reader(expect, join(path, "expect"), problems))
    context = _mapping(reader, "context")
    if context is not None:
        try:
            RuleContext.parse(to_plain(context, texts=True))
        except ContextRefused as refusal:
            for message in refusal.messages:
                problems.add("error", context.line, join(path, "context"), message)
    trigger = reader.text("trigger", "imported")
    if trigger not in TRIGGERS:
        problems.error(
            reader.line_of("trigger"),
            join(path, "trigger"),
            "unknown_trigger",
            UNKNOWN_TRIGGER,
            found=trigger,
            known=", ".join(TRIGGERS),
        )
    now = _now(reader)
    data = {} if order is None else _order(order, join(path, "order"), problems)
    if len(problems.found) > before or order is None or expect is None:
        return None
    return SavedTest(
        name=reader.text("name") or path,
        order=data,
        expect=expected,
        context=None if context is None else to_plain(context, texts=True),
        now=now,
        trigger=trigger,
        path=path,
        line=node.line,
    )


def _mapping(reader: Reader, key: str) -> Mapping | None:
    node = reader.mapping.entries.get(key)
    if node is not None and not isinstance(node, Mapping):
        reader.wrong_type(key, A_MAPPING)
    return node if isinstance(node, Mapping) else None


def _order(order: Mapping, path: str, problems: Problems) -> dict[str, Any]:
    """The order as data. Where a text is expected, what YAML alone takes for something else counts as it is written.

    It may hold any keys but within its delegation and its tracking, which are Relevo's own.
    """
    for own, keys in ((DELEGATION, DELEGATION_KEYS), (TRACKING, TRACKING_KEYS)):
        part = order.entries.get(own)
        if isinstance(part, Mapping):
            Reader(part, join(path, own), problems).check_keys(keys)
    return {key: _value(ORDER_FIELDS, key, node) for key, node in order.entries.items()}


def _value(catalogue: FieldCatalogue, name: str, node: Node) -> Any:
    if isinstance(node, Mapping):
        return {key: _value(catalogue, f"{name}.{key}", member) for key, member in node.entries.items()}
    field = catalogue.find(name)
    if isinstance(node, Scalar):
        text = text_of(node) if isinstance(node.value, bool) and field is not None and field.type is FieldType.TEXT else None
        return to_plain(node) if text is None else text
    if catalogue is ORDER_FIELDS and name == "items":
        return [
            {key: _value(ITEM_FIELDS, key, member) for key, member in item.entries.items()}
            if isinstance(item, Mapping)
            else to_plain(item)
            for item in node.items
        ]
    is_set = field is not None and field.type is FieldType.SET
    return [_text(member) if is_set else to_plain(member) for member in node.items]


def _text(node: Node) -> Any:
    is_typed_number = isinstance(node, Scalar) and node.typed and not isinstance(node.value, str)
    text = None if is_typed_number else text_of(node)
    return to_plain(node) if text is None else text


def _expectations(reader: Reader) -> dict[str, Any]:
    reader.check_keys(EXPECT_KEYS)
    expected: dict[str, Any] = {}
    for key in ("matched", "flags"):
        if key in reader.mapping.entries:
            expected[key] = [_expected_text(reader, key, number, node) for number, node in enumerate(reader.list(key) or [])]
    for key in ("effects", "errors"):
        if key in reader.mapping.entries:
            expected[key] = [to_plain(node) for node in reader.list(key) or []]
    order = _mapping(reader, "order")
    if order is not None:
        expected["order"] = _order(order, join(reader.path, "order"), reader.problems)
    return expected


def _expected_text(reader: Reader, key: str, number: int, node: Node) -> str | None:
    text, path = text_of(node), f"{join(reader.path, key)}[{number}]"
    if text is None:
        reader.problems.error(node.line, path, "wrong_type", WRONG_TYPE, wanted=A_TEXT, found=shown(to_plain(node)))
    elif key == "flags" and text not in FLAGS:
        reader.problems.error(node.line, path, "unknown_flag", UNKNOWN_FLAG, found=text, known=", ".join(FLAGS))
    return text


def _now(reader: Reader) -> datetime | None:
    if "now" not in reader.mapping.entries:
        return None
    written = reader.text("now")
    time = parse_time(written)
    if time is None:
        reader.problems.error(reader.line_of("now"), join(reader.path, "now"), "bad_now", BAD_NOW, found=shown(written))
    return time
