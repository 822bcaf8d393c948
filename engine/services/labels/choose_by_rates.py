"""Chooses the service that rules want to be the cheapest or fastest: carriers are asked, and the answer is kept with its reasons
(docs/adr/0037).

The decision itself asks nobody; it leaves a wish. Whatever a person has chosen is never touched.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.known_carriers import LEVEL_WORDS, ServiceLevel
from engine.model.account import CarrierAccount
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.order import Order, StoredDecision
from engine.model.rate_comparison import RATES_HOLD, SET_BY_CHOICE, WISHES, RateComparison, RateWish
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from engine.services.fulfillment.units_to_ship import claims_on, units_to_ship
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.compare_rates import compare, names_service
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.rates import RateQuestion, Rates, ask_rates, get_order_to_rate, rate_question
from engine.services.refusals import Refused
from rules.messages import LANGUAGES, Text
from rules.values import folded_text, is_blank

BEING_CHOSEN = Text(
    "There was no time left to ask carriers what this order costs: create its label again in a moment.",
    "No quedó tiempo para preguntar a las empresas de transporte cuánto cuesta este pedido: crea su etiqueta en un momento.",
)
AS_THE_ORDER_SAYS = ParcelWish()
NOTHING_CHOSEN = Text(
    "No carrier service could be chosen for order {order} by what carriers ask: {why}",
    "No se pudo elegir un servicio de transporte para el pedido {order} según lo que piden las empresas: {why}",
)
NO_ACCOUNT = Text(
    "no carrier account that it may use says what it costs. Add or share one, or choose a service.",
    "ninguna cuenta de transporte que puede usar dice cuánto cuesta. Añade o comparte una, o elige un servicio.",
)
NONE_NAMED = Text(
    "no carrier account that it may use has {among}. Change the rule, or choose a service.",
    "ninguna cuenta de transporte que puede usar tiene {among}. Cambia la regla o elige un servicio.",
)
UNKNOWN_LEVEL = Text(
    'the service level "{level}" is none of {known}. Change the rule, or choose a service.',
    'el nivel de servicio "{level}" no es ninguno de {known}. Cambia la regla o elige un servicio.',
)
NONE_OF_LEVEL = Text(
    "no rate is of the level {level}. Change the rule, or choose a service.",
    "ninguna tarifa es del nivel {level}. Cambia la regla o elige un servicio.",
)
NO_RATES = Text(
    "no carrier has a rate for it. Look at its address, weight and size, or choose a service.",
    "ninguna empresa de transporte tiene tarifa. Revisa la dirección, el peso y las medidas, o elige un servicio.",
)
OTHER_CURRENCIES = Text(
    "the prices are in several currencies, none of them the order's. Choose a service.",
    "los precios están en varias monedas y ninguna es la del pedido. Elige un servicio.",
)


@dataclass(frozen=True, slots=True)
class RateChoice:
    """What came of a wish. `may_pass`: carriers that did not answer may do so later."""

    comparison: RateComparison
    may_pass: bool = False


def choose_by_rates(
    app: Application,
    account_id: str,
    order_id: str,
    *,
    units: Mapping[str, Decimal] | None = None,
    parcels: ParcelWish = AS_THE_ORDER_SAYS,
) -> RateChoice | None:
    """Choose the service of an order as rules want it; None where they want nothing, or the order was changed meanwhile.

    Carriers are asked where nobody has asked them the same lately. Raises Refused for an unknown order.
    """
    with app.reading() as uow:
        order = get_order_to_rate(uow, account_id, order_id)
        wish = RateWish.of(order)
        if wish is None or order.decision_id is None:
            return None
        before = uow.rates.find_comparison(account_id, order_id)
        question, lacking = _question(app, uow, order, units or order.quantities(), parcels)
    if question is None:
        return _kept(app, order, before, _nothing(app, order, wish, "", lacking), None)
    question = replace(question, accounts=_named_accounts(order, question.accounts))
    if wish.level and folded_text(wish.level) not in tuple(ServiceLevel):
        found, why = Rates((), ()), Sentence.of(UNKNOWN_LEVEL, level=wish.level, known=", ".join(ServiceLevel))
    else:
        found, why = ask_rates(app, question, lambda account: _services(account, wish), RATES_HOLD), None
    return _kept(app, order, before, _comparison(app, question, wish, found, why), found)


def _question(
    app: Application, uow: UnitOfWork, order: Order, units: Mapping[str, Decimal], parcels: ParcelWish
) -> tuple[RateQuestion | None, Sentence]:
    """What is to be asked, or what the order lacks to be asked about."""
    try:
        return rate_question(app, uow, order, units, parcels), Sentence("", "")
    except Refused as refusal:
        return None, Sentence.of(refusal.message)


def _services(account: CarrierAccount, wish: RateWish) -> list[str]:
    return [service for service in account.services if names_service(account, service, wish.among)]


def _named_accounts(order: Order, accounts: Sequence[CarrierAccount]) -> list[CarrierAccount]:
    """Those that the order's shipping account names, whoever else than a choice by rates has set it."""
    for layer in (order.person, order.source):
        named = layer.get("shipping_account")
        if not is_blank(named):
            return [one for one in accounts if named in (one.id, one.nickname)] or list(accounts)
    return list(accounts)


