"""What is different between two decisions about an order, how often, and what its service costs by each."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from engine.decide import backtest
from engine.decide.backtest import Changed, Difference, Judged, Tally, difference, replay_differences
from engine.decide.kept import Result
from engine.decide.known_costs import KnownRate, costs

ORDER = {"order_number": "1", "tags": ["a"], "ship_to": {"city": "Vigo"}}


def result(*matched: str, flags: tuple[str, ...] = (), effects: Any = (), errors: Any = (), **fields: Any) -> Result:
    changes = [{"rule": "r", "field": name.replace("__", "."), "before": None, "after": value} for name, value in fields.items()]
    return Result(matched, changes, list(effects), flags, list(errors))


def test_fields_are_compared_by_what_they_end_up_with() -> None:
    before = result("a", tags=["a", "b"], ship_to__city="Lugo")
    after = result("a", service="x", ship_to__city="Vigo")

    assert difference(ORDER, before, after) == Difference(
        (("a",), ("a",)),
        {"tags": (["a", "b"], ["a"]), "ship_to.city": ("Lugo", "Vigo"), "service": (None, "x")},
        ((), ()),
        None,
    )


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (result("a", tags=["a"]), result("a")),  # what is written is what was there
        (result("a", note=""), result("a", note=None)),
        (result("a", weight_g=Decimal("1.0")), result("a", weight_g=1)),
        (result("a", tags=("x",)), result("a", tags=["x"])),
        (result("a", "b"), result("b", "a")),
        (result("a", errors=[{"rule": "a", "path": "p", "code": "c"}]), result("a")),  # its flag says it
    ],
)
def test_what_comes_to_the_same_is_no_difference(before: Result, after: Result) -> None:
    assert difference(ORDER, before, after) is None


def test_a_value_that_a_person_hides_is_no_difference() -> None:
    hidden = Result(("a",), [{"field": "service", "after": "x", "hidden": True}], [], (), [])
    assert difference(ORDER, result("a"), hidden) is None


def test_what_else_leaves_the_order_is_a_difference_but_not_the_words_of_the_product() -> None:
    one, other = ({"do": "alert", "message": message} for message in ("x", "y"))
    assert difference(ORDER, result("a", effects=[one]), result("a", effects=[other])) == Difference(
        (("a",), ("a",)), {}, ((), ()), ([one], [other])
    )
    one, other = ({"do": "alert", "message": {"en": message, "es": message}} for message in ("x", "y"))
    assert difference(ORDER, result("a", effects=[one]), result("a", effects=[other])) is None


def test_a_replay_says_which_parts_come_out_otherwise() -> None:
    error = {"rule": "a", "path": "p", "code": "c", "message": {"en": "x", "es": "x"}}
    kept = result("a", "b", flags=("unhandled",), errors=[error])
    again = result("b", "a", flags=("unhandled",), errors=[{**error, "message": {"en": "y", "es": "y"}}])
    assert replay_differences(kept, again) == {"matched": (["a", "b"], ["b", "a"])}

    assert set(replay_differences(kept, result(tags=["x"], effects=[{"do": "alert"}]))) == {
        *("matched", "changes", "effects", "flags", "errors")
    }


def changed(number: str, before: tuple[str, ...], after: tuple[str, ...], **fields: Any) -> Changed:
    return Changed(f"ord_{number}", number, f"dec_{number}", Difference((before, after), fields, ((), ()), None))


def test_a_tally_counts_by_field_by_rule_and_by_change() -> None:
    tally = Tally()
    tally.add(Judged(orders=3, errors=1, changed=[changed("1", ("a",), ("b",), tags=(["x"], None)), changed("2", (), ("b",))]))
    tally.add(Judged(orders=2, erased=4, changed=[changed("3", ("b",), ("b",), tags=(["x"], None))]))

    data = tally.to_data()
    differences = data.pop("differences")
    assert data == {
        "orders": 5,
        "changed": 3,
        "unchanged": 2,
        "errors": 1,
        "erased": 4,
        "by_field": {"tags": 2},
        "by_rule": {"a": {"gained": 0, "lost": 1}, "b": {"gained": 2, "lost": 0}},
        "by_change": [{"field": "tags", "from": ["x"], "to": None, "orders": 2}],
    }
    assert differences[0] == {
        "order_id": "ord_1",
        "order_number": "1",
        "decision_id": "dec_1",
        "matched": [["a"], ["b"]],
        "fields": {"tags": [["x"], None]},
        "flags": [[], []],
    }


def test_a_tally_names_so_many_differences_and_counts_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(backtest, "MOST_DIFFERENCES", 3)
    monkeypatch.setattr(backtest, "_MOST_CHANGES_COUNTED", 2)
    tally = Tally()
    for number in range(5):
        tally.add(Judged(orders=1, changed=[changed(str(number), (), (), note=(None, str(number // 4)))]))
    tally.add(Judged(orders=1, changed=[changed("5", (), (), note=(None, "new"))]))

    data = tally.to_data()
    assert (data["changed"], [one["order_number"] for one in data["differences"]]) == (6, ["0", "1", "2"])
    assert data["by_change"] == [
        {"field": "note", "from": None, "to": "0", "orders": 4},
        {"field": "note", "from": None, "to": "1", "orders": 1},
    ]
    assert data["by_change_is_whole"] is False


def test_costs_are_added_up_by_currency() -> None:
    tally = Tally()
    tally.add(Judged(cost={"EUR": [Decimal("1.10"), Decimal("2.20")]}))
    tally.add(Judged(cost={"EUR": [Decimal(1), Decimal(1)], "USD": [Decimal(3), Decimal(4)]}))
    assert tally.to_data()["cost"] == {"EUR": [Decimal("2.10"), Decimal("3.20")], "USD": [Decimal(3), Decimal(4)]}


RATES = (
    KnownRate("seur", "24h", "express", 1, Decimal("6.50"), "EUR"),
    KnownRate("correos", "paq", "standard", 3, Decimal("4.10"), "EUR"),
    KnownRate("usps", "mail", "economy", None, Decimal("9.00"), "USD"),
)


def test_a_service_costs_what_its_carrier_asked() -> None:
    assert costs({}, result(service="24h"), result(carrier="Correos", service="PAQ"), RATES) == (
        "EUR",
        Decimal("6.50"),
        Decimal("4.10"),
    )
    assert costs({"service": "paq"}, result(service="24h"), result(), RATES) == ("EUR", Decimal("6.50"), Decimal("4.10"))


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (result(), result(service="24h")),
        (result(service="24h"), result(service="unknown")),
        (result(service="24h"), result(carrier="correos", service="24h")),
        (result(service="24h"), result(service="mail")),  # another currency
    ],
)
def test_what_is_not_known_is_left_out(before: Result, after: Result) -> None:
    assert costs({}, before, after, RATES) is None


def test_a_service_that_is_chosen_after_the_decision_costs_what_the_best_asked() -> None:
    euro = RATES[:2]
    cheapest = result(rate_shopping__among=["seur", "paq"])
    fastest = result(rate_shopping__among=["seur", "correos"], rate_shopping__prefer="fastest")
    assert costs({}, cheapest, fastest, euro) == ("EUR", Decimal("4.10"), Decimal("6.50"))
    assert costs({}, cheapest, result(service_level="Express"), euro) == ("EUR", Decimal("4.10"), Decimal("6.50"))
    assert costs({}, cheapest, result(service_level="overnight"), euro) is None
