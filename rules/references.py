"""What is wrong with a sound document in the light of a context: actions that name what the account does not have."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from difflib import get_close_matches
from typing import Any

from rules.actions import Reference
from rules.context import RuleContext, ServiceOffer
from rules.document import ActionCall, RuleSet
from rules.messages import Message, Text
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


def check_references(rule_set: RuleSet, context: RuleContext) -> list[Problem]:
    """An error for each owner and each action parameter that the context says is not there.

    Keys that the context does not have are not checked; texts with placeholders are known only when an order comes.
    """
    problems = Problems()
    for rule in rule_set.rules:
        if rule.owner and context.users is not None and folded_text(rule.owner) not in context.users:
            said = _said(rule.owner, context.users, context)
            problems.error(rule.owner_line or rule.line, f"{rule.path}.owner", "unknown_user", UNKNOWN_USER, **said)
        for call in rule.then:
            for parameter in call.action.parameters:
                for place, named in _named(parameter.name, call.params[parameter.name]):
                    if parameter.refers_to is not None and named.constant is not None:
                        _check(call, parameter.name, place, parameter.refers_to, named.constant, context, problems)
    return problems.in_order()


def _named(name: str, value: Any) -> Iterator[tuple[str, Template]]:
    """The texts of a parameter, each with its place."""
    if isinstance(value, Template):
        yield name, value
    elif isinstance(value, tuple):
        yield from ((f"{name}[{number}]", member) for number, member in enumerate(value))


def _check(
    call: ActionCall, name: str, place: str, refers_to: Reference, found: str, context: RuleContext, problems: Problems
) -> None:
    known_of, text = _KNOWN[refers_to]
    known = known_of(call, context)
    if known is None or folded_text(found) in known:
        return
    carrier = call.params.get("carrier")
    params = {}
    if (
        refers_to is Reference.SERVICE
        and isinstance(carrier, Template)
        and folded_text(carrier.constant or "") in (_carriers(call, context) or ())
    ):
        text, params = UNKNOWN_SERVICE_OF_CARRIER, {"carrier": carrier.constant}
    line = call.lines.get(name, call.line)
    said = _said(found, known, context)
    problems.error(line, f"{call.path}.{place}", f"unknown_{refers_to.value}", text, **said, **params)


def _said(found: str, known: frozenset[str], context: RuleContext) -> dict[str, Any]:
    """What is said of a name that is not known: the known ones, and the one that may be meant."""
    spelled = {name: context.spellings.get(name, name) for name in sorted(known)}
    close = get_close_matches(folded_text(found), list(spelled), n=1)
    return {
        "found": found,
        "known": ", ".join(spelled.values()) or "-",
        "hint": Message("hint", DID_YOU_MEAN, {"name": spelled[close[0]]}) if close else "",
    }


def _carriers(_call: ActionCall, context: RuleContext) -> frozenset[str] | None:
    return None if context.offers is None else frozenset(offer.carrier for offer in context.offers)


def _services(call: ActionCall, context: RuleContext) -> frozenset[str] | None:
    if context.offers is None:
        return None
    carrier = call.params.get("carrier")
    offers: Iterable[ServiceOffer] = context.offers
    if isinstance(carrier, Template) and carrier.constant is not None:
        wanted = folded_text(carrier.constant)
        offers = [offer for offer in context.offers if offer.carrier == wanted] or context.offers
    return frozenset().union(*(offer.services for offer in offers))


def _carriers_and_services(call: ActionCall, context: RuleContext) -> frozenset[str] | None:
    carriers, services = _carriers(call, context), _services(call, context)
    if carriers is None or services is None:
        return None
    # An account that sells for many carriers writes them before the service: `USPS:Priority`.
    sold_for = {service.partition(":")[0] for service in services if ":" in service}
    return carriers | services | sold_for


_Known = Callable[[ActionCall, RuleContext], frozenset[str] | None]
_KNOWN: dict[Reference, tuple[_Known, Text]] = {
    Reference.PROVIDER: (lambda _call, context: context.providers, UNKNOWN_PROVIDER),
    Reference.CARRIER: (_carriers, UNKNOWN_CARRIER),
    Reference.SERVICE: (_services, UNKNOWN_SERVICE),
    Reference.CARRIER_OR_SERVICE: (_carriers_and_services, UNKNOWN_CARRIER_OR_SERVICE),
    Reference.LOCATION: (
        lambda _call, context: None if context.locations is None else frozenset(context.locations),
        UNKNOWN_LOCATION,
    ),
    Reference.USER: (lambda _call, context: context.users, UNKNOWN_USER),
}
