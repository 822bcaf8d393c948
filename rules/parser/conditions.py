"""Reads `when`: groups, item groups and conditions; `aggregates` reads those on numbers over lines."""

from __future__ import annotations

from typing import Any, cast

from rules.document import Always, Condition, Group, GroupKind, ItemGroup, ItemGroupKind, Node
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, Field
from rules.messages import Message, Text
from rules.operators import BLANK, NOT_BLANK, Operator, Takes, codes_of, find_operator, is_known_code, operators_of
from rules.parser.aggregates import AggregateReader
from rules.parser.reading import SWITCH, Reader, is_off, join
from rules.placeholders import suggestion
from rules.problems import Problems
from rules.source import Mapping, Scalar, Sequence, text_of, to_plain
from rules.source import Node as SourceNode
from rules.values import FieldType, shown
from rules.vocabulary import AGGREGATES

MAX_CONDITIONS = 200
MAX_DEPTH = 8
MAX_VALUES = 1000

GROUPS = ("all", "any", "none")
ITEM_GROUPS = ("any_item", "all_items", "no_item")
NODE_KEYS = (*GROUPS, *ITEM_GROUPS, *AGGREGATES)  # of which a node that is not a plain condition has one
CONDITION_KEYS = ("field", "is", "value", "than", "match_case", SWITCH)

NO_NODE = Text(
    "{found} is not a condition: write `field` and `is`, or one of {known}, or the word always",
    "{found} no es una condición: escribe `field` e `is`, o uno de {known}, o la palabra always",
)
TWO_GROUPS = Text(
    "{found} stand in one node: put each into a node of its own", "{found} están en un mismo nodo: pon cada uno en su propio nodo"
)
NESTED_ITEMS = Text(
    "an item group cannot hold another item group", "un grupo de artículos no puede contener otro grupo de artículos"
)
ALWAYS_OF_ITEM = Text("`always` says nothing about an item", "`always` no dice nada de un artículo")
TOO_DEEP = Text(
    "groups are nested {depth} deep; the limit is {limit}", "los grupos se anidan {depth} niveles; el límite es {limit}"
)
UNKNOWN_FIELD = Text('"{name}" is not a field of an order{hint}', '"{name}" no es un campo de un pedido{hint}')
UNKNOWN_ITEM_FIELD = Text('"{name}" is not a field of an item{hint}', '"{name}" no es un campo de un artículo{hint}')
UNKNOWN_OPERATOR = Text('"{code}" is not an operator{hint}', '"{code}" no es un operador{hint}')
WRONG_OPERATOR = Text(
    "`{code}` does not fit {field}, which is a {type} field; use one of {known}",
    "`{code}` no sirve para {field}, un campo de tipo {type}; usa uno de {known}",
)
NO_VALUE_WANTED = Text("`{code}` takes no value: remove {found}", "`{code}` no lleva valor: quita {found}")
VALUE_MISSING = Text("`{code}` needs a value", "`{code}` necesita un valor")
LIST_WANTED = Text("`{code}` needs a list: write [{found}]", "`{code}` necesita una lista: escribe [{found}]")
ONE_WANTED = Text("`{code}` takes one value, not the list {found}", "`{code}` lleva un solo valor, no la lista {found}")
PAIR_WANTED = Text(
    "`{code}` needs two values, [low, high], not {found}", "`{code}` necesita dos valores, [mínimo, máximo], no {found}"
)
NO_LIST_OF_LINES = Text(
    "`{key}` is a number over lines: write the numbers that it is compared with, a named list cannot stand here",
    "`{key}` es un número sobre líneas: escribe los números con los que se compara, aquí no puede ir una lista con nombre",
)
NO_LIST_WANTED = Text(
    "`{code}` compares with no named list; what does: {known}",
    "`{code}` no se compara con una lista con nombre; lo hacen: {known}",
)
NAMELESS_LIST = Text(
    "the name of a list is missing: write {list: fragile-skus}", "falta el nombre de la lista: escribe {list: fragiles}"
)
EMPTY_LIST = Text("an empty list compares with nothing", "una lista vacía no se compara con nada")
TOO_MANY_VALUES = Text("{count} values; a list may have {limit}", "{count} valores; una lista puede tener {limit}")
VALUE_AND_THAN = Text(
    "`value` and `than` are both there: compare with a value, or with another field",
    "están `value` y `than`: compara con un valor o con otro campo",
)
NO_FIELD_WANTED = Text(
    "`{code}` compares with no other field; what does: {known}", "`{code}` no se compara con otro campo; lo hacen: {known}"
)
OTHER_TYPE = Text(
    "{field} is a {type} field, {than} a {other} field: only fields of one type are compared",
    "{field} es un campo de tipo {type}; {than}, de tipo {other}: solo se comparan campos del mismo tipo",
)
NOTHING_LEFT = Text(
    "what is switched off here is all that `{key}` has: switch off {instead} instead",
    "lo que aquí se desactiva es todo lo que tiene `{key}`: desactiva en su lugar {instead}",
)
THE_RULE = Text("the rule", "la regla")
THE_GROUP = Text("the group", "el grupo")
CASE_OF_WHAT = Text(
    "`match_case` only means something for text and sets", "`match_case` solo tiene sentido en textos y conjuntos"
)


