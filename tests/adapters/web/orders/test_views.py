"""The orders grid, what is parked, and the page of one order."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import nullcontext
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.clock import FixedClock
from support.examples import a_store
from support.rule_runs import publish
from support.shop import OWNER, PROVIDER, STRANGER, Shop, overseas, parked, ready

from adapters.web.formatting import prose
from adapters.web.orders.grid import ATTENTION_COUNTED_TO, COUNTED_TO, FAILING_SHOWN, STORES_LISTED, build_tabs
from engine.model.sentence import Sentence
from engine.model.store import ImportRun, StoreState
from engine.services.deciding.publish_rules import publish_rules
from engine.services.fulfillment.request_units import NO_LINES
from storage.queries import OrderCounts

LogIn = Callable[[str], FlaskClient]
SENTENCE = "The shipping service is not valid because the client does not have a carrier account that supports it"
BRIGHTPEARL_DOWN = Sentence("Brightpearl is down.", "Brightpearl no responde.")
SENTENCE_ES = "El servicio de envío no es válido porque el cliente no tiene una cuenta de empresa de transporte que lo admita"


def numbers_on(client: FlaskClient, address: str) -> list[str]:
    return re.findall(r'class="order-link"[^>]*>([^<]+)<', client.get(address).text)


def in_spanish(client: FlaskClient, address: str) -> str:
    """What a page says to somebody who chose Spanish."""
    return words_of(press(client, address, "/language", language="es", back=address))


def test_the_grid_says_in_words_what_an_order_is_and_what_rules_did(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(overseas("7001"), ready("7002"))
    shop.work_off()
    client = log_in(OWNER)
    page = words_of(client.get("/orders"))

    assert numbers_on(client, "/orders") == ["7002", "7001"]
    assert "7002 SHOP-7002 1 Mar 2026 Ana Núñez Spain €60.10 Pending fulfillment Acme 3PL correos paq-premium delegated" in page
    assert "Spain and Portugal go by Paq Premium Validate carrier service +1 and 1 more 2 Mar 2026, 10:30" in page
    assert "7001 SHOP-7001 1 Mar 2026 Joe Doe United States €60.10 On hold Service not valid – dhl express" in page
    assert "last import just now" in page


def test_tabs_count_and_lead_to_their_orders(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(overseas("7001"), ready("7002"), ready("7003", order_total="a lot"), parked("8001"))
    client = log_in(OWNER)

    tabs = re.search(r'<nav class="tabs".*?</nav>', client.get("/orders").text, re.DOTALL)
    assert tabs is not None
    counts = " ".join(re.sub(r"<[^>]+>", " ", tabs[0]).split())
    assert counts == "All 3 Awaiting shipment 2 On hold 1 Pending fulfillment 0 Shipped 0 Needs attention 1 Parked 1"
    assert numbers_on(client, "/orders?status=on_hold") == ["7001"]
    assert numbers_on(client, "/orders?flag=needs_attention") == ["7003"]
    assert numbers_on(client, "/orders?flag=invalid_service") == ["7001"]
    assert numbers_on(client, "/orders?q=shop-7002") == ["7002"]
    assert numbers_on(client, "/orders?status=nonsense&flag=nonsense") == ["7003", "7002", "7001"]


def test_tabs_say_when_there_are_more_orders_than_are_counted(web: Flask) -> None:
    counts = OrderCounts({"shipped": COUNTED_TO + 1, "on_hold": COUNTED_TO, "skipped": 7}, ATTENTION_COUNTED_TO + 1, 0)
    with web.test_request_context():
        shown = {str(tab.label): tab.count for tab in build_tabs(counts, None)}

    assert (shown["All"], shown["Shipped"], shown["On hold"]) == ("5,000+", "5,000+", "5,000")
    assert (shown["Left out by a rule"], shown["Needs attention"], shown["Parked"]) == ("7", "99+", "0")


def test_with_many_stores_one_is_found_by_its_name(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"), ready("7002"))
    names = [f"Store {number:02}" for number in range(STORES_LISTED)]
    with shop.app.unit_of_work() as uow:
        for name in names:
            uow.stores.add(a_store(shop.merchant.id, id=f"sto_z{name[-2:]}", name=name))
        moved = shop.order_id("7002")
        uow.orders.move(shop.merchant.id, [moved], "sto_z07")
        uow.commit()
    client = log_in(OWNER)

    page = client.get("/orders")
    assert "21 stores" in words_of(page)
    assert len(re.findall(r'name="store" value=', page.text)) == STORES_LISTED  # of the menu; there is no list of all
    assert "Store 07" in words_of(page)  # beside its order, although the menu ends before
    assert numbers_on(client, "/orders?store_name=store+07") == ["7002"]
    assert 'name="store_name" value="Store 07"' in client.get("/orders?store=sto_z07").text
    several = client.get("/orders?store_name=store&status=awaiting_shipment")
    assert "Several stores have this in their names." in words_of(several)
    [choice] = re.findall(r'href="(/orders\?[^"]*store=sto_z07)"', several.text)
    assert numbers_on(client, choice.replace("&amp;", "&")) == ["7002"]
    assert "No store has this in its name" in words_of(client.get("/orders?store_name=nowhere"))
    assert "Ninguna tienda tiene esto en su nombre" in in_spanish(client, "/orders?store_name=nowhere")


def test_of_many_stores_that_fail_some_are_told_and_the_rest_is_not_kept_quiet(shop: Shop, log_in: LogIn) -> None:
    with shop.app.unit_of_work() as uow:
        for number in range(FAILING_SHOWN + 1):
            uow.stores.add(a_store(shop.merchant.id, name=f"Store {number}", state=StoreState.REFUSED))
        uow.commit()

    page = words_of(log_in(OWNER).get("/orders"))
    assert page.count("refuses the log-in, so its orders do not come any more.") == FAILING_SHOWN
    assert "The imports of further stores do not get to their end. See the stores" in page


def test_the_grid_pages_and_keeps_the_filter(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(*(ready(str(7000 + number)) for number in range(53)))
    client = log_in(OWNER)
    first = client.get("/orders?q=ana")
    older = re.search(r'href="([^"]+)" rel="next"', first.text)

    assert older is not None
    assert len(numbers_on(client, "/orders?q=ana")) == 50
    assert numbers_on(client, older[1].replace("&amp;", "&")) == ["7002", "7001", "7000"]
    last = client.get(older[1].replace("&amp;", "&"))
    assert 'rel="next"' not in last.text
    assert "Back to the newest" in last.text
    assert 'value="ana"' in last.text


def test_an_empty_grid_says_what_to_do(shop: Shop, log_in: LogIn, clock: FixedClock) -> None:
    client, stranger = log_in(OWNER), log_in(STRANGER)

    assert f"/stores/{shop.store.id}" in client.get("/orders").text
    assert "not imported yet" in words_of(client.get("/orders"))
    assert "/stores/connect" in stranger.get("/orders").text
    assert "Getting started" in words_of(log_in(PROVIDER).get("/orders"))
    assert "/requests" in log_in(PROVIDER).get("/orders").text
    assert "No order fits" in words_of(client.get("/orders?q=zzz"))
    assert "Nothing is parked" in words_of(client.get("/orders/parked"))


def test_a_failed_import_is_told_where_people_look(shop: Shop, log_in: LogIn, clock: FixedClock) -> None:
    shop.import_all(ready("7001"))
    run = ImportRun("run_later", shop.store.id, clock.now(), None, None, None, {})
    clock.sleep(3600)
    with shop.app.unit_of_work() as uow:
        uow.stores.start_run(shop.store.account_id, replace(run, started_at=clock.now()))
        uow.stores.end_run(
            shop.store.account_id,
            replace(run, started_at=clock.now(), ended_at=clock.now(), outcome="failed", error=BRIGHTPEARL_DOWN),
        )
        uow.commit()

    page = words_of(log_in(OWNER).get("/orders"))
    assert (
        "The last import of Casa Verde online did not get to its end; it is tried again by itself. Brightpearl is down." in page
    )
    assert "Brightpearl no responde." in in_spanish(log_in(OWNER), "/orders")

    with shop.app.unit_of_work() as uow:
        uow.stores.set_state(shop.store.account_id, shop.store.id, StoreState.REFUSED)
        uow.commit()
    refused = log_in(OWNER).get("/orders")
    assert "Casa Verde online refuses the log-in, so its orders do not come any more. Brightpearl is down." in words_of(refused)
    assert f'href="/stores/{shop.store.id}">See the store</a>' in refused.text

    with shop.app.unit_of_work() as uow:
        uow.stores.set_state(shop.store.account_id, shop.store.id, StoreState.CLOSED)
        uow.commit()
    assert "Brightpearl is down" not in words_of(log_in(OWNER).get("/orders"))


def test_parked_notes_say_what_is_wrong_and_where(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(parked("8001"))

    page = words_of(log_in(OWNER).get("/orders/parked"))
    assert "8001 n8001 Casa Verde online has no country parties.delivery.countryIsoCode 2 Mar 2026, 10:30" in page
    assert "no tiene país parties.delivery.countryIsoCode" in in_spanish(log_in(OWNER), "/orders/parked")


def test_what_a_store_sends_is_shown_as_text(shop: Shop, log_in: LogIn) -> None:
    evil = '<script>alert("x")</script>'
    shop.import_all(
        ready("7001", reference=evil, ship_to={"name": evil, "city": evil, "country": evil}, items=[{"sku": evil, "name": evil}])
    )
    client = log_in(OWNER)

    for page in ("/orders", f"/orders/{shop.order_id('7001')}"):
        text = client.get(page).text
        assert "<script>" not in text
        assert "&lt;script&gt;" in text


def test_the_page_of_an_order_shows_what_is_in_it(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", subtotal="50.00", weight_g=640))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    assert "Mug, blue ACM-MUG · 400 g 2 €30.05" in page
    assert "Order total €60.10 Subtotal €50.00 Weight 640 g" in page
    assert "Ship to Ana Núñez Calle Mayor 1 28004 Madrid Spain +34 600 000 000 Bill to No address." in page
    assert "Service – paq-premium by rule Spain and Portugal go by Paq Premium" in page
    assert "Tags – delegated by rule Iberian mugs go to Acme" in page


def test_every_rule_gets_its_verdict_with_what_was_found_and_wanted(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", items=[{"sku": "VER-POT", "quantity": 1}, {"sku": "VER-CUP", "quantity": 1}]))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    assert "on import · rules “Casa Verde”, version 1" in page
    assert "Fired 2 Not met 3 Switched off 1" in page
    assert "Spain and Portugal go by Paq Premium Carrier – → becomes correos" in page
    assert "Why it fired The rule fired. service-iberia ✓ Ship to country is one of ES, PT met found ES wanted ES, PT" in page
    assert "✗ Line 2 SKU starts with ACM- not met found VER-CUP wanted ACM-" in page
    assert "Christmas wrapping Switched off" in page


def test_what_applied_comes_first_then_what_lacked_one_condition_then_the_rest(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", items=[{"sku": "VER-POT", "quantity": 1}, {"sku": "VER-CUP", "quantity": 1}]))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    applied, nearly, rest = (page.index(title) for title in ("Rules that applied", "Nearly: one condition", "All other rules"))
    assert applied < page.index("Validate carrier service Why it fired") < nearly
    assert 'Overseas orders fly Ship to country is US: found "ES" Its conditions were not met.' in page[nearly:rest]
    assert 'Iberian mugs go to Acme SKU starts with ACM-: found "VER-POT" (line 1)' in page[nearly:rest]
    assert "Christmas wrapping Switched off" in page[rest:]


def test_what_went_wrong_comes_before_all_else(shop: Shop, log_in: LogIn) -> None:
    publish(
        shop,
        "{id: tag, name: Tag, when: always, then: [{do: add_tag, tag: a}]}",
        "{id: insure, name: Insure it, when: always, then: [{do: insure, value: amount_paid}]}",
        "{id: cheap, name: Cheap, when: {field: order_total, is: less_than, value: 5}, then: [{do: add_tag, tag: b}]}",
    )
    shop.import_all(ready("7001", order_total="a lot"))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    wrong, applied = page.index("Rules that could not be applied"), page.index("Rules that applied")
    assert wrong < page.index("Insure it Failed") < page.index("Cheap Error") < applied < page.index("Tag Tags – → becomes a")
    assert "All other rules" not in page


def test_names_in_sentences_are_set_as_code(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: insure, name: Insure it, when: always, then: [{do: insure, value: amount_paid}]}")
    shop.import_all(ready("7001"))
    page = log_in(OWNER).get(f"/orders/{shop.order_id('7001')}").text

    says = "the order has no amount paid (<code>amount_paid</code>) to take the amount from"
    assert f"Insure it</span> {says}" in page
    assert f"An action could not be applied: {says}." in page
    assert "`" not in page


def test_what_stands_between_backticks_is_text_all_the_same() -> None:
    assert prose("write `<b>`, not <i>`") == "write <code>&lt;b&gt;</code>, not &lt;i&gt;`"


def test_which_rate_is_preferred_is_said_in_words(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: shop, name: Shop, when: always, then: [{do: rate_shop, among: ['{order_number}'], prefer: fastest}]}")
    shop.import_all(ready("7001"))
    address = f"/orders/{shop.order_id('7001')}"
    page = words_of(press(log_in(OWNER), address, "/language", language="es", back=address))

    assert "Tarifa preferida – → pasa a el más rápido" in page
    assert "fastest" not in page


def test_a_rule_that_lacked_more_says_what_was_missing(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", ship_to={"country": "FR"}, order_total=5))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    missing = 'What was missing Ship to country is US: found "FR" Order total is greater than 10: found 5 All conditions'
    assert missing in page[page.index("All other rules") :]


def test_of_very_many_lines_the_first_are_shown_and_the_others_counted(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", items=[{"sku": f"VER-{number}", "quantity": 1} for number in range(30)]))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    assert "Line 20 SKU starts with ACM-" in page
    assert "Line 21 SKU" not in page
    assert "and 10 more" in page


def test_lines_that_answer_alike_are_one_and_can_be_opened_one_by_one(shop: Shop, log_in: LogIn) -> None:
    items = [{"sku": f"VER-{number}", "quantity": 1} for number in range(40)]
    shop.import_all(ready("7001", items=items))
    client, order_id = log_in(OWNER), shop.order_id("7001")
    page = words_of(client.get(f"/orders/{order_id}"))
    assert "Line 1 and 39 more like it SKU starts with ACM-" in page
    assert "Line 2 SKU" not in page

    address = f"/orders/{order_id}/rules/to-acme"
    assert f'href="{address}?decision=' in client.get(f"/orders/{order_id}").text
    first, second = words_of(client.get(address)), words_of(client.get(f"{address}?lines=31"))
    assert "Line 30 SKU starts with ACM-" in first
    assert "Line 31" not in first
    assert "Lines 1 to 30 of 40 Further lines" in first
    assert "Line 30" not in second
    assert "Line 40 SKU starts with ACM-" in second
    assert "Earlier lines Lines 31 to 40 of 40" in second
    assert words_of(client.get(f"{address}?lines=99999999999999999999")).count("Line ") == 0
    assert client.get(f"{address}?lines=nothing").status_code == 200
    assert client.get(f"/orders/{order_id}/rules/unknown").status_code == 404
    assert log_in(STRANGER).get(address).status_code == 404


def test_of_very_many_rules_the_page_shows_some_and_leads_to_the_others(shop: Shop, log_in: LogIn) -> None:
    never = "{id: rule-%d, when: {all: [{field: gift, is: is_true}, {field: store, is: equals, value: x}]}, then: [{do: hold}]}"
    publish(shop, *(never % number for number in range(119)), "{id: fired, when: always, then: [{do: add_tag, tag: x}]}")
    shop.import_all(ready("7001"))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    pages = [words_of(client.get(f"{address}?rules={first}")) for first in (1, 51, 101)]

    assert "Fired 1 Not met 119" in pages[0]
    assert "Rules 1 to 50 of 120 Further rules" in pages[0]
    assert "Rules before Rules 51 to 100 of 120 Further rules" in pages[1]
    assert "Rules before Rules 101 to 120 of 120" in pages[2]
    found = [set(re.findall(r"rule-\d+", page)) for page in pages]
    assert [len(ids) for ids in found] == [49, 50, 20]  # and the one that fired before them
    assert len(set.union(*found)) == 119
    assert [page.count("The rule fired. fired") for page in pages] == [1, 0, 0]


def test_a_page_without_its_explanation_leads_to_it(shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.import_all(ready("7001"))
    monkeypatch.setattr(shop.app.explanations, "place", lambda _patience: nullcontext(False))
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    page = client.get(address)

    assert page.status_code == 200
    assert "this one has to wait; what the decision did is shown below. Open the explanation" in words_of(page)
    assert "Rules that fired: service-iberia, check-service, to-acme" in words_of(page)
    assert "esta tiene que esperar" in in_spanish(client, address)
    monkeypatch.undo()
    assert "Open the explanation" not in words_of(client.get(address))


def test_the_versions_of_all_sets_that_ran_are_named(shop: Shop, log_in: LogIn) -> None:
    publish_rules(
        shop.app, shop.merchant.slug, b"name: Gifts\nrules: [{id: gift, when: always, then: [{do: add_tag, tag: gift}]}]"
    )
    shop.import_all(ready("7001"))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    assert "rules “Casa Verde”, version 1; rules “Gifts”, version 1" in page
    assert "Rule set: gifts" in page


def test_an_order_with_a_wrong_service_says_so_in_the_fields_own_words(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(overseas("7001"))
    address = f"/orders/{shop.order_id('7001')}"
    client = log_in(OWNER)

    assert "Next On hold by the rule Validate carrier service. your turn" in words_of(client.get(address))
    assert f"{SENTENCE} your turn" in words_of(client.get(address))
    assert f"Validate carrier service {SENTENCE}" in words_of(client.get(address))
    spanish = words_of(press(client, address, "/language", language="es", back=address))
    assert f"{SENTENCE_ES} te toca a ti" in spanish
    assert "Servicio no válido" in spanish
    assert SENTENCE not in spanish


def test_what_was_kept_is_read_in_the_language_of_the_page(shop: Shop, log_in: LogIn) -> None:
    publish(
        shop,
        "{id: v, when: always, then: [{do: validate_service, on_invalid: alert}, {do: alert, message: Look}]}",
        "{id: s, when: always, then: [{do: set_logistics_provider, provider: acme-3pl, send: true}]}",
    )
    shop.import_all(ready("7001", carrier="x", service="y", items=[]))
    shop.work_off()
    client, address = log_in(OWNER), f"/orders/{shop.order_id('7001')}"
    english, spanish = words_of(client.get(address)), in_spanish(client, address)

    assert f"Alert {SENTENCE} by rule v" in english
    assert f"Alerts {NO_LINES.en}" in english
    assert f"Alerta {SENTENCE_ES} por la regla v" in spanish
    assert f"{SENTENCE_ES} 2 mar" in spanish
    assert "Alerta Look por la regla v" in spanish
    assert f"Alertas {NO_LINES.es}" in spanish
    assert f"1 intento {NO_LINES.es}" in spanish
    assert SENTENCE not in spanish
    assert NO_LINES.en not in spanish


def test_a_rule_in_error_says_what_could_not_be_read(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", order_total="a lot"))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    assert page.partition("Next")[2].partition("Lines")[0].count('"a lot" is not a number') == 1
    assert 'Dear orders are looked at first Order total: "a lot" is not a number' in page
    assert "Dear orders are looked at first Error" in page
    assert "Fulfillment request to Acme 3PL (24h) by rule Iberian mugs go to Acme waits: the order needs attention" in page
    assert "Waiting Send the fulfillment request to Acme 3PL waits: the order needs attention" in page
