"""What a 3PL offers to its client in tests, and what the client makes of it."""

from __future__ import annotations

from support.shop import Shop

from engine.services.deciding.publish_rules import Publication, publish_rules
from engine.services.sharing.adopt_rules import Wish, adopt_rules
from engine.services.sharing.adopted_sets import AdoptedSet
from engine.services.sharing.file_to_offer import keep_file_to_offer
from engine.services.sharing.list_offers import list_adopted_sets
from engine.services.sharing.offer_rules import Offered, Offering, offer_rules

DELEGATE = """# Acme's rules for its clients
set: acme
name: Acme for clients
rules:
  - id: delegate-iberia
    name: Iberia goes to Acme
    when: {field: ship_to.country, is: in, value: [ES, PT]}
    then: [{do: set_logistics_provider, provider: acme-3pl}]
  - id: mark
    name: Mark what Acme has
    when: always
    then: [{do: add_tag, tag: acme}]
"""
NEWER = DELEGATE.replace("[ES, PT]", "[ES, PT, AD]").replace("tag: acme", "tag: by-acme")


def offered(shop: Shop, document: str = DELEGATE, **wish: object) -> Offered:
    """A file that the 3PL offers to its clients, and does not run itself."""
    slug = shop.provider.slug
    version = keep_file_to_offer(shop.app, slug, document.encode())
    return offer_rules(shop.app, slug, Offering(version.set_slug, version.number, **wish))  # type: ignore[arg-type]


def adopted(shop: Shop, document: str = DELEGATE, **wish: object) -> Publication:
    """The same, adopted by the merchant."""
    offer = offered(shop, document).offer
    return adopt_rules(shop.app, shop.merchant, offer.id, Wish(**wish))  # type: ignore[arg-type]


def adopted_set(shop: Shop) -> AdoptedSet:
    """The one that the merchant runs."""
    [one] = list_adopted_sets(shop.app, shop.merchant.slug)
    return one


def publish_own(shop: Shop, name: str, rule: str = "when: always, then: []") -> Publication:
    """A set of the merchant's own."""
    return publish_rules(shop.app, shop.merchant.slug, f"set: {name}\nrules: [{{id: {name}, {rule}}}]".encode())
