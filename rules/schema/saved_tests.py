"""The schema of `tests`. Orders stay open: a test may try what is wrong, and unknown keys of an order are kept, but not those of
its delegation."""

from __future__ import annotations

from rules.document import TRIGGERS
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, Field, FieldCatalogue
from rules.fields.delegation import DELEGATION
from rules.fields.delegation import KEYS as DELEGATION_KEYS
from rules.fields.tracking import KEYS as TRACKING_KEYS
from rules.fields.tracking import TRACKING
from rules.messages import Language
from rules.named_lists import MAX_MEMBERS
from rules.operators.texts import MAX_TEXT
from rules.operators.written_times import TIME
from rules.parser.saved_tests import FLAGS
from rules.schema.words import Schema, closed, described
from rules.vocabulary import EXPECT_KEYS, HISTORY_KEYS, ITEMS, TEST_KEYS

_TEXT: Schema = {"type": ["string", "null"]}
_MEMBER: Schema = {"type": "string", "pattern": "\\S", "maxLength": MAX_TEXT}
_TEXTS: Schema = {"type": ["array", "null"], "items": {"type": "string"}}


def saved_test_definitions(language: Language) -> dict[str, Schema]:
    """`test` and what it refers to."""
    parts: dict[str, Schema] = {
        "name": {"type": ["string", "number", "null"]},
        "order": {"$ref": "#/$defs/order"},
        "expect": {"$ref": "#/$defs/expect"},
        "context": {"$ref": "#/$defs/context"},
        "now": dict(TIME.schema),
        "trigger": {"enum": [*TRIGGERS, None]},
    }
    return {
        "test": closed({key: described(TEST_KEYS[key], part, language) for key, part in parts.items()}, ["order", "expect"]),
        "expect": _expect(language),
        "order": _order(language),
        "context": _context(),
    }


def _expect(language: Language) -> Schema:
    parts: dict[str, Schema] = {
        "matched": {"type": "array", "items": {"type": ["string", "number"]}},
        "flags": {"type": "array", "items": {"enum": list(FLAGS)}},
        "order": {"$ref": "#/$defs/order"},
        "effects": {"type": "array"},
        "errors": {"type": "array"},
    }
    return closed({key: described(EXPECT_KEYS[key], part, language) for key, part in parts.items()})


def _order(language: Language) -> Schema:
    history = {key: {"description": help_.format(language)} for key, help_ in HISTORY_KEYS.items()}
    items = {"description": ITEMS.format(language), "items": {"properties": _document(ITEM_FIELDS, language)}}
    properties = _document(ORDER_FIELDS, language)
    for own, keys in ((DELEGATION, DELEGATION_KEYS), (TRACKING, TRACKING_KEYS)):  # they are Relevo's own
        properties[own]["propertyNames"] = {"enum": list(keys)}
    return {"type": "object", "properties": {**properties, "items": items, **history}}


def _document(catalogue: FieldCatalogue, language: Language) -> dict[str, Schema]:
    """The keys that documents write fields at: `ship_to.city` is the key `city` of the object at `ship_to`."""
    properties: dict[str, Schema] = {}
    for field in catalogue:
        if field.derived:
            continue
        *parents, last = field.name.split(".")
        level = properties
        for parent in parents:
            level = level.setdefault(parent, {"properties": {}})["properties"]
        level[last] = _field(field, language)
    return properties


def _field(field: Field, language: Language) -> Schema:
    return {"title": field.label.format(language), "description": field.help.format(language)}


def _context() -> Schema:
    """As `RuleContext.parse` reads it: unknown keys are kept, and null is as good as left out."""
    account = {"slug": _TEXT, "country": _TEXT, "time_zone": _TEXT}
    carrier_account = {"owner": _TEXT, "carrier": _TEXT, "services": _TEXTS}
    location = {"code": _TEXT, "country": _TEXT}
    return {
        "type": "object",
        "properties": {
            "account": {"type": ["object", "null"], "properties": account},
            "providers": _TEXTS,
            "carrier_accounts": _objects(carrier_account),
            "provider_accounts_allowed": {"type": ["boolean", "null"]},
            "clients_requiring_shared": _TEXTS,
            "users": _TEXTS,
            "locations": _objects(location),
            "lists": {
                "type": ["object", "null"],
                "additionalProperties": {"type": "array", "items": _MEMBER, "maxItems": MAX_MEMBERS},
            },
        },
    }


def _objects(properties: dict[str, Schema]) -> Schema:
    return {"type": ["array", "null"], "items": {"type": "object", "properties": properties}}
