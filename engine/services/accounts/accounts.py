"""Accounts, and the locations that they ship from."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.application import Application
from engine.model.account import (
    ADMIN,
    Account,
    AccountKind,
    DecideAnew,
    Location,
    User,
    free_slug,
)
from engine.model.audit import AuditEntry
from engine.model.connection import CLIENT_STORE
from engine.model.country_zones import zone_of, zones_of
from engine.model.ids import new_id
from engine.ports import UnitOfWork
from engine.services.accounts.acting import find_account
from engine.services.accounts.people import OPERATOR, check_email, check_password, join
from engine.services.deciding.rule_standings import keep_standings
from engine.services.refusals import Refused
from rules.messages import Text

NO_NAME = Text("The name is empty: give the account a name.", "El nombre está vacío: da un nombre a la cuenta.")
BAD_COUNTRY = Text(
    '"{country}" is not a country code: write two letters (ISO 3166) such as ES or GB.',
    '"{country}" no es un código de país: escribe dos letras (ISO 3166), como ES o GB.',
)
MOST_DAYS_HELD = 365
BAD_DAYS_HELD = Text(
    "An order may be on hold for 1 to {highest} days before it needs a person: write a whole number.",
    "Un pedido puede estar retenido de 1 a {highest} días antes de requerir intervención: escribe un número entero.",
)
HIGHEST_PRICE_LIMIT = 1000
BAD_PRICE_LIMIT = Text(
    "Labels may cost from 0 to {highest} % more than quoted: write a whole number, or leave it out for any price.",
    "Las etiquetas pueden costar entre un 0 y un {highest} % más de lo indicado: escribe un número entero, o déjalo sin poner "
    "para cualquier precio.",
)
BAD_ZONE = Text(
    '"{zone}" is not a time zone: write an IANA name such as Europe/Madrid.',
    '"{zone}" no es una zona horaria: escribe un nombre IANA como Europe/Madrid.',
)
WHICH_ZONE = Text(
    "{country} has several time zones: give the account's with --time-zone, one of {zones}.",
    "{country} tiene varias zonas horarias: indica la de la cuenta con --time-zone, una de {zones}.",
)
UNKNOWN_ZONE = Text(
    "Nobody knows the time zone of {country}: give the account's with --time-zone, an IANA name such as Europe/Madrid.",
    "No se conoce la zona horaria de {country}: indica la de la cuenta con --time-zone, un nombre IANA como Europe/Madrid.",
)
NOT_A_PROVIDER = Text(
    'The account "{slug}" is not a 3PL: create one with `accounts create --kind 3pl`.',
    'La cuenta "{slug}" no es un 3PL: crea uno con `accounts create --kind 3pl`.',
)
HAS_CLIENTS = Text(
    "The account has clients, or invited some: remove them first, then it can stop shipping for others.",
    "La cuenta tiene clientes o los ha invitado: dalos de baja antes de dejar de preparar pedidos de otros.",
)
ORDERS_TO_FINISH = Text(
    "The account has orders of a former client to finish: ship, reject or close them before it stops shipping for others.",
    "La cuenta tiene pedidos de un antiguo cliente por terminar: envíalos, recházalos o ciérralos antes de dejar de preparar "
    "pedidos de otros.",
)
NO_CODE = Text(
    "A location needs a code: rules and orders call it by that.",
    "Una ubicación necesita un código: reglas y pedidos la llaman así.",
)
LOCATION_TAKEN = Text('The account already has a location "{code}".', 'La cuenta ya tiene una ubicación "{code}".')

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def create_account(
    app: Application,
    *,
    name: str,
    kind: AccountKind,
    email: str,
    password: str,
    country: str,
    time_zone: str | None = None,
    language: str = "en",
) -> Account:
    """A new account with its first user, an admin; without a time zone, in that of its country. Raises Refused.

    Who belongs to another account already keeps the password they have.
    """
    check_account(name, email, country)
    time_zone = choose_zone(country) if time_zone is None else check_zone(time_zone)
    with app.reading() as uow:
        known = bool(uow.users.list_by_email(email))
    if not known:
        check_password(password, email, name)
    password_hash = app.passwords.hash(password)
    with app.unit_of_work() as uow:
        account = found_account(uow, name, kind, country, time_zone, app.clock.now(), OPERATOR)
        admin = User(new_id("usr"), account.id, email.strip().lower(), password_hash, ADMIN, language, account.created_at)
        join(uow, admin, account)
        uow.commit()
    return account


def found_account(
    uow: UnitOfWork, name: str, kind: AccountKind, country: str, time_zone: str, now: datetime, actor: str
) -> Account:
    """An account that nobody belongs to yet."""
    slug = free_slug(name, lambda candidate: uow.accounts.find_by_slug(candidate) is not None)
    account = Account(new_id("acc"), slug, name.strip(), kind, country, time_zone, now)
    uow.accounts.add(account)
    uow.audit.append([AuditEntry(account.id, now, actor, "account.created", account.id, None, {"slug": slug})])
    return account


def change_time_zone(app: Application, slug: str, time_zone: str) -> Account:
    """The account with another time zone: its rules and the plans of its stores read times in it. Raises Refused."""
    check_zone(time_zone)
    with app.unit_of_work() as uow:
        account = find_account(uow, slug)
        uow.accounts.set_time_zone(account.id, time_zone)
        uow.stores.set_time_zone(account.id, time_zone)
        entry = AuditEntry(
            account.id, app.clock.now(), "operator", "account.time_zone_set", account.id, account.time_zone, time_zone
        )
        uow.audit.append([entry])
        uow.commit()
    return replace(account, time_zone=time_zone)


def check_account(name: str, email: str, country: str) -> None:
    """Raises Refused."""
    check_name(name)
    check_email(email)
    check_country(country)


def check_name(name: str) -> None:
    """Raises Refused."""
    if not name.strip():
        raise Refused("no_name", NO_NAME)


def choose_zone(country: str) -> str:
    """The time zone of a country that has one. Raises Refused."""
    zone = zone_of(country)
    if zone is not None:
        return zone
    if zones := zones_of(country):
        raise Refused("which_zone", WHICH_ZONE, country=country, zones=", ".join(zones))
    raise Refused("unknown_zone", UNKNOWN_ZONE, country=country)


def check_zone(time_zone: str) -> str:
    """The zone, which there is. Raises Refused."""
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("bad_time_zone", BAD_ZONE, zone=time_zone) from None
    return time_zone


def check_price_limit(percent: int | None) -> int | None:
    """By how much labels may cost more than quoted; None for any amount. Raises Refused."""
    if percent is not None and not 0 <= percent <= HIGHEST_PRICE_LIMIT:
        raise Refused("bad_price_limit", BAD_PRICE_LIMIT, highest=HIGHEST_PRICE_LIMIT)
    return percent


def parse_price_limit(text: str) -> int | None:
    """The limit that a person typed; None where nothing was. Raises Refused."""
    written = text.strip().removesuffix("%").strip()
    if not written:
        return None
    return check_price_limit(int(written) if written.isdecimal() and len(written) <= len(str(HIGHEST_PRICE_LIMIT)) else -1)


def check_days_held(days: int) -> int:
    """After how many days on hold an order needs a person. Raises Refused."""
    if not 1 <= days <= MOST_DAYS_HELD:
        raise Refused("bad_days_held", BAD_DAYS_HELD, highest=MOST_DAYS_HELD)
    return days


def parse_days_held(text: str) -> int:
    """The same as a person typed it. Raises Refused."""
    written = text.strip()
    return check_days_held(int(written) if written.isdecimal() and len(written) <= len(str(MOST_DAYS_HELD)) else 0)


def check_country(country: str) -> None:
    """Raises Refused for anything but two capital letters."""
    if not _COUNTRY.fullmatch(country):
        raise Refused("bad_country", BAD_COUNTRY, country=country)


def check_code(code: str) -> str:
    """A location's code as it is kept. Raises Refused."""
    if not code.strip():
        raise Refused("no_code", NO_CODE)
    return code.strip()


