"""Services that are chosen by what carriers ask: after the decision, with the reasons, and never over a person's own choice."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.labels import Shippers, add_account, open_shippers
from support.paid_carrier import NO_ANSWER, TOO_FAR
from support.publishing import publish_alone
from support.shop import ready

from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.make_label import make_label
from engine.model.order import Order
from engine.model.rate_comparison import RATES_HOLD, RateComparison
from engine.services.accounts.carrier_sharing import Sharing, share_carrier_account
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused
from storage.database import Database

CHEAPEST = "{do: rate_shop, among: [slow, quick], prefer: cheapest}"
FASTEST = "{do: rate_shop, among: [paid], prefer: fastest}"


def rules(*actions: str) -> bytes:
    return f"name: R\nrules:\n  - {{id: r, when: always, then: [{', '.join(actions)}]}}\n".encode()


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    """The carrier has two services, the slow one for 3.10 and the quick one for 7.20, beside the usual one."""
    sides = open_shippers(sqlite_database, clock, prices={"slow": ("3.10", 4), "quick": ("7.20", 1)})
    add_account(sides, sides.shop.merchant.slug, "slow", "quick")
    return sides


def decide(sides: Shippers, *actions: str) -> Order:
    """The merchant's order once these rules have run over it, and what they want was done."""
    publish_alone(sides.app, sides.shop.merchant.slug, rules(*actions))
    reprocess_orders(sides.app, sides.merchant, [sides.shop.order_id("1")], "somebody")
    sides.shop.work_off()
    return sides.order()


def chosen(order: Order) -> tuple[object, object]:
    document = order.document()
    return document.get("carrier"), document.get("service")


def comparison(sides: Shippers, order: Order | None = None) -> RateComparison:
    order = order or sides.order()
    with sides.app.reading() as unit:
        found = unit.rates.find_comparison(order.account_id, order.id)
    assert found is not None
    return found


def test_the_cheapest_of_the_named_services_is_set_with_what_it_was_compared_with(sides: Shippers) -> None:
    order = decide(sides, CHEAPEST)
    assert chosen(order) == ("paid", "slow")
    made = comparison(sides)
    assert made.decision_id == order.decision_id
    assert order.rules["shipping_account"] == made.rates[0].carrier_account_id
    assert [(one.service, str(one.why_not)) for one in made.rates] == [("slow", "None"), ("quick", "costs more")]
    assert [(one.price and one.price.amount, one.days, one.level) for one in made.rates] == [
        (Decimal("3.10"), 4, "standard"),
        (Decimal("7.20"), 1, "overnight"),
    ]
    assert NEEDS_ATTENTION not in order.flags


def test_the_fastest_of_a_carrier_is_set(sides: Shippers) -> None:
    assert chosen(decide(sides, FASTEST)) == ("paid", "quick")
    assert {str(one.why_not) for one in comparison(sides).rates[1:]} == {"takes longer"}


@pytest.mark.parametrize(("level", "service"), [("standard", "slow"), ("Overnight", "quick")])
def test_the_cheapest_of_a_level_is_set(sides: Shippers, level: str, service: str) -> None:
    assert chosen(decide(sides, f"{{do: set_service_level, level: {level}}}")) == ("paid", service)


def test_a_level_narrows_what_is_compared(sides: Shippers) -> None:
    order = decide(sides, CHEAPEST, "{do: set_service_level, level: overnight}")
    assert chosen(order) == ("paid", "quick")
    assert [str(one.why_not) for one in comparison(sides).rates] == ["None", "its level is standard"]


def test_of_equal_rates_the_one_by_the_alphabet_is_taken(sides: Shippers) -> None:
    sides.carrier.prices = {"slow": ("3.10", 2), "quick": ("3.10", 2)}
    assert chosen(decide(sides, CHEAPEST)) == ("paid", "quick")
    assert "costs and takes the same" in str(comparison(sides).rates[1].why_not)


def test_what_has_no_price_comes_last(sides: Shippers) -> None:
    sides.carrier.prices = {"slow": (None, 4), "quick": ("7.20", 1)}
    assert chosen(decide(sides, CHEAPEST)) == ("paid", "quick")
    assert str(comparison(sides).rates[1].why_not) == "no price is known"


def test_the_last_writer_wins_between_a_named_service_and_a_comparison(sides: Shippers) -> None:
    named = "{do: set_service, carrier: paid, service: standard}"
    assert chosen(decide(sides, named, CHEAPEST)) == ("paid", "slow")
    assert chosen(decide(sides, CHEAPEST, named)) == ("paid", "standard")


def test_a_persons_choice_stays(sides: Shippers) -> None:
    order = sides.order()
    order.person = {"carrier": "paid", "service": "standard"}
    with sides.app.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()
    assert chosen(decide(sides, CHEAPEST)) == ("paid", "standard")
    assert sides.carrier.rated == []


