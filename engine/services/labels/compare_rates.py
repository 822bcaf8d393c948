"""Which of some rates is the best, and of every other one why it is not. Pure: nobody is asked here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from engine.known_carriers import LEVEL_WORDS, ServiceLevel, find_known_service, level_of
from engine.model.account import CarrierAccount
from engine.model.rate_comparison import FASTEST, ComparedRate, RateWish
from engine.model.sentence import Sentence
from engine.services.labels.rates import Rate
from rules.messages import Text
from rules.values import folded_text

DEARER = Text("costs more", "cuesta más")
SLOWER = Text("takes longer", "tarda más")
NO_PRICE = Text("no price is known", "no se conoce el precio")
NO_DAYS = Text("it does not say how long it takes", "no dice cuánto tarda")
COSTS_THE_SAME_SLOWER = Text("costs the same and takes longer", "cuesta lo mismo y tarda más")
AS_FAST_DEARER = Text("takes as long and costs more", "tarda lo mismo y cuesta más")
ALL_THE_SAME = Text(
    "costs and takes the same; the default account comes first, then a client's, then the order of the alphabet",
    "cuesta y tarda lo mismo; va primero la cuenta predeterminada, después la de un cliente y después el orden alfabético",
)
OTHER_LEVEL = Text("its level is {level}", "su nivel es {level}")
NO_LEVEL = Text("its level is not known", "no se conoce su nivel")
OTHER_CURRENCY = Text("its price is in another currency than the order", "su precio está en otra moneda que el pedido")


@dataclass(frozen=True, slots=True)
class Compared:
    """The candidates, the best first, and those that were out of the question."""

    candidates: tuple[ComparedRate, ...]
    excluded: tuple[ComparedRate, ...]


def names_service(account: CarrierAccount, service: str, among: Sequence[str]) -> bool:
    """Whether a service is among what a rule names: by itself, by its account, or by the carrier that it is of."""
    if not among:
        return True
    names = {account.carrier, account.nickname, service, f"{account.carrier}/{service}", service.partition(":")[0]}
    known = find_known_service(account.carrier, service, account.nickname)
    if known is not None:
        carrier, known_service = known
        names |= {carrier.code, carrier.name, f"{carrier.code}/{known_service.code}"}
    return not {folded_text(one) for one in names if one}.isdisjoint(folded_text(one) for one in among)


def compare(rates: Sequence[Rate], wish: RateWish, currency: str, account_ids: Sequence[str]) -> Compared:
    """Rank rates by a wish; of equal ones those of the accounts that are named first, then by the alphabet.

    `currency` is the order's: of prices in several currencies only those in it can be compared.
    """
    currencies = {one.rate.price.currency for one in rates if one.rate.price is not None}
    candidates: list[ComparedRate] = []
    excluded: list[ComparedRate] = []
    ranks = {account_id: number for number, account_id in enumerate(account_ids)}
    for one in rates:
        compared = _compared(one)
        why = _why_excluded(compared, wish, currency if len(currencies) > 1 else "")
        if why is None:
            candidates.append(compared)
        else:
            excluded.append(replace(compared, why_not=why))
    candidates.sort(key=lambda one: (*_key(one, wish.prefer), ranks[one.carrier_account_id], one.service))
    worse = [replace(one, why_not=_why_worse(one, candidates[0], wish.prefer)) for one in candidates[1:]]
    return Compared((*candidates[:1], *worse), tuple(excluded))


def _compared(one: Rate) -> ComparedRate:
    account, rate = one.account, one.rate
    level = level_of(account.carrier, rate.service, rate.days, account.nickname)
    return ComparedRate(
        carrier_account_id=account.id,
        account_name=account.name,
        owner=one.owner,
        carrier=account.carrier,
        service=rate.service,
        price=rate.price,
        days=rate.days,
        level=level.value if level is not None else "",
        asked_at=one.asked_at,
    )


def _why_excluded(one: ComparedRate, wish: RateWish, currency: str) -> Sentence | None:
    if wish.level and one.level != folded_text(wish.level):
        return Sentence.of(OTHER_LEVEL, level=LEVEL_WORDS[ServiceLevel(one.level)]) if one.level else Sentence.of(NO_LEVEL)
    if currency and one.price is not None and one.price.currency != currency:
        return Sentence.of(OTHER_CURRENCY)
    return None


def _key(one: ComparedRate, prefer: str) -> tuple[object, ...]:
    price = (one.price is None, one.price.amount if one.price is not None else 0)
    days = (one.days is None, one.days or 0)
    return (*days, *price) if prefer == FASTEST else (*price, *days)


def _why_worse(one: ComparedRate, best: ComparedRate, prefer: str) -> Sentence:
    if _key(one, prefer) == _key(best, prefer):
        return Sentence.of(ALL_THE_SAME)
    if prefer == FASTEST:
        if one.days != best.days:
            return Sentence.of(NO_DAYS if one.days is None else SLOWER)
        return Sentence.of(NO_PRICE if one.price is None else AS_FAST_DEARER)
    if one.price != best.price:
        return Sentence.of(NO_PRICE if one.price is None else DEARER)
    return Sentence.of(NO_DAYS if one.days is None else COSTS_THE_SAME_SLOWER)
