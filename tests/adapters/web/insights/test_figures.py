"""The pages of figures: what they count, of which days and stores, and the same as files."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.labels import label_of_own_order
from support.partners import user_of
from support.shop import OWNER, PROVIDER, STRANGER, Shop, overseas, ready
from support.two_sides import TwoSides

from engine.services.accounts.profile import change_profile

LogIn = Callable[[str], FlaskClient]
VASES = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]
PAGES = ("", "/times", "/rules", "/costs", "/providers")
FILES = ("/orders.csv", "/times.csv", "/rules.csv", "/costs.csv", "/providers.csv")


@pytest.fixture
def busy(shop: Shop) -> Shop:
    """On Monday, 2 March, at half past ten in Madrid: one order shipped, one on hold, one with the provider."""
    shop.import_all(overseas("1"), ready("2", items=VASES), ready("3", items=VASES))
    sides = TwoSides(shop)
    first = sides.taken("2")
    sides.taken("3")
    shop.app.clock.sleep(2 * 3600)
    sides.ship(first)
    shop.work_off()
    return shop


def test_orders_stand_under_their_day_with_the_state_they_have_now(busy: Shop, log_in: LogIn) -> None:
    page = log_in(OWNER).get("/insights?days=7")
    seen = words_of(page)
    assert "2 Mar 2026 3 1 1 1" in seen
    assert "1 Mar 2026 0" not in seen  # nothing came in: the chart says so, and the list leaves it out
    assert page.text.count('<rect class="chart-mark" x=') - page.text.count('x="0.5"') == 3  # those of the legend apart
    assert "3, at most 3 in a column. The table has the numbers." in page.text
    assert "No orders came in on these days." in words_of(log_in(OWNER).get("/insights?from=2026-01-01&to=2026-01-31"))
    assert "No orders came in on these days." in words_of(log_in(STRANGER).get("/insights"))


def test_times_run_from_when_the_order_was_placed(busy: Shop, log_in: LogIn) -> None:
    """It was placed at 22:30 UTC, came in at 9:30, and was shipped two hours later."""
    seen = words_of(log_in(OWNER).get("/insights/times?days=7"))
    assert "To the decision 11 h 0 min" in seen
    assert "13 h 0 min 90 % within 13 h 0 min 1 order" in seen


def test_a_rule_is_listed_with_its_matches_and_leads_to_its_form(busy: Shop, log_in: LogIn) -> None:
    page = log_in(OWNER).get("/insights/rules?days=7")
    address, _, rest = page.text.partition('class="cell-order cell-product')[2].partition('<a href="')[2].partition('">')
    name = rest.partition("</a>")[0]
    assert f"{name} 3" in words_of(page)
    assert name in log_in(OWNER).get(address).text
    assert "No rule matched on these days." in words_of(log_in(OWNER).get("/insights/rules?from=2026-01-01&to=2026-01-31"))


def test_labels_cost_by_service_and_currency(busy: Shop, log_in: LogIn) -> None:
    busy.import_all(ready("9", items=VASES))
    made = label_of_own_order(busy, "9")
    cost = made.label.cost
    assert cost is not None
    page = log_in(OWNER).get("/insights/costs")
    assert f"{made.label.carrier} {made.label.service} 1 0" in words_of(page)
    assert f"{cost.amount}" in page.text
    elsewhere = log_in(OWNER).get("/insights/costs?from=2026-01-01&to=2026-01-31")
    assert "No labels were bought on these days." in words_of(elsewhere)


def test_a_store_keeps_to_its_orders_and_another_accounts_is_none(busy: Shop, log_in: LogIn) -> None:
    own = log_in(OWNER).get(f"/insights?store={busy.store.id}")
    assert "2 Mar 2026 3" in words_of(own)
    assert f'value="{busy.store.id}" selected' in own.text
    with busy.app.reading() as uow:
        [client] = uow.stores.list_for(busy.provider.id)
    assert "2 Mar 2026 2" in words_of(log_in(PROVIDER).get(f"/insights?store={client.id}"))
    for page in ("", "/times", "/costs"):
        refused = log_in(OWNER).get(f"/insights{page}?store={client.id}")
        assert refused.status_code == 422
        assert "has no store and no client" in words_of(refused)
        assert f'<option value="{client.id}"' not in refused.text


def test_days_begin_when_they_do_for_the_person(busy: Shop, log_in: LogIn) -> None:
    change_profile(busy.app, user_of(busy, OWNER), language="en", time_zone="Pacific/Honolulu")
    assert "1 Mar 2026 3" in words_of(log_in(OWNER).get("/insights?days=7"))


def test_every_page_says_what_is_wrong_with_a_period_and_keeps_it_in_the_form(log_in: LogIn) -> None:
    browser = log_in(OWNER)
    for page in PAGES:
        refused = browser.get(f"/insights{page}?from=2026-03-05&to=2026-03-01")
        assert refused.status_code == 422
        assert 'name="from" value="2026-03-05"' in refused.text
        assert "The period has to end on its first day or later" in refused.text.partition('id="period-wrong"')[2]
    for file in FILES:
        refused = browser.get(f"/insights{file}?from=2026-03-05&to=2026-03-01", follow_redirects=True)
        assert refused.status_code == 422
        assert "The period has to end on its first day or later" in words_of(refused)


def test_every_table_is_a_file_too(busy: Shop, log_in: LogIn) -> None:
    browser = log_in(OWNER)
    files = {file: browser.get(f"/insights{file}?from=2026-03-02&to=2026-03-02") for file in FILES}
    rows = {file: answer.text.removeprefix("\ufeff").splitlines() for file, answer in files.items()}
    assert {answer.mimetype for answer in files.values()} == {"text/csv"}
    header = "from,to,orders,open,skipped,pending_fulfillment,rejected_fulfillment,partially_shipped,shipped,cancelled,combined"
    assert rows["/orders.csv"] == [header, "2026-03-02,2026-03-02,3,1,0,1,0,0,1,0,0"]
    assert rows["/times.csv"][1].startswith("2026-03-02,2026-03-02,3,3,39600,")
    assert any(row.startswith("check-service,") for row in rows["/rules.csv"][1:])
    assert rows["/costs.csv"] == ["carrier,service,currency,labels,returns,total,average"]
    assert rows["/providers.csv"][1].startswith("provider,acme-3pl,Acme 3PL,2,2,0,0,")


def test_the_pages_lead_to_each_other_with_the_same_period(log_in: LogIn) -> None:
    page = log_in(OWNER).get("/insights/costs?days=90")
    for address in ("/insights", "/insights/times", "/insights/rules", "/insights/providers"):
        assert f'href="{address}?days=90"' in page.text
    assert "Costes por servicio" in words_of(press(log_in(OWNER), "/orders", "/language", language="es", back="/insights/costs"))
