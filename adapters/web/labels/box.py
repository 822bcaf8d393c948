"""The box *Configure shipment* on an order's page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request

from adapters.web.labels.entered import LabelText
from adapters.web.labels.shown import carrier_kind
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.account import Location
from engine.model.carrier import CarrierCapability
from engine.model.label import Label
from engine.model.money import Money
from engine.model.order import Order
from engine.model.saved_package import SavedPackage
from engine.model.service_point import ServicePoint
from engine.services.accounts.ship_from import NO_LOCATION
from engine.services.fulfillment.units_to_ship import Claims
from engine.services.labels.choose_service import LabelSource
from engine.services.labels.draft_label import crosses_border, draft_label
from engine.services.labels.rates import Rate, RateProblem, Rates
from engine.services.labels.service_choices import ServiceChoice
from storage.queries import OrderDetail

BOX = "label"  # the form's name among those of the page


@dataclass(frozen=True, slots=True)
class Worked:
    """What a person has done with the form so far: it is not sent yet. `leads_to` is the field that comes next."""

    text: LabelText
    rates: Rates | None = None
    points: Sequence[ServicePoint] | None = None
    leads_to: str = ""
    asked: Money | None = None  # what the carrier asks above the limit


@dataclass(frozen=True, slots=True)
class LabelBox:
    """Everything the box shows. `problem` says why no label can be made now, and then there is no form."""

    text: LabelText
    locations: Sequence[Location]
    own: Sequence[ServiceChoice]
    clients: Sequence[ServiceChoice]
    lacks_location: str  # what to do where the account has none
    unknown_location: str  # what is set on the order and is none of the account's
    currency: str
    problem: str | None
    rates: Sequence[tuple[Rate, str]] | None  # each with the code of its choice
    rate_problems: Sequence[RateProblem]
    leads_to: str
    asked: Money | None  # the price above the limit that may be accepted
    is_special: bool  # something is said that is folded away for most orders
    packages: Sequence[SavedPackage]
    crosses_border: bool
    can_bill: bool  # a carrier can be told to bill somebody else
    has_points: bool  # a carrier keeps parcels for those who fetch them
    points: Sequence[ServicePoint] | None  # those that were found
    source: LabelSource

    @property
    def has_choices(self) -> bool:
        return bool(self.own or self.clients)


def label_box(detail: OrderDetail, labels: Sequence[Label], worked: Worked | None) -> LabelBox:
    """Of an order that may be shipped from here. `labels`: all of it."""
    order = detail.order
    claims = Claims(detail.shipments, detail.requests, [one for one in labels if one.is_being_bought])
    draft = draft_label(parts().app, this_person().account, order, claims)
    kinds = [carrier_kind(parts().app, one.carrier) for one in draft.choices if one.is_bought_here]
    document = order.document()
    found = worked.rates if worked is not None else None
    text = LabelText.of_draft(draft, order) if worked is None else worked.text.or_else(LabelText.of_draft(draft, order))
    leaves_from = next((one for one in draft.locations if one.code == text.ship_from), draft.location)
    account = this_person().account
    is_dated = not draft.leaves_today or text.ship_date != draft.ship_date.isoformat()
    return LabelBox(
        text=text,
        locations=draft.locations,
        own=[one for one in draft.choices if one.is_own],
        clients=[one for one in draft.choices if not one.is_own],
        lacks_location="" if draft.locations else NO_LOCATION.format(page_language()),
        unknown_location=str(document.get("ship_from") or "") if draft.location is None else "",
        currency=str(document.get("currency") or ""),
        problem=None if draft.problem is None else draft.problem.format(page_language()),
        rates=None if found is None else [(rate, _code_of(rate, draft.choices)) for rate in found.rates],
        rate_problems=() if found is None else found.problems,
        leads_to="" if worked is None else worked.leads_to,
        asked=None if worked is None else worked.asked,
        is_special=is_dated or bool(text.confirmation or text.insured_value),
        packages=draft.packages,
        crosses_border=crosses_border(draft, account, leaves_from),
        has_points=any(kind.can(CarrierCapability.SERVICE_POINTS) for kind in kinds),
        points=None if worked is None else worked.points,
        source=draft.source,
        can_bill=any(kind.can(CarrierCapability.BILLING) for kind in kinds) or bool(document.get("billing")),
    )


def typed(order: Order) -> LabelText:
    """What was sent with this request about an order."""
    return LabelText.of_form(request.form, order)


def _code_of(rate: Rate, choices: Sequence[ServiceChoice]) -> str:
    bought_with = ((one.code, one.account.id, one.service) for one in choices if one.account is not None)
    wanted = (rate.account.id, rate.rate.service)
    return next((code for code, *with_what in bought_with if tuple(with_what) == wanted), "")
