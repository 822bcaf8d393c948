"""Python source, generated for one rule set: it reads every value that its conditions look at and joins their answers.

What it does could be written as a loop over `Questions.answer`. Generated, a value that came before costs one look-up
and no call, which is most of what deciding costs (docs/adr/0006).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from engine.decide.items import ItemGroups
from engine.decide.questions import REMEMBERED_TYPES, Questions
from engine.decide.reading import Loader, no_object
from rules.context import RuleContext
from rules.facts import DERIVED
from rules.order_document import Document
from rules.values import FieldType, is_blank

# The bits of an order, and what each of the questions contributed to them.
ReadOrder = Callable[[Document, RuleContext, int], tuple[int, list[int]]]
ReadItems = Callable[[Document, int], int]


def generate_reader(questions: list[Questions], items: ItemGroups | None) -> ReadOrder:
    """The function that answers these questions, in their order, and then the item groups, about an order."""
    source = _Source()
    by_part: dict[str, list[int]] = {}
    for number, one in enumerate(questions):
        source.names |= {f"memory{number}": one.memory.get, f"answer{number}": one.answer, f"members{number}": one.answer_members}
        head, dot, _ = one.field.name.partition(".")
        by_part.setdefault(head if dot and one.field.name not in DERIVED else "", []).append(number)
    source.line(0, "def read(document, context, now):")
    source.line(1, "get = document.get")
    for part, numbers in by_part.items():
        if part:
            source.extend(_read_part(part, [(number, questions[number]) for number in numbers], source.names))
        else:
            for number in numbers:
                source.extend(_read_value(number, questions[number], "get", source.names, 1))
    found = [f"found{number}" for number in range(len(questions))]
    if items is not None:
        source.names["read_items"] = generate_item_reader(items)
        source.line(1, "found_items = read_items(document, now)")
        found.append("found_items")
    source.line(1, f"return {' | '.join(found) or '0'}, [{', '.join(found)}]")
    read: ReadOrder = source.function("read")
    return read


def generate_item_reader(items: ItemGroups) -> ReadItems:
    """The function that answers the item groups about an order."""
    source = _Source()
    source.names |= {"items_of": items.read, "bits_of": items.bits_of, "is_list": list, "is_object": dict}
    source.names |= {
        "verdicts": items.verdicts.get,
        "verdicts_of": items.verdicts_of,
        "answers": items.answers.get,
        "answer_of": items.answer_of,
    }
    for number, one in enumerate(items.questions):
        source.names |= {f"memory{number}": one.memory.get, f"answer{number}": one.answer, f"members{number}": one.answer_members}
    source.line(0, "def read_items(document, now):")
    source.line(1, "items = document.get('items')")
    source.line(1, "if type(items) is not list: return items_of(document, now)")
    source.line(1, "seen = 0")
    source.line(1, "for item in items:")
    source.line(2, "if type(item) is dict:")
    source.line(3, "get = item.get")
    for number, one in enumerate(items.questions):
        source.extend(_read_value(number, one, "get", source.names, 3, name=one.field.name))
    source.line(3, f"bits = {' | '.join(f'found{number}' for number in range(len(items.questions))) or '0'}")
    source.line(2, "else: bits = bits_of(item, now)")
    source.line(2, "found = verdicts(bits)")
    source.line(2, "seen |= verdicts_of(bits) if found is None else found")
    source.line(1, "found = answers(seen)")
    source.line(1, "return answer_of(seen) if found is None else found")
    read: ReadItems = source.function("read_items")
    return read


class _Source:
    """Lines of source, and what the names in them mean."""

    def __init__(self) -> None:
        self.names: dict[str, Any] = {"plain": REMEMBERED_TYPES}
        self._lines: list[str] = []

    def line(self, depth: int, text: str) -> None:
        self._lines.append("    " * depth + text)

    def extend(self, lines: Iterator[tuple[int, str]]) -> None:
        for depth, text in lines:
            self.line(depth, text)

    def function(self, name: str) -> Any:
        exec(compile("\n".join(self._lines), f"<generated {name}>", "exec"), self.names)  # noqa: S102 - no text of a rule is in it
        return self.names[name]


def _read_part(part: str, questions: list[tuple[int, Questions]], names: dict[str, Any]) -> Iterator[tuple[int, str]]:
    """The fields of one part of the order, such as `ship_to`."""
    names |= {"is_blank": is_blank, "no_object": no_object}
    yield 1, f"part = get({part!r})"
    yield 1, "if type(part) is dict:"
    yield 2, "get_part = part.get"
    for number, one in questions:
        yield from _read_value(number, one, "get_part", names, 2, name=one.field.name.partition(".")[2])
    yield 1, "elif is_blank(part):"
    for number, one in questions:
        yield 2, f"found{number} = {one.blank}"
    yield 1, "else:"
    yield 2, "part = no_object(part)"
    for number, _ in questions:
        yield 2, f"found{number} = answer{number}(part, now)"


def _read_value(
    number: int, one: Questions, get: str, names: dict[str, Any], depth: int, name: str | None = None
) -> Iterator[tuple[int, str]]:
    """One value, and the answer of its questions as `found<number>`."""
    if name is None and one.field.name in DERIVED:
        names[f"derive{number}"] = DERIVED[one.field.name]
        yield depth, f"value = derive{number}(document, context, now)"
    else:
        yield depth, f"value = {get}({(name or one.field.name)!r})"
    yield depth, f"if value is None: found{number} = {one.blank}"
    if one.field.type is FieldType.SET:
        yield depth, f"else: found{number} = members{number}(value, now)"
    elif not one.is_remembered:
        yield depth, f"else: found{number} = answer{number}(value, now)"
    else:
        yield depth, "else:"
        plain = "type(value) is str" if one.field.type is FieldType.TEXT else "type(value) in plain"
        yield depth + 1, f"found{number} = memory{number}(value) if {plain} else None"
        yield depth + 1, f"if found{number} is None: found{number} = answer{number}(value, now)"


class Reread:
    """Answers one of the questions again, about an order that was changed."""

    def __init__(self, asked: Questions) -> None:
        self._loader = Loader(asked.field)
        self._asked = asked
        self._is_set = asked.field.type is FieldType.SET

    def read(self, document: Document, context: RuleContext, now: int) -> int:
        value = self._loader.load(document, context, now)
        if type(value) in REMEMBERED_TYPES:
            found = self._asked.memory.get(value)
            if found is not None:
                return found
        return self._asked.answer_members(value, now) if self._is_set else self._asked.answer(value, now)
