"""One field for everything: the page with what it finds, which the palette on all pages shows as well."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web import navigation, wording
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.rules.places import rule_name
from engine.model.order_filter import OrderFilter
from engine.services.drafting.find_rules import FoundRule, find_rules, plain
from storage.queries import FoundRequest, GridRow

pages = Blueprint("find", __name__, url_prefix="/find")

MOST_FOUND = 8  # of each kind
LONGEST_TEXT = 200


@dataclass(frozen=True, slots=True)
class Found:
    """Something that was found, and where it is; `about` tells it from others of its name."""

    label: str
    address: str
    about: str = ""


@dataclass(frozen=True, slots=True)
class Findings:
    """At most so many of each kind."""

    pages: list[Found]
    requests: list[Found]  # of the clients of a provider
    orders: list[Found]
    rules: list[Found]

    @property
    def count(self) -> int:
        return len(self.pages) + len(self.requests) + len(self.orders) + len(self.rules)


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    text = request.args.get("q", "").strip()[:LONGEST_TEXT]
    person, queries = this_person(), parts().queries
    account_id = person.account.id
    asked, orders, rules = list[FoundRequest](), list[Found](), list[Found]()
    if text:
        asked = queries.find_requests(account_id, text, MOST_FOUND) if person.ships_for_others else []
        page = queries.orders_page(account_id, OrderFilter(search=text), limit=MOST_FOUND)
        shown = {one.copy_id for one in asked}
        orders = [_of_order(row, page.stores) for row in _exact_first(page.rows, text) if row.id not in shown]
        rules = [_of_rule(one) for one in find_rules(parts().app, account_id, text, MOST_FOUND)]
    requests = sorted(asked, key=lambda one: plain(one.order_number) != plain(text))
    found = Findings(_pages(text), [_of_request(one) for one in requests], orders, rules)
    return render_template("find/index.html", text=text, found=found)


def _pages(text: str) -> list[Found]:
    """Those whose names have all words; by what is said about them only after these. Without words the first row."""
    language, words = page_language(), plain(text).split()
    named, told = [], []
    for entry, heading in navigation.everything():
        label = entry.label.format(language)
        about = "" if heading is None else heading.format(language)
        more = "" if entry.about is None else entry.about.format(language)
        found = Found(label, url_for(entry.endpoint), about)
        if not words:
            named += [found] if heading is None else []
        elif all(word in plain(f"{label} {about}") for word in words):
            named.append(found)
        elif all(word in plain(f"{label} {about} {more}") for word in words):
            told.append(found)
    named.sort(key=lambda one: not plain(one.label).startswith(tuple(words)))
    return [*named, *told][:MOST_FOUND]


def _exact_first(rows: Sequence[GridRow], text: str) -> list[GridRow]:
    """An order of exactly this number before those whose number only has it in it."""
    return sorted(rows, key=lambda row: plain(row.order_number) != plain(text))


def _of_order(row: GridRow, stores: Mapping[str, str]) -> Found:
    status = wording.in_words(wording.STATUSES, row.status)
    about = [row.ship_to_name, stores.get(row.store_id or ""), status]
    return Found(row.order_number, url_for("orders.show", order_id=row.id), " · ".join(str(one) for one in about if one))


def _of_request(found: FoundRequest) -> Found:
    """The order that it became, at its answers; one that is not an order here yet, at the top of the list of requests."""
    state = wording.in_words(wording.REQUEST_STATES, found.state.value)
    about = " · ".join(one for one in (found.client_name, found.ship_to_name, state) if one)
    if found.copy_id is None:
        return Found(found.order_number, url_for("requests.index", after=f"{found.id}~"), about)
    return Found(found.order_number, url_for("orders.show", order_id=found.copy_id, _anchor="requests"), about)


def _of_rule(rule: FoundRule) -> Found:
    if rule.is_adopted:
        address = url_for("rules.adopted", adopted_slug=rule.set_slug)
    else:
        address = url_for("rules.edit", set_slug=rule.set_slug, rule_name=rule_name(rule.draft, rule.place))
    about = rule.set_name if rule.name == rule.id else f"{rule.set_name} · {rule.id}"
    return Found(rule.name, address, about)
