"""Reads conditions on numbers over lines: `{count_items: …, is: at_least, value: 3}`."""

from __future__ import annotations

from typing import Protocol, cast

from rules.document import Aggregate, AggregateKind, Always, Condition, Node
from rules.fields import ITEM_FIELDS, Field
from rules.fields.measures import MEASURES, Measure
from rules.messages import Text
from rules.parser.reading import SWITCH, Reader, as_mapping, is_off, join
from rules.placeholders import suggestion
from rules.problems import Problems
from rules.source import Node as SourceNode
from rules.source import Scalar
from rules.values import FieldType
from rules.vocabulary import AGGREGATE_KEYS, AGGREGATES

COUNT = "count_items"

# Under what name the numbers are compared.
NUMBERS = {kind: Field(kind, FieldType.NUMBER, words.label, words.help) for kind, words in AGGREGATES.items()}

NESTED = Text(
    "`{key}` asks about all lines of the order: it cannot stand in what is asked of one line",
    "`{key}` pregunta por todas las líneas del pedido: no puede estar en lo que se pregunta de una",
)
NO_MEASURE = Text(
    '"{name}" is not a number of an item{hint}; there are: {known}',
    '"{name}" no es un número de un artículo{hint}; hay: {known}',
)
NO_LINE_LEFT = Text(
    "what is switched off here is all that `{key}` has: write always to take all lines, or switch off the whole condition",
    "lo que aquí se desactiva es todo lo que tiene `{key}`: escribe always para tomar todas las líneas o desactiva la condición "
    "entera",
)


class Conditions(Protocol):
    """Reads the parts of an aggregate that other nodes have too."""

    def read(self, node: SourceNode, path: str, *, of_item: bool = False, depth: int = 0) -> Node | None: ...

    def comparison(self, reader: Reader, field: Field) -> Condition | None: ...


class AggregateReader:
    """Reads the aggregates of one rule."""

    def __init__(self, conditions: Conditions, problems: Problems) -> None:
        self._conditions = conditions
        self._problems = problems

    def read(self, reader: Reader, kind: str, of_item: bool, depth: int) -> Aggregate | None:
        """The node, or None when something in it is wrong (which is reported)."""
        line = reader.line_of(kind)
        reader.check_keys((kind, "is", "value", "than", SWITCH), required=("is",))
        if of_item:
            self._problems.error(line, join(reader.path, kind), "nested_item_group", NESTED, key=kind)
            return None
        compared = self._conditions.comparison(reader, NUMBERS[kind])
        if kind == COUNT:
            measure = None
            node = self._lines(reader, kind, depth)
        else:
            inner = as_mapping(reader.mapping.entries[kind], join(reader.path, kind), self._problems)
            if inner is None:
                return None
            inner.check_keys(tuple(AGGREGATE_KEYS), required=tuple(AGGREGATE_KEYS))
            measure = self._measure(inner)
            node = self._lines(inner, "when", depth)
            if measure is None:
                return None
        if node is None or compared is None:
            return None
        return Aggregate(cast(AggregateKind, kind), measure, node, compared, reader.path, line)

    def _lines(self, reader: Reader, key: str, depth: int) -> Node | None:
        """Which lines count."""
        node = reader.mapping.entries.get(key)
        if node is None:
            return None
        path = join(reader.path, key)
        if isinstance(node, Scalar) and node.value == "always":
            return Always(path, node.line)
        if is_off(node):
            self._problems.error(node.line, path, "nothing_left", NO_LINE_LEFT, key=key)
            return None
        return self._conditions.read(node, path, of_item=True, depth=depth + 1)

    def _measure(self, reader: Reader) -> Measure | None:
        if "of" not in reader.mapping.entries:
            return None
        name = reader.text("of")
        measure = MEASURES.get(name)
        if measure is None:
            code = "unknown_field" if ITEM_FIELDS.find(name) is None else "no_number_of_item"
            hint, known = suggestion(name, list(MEASURES)), ", ".join(MEASURES)
            path = join(reader.path, "of")
            self._problems.error(reader.line_of("of"), path, code, NO_MEASURE, name=name, hint=hint, known=known)
        return measure