def _comparison(app: Application, question: RateQuestion, wish: RateWish, found: Rates, why: Sentence | None) -> RateComparison:
    order = question.order
    compared = compare(found.rates, wish, question.request.currency, [one.id for one in question.accounts])
    problems = tuple(
        Sentence(*(f"{one.account.name}: {one.sentence.format(language)}" for language in LANGUAGES)) for one in found.problems
    )
    if compared.candidates:
        return RateComparison(
            order.account_id,
            order.id,
            str(order.decision_id),
            wish,
            question.digest,
            app.clock.now(),
            (*compared.candidates, *compared.excluded),
            problems,
        )
    reason = why or _why_nothing(question, wish, found, problems)
    nothing = _nothing(app, order, wish, question.digest, reason)
    return replace(nothing, rates=compared.excluded, problems=problems)


def _why_nothing(question: RateQuestion, wish: RateWish, found: Rates, problems: Sequence[Sentence]) -> Sentence:
    if not question.accounts:
        return Sentence.of(NO_ACCOUNT)
    if not any(_services(account, wish) for account in question.accounts):
        return Sentence.of(NONE_NAMED, among=", ".join(wish.among))
    if found.rates and wish.level:
        return Sentence.of(NONE_OF_LEVEL, level=LEVEL_WORDS[ServiceLevel(folded_text(wish.level))])
    if found.rates:
        return Sentence.of(OTHER_CURRENCIES)
    if problems:
        return Sentence(*(" ".join(one.format(language) for one in problems) for language in LANGUAGES))
    return Sentence.of(NO_RATES)


def _nothing(app: Application, order: Order, wish: RateWish, digest: str, why: Sentence) -> RateComparison:
    sentence = Sentence.of(NOTHING_CHOSEN, order=order.order_number, why=why)
    ids = (order.account_id, order.id, str(order.decision_id))
    return RateComparison(*ids, wish, digest, app.clock.now(), sentence=sentence)


