"""Changing and removing a ship-from location. What has left from there keeps the address that it left with."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace

from engine.application import Application
from engine.model.account import ADDRESS_FIELDS, Account, Location
from engine.model.audit import AuditEntry
from engine.model.order import HOLDABLE
from engine.ports import UnitOfWork
from engine.services.accounts.accounts import check_country
from engine.services.accounts.acting import find_account
from engine.services.accounts.location_hours import HoursForm, find_location, keep_hours
from engine.services.accounts.people import OPERATOR
from engine.services.deciding.rule_standings import keep_standings
from engine.services.deciding.rules_naming import running_rules_from
from engine.services.refusals import Refused
from rules.messages import Text
from rules.values import folded_text

MOST_NAMED = 5
_AT_ONCE = 500

LEAVE_FROM_IT = Text(
    "Rules let orders leave from it: {rules}. Change them first.",
    "Hay reglas que hacen salir pedidos de allí: {rules}. Cámbialas antes.",
)
ORDERS_LEAVE = Text(
    "Open orders leave from it: {orders}. Give them another ship-from location first.",
    "Hay pedidos abiertos que salen de allí: {orders}. Dales antes otra ubicación de envío.",
)
STATIONS_STAND = Text(
    "Print stations stand there: {stations}. Remove them first.",
    "Hay estaciones de impresión allí: {stations}. Elimínalas antes.",
)
CONNECTIONS_NEED_ONE = Text(
    "It is the account's only ship-from location, and the account has connections, which cannot do without: add another one "
    "first.",
    "Es la única ubicación de envío de la cuenta, y la cuenta tiene conexiones, que necesitan una: añade antes otra.",
)


@dataclass(frozen=True, slots=True)
class AddressForm:
    """What is to change of a location; None leaves it as it is. An empty name is the code."""

    name: str | None = None
    street1: str | None = None
    street2: str | None = None
    city: str | None = None
    state: str | None = None
    postal_code: str | None = None
    country: str | None = None

    def apply(self, location: Location) -> Location:
        """Raises Refused."""
        if self.country is not None:
            check_country(self.country)
        changed = replace(location, **{name: value for name, value in asdict(self).items() if value is not None})
        return changed if changed.name.strip() else replace(changed, name=location.code)


@dataclass(frozen=True, slots=True)
class Removal:
    """A location that is removed, or may be."""

    location: Location
    successor: Location | None = None  # what is the account's first location from then on, where that was this one


def change_location(
    app: Application, slug: str, code: str, form: AddressForm, actor: str = OPERATOR, *, hours: HoursForm | None = None
) -> Location:
    """The location with another address, and other hours where some are given, else its own; labels that were bought keep
    theirs. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        account = uow.accounts.get(find_account(uow, slug).id, for_change=True)
        found = find_location(uow, account.id, code)
        location = form.apply(found)
        if location != found:
            uow.locations.update(location)
            names = [name for name in ADDRESS_FIELDS if getattr(location, name) != getattr(found, name)]
            before, after = ({name: getattr(one, name) for name in names} for one in (found, location))
            uow.audit.append([AuditEntry(account.id, now, actor, "location.changed", found.id, before, after)])
        if hours is not None:
            location = keep_hours(uow, location, hours, now, actor)
        uow.commit()
    return location


def remove_location(app: Application, slug: str, code: str, actor: str = OPERATOR) -> Removal:
    """Remove a location that nothing needs any more. Raises Refused, with what needs it."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        account = uow.accounts.get(find_account(uow, slug).id, for_change=True)  # nobody removes the other one meanwhile
        removal = _planned(uow, account, find_location(uow, account.id, code))
        obstacle = _find_obstacle(app, uow, account, removal.location)
        if obstacle is not None:
            raise obstacle
        location = removal.location
        uow.locations.remove(account.id, location.id)
        before = {"code": location.code, **{name: getattr(location, name) for name in ADDRESS_FIELDS}}
        uow.audit.append([AuditEntry(account.id, now, actor, "location.removed", location.id, before, None)])
        keep_standings(app, uow, [account.id], now)
        uow.commit()
    return removal


def plan_removal(app: Application, account: Account, location: Location) -> tuple[Removal, Refused | None]:
    """What removing a location would do, and what keeps it from being removed."""
    with app.reading() as uow:
        return _planned(uow, account, location), _find_obstacle(app, uow, account, location)


def _planned(uow: UnitOfWork, account: Account, location: Location) -> Removal:
    first, *others = uow.locations.list_for(account.id)
    return Removal(location, others[0] if others and first.id == location.id else None)


def _find_obstacle(app: Application, uow: UnitOfWork, account: Account, location: Location) -> Refused | None:
    if rules := running_rules_from(app, uow, account, location.code):
        return Refused("named_by_rules", LEAVE_FROM_IT, rules=_listed(rule.name for rule in rules))
    if orders := _orders_from(uow, account.id, location.code):
        return Refused("orders_leave_from_it", ORDERS_LEAVE, orders=_listed(orders))
    if stations := [one.name for one in uow.print_stations.list_for(account.id) if one.location_id == location.id]:
        return Refused("stations_stand_there", STATIONS_STAND, stations=_listed(stations))
    if len(uow.locations.list_for(account.id)) == 1 and _is_connected(uow, account.id):
        return Refused("only_location", CONNECTIONS_NEED_ONE)
    return None


def _is_connected(uow: UnitOfWork, account_id: str) -> bool:
    both_sides = (uow.connections.list_for_client(account_id), uow.connections.list_for_provider(account_id))
    return any(one.is_open for side in both_sides for one in side)


def _orders_from(uow: UnitOfWork, account_id: str, code: str) -> list[str]:
    """The numbers of orders that say they leave from there and still have something to leave: as many as are named, and one."""
    found: list[str] = []
    ids = uow.orders.list_changeable(account_id, sys.maxsize)
    for start in range(0, len(ids), _AT_ONCE):
        found += [
            order.order_number
            for order in uow.orders.get_many(account_id, ids[start : start + _AT_ONCE])
            if order.state in HOLDABLE and folded_text(str(order.document().get("ship_from") or "")) == folded_text(code)
        ]
        if len(found) > MOST_NAMED:
            break
    return found


def _listed(names: Iterable[str]) -> str:
    named = list(names)
    return ", ".join([*named[:MOST_NAMED], *(["…"] if len(named) > MOST_NAMED else [])])
