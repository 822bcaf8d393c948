"""Random calls of actions, with parameters that go together."""

from __future__ import annotations

from typing import Any

from benchmarks.random_choices import NUMBERS, TAGS, TEXTS, TIMES, Chooser
from rules.actions import Action, Parameter, ParameterKind, all_actions, find_action

FREQUENT_ACTIONS = ("add_tag", "add_tag", "remove_tag", "set_service", "hold", "set_logistics_provider", "validate_service")
ENDING_ACTIONS = ("stop", "dont_import")
# Texts that mean something for a parameter of this name; the others take any.
WORDS = {
    "tag": (*TAGS, "{ship_to.city}", "{order_total}", "{carrier}x", "{skus}"),
    "carrier": ("dhl", "b c", "{carrier}"),
    "service": ("parcel", "ES"),
    "provider": ("acme", "ES", "{logistics_provider}", "{custom_field_1}"),
    "location": ("acme", "ES", "{ship_to.country}"),
}
ANY_WORDS = (*TEXTS, "{ship_to.country}", "{custom_field_1}", "to {ship_to.city}", "{weight_g}")
_CODES = tuple(sorted(action.code for action in all_actions()))


class ActionMaker(Chooser):
    """Makes calls of actions."""

    def action(self) -> dict[str, Any]:
        """A call of a random action."""
        action = find_action(self._dice.choice(FREQUENT_ACTIONS if self.chance(55) else _CODES))
        if action is None or (action.code in ENDING_ACTIONS and not self.chance(25)):
            return {"do": "add_tag", "tag": "t1"}
        return self.call(action)

    def call(self, action: Action) -> dict[str, Any]:
        """A call of an action with parameters that go together."""
        names = {parameter.name for parameter in action.parameters}
        dated = names & {"until", "date"}
        left_out = {self._dice.choice(("days", *dated))} if dated else set()
        if action.code == "hold" and self.chance(30):
            left_out |= {"days", "until"}
        call: dict[str, Any] = {"do": action.code}
        for parameter in action.parameters:
            if parameter.name in left_out or (not dated and not parameter.required and self.chance(50)):
                continue
            call[parameter.name] = self._parameter(parameter)
        if call.get("option") not in (None, "dry_ice"):
            call["value"] = self.chance(50)
        return call

    def _parameter(self, parameter: Parameter) -> Any:
        low, high = parameter.low or 0, parameter.high
        words = WORDS.get(parameter.name, ANY_WORDS)
        match parameter.kind:
            case ParameterKind.TEXT:
                return self._dice.choice(words)
            case ParameterKind.TEXTS:
                return self.some(words, 3)
            case ParameterKind.TEXT_MAP:
                return {name: self._dice.choice(words) for name in self.some(("vat", "ioss", "eori"), 3)}
            case ParameterKind.BOOLEAN:
                return self.chance(50)
            case ParameterKind.INTEGER:
                return self._dice.randrange(low, min(low + 3, high or low + 3) + 1)
            case ParameterKind.NUMBER | ParameterKind.AMOUNT | ParameterKind.BOOLEAN_OR_NUMBER:
                return self._number(parameter)
            case ParameterKind.TIME:
                return self._dice.choice(TIMES)
            case ParameterKind.CHOICE:
                return self._dice.choice(tuple(parameter.choices))

    def _number(self, parameter: Parameter) -> Any:
        numbers = [number for number in NUMBERS if parameter.low is None or number >= parameter.low]
        if parameter.kind is ParameterKind.BOOLEAN_OR_NUMBER:
            return self._dice.choice((True, False, *numbers))
        return self._dice.choice((*numbers, *parameter.choices))
