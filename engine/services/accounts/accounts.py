"""Accounts and what belongs to them: people, locations, carrier accounts, and connections between a merchant and a 3PL."""

from __future__ import annotations

import re
from dataclasses import replace
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from engine.application import Application
from engine.model.account import (
    Account,
    AccountKind,
    CarrierAccount,
    Connection,
    ConnectionState,
    DecideAnew,
    Location,
    User,
    free_slug,
)
from engine.model.audit import AuditEntry
from engine.model.country_zones import zone_of, zones_of
from engine.model.ids import new_id
from engine.ports import UnitOfWork
from engine.services.accounts.people import ADMIN, EMAIL_TAKEN, check_email, check_password
from engine.services.refusals import NO_ACCOUNT, Refused
from rules.messages import Text

NO_NAME = Text("The name is empty: give the account a name.", "El nombre está vacío: da un nombre a la cuenta.")
BAD_COUNTRY = Text(
    '"{country}" is no country code: write two letters (ISO 3166) such as ES or GB.',
    '"{country}" no es un código de país: escribe dos letras (ISO 3166), como ES o GB.',
)
BAD_ZONE = Text(
    '"{zone}" is no time zone: write an IANA name such as Europe/Madrid.',
    '"{zone}" no es una zona horaria: escribe un nombre IANA como Europe/Madrid.',
)
NO_USER = Text('There is no user "{email}".', 'No existe el usuario "{email}".')
WHICH_ZONE = Text(
    "{country} has several time zones: give the account's with --time-zone, one of {zones}.",
    "{country} tiene varias zonas horarias: indica la de la cuenta con --time-zone, una de {zones}.",
)
UNKNOWN_ZONE = Text(
    "Nobody knows the time zone of {country}: give the account's with --time-zone, an IANA name such as Europe/Madrid.",
    "No se conoce la zona horaria de {country}: indica la de la cuenta con --time-zone, un nombre IANA como Europe/Madrid.",
)
NOT_A_PROVIDER = Text(
    'The account "{slug}" is no 3PL: create one with `accounts create --kind 3pl`.',
    'La cuenta "{slug}" no es un 3PL: crea uno con `accounts create --kind 3pl`.',
)
SAME_ACCOUNT = Text("An account cannot be its own client.", "Una cuenta no puede ser su propio cliente.")
CONNECTED_ALREADY = Text('"{provider}" and "{client}" are connected already.', '"{provider}" y "{client}" ya están conectadas.')
NO_CODE = Text(
    "A location needs a code: rules and orders call it by that.",
    "Una ubicación necesita un código: reglas y pedidos la llaman así.",
)
LOCATION_TAKEN = Text('The account already has a location "{code}".', 'La cuenta ya tiene una ubicación "{code}".')
NO_SERVICES = Text(
    "A carrier account needs a carrier and at least one service.",
    "Una cuenta de transporte necesita una empresa de transporte y al menos un servicio.",
)

_COUNTRY = re.compile(r"[A-Z]{2}", re.ASCII)


def get_account(uow: UnitOfWork, slug: str) -> Account:
    """The account of a slug. Raises Refused."""
    account = uow.accounts.find_by_slug(slug)
    if account is None:
        raise Refused("no_account", NO_ACCOUNT, slug=slug)
    return account


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
    """A new account with its first user, an admin; without a time zone, in that of its country. Raises Refused."""
    _check_account(name, email, country)
    time_zone = _choose_zone(country) if time_zone is None else _check_zone(time_zone)
    check_password(password, email, name)
    password_hash = app.passwords.hash(password)
    now = app.clock.now()
    with app.unit_of_work() as uow:
        if uow.users.find_by_email(email.strip().lower()) is not None:
            raise Refused("email_taken", EMAIL_TAKEN, email=email)
        slug = free_slug(name, lambda candidate: uow.accounts.find_by_slug(candidate) is not None)
        account = Account(new_id("acc"), slug, name.strip(), kind, country, time_zone, now)
        uow.accounts.add(account)
        uow.users.add(User(new_id("usr"), account.id, email.strip().lower(), password_hash, ADMIN, language, now))
        uow.audit.append([AuditEntry(account.id, now, "operator", "account.created", account.id, None, {"slug": slug})])
        uow.commit()
    return account


def change_time_zone(app: Application, slug: str, time_zone: str) -> Account:
    """The account with another time zone: its rules read times in it from now on. Raises Refused."""
    _check_zone(time_zone)
    with app.unit_of_work() as uow:
        account = get_account(uow, slug)
        uow.accounts.set_time_zone(account.id, time_zone)
        entry = AuditEntry(
            account.id, app.clock.now(), "operator", "account.time_zone_set", account.id, account.time_zone, time_zone
        )
        uow.audit.append([entry])
        uow.commit()
    return replace(account, time_zone=time_zone)


def _check_account(name: str, email: str, country: str) -> None:
    if not name.strip():
        raise Refused("no_name", NO_NAME)
    check_email(email)
    check_country(country)


def _choose_zone(country: str) -> str:
    zone = zone_of(country)
    if zone is not None:
        return zone
    if zones := zones_of(country):
        raise Refused("which_zone", WHICH_ZONE, country=country, zones=", ".join(zones))
    raise Refused("unknown_zone", UNKNOWN_ZONE, country=country)


