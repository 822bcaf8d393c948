"""One page of each kind that links lead to, in a shop that has something of most kinds of things."""

from __future__ import annotations

import html
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Mapping
from urllib.parse import urlsplit

from flask import Flask
from flask.testing import FlaskClient
from support.labels import label_of_own_order
from support.partners import add_member
from support.shop import Shop, overseas, ready
from werkzeug.exceptions import HTTPException

STARTS = ("/orders", "/settings", "/log-in")
VASE = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]
_LINK = re.compile(r'href="(/[^"]*)"')


def furnish(shop: Shop) -> None:
    """Something of most kinds of things, so that the pages about them are there to be come to."""
    add_member(shop)
    shop.import_all(ready("7001"), ready("7002", items=VASE), overseas("7004"), ready("7003", items=VASE))
    shop.work_off()
    label_of_own_order(shop, "7003")


def endpoint_of(web: Flask, url: str) -> str | None:
    """The page of an address; None where it is none of ours, as an address that a link of another site has."""
    try:
        endpoint, _ = web.url_map.bind("localhost").match(urlsplit(url).path)
    except HTTPException:
        return None
    return str(endpoint)


def pages_of(
    web: Flask, client: FlaskClient, starts: Iterable[str] = STARTS, of_each: Mapping[str, int] | None = None
) -> Iterator[tuple[str, str]]:
    """Address and HTML of one page of each kind that links lead to, or of so many as `of_each` says by endpoint."""
    seen: Counter[str | None] = Counter()
    visited: set[str] = set()
    to_see = deque(starts)
    while to_see:
        address = to_see.popleft()
        endpoint = endpoint_of(web, address)
        if endpoint in ("static", None) or address in visited or seen[endpoint] >= (of_each or {}).get(str(endpoint), 1):
            continue
        seen[endpoint] += 1
        visited.add(address)
        with client.get(address, follow_redirects=True) as answer:
            if answer.mimetype == "text/html" and "<html" in answer.text:
                yield address, answer.text
                to_see += [html.unescape(link) for link in _LINK.findall(answer.text)]
