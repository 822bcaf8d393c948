"""Which providers may ship with an account's carrier accounts, and the services that an account may use for an order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from engine.application import Application
from engine.model.account import Account, CarrierAccount
from engine.model.audit import AuditEntry
from engine.model.connection import Connection
from engine.ports import NotFound, UnitOfWork
from engine.services.accounts.accounts import get_provider
from engine.services.deciding.rule_standings import keep_standings
from engine.services.deciding.wishes import choose_again
from engine.services.refusals import NO_ORDER, Refused
from rules.actions.validate_service import SERVICE_NOT_AVAILABLE
from rules.messages import Text

OWN = "own"

NO_CARRIER_ACCOUNT = Text(
    'There is no carrier account "{id}" in this account: `carrier-accounts list` shows them.',
    'No existe la cuenta de transporte "{id}" en esta cuenta: `carrier-accounts list` las muestra.',
)
NOT_CONNECTED = Text(
    '"{provider}" is not a connected provider of this account: only connected ones can use its carrier accounts.',
    '"{provider}" no es un proveedor conectado a esta cuenta: solo los conectados pueden usar sus cuentas de transporte.',
)
DUTY_ENDED = Text(
    '"{provider}" may ship with its own carrier accounts again: none of yours is shared with it any more.',
    '"{provider}" puede volver a enviar con sus propias cuentas de transporte: ya no compartes ninguna con él.',
)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What is to change: for one provider, or for all by default; taken back, or with the duty to use what is shared."""

    provider: str | None  # a slug; None: all
    withdraw: bool = False
    require: bool | None = None  # None: the duty stays as it is; while something is withdrawn none begins


@dataclass(frozen=True, slots=True)
class SharedAccount:
    """A carrier account with the slugs of those it is shared with, or kept from although it is shared with all."""

    account: CarrierAccount
    shared_with: tuple[str, ...]
    kept_from: tuple[str, ...]
    required_of: tuple[str, ...]  # providers that must ship with shared accounts
    no_longer_required: tuple[str, ...] = ()  # those whose duty has ended with what was the last one shared with them


@dataclass(frozen=True, slots=True)
class UsableService:
    """One service of the union that an account may use, and whether an order may use it."""

    carrier: str
    service: str
    owners: tuple[str, ...]  # "own", or slugs of clients
    valid: bool = True
    message: Text | None = None


def share_carrier_account(
    app: Application, account: Account, carrier_account_id: str, sharing: Sharing, actor: str
) -> SharedAccount:
    """The carrier account as it is shared then; it takes effect at once. Raises Refused."""
    with app.unit_of_work() as uow:
        uow.accounts.get(account.id, for_change=True)  # of two who share at once, neither undoes what the other has shared
        before = found = _find(uow, account, carrier_account_id)
        if sharing.provider is None:
            found = replace(found, shared_with_all=not sharing.withdraw)
        else:
            found = _for_provider(uow, account, found, sharing)
        uow.carrier_accounts.update_sharing(found)
        if sharing.require is not None:
            _require(uow, account, sharing.provider, required=sharing.require and not sharing.withdraw)
        ended = _end_duties(uow, account, before)
        after = {
            "provider": sharing.provider,
            "withdraw": sharing.withdraw,
            "require": sharing.require,
            "no_longer_required": list(ended),
        }
        entry = AuditEntry(account.id, app.clock.now(), actor, "carrier_account.shared", found.id, None, after)
        uow.audit.append([entry])
        connected = connected_providers(uow, account.id)
        choose_again(uow, sorted({one for one in connected if found.is_shared_with(one)}), app.clock.now())
        keep_standings(app, uow, connected, app.clock.now())
        [shared] = _shared(uow, account, [found])
        uow.commit()
    return replace(shared, no_longer_required=ended)


def require_shared(app: Application, account: Account, provider_slug: str, required: bool, actor: str) -> None:
    """Have a provider ship with what the account shares with it and nothing else, or no longer. Raises Refused."""
    with app.unit_of_work() as uow:
        connection = _connection(uow, account, provider_slug)
        uow.connections.update(replace(connection, requires_shared=required))
        before, after = {"require": connection.requires_shared}, {"require": required}
        entry = AuditEntry(account.id, app.clock.now(), actor, "carrier_account.required", connection.id, before, after)
        uow.audit.append([entry])
        uow.commit()


def list_shared_by(app: Application, provider_id: str, client_id: str) -> list[CarrierAccount]:
    """What a connected client lets a provider ship with."""
    with app.reading() as uow:
        return [one for one in uow.carrier_accounts.list_usable_by_provider(provider_id) if one.account_id == client_id]


def list_carrier_accounts(app: Application, account: Account) -> list[SharedAccount]:
    """The account's own, with whom each is shared."""
    with app.reading() as uow:
        return _shared(uow, account, uow.carrier_accounts.list_for(account.id))


