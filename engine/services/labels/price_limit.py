"""What a label may cost: by what was quoted and the account's limit, or by what a person says."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from engine.application import Application
from engine.model.account import Account
from engine.model.label import Label
from engine.model.money import Money
from engine.model.sentence import Sentence
from engine.services.refusals import Refused
from rules.messages import Text

ABOVE_LIMIT = Text(
    "{carrier} asks {asked} for the label of order {order}, and it may cost {limit}{quoted}: nothing was bought. Choose another "
    "service, or accept the price.",
    "{carrier} pide {asked} por la etiqueta del pedido {order}, y puede costar {limit}{quoted}: no se compró nada. Elige otro "
    "servicio o acepta el precio.",
)
QUOTED = Text(" ({quoted} was quoted)", " (se había indicado {quoted})")
AMOUNT = Text("{amount} {currency}", "{amount} {currency}")
NO_CURRENCY = Text(
    "Neither the order nor a rate says in which currency the highest price is: ask for its rates first.",
    "Ni el pedido ni una tarifa dicen en qué moneda es el precio máximo: pide antes sus tarifas.",
)
BOUGHT_TOO_DEAR = Text(
    "The label of order {order} cost {cost} with {carrier}, and might cost {limit}: void it, if that is too much.",
    "La etiqueta del pedido {order} costó {cost} con {carrier}, y podía costar {limit}: anúlala si es demasiado.",
)


@dataclass(frozen=True, slots=True)
class PriceWish:
    """What a person says of the price: the most that it may be, in the currency of the quote; or whatever it is."""

    most: Decimal | None = None
    accept_any: bool = False


class PriceAboveLimit(Refused):
    """The carrier asks more than the label may cost; nothing was bought. `asked` may be accepted."""

    def __init__(self, text: Text, asked: Money | None, /, **params: Any) -> None:
        super().__init__("price_above_limit", text, **params)
        self.asked = asked


def max_price(wish: PriceWish, quoted: Money | None, currency: str, account: Account) -> Money | None:
    """The most that a label may cost: what a person says, else the quoted price and what the account lets it rise.

    Raises Refused where an amount is said and nobody knows in which currency.
    """
    if wish.accept_any:
        return None
    if wish.most is not None:
        in_currency = quoted.currency if quoted is not None else currency
        if not in_currency:
            raise Refused("limit_without_currency", NO_CURRENCY)
        return Money(wish.most, in_currency)
    if quoted is None or account.price_limit_percent is None:
        return None
    return Money(quoted.amount * (100 + account.price_limit_percent) / 100, quoted.currency).rounded()


def check_price(app: Application, label: Label, asked: Money | None) -> None:
    """Raises PriceAboveLimit where the carrier asks more than the label may cost, or asks it in another currency."""
    if label.is_above_limit(asked):
        quoted = "" if label.quoted is None else Sentence.of(QUOTED, quoted=_words(label.quoted))
        raise PriceAboveLimit(ABOVE_LIMIT, asked, **_named(app, label), asked=_words(asked), quoted=quoted)


def bought_too_dear(app: Application, label: Label) -> Sentence:
    """The sentence about a label that cost more than it might."""
    return Sentence.of(BOUGHT_TOO_DEAR, **_named(app, label), cost=_words(label.cost))


def _named(app: Application, label: Label) -> dict[str, Any]:
    name = app.carrier(label.carrier).describes.name
    return {"carrier": name, "order": label.request.order_number, "limit": _words(label.max_price)}


def _words(money: Money | None) -> Sentence:
    return Sentence.of("-") if money is None else Sentence.of(AMOUNT, amount=money.amount, currency=money.currency)