def add_location(
    app: Application,
    slug: str,
    *,
    code: str,
    country: str,
    name: str = "",
    street1: str = "",
    street2: str = "",
    city: str = "",
    state: str = "",
    postal_code: str = "",
    actor: str = OPERATOR,
) -> Location:
    """A new ship-from location. Raises Refused."""
    check_country(country)
    code = check_code(code)
    with app.unit_of_work() as uow:
        account = uow.accounts.get(find_account(uow, slug).id, for_change=True)
        if any(known.code.lower() == code.lower() for known in uow.locations.list_for(account.id)):
            raise Refused("location_taken", LOCATION_TAKEN, code=code)
        named = (new_id("loc"), account.id, code, name or code, country)
        location = Location(*named, street1, street2, city, state, postal_code)
        uow.locations.add(location)
        uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, "location.added", location.id, None, {"code": code})])
        keep_standings(app, uow, [account.id], app.clock.now())
        uow.commit()
    return location


def set_decide_anew(app: Application, slug: str, decide_anew: DecideAnew, actor: str = "operator") -> Account:
    """What happens when a store changes what rules have read: the account as it is kept then. Raises Refused."""
    with app.unit_of_work() as uow:
        account = find_account(uow, slug)
        if account.decide_anew is not decide_anew:
            uow.accounts.set_decide_anew(account.id, decide_anew)
            before, after = ({"decide_anew": value.value} for value in (account.decide_anew, decide_anew))
            uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, "account.changed", account.id, before, after)])
        uow.commit()
        return uow.accounts.get(account.id)


