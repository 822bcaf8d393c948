"""Offers a rule set of an account to others, version by version, and takes the offer back."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.application import Application
from engine.model.account import Account
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.rule_offer import Audience, OfferedVersion, RuleOffer
from engine.model.rule_set import RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.accounts.acting import find_account
from engine.services.deciding.arrange_rules import export_rule_set
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_NAME = 200

NAMELESS = Text(
    "An offer needs a name: say what the rules are for.", "Una oferta necesita un nombre: di para qué son las reglas."
)
NAME_TOO_LONG = Text(
    "The name of an offer may have {limit} characters.", "El nombre de una oferta puede tener {limit} caracteres."
)
NOT_ITS_OWN = Text(
    'The rule set "{set}" was adopted from another account: only that account can offer it.',
    'El conjunto de reglas "{set}" se adoptó de otra cuenta: solo esa cuenta puede ofrecerlo.',
)
NOT_NEWER = Text(
    'Version {newest} of "{set}" is offered already, and offers only move on: publish version {number} again '
    "and offer the version that this makes.",
    'La versión {newest} de "{set}" ya está ofrecida, y las ofertas solo avanzan: publica de nuevo la versión {number} '
    "y ofrece la que resulte.",
)
NO_OFFER = Text(
    'The account "{account}" has no offer {offer}: `rules offers` lists them.',
    'La cuenta "{account}" no tiene la oferta {offer}: `rules offers` las muestra.',
)


@dataclass(frozen=True, slots=True)
class Offering:
    """What is to be offered. Without a set the account's only one, without a number what runs of it."""

    set_slug: str | None = None
    number: int | None = None
    name: str | None = None  # None: what it is offered as already, else the name of the set
    audience: Audience | None = None  # None: as before, else those connected


@dataclass(frozen=True, slots=True)
class Offered:
    """An offer with the version that is the newest of it now."""

    offer: RuleOffer
    number: int
    is_new: bool  # else the version was offered already


def offer_rules(app: Application, slug: str, offering: Offering, actor: str = "operator") -> Offered:
    """Offer a published version; who has adopted an earlier one sees that there is a newer one. Raises Refused."""
    version = export_rule_set(app, slug, offering.set_slug, offering.number)
    if version.adoption is not None:
        raise Refused("not_its_own", NOT_ITS_OWN, set=version.set_slug)
    with app.unit_of_work() as uow:
        account = find_account(uow, slug)
        uow.accounts.get(account.id, for_change=True)  # of two who offer at once, the second sees what the first has offered
        found = next((one for one in uow.rule_offers.list_by(account.id) if one.set_slug == version.set_slug), None)
        offer = _offer(app, uow, version, found, offering)
        versions = uow.rule_offers.list_versions(account.id, [offer.id]).get(offer.id, [])
        newest = versions[-1].number if versions else 0
        if version.number < newest:
            raise Refused("not_newer", NOT_NEWER, set=version.set_slug, newest=newest, number=version.number)
        if version.number > newest:
            now = app.clock.now()
            uow.rule_offers.add_version(OfferedVersion(account.id, offer.id, version.number, version.id, now, actor))
        if version.number > newest or offer != found:
            uow.audit.append([_entry(app, account, offer, actor, newest or None, version.number)])
            uow.commit()
    return Offered(offer, version.number, version.number > newest)


def _offer(app: Application, uow: UnitOfWork, version: RuleSetVersion, found: RuleOffer | None, offering: Offering) -> RuleOffer:
    """The offer of the version's set as it is from now on. Raises Refused for its name."""
    name = (found.name if found is not None else version.name) if offering.name is None else offering.name.strip()
    if not name:
        raise Refused("nameless", NAMELESS)
    if len(name) > LONGEST_NAME:
        raise Refused("name_too_long", NAME_TOO_LONG, limit=LONGEST_NAME)
    if found is None:
        audience = offering.audience or Audience.CONNECTED
        offer = RuleOffer(new_id("rof"), version.account_id, version.set_slug, name, audience, app.clock.now())
        uow.rule_offers.add(offer)
        return offer
    offer = replace(found, name=name, audience=offering.audience or found.audience, withdrawn_at=None)
    if offer != found:
        uow.rule_offers.update(offer)
    return offer


def withdraw_offer(app: Application, account: Account, offer_id: str, actor: str = "operator") -> RuleOffer:
    """Offer a set no longer. Who has adopted it keeps what it runs. Raises Refused."""
    with app.unit_of_work() as uow:
        uow.accounts.get(account.id, for_change=True)
        found = next((one for one in uow.rule_offers.list_by(account.id) if one.id == offer_id), None)
        if found is None:
            raise Refused("no_offer", NO_OFFER, account=account.slug, offer=offer_id)
        if found.withdrawn_at is not None:
            return found
        offer = replace(found, withdrawn_at=app.clock.now())
        uow.rule_offers.update(offer)
        uow.audit.append([_entry(app, account, offer, actor, None, None)])
        uow.commit()
    return offer


def _entry(app: Application, account: Account, offer: RuleOffer, actor: str, before: int | None, after: int | None) -> AuditEntry:
    action = "rules.offer_withdrawn" if offer.withdrawn_at is not None else "rules.offered"
    return AuditEntry(account.id, app.clock.now(), actor, action, offer.id, before, after)
