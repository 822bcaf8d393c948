"""A rule as its form was sent: what was changed there is changed in the rule's data, all else stays."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from adapters.web.rules.form_values import lines_of, pair_of, pairs_as_lines, shown_text, typed_lines, typed_pairs, typed_value
from adapters.web.rules.shown_rule import is_condition, is_over_lines, list_named
from adapters.web.rules.times_form import TIMES_KEYS, read_times
from rules.actions import Parameter, ParameterKind
from rules.actions.registry import find_action
from rules.document import DEFAULT_TRIGGERS, TRIGGERS
from rules.editing.nodes import aggregate_kind, group_kind, keys_of, lines_path
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, Field
from rules.fields.measures import MEASURES
from rules.messages import Language
from rules.operators import Operator, Takes, find_operator, operators_of
from rules.parser.aggregates import COUNT, NUMBERS
from rules.parser.conditions import GROUPS, ITEM_GROUPS, MAX_VALUES
from rules.parser.reading import SWITCH
from rules.values import FieldType
from rules.vocabulary import AGGREGATES

TEXT_KEYS = ("id", "name", "group", "why", "owner", "review_by")
TICKS = {"enabled": True, "stop": False, "once": False}  # and what they are where they are not written
ORDER = ("id", "name", "group", "why", "owner", "review_by", "enabled", "on", *TIMES_KEYS)  # where a new key goes
_NUMBERS = {ParameterKind.INTEGER, ParameterKind.NUMBER, ParameterKind.AMOUNT, ParameterKind.BOOLEAN_OR_NUMBER}

Form = Mapping[str, str]
Members = Callable[[str], Sequence[str]]


def read_rule_form(
    rule: Mapping[str, Any], form: Form, triggers: list[str] | None, language: Language, members: Members
) -> dict[str, Any]:
    """The rule with what the form says of it. `triggers` are those that were ticked; None leaves them as they are.

    `members` are those of a named list, which a condition gets that no longer names it.
    """
    reader = _FormReader(form, language, members)
    changed = dict(rule)
    for key in TEXT_KEYS:
        if key in form:
            _put_text(changed, key, form[key].replace("\r\n", "\n"), language)
    for key, usual in TICKS.items():
        if f"{key}:shown" in form:
            _put(changed, key, key in form, usual)
    if triggers is not None:
        _put_triggers(changed, triggers)
    for key, value in read_times(rule, form, language).items():
        _put_value(changed, key, value)
    if "when" in changed:
        changed["when"] = reader.node(changed["when"], "when")
    calls = changed.get("then")
    if isinstance(calls, list):
        changed["then"] = [reader.action(call, f"then[{number}]") for number, call in enumerate(calls)]
    return changed


def path_after(path: str, form: Form) -> str:
    """Where what stood at a path stands in the rule as the form has it, in which groups may be of another kind."""
    before, after = "", ""
    keys = keys_of(path)
    for place, key in enumerate(keys):
        name = wanted_kind(form, before, key) if isinstance(key, str) else key
        before = _step(before, key)
        if key == "when" and place and keys[place - 1] in AGGREGATES:
            continue  # has been added with what it stands in
        after = _step(after, name)
        if name in AGGREGATES and place < len(keys) - 1:
            after = lines_path(after.rpartition(".")[0], str(name))
    return after


def wanted_kind(form: Form, path: str, kind: str) -> str:
    """What the form has the group or number at a path be: of its own kind, or of one that it can change into."""
    wanted = form.get(f"{path}:kind", kind)
    return wanted if any(kind in kinds and wanted in kinds for kinds in (GROUPS, ITEM_GROUPS, tuple(AGGREGATES))) else kind


def _step(path: str, key: str | int) -> str:
    if isinstance(key, int):
        return f"{path}[{key}]"
    return f"{path}.{key}" if path else key


def _put_text(rule: dict[str, Any], key: str, text: str, language: Language) -> None:
    if text == shown_text(rule.get(key), language):
        return
    text = text.strip()
    if not text and key != "id":
        rule.pop(key, None)
    elif key in rule:
        rule[key] = text
    else:
        _insert(rule, key, text)


def _put(rule: dict[str, Any], key: str, value: bool, usual: bool) -> None:
    if rule.get(key, usual) is value:
        return
    if key in rule:
        rule[key] = value
    else:
        _insert(rule, key, value)


def _put_value(rule: dict[str, Any], key: str, value: Any) -> None:
    if value is None:
        rule.pop(key, None)
    elif key in rule:
        rule[key] = value
    else:
        _insert(rule, key, value)


def _put_triggers(rule: dict[str, Any], ticked: list[str]) -> None:
    before = rule.get("on")
    now = [one for one in TRIGGERS if one in ticked]
    known = list(DEFAULT_TRIGGERS) if before is None else before
    if not isinstance(known, list) or set(now) == {str(one) for one in known}:
        return
    others = [one for one in known if one not in TRIGGERS]  # which a form cannot show
    if "on" in rule:
        rule["on"] = [*now, *others]
    else:
        _insert(rule, "on", now)


def _insert(rule: dict[str, Any], key: str, value: Any) -> None:
    """Behind the keys that usually stand before it; what has no such place goes last."""
    before = ORDER[: ORDER.index(key)] if key in ORDER else tuple(rule)
    entries = list(rule.items())
    at = max((number + 1 for number, (name, _) in enumerate(entries) if name in before), default=0)
    rule.clear()
    rule.update([*entries[:at], (key, value), *entries[at:]])


class _FormReader:
    def __init__(self, form: Form, language: Language, members: Members) -> None:
        self._form = form
        self._language = language
        self._members = members

    def node(self, node: Any, path: str, of_item: bool = False) -> Any:
        kind = group_kind(node)
        if kind is not None:
            wanted = wanted_kind(self._form, path, kind)
            if kind in GROUPS:
                inner: Any = [self.node(one, f"{path}.{kind}[{number}]", of_item) for number, one in enumerate(node[kind])]
            else:
                inner = self.node(node[kind], f"{path}.{kind}", of_item=True)
            return {wanted if key == kind else key: inner if key == kind else value for key, value in node.items()}
        if is_over_lines(node) and f"{path}:kind" in self._form:
            return self._over_lines(node, path)
        if is_condition(node) and f"{path}:field" in self._form:
            return self._condition(node, path, of_item)
        return node

    def _over_lines(self, node: Mapping[str, Any], path: str) -> dict[str, Any]:
        kind = aggregate_kind(node)
        assert kind is not None
        old, wanted = node[kind], wanted_kind(self._form, path, kind)
        lines = self.node(old if kind == COUNT else old["when"], lines_path(path, kind), of_item=True)
        of = self._form.get(f"{path}:of", next(iter(MEASURES)) if kind == COUNT else old["of"])
        asked: Any = lines
        if wanted != COUNT:
            asked = {"of": of, "when": lines} if kind == COUNT else {**old, "of": of, "when": lines}
        code = self._form.get(f"{path}:is", str(node.get("is", "")))
        operator, is_known = find_operator(FieldType.NUMBER, code), code in _codes(NUMBERS[kind])
        changed = {wanted: asked, "is": code}
        changed |= self._compared(node, path, operator, same_type=True) if is_known else self._kept(node, path)
        if SWITCH in node:
            changed[SWITCH] = node[SWITCH]
        order = [wanted if key == kind else key for key in node]
        return dict(sorted(changed.items(), key=lambda entry: order.index(entry[0]) if entry[0] in order else len(order)))

    def _condition(self, node: Mapping[str, Any], path: str, of_item: bool) -> dict[str, Any]:
        form = self._form
        name = form[f"{path}:field"]
        field = (ITEM_FIELDS if of_item else ORDER_FIELDS).find(name)
        code = form.get(f"{path}:is", str(node.get("is", "")))
        before = (ITEM_FIELDS if of_item else ORDER_FIELDS).find(str(node.get("field", "")))
        if field is not None and before is not None and code not in _codes(field) and code in _codes(before):
            code = first_operator(field)  # another field was chosen, and the page still showed how the one before is compared
        operator = None if field is None else find_operator(field.type, code)
        changed: dict[str, Any] = {"field": name, "is": code}
        same_type = before is not None and before.type is _type(field)
        if field is None or code not in _codes(field):
            changed |= self._kept(node, path)
        else:
            changed |= self._compared(node, path, operator, same_type=same_type)
        if f"{path}:case" in form:
            changed["match_case"] = True
        elif node.get("match_case") is False:
            changed["match_case"] = False
        if SWITCH in node:
            changed[SWITCH] = node[SWITCH]
        return changed

    def _compared(self, node: Mapping[str, Any], path: str, operator: Operator | None, *, same_type: bool) -> dict[str, Any]:
        """The value or other field that it is compared with; nothing where the operator takes neither."""
        than = self._form.get(f"{path}:than", "")
        if than and operator is not None and operator.against is not None:
            return {"than": than}
        if operator is not None and operator.value is not None:
            return {"value": self._value(node, path, operator, same_type=same_type)}
        return {}

    def _kept(self, node: Mapping[str, Any], path: str) -> dict[str, Any]:
        """What a comparison that there is not has beside it, to be complained of with it."""
        if "than" in node and f"{path}:value" not in self._form:
            return {"than": node["than"]}
        if "value" not in node and f"{path}:value" not in self._form:
            return {}
        return {"value": self._value(node, path, None, same_type=True)}

    def _value(self, node: Mapping[str, Any], path: str, operator: Operator | None, *, same_type: bool) -> Any:
        """The value as it was sent; as it is in the document where the form says the same."""
        old = node.get("value")
        named, chosen = list_named(old), self._form.get(f"{path}:list")
        if chosen:
            return old if chosen == named else {"list": chosen}
        if named is not None:
            return old if chosen is None else self._of_list(named, operator)
        is_number = _takes_numbers(operator)
        text = self._form.get(f"{path}:value")
        if text is None:
            return "" if old is None else old
        text = text.replace("\r\n", "\n")
        if f"{path}:high" in self._form:
            high = self._form[f"{path}:high"]
            if same_type and isinstance(old, list) and pair_of(old, self._language) == (text, high):
                return old
            return [typed_value(text, is_number=is_number), typed_value(high, is_number=is_number)]
        if operator is not None and operator.takes is Takes.PAIRS:
            return old if old is not None and pairs_as_lines(old) == text else typed_pairs(text)
        if same_type and old is not None and text in (lines_of(old, self._language), shown_text(old, self._language)):
            return self._fitted(old, operator)
        lines = [typed_value(line, is_number=is_number) for line in typed_lines(text)]
        return self._fitted(lines if len(lines) != 1 or isinstance(old, list) else lines[0], operator)

    def _of_list(self, name: str, operator: Operator | None) -> Any:
        """The members of a named list as typed values, as many as there may be."""
        is_number = _takes_numbers(operator)
        return self._fitted([typed_value(one, is_number=is_number) for one in self._members(name)[:MAX_VALUES]], operator)

    def _fitted(self, value: Any, operator: Operator | None) -> Any:
        """One value or a list, as the operator takes it. What does not fit stays, to be complained of."""
        if operator is None:
            return value
        takes = operator.takes
        if takes is Takes.LIST and not isinstance(value, list):
            return [value] if value != "" else []
        if takes is Takes.PAIR and not isinstance(value, list):
            return [value, ""]
        if isinstance(value, list) and takes in (Takes.ONE, Takes.ONE_OR_LIST) and not value:
            return ""
        if isinstance(value, list) and takes is Takes.ONE and len(value) == 1:
            return value[0]
        return value

    def action(self, call: Any, path: str) -> Any:
        action = find_action(str(call.get("do", ""))) if isinstance(call, Mapping) else None
        if action is None or f"{path}:shown" not in self._form:
            return call
        changed = dict(call)
        for parameter in action.parameters:
            text = self._form.get(f"{path}.{parameter.name}")
            if text is not None:
                self._put_parameter(changed, parameter, text.replace("\r\n", "\n"))
        return changed

    def _put_parameter(self, call: dict[str, Any], parameter: Parameter, text: str) -> None:
        old = call.get(parameter.name)
        if text == self._shown(parameter, old):
            return
        value = self._typed(parameter, text)
        if value is None and not parameter.required:
            call.pop(parameter.name, None)
        else:
            call[parameter.name] = "" if value is None else value

    def _shown(self, parameter: Parameter, value: Any) -> str:
        if parameter.kind is ParameterKind.TEXT_MAP:
            pairs = value.items() if isinstance(value, Mapping) else ()
            return "\n".join(f"{name}: {shown_text(one, self._language)}" for name, one in pairs)
        return lines_of(value, self._language) if isinstance(value, list) else shown_text(value, self._language)

    def _typed(self, parameter: Parameter, text: str) -> Any:
        """What was typed as the parameter takes it; None for nothing."""
        if not text.strip():
            return None
        match parameter.kind:
            case ParameterKind.TEXTS:
                return typed_lines(text)
            case ParameterKind.TEXT_MAP:
                pairs = [line.partition(":") for line in typed_lines(text)]
                return {name.strip(): value.strip() for name, _, value in pairs}
            case ParameterKind.BOOLEAN | ParameterKind.BOOLEAN_OR_NUMBER if text.strip() in ("true", "false"):
                return text.strip() == "true"
        return typed_value(text, is_number=parameter.kind in _NUMBERS)


def first_operator(field: Field) -> str:
    """What a new condition on a field asks."""
    return _codes(field)[0]


def _codes(field: Field) -> list[str]:
    return [*(one.code for one in operators_of(field.type)), "blank", "not_blank"]


def _type(field: Field | None) -> Any:
    return None if field is None else field.type


def _takes_numbers(operator: Operator | None) -> bool:
    return operator is not None and operator.value is not None and operator.value.code == "number"
