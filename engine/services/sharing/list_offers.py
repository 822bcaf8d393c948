"""What an account offers, what is offered to it, and what is in an offer."""

from __future__ import annotations

from dataclasses import dataclass

from engine.application import Application
from engine.model.account import Account
from engine.model.rule_offer import Adopter, OfferedVersion, RuleOffer
from engine.model.rule_set import RuleSetVersion
from engine.services.accounts.acting import find_account
from engine.services.refusals import Refused
from engine.services.sharing.adopt_rules import NOT_OFFERED
from engine.services.sharing.adopted_sets import AdoptedSet, gather_adopted
from engine.services.sharing.partners import get_partners
from rules.document import RuleSet
from rules.parser import parse_rule_set


@dataclass(frozen=True, slots=True)
class Adopted:
    """Who has adopted an offer, and which version of it runs there."""

    account: Account
    set_slug: str
    number: int


@dataclass(frozen=True, slots=True)
class MadeOffer:
    """An offer of the account's own."""

    offer: RuleOffer
    versions: tuple[OfferedVersion, ...]  # from the first to the newest
    adopters: tuple[Adopted, ...]


@dataclass(frozen=True, slots=True)
class ReceivedOffer:
    """An offer that another account makes to it."""

    offer: RuleOffer
    offered_by: Account
    versions: tuple[OfferedVersion, ...]
    adopted: AdoptedSet | None

    @property
    def newest(self) -> OfferedVersion:
        return self.versions[-1]


@dataclass(frozen=True, slots=True)
class Offers:
    """Everything that is offered by and to an account, and what it has adopted."""

    made: tuple[MadeOffer, ...]
    received: tuple[ReceivedOffer, ...]
    adopted: tuple[AdoptedSet, ...]


@dataclass(frozen=True, slots=True)
class OfferedRules:
    """An offer with the newest version that is offered; `rules` is None when it can no longer be read."""

    received: ReceivedOffer
    version: RuleSetVersion
    rules: RuleSet | None


def list_adopted_sets(app: Application, slug: str) -> list[AdoptedSet]:
    """What the account has adopted and runs. Raises Refused for an unknown account."""
    with app.reading() as uow:
        account = find_account(uow, slug)
        return gather_adopted(uow, account.id, uow.rule_sets.list_published(account.id))


def list_offers(app: Application, slug: str) -> Offers:
    """Raises Refused for an unknown account."""
    with app.reading() as uow:
        account = find_account(uow, slug)
        made, to_it = uow.rule_offers.list_by(account.id), uow.rule_offers.list_to(account.id)
        versions = uow.rule_offers.list_versions(account.id, [offer.id for offer in (*made, *to_it)])
        adopters = uow.rule_offers.list_adopters(account.id)
        adopted = gather_adopted(uow, account.id, uow.rule_sets.list_published(account.id))
        others = {one.account_id for found in adopters.values() for one in found} | {offer.account_id for offer in to_it}
        accounts = get_partners(uow, account.id, others)
    by_offer = {one.adoption.offer_id: one for one in adopted}

    def named(adopter: Adopter) -> Adopted:
        return Adopted(accounts[adopter.account_id], adopter.set_slug, adopter.number)

    return Offers(
        tuple(MadeOffer(one, tuple(versions[one.id]), tuple(map(named, adopters.get(one.id, ())))) for one in made),
        tuple(ReceivedOffer(one, accounts[one.account_id], tuple(versions[one.id]), by_offer.get(one.id)) for one in to_it),
        tuple(adopted),
    )


def read_offer(app: Application, account_id: str, offer_id: str) -> OfferedRules:
    """What is offered to the account. Raises Refused where nothing is."""
    with app.reading() as uow:
        account = uow.accounts.get(account_id)
        offer = uow.rule_offers.find_to(account_id, offer_id)
        if offer is None:
            raise Refused("not_offered", NOT_OFFERED, offer=offer_id, account=account.slug)
        versions = tuple(uow.rule_offers.list_versions(account_id, [offer.id])[offer.id])
        version = uow.rule_offers.get_document(account_id, versions[-1])
        adopted = gather_adopted(uow, account_id, uow.rule_sets.list_published(account_id))
        by = get_partners(uow, account_id, [offer.account_id])[offer.account_id]
    mine = next((one for one in adopted if one.adoption.offer_id == offer.id), None)
    rules, _problems = parse_rule_set(version.document)
    return OfferedRules(ReceivedOffer(offer, by, versions, mine), version, rules)
