"""Which published rules name something that is taken away: whoever does that is told."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from engine.application import Application
from engine.model.account import Account, CarrierAccount
from engine.model.connection import Connection
from engine.ports import UnitOfWork
from engine.services.deciding.rule_context import context_of_rules
from engine.services.deciding.rule_standings import read_published
from rules.actions import Reference
from rules.document import Rule
from rules.messages import Text
from rules.references import find_broken, find_naming

RULES_NAME_IT = Text("These rules name it: {rules}.", "Estas reglas lo nombran: {rules}.")


def rules_naming_user(app: Application, account_id: str, email: str) -> list[Rule]:
    """As the one whom orders are assigned to, or as their owner. Raises NotFound."""
    return _list_naming(app, account_id, {Reference.USER: [email]})


def rules_naming_provider(app: Application, account_id: str, connection: Connection) -> list[Rule]:
    """The client's rules that send orders to the provider of a connection, or from there; the provider has none that do. Raises
    NotFound.
    """
    if account_id != connection.client_id:
        return []
    with app.reading() as uow:
        slug = uow.accounts.get(connection.provider_id).slug
    return _list_naming(app, account_id, {Reference.PROVIDER: [slug], Reference.LOCATION: [slug]})


def running_rules_from(app: Application, uow: UnitOfWork, account: Account, code: str) -> list[Rule]:
    """The account's rules that are switched on and let orders leave from the location of a code."""
    published = read_published(app, uow, account)
    naming = [] if published is None else find_naming(published, {Reference.LOCATION: [code]})
    return [rule for rule in naming if rule.enabled]


def rules_without_services(app: Application, account_id: str, before: CarrierAccount, after: CarrierAccount) -> list[Rule]:
    """Rules that name a service which a carrier account no longer has, nor has any other. Raises NotFound."""
    lost = [service for service in before.services if service not in after.services]
    references = (Reference.SERVICE, Reference.CARRIER_OR_SERVICE)
    naming = _list_naming(app, account_id, dict.fromkeys(references, lost)) if lost else []
    if not naming:
        return []
    with app.reading() as uow:
        account = uow.accounts.get(account_id)
        context = context_of_rules(app, uow, account, naming).context
    broken = find_broken(naming, context)
    return [rule for rule in naming if rule.id in broken]


def _list_naming(app: Application, account_id: str, names: Mapping[Reference, Collection[str]]) -> list[Rule]:
    with app.reading() as uow:
        published = read_published(app, uow, uow.accounts.get(account_id))
    return [] if published is None else find_naming(published, names)
