"""The page of one order, also when a form on it comes back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from flask import render_template, request

from adapters.web.labels.box import BOX, LabelBox, Worked, label_box
from adapters.web.labels.return_form import return_form
from adapters.web.labels.shown import OrderLabels, labels_of
from adapters.web.language import page_language
from adapters.web.orders.edited_fields import Returned as EditReturned
from adapters.web.orders.edited_fields import fields_section
from adapters.web.orders.history import SHOWN_ON_ORDER, Parties, shown_history
from adapters.web.orders.kin import kin_of
from adapters.web.orders.next_steps import Places, shown_actions
from adapters.web.orders.page import Desk, OrderPage, ShippingForm, build_order_page
from adapters.web.orders.stock import stock_of
from adapters.web.orders.way import ways_of
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.requests.thread import reject_choices
from adapters.web.returned import NOTHING, Returned
from engine.decide.explain import RULES_WRITTEN_OUT, Part
from engine.model.sentence import Sentence
from engine.services.attention.next_action import Cure, NextAction
from engine.services.attention.next_actions import next_actions
from engine.services.attention.situation import Situation, last_anew
from engine.services.connections.list_connections import Provider
from engine.services.deciding.account_names import AccountNames, list_account_names
from engine.services.deciding.explain_order import explain_order
from engine.services.deciding.ship_to_check import explain_ship_to
from engine.services.fulfillment.answer_parts import can_split, parts_question
from engine.services.fulfillment.list_holds import list_holds_of
from engine.services.fulfillment.notify_store import list_progress
from engine.services.fulfillment.order_requests import OrderRequest, in_sight, see_requests
from engine.services.fulfillment.shipments import final_for_client
from engine.services.labels.choose_by_rates import find_choice
from engine.services.labels.choose_service import LabelSource
from engine.services.mail.buyer_progress import list_buyer_mails
from engine.services.repair.combine import list_combinable
from storage.queries import OrderDetail

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
    app, account = parts().app, this_person().account
    detail = parts().queries.order_detail(account.id, order_id)
    kind = app.describe(detail.store_kind)
    part = Part(first=counted("rules") // RULES_WRITTEN_OUT * RULES_WRITTEN_OUT)
    named = request.args.get("decision")
    with app.reading() as uow:
        published = uow.rule_sets.list_published(account.id)
    wanted = named or detail.order.decision_id
    explanation = explain_order(app, account.id, order_id, wanted, page_language(), part, known=published)
    choice = find_choice(app, detail.order, explanation.decision if explanation else None)
    found = list_account_names(app, account.id, account, published)
    names = replace(found, carrier_accounts=choice.account_names if choice else {})
    desk = _desk(detail, requests_of(detail), names)
    check = explain_ship_to(app.address_rules, detail.order)
    told = list_progress(app, detail.shipments, kind)
    page = build_order_page(detail, kind, explanation, names, told, desk, check, entered)
    labels = labels_of(app, detail, names)
    box = label_box(detail, labels.every, worked) if page.can_ship and not page.order.is_held else None
    is_there = {
        DELEGATE: bool(page.delegation and not page.delegation.problem),
        SHIP: page.can_ship,
        HOLD: page.can_hold,
        BOX: bool(box and not box.problem),
    }
    asks_parts = parts_question(app, detail.order)
    gone = [form for form, there in is_there.items() if not there]  # what came of them is said above the page
    next_up = _actions(page, desk, labels, box)
    timeline = parts().queries.timeline(account.id, order_id, limit=SHOWN_ON_ORDER)
    return render_template(
        "orders/show.html",
        page=page,
        actions=shown_actions(order_id, next_up, names, _places(page, box)),
        ships_by_hand=any(one.cure is Cure.SHIP_BY_HAND for one in next_up),
        history=shown_history(order_id, timeline, parties_of(detail, names, desk.requests), is_part=True),
        unfolds=bool(named or request.args.get("rules")),
        reasons=reject_choices(),
        returned=returned,
        gone=gone,
        box=box,
        labels=labels,
        ways=ways_of(app, detail),
        asks_parts=asks_parts,
        can_split=asks_parts is not None and can_split(app, detail.order),
        buyer_mails=list_buyer_mails(app, detail.order, detail.shipments),
        choice=choice,
        fields=fields_section(app, detail.order, names, check, edited),
        kin=kin_of(detail.order),
        alike=list_combinable(app, detail.order.account_id, detail.order) if page.can_combine else (),
        return_form=return_form(detail, [*labels.every, *(one.label for one in labels.returns)]),
    )


def parties_of(detail: OrderDetail, names: AccountNames, requests: Sequence[OrderRequest]) -> Parties:
    """Who has to do with an order."""
    kind = parts().app.describe(detail.store_kind)
    asked = {one.other for one in requests if one.request.order_id == detail.order.id}
    received = [one.other for one in requests if one.request.copy_id == detail.order.id]
    provider = asked.pop() if len(asked) == 1 else ""
    return Parties(names, kind, detail.store_name or "", provider, received[0] if received else "")


def counted(name: str) -> int:
    """A 1-based number from the address as a 0-based one; 0 for anything else."""
    return max(0, min(request.args.get(name, 1, type=int), MOST_COUNTED) - 1)


def requests_of(detail: OrderDetail) -> list[OrderRequest]:
    """What was asked about an order, as its account may see it."""
    app, account_id = parts().app, detail.order.account_id
    with app.reading() as uow:
        return see_requests(uow, account_id, in_sight(detail.requests, detail.received), app.clock.now())


def _desk(detail: OrderDetail, requests: list[OrderRequest], names: AccountNames) -> Desk:
    providers = [Provider(slug, names.provider(slug)) for slug in names.connected]
    stock = stock_of(detail.order, is_of_client=detail.received is not None, connected=names.connected.values())
    is_of_client = detail.received is not None
    return Desk(requests, providers, stock, final_for_client(parts().app, detail.order, detail.shipments) if is_of_client else ())


def _actions(page: OrderPage, desk: Desk, labels: OrderLabels, box: LabelBox | None) -> list[NextAction]:
    order, now = page.order, parts().app.clock.now()
    last = page.decisions[0] if page.decisions and page.decisions[0].id == order.decision_id else None
    errors = () if last is None else last.errors
    return next_actions(
        Situation(
            order=order,
            now=now,
            holds=list_holds_of(parts().app, order, page.detail.received),
            requests=desk.requests,
            shipments=page.detail.shipments,
            jobs=page.detail.jobs,
            alerts=page.detail.alerts,
            labels=[one for one in labels.every if one.is_being_bought],
            refused_label=None if labels.refused is None else labels.refused.label,
            address=explain_ship_to(parts().app.address_rules, order),
            errors=[Sentence.from_data(error["message"]) for error in errors],
            failed_rules=tuple(dict.fromkeys(str(error["rule"]) for error in errors)),
            names=page.names,
            label_source=LabelSource.HERE if box is None else box.source,
            decided_at=last_anew(page.detail.decisions),
        )
    )


def _places(page: OrderPage, box: LabelBox | None) -> Places:
    there = {
        "ship-by-hand": page.can_ship,
        "configure-shipment": box is not None,
        "delegate": page.delegation is not None,
        "requests": bool(page.requests),
    }
    return Places(frozenset(place for place, is_there in there.items() if is_there))
