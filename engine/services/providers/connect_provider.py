"""A merchant connects a fulfillment provider that has a system of its own, sees how it does, and changes its secret."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.application import Application
from engine.model.account import AccountKind, User
from engine.model.audit import AuditEntry
from engine.model.connection import Connection, ConnectionState
from engine.model.ids import new_id
from engine.model.integrated_provider import IntegratedProvider, ProviderSecrets
from engine.model.sentence import Sentence, sentence_of
from engine.ports import ProviderRefused, ProviderUnavailable, UnitOfWork
from engine.services.accounts.accounts import found_account
from engine.services.accounts.acting import require_admin
from engine.services.accounts.ship_from import NO_LOCATION
from engine.services.connections.refusals import not_any_more
from engine.services.deciding.rule_standings import keep_standings
from engine.services.providers.due import make_sending_due
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_NAME = 100

BAD_NAME = Text("Name the provider in 1 to {limit} characters.", "Da al proveedor un nombre de 1 a {limit} caracteres.")
NAME_TAKEN = Text(
    'Your account has a fulfillment provider called "{name}" already: choose another name, or remove that one first.',
    'Tu cuenta ya tiene un proveedor de logística llamado "{name}": elige otro nombre o da de baja el otro.',
)


@dataclass(frozen=True, slots=True)
class SeenProvider:
    """An integrated provider as its merchant sees it."""

    provider: IntegratedProvider
    connection: Connection
    slug: str  # what rules and commands call it


def add_provider(app: Application, actor: User, *, name: str, url: str) -> SeenProvider:
    """A connection that is active at once; `provider.secrets.current` is what the provider's system has to be given.

    Raises Refused, and StoreError for an address that cannot be used.
    """
    require_admin(actor)
    name = check_provider_name(name)
    url = app.providers.check_url(url)  # never inside a transaction
    now = app.clock.now()
    with app.unit_of_work() as uow:
        merchant = uow.accounts.get(actor.account_id, for_change=True)
        if not uow.locations.list_for(merchant.id):
            raise Refused("no_location", NO_LOCATION)
        known = uow.connections.list_for_client(merchant.id)
        if any(one.is_open and one.company_name.casefold() == name.casefold() for one in known):
            raise Refused("name_taken", NAME_TAKEN, name=name)
        account = found_account(uow, name, AccountKind.INTEGRATED, merchant.country, merchant.time_zone, now, actor.id)
        connection = Connection(
            new_id("con"),
            account.id,
            merchant.id,
            ConnectionState.ACTIVE,
            merchant.name,
            name,
            now,
            answered_at=now,
            last_actor=actor.id,
            is_integrated=True,
        )
        uow.connections.add(connection)
        provider = IntegratedProvider(
            account.id, merchant.id, connection.id, url, ProviderSecrets(app.providers.new_secret()), now
        )
        uow.integrated_providers.add(provider)
        after = {"name": name, "url": url, "slug": account.slug}
        uow.audit.append([AuditEntry(merchant.id, now, actor.id, "provider.added", connection.id, None, after)])
        keep_standings(app, uow, [merchant.id], now)
        uow.commit()
    return SeenProvider(provider, connection, account.slug)


def check_provider_name(name: str) -> str:
    """The name as it is kept. Raises Refused."""
    name = " ".join(name.split())
    if not 0 < len(name) <= LONGEST_NAME:
        raise Refused("bad_name", BAD_NAME, limit=LONGEST_NAME)
    return name


def list_integrated(app: Application, account_id: str) -> list[SeenProvider]:
    """An account's integrated providers, the oldest first; those that were removed too."""
    with app.reading() as uow:
        found = uow.integrated_providers.list_for(account_id)
        accounts = uow.accounts.get_many(one.id for one in found)
        connections = {one.id: one for one in uow.connections.list_for_client(account_id)}
    return [SeenProvider(one, connections[one.connection_id], accounts[one.id].slug) for one in found]


def get_integrated(app: Application, account_id: str, connection_id: str) -> SeenProvider:
    """Raises NotFound."""
    with app.reading() as uow:
        return _see(uow, account_id, connection_id)


def is_in_use(app: Application, seen: SeenProvider) -> bool:
    """Whether anything is still said to the provider's system or heard of it; after a removal, while requests are open."""
    with app.reading() as uow:
        return _is_in_use(uow, seen)


def events_url(app: Application, provider: IntegratedProvider) -> str:
    """Where the provider's system sends what it has to say."""
    return f"{app.base_url}/api/providers/{provider.id}/events"


def try_provider(app: Application, actor: User, connection_id: str) -> Sentence | None:
    """See whether the provider's system answers; what is wrong, else None, and what waits is sent. Raises Refused, NotFound."""
    require_admin(actor)
    with app.reading() as uow:
        seen = _see(uow, actor.account_id, connection_id)
        _check_in_use(uow, seen, actor)
    problem = None
    try:
        app.providers.test(seen.provider)
    except (ProviderRefused, ProviderUnavailable) as error:
        problem = sentence_of(error)
    now = app.clock.now()
    with app.unit_of_work() as uow:
        known = uow.integrated_providers.get(actor.account_id, connection_id, for_change=True)
        uow.integrated_providers.keep_health(known.answered(now) if problem is None else known.failed(problem, now))
        if problem is None:
            untaken = uow.integrated_providers.list_untaken(actor.account_id, connection_id)
            make_sending_due(uow, uow.requests.list_by_id(seen.provider.id, untaken), now)
        uow.commit()
    return problem


def rotate_secret(app: Application, actor: User, connection_id: str) -> SeenProvider:
    """The provider with a new secret; for a while the one of before counts besides. Raises Refused and NotFound."""
    require_admin(actor)
    now = app.clock.now()
    secret = app.providers.new_secret()
    with app.unit_of_work() as uow:
        known = uow.integrated_providers.get(actor.account_id, connection_id, for_change=True)
        seen = _see(uow, actor.account_id, connection_id)
        _check_in_use(uow, seen, actor)
        rotated = replace(known, secrets=known.secrets.rotate(secret, now))
        uow.integrated_providers.keep_secrets(rotated)
        uow.audit.append([AuditEntry(actor.account_id, now, actor.id, "provider.secret_rotated", connection_id)])
        uow.commit()
    return replace(seen, provider=rotated)


def _see(uow: UnitOfWork, account_id: str, connection_id: str) -> SeenProvider:
    provider = uow.integrated_providers.get(account_id, connection_id)
    connection = uow.connections.get(account_id, connection_id)
    return SeenProvider(provider, connection, uow.accounts.get(provider.id).slug)


def _check_in_use(uow: UnitOfWork, seen: SeenProvider, actor: User) -> None:
    if not _is_in_use(uow, seen):
        raise not_any_more(uow, seen.connection, actor)


def _is_in_use(uow: UnitOfWork, seen: SeenProvider) -> bool:
    if seen.connection.is_active:
        return True
    account_id, connection_id = seen.provider.account_id, seen.connection.id
    is_open = bool(uow.requests.list_changed(seen.provider.id, connection_id, None, "", 1))
    return is_open or bool(uow.integrated_providers.list_untaken(account_id, connection_id))
