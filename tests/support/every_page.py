"""One page of each kind that somebody comes to by links and buttons, in a shop that has something of most kinds of things."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from support.labels import label_of_own_order
from support.partners import add_member
from support.shop import Shop, overseas, ready
from werkzeug.exceptions import HTTPException

from engine.services.accounts.accounts import add_location

_LINK = re.compile(r'href="(/[^"]*)"|<form(?! method="post")[^>]* action="(/[^"]*)"')
_BEGIN = ("/orders", "/settings", "/log-in")
VASE = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]


@dataclass(frozen=True)
class FoundPage:
    """A page: the endpoint that answers, an address of it, and its HTML."""

    endpoint: str
    address: str
    html: str


def furnish(shop: Shop) -> None:
    """Something of most kinds of things, so that the pages about them are there to be come to."""
    add_member(shop)
    add_location(shop.app, shop.provider.slug, code="MAD1", country="ES", city="Madrid")
    shop.import_all(ready("7001"), ready("7002", items=VASE), overseas("7004"), ready("7003", items=VASE))
    shop.work_off()
    label_of_own_order(shop, "7003")


def one_of_each(
    web: Flask, client: FlaskClient, more: Mapping[str, int] | None = None, begin: Sequence[str] = _BEGIN
) -> list[FoundPage]:
    """The pages that links lead to whoever is logged in, in the order in which they are come to: one of each endpoint, or as many
    as `more` says of some. `begin`: the addresses that are gone to first."""
    found: list[FoundPage] = []
    seen: Counter[str] = Counter()
    visited: set[str] = set()
    to_see = deque(begin)
    while to_see:
        address = to_see.popleft()
        endpoint = _endpoint_of(web, urlsplit(address).path)
        if endpoint in ("static", None) or address in visited or seen[endpoint] >= (more or {}).get(endpoint, 1):
            continue
        seen[endpoint] += 1
        visited.add(address)
        with client.get(address) as answer:
            assert answer.status_code < 400, f"{address}: {answer.status}"
            if answer.location is not None:
                to_see.append(answer.location)
            elif answer.mimetype == "text/html" and "<html" in answer.text:
                found.append(FoundPage(endpoint, address, answer.text))
                to_see += [html.unescape(link or form) for link, form in _LINK.findall(answer.text)]
    return found


def _endpoint_of(web: Flask, path: str) -> str | None:
    """None where it is none of ours, as what another program serves beside the pages."""
    try:
        return str(web.url_map.bind("localhost").match(path)[0])
    except HTTPException:
        return None
