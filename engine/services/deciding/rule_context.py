"""What an account's rules know beside the order, gathered from the account's own data."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.account import Account, CarrierAccount
from engine.model.connection import Connection
from engine.ports import UnitOfWork
from rules.context import RuleContext
from rules.order_document import dumps


@dataclass(frozen=True, slots=True)
class GatheredContext:
    """A context as data, as the rules use it, and the hash it is kept under beside decisions."""

    id: str
    data: Mapping[str, Any]
    context: RuleContext


def gather_context(uow: UnitOfWork, account: Account) -> GatheredContext:
    """The account's context as it is now."""
    provider_ids = [one.provider_id for one in uow.connections.list_for_client(account.id) if one.is_active]
    carrier_accounts = uow.carrier_accounts.list_for(account.id)
    strict: list[Connection] = []
    if account.ships_for_others:
        carrier_accounts += uow.carrier_accounts.list_usable_by_provider(account.id)
        strict = uow.connections.list_requiring_shared(account.id)
    strict_ids = [one.client_id for one in strict if one.client_id is not None]
    # Of a provider's clients only those that rules can meet: it may have very many.
    partners = uow.accounts.get_many({*provider_ids, *strict_ids, *(one.account_id for one in carrier_accounts)} - {account.id})
    providers = [partners[provider_id] for provider_id in provider_ids]
    slugs = {account.id: account.slug, **{partner.id: partner.slug for partner in partners.values()}}
    data = {
        "account": {"slug": account.slug, "country": account.country, "time_zone": account.time_zone},
        "providers": sorted(provider.slug for provider in providers),
        "carrier_accounts": [_offer(one, slugs) for one in carrier_accounts],
        "provider_accounts_allowed": account.ships_for_others,
        "users": sorted(user.email for user in uow.users.list_for(account.id)),
        "locations": [
            *({"code": location.code, "country": location.country} for location in uow.locations.list_for(account.id)),
            *({"code": provider.slug, "country": provider.country} for provider in providers),
        ],
    }
    if strict_ids:
        data["clients_requiring_shared"] = sorted(slugs[client_id] for client_id in strict_ids)
    return from_data(data)


def from_data(data: Mapping[str, Any]) -> GatheredContext:
    """A context kept before, made ready again."""
    digest = hashlib.sha256(dumps(data, sort_keys=True)).hexdigest()[:32]
    return GatheredContext(f"ctx_{digest}", data, RuleContext.parse(data))


def _offer(carrier_account: CarrierAccount, slugs: Mapping[str, str]) -> dict[str, Any]:
    return {
        "owner": slugs[carrier_account.account_id],
        "carrier": carrier_account.carrier,
        "services": sorted(carrier_account.services),
    }