def _kept(
    app: Application, seen: Order, before: RateComparison | None, comparison: RateComparison, found: Rates | None
) -> RateChoice | None:
    """Write the choice into the order, unless it was decided about, changed or chosen for by a person meanwhile."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        order = uow.orders.get(seen.account_id, seen.id, for_change=True)
        if found is not None:
            uow.rates.keep_asked(found.asked)
        is_same = (order.decision_id, order.revision) == (seen.decision_id, seen.revision)
        if not is_same or RateWish.of(order) != comparison.wish:
            uow.commit()
            return None
        if comparison.chosen is None:
            comparison = _leave_open(uow, order, before, comparison, now)
        else:
            _set(uow, order, before, comparison, now)
        uow.rates.keep_comparison(comparison)
        uow.orders.update_many([order])
        uow.commit()
    may_pass = found is not None and any(one.may_pass for one in found.problems)
    return RateChoice(comparison, may_pass and comparison.chosen is None)


def _set(uow: UnitOfWork, order: Order, before: RateComparison | None, comparison: RateComparison, now: datetime) -> None:
    chosen = comparison.chosen
    assert chosen is not None
    if before is not None and before.flagged and before.decision_id == order.decision_id:
        order.unflag(NEEDS_ATTENTION)  # it was put on for want of a choice
    set_before = [order.rules.get(name) for name in SET_BY_CHOICE]
    order.rules.update(carrier=chosen.carrier, service=chosen.service, shipping_account=chosen.carrier_account_id)
    if [order.rules.get(name) for name in SET_BY_CHOICE] != set_before:
        order.updated_at = now
        after = [chosen.carrier, chosen.service]
        uow.audit.append([AuditEntry(order.account_id, now, "worker", "order.service_chosen", order.id, None, after)])


def _leave_open(
    uow: UnitOfWork, order: Order, before: RateComparison | None, comparison: RateComparison, now: datetime
) -> RateComparison:
    """Without a choice: what an earlier one had set goes, and a person has to look."""
    earlier = None if before is None else before.chosen
    if earlier is not None and order.rules.get("shipping_account") == earlier.carrier_account_id:
        for name in SET_BY_CHOICE:
            order.rules.pop(name, None)
    was_flagged = before is not None and before.flagged and before.decision_id == order.decision_id
    if NEEDS_ATTENTION not in order.flags or order.flagged_untold:
        order.flag(NEEDS_ATTENTION)
        order.updated_at = now
        assert comparison.sentence is not None
        uow.alerts.add(Alert(rates_alert_id(order), order.account_id, order.id, comparison.sentence, now))
        was_flagged = True
    return replace(comparison, flagged=was_flagged)


def rates_alert_id(order: Order) -> str:
    """Of the alert that no service could be chosen of those that the order's decision wanted compared."""
    return f"alr_{order.decision_id}_rates"


def choose_before_labels(
    app: Application, account_id: str, order_ids: Sequence[str], wish: LabelWish, until: datetime | None
) -> dict[str, Refused]:
    """Choose the services of those orders whose labels are asked for without naming one, where rules want them compared.

    The refusals of those of which none could be chosen; the others may be planned. What is not reached by `until` is refused too,
    and can be asked for again.
    """
    if wish.service != ServiceWish():
        return {}
    with app.reading() as uow:
        orders = [order for order in uow.orders.get_many(account_id, order_ids) if RateWish.of(order) is not None]
        units = _units_left(uow, orders, app.clock.now()) if orders else {}
    refused = {}
    for order_id, left in units.items():
        if until is not None and app.clock.now() >= until:
            refused[order_id] = Refused("being_chosen", BEING_CHOSEN)
            continue
        choice = choose_by_rates(app, account_id, order_id, units=wish.units or left, parcels=wish.parcels)
        sentence = None if choice is None else choice.comparison.sentence
        if sentence is not None:
            refused[order_id] = Refused("nothing_chosen", sentence)
    return refused


def _units_left(uow: UnitOfWork, orders: Sequence[Order], now: datetime) -> dict[str, Mapping[str, Decimal]]:
    """What of these orders may leave now; those of which nothing may are left to who plans the label."""
    claims = claims_on(uow, orders[0].account_id, [order.id for order in orders])
    left: dict[str, Mapping[str, Decimal]] = {}
    for order in orders:
        with suppress(Refused):
            left[order.id] = units_to_ship(uow, order, claims[order.id], now)
    return left


def find_choice(app: Application, order: Order, decision: StoredDecision | None) -> RateComparison | None:
    """What was compared for a decision about an order; for the one that holds, also what was compared since an earlier one."""
    if decision is None:
        return None
    is_wished = RateWish.of(order) is not None
    if not is_wished and not any(change.get("field") in WISHES for change in decision.changes):
        return None
    with app.reading() as uow:
        named = None if is_wished and decision.id == order.decision_id else decision.id
        return uow.rates.find_comparison(order.account_id, order.id, named)
