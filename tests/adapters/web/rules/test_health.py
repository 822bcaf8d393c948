"""How rules do, on a page: what they matched, and what somebody should look at."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import words_of
from support.clock import FixedClock
from support.publishing import publish_alone
from support.rule_runs import rule_set
from support.shop import OWNER, PROVIDER, STRANGER, Shop, overseas, ready

from engine.services.accounts.carrier_accounts import CarrierAccountChange, change_carrier_account

LogIn = Callable[[str], FlaskClient]
DAY = 86_400


def words(client: FlaskClient, address: str = "/rules/health") -> str:
    answer = client.get(address)
    assert answer.status_code == 200
    return words_of(answer)


def lose_a_service(shop: Shop) -> None:
    with shop.app.reading() as uow:
        (account,) = [one for one in uow.carrier_accounts.list_for(shop.merchant.id) if one.carrier == "correos"]
    change_carrier_account(shop.app, shop.merchant.id, account.id, CarrierAccountChange(services=("paq-estandar",)))


def test_every_rule_is_there_with_what_it_matched(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("1"), ready("2"), overseas("3"))
    page = words(log_in(OWNER))

    assert "Spain and Portugal go by Paq Premium 1 · casa-verde · service-iberia 2" in page
    assert "Dear orders are looked at first 5 · casa-verde · review 0 – 0 never matched since" in page
    assert "Christmas wrapping off 6 · casa-verde · asleep 0 – 0 Open" not in page
    assert "Matches and errors are decisions" in page


def test_each_rule_leads_to_its_form(shop: Shop, log_in: LogIn) -> None:
    rules = (f"{{id: {id_}, name: {id_.title()}, when: always, then: [{{do: stop}}]}}" for id_ in ("one", "publish"))
    publish_alone(shop.app, shop.merchant.slug, rule_set(*rules))
    client = log_in(OWNER)
    links = re.findall(r'<a href="(/rules/[^"]+)">(?:One|Publish)</a>', client.get("/rules/health").text)

    assert links[0] == "/rules/r/one"
    for link, name in zip(links, ("One", "Publish"), strict=True):
        assert f"<h1>{name}" in client.get(link, follow_redirects=True).text


def test_a_rule_that_is_invalid_says_since_when_and_why(shop: Shop, log_in: LogIn, clock: FixedClock) -> None:
    lose_a_service(shop)
    clock.sleep(DAY)
    page = words(log_in(OWNER))

    assert 'no carrier account with "correos" offers the service "paq-premium"' in page
    assert "invalid since 2 Mar 2026, 10:30 : no carrier account" in page
    assert "To look at 1" in page
    only = words(log_in(OWNER), "/rules/health?show=look")
    assert "Spain and Portugal go by Paq Premium" in only
    assert "Dear orders are looked at first" not in only


def test_what_is_in_the_way_overdue_and_why_a_rule_is_there_is_said(shop: Shop, log_in: LogIn) -> None:
    gift = "when: {field: gift, is: is_true}"
    rules = (
        f"{{id: end, {gift}, then: [{{do: stop}}], why: Gifts are packed elsewhere}}",
        f"{{id: late, {gift}, then: [{{do: add_tag, tag: x}}], owner: {OWNER}, review_by: 2020-01-31}}",
    )
    document = "\n".join(["set: mine", "rules:", *(f"  - {rule}" for rule in rules)])
    publish_alone(shop.app, shop.merchant.slug, document.encode())
    page = words(log_in(OWNER))

    assert "Gifts are packed elsewhere" in page
    assert f"review overdue by 31 Jan 2020, {OWNER} never gets its turn because of end" in page


def test_the_period_can_be_chosen(shop: Shop, log_in: LogIn, clock: FixedClock) -> None:
    shop.import_all(ready("1"))
    clock.sleep(10 * DAY)
    client = log_in(OWNER)

    iberia = "Spain and Portugal go by Paq Premium 1 · casa-verde · service-iberia"
    assert f"{iberia} 1" in words(client)
    assert f"{iberia} 0" in words(client, "/rules/health?days=7")
    assert f"{iberia} 1" in words(client, "/rules/health?days=12345"), "what is not offered is the usual"


def test_many_rules_come_page_by_page(shop: Shop, log_in: LogIn) -> None:
    rules = (f"  - {{id: r{number}, when: always, then: []}}" for number in range(101))
    publish_alone(shop.app, shop.merchant.slug, "\n".join(["rules:", *rules]).encode())
    client = log_in(OWNER)
    first, second = client.get("/rules/health").text, client.get("/rules/health?first=100").text

    assert "r99" in first
    assert "r100" not in first
    assert 'href="/rules/health?first=100&amp;days=30"' in first
    assert "r100" in second
    assert "r99" not in second


def test_nobody_sees_the_rules_of_another_account(shop: Shop, log_in: LogIn) -> None:
    for somebody in (STRANGER, PROVIDER):
        assert "No rules are published yet." in words(log_in(somebody))
        assert len(list(csv.reader(io.StringIO(log_in(somebody).get("/rules/health.csv").text)))) == 1


def test_the_list_is_there_as_a_file(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("1"))
    answer = log_in(OWNER).get("/rules/health.csv")
    header, *rows = csv.reader(io.StringIO(answer.text.removeprefix("\ufeff")))

    assert header[:7] == ["id", "name", "set", "enabled", "matches", "last_match", "errors"]
    assert rows[0][:5] == ["service-iberia", "Spain and Portugal go by Paq Premium", "casa-verde", "True", "1"]
    assert answer.headers["Content-Disposition"] == 'attachment; filename="health.csv"'


def test_who_removes_a_colleague_or_a_connection_is_shown_which_rules_name_them(shop: Shop, log_in: LogIn) -> None:
    with shop.app.reading() as uow:
        (connection,) = uow.connections.list_for_client(shop.merchant.id)
        (owner,) = uow.users.list_for(shop.merchant.id)
    document = f"rules: [{{id: a, name: Mine, when: always, then: [], owner: {OWNER}}}]"
    client = log_in(OWNER)

    named = "These rules name it: Iberian mugs go to Acme. They are invalid from then on."
    assert named in words(client, f"/connections/{connection.id}/remove")
    assert "These rules name it" not in words(log_in(PROVIDER), f"/connections/{connection.id}/remove")
    assert "These rules name it" not in words(client, f"/settings/people/{owner.id}/remove")
    publish_alone(shop.app, shop.merchant.slug, document.encode())
    assert "These rules name it: Mine." in words(client, f"/settings/people/{owner.id}/remove")
