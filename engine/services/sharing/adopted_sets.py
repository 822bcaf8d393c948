"""An account's adopted rule sets: from whom, which rules are off, and whether there is a newer version."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.model.account import Account
from engine.model.rule_offer import OfferedVersion, RuleOffer
from engine.model.rule_set import Adoption, RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.refusals import Refused
from engine.services.sharing.partners import get_partners
from rules.messages import Text

NOT_ADOPTED = Text(
    'The account "{account}" runs no adopted rule set "{set}"; adopted are: {known}.',
    'La cuenta "{account}" no ejecuta ningún conjunto de reglas adoptado "{set}"; adoptados: {known}.',
)


@dataclass(frozen=True, slots=True)
class AdoptedSet:
    """A published set that another account wrote."""

    version: RuleSetVersion
    adoption: Adoption
    offered_by: Account
    offer: RuleOffer | None  # None: it is no longer offered to the account, which keeps what it runs
    newest: OfferedVersion | None

    @property
    def newer(self) -> OfferedVersion | None:
        """What the account may move on to."""
        return self.newest if self.newest is not None and self.newest.number > self.adoption.number else None


def gather_adopted(uow: UnitOfWork, account_id: str, published: Sequence[RuleSetVersion]) -> list[AdoptedSet]:
    """Those of an account's published sets that it has adopted, in their order."""
    adopted = [(version, version.adoption) for version in published if version.adoption is not None]
    if not adopted:
        return []
    offers = {offer.id: offer for offer in uow.rule_offers.list_to(account_id)}
    still = sorted({adoption.offer_id for _, adoption in adopted} & offers.keys())
    versions = uow.rule_offers.list_versions(account_id, still)
    accounts = get_partners(uow, account_id, {adoption.offered_by for _, adoption in adopted})
    return [
        AdoptedSet(
            version,
            adoption,
            accounts[adoption.offered_by],
            offers.get(adoption.offer_id),
            versions[adoption.offer_id][-1] if adoption.offer_id in versions else None,
        )
        for version, adoption in adopted
    ]


def find_adopted(uow: UnitOfWork, account: Account, set_slug: str, published: Sequence[RuleSetVersion]) -> AdoptedSet:
    """The one of a slug. Raises Refused."""
    adopted = gather_adopted(uow, account.id, published)
    for one in adopted:
        if one.version.set_slug == set_slug:
            return one
    known = ", ".join(one.version.set_slug for one in adopted) or "-"
    raise Refused("not_adopted", NOT_ADOPTED, account=account.slug, set=set_slug, known=known)
