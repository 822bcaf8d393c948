"""What an account's admins change about it: its name, where it is, and what it does."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace

from engine.application import Application
from engine.model.account import Account, AccountKind, DecideAnew, User
from engine.model.audit import AuditEntry
from engine.services.accounts.accounts import (
    check_country,
    check_days_held,
    check_name,
    check_no_clients,
    check_price_limit,
    check_zone,
)
from engine.services.accounts.acting import require_admin


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What can be changed about an account. Its slug stays: rules call it by that."""

    name: str
    country: str
    time_zone: str
    decide_anew: DecideAnew
    ships_for_others: bool
    price_limit_percent: int | None = None
    held_too_long_days: int = 3


def change_account(app: Application, actor: User, wanted: AccountFacts) -> Account:
    """The account as it is kept then. Raises Refused."""
    require_admin(actor)
    check_name(wanted.name)
    check_country(wanted.country)
    check_zone(wanted.time_zone)
    check_price_limit(wanted.price_limit_percent)
    check_days_held(wanted.held_too_long_days)
    wanted = replace(wanted, name=wanted.name.strip())
    with app.unit_of_work() as uow:
        account = uow.accounts.get(actor.account_id, for_change=True)
        if account.ships_for_others and not wanted.ships_for_others:
            check_no_clients(uow, account.id)
        before, after = asdict(_facts_of(account)), asdict(wanted)
        changed = [name for name in after if before[name] != after[name]]
        if changed:
            account = _with_facts(account, wanted)
            uow.accounts.update(account)
            if "time_zone" in changed:
                uow.stores.set_time_zone(account.id, account.time_zone)
            told = ({name: facts[name] for name in changed} for facts in (before, after))
            uow.audit.append([AuditEntry(account.id, app.clock.now(), actor.id, "account.changed", account.id, *told)])
        uow.commit()
    return account


def _facts_of(account: Account) -> AccountFacts:
    place = (account.name, account.country, account.time_zone)
    return AccountFacts(
        *place, account.decide_anew, account.ships_for_others, account.price_limit_percent, account.held_too_long_days
    )


def _with_facts(account: Account, facts: AccountFacts) -> Account:
    return replace(
        account,
        name=facts.name,
        country=facts.country,
        time_zone=facts.time_zone,
        decide_anew=facts.decide_anew,
        price_limit_percent=facts.price_limit_percent,
        held_too_long_days=facts.held_too_long_days,
        kind=AccountKind.PROVIDER if facts.ships_for_others else AccountKind.MERCHANT,
    )
