"""What an account's rules know beside the order, gathered from the account's own data, or as a decision kept it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from engine.application import Application
from engine.list_states import ListStates
from engine.model.account import Account, CarrierAccount
from engine.model.connection import Connection
from engine.model.order import StoredDecision
from engine.ports import UnitOfWork
from rules.context import RuleContext
from rules.document import Rule, lists_of
from rules.named_lists import NamedList
from rules.order_document import dumps


@dataclass(frozen=True, slots=True)
class GatheredContext:
    """A context as data, as the rules use it, and the hash it is kept under beside decisions."""

    id: str
    data: Mapping[str, Any]  # of lists their states' digests
    context: RuleContext

    @property
    def list_states(self) -> Mapping[str, Sequence[str]]:
        """The states of lists that are part of it, by digest."""
        lists = self.context.lists or {}
        return {digest: lists[name].members for name, digest in self.data.get("lists", {}).items()}


@dataclass(frozen=True, slots=True)
class GatheredLists:
    """Named lists of an account, by name: those that some rules compare with, and the names of the others."""

    digests: Mapping[str, str] = field(default_factory=dict)
    states: Mapping[str, NamedList] = field(default_factory=dict)
    others: frozenset[str] = frozenset()


NO_LISTS = GatheredLists()


def gather_lists(app: Application, uow: UnitOfWork, account_id: str, names: Collection[str] | None = None) -> GatheredLists:
    """The lists with these folded names as they are now; without names, all."""
    return _gathered_lists(app.list_states, uow, account_id, names)


def _gathered_lists(known: ListStates, uow: UnitOfWork, account_id: str, names: Collection[str] | None = None) -> GatheredLists:
    kept = uow.lists.list_for(account_id)
    wanted = [one for one in kept if names is None or one.name in names]
    counts = {one.digest: one.count for one in wanted}
    digests = {one.name: one.digest for one in wanted}
    states = known.load(uow, account_id, digests, counts) if digests else {}
    return GatheredLists(digests, states, frozenset(one.name for one in kept) - frozenset(digests))


def gather_context(uow: UnitOfWork, account: Account, lists: GatheredLists | None = None) -> GatheredContext:
    """The account's context as it is now, with all its lists, which may be large, unless some are given.

    What is kept of it names the lists it has with their digests, and none where it has none.
    """
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
    if lists is None:
        lists = _gathered_lists(ListStates(), uow, account.id)
    gathered = _from_data({**data, "lists": dict(lists.digests)} if lists.digests else data, lists.states)
    context = replace(gathered.context, lists=gathered.context.lists or {}, other_lists=lists.others)
    return replace(gathered, context=context)


def context_of_rules(app: Application, uow: UnitOfWork, account: Account, rules: Iterable[Rule]) -> GatheredContext:
    """The account's context as it is now, with the lists that some rules name."""
    names = lists_of(rules)
    return gather_context(uow, account, gather_lists(app, uow, account.id, names) if names else NO_LISTS)


def kept_context(app: Application, uow: UnitOfWork, decision: StoredDecision) -> GatheredContext:
    """What a decision knew. Raises NotFound where that, or the state of a list, is gone, and ContextRefused."""
    return context_of_data(app, uow, decision.account_id, uow.decisions.get_context(decision))


def context_of_data(app: Application, uow: UnitOfWork, account_id: str, data: Mapping[str, Any]) -> GatheredContext:
    """What is kept of a context, made ready again. Raises NotFound where the state of a list is gone, and ContextRefused."""
    digests = data.get("lists") or {}
    return _from_data(data, app.list_states.load(uow, account_id, digests) if digests else {})


def _from_data(data: Mapping[str, Any], lists: Mapping[str, NamedList]) -> GatheredContext:
    digest = hashlib.sha256(dumps(data, sort_keys=True)).hexdigest()[:32]
    context = RuleContext.parse({**data, "lists": lists} if "lists" in data else data)
    return GatheredContext(f"ctx_{digest}", data, context)


def _offer(carrier_account: CarrierAccount, slugs: Mapping[str, str]) -> dict[str, Any]:
    return {
        "owner": slugs[carrier_account.account_id],
        "carrier": carrier_account.carrier,
        "services": sorted(carrier_account.services),
    }
