"""All pages that a browser can open, and what of a query they read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from flask import Flask
from werkzeug.routing import Rule

from adapters.web.orders.listing import LABELS
from engine.services.grid.grid_query import PARAMETERS

WEB = Path(__file__).parents[2] / "adapters" / "web"
_READS = re.compile(r"""\b(?:(?:args|query)\.get|read\.(?:code|several))\(\s*["'](\w+)["']""")


def pages(web: Flask) -> Iterator[Rule]:
    """Every route that answers a GET, but for static files."""
    for rule in web.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint != "static":
            yield rule


def query_names() -> list[str]:
    """The names of all query values that some page reads."""
    read = {name for source in WEB.rglob("*.py") for name in _READS.findall(source.read_text("utf-8"))}
    return sorted(read | set(LABELS) | set(PARAMETERS))


def address(web: Flask, rule: Rule, values: Mapping[str, str]) -> str:
    """Where a route leads with these values in its path."""
    with web.test_request_context():
        built = rule.build({name: values[name] for name in rule.arguments})
    assert built is not None
    return built[1]
