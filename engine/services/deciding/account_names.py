"""The names behind ids and codes, for screens: providers, rules and people of one account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from engine.application import Application, UnreadableVersion
from engine.model.account import Account
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class AccountNames:
    """What an account calls things. A code or an id without a name stands for itself."""

    providers: Mapping[str, str]  # by slug and by account id
    rules: Mapping[str, str]  # of the published rule sets, by rule id
    people: Mapping[str, str]  # e-mail addresses, by user id
    carrier_accounts: Mapping[str, str] = field(default_factory=dict)  # by id, as far as they were looked up

    def provider(self, code: str) -> str:
        return self.providers.get(code, code)

    def rule(self, rule_id: str) -> str:
        return self.rules.get(rule_id) or rule_id

    def carrier_account(self, account_id: str) -> str:
        return self.carrier_accounts.get(account_id, account_id)

    def person(self, user_id: str) -> str:
        return self.people.get(user_id, user_id)


NO_NAMES = AccountNames({}, {}, {})


def list_account_names(app: Application, account_id: str) -> AccountNames:
    """Names as of now. Raises NotFound for an unknown account."""
    with app.reading() as uow:
        account = uow.accounts.get(account_id)
        return AccountNames(
            providers=_name_providers(uow, account),
            rules=_name_rules(app, uow, account),
            people={user.id: user.email for user in uow.users.list_for(account.id)},
        )


def _name_providers(uow: UnitOfWork, account: Account) -> Mapping[str, str]:
    names = {}
    connections = uow.connections.list_for_client(account.id)
    accounts = uow.accounts.get_many(connection.provider_id for connection in connections)
    for connection in connections:
        provider = accounts[connection.provider_id]
        names[provider.id] = names[provider.slug] = connection.company_name or provider.name
    return names


def _name_rules(app: Application, uow: UnitOfWork, account: Account) -> Mapping[str, str]:
    versions = uow.rule_sets.list_published(account.id)
    try:
        rule_set = app.compiled.get(versions, ZoneInfo(account.time_zone)).rule_set
    except UnreadableVersion:
        return {}
    return {rule.id: rule.name for rule in rule_set.rules}