class ConditionReader:
    """Reads the conditions of one rule."""

    def __init__(self, problems: Problems) -> None:
        self._problems = problems
        self.count = 0  # of conditions so far
        self._aggregates = AggregateReader(self, problems)

    def read_whole(self, node: SourceNode, path: str) -> Node | None:
        """The `when` of a rule. It cannot be switched off: the rule can."""
        if is_off(node):
            self._problems.error(node.line, path, "nothing_left", NOTHING_LEFT, key="when", instead=THE_RULE)
            return None
        return self.read(node, path)

    def read(self, node: SourceNode, path: str, *, of_item: bool = False, depth: int = 0) -> Node | None:
        """The node, or None when something in it is wrong (which is reported)."""
        if isinstance(node, Scalar) and node.value == "always":
            if of_item:
                self._problems.error(node.line, path, "always_of_item", ALWAYS_OF_ITEM)
                return None
            return Always(path, node.line)
        if not isinstance(node, Mapping):
            known = ", ".join(NODE_KEYS)
            self._problems.error(node.line, path, "wrong_type", NO_NODE, known=known, found=shown(to_plain(node)))
            return None
        reader = Reader(node, path, self._problems)
        groups = [key for key in node.entries if key in NODE_KEYS]
        if len(groups) > 1:
            found = ", ".join(f"`{key}`" for key in groups)
            self._problems.error(node.line, path, "two_groups", TWO_GROUPS, found=found)
            for key in groups:  # what is wrong inside is said as well
                if key not in AGGREGATES and depth < MAX_DEPTH:
                    self._group(reader, key, of_item, depth)
            return None
        if not groups:
            return self._condition(reader, of_item)
        reader.boolean(SWITCH, True)
        if depth >= MAX_DEPTH:
            self._problems.error(node.line, path, "limit_depth", TOO_DEEP, depth=depth + 1, limit=MAX_DEPTH)
            return None
        if groups[0] in AGGREGATES:
            self.count += 1
            return self._aggregates.read(reader, groups[0], of_item, depth)
        reader.check_keys((*groups, SWITCH))
        return self._group(reader, groups[0], of_item, depth)

    def _group(self, reader: Reader, kind: str, of_item: bool, depth: int) -> Node | None:
        path, line = join(reader.path, kind), reader.line_of(kind)
        if kind in ITEM_GROUPS:
            if of_item:
                self._problems.error(line, path, "nested_item_group", NESTED_ITEMS)
                return None
            inner = reader.mapping.entries[kind]
            if is_off(inner):
                self._problems.error(inner.line, path, "nothing_left", NOTHING_LEFT, key=kind, instead=THE_GROUP)
                return None
            node = self.read(inner, path, of_item=True, depth=depth + 1)
            return None if node is None else ItemGroup(cast(ItemGroupKind, kind), node, reader.path, line)
        members = reader.list(kind)
        if members is None:
            return None
        nodes = [
            self.read(member, f"{path}[{number}]", of_item=of_item, depth=depth + 1)
            for number, member in enumerate(members)
            if not is_off(member)
        ]
        sound = tuple(node for node in nodes if node is not None)
        return Group(cast(GroupKind, kind), sound, reader.path, line) if len(sound) == len(nodes) else None

    def _condition(self, reader: Reader, of_item: bool) -> Condition | None:
        self.count += 1
        if not any(key in reader.mapping.entries for key in CONDITION_KEYS):
            known = ", ".join(NODE_KEYS)
            found = shown(to_plain(reader.mapping))
            self._problems.error(reader.mapping.line, reader.path, "no_condition", NO_NODE, known=known, found=found)
            return None
        reader.check_keys(CONDITION_KEYS, required=("field", "is"))
        field = self._field(reader, of_item)
        code = self._operator_code(reader, field)
        match_case = reader.boolean("match_case", False)
        reader.boolean(SWITCH, True)
        if field is None or code is None:
            return None
        if match_case and field.type not in (FieldType.TEXT, FieldType.SET):
            line = reader.line_of("match_case")
            self._problems.error(line, join(reader.path, "match_case"), "match_case_misplaced", CASE_OF_WHAT)
        return self._comparison(reader, field, code, match_case, of_item)

    def comparison(self, reader: Reader, field: Field) -> Condition | None:
        """How a mapping without `field` compares the one that it stands for."""
        code = self._operator_code(reader, field)
        value = reader.mapping.entries.get("value")
        if isinstance(value, Mapping) and "list" in value.entries:
            self._problems.error(value.line, join(reader.path, "value"), "no_list_wanted", NO_LIST_OF_LINES, key=field.name)
            return None
        return None if code is None else self._comparison(reader, field, code, match_case=False, of_item=False)

    def _comparison(self, reader: Reader, field: Field, code: str, match_case: bool, of_item: bool) -> Condition | None:
        if "than" in reader.mapping.entries:
            return self._compared(reader, field, code, match_case, of_item)
        value = reader.mapping.entries.get("value")
        if isinstance(value, Mapping) and "list" in value.entries:
            return self._listed(
                reader, field, code, match_case, of_item, Reader(value, join(reader.path, "value"), self._problems)
            )
        members = self._members(reader, field, code)
        if members is None:
            return None
        written = None if value is None else _written(value, field.type)
        lines = tuple(item.line for item in value.items) if isinstance(value, Sequence) else ()
        return Condition(field, of_item, code, members, match_case, written, reader.path, reader.mapping.line, lines)

    def _compared(self, reader: Reader, field: Field, code: str, match_case: bool, of_item: bool) -> Condition | None:
        """A condition that compares with another field."""
        line, path = reader.line_of("than"), join(reader.path, "than")
        than = self._field(reader, of_item, "than")
        operator = None if code in (BLANK, NOT_BLANK) else find_operator(field.type, code)
        if operator is None or operator.against is None:
            known = ", ".join(one.code for one in operators_of(field.type) if one.against is not None) or "-"
            self._problems.error(line, path, "no_field_wanted", NO_FIELD_WANTED, code=code, known=known)
        elif "value" in reader.mapping.entries:
            self._problems.error(line, path, "value_and_than", VALUE_AND_THAN)
        elif than is not None and than.type is not field.type:
            names = {"field": field.name, "type": field.type.value, "than": than.name, "other": than.type.value}
            self._problems.error(line, path, "other_type", OTHER_TYPE, **names)
        elif than is not None:
            return Condition(field, of_item, code, (), match_case, None, reader.path, reader.mapping.line, than=than)
        return None

    def _listed(
        self, reader: Reader, field: Field, code: str, match_case: bool, of_item: bool, value: Reader
    ) -> Condition | None:
        """A condition that compares with a named list."""
        value.check_keys(("list",))
        operator = None if code in (BLANK, NOT_BLANK) else find_operator(field.type, code)
        name = value.text("list").strip()
        if operator is None or operator.of_list is None:
            known = ", ".join(one.code for one in operators_of(field.type) if one.of_list is not None) or "-"
            self._problems.error(reader.line_of("value"), value.path, "no_list_wanted", NO_LIST_WANTED, code=code, known=known)
        elif not name:
            self._problems.error(value.line_of("list"), join(value.path, "list"), "nameless_list", NAMELESS_LIST)
        else:
            lines = (value.line_of("list"),)
            written = {"list": name}
            place = reader.path, reader.mapping.line, lines
            return Condition(field, of_item, code, (), match_case, written, *place, list_name=name)
        return None

    def _field(self, reader: Reader, of_item: bool, key: str = "field") -> Field | None:
        if key not in reader.mapping.entries:
            return None
        name = reader.text(key)
        catalogue = ITEM_FIELDS if of_item else ORDER_FIELDS
        field = catalogue.find(name)
        if field is None:
            text = UNKNOWN_ITEM_FIELD if of_item else UNKNOWN_FIELD
            hint = suggestion(name, catalogue.names())
            self._problems.error(reader.line_of(key), join(reader.path, key), "unknown_field", text, name=name, hint=hint)
        return field

    def _operator_code(self, reader: Reader, field: Field | None) -> str | None:
        if "is" not in reader.mapping.entries:
            return None
        code = reader.text("is")
        line, path = reader.line_of("is"), join(reader.path, "is")
        if not is_known_code(code):
            known = codes_of(field.type) if field else []
            self._problems.error(line, path, "unknown_operator", UNKNOWN_OPERATOR, code=code, hint=suggestion(code, known))
            return None
        if field is not None and code not in codes_of(field.type):
            self._problems.error(
                line,
                path,
                "operator_does_not_fit",
                WRONG_OPERATOR,
                code=code,
                field=field.name,
                type=field.type.value,
                known=", ".join(codes_of(field.type)),
            )
            return None
        return code

    def _members(self, reader: Reader, field: Field, code: str) -> tuple[Any, ...] | None:
        """The members of the value; None when they are wrong (which is reported)."""
        operator = None if code in (BLANK, NOT_BLANK) else find_operator(field.type, code)
        node = reader.mapping.entries.get("value")
        line, path = reader.line_of("value"), join(reader.path, "value")
        if operator is None or operator.takes is Takes.NOTHING:
            if node is not None:
                found = shown(to_plain(node))
                self._problems.error(line, path, "unexpected_value", NO_VALUE_WANTED, code=code, found=found)
                return None
            return ()
        if node is None or (isinstance(node, Scalar) and node.value is None):
            self._problems.error(line, path if node is not None else reader.path, "missing_value", VALUE_MISSING, code=code)
            return None
        if operator.takes is Takes.PAIRS:
            return self._pairs(operator, node, line, path)
        nodes = self._value_nodes(operator, node, line, path)
        return None if nodes is None else self._read_members(operator, nodes, line, path, isinstance(node, Sequence))

    def _pairs(self, operator: Operator, node: SourceNode, line: int, path: str) -> tuple[Any, ...] | None:
        """The pairs of a value that is one pair, or a list of them."""
        if not (isinstance(node, Sequence) and node.items and isinstance(node.items[0], Sequence)):
            pair = self._pair(operator, node, line, path)
            return None if pair is None else (pair,)
        if len(node.items) > MAX_VALUES:
            self._problems.error(line, path, "limit_values", TOO_MANY_VALUES, count=len(node.items), limit=MAX_VALUES)
        members = node.items[:MAX_VALUES]
        pairs = [self._pair(operator, member, member.line, f"{path}[{number}]") for number, member in enumerate(members)]
        sound = tuple(pair for pair in pairs if pair is not None)
        return sound if len(sound) == len(pairs) else None

    def _pair(self, operator: Operator, node: SourceNode, line: int, path: str) -> tuple[Any, ...] | None:
        if not (isinstance(node, Sequence) and len(node.items) == 2):
            found = shown(to_plain(node))
            self._problems.error(line, path, "pair_wanted", PAIR_WANTED, code=operator.code, found=found)
            return None
        return self._read_members(operator, node.items, line, path, True)

    def _value_nodes(self, operator: Operator, node: SourceNode, line: int, path: str) -> list[SourceNode] | None:
        code, takes = operator.code, operator.takes
        found = shown(to_plain(node))
        if takes is Takes.PAIR and not (isinstance(node, Sequence) and len(node.items) == 2):
            self._problems.error(line, path, "pair_wanted", PAIR_WANTED, code=code, found=found)
            return None
        if not isinstance(node, Sequence):
            if takes is Takes.LIST:
                self._problems.error(line, path, "list_wanted", LIST_WANTED, code=code, found=found.strip('"'))
                return None
            return [node]
        if takes is Takes.ONE:
            self._problems.error(line, path, "one_value_wanted", ONE_WANTED, code=code, found=found)
            return None
        if not node.items:
            self._problems.error(line, path, "empty_value", EMPTY_LIST)
            return None
        if len(node.items) > MAX_VALUES:
            self._problems.error(line, path, "limit_values", TOO_MANY_VALUES, count=len(node.items), limit=MAX_VALUES)
        return node.items[:MAX_VALUES]

    def _read_members(
        self, operator: Operator, nodes: list[SourceNode], line: int, path: str, is_list: bool
    ) -> tuple[Any, ...] | None:
        assert operator.read_member is not None
        members = []
        sound = True
        for number, node in enumerate(nodes):
            member = operator.read_member(node)
            if isinstance(member, Message):
                place = f"{path}[{number}]" if is_list else path
                self._problems.add("error", node.line, place, member)
                sound = False
            else:
                members.append(member)
        if not sound:
            return None
        refusal = None if operator.check_pair is None else operator.check_pair(*members)
        if refusal is not None:
            low, high = (shown(to_plain(node)) for node in nodes)
            self._problems.error(line, path, "low_above_high", refusal, low=low, high=high)
            return None
        return tuple(members)


def _written(node: SourceNode, type_: FieldType) -> Any:
    """A sound value as it stands in the document: where the field is not a number, `00501` and `true` are texts."""
    if isinstance(node, Sequence):
        return [_written(item, type_) for item in node.items]
    return to_plain(node) if type_ is FieldType.NUMBER else text_of(node)
