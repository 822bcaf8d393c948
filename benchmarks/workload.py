"""Orders and rule sets for the benchmarks of the rules: made anew each time, and always the same for the same numbers.

A rule set is ten general rules, which match two or three times an order, and specific ones in ten kinds (an article, a
place, a campaign, …), each of which matches about one order in two thousand: the more rules a shop has, the more specific
they are. So ten times the rules match hardly more often.

Everything is written so that plain comparison says the same as the rule language does (no blanks where a text is searched,
no difference in case or spacing), and no generated rule's answer depends on what another one writes: then rule engines that
only match can be measured against the product.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from ruamel.yaml import YAML

T = TypeVar("T")
Order = dict[str, Any]

KEYS = 2_000  # different values of a field that specific rules pick orders by
MOST_RULES = 1_000
SHOP_RULES = Path(__file__).parent / "rules_53.yaml"

# Some of these articles are known to the 53 rules of rules_53.yaml.
SHOP_SKUS = (
    "VER-POT-30",
    "LAMP-RATAN",
    "SUSTRATO-20",
    "MANG-25",
    "HUERTO-TOMATE",
    "HUERTO-ALBAHACA",
    "TIJ-PODA",
    "ABONO-1KG",
    "MANTA-LANA",
    "COJIN-LINO",
    "VELA-ROMERO",
    "CESTA-MIMBRE",
)
COUNTRIES = ("ES",) * 10 + ("PT", "FR", "DE", "IT", "GB") * 2 + ("US", "CA", "CH", "NL", "BE", "AT", "IE", "PL", "SE", "DK")
SHOP_CITIES = ("Sevilla", "Córdoba", "Cádiz", "Valencia", "Madrid", "Lisboa", "Lyon", "Berlin")
PAYMENT_METHODS = ("card", "paypal", "transfer", "bizum", "invoice")
SOURCES = ("web", "app", "phone", "marketplace")

CITIES = tuple(f"Villa {number:04}" for number in range(KEYS))
SKUS = tuple(f"ART-{number:04}" for number in range(KEYS))
DOMAINS = tuple(f"@mail{number:03}.example" for number in range(KEYS))
CAMPAIGNS = tuple(f"campaign-{number:04}" for number in range(KEYS))
TAGS = tuple(f"segment-{number:04}" for number in range(KEYS))
SERVICES = tuple(f"service-{number:04}" for number in range(KEYS))
STREETS = tuple(f"Barrio {number:04}" for number in range(KEYS))
POSTAL_PREFIXES = tuple(f"{number:04}" for number in range(100, 100 + KEYS))


def write_orders(folder: Path, count: int, seed: int = 1) -> Path:
    """Write so many orders as JSON lines; the file."""
    file = folder / "orders.jsonl"
    lines = (json.dumps(order, ensure_ascii=False) + "\n" for order in make_orders(count, seed))
    file.write_text("".join(lines), "utf-8")
    return file


def write_rule_set(folder: Path, name: str) -> Path:
    """Write one of RULE_SETS as JSON, which every program reads fast; the file."""
    file = folder / f"{name.replace(' ', '-')}.json"
    file.write_text(json.dumps(RULE_SETS[name](), ensure_ascii=False), "utf-8")
    return file


def make_orders(count: int, seed: int = 1) -> list[Order]:
    """So many orders, as stores send them: some fields are missing in some orders."""
    dice = random.Random(seed)
    return [_order(number, dice) for number in range(1, count + 1)]


def _order(number: int, dice: random.Random) -> Order:
    items = [_item(line, dice) for line in range(1, dice.choice((1, 1, 1, 2, 2, 3, 4)) + 1)]
    subtotal = sum(item["unit_price"] * item["quantity"] for item in items)
    country = dice.choice(COUNTRIES)
    order: Order = {
        "order_number": f"SO-{number:06}",
        "order_key": f"key-{dice.getrandbits(64):016x}",
        "store": dice.choice(("brightpearl-main", "brightpearl-outlet")),
        "status": "awaiting_shipment",
        "source": dice.choice(SOURCES),
        "currency": "GBP" if country == "GB" else "USD" if country in ("US", "CA") else "EUR",
        "payment_method": dice.choice(PAYMENT_METHODS),
        "order_date": f"2026-0{dice.randrange(1, 3)}-{dice.randrange(1, 29):02}T{dice.randrange(24):02}:30:00Z",
        "customer": {"name": f"Buyer {number}", "email": f"buyer{number}{dice.choice(DOMAINS)}"},
        "ship_to": _address(number, country, dice),
        "order_total": round(subtotal + dice.choice((0, 4.9, 6.95)), 2),
        "subtotal": round(subtotal, 2),
        "shipping_paid": 4.9,
        "weight_g": dice.randrange(100, 20_100),
        "items": items,
        "tags": [dice.choice(TAGS) for _ in range(dice.choice((0, 0, 1, 1, 2)))],
        "gift": dice.random() < 0.1,
    }
    if dice.random() < 0.6:
        order["custom_field_1"] = dice.choice(CAMPAIGNS)
    if dice.random() < 0.7:
        order["requested_service"] = dice.choice(SERVICES)
    return order


def _address(number: int, country: str, dice: random.Random) -> dict[str, Any]:
    address: dict[str, Any] = {
        "name": f"Buyer {number}",
        "street1": f"Calle Mayor {dice.randrange(1, 90)}, {dice.choice(STREETS)}",
        "city": dice.choice(SHOP_CITIES) if dice.random() < 0.2 else dice.choice(CITIES),
        "postal_code": f"{dice.choice(POSTAL_PREFIXES)}{dice.randrange(10)}",
        "country": country,
        "residential": dice.random() < 0.8,
    }
    if dice.random() < 0.15:
        address["company"] = f"Comercial {number % 97}"
    if country in ("US", "CA"):
        address["state"] = dice.choice(("NY", "CA", "AK", "HI", "TX"))
    return address


def _item(line: int, dice: random.Random) -> dict[str, Any]:
    return {
        "line_key": f"L{line}",
        "sku": dice.choice(SHOP_SKUS) if dice.random() < 0.2 else dice.choice(SKUS),
        "name": "Article for house and garden",
        "quantity": dice.choice((1, 1, 1, 2, 2, 3, 6)),
        "unit_price": dice.randrange(350, 9_000) / 100,
        "weight_g": dice.randrange(50, 4_000),
    }


def make_rule_set(count: int) -> dict[str, Any]:
    """A rule set of so many rules, 20 to 1,000, as a JSON document."""
    if not len(GENERAL) + len(KINDS) <= count <= MOST_RULES:
        raise ValueError(f"20 to {MOST_RULES} rules, not {count}")
    conditions = [*GENERAL, *(KINDS[number % len(KINDS)](number // len(KINDS)) for number in range(count - len(GENERAL)))]
    return {"name": f"{count} rules", "rules": [_rule(number, nodes) for number, nodes in enumerate(conditions)]}


def read_shop_rules() -> dict[str, Any]:
    """The 53 rules of rules_53.yaml as a JSON document. Some of them read what others write."""
    document: dict[str, Any] = YAML(typ="safe", pure=True).load(SHOP_RULES)
    return document


def _rule(number: int, nodes: list[Any]) -> dict[str, Any]:
    return {
        "id": f"rule-{number:03}",
        "name": f"Rule {number}",
        "when": {"all": nodes} if len(nodes) > 1 else nodes[0],
        "then": [_action(number)],
    }


def _action(number: int) -> dict[str, Any]:
    match number % 10:
        case 0 | 2 | 3:
            return {"do": "set_service", "carrier": "dhl", "service": f"parcel-{number}"}
        case 1:
            return {"do": "set_logistics_provider", "provider": f"provider-{number}", "send": True}
        case _:
            return {"do": "add_tag", "tag": f"handled-{number}"}


def _condition(field: str, operator: str, value: Any) -> dict[str, Any]:
    return {"field": field, "is": operator, "value": value}


EUROPE = ["FR", "DE", "IT", "NL", "BE", "AT", "IE", "PL", "SE", "DK"]
GENERAL: list[list[Any]] = [
    [_condition("ship_to.country", "equals", "ES")],
    [_condition("ship_to.country", "in", ["ES", "PT"]), _condition("order_total", "at_least", 30)],
    [_condition("ship_to.country", "in", EUROPE)],
    [_condition("ship_to.country", "in", ["GB", "US", "CA", "CH"])],
    [_condition("order_total", "greater_than", 250)],
    [{"field": "gift", "is": "is_true"}],
    [_condition("weight_g", "at_least", 15_000)],
    [_condition("line_count", "at_least", 3)],
    [_condition("payment_method", "equals", "invoice")],
    [{"any_item": _condition("quantity", "at_least", 6)}],
]


# Each kind of specific rules: the conditions of the one that stands at a place among those of its kind, in the order in
# which people say them, the general before the special. It names one to three of the kind's values.


def _named(values: Sequence[T], place: int) -> list[T]:
    return list(values[3 * place : 3 * place + 1 + place % 3])


def _article(place: int) -> list[Any]:
    both = [_condition("quantity", "at_least", 2 + place % 2), _condition("sku", "in", _named(SKUS, place))]
    return [_condition("order_total", "at_least", 10 + place % 40), {"any_item": {"all": both}}]


def _article_abroad(place: int) -> list[Any]:
    return [
        _condition("ship_to.country", "not_in", ["ES", "PT"]),
        _condition("skus", "includes", _named(SKUS[KEYS // 2 :], place)),
    ]


def _postal_area(place: int) -> list[Any]:
    return [
        _condition("ship_to.country", "equals", "ES"),
        _condition("order_total", "at_most", 400 + place),
        _condition("ship_to.postal_code", "starts_with", _named(POSTAL_PREFIXES, place)),
    ]


def _city(place: int) -> list[Any]:
    return [
        _condition("order_total", "at_least", 20 + place % 60),
        _condition("payment_method", "in", ["card", "paypal", "transfer"]),
        _condition("ship_to.city", "in", _named(CITIES, place)),
    ]


def _customer(place: int) -> list[Any]:
    return [
        _condition("order_total", "less_than", 60 + 10 * place),
        _condition("customer.email", "ends_with", _named(DOMAINS, place)),
    ]


def _campaign(place: int) -> list[Any]:
    wanted = [_condition("source", "equals", SOURCES[place % 4]), {"field": "gift", "is": "is_true"}]
    return [{"any": wanted}, _condition("custom_field_1", "in", _named(CAMPAIGNS, place))]


def _segment(place: int) -> list[Any]:
    unwanted = [
        _condition("payment_method", "equals", PAYMENT_METHODS[place % 5]),
        _condition("ship_to.country", "in", ["US", "CA"]),
    ]
    return [
        {"none": unwanted},
        _condition("tags", "includes", _named(TAGS, place)),
        _condition("tags", "excludes", TAGS[-1 - place]),
    ]


def _amount(place: int) -> list[Any]:
    return [
        _condition("payment_method", "in", ["card", "paypal", "bizum"]),
        _condition("ship_to.country", "in", ["ES", "PT", "FR", "IT"]),
        _condition("order_total", "between", [20 + 3 * place, round(20.24 + 3 * place, 2)]),
    ]


def _requested(place: int) -> list[Any]:
    return [
        _condition("weight_g", "at_most", 10_000 + 80 * place),
        _condition("line_count", "at_most", 3),
        _condition("currency", "equals", "EUR"),
        _condition("requested_service", "in", _named(SERVICES, place)),
    ]


def _street(place: int) -> list[Any]:
    return [
        {"field": "ship_to.residential", "is": "is_true"},
        _condition("weight_g", "greater_than", 1_000 + 40 * place),
        _condition("ship_to.street1", "contains", _named(STREETS, place)),
    ]


KINDS: tuple[Callable[[int], list[Any]], ...] = (
    _article,
    _article_abroad,
    _postal_area,
    _city,
    _customer,
    _campaign,
    _segment,
    _amount,
    _requested,
    _street,
)

RULE_SETS: dict[str, Callable[[], dict[str, Any]]] = {
    "53": read_shop_rules,
    "53 generated": lambda: make_rule_set(53),
    "500 generated": lambda: make_rule_set(500),
    "530 generated": lambda: make_rule_set(530),
}
