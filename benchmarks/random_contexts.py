"""What random orders are decided about in: accounts with and without providers, carrier accounts, locations and named lists."""

from __future__ import annotations

from rules.context import RuleContext

# Random rules name these: with every type of field, also where it does not fit, and `gone` which no account has.
LIST_NAMES = ("texts", "skus", "patterns", "numbers", "days", "none", "gone")
TAKING_LISTS = frozenset(
    {
        *("in", "not_in", "contains", "not_contains", "starts_with", "ends_with", "matches", "not_matches"),
        *("includes", "includes_all", "excludes", "on_weekday"),
    }
)
_LISTS = {
    "texts": ["ES", "STRASSE", " cafe\u0301 ", "dhl", "vip", "t1", "acme", "A*"],
    "Skus": ["acm-1", "ACM-1", "VER-1", "\u00df-3"],
    "patterns": ["*", "?S", "str*e", "ACM-?"],
    "numbers": ["0", "1.0", "-1", "100000000000000000000", "00501"],
    "days": ["sun", "mon"],
    "none": [],
}
CONTEXTS = tuple(
    RuleContext.parse(data)
    for data in (
        {},
        {
            "account": {"slug": "casa-verde", "country": "ES", "time_zone": "Europe/Madrid"},
            "lists": {name: members[:3] for name, members in _LISTS.items()},
        },
        {
            "account": {"slug": "acme", "country": "PT", "time_zone": "America/New_York"},
            "providers": ["acme"],
            "carrier_accounts": [
                {"owner": "casa-verde", "carrier": "dhl", "services": ["parcel"]},
                {"owner": "acme", "carrier": "b c", "services": ["ES"]},
            ],
            "provider_accounts_allowed": True,
            "locations": [{"code": "acme", "country": "FR"}, {"code": "es"}],
            "lists": _LISTS,
        },
    )
)