def set_price_limit(app: Application, slug: str, percent: int | None, actor: str = "operator") -> Account:
    """By how much labels may cost more than quoted from now on: the account as it is kept then. Raises Refused."""
    check_price_limit(percent)
    return _set_one(app, slug, actor, "price_limit_percent", percent)


def set_days_held(app: Application, slug: str, days: int, actor: str = "operator") -> Account:
    """After how many days on hold orders need a person from now on: the account as it is kept then. Raises Refused."""
    check_days_held(days)
    return _set_one(app, slug, actor, "held_too_long_days", days)


def _set_one(app: Application, slug: str, actor: str, name: str, value: int | None) -> Account:
    with app.unit_of_work() as uow:
        found = find_account(uow, slug)
        before = uow.accounts.get(found.id, for_change=True)
        account = replace(before, **{name: value})  # type: ignore[arg-type]
        if account != before:
            uow.accounts.update(account)
            told = ({name: getattr(one, name)} for one in (before, account))
            uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, "account.changed", account.id, *told)])
        uow.commit()
    return account


def set_ships_for_others(app: Application, slug: str, *, ships: bool, actor: str = "operator") -> Account:
    """Whether an account ships for others besides. It keeps its stores and orders either way. Raises Refused."""
    kind = AccountKind.PROVIDER if ships else AccountKind.MERCHANT
    with app.unit_of_work() as uow:
        account = uow.accounts.get(find_account(uow, slug).id, for_change=True)  # nobody invites a client meanwhile
        if account.kind is not kind:
            if not ships:
                check_no_clients(uow, account.id)
            uow.accounts.set_kind(account.id, kind)
            before, after = ({"ships_for_others": value} for value in (not ships, ships))
            uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, "account.changed", account.id, before, after)])
        uow.commit()
    return replace(account, kind=kind)


def check_no_clients(uow: UnitOfWork, account_id: str) -> None:
    """Whether an account may stop shipping for others. Raises Refused."""
    if any(one.is_open for one in uow.connections.list_for_provider(account_id)):
        raise Refused("has_clients", HAS_CLIENTS)
    if any(store.kind == CLIENT_STORE and not store.is_closed for store in uow.stores.list_for(account_id)):
        raise Refused("orders_to_finish", ORDERS_TO_FINISH)


def get_provider(uow: UnitOfWork, slug: str) -> Account:
    """The account of a slug, which ships for others. Raises Refused."""
    account = find_account(uow, slug)
    if account.kind is not AccountKind.PROVIDER:
        raise Refused("not_a_provider", NOT_A_PROVIDER, slug=slug)
    return account
