"""Reads the saved tests of a rule set."""

from __future__ import annotations

from datetime import UTC, datetime

from rules.context import ContextRefused, RuleContext
from rules.document import TRIGGERS, SavedTest
from rules.messages import Text
from rules.parser.reading import A_LIST, A_MAPPING, Reader, as_mapping, join
from rules.problems import Problems
from rules.source import Mapping, Node, Sequence, text_of, to_plain
from rules.values import parse_time

EXPECT_KEYS = ("matched", "flags", "order", "effects", "errors")
FLAGS = ("unhandled", "needs_attention", "skipped", "invalid_service")

UNKNOWN_TRIGGER = Text('"{found}" is no trigger; use one of {known}', '"{found}" no es un disparador; usa uno de {known}')
BAD_NOW = Text("`now` must be a time such as 2026-03-01T09:00:00Z", "`now` debe ser una hora como 2026-03-01T09:00:00Z")
UNKNOWN_FLAG = Text('"{found}" is no flag; flags are {known}', '"{found}" no es un indicador; los hay {known}')


def read_test(node: Node, path: str, problems: Problems) -> SavedTest | None:
    """One saved test, or None when it is wrong (which is reported)."""
    reader = as_mapping(node, path, problems)
    if reader is None:
        return None
    before = len(problems.found)
    reader.check_keys(("name", "order", "expect", "context", "now", "trigger"), required=("order", "expect"))
    order = _mapping(reader, "order")
    expect = _mapping(reader, "expect")
    if expect is not None:
        _check_expectations(Reader(expect, join(path, "expect"), problems))
    context = _mapping(reader, "context")
    if context is not None:
        try:
            RuleContext.parse(to_plain(context))
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
    if len(problems.found) > before or order is None or expect is None:
        return None
    return SavedTest(
        name=reader.text("name") or path,
        order=to_plain(order),
        expect=to_plain(expect),
        context=None if context is None else to_plain(context),
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


def _check_expectations(reader: Reader) -> None:
    reader.check_keys(EXPECT_KEYS)
    for key in ("matched", "flags", "effects", "errors"):
        node = reader.mapping.entries.get(key)
        if node is not None and not isinstance(node, Sequence):
            reader.wrong_type(key, A_LIST)
    _mapping(reader, "order")
    for number, node in enumerate(
        reader.list("flags") or [] if isinstance(reader.mapping.entries.get("flags"), Sequence) else []
    ):
        flag = text_of(node)
        if flag not in FLAGS:
            path = f"{reader.path}.flags[{number}]"
            reader.problems.error(node.line, path, "unknown_flag", UNKNOWN_FLAG, found=flag or "", known=", ".join(FLAGS))


def _now(reader: Reader) -> datetime | None:
    if "now" not in reader.mapping.entries:
        return None
    time = parse_time(reader.text("now"))
    if time is None:
        reader.problems.error(reader.line_of("now"), join(reader.path, "now"), "bad_now", BAD_NOW)
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)