def _check_zone(time_zone: str) -> str:
    try:
        ZoneInfo(time_zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise Refused("bad_time_zone", BAD_ZONE, zone=time_zone) from None
    return time_zone


def check_country(country: str) -> None:
    """Raises Refused for anything but two capital letters."""
    if not _COUNTRY.fullmatch(country):
        raise Refused("bad_country", BAD_COUNTRY, country=country)


def add_location(app: Application, slug: str, *, code: str, country: str, name: str = "", **address: str) -> Location:
    """A new ship-from location. `address` may hold street1, street2, city, state and postal_code. Raises Refused."""
    check_country(country)
    code = code.strip()
    if not code:
        raise Refused("no_code", NO_CODE)
    with app.unit_of_work() as uow:
        account = get_account(uow, slug)
        if any(known.code.lower() == code.lower() for known in uow.locations.list_for(account.id)):
            raise Refused("location_taken", LOCATION_TAKEN, code=code)
        location = Location(new_id("loc"), account.id, code, name or code, country, **address)
        uow.locations.add(location)
        uow.audit.append(
            [AuditEntry(account.id, app.clock.now(), "operator", "location.added", location.id, None, {"code": code})]
        )
        uow.commit()
    return location


def add_carrier_account(
    app: Application, slug: str, *, carrier: str, services: tuple[str, ...], share_with: tuple[str, ...] = ()
) -> CarrierAccount:
    """A new carrier account, shared with these providers (slugs). Raises Refused."""
    if not carrier.strip() or not services or not all(service.strip() for service in services):
        raise Refused("no_services", NO_SERVICES)
    with app.unit_of_work() as uow:
        account = get_account(uow, slug)
        providers = tuple(_get_provider(uow, provider).id for provider in share_with)
        carrier_account = CarrierAccount(new_id("car"), account.id, carrier.strip(), services, providers)
        uow.carrier_accounts.add(carrier_account)
        after = {"carrier": carrier, "services": list(services), "shared_with": list(share_with)}
        uow.audit.append(
            [AuditEntry(account.id, app.clock.now(), "operator", "carrier_account.added", carrier_account.id, None, after)]
        )
        uow.commit()
    return carrier_account


def connect_accounts(app: Application, *, provider_slug: str, client_slug: str) -> Connection:
    """Connect a merchant with a 3PL, active at once (an operator's shortcut). Raises Refused."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        provider = _get_provider(uow, provider_slug)
        client = get_account(uow, client_slug)
        if provider.id == client.id:
            raise Refused("same_account", SAME_ACCOUNT)
        if uow.connections.find_active(provider.id, client.id) is not None:
            raise Refused("connected_already", CONNECTED_ALREADY, provider=provider_slug, client=client_slug)
        connection = Connection(new_id("con"), provider.id, client.id, ConnectionState.ACTIVE, client.name, provider.name, now)
        uow.connections.add(connection)
        for account, other in ((provider, client), (client, provider)):
            uow.audit.append(
                [AuditEntry(account.id, now, "operator", "connection.active", connection.id, None, {"with": other.slug})]
            )
        uow.commit()
    return connection


def set_decide_anew(app: Application, slug: str, decide_anew: DecideAnew, actor: str = "operator") -> Account:
    """What happens when a store changes what rules have read: the account as it is kept then. Raises Refused."""
    with app.unit_of_work() as uow:
        account = get_account(uow, slug)
        if account.decide_anew is not decide_anew:
            uow.accounts.set_decide_anew(account.id, decide_anew)
            before, after = ({"decide_anew": value.value} for value in (account.decide_anew, decide_anew))
            uow.audit.append([AuditEntry(account.id, app.clock.now(), actor, "account.changed", account.id, before, after)])
        uow.commit()
        return uow.accounts.get(account.id)


def _get_provider(uow: UnitOfWork, slug: str) -> Account:
    account = get_account(uow, slug)
    if account.kind is not AccountKind.PROVIDER:
        raise Refused("not_a_provider", NOT_A_PROVIDER, slug=slug)
    return account


def log_in(app: Application, email: str, password: str) -> User | None:
    """The user of these credentials, or None. Takes the same time whether the e-mail is known or not."""
    with app.reading() as uow:
        user = uow.users.find_by_email(email.strip().lower())
    password_hash = user.password_hash if user is not None else _unknown_user_hash(app)
    matches = app.passwords.verify(password_hash, password)
    return user if user is not None and matches else None


def set_password(app: Application, email: str, password: str) -> None:
    """Give a user a new password; their sessions end. Raises Refused."""
    check_password(password, email)
    password_hash = app.passwords.hash(password)
    with app.unit_of_work() as uow:
        user = uow.users.find_by_email(email.strip().lower())
        if user is None:
            raise Refused("no_user", NO_USER, email=email)
        uow.users.set_password(user.account_id, user.id, password_hash)
        uow.web_sessions.end_all(user.account_id, user.id)
        uow.audit.append([AuditEntry(user.account_id, app.clock.now(), "operator", "user.password_set", user.id)])
        uow.commit()


def _unknown_user_hash(app: Application) -> str:
    global _nobody  # noqa: PLW0603 - computed once a process, it costs as much as a log-in
    if _nobody is None:
        _nobody = app.passwords.hash("nobody")
    return _nobody


_nobody: str | None = None
