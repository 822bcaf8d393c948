"""The fields of the form for a label: what they begin with, what was typed, and the wish that it makes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any, Self

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from adapters.web.labels.declared import BillingText, CustomsText
from adapters.web.labels.measures import parse_amount, parse_length, parse_weight
from adapters.web.labels.wrong_field import LONGEST, WrongField
from adapters.web.language import page_language
from engine.model.label import ParcelToShip
from engine.model.order import Order
from engine.model.service_point import ServicePoint
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.draft_label import LabelDraft
from engine.services.labels.label_request import MAX_PARCELS, GoodsWish, ParcelWish, check_parcel
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused
from rules.values import Unreadable, is_blank, read_number

SIDES = ("length", "width", "height")


@dataclass(frozen=True, slots=True)
class ParcelText:
    """What stands in the fields of one parcel."""

    weight: str = ""
    length: str = ""
    width: str = ""
    height: str = ""


@dataclass(frozen=True, slots=True)
class LabelText:
    """What stands in the fields of the form."""

    ship_from: str  # a location's code
    service: str  # a choice's code
    package: str
    parcels: tuple[ParcelText, ...]
    ship_date: str
    confirmation: str
    insured_value: str
    service_point: str = ""  # its number
    near: str = ""  # where service points are looked for
    customs: CustomsText | None = None  # where it was asked for
    billing: BillingText | None = None

    @classmethod
    def of_draft(cls, draft: LabelDraft, order: Order) -> Self:
        """As the order has it."""
        document, parcel = order.document(), draft.parcel
        sides = (parcel.length_mm, parcel.width_mm, parcel.height_mm)
        return cls(
            ship_from=draft.location.code if draft.location is not None else "",
            service=draft.chosen.code if draft.chosen is not None else "",
            package=parcel.package,
            parcels=(ParcelText(str(parcel.weight_g or ""), *(str(side or "") for side in sides)),),
            ship_date=draft.ship_date.isoformat(),
            confirmation=str(document.get("confirmation") or ""),
            insured_value=_plain(document.get("insured_value")),
            customs=CustomsText.of_order(order),
            billing=BillingText.of_order(order),
        )

    @classmethod
    def of_form(cls, form: MultiDict[str, str], order: Order) -> Self:
        """As it was typed; what was not sent is blank, and what was not asked for is None."""
        columns = [form.getlist(name) for name in ("weight", *SIDES)]
        count = min(max(1, *map(len, columns)), MAX_PARCELS)
        rows = ([column[at] if at < len(column) else "" for column in columns] for at in range(count))
        names = ("ship_from", "service", "package", "ship_date", "confirmation", "insured_value", "service_point", "near")
        return cls(
            **{name: form.get(name, "") for name in names},
            parcels=tuple(ParcelText(*row) for row in rows),
            customs=CustomsText.of_form(form, order) if "incoterm" in form else None,
            billing=BillingText.of_form(form) if "billing_party" in form else None,
        )

    def or_else(self, other: Self) -> Self:
        """With the other's fields where it was not asked for them, such as after another ship-from was chosen."""
        return replace(self, customs=self.customs or other.customs, billing=self.billing or other.billing)

    def packed_in(self, parcel: ParcelToShip) -> Self:
        """In a package of the account: each parcel is as large as it, and a parcel that is alone weighs what is known."""
        sides = (str(side or "") for side in (parcel.length_mm, parcel.width_mm, parcel.height_mm))
        size = dict(zip(SIDES, sides, strict=True))
        known = {"weight": str(parcel.weight_g)} if parcel.weight_g and len(self.parcels) == 1 else {}
        return replace(self, package=parcel.package, parcels=tuple(replace(one, **size, **known) for one in self.parcels))

    def with_parcel(self) -> Self:
        """With one more, as large as the last one, to be weighed."""
        return replace(self, parcels=(*self.parcels, replace(self.parcels[-1], weight=""))[:MAX_PARCELS])

    def without_parcel(self, at: int) -> Self:
        """Without one of them, counted from 0; the last one stays."""
        left = (*self.parcels[:at], *self.parcels[at + 1 :])
        return replace(self, parcels=left or self.parcels)

    def wish(self, service: ServiceWish, order: Order, point: ServicePoint | None = None) -> LabelWish:
        """What was entered, as the use case wants it, with the service point of that number. Raises WrongField."""
        options: dict[str, Any] = {}
        goods: dict[str, GoodsWish] = {}
        if self.customs is not None:
            options, goods = self.customs.parts(order.document()), self.customs.goods_wish()
        if self.billing is not None:
            options |= self.billing.parts()
        parcels = tuple(_parcel(parcel, number) for number, parcel in enumerate(self.parcels, 1))
        return LabelWish(
            service,
            ParcelWish(
                ship_from=self.ship_from or None,
                parcels=parcels,
                package=self.package.strip()[:LONGEST],
                ship_date=_day(self.ship_date),
                confirmation=self.confirmation.strip()[:LONGEST],
                insured_value=_insured(self.insured_value),
                options=options,
                goods=goods,
                service_point=point,
            ),
        )


def _plain(value: Any) -> str:
    """An amount as the form takes it back, in whatever language."""
    amount = None if is_blank(value) else read_number(value)
    return "" if amount is None or isinstance(amount, Unreadable) else format(Decimal(amount).normalize(), "f")


def _parcel(text: ParcelText, number: int) -> ParcelToShip:
    if not text.weight.strip():
        raise WrongField(f"weight-{number}", gettext("Weigh the parcel: its weight is missing."))
    weight = parse_weight(text.weight)
    if weight is None:
        said = gettext("“%(text)s” is not clearly a weight: write it as 750 g, 1.25 kg or 2 lb 3 oz.", text=text.weight.strip())
        raise WrongField(f"weight-{number}", said)
    sides = _sides((text.length, text.width, text.height), number)
    parcel = ParcelToShip(weight, *sides)
    try:
        check_parcel(parcel)
    except Refused as refusal:
        raise WrongField(f"weight-{number}", refusal.format(page_language())) from None
    return parcel


def _sides(texts: Sequence[str], number: int) -> tuple[int | None, int | None, int | None]:
    if not any(text.strip() for text in texts):
        return None, None, None
    found = [parse_length(text) for text in texts]
    for name, side in zip(SIDES, found, strict=True):
        if side is None:
            raise WrongField(f"{name}-{number}", gettext("Write all three sides, in millimetres or such as 30 cm, or none."))
    length, width, height = found
    return length, width, height


def _day(text: str) -> date | None:
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        said = gettext("“%(text)s” is not a day: write it as 2026-03-01.", text=text.strip())
        raise WrongField("ship_date", said) from None


def _insured(text: str) -> Decimal:
    if not text.strip():
        return Decimal(0)
    amount = parse_amount(text)
    if amount is None:
        said = gettext("“%(text)s” is not clearly an amount: write it as 120.50, or leave it blank.", text=text.strip())
        raise WrongField("insured_value", said)
    return amount
