"""What would be valid where an order's service or address is not: ready to be taken."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.address_check import AddressRules, region_key
from rules.actions.validate_service import is_offered, offers_for
from rules.context import RuleContext
from rules.facts import order_value, typed
from rules.fields import ORDER_FIELDS
from rules.order_document import Document
from rules.values import Unreadable, folded_text

_STATE, _POSTAL_CODE = "ship_to.state", "postal_code"


@dataclass(frozen=True, slots=True)
class Choice:
    """Values of fields that would be valid together."""

    values: Mapping[str, str]

    @property
    def words(self) -> str:
        return " ".join(self.values.values())


def is_service_valid(document: Document, context: RuleContext) -> bool:
    """Whether a carrier account of the order's client offers its service; without a service, or where nothing is known, it is."""
    carrier, service, client = (_text(name, document, context) for name in ("carrier", "service", "client"))
    return service is None or not offers_for(client, context) or is_offered(carrier, service, client, context)


def valid_services(document: Document, context: RuleContext) -> list[Choice]:
    """Every carrier with a service that the order may ship with, those of its own carrier first."""
    spelled = context.spellings
    found = {
        (offer.carrier, service)
        for offer in offers_for(_text("client", document, context), context)
        for service in offer.services
    }
    own = folded_text(_text("carrier", document, context) or "")
    return [
        Choice({"carrier": spelled.get(carrier, carrier), "service": spelled.get(service, service)})
        for carrier, service in sorted(found, key=lambda pair: (pair[0] != own, pair))
    ]


def valid_regions(rules: AddressRules, ship_to: Mapping[str, Any]) -> list[Choice]:
    """The states or provinces that the address may name: those of its postal code, else all of its country.

    Nothing where addresses of the country need none.
    """
    known = rules(str(ship_to.get("country") or "").strip().upper())
    if known is None or not known.regions or "state" not in known.required:
        return []
    code = str(ship_to.get(_POSTAL_CODE) or "").strip()
    regions = list({region_key(region.name): region for region in known.regions.values()}.values())
    of_code = [one for one in regions if code and one.postal_codes is not None and one.postal_codes.match(code)]
    return [Choice({_STATE: one.name}) for one in sorted(of_code or regions, key=lambda one: one.name)]


def _text(name: str, document: Document, context: RuleContext) -> str | None:
    value = typed(ORDER_FIELDS[name], order_value(ORDER_FIELDS[name], document, context, 0))
    return None if isinstance(value, Unreadable) else value