def test_without_a_rate_a_person_has_to_look_and_a_later_choice_takes_that_back(sides: Shippers) -> None:
    order = decide(sides, "{do: rate_shop, among: [parcel-connect], prefer: cheapest}")
    said = (
        "No carrier service could be chosen for order 1 by what carriers ask: no carrier account that it may use has "
        "parcel-connect. Change the rule, or choose a service."
    )
    assert chosen(order) == (None, None)
    assert NEEDS_ATTENTION in order.flags
    assert str(comparison(sides).sentence) == said
    assert said in sides.alerts()
    with pytest.raises(Refused, match="has parcel-connect"):
        make_label(sides.app, sides.merchant, order.id, LabelWish(), "somebody", "test")
    add_account(sides, sides.shop.merchant.slug, "parcel-connect")  # asked again by itself
    sides.shop.work_off()
    assert chosen(sides.order()) == ("paid", "parcel-connect")
    assert NEEDS_ATTENTION not in sides.order().flags


@pytest.mark.parametrize(
    ("actions", "said"),
    [
        (("{do: set_service_level, level: gold}",), 'the service level "gold" is none of economy, standard, express, overnight'),
        (("{do: set_service_level, level: economy}",), "no rate is of the level economy"),
    ],
)
def test_why_nothing_was_chosen_is_said(sides: Shippers, actions: tuple[str, ...], said: str) -> None:
    decide(sides, *actions)
    sentence = comparison(sides).sentence
    assert said in str(sentence)
    assert sentence is not None
    assert sentence.en != sentence.es


def test_a_carrier_that_does_not_answer_is_asked_again(sides: Shippers, clock: FixedClock) -> None:
    sides.carrier.fails_before["rates"] = [NO_ANSWER]
    order = decide(sides, CHEAPEST)
    assert NEEDS_ATTENTION in order.flags
    assert "did not answer" in str(comparison(sides).sentence)
    clock.sleep(300)
    sides.shop.work_off()
    assert chosen(sides.order()) == ("paid", "slow")
    assert NEEDS_ATTENTION not in sides.order().flags


def test_one_carrier_without_an_answer_keeps_the_others_from_nothing(sides: Shippers) -> None:
    add_account(sides, sides.shop.merchant.slug, "slow")
    sides.carrier.fails_before["rates"] = [TOO_FAR]
    assert chosen(decide(sides, CHEAPEST)) == ("paid", "slow")
    assert [str(one) for one in comparison(sides).problems] == ["paid: The carrier does not go there."]


def test_rates_are_asked_again_only_once_they_are_old(sides: Shippers, clock: FixedClock) -> None:
    decide(sides, CHEAPEST)
    decide(sides, CHEAPEST)
    assert len(sides.carrier.rated) == 1
    clock.sleep(RATES_HOLD.total_seconds())
    sides.carrier.prices["slow"] = ("9.90", 4)
    made = make_label(sides.app, sides.merchant, sides.shop.order_id("1"), LabelWish(), "somebody", "test")
    assert (made.label.service, len(sides.carrier.rated)) == ("quick", 2)


def test_what_the_store_changes_makes_the_choice_anew(sides: Shippers) -> None:
    decide(sides, CHEAPEST)
    sides.carrier.prices["slow"] = ("9.90", 4)
    sides.shop.import_all(ready("1", weight_g=9000))
    sides.shop.work_off()
    assert chosen(sides.order()) == ("paid", "quick")


def test_a_label_of_a_client_is_chosen_among_what_the_client_requires(sides: Shippers) -> None:
    copy = sides.copy(sides.taken())
    publish_alone(sides.app, sides.shop.provider.slug, rules(FASTEST))
    reprocess_orders(sides.app, sides.provider, [copy.id], "somebody")
    sides.shop.work_off()
    assert {one.owner for one in comparison(sides, copy).rates} == {"own"}
    with sides.app.reading() as unit:
        shared = next(one for one in unit.carrier_accounts.list_for(sides.merchant) if "quick" in one.services)
    sharing = Sharing(sides.shop.provider.slug, require=True)
    share_carrier_account(sides.app, sides.shop.merchant, shared.id, sharing, "somebody")
    reprocess_orders(sides.app, sides.provider, [copy.id], "somebody")
    made = make_label(sides.app, sides.provider, copy.id, LabelWish(), "somebody", "test")
    assert (made.label.service, made.label.owner_id) == ("quick", sides.merchant)
    assert {one.owner for one in comparison(sides, copy).rates} == {sides.shop.merchant.slug}


def test_an_order_that_goes_to_a_provider_is_not_asked_about(sides: Shippers) -> None:
    decide(sides, f"{{do: set_logistics_provider, provider: {sides.shop.provider.slug}}}", CHEAPEST)
    assert sides.carrier.rated == []


def test_what_the_order_lacks_is_said(sides: Shippers) -> None:
    sides.shop.import_all(ready("1", weight_g=None, items=[{"line_key": "1", "sku": "A", "name": "A", "quantity": 1}]))
    decide(sides, CHEAPEST)
    assert "weight of order 1 is not known" in str(comparison(sides).sentence)
