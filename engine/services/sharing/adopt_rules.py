"""Adopts a rule set that another account offers, and moves on to a newer version of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from engine.application import Application
from engine.model.account import Account
from engine.model.rule_offer import RuleOffer
from engine.model.rule_set import Adoption, RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.accounts.acting import find_account
from engine.services.deciding.publish_rules import Adopting, Publication, publish_rules
from engine.services.refusals import Refused
from engine.services.sharing.adopted_sets import AdoptedSet, find_adopted
from rules.adopted import as_adopted
from rules.diff import RuleChange, diff_rule_sets
from rules.document import MAX_SLUG_LENGTH, NAMELESS, RuleSet
from rules.messages import Text
from rules.parser import parse_rule_set, read_rule_set
from rules.parser.reading import SLUG
from rules.problems import RuleSetRefused

NOT_OFFERED = Text(
    'Nothing with the id {offer} is offered to the account "{account}": `rules offers` lists what is.',
    'A la cuenta "{account}" no se le ofrece nada con el id {offer}: `rules offers` muestra lo que hay.',
)
ADOPTED_ALREADY = Text(
    'The account "{account}" runs this offer already, as "{set}": `rules adopted update {set}` moves on to a newer version.',
    'La cuenta "{account}" ya ejecuta esta oferta, como "{set}": `rules adopted update {set}` pasa a una versión más nueva.',
)
BAD_SLUG = Text(
    '"{set}" cannot be the slug of a rule set: write lower-case letters, digits and hyphens.',
    '"{set}" no puede ser el slug de un conjunto de reglas: escribe minúsculas, cifras y guiones.',
)
NO_SUCH_RULE = Text(
    'The offered rules have no rule "{rule}"; there are: {known}.',
    'Las reglas ofrecidas no tienen la regla "{rule}"; hay: {known}.',
)
NOTHING_NEWER = Text(
    'Nothing newer than version {number} is offered of "{set}".',
    'De "{set}" no se ofrece nada más nuevo que la versión {number}.',
)
NO_LONGER_OFFERED = Text(
    '"{offered_by}" no longer offers "{set}" to the account "{account}", which keeps version {number} as it is.',
    '"{offered_by}" ya no ofrece "{set}" a la cuenta "{account}", que conserva la versión {number} tal como está.',
)


@dataclass(frozen=True, slots=True)
class Wish:
    """How an account wants to adopt: as which set, where among its own, and without which rules."""

    set_slug: str | None = None
    position: int | None = None  # None: after all others
    switched_off: tuple[str, ...] = ()  # ids as the offered document writes them


@dataclass(frozen=True, slots=True)
class NewerVersion:
    """What would change if an account moved on, and what it would run then."""

    adopted: AdoptedSet
    document: str
    adopting: Adopting
    changes: tuple[RuleChange, ...]


def adopt_rules(app: Application, account: Account, offer_id: str, wish: Wish, actor: str = "operator") -> Publication:
    """Run the newest version that is offered, pinned to it, among the account's own sets.

    Raises RuleSetRefused with all that its rules name and the account does not have; Refused.
    """
    with app.reading() as uow:
        offer = uow.rule_offers.find_to(account.id, offer_id)
        if offer is None:
            raise Refused("not_offered", NOT_OFFERED, offer=offer_id, account=account.slug)
        for version in uow.rule_sets.list_published(account.id):
            if version.adoption is not None and version.adoption.offer_id == offer.id:
                raise Refused("adopted_already", ADOPTED_ALREADY, account=account.slug, set=version.set_slug)
        offered = uow.rule_offers.list_versions(account.id, [offer.id])[offer.id][-1]
        document = uow.rule_offers.get_document(account.id, offered).document
        set_slug = _slug(uow, account, offer) if wish.set_slug is None else wish.set_slug
    if not SLUG.fullmatch(set_slug) or len(set_slug) > MAX_SLUG_LENGTH:
        raise Refused("bad_set", BAD_SLUG, set=set_slug)
    readable, problems = read_rule_set(document)
    if readable is None:
        raise RuleSetRefused(problems)
    known = {rule.id for rule in readable.rules}  # publishing refuses it where there are errors
    for rule_id in wish.switched_off:
        if rule_id not in known:
            raise Refused("no_such_rule", NO_SUCH_RULE, rule=rule_id, known=", ".join(sorted(known)) or "-")
    adoption = Adoption(offer.id, offer.account_id, offered.number, tuple(sorted(set(wish.switched_off))))
    adopting = Adopting(set_slug, offer.name, adoption)
    return publish_rules(app, account.slug, document.encode(), actor, position=wish.position, adopting=adopting)


def _slug(uow: UnitOfWork, account: Account, offer: RuleOffer) -> str:
    """What the set is called here: as when it was adopted before, else as its account calls it, as far as that is free."""
    taken = {}
    for set_slug in uow.rule_sets.list_slugs(account.id):
        last = uow.rule_sets.find_version(account.id, set_slug)
        if last is not None and last.adoption is not None and last.adoption.offer_id == offer.id:
            return set_slug
        taken[set_slug] = last
    by = uow.accounts.get(offer.account_id).slug
    if offer.set_slug == NAMELESS and by not in taken:
        return by
    if offer.set_slug not in taken:
        return offer.set_slug
    return f"{by}-{offer.set_slug}"[:MAX_SLUG_LENGTH].rstrip("-_")


def look_at_newer(app: Application, slug: str, set_slug: str) -> NewerVersion:
    """The newest version that is offered of an adopted set, compared with what runs. Raises Refused where there is none."""
    with app.reading() as uow:
        account = find_account(uow, slug)
        adopted = find_adopted(uow, account, set_slug, uow.rule_sets.list_published(account.id))
        said = {"set": set_slug, "account": slug, "number": adopted.adoption.number, "offered_by": adopted.offered_by.slug}
        if adopted.offer is None:
            raise Refused("no_longer_offered", NO_LONGER_OFFERED, **said)
        if adopted.newer is None:
            raise Refused("nothing_newer", NOTHING_NEWER, **said)
        document = uow.rule_offers.get_document(account.id, adopted.newer).document
    known = {rule.id for rule in _parse(document).rules}
    off = tuple(rule_id for rule_id in adopted.adoption.switched_off if rule_id in known)
    adoption = replace(adopted.adoption, number=adopted.newer.number, switched_off=off)
    before = adopted_rules(adopted.version)
    changes = diff_rule_sets(before, as_adopted(_parse(document), set_slug, off))
    adopting = Adopting(set_slug, adopted.offer.name, adoption, adopted.version)
    return NewerVersion(adopted, document, adopting, tuple(changes))


def update_adopted(app: Application, slug: str, set_slug: str, actor: str = "operator") -> tuple[NewerVersion, Publication]:
    """Move on to the newest version that is offered. What is switched off stays so. Raises Refused and RuleSetRefused."""
    newer = look_at_newer(app, slug, set_slug)
    return newer, publish_rules(app, slug, newer.document.encode(), actor, adopting=newer.adopting)


def adopted_rules(version: RuleSetVersion) -> RuleSet:
    """The rules of an adopted version as they run. Raises RuleSetRefused where it can no longer be read."""
    off = () if version.adoption is None else version.adoption.switched_off
    return as_adopted(_parse(version.document), version.set_slug, off)


def _parse(document: str) -> RuleSet:
    rule_set, problems = parse_rule_set(document)
    if rule_set is None:
        raise RuleSetRefused(problems)
    return rule_set
