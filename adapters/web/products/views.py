"""The products of an account's own orders: what each provider has of them, and how that came about."""

from __future__ import annotations

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.products.blueprint import pages
from engine.model.transitions import Side
from engine.services.inventory.movements import Wanted, list_movements
from engine.services.inventory.shown_stock import Page, page_products
from engine.services.refusals import Refused

ON_A_PAGE = 50


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    """By SKU, with a text in SKU or name."""
    search = request.args.get("q", "")
    page = page_products(parts().app, this_person().account.id, Page(search, None, request.args.get("after"), ON_A_PAGE))
    return render_template(
        "products/index.html",
        page=page,
        places=[(provider.name, "") for provider in page.providers],
        search=search,
        is_first="after" not in request.args,
    )


@pages.get("/movements")
@login_required
def movements() -> ResponseReturnValue:
    """How a provider's count of one product came about, by the provider's SKU."""
    provider, sku, after = request.args.get("provider", ""), request.args.get("sku", ""), request.args.get("after")
    try:
        wanted = Wanted(provider, sku, after, ON_A_PAGE + 1, Side.MERCHANT)
        seen = list_movements(parts().app, this_person().account, wanted)
    except Refused:
        abort(404)
    if not sku or not (seen or after):
        abort(404)
    return render_template(
        "products/movements.html",
        sku=sku,
        provider=provider,
        name=seen[0].partner.name if seen else provider,
        movements=seen[:ON_A_PAGE],
        next_after=seen[ON_A_PAGE - 1].movement.id if len(seen) > ON_A_PAGE else None,
        is_first=after is None,
    )