def list_services(app: Application, account: Account, order_id: str | None = None) -> list[UsableService]:
    """The union of all services that the account may use; with an order, which of them that order may use. Raises Refused."""
    with app.reading() as uow:
        offers = [(OWN, one) for one in uow.carrier_accounts.list_for(account.id)]
        if account.ships_for_others:
            usable = uow.carrier_accounts.list_usable_by_provider(account.id)
            clients = uow.accounts.get_many(one.account_id for one in usable)
            offers += [(clients[one.account_id].slug, one) for one in usable]
        allowed = None if order_id is None else _allowed_owners(uow, account, order_id)
    union: dict[tuple[str, str], dict[str, None]] = {}
    for owner, one in offers:
        for service in one.services:
            union.setdefault((one.carrier, service), {})[owner] = None
    return [_usable(carrier, service, tuple(owners), allowed) for (carrier, service), owners in sorted(union.items())]


def _usable(carrier: str, service: str, owners: tuple[str, ...], allowed: Sequence[str] | None) -> UsableService:
    if allowed is None or any(owner in allowed for owner in owners):
        return UsableService(carrier, service, owners)
    return UsableService(carrier, service, owners, False, SERVICE_NOT_AVAILABLE)


def _allowed_owners(uow: UnitOfWork, account: Account, order_id: str) -> list[str]:
    """Whose carrier accounts an order may be shipped with."""
    try:
        order = uow.orders.get(account.id, order_id)
    except NotFound:
        raise Refused("no_order", NO_ORDER, order=order_id) from None
    request = uow.requests.find_by_copy(account.id, order.id)
    if request is None:
        return [OWN]
    client = uow.accounts.get(request.account_id).slug
    connection = uow.connections.find_active(account.id, request.account_id)
    return [client] if connection is not None and connection.requires_shared else [client, OWN]


def _find(uow: UnitOfWork, account: Account, carrier_account_id: str) -> CarrierAccount:
    found = next((one for one in uow.carrier_accounts.list_for(account.id) if one.id == carrier_account_id), None)
    if found is None:
        raise Refused("no_carrier_account", NO_CARRIER_ACCOUNT, id=carrier_account_id)
    return found


def _for_provider(uow: UnitOfWork, account: Account, found: CarrierAccount, sharing: Sharing) -> CarrierAccount:
    provider_id = _connection(uow, account, str(sharing.provider)).provider_id
    shared = tuple(one for one in found.shared_with if one != provider_id)
    kept = tuple(one for one in found.kept_from if one != provider_id)
    if sharing.withdraw:
        return replace(found, shared_with=shared, kept_from=(*kept, provider_id) if found.shared_with_all else kept)
    return replace(found, shared_with=(*shared, provider_id), kept_from=kept)


def _connection(uow: UnitOfWork, account: Account, provider_slug: str) -> Connection:
    """The active one with a provider, which nobody else changes or ends until this transaction has. Raises Refused."""
    found = uow.connections.find_active(get_provider(uow, provider_slug).id, account.id)
    connection = None if found is None else uow.connections.get(account.id, found.id, for_change=True)
    if connection is None or not connection.is_active:
        raise Refused("not_connected", NOT_CONNECTED, provider=provider_slug)
    return connection


def _require(uow: UnitOfWork, account: Account, provider: str | None, *, required: bool) -> None:
    """Whether providers must ship with what is shared stands with each connection."""
    if provider is not None:
        locked = [_connection(uow, account, provider)]
    else:
        locked = [uow.connections.get(account.id, one.id, for_change=True) for one in _active(uow, account)]
    for connection in locked:
        if connection.is_active:
            uow.connections.update(replace(connection, requires_shared=required))


def _end_duties(uow: UnitOfWork, account: Account, before: CarrierAccount) -> tuple[str, ...]:
    """Free the providers with which a carrier account was the last one shared: they could ship with nothing. Their slugs."""
    known = uow.carrier_accounts.list_for(account.id)
    ended = []
    for seen in _active(uow, account):
        provider_id = seen.provider_id
        if before.is_shared_with(provider_id) and not any(one.is_shared_with(provider_id) for one in known):
            connection = uow.connections.get(account.id, seen.id, for_change=True)
            if connection.is_active and connection.requires_shared:
                uow.connections.update(replace(connection, requires_shared=False))
                ended.append(provider_id)
    names = uow.accounts.get_many(ended)
    return tuple(names[provider_id].slug for provider_id in ended)


def connected_providers(uow: UnitOfWork, account_id: str) -> list[str]:
    """The accounts of those that may use the account's carrier accounts, as far as these are shared with them."""
    return sorted({one.provider_id for one in uow.connections.list_for_client(account_id) if one.is_active})


def _active(uow: UnitOfWork, account: Account) -> list[Connection]:
    return [one for one in uow.connections.list_for_client(account.id) if one.is_active]


def _shared(uow: UnitOfWork, account: Account, found: Sequence[CarrierAccount]) -> list[SharedAccount]:
    active = _active(uow, account)
    strict = [connection.provider_id for connection in active if connection.requires_shared]
    known = uow.accounts.get_many({*strict, *(other for one in found for other in (*one.shared_with, *one.kept_from))})

    def slugs(ids: Iterable[str]) -> tuple[str, ...]:
        return tuple(known[account_id].slug for account_id in ids)

    return [SharedAccount(one, slugs(one.shared_with), slugs(one.kept_from), slugs(strict)) for one in found]
