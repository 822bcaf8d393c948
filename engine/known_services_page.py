"""The page of the documentation that lists well-known carriers with their services."""

from __future__ import annotations

from collections.abc import Iterator

from engine.known_carriers import KnownCarrier, list_known_carriers

_HEAD = """# Carriers and services

What well-known carriers offer, as they publish it. Rules that ask for a level (`set_service_level`) or for the cheapest or
fastest of some services (`rate_shop`) go by these levels ([shipping.md](shipping.md#the-service-by-its-rates)). *Written* is
how a carrier account writes the service: `easypost` and `sendcloud` are kinds of carrier accounts
([carriers.md](carriers.md)). A service without it can be named by an account with services of your own naming, such as
`house`. What an account has, your contract decides.

`.venv/bin/python app.py services known` prints the same list.
"""


def known_services_page() -> str:
    """In Markdown, one table a carrier."""
    parts = (_HEAD, *("\n".join(_carrier(one)) + "\n" for one in list_known_carriers()))
    return "\n".join(parts)


def _carrier(carrier: KnownCarrier) -> Iterator[str]:
    yield f"## {carrier.name} (`{carrier.code}`)"
    yield ""
    yield f"At home in {carrier.country}. Source: {carrier.source}."
    yield ""
    yield "| service | name | level | reach | written |"
    yield "|---|---|---|---|---|"
    for one in carrier.services:
        names = [f"`{name}`" for written in one.written.values() for name in written]
        reach = "international" if one.is_international else "domestic"
        yield f"| `{one.code}` | {one.name} | {one.level} | {reach} | {', '.join(names) or '–'} |"
