"""A decision explained again from what was kept with it."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from sqlalchemy import update
from support.clock import FixedClock
from support.shop import RULES, Shop, open_shop, overseas, ready

from engine.decide.explain import FIRST_PART, Part, explain_part
from engine.explanations import PLACES
from engine.ports import NotFound
from engine.services.deciding import explain_order as explaining
from engine.services.deciding.explain_order import OrderExplanation, explain_order
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.reprocess_orders import reprocess_orders
from rules.messages import LANGUAGES, Language
from storage.database import Database
from storage.tables import DecisionRow, RuleSetVersionRow

SENTENCE_ES = "El servicio de envío no es válido porque el cliente no tiene una cuenta de empresa de transporte que lo admita"


@pytest.fixture
def listed_shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock)


def statuses(shop: Shop, number: str, decision_id: str | None = None) -> dict[str, str]:
    explanation = explain_order(shop.app, shop.merchant.id, shop.order_id(number), decision_id)
    assert explanation is not None
    return {rule.entry["rule"]: rule.entry["status"] for rule in explanation.rules}


def test_each_rule_says_what_it_came_to(listed_shop: Shop) -> None:
    listed_shop.import_all(ready("7001"))

    assert statuses(listed_shop, "7001") == {
        "service-iberia": "matched",
        "service-overseas": "not_matched",
        "check-service": "matched",
        "to-acme": "matched",
        "review": "not_matched",
        "asleep": "disabled",
    }


def test_conditions_are_put_into_words_and_errors_into_the_language(listed_shop: Shop) -> None:
    listed_shop.import_all(overseas("7001"))
    order_id = listed_shop.order_id("7001")
    explanation = explain_order(listed_shop.app, listed_shop.merchant.id, order_id, language="es")

    assert explanation is not None
    assert explanation.problem is None
    assert explanation.rules[0].entry["when"]["sentence"] == "País de destino es uno de ES, PT"
    assert [error["message"] for error in explanation.errors] == [SENTENCE_ES]


def test_an_earlier_decision_is_explained_by_the_rules_and_facts_of_its_time(listed_shop: Shop) -> None:
    listed_shop.import_all(ready("7001"))
    first = statuses(listed_shop, "7001")
    order_id, account_id = listed_shop.order_id("7001"), listed_shop.merchant.id
    with listed_shop.app.reading() as uow:
        decision_id = uow.orders.get(account_id, order_id).decision_id
    publish_rules(listed_shop.app, "casa-verde", RULES.replace(b"is: in, value: [ES, PT]", b"is: in, value: [FR, BE]"))
    reprocess_orders(listed_shop.app, account_id, [order_id], "usr_1")

    assert statuses(listed_shop, "7001")["service-iberia"] == "not_matched"
    assert statuses(listed_shop, "7001", decision_id) == first


def test_only_its_own_account_and_order_have_a_decision(listed_shop: Shop) -> None:
    listed_shop.import_all(ready("7001"), ready("7002"))
    app, account_id = listed_shop.app, listed_shop.merchant.id
    with app.reading() as uow:
        other = uow.orders.get(account_id, listed_shop.order_id("7002")).decision_id

    for wrong in ((listed_shop.provider.id, None), (account_id, other), (account_id, "dec_unknown")):
        with pytest.raises(NotFound):
            explain_order(app, wrong[0], listed_shop.order_id("7001"), wrong[1])


def test_an_order_without_a_decision_has_no_explanation(listed_shop: Shop) -> None:
    listed_shop.import_all(ready("7001"))
    order_id = listed_shop.order_id("7001")
    with listed_shop.app.unit_of_work() as uow:
        order = uow.orders.get(listed_shop.merchant.id, order_id)
        order.decision_id = None
        uow.orders.update_many([order])
        uow.commit()

    assert explain_order(listed_shop.app, listed_shop.merchant.id, order_id) is None


def test_without_rules_there_is_nothing_to_explain(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock, rules=None)
    shop.import_all(ready("7001"))
    explanation = explain_order(shop.app, shop.merchant.id, shop.order_id("7001"))

    assert explanation is not None
    assert (explanation.versions, explanation.rules, explanation.problem) == ((), (), None)
    assert list(explanation.decision.flags) == ["unhandled"]


def test_rules_that_can_no_longer_be_read_leave_what_was_done(listed_shop: Shop, clock: FixedClock) -> None:
    listed_shop.import_all(ready("7001"), overseas("7002"))
    with listed_shop.database.begin() as connection:
        connection.execute(update(RuleSetVersionRow).values(document="rules: {"))
    again = Shop(**{**vars(listed_shop), "app": _restarted(listed_shop)})
    explanation = explain_order(again.app, again.merchant.id, again.order_id("7001"), language="es")

    assert explanation is not None
    assert explanation.problem is not None
    assert explanation.problem.format("es").startswith('La versión 1 de las reglas "Casa Verde" ya no se puede leer')
    assert (explanation.rules, list(explanation.decision.matched)) == ((), ["service-iberia", "check-service", "to-acme"])
    overseas_one = explain_order(again.app, again.merchant.id, again.order_id("7002"), language="es")
    assert overseas_one is not None
    assert [(error["rule"], error["message"]) for error in overseas_one.errors] == [("check-service", SENTENCE_ES)]


def _restarted(shop: Shop) -> Any:
    """The application as another process has it, with nothing compiled yet."""
    app = shop.app
    return type(app)(app.unit_of_work, app.reading, app.clock, app.connectors, app.passwords)


def explained(shop: Shop, number: str, decision_id: str | None = None, language: Language = "en") -> OrderExplanation:
    explanation = explain_order(shop.app, shop.merchant.id, shop.order_id(number), decision_id, language)
    assert explanation is not None
    return explanation


def test_near_misses_are_the_rules_that_one_condition_kept_from_firing(listed_shop: Shop) -> None:
    listed_shop.import_all(ready("7001", items=[{"sku": "VER-POT", "quantity": 1}]))
    explanation = explained(listed_shop, "7001")

    assert [rule.entry["rule"] for rule in explanation.near_misses] == ["service-overseas", "to-acme", "review"]
    assert [rule.place for rule in explanation.near_misses] == [2, 4, 5]
    assert all(rule in explanation.rules for rule in explanation.near_misses)


def test_a_decision_is_explained_word_for_word_the_same_after_new_rules_are_published(listed_shop: Shop) -> None:
    listed_shop.import_all(ready("7001"), overseas("7002"))
    order_ids = {number: listed_shop.order_id(number) for number in ("7001", "7002")}
    before = {number: (explained(listed_shop, number), explained(listed_shop, number, language="es")) for number in order_ids}

    publish_rules(
        listed_shop.app, "casa-verde", b"set: casa-verde\nname: new\nrules: [{id: review, when: always, then: [{do: stop}]}]"
    )
    reprocess_orders(listed_shop.app, listed_shop.merchant.id, list(order_ids.values()), "usr_1")

    for number, explanations in before.items():
        assert len(explained(listed_shop, number).rules) == 1
        for language, known in zip(LANGUAGES, explanations, strict=True):
            again = explained(listed_shop, number, known.decision.id, language)
            assert (again.rules, again.near_misses, again.errors) == (known.rules, known.near_misses, known.errors)
            assert again.versions == known.versions


def test_an_explanation_is_remembered_for_its_account_language_and_part(
    listed_shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    listed_shop.import_all(ready("7001"))
    made: list[tuple[str, Part]] = []

    def counted(rule_set: Any, case: Any, known: Any, language: Any, part: Part) -> Any:
        made.append((language, part))
        return explain_part(rule_set, case, known, language, part)

    monkeypatch.setattr(explaining, "explain_part", counted)
    first = explained(listed_shop, "7001")
    assert explained(listed_shop, "7001") is first
    assert explained(listed_shop, "7001", language="es").rules != first.rules
    assert made == [("en", FIRST_PART), ("es", FIRST_PART)]
    with pytest.raises(NotFound):  # whatever is remembered, whose order it is is asked each time
        explain_order(listed_shop.app, listed_shop.provider.id, listed_shop.order_id("7001"))


def test_what_was_remembered_does_not_outlive_the_facts_of_its_decision(listed_shop: Shop) -> None:
    listed_shop.import_all(ready("7001"))
    before = explained(listed_shop, "7001")
    facts = {**before.decision.facts, "order": {"ship_to": {"country": "FR"}}}
    with listed_shop.database.begin() as connection:
        connection.execute(update(DecisionRow).values(facts=facts))

    assert explained(listed_shop, "7001").rules[0].entry["when"]["found"] == "FR"


def test_who_gets_no_place_gets_the_decision_without_its_rules(listed_shop: Shop) -> None:
    listed_shop.import_all(ready("7001"), ready("7002"))
    app, account_id = listed_shop.app, listed_shop.merchant.id
    known = explained(listed_shop, "7002")
    with ExitStack() as places:
        for _ in range(PLACES):
            assert places.enter_context(app.explanations.place(0))
        busy = explain_order(app, account_id, listed_shop.order_id("7001"), patience=0)
        assert busy is not None
        assert busy.problem is not None
        assert (busy.problem.code, busy.rules, list(busy.decision.matched)) == (
            "busy",
            (),
            ["service-iberia", "check-service", "to-acme"],
        )
        assert explain_order(app, account_id, listed_shop.order_id("7002"), patience=0) is known  # that costs no place

    assert explained(listed_shop, "7001").problem is None
