"""The page of one order, also when a form on it comes back."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request

from adapters.web.labels.box import BOX, Worked, label_box
from adapters.web.labels.return_form import return_form
from adapters.web.labels.shown import labels_of
from adapters.web.language import page_language
from adapters.web.orders.edited_fields import Returned as EditReturned
from adapters.web.orders.edited_fields import fields_section
from adapters.web.orders.kin import kin_of
from adapters.web.orders.page import Desk, ShippingForm, build_order_page
from adapters.web.orders.stock import stock_of
from adapters.web.orders.way import ways_of
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.requests.thread import reject_choices
from adapters.web.returned import NOTHING, Returned
from engine.decide.explain import RULES_WRITTEN_OUT, Part
from engine.services.connections.list_connections import list_providers
from engine.services.deciding.account_names import list_account_names
from engine.services.deciding.explain_order import explain_order
from engine.services.deciding.ship_to_check import explain_ship_to
from engine.services.fulfillment.answer_parts import parts_question
from engine.services.fulfillment.notify_store import list_progress
from engine.services.fulfillment.order_requests import list_order_requests
from engine.services.labels.choose_by_rates import find_choice
from engine.services.mail.buyer_progress import list_buyer_mails

MOST_COUNTED = 1_000_000
DELEGATE, SHIP, HOLD = "delegate", "ship", "hold"  # forms of the page


def show_order(
    order_id: str,
    entered: ShippingForm | None = None,
    returned: Returned = NOTHING,
    worked: Worked | None = None,
    edited: EditReturned | None = None,
) -> str:
    """Raises NotFound for what is not this account's."""
    app, account_id = parts().app, this_person().account.id
    detail = parts().queries.order_detail(account_id, order_id)
    part = Part(first=counted("rules") // RULES_WRITTEN_OUT * RULES_WRITTEN_OUT)
    explanation = explain_order(app, account_id, order_id, request.args.get("decision"), page_language(), part)
    told = list_progress(app, detail.shipments)
    desk = Desk(list_order_requests(app, account_id, order_id), list_providers(app, account_id), stock_of(detail.order))
    choice = find_choice(app, detail.order, explanation.decision if explanation else None)
    names = replace(list_account_names(app, account_id), carrier_accounts=choice.account_names if choice else {})
    check = explain_ship_to(app.address_rules, detail.order)
    page = build_order_page(detail, app.describe(detail.store_kind), explanation, names, told, desk, check, entered)
    labels = labels_of(app, detail, names)
    box = label_box(detail, labels.every, worked) if page.can_ship else None
    is_there = {
        DELEGATE: bool(page.delegation and not page.delegation.problem),
        SHIP: page.can_ship,
        HOLD: page.can_hold,
        BOX: bool(box and not box.problem),
    }
    gone = [form for form, there in is_there.items() if not there]  # what came of them is said above the page
    return render_template(
        "orders/show.html",
        page=page,
        reasons=reject_choices(),
        returned=returned,
        gone=gone,
        box=box,
        labels=labels,
        ways=ways_of(app, detail),
        asks_parts=parts_question(app, detail.order),
        buyer_mails=list_buyer_mails(app, detail.order, detail.shipments),
        choice=choice,
        fields=fields_section(app, detail.order, names, check, edited),
        kin=kin_of(detail.order),
        return_form=return_form(detail, [*labels.every, *(one.label for one in labels.returns)]),
    )


def counted(name: str) -> int:
    """A 1-based number from the address as a 0-based one; 0 for anything else."""
    return max(0, min(request.args.get(name, 1, type=int), MOST_COUNTED) - 1)
