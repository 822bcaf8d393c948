"""The fields of the form for a label about customs and about who pays the carrier: what they begin with, and the wish."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Self

from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from adapters.web.labels.wrong_field import LONGEST, WrongField
from engine.model.order import Order
from engine.services.labels.label_request import GoodsWish
from rules.fields.closed_values import COUNTRIES
from rules.order_document import Document
from rules.values import is_blank

TAX_IDS = ("ioss", "eori", "vat")  # those that have a field; others of the order stay as they are
_HS_DIGITS = range(6, 13)


@dataclass(frozen=True, slots=True)
class GoodsText:
    """What customs read of one line of the order."""

    line_key: str
    name: str
    hs_code: str = ""
    origin: str = ""


@dataclass(frozen=True, slots=True)
class CustomsText:
    """What stands in the fields about customs."""

    contents: str
    non_delivery: str
    incoterm: str
    tax_ids: Mapping[str, str]
    goods: tuple[GoodsText, ...]

    @classmethod
    def of_order(cls, order: Order) -> Self:
        """As the order has it."""
        document = order.document()
        customs, numbers = _part(document, "customs"), _tax_ids(document)
        return cls(
            contents=_text(customs.get("contents")),
            non_delivery=_text(customs.get("non_delivery")),
            incoterm=_text(document.get("incoterm")).upper(),
            tax_ids={name: next((number for kind, number in numbers.items() if kind.lower() == name), "") for name in TAX_IDS},
            goods=tuple(
                GoodsText(key, _text(item.get("name") or item.get("sku")), _text(item.get("hs_code")), _origin(item))
                for key, item in _lines(document)
            ),
        )

    @classmethod
    def of_form(cls, form: MultiDict[str, str], order: Order) -> Self:
        """As it was typed, for the lines that the order has."""
        names = dict(zip(form.getlist("goods"), zip(form.getlist("hs_code"), form.getlist("origin"), strict=False), strict=False))
        return cls(
            contents=form.get("contents", ""),
            non_delivery=form.get("non_delivery", ""),
            incoterm=form.get("incoterm", ""),
            tax_ids={name: form.get(name, "") for name in TAX_IDS},
            goods=tuple(
                GoodsText(one.line_key, one.name, *names.get(one.line_key, ("", ""))) for one in cls.of_order(order).goods
            ),
        )

    def parts(self, document: Document) -> dict[str, Any]:
        """The parts of the label's options that these fields are about."""
        kept = {kind: number for kind, number in _tax_ids(document).items() if kind.lower() not in TAX_IDS}
        numbers = {**kept, **{name: number.strip()[:LONGEST] for name, number in self.tax_ids.items() if number.strip()}}
        declared = {"contents": self.contents.strip()[:LONGEST], "non_delivery": self.non_delivery.strip()[:LONGEST]}
        others = {name: value for name, value in _part(document, "customs").items() if name not in (*declared, "tax_ids")}
        customs = {**others, **{name: value for name, value in declared.items() if value}}
        customs |= {"tax_ids": numbers} if numbers else {}
        return {"customs": customs, "tax_ids": None, "incoterm": self.incoterm.strip().lower()[:LONGEST]}

    def goods_wish(self) -> dict[str, GoodsWish]:
        """Raises WrongField."""
        return {one.line_key: _goods(one, number) for number, one in enumerate(self.goods, 1)}


@dataclass(frozen=True, slots=True)
class BillingText:
    """What stands in the fields about who pays the carrier."""

    party: str = ""
    account: str = ""
    postal_code: str = ""
    country: str = ""

    @classmethod
    def of_order(cls, order: Order) -> Self:
        """As the order has it."""
        billing = _part(order.document(), "billing")
        return cls(*(_text(billing.get(name)) for name in ("party", "account", "postal_code", "country")))

    @classmethod
    def of_form(cls, form: MultiDict[str, str]) -> Self:
        """As it was typed."""
        return cls(*(form.get(f"billing_{name}", "") for name in ("party", "account", "postal_code", "country")))

    def parts(self) -> dict[str, Any]:
        """The part of the label's options that these fields are about. Raises WrongField."""
        party = self.party.strip()[:LONGEST]
        if party in ("", "my_account"):
            return {"billing": None}
        if not self.account.strip():
            raise WrongField("billing_account", gettext("Enter the number of the account that is billed."))
        country = _country(self.country, "billing_country")
        entered = {"account": self.account, "postal_code": self.postal_code, "country": country}
        return {"billing": {"party": party, **{name: text.strip()[:LONGEST] for name, text in entered.items() if text.strip()}}}


def _goods(text: GoodsText, number: int) -> GoodsWish:
    digits = "".join(text.hs_code.split()).replace(".", "").replace("-", "")
    if text.hs_code.strip() and not (digits.isascii() and digits.isdecimal() and len(digits) in _HS_DIGITS):
        said = gettext("“%(text)s” is not an HS code: write its 6 to 12 digits, such as 6912.00.", text=text.hs_code.strip())
        raise WrongField(f"hs_code-{number}", said)
    return GoodsWish(text.hs_code.strip(), _country(text.origin, f"origin-{number}"))


def _country(text: str, field: str) -> str:
    code = text.strip().upper()
    if code and code not in COUNTRIES.codes:
        said = gettext("“%(text)s” is not a country: write its two letters, such as ES.", text=text.strip())
        raise WrongField(field, said)
    return code


def _lines(document: Document) -> Sequence[tuple[str, Mapping[str, Any]]]:
    """The lines by their keys; those of the order that share one are one."""
    items = document.get("items")
    found: dict[str, Mapping[str, Any]] = {}
    for number, item in enumerate(items if isinstance(items, list) else [], 1):
        if isinstance(item, Mapping):
            found.setdefault(str(item.get("line_key") or number), item)
    return list(found.items())


def _tax_ids(document: Document) -> dict[str, str]:
    """Those of the order; what is set for customs stands before them."""
    found: dict[str, str] = {}
    for part in (_part(document, "tax_ids"), _part(_part(document, "customs"), "tax_ids")):
        found |= {str(name): _text(value) for name, value in part.items() if not is_blank(value)}
    return found


def _part(document: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = document.get(name)
    return found if isinstance(found, Mapping) else {}


def _origin(item: Mapping[str, Any]) -> str:
    return _text(item.get("origin_country")).upper()


def _text(value: object) -> str:
    return "" if is_blank(value) else str(value).strip()
