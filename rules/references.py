"""What is wrong with a sound document in the light of a context: where it names what the account does not have."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any

from rules.actions import Reference
from rules.context import RuleContext, ServiceOffer
from rules.document import ActionCall, Condition, Rule, RuleSet, conditions_of
from rules.messages import Message, Text
from rules.operators import find_operator
from rules.placeholders import DID_YOU_MEAN, Template
from rules.problems import Problem, Problems
from rules.values import folded_text

UNKNOWN_PROVIDER = Text(
    'the account has no logistics provider "{found}"{hint}; connected: {known}',
    'la cuenta no tiene el proveedor de logística "{found}"{hint}; conectados: {known}',
)
UNKNOWN_CARRIER = Text(
    'no carrier account is with "{found}"{hint}; there are: {known}',
    'ninguna cuenta de transporte es de "{found}"{hint}; hay: {known}',
)
UNKNOWN_SERVICE = Text(
    'no carrier account offers the service "{found}"{hint}; offered: {known}',
    'ninguna cuenta de transporte ofrece el servicio "{found}"{hint}; se ofrecen: {known}',
)
UNKNOWN_SERVICE_OF_CARRIER = Text(
    'no carrier account with "{carrier}" offers the service "{found}"{hint}; offered: {known}',
    'ninguna cuenta de transporte de "{carrier}" ofrece el servicio "{found}"{hint}; se ofrecen: {known}',
)
UNKNOWN_CARRIER_OR_SERVICE = Text(
    '"{found}" is neither a carrier nor a service of the carrier accounts{hint}; there are: {known}',
    '"{found}" no es ni empresa ni servicio de las cuentas de transporte{hint}; hay: {known}',
)
UNKNOWN_LOCATION = Text(
    'the account has no location "{found}"{hint}; it has: {known}',
    'la cuenta no tiene la ubicación "{found}"{hint}; tiene: {known}',
)
UNKNOWN_USER = Text(
    'the account has no user "{found}"{hint}; it has: {known}', 'la cuenta no tiene el usuario "{found}"{hint}; tiene: {known}'
)
UNKNOWN_LIST = Text(
    'the account has no list "{found}"{hint}; it has: {known}', 'la cuenta no tiene la lista "{found}"{hint}; tiene: {known}'
)
LISTS_NAMED = 50  # of an account that has many


def check_references(rule_set: RuleSet, context: RuleContext) -> list[Problem]:
    """An error for each owner, each action parameter, and each list of a condition, that the context says is not there.

    Of a rule that is switched off it is a warning: what it names may come later, or be the reason why it is off. Keys that the
    context does not have are not checked; texts with placeholders are known only when an order comes.
    """
    problems = Problems()
    for rule in rule_set.rules:
        for problem in _problems_of(rule, context):
            problems.add("error" if rule.enabled else "warning", problem.line, problem.path, problem.message)
    return problems.in_order()


def find_broken(rules: Iterable[Rule], context: RuleContext) -> dict[str, list[Problem]]:
    """What is wrong with rules, whether they are switched on or off, by their ids; those with nothing wrong are left out."""
    found = ((rule.id, _problems_of(rule, context)) for rule in rules)
    return {rule_id: problems for rule_id, problems in found if problems}


def _problems_of(rule: Rule, context: RuleContext) -> list[Problem]:
    problems = Problems()
    _check_rule(rule, context, problems)
    return problems.in_order()


def find_naming(rule_set: RuleSet, names: Mapping[Reference, Collection[str]]) -> list[Rule]:
    """The rules that name one of some things, each by what it is, in their actions or as their owner."""
    folded = {reference: frozenset(map(folded_text, found)) for reference, found in names.items()}
    return [rule for rule in rule_set.rules if any(name in folded.get(kind, ()) for kind, name in _names_in(rule))]


def _names_in(rule: Rule) -> Iterator[tuple[Reference, str]]:
    if rule.owner:
        yield Reference.USER, folded_text(rule.owner)
    for call in rule.then:
        for parameter in call.action.parameters:
            for _place, named in _named(parameter.name, call.params[parameter.name]):
                if parameter.refers_to is not None and named.constant is not None:
                    yield parameter.refers_to, folded_text(named.constant)


def _check_rule(rule: Rule, context: RuleContext, problems: Problems) -> None:
    if rule.owner and context.users is not None and folded_text(rule.owner) not in context.users:
        said = {"found": rule.owner, **_known_names(rule.owner, context.users, context)}
        problems.error(rule.owner_line or rule.line, f"{rule.path}.owner", "unknown_user", UNKNOWN_USER, **said)
    for condition in conditions_of(rule.when):
        _check_list(condition, context, problems)
    for call in rule.then:
        for parameter in call.action.parameters:
            for place, named in _named(parameter.name, call.params[parameter.name]):
                if parameter.refers_to is not None and named.constant is not None:
                    _check(call, parameter.name, place, parameter.refers_to, named.constant, context, problems)


def _check_list(condition: Condition, context: RuleContext, problems: Problems) -> None:
    if condition.list_name is None or context.lists is None:
        return
    found, (line,) = condition.list_name, condition.value_lines
    path, name = f"{condition.path}.value.list", folded_text(condition.list_name)
    named = context.lists.get(name)
    if named is None and name not in context.other_lists:
        said = _known_names(found, frozenset(context.lists) | context.other_lists, context, LISTS_NAMED)
        problems.error(line, path, "unknown_list", UNKNOWN_LIST, found=found, **said)
    operator = find_operator(condition.field.type, condition.operator)
    if named is not None and operator is not None:
        operand = named.operand(operator, condition.match_case, context.zone)
        if isinstance(operand, Message):
            problems.add("error", line, path, operand)


def _known_names(found: str, known: Iterable[str], context: RuleContext, most: int | None = None) -> dict[str, Any]:
    """What there is in place of a name that is not known, and the one that is likely meant."""
    spelled = {name: context.spellings.get(name, name) for name in sorted(known)}
    close = get_close_matches(folded_text(found), list(spelled), n=1)
    listed = ", ".join([*list(spelled.values())[:most], *(["…"] if most is not None and len(spelled) > most else [])])
    return {"known": listed or "-", "hint": Message("hint", DID_YOU_MEAN, {"name": spelled[close[0]]}) if close else ""}


def _named(name: str, value: Any) -> Iterator[tuple[str, Template]]:
    """The texts of a parameter, each with its place."""
    if isinstance(value, Template):
        yield name, value
    elif isinstance(value, tuple):
        yield from ((f"{name}[{number}]", member) for number, member in enumerate(value))


def _check(
    call: ActionCall, name: str, place: str, refers_to: Reference, found: str, context: RuleContext, problems: Problems
) -> None:
    carrier = call.params.get("carrier")
    unknown = find_unknown(refers_to, found, context, carrier.constant if isinstance(carrier, Template) else None)
    if unknown is not None:
        problems.add("error", call.lines.get(name, call.line), f"{call.path}.{place}", unknown)


def find_unknown(refers_to: Reference, found: str, context: RuleContext, carrier: str | None = None) -> Message | None:
    """What is to be said of a name that the context does not have; None where it has it, or says nothing of such names.

    A service is looked for among those of the carrier, where one is known by that name.
    """
    known_of, text = _KNOWN[refers_to]
    known = known_of(carrier, context)
    if known is None or folded_text(found) in known:
        return None
    params = {}
    if refers_to is Reference.SERVICE and carrier is not None and folded_text(carrier) in (_carriers(carrier, context) or ()):
        text, params = UNKNOWN_SERVICE_OF_CARRIER, {"carrier": carrier}
    said = {"found": found, **_known_names(found, known, context)}
    return Message(f"unknown_{refers_to.value}", text, {**said, **params})


def _carriers(_carrier: str | None, context: RuleContext) -> frozenset[str] | None:
    return None if context.offers is None else frozenset(offer.carrier for offer in context.offers)


def _services(carrier: str | None, context: RuleContext) -> frozenset[str] | None:
    if context.offers is None:
        return None
    offers: Iterable[ServiceOffer] = context.offers
    if carrier is not None:
        wanted = folded_text(carrier)
        offers = [offer for offer in context.offers if offer.carrier == wanted] or context.offers
    return frozenset().union(*(offer.services for offer in offers))


def _carriers_and_services(carrier: str | None, context: RuleContext) -> frozenset[str] | None:
    carriers, services = _carriers(carrier, context), _services(carrier, context)
    if carriers is None or services is None:
        return None
    # An account that sells for many carriers writes them before the service: `USPS:Priority`.
    sold_for = {service.partition(":")[0] for service in services if ":" in service}
    return carriers | services | sold_for


_Known = Callable[[str | None, RuleContext], frozenset[str] | None]
_KNOWN: dict[Reference, tuple[_Known, Text]] = {
    Reference.PROVIDER: (lambda _carrier, context: context.providers, UNKNOWN_PROVIDER),
    Reference.CARRIER: (_carriers, UNKNOWN_CARRIER),
    Reference.SERVICE: (_services, UNKNOWN_SERVICE),
    Reference.CARRIER_OR_SERVICE: (_carriers_and_services, UNKNOWN_CARRIER_OR_SERVICE),
    Reference.LOCATION: (
        lambda _carrier, context: None if context.locations is None else frozenset(context.locations),
        UNKNOWN_LOCATION,
    ),
    Reference.USER: (lambda _carrier, context: context.users, UNKNOWN_USER),
}
