"""The names behind ids and codes, for screens: providers, rules and people of one account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from engine.application import Application, UnreadableVersion
from engine.model.account import Account
from engine.model.rule_set import RuleSetVersion
from engine.ports import UnitOfWork


@dataclass(frozen=True, slots=True)
class AccountNames:
    """What an account calls things. A code or an id without a name stands for itself."""

    providers: Mapping[str, str]  # by slug and by account id
    rules: Mapping[str, str]  # of the published rule sets, by rule id
    people: Mapping[str, str]  # e-mail addresses, by user id
    carrier_accounts: Mapping[str, str] = field(default_factory=dict)  # by id, as far as they were looked up
    connected: Mapping[str, str] = field(default_factory=dict)  # whom orders may be handed over to: account ids, by slug, by name

    def provider(self, code: str) -> str:
        return self.providers.get(code, code)

    def rule(self, rule_id: str) -> str:
        return self.rules.get(rule_id) or rule_id

    def carrier_account(self, account_id: str) -> str:
        return self.carrier_accounts.get(account_id, account_id)

    def person(self, user_id: str) -> str:
        return self.people.get(user_id, user_id)


NO_NAMES = AccountNames({}, {}, {})


def list_account_names(
    app: Application, account_id: str, account: Account | None = None, published: Sequence[RuleSetVersion] | None = None
) -> AccountNames:
    """Names as of now; `account` and its published versions where they are at hand. Raises NotFound for an unknown account."""
    with app.reading() as uow:
        account = account or uow.accounts.get(account_id)
        providers, connected = _name_providers(uow, account_id)
        return AccountNames(
            providers=providers,
            rules=_name_rules(app, uow, account, published),
            people={user.id: user.email for user in uow.users.list_for(account_id)},
            connected=connected,
        )


def list_rule_and_provider_names(app: Application, account: Account) -> AccountNames:
    """The same without its people, for screens that name none."""
    with app.reading() as uow:
        providers, connected = _name_providers(uow, account.id)
        return AccountNames(providers, _name_rules(app, uow, account), {}, connected=connected)


def _name_providers(uow: UnitOfWork, account_id: str) -> tuple[Mapping[str, str], Mapping[str, str]]:
    """All by slug and by account id, and the account ids of those that are connected, by slug."""
    names, connected = dict[str, str](), dict[str, str]()
    for provider in uow.connections.list_provider_names(account_id):
        names[provider.account_id] = names[provider.slug] = provider.name
        if provider.is_active:
            connected[provider.slug] = provider.account_id
    return names, dict(sorted(connected.items(), key=lambda one: names[one[0]].casefold()))


def _name_rules(
    app: Application, uow: UnitOfWork, account: Account, published: Sequence[RuleSetVersion] | None = None
) -> Mapping[str, str]:
    versions = uow.rule_sets.list_published(account.id) if published is None else published
    try:
        rule_set = app.compiled.get(versions, ZoneInfo(account.time_zone)).rule_set
    except UnreadableVersion:
        return {}
    return {rule.id: rule.name for rule in rule_set.rules}
