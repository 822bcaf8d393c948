"""The reference of the rule language as a Markdown page: every field, operator and action, from what is registered."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from rules.actions import Action, Parameter, ParameterKind, all_actions
from rules.document import DEFAULT_TRIGGERS
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, FieldCatalogue
from rules.fields.measures import MEASURES
from rules.messages import Language, Text
from rules.operators import PRESENCE, Operator, Takes, operators_of
from rules.schedule import STATES
from rules.values import FieldType
from rules.vocabulary import (
    AGGREGATES,
    DAYS,
    FIELD_TYPES,
    GROUPS,
    ITEM_GROUPS,
    LOOK_AGAIN_KEYS,
    RULE_KEYS,
    SCHEDULE_KEYS,
    STATUSES,
    TRIGGERS,
    Worded,
)

TITLE = Text("Rule reference", "Referencia de las reglas")
INTRODUCTION = Text(
    "All that rules can ask and do. How rules work is in [rules.md](rules.md). The command line writes this page:",
    "Todo lo que las reglas pueden preguntar y hacer. Cómo funcionan está en [rules.md](rules.md). Esta página la escribe la "
    "línea de comandos:",
)
COMMANDS: dict[Language, str] = {
    "en": "    .venv/bin/python app.py rules reference --language en > docs/rule-reference.md",
    "es": "    .venv/bin/python app.py rules reference --language es > docs/rule-reference.es.md",
}
RULE_KEYS_TITLE = Text("Keys of a rule", "Claves de una regla")
FIELDS = Text("Fields of an order", "Campos de un pedido")
ITEM_FIELDS_TITLE = Text("Fields of a line", "Campos de una línea")
ITEM_FIELDS_USE = Text(
    "For conditions inside `any_item`, `all_items` and `no_item`, and about which lines are counted and added up.",
    "Para las condiciones dentro de `any_item`, `all_items` y `no_item`, y sobre qué líneas se cuentan y suman.",
)
AGGREGATES_TITLE = Text("Numbers over lines", "Números de las líneas")
AGGREGATES_USE = Text(
    "`{example}`: compared as a number field is, by any operator of numbers, with a value or (`than`) with a number field of the "
    "order.",
    "`{example}`: se comparan como un campo numérico, con cualquier operador de números, con un valor o (`than`) con un campo "
    "numérico del pedido.",
)
AGGREGATE_EXAMPLE = "{sum_items: {of: quantity, when: {field: sku, is: equals, value: MUG-1}}, is: at_least, value: 3}"
MEASURES_USE = Text("What `of` takes:", "Lo que admite `of`:")
GROUPS_TITLE = Text("Groups", "Grupos")
TRIGGERS_TITLE = Text("When rules run", "Cuándo se ejecutan las reglas")
SCHEDULES_TITLE = Text("Rules that run by themselves", "Reglas que se ejecutan solas")
KEYS_OF = Text("Keys of `{key}`", "Claves de `{key}`")
DAYS_TITLE = Text("Days of the week: {codes}.", "Días de la semana: {codes}.")
STATUSES_TITLE = Text("Statuses for `over`: {codes}.", "Estados para `over`: {codes}.")
USUAL = Text("{help} Usual, unless `on` says otherwise.", "{help} Habitual, si `on` no dice otra cosa.")
OPERATORS_TITLE = Text("Operators", "Operadores")
EVERY_FIELD = Text("Every field", "Cualquier campo")
OPERATORS_OF = Text("Fields of type {type}", "Campos de tipo {type}")
ACTIONS_TITLE = Text("Actions", "Acciones")
NOT_CARRIED_OUT = Text(
    "*It is kept with the order; nothing carries it out yet.*", "*Queda guardado en el pedido; todavía nada lo lleva a cabo.*"
)
NO_PARAMETERS = Text("No parameters.", "Sin parámetros.")

FIELD_COLUMNS = (Text("field", "campo"), Text("called", "se llama"), Text("type", "tipo"), Text("what it is", "qué es"))
KEY_COLUMNS = (Text("key", "clave"), Text("meaning", "significado"))
WORD_COLUMNS = (Text("code", "código"), Text("called", "se llama"), Text("meaning", "significado"))
OPERATOR_COLUMNS = (Text("`is`", "`is`"), Text("called", "se llama"), Text("true when", "verdadero si"), Text("value", "valor"))
KEY_COLUMNS = (Text("key", "clave"), Text("meaning", "significado"))
PARAMETER_COLUMNS = (Text("parameter", "parámetro"), Text("called", "se llama"), Text("value", "valor"))

NO_VALUE = Text("none", "ninguno")
TAKES = {
    Takes.ONE: Text("{member}", "{member}"),
    Takes.LIST: Text("a list; each is {member}", "una lista; cada uno es {member}"),
    Takes.ONE_OR_LIST: Text("{member}; or a list of them", "{member}; o una lista"),
    Takes.PAIRS: Text(
        "`[low, high]`; each is {member}; or a list of such pairs",
        "`[mínimo, máximo]`; cada uno es {member}; o una lista de ellos",
    ),
    Takes.PAIR: Text("`[low, high]`; each is {member}", "`[mínimo, máximo]`; cada uno es {member}"),
}
OR_NAMED = Text("{value}; or `{{list: NAME}}`", "{value}; o `{{list: NOMBRE}}`")
KINDS = {
    ParameterKind.TEXT: Text("a text; may use fields: `{order_number}`", "un texto; puede usar campos: `{order_number}`"),
    ParameterKind.TEXTS: Text("a list of texts", "una lista de textos"),
    ParameterKind.TEXT_MAP: Text("names with a text each: `{vat: ES123}`", "nombres con un texto cada uno: `{vat: ES123}`"),
    ParameterKind.BOOLEAN: Text("`true` or `false`", "`true` o `false`"),
    ParameterKind.INTEGER: Text("a whole number", "un número entero"),
    ParameterKind.NUMBER: Text("a number", "un número"),
    ParameterKind.AMOUNT: Text("a number, or the name of a field:", "un número o el nombre de un campo:"),
    ParameterKind.BOOLEAN_OR_NUMBER: Text("`true`, `false` or a number", "`true`, `false` o un número"),
    ParameterKind.TIME: Text("a date or a time: `2026-03-01`", "una fecha o una hora: `2026-03-01`"),
    ParameterKind.CHOICE: Text("one of", "uno de"),
}
FROM_TO = Text("from {low} to {high}", "de {low} a {high}")
FROM = Text("from {low}", "desde {low}")
OPTIONAL = Text("may be left out", "se puede omitir")
DEFAULT = Text("without it {default}", "si falta, {default}")


def reference_page(language: Language = "en") -> str:
    """The whole page in one language, ending with a line break."""
    return "\n".join(_Page(language).lines())


class _Page:
    def __init__(self, language: Language) -> None:
        self._language = language

    def lines(self) -> Iterator[str]:
        yield from (f"# {self._say(TITLE)}", "", self._say(INTRODUCTION), "", COMMANDS[self._language], "")
        yield from self._section(RULE_KEYS_TITLE, self._rule_keys())
        yield from self._section(FIELDS, self._fields(ORDER_FIELDS))
        yield from self._section(ITEM_FIELDS_TITLE, (self._say(ITEM_FIELDS_USE), "", *self._fields(ITEM_FIELDS)))
        yield from self._section(GROUPS_TITLE, self._words({**GROUPS, **ITEM_GROUPS}))
        yield from self._section(AGGREGATES_TITLE, self._aggregates())
        yield from self._section(OPERATORS_TITLE, self._operators())
        yield from self._section(ACTIONS_TITLE, (line for action in _by_code() for line in self._action(action)))
        yield from self._section(TRIGGERS_TITLE, self._triggers())
        yield from self._section(SCHEDULES_TITLE, self._schedules())

    def _say(self, text: Text, **params: object) -> str:
        return text.format(self._language, **params)

    def _section(self, title: Text, lines: Iterable[str]) -> Iterator[str]:
        yield from (f"## {self._say(title)}", "", *lines)

    def _table(self, columns: Sequence[Text], rows: Iterable[Sequence[str]]) -> Iterator[str]:
        for row in ([self._say(column) for column in columns], ["---"] * len(columns), *rows):
            yield "| " + " | ".join(cell.replace("|", "\\|") for cell in row) + " |"
        yield ""

    def _rule_keys(self) -> Iterator[str]:
        return self._table(KEY_COLUMNS, ((f"`{key}`", self._say(help_)) for key, help_ in RULE_KEYS.items()))

    def _fields(self, catalogue: FieldCatalogue) -> Iterator[str]:
        return self._table(
            FIELD_COLUMNS,
            (
                (f"`{field.name}`", self._say(field.label), self._say(FIELD_TYPES[field.type]), self._say(field.help))
                for field in catalogue
            ),
        )

    def _words(self, words: Mapping[str, Worded]) -> Iterator[str]:
        return self._table(
            WORD_COLUMNS, ((f"`{code}`", self._say(word.label), self._say(word.help)) for code, word in words.items())
        )

    def _aggregates(self) -> Iterator[str]:
        yield from (self._say(AGGREGATES_USE, example=AGGREGATE_EXAMPLE), "")
        yield from self._words(AGGREGATES)
        yield from (self._say(MEASURES_USE), "")
        yield from self._words(MEASURES)

    def _triggers(self) -> Iterator[str]:
        return self._table(
            WORD_COLUMNS,
            (
                (
                    f"`{code}`",
                    self._say(words.label),
                    self._trigger_help(code, words),
                )
                for code, words in TRIGGERS.items()
            ),
        )

    def _schedules(self) -> Iterator[str]:
        for key, keys in (("schedule", SCHEDULE_KEYS), ("look_again", LOOK_AGAIN_KEYS)):
            yield from (f"### {self._say(KEYS_OF, key=key)}", "")
            yield from self._keys(keys)
        yield from (self._say(DAYS_TITLE, codes=self._codes(DAYS)), "")
        yield from (self._say(STATUSES_TITLE, codes=self._codes({code: STATUSES[code] for code in STATES})), "")

    def _keys(self, keys: Mapping[str, Text]) -> Iterator[str]:
        return self._table(KEY_COLUMNS, ((f"`{key}`", self._say(help_)) for key, help_ in keys.items()))

    def _codes(self, words: Mapping[str, Text]) -> str:
        return ", ".join(f"`{code}` ({self._say(word).lower()})" for code, word in words.items())

    def _trigger_help(self, code: str, words: Worded) -> str:
        return self._say(USUAL, help=words.help) if code in DEFAULT_TRIGGERS else self._say(words.help)

    def _operators(self) -> Iterator[str]:
        yield from (f"### {self._say(EVERY_FIELD)}", "")
        yield from self._words(PRESENCE)
        for type_ in FieldType:
            yield from (f"### {self._say(OPERATORS_OF, type=FIELD_TYPES[type_])}", "")
            yield from self._table(
                OPERATOR_COLUMNS,
                (
                    (f"`{operator.code}`", self._say(operator.label), self._say(operator.help), self._value(operator))
                    for operator in operators_of(type_)
                ),
            )

    def _value(self, operator: Operator) -> str:
        if operator.value is None:
            return self._say(NO_VALUE)
        value = self._say(TAKES[operator.takes], member=operator.value.help)
        return value if operator.of_list is None else self._say(OR_NAMED, value=value)

    def _action(self, action: Action) -> Iterator[str]:
        yield from (f"### `{action.code}`: {self._say(action.label)}", "", self._say(action.help), "")
        if not action.is_carried_out:
            yield from (self._say(NOT_CARRIED_OUT), "")
        if not action.parameters:
            yield from (self._say(NO_PARAMETERS), "")
            return
        yield from self._table(
            PARAMETER_COLUMNS,
            ((f"`{parameter.name}`", self._say(parameter.label), self._parameter(parameter)) for parameter in action.parameters),
        )

    def _parameter(self, parameter: Parameter) -> str:
        """`one of `hold` (put the order on hold), `alert` (raise an alert)`."""
        choices = ", ".join(f"`{code}` ({self._say(label)})" for code, label in parameter.choices.items())
        words = [f"{self._say(KINDS[parameter.kind])} {choices}".strip(), self._bounds(parameter)]
        if parameter.default is not None:
            words.append(self._say(DEFAULT, default=f"`{str(parameter.default).lower()}`"))
        elif not parameter.required:
            words.append(self._say(OPTIONAL))
        return "; ".join(word for word in words if word)

    def _bounds(self, parameter: Parameter) -> str:
        if parameter.low is None:
            return ""
        return self._say(FROM if parameter.high is None else FROM_TO, low=parameter.low, high=parameter.high)


def _by_code() -> list[Action]:
    return sorted(all_actions(), key=lambda action: action.code)
