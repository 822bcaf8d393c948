"""The orders grid, what is parked, and the page of one order."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, words_of
from support.clock import FixedClock
from support.rule_runs import publish
from support.shop import OWNER, PROVIDER, Shop, open_shop, overseas, parked, ready

from adapters.web.application import create_web
from adapters.web.formatting import prose
from engine.model.sentence import Sentence
from engine.model.store import ImportRun, StoreState
from engine.services.delegate import NO_LINES
from storage.database import Database
from storage.queries import Queries

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
    assert "7002 SHOP-7002 1 Mar 2026 Ana Núñez Spain 60,10 € Pending fulfillment Acme 3PL correos paq-premium delegated" in page
    assert "Spain and Portugal go by Paq Premium Validate carrier service +1 and 1 more 2 Mar 2026, 10:30" in page
    assert "7001 SHOP-7001 1 Mar 2026 Joe Doe United States 60,10 € On hold Service not valid – dhl express" in page
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
    client, provider = log_in(OWNER), log_in(PROVIDER)

    assert f"/stores/{shop.store.id}" in client.get("/orders").text
    assert "not imported yet" in words_of(client.get("/orders"))
    assert "/stores/connect" in provider.get("/orders").text
    assert "No order fits" in words_of(client.get("/orders?q=zzz"))
    assert "Nothing is parked" in words_of(client.get("/orders/parked"))


def test_a_failed_import_is_told_where_people_look(shop: Shop, log_in: LogIn, clock: FixedClock) -> None:
    shop.import_all(ready("7001"))
    run = ImportRun("run_later", shop.store.id, clock.now(), None, None, None, {})
    clock.sleep(3600)
    with shop.app.unit_of_work() as uow:
        uow.stores.start_run(replace(run, started_at=clock.now()))
        uow.stores.end_run(replace(run, started_at=clock.now(), ended_at=clock.now(), outcome="failed", error=BRIGHTPEARL_DOWN))
        uow.commit()

    page = words_of(log_in(OWNER).get("/orders"))
    assert (
        "The last import of Casa Verde online did not get to its end; it is tried again by itself. Brightpearl is down." in page
    )
    assert "Brightpearl no responde." in in_spanish(log_in(OWNER), "/orders")

    with shop.app.unit_of_work() as uow:
        uow.stores.set_state(shop.store.id, StoreState.REFUSED)
        uow.commit()
    refused = log_in(OWNER).get("/orders")
    assert "Casa Verde online refuses the log-in, so its orders do not come any more. Brightpearl is down." in words_of(refused)
    assert f'href="/stores/{shop.store.id}">See the store</a>' in refused.text

    with shop.app.unit_of_work() as uow:
        uow.stores.set_state(shop.store.id, StoreState.CLOSED)
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
        assert "<script" not in text
        assert "&lt;script&gt;" in text


def test_the_page_of_an_order_shows_what_is_in_it(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", subtotal="50.00", weight_g=640))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    assert "Mug, blue ACM-MUG · 400 g 2 30,05 €" in page
    assert "Order total 60,10 € Subtotal 50,00 € Weight 640 g" in page
    assert "Ship to Ana Núñez Calle Mayor 1 28004 Madrid Spain +34 600 000 000 Bill to No address." in page
    assert "Service – paq-premium by rule Spain and Portugal go by Paq Premium" in page
    assert "Tags – delegated by rule Iberian mugs go to Acme" in page


def test_every_rule_gets_its_verdict_with_what_was_found_and_wanted(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", items=[{"sku": "VER-POT", "quantity": 1}, {"sku": "VER-CUP", "quantity": 1}]))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    assert "on import · rules “Casa Verde”, version 1" in page
    assert "Fired 2 Not met 3 Switched off 1" in page
    assert "Spain and Portugal go by Paq Premium Fired The rule fired. service-iberia" in page
    assert "✓ Ship to country is one of ES, PT met found ES wanted ES, PT Changed Carrier – → becomes correos" in page
    assert "✗ Line 2 SKU starts with ACM- not met found VER-CUP wanted ACM-" in page
    assert "Christmas wrapping Switched off" in page


def test_what_applied_comes_first_then_what_lacked_one_condition_then_the_rest(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", items=[{"sku": "VER-POT", "quantity": 1}, {"sku": "VER-CUP", "quantity": 1}]))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    applied, nearly, rest = (page.index(title) for title in ("Rules that applied", "Nearly: one condition", "All other rules"))
    assert applied < page.index("Validate carrier service Fired") < nearly
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
    assert wrong < page.index("Insure it Failed") < page.index("Cheap Error") < applied < page.index("Tag Fired")
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


def test_an_order_with_a_wrong_service_says_so_in_the_fields_own_words(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(overseas("7001"))
    address = f"/orders/{shop.order_id('7001')}"
    client = log_in(OWNER)

    assert f"Service not valid {SENTENCE}" in words_of(client.get(address))
    assert f"Validate carrier service {SENTENCE}" in words_of(client.get(address))
    spanish = words_of(press(client, address, "/language", language="es", back=address))
    assert f"Servicio no válido {SENTENCE_ES}" in spanish
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
    assert f"Alert {NO_LINES.en}" in english
    assert f"Alerta {SENTENCE_ES} por la regla v" in spanish
    assert f"Alerta {SENTENCE_ES} 2 mar" in spanish
    assert "Alerta Look por la regla v" in spanish
    assert f"Alerta {NO_LINES.es}" in spanish
    assert f"1 intento {NO_LINES.es}" in spanish
    assert SENTENCE not in spanish
    assert NO_LINES.en not in spanish


def test_a_rule_in_error_says_what_could_not_be_read(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", order_total="a lot"))
    page = words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    assert "Needs attention A rule could not be applied" in page
    assert 'Dear orders are looked at first order_total: "a lot" is no number' in page
    assert "Dear orders are looked at first Error" in page
    assert "Fulfillment request to Acme 3PL (24h) by rule Iberian mugs go to Acme waits: the order needs attention" in page
    assert "Waiting Send the fulfillment request to Acme 3PL waits: the order needs attention" in page


def test_releasing_lets_out_what_waited(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001", order_total=Decimal(900)))
    order_id = shop.order_id("7001")
    client = log_in(OWNER)
    assert "Fulfillment request to Acme 3PL" in words_of(client.get(f"/orders/{order_id}"))

    after = words_of(press(client, f"/orders/{order_id}", f"/orders/{order_id}/release"))
    assert "The order is released. What waited for it leaves now." in after
    assert "Due Send the fulfillment request to Acme 3PL" in after
    assert f"2 Mar 2026, 10:30 {OWNER} Released On hold Awaiting shipment" in after
    shop.work_off()
    sent = words_of(client.get(f"/orders/{order_id}"))
    assert "Acme 3PL Requested" in sent
    assert "Service preference: 24h 2 × ACM-MUG Mug, blue" in sent
    assert "Notes that went along Please ring twice. <b>Not</b> on Mondays." in sent
    assert "rule Iberian mugs go to Acme Handed over to the provider Awaiting shipment Pending fulfillment" in sent


def test_releasing_what_is_not_held_changes_nothing_and_says_so(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id = shop.order_id("7001")
    client = log_in(OWNER)

    assert ">Release</button>" not in client.get(f"/orders/{order_id}").text
    after = words_of(press(client, f"/orders/{order_id}", f"/orders/{order_id}/release"))
    assert "Order 7001 is neither on hold nor flagged: there is nothing to release." in after


def test_the_rules_can_run_again_and_the_earlier_decision_stays(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id = shop.order_id("7001")
    client = log_in(OWNER)

    after = words_of(press(client, f"/orders/{order_id}", f"/orders/{order_id}/reprocess"))
    assert "The rules ran again over this order" in after
    assert "2 decisions about this order" in after
    assert "2 Mar 2026, 10:30 · run again by a person" in after
    with shop.app.reading() as uow:
        first = uow.decisions.list_for_order(shop.merchant.id, order_id)[0].id
    earlier = words_of(client.get(f"/orders/{order_id}?decision={first}"))
    assert "This is an earlier decision." in earlier
    assert "2 Mar 2026, 10:30 · on import" in earlier


def test_the_rules_do_not_run_over_what_has_left(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id = shop.order_id("7001")
    with shop.app.unit_of_work() as uow:
        order = uow.orders.get(shop.merchant.id, order_id)
        order.state, order.state_reason = type(order.state)("shipped"), "already_shipped"
        uow.orders.update_many([order])
        uow.commit()
    client = log_in(OWNER)

    shown = client.get(f"/orders/{order_id}")
    assert "Run the rules again" not in words_of(shown)
    assert "it was shipped in the store" in words_of(shown)
    after = words_of(press(client, f"/orders/{order_id}", f"/orders/{order_id}/reprocess"))
    assert "The rules do not run over an order that has shipped or was cancelled." in after


def test_without_published_rules_an_order_is_still_shown(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock, rules=None)
    shop.import_all(ready("7001"))
    client = create_web(shop.app, Queries(sqlite_database), secret=b"k" * 32).test_client()
    send_log_in(client, OWNER)

    page = words_of(client.get(f"/orders/{shop.order_id('7001')}"))
    assert "no rules were published There were no rules to run." in page
    assert "No rule fired None of the rules applied to this order." in page


def test_an_order_whose_document_makes_no_sense_is_still_shown(shop: Shop, log_in: LogIn, web: Flask) -> None:
    shop.import_all(
        ready(
            "7001",
            items=["mug"],
            ship_to="Madrid",
            tags="one",
            order_total=True,
            currency="??",
            order_date="soon",
            weight_g="much",
        )
    )
    client = log_in(OWNER)

    assert numbers_on(client, "/orders") == ["7001"]
    assert "much" in words_of(client.get(f"/orders/{shop.order_id('7001')}"))


def test_what_the_store_keeps_of_its_own_stands_with_the_contents(shop: Shop, log_in: LogIn) -> None:
    line = {"line_key": "1", "sku": "ACM-MUG", "name": "Mug", "quantity": 2, "weight_g": 350, "barcode": "8412345678905"}
    fields = {"PCF_GIFT": "For <b>grandma</b>", "PCF_EMPTY": ""}
    shop.import_all(ready("7001", items=[line], custom_fields=fields), ready("7002"))

    page = log_in(OWNER).get(f"/orders/{shop.order_id('7001')}")
    assert "ACM-MUG · 350 g · barcode 8412345678905" in words_of(page)
    assert "The store's own fields PCF_GIFT For <b>grandma</b> " in words_of(page)
    assert "<b>grandma" not in page.text
    assert "PCF_EMPTY" not in page.text
    assert "The store's own fields" not in words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7002')}"))


def test_a_hold_without_an_end_leaves_no_empty_line(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(overseas("7001"))

    page = log_in(OWNER).get(f"/orders/{shop.order_id('7001')}")
    changed = words_of(page).split("Changed here")[1].split("History")[0]
    assert "Status" in changed
    assert "until" not in changed
