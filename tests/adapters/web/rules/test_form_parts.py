"""The form of a rule where conditions compare with named lists, and compare numbers over lines."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import words_in, words_of
from support.forms import form_of
from support.rule_form import begin, opened, rule_now, said_at, send
from support.rule_runs import publish
from support.shop import OWNER, Shop, ready

from engine.services.lists.named_lists import set_list

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def owner(log_in: LogIn) -> FlaskClient:
    return log_in(OWNER)


LISTED = """\
set: casa-verde
rules:
  - id: listed
    when:
      all:
        - {field: ship_to.country, is: in, value: {list: iberia}} # of the account
        - {field: order_total, is: in, value: [10, 20]}
        - {field: gift, is: is_true}
        - {field: order_total, is: at_least, value: {list: iberia}}
    then: []
"""


@pytest.fixture
def lists(shop: Shop) -> None:
    set_list(shop.app, shop.merchant, "iberia", ["ES", "PT"])
    set_list(shop.app, shop.merchant, "round", ["100", "200.5"])
    set_list(shop.app, shop.provider, "theirs", ["X"])


@pytest.mark.usefixtures("lists")
def test_a_list_of_the_account_stands_beside_typed_values(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, LISTED)
    page = send(owner, "listed")
    assert opened(shop).document == LISTED
    choice = page.text.split('id="when.all[0]:list"')[1].split("</select>")[0]
    assert [choice.count(f'value="{name}"') for name in ("", "iberia", "round", "theirs")] == [1, 1, 1, 0]
    assert '<option value="iberia" selected>' in choice
    assert 'id="when.all[0]:value"' not in page.text
    assert 'id="when.all[1]:list"' in page.text
    assert 'id="when.all[1]:value"' in page.text
    assert 'id="when.all[2]:list"' not in page.text
    assert "at_least compares with no named list" in said_at(page, "when.all[3]")


@pytest.mark.usefixtures("lists")
def test_a_condition_changes_between_typed_values_and_a_list(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, LISTED)
    send(owner, "listed", **{"when.all[0]:list": "round", "when.all[0]:is": "not_in"})
    assert rule_now(shop)["when"]["all"][0] == {"field": "ship_to.country", "is": "not_in", "value": {"list": "round"}}
    send(owner, "listed", **{"when.all[0]:list": "iberia", "when.all[1]:list": "round"})
    assert [one.get("value") for one in rule_now(shop)["when"]["all"][:2]] == [{"list": "iberia"}, {"list": "round"}]
    page = send(owner, "listed", **{"when.all[0]:list": "", "when.all[1]:list": ""})
    assert [one.get("value") for one in rule_now(shop)["when"]["all"][:2]] == [["ES", "PT"], [100, pytest.approx(200.5)]]
    assert "ES\nPT</textarea>" in page.text


def test_a_list_that_is_gone_is_named_and_said_to_be_missing(owner: FlaskClient, shop: Shop) -> None:
    document = LISTED.replace("        - {field: order_total, is: at_least, value: {list: iberia}}\n", "")
    begin(shop, document)
    page = send(owner, "listed")
    assert opened(shop).document == document
    assert '<option value="iberia" selected>' in page.text.split('id="when.all[0]:list"')[1]
    assert 'the account has no list "iberia"' in said_at(page, "when.all[0]")
    assert 'id="when.all[1]:list"' not in page.text
    send(owner, "listed", **{"when.all[0]:list": ""})
    assert rule_now(shop)["when"]["all"][0]["value"] == []


OVER_LINES = """\
set: casa-verde
rules:
  - id: lines
    when:
      all:
        # heavy
        - {count_items: {field: weight_g, is: at_least, value: 500}, is: at_least, value: 3} # heavy ones
        - {sum_items: {of: line_total, when: {any: [{field: sku, is: blank}]}}, is: greater_than, than: shipping_paid}
        - {max_items: {of: weight_g, when: always}, is: between, value: [1, 2.50], enabled: false}
        - {min_items: {of: quantity, when: always}, is: blank}
        - {sum_items: {of: weight_g}, is: blank}
    then: []
"""


def test_a_number_over_lines_is_shown_with_its_parts(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, OVER_LINES)
    page = send(owner, "lines")
    assert opened(shop).document == OVER_LINES
    form = form_of(page.text, "rule")
    shown = {name: form[name] for name in form if name.startswith("when.all[")}
    assert shown["when.all[0]:kind"] == "count_items"
    assert "when.all[0]:of" not in shown
    assert (shown["when.all[0]:is"], shown["when.all[0]:value"]) == ("at_least", "3")
    assert shown["when.all[0].count_items:field"] == "weight_g"
    assert (shown["when.all[1]:of"], shown["when.all[1]:than"]) == ("line_total", "shipping_paid")
    assert shown["when.all[1].sum_items.when.any[0]:field"] == "sku"
    assert (shown["when.all[2]:value"], shown["when.all[2]:high"]) == ("1", "2.50")
    part = page.text.split('id="when.all[2]"')[1].split('id="when.all[3]"')[0]
    assert "All lines of the order." in words_in(part)
    assert 'value="on when.all[2]"' in part
    assert 'value="add-lines when"' in page.text
    assert 'value="add-lines when.all[2].max_items.when"' not in page.text  # a line has no lines
    part = page.text.split('id="when.all[4]"')[1]
    assert "{sum_items: {of: weight_g}, is: blank}" in words_in(part)


def test_a_number_over_lines_is_built_and_changed(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, "set: casa-verde\nrules:\n  - {id: lines, when: always, then: []}\n")
    send(owner, "lines", "add-lines when")
    one = "when.all[0]"
    send(owner, "lines", f"add {one}.count_items", **{f"{one}:value": "2", f"{one}.count_items:new": "weight_g"})
    inner = f"{one}.count_items.all[0]"
    count = {"field": "weight_g", "is": "at_least", "value": 500}
    page = send(owner, "lines", f"add {one}.count_items", **{f"{inner}:is": "at_least", f"{inner}:value": "500"})
    assert "Choose a field for the new condition first." in words_of(page)
    assert rule_now(shop)["when"] == {"all": [{"count_items": {"all": [count]}, "is": "at_least", "value": 2}]}
    # a button inside of what changes its kind at the same time
    send(owner, "lines", f"copy {inner}", **{f"{one}:kind": "sum_items"})
    summed = {"of": "quantity", "when": {"all": [count, count]}}
    assert rule_now(shop)["when"] == {"all": [{"sum_items": summed, "is": "at_least", "value": 2}]}
    send(owner, "lines", **{f"{one}:kind": "max_items", f"{one}:of": "line_total", f"{one}:than": "order_total"})
    highest = {"of": "line_total", "when": {"all": [count, count]}}
    assert rule_now(shop)["when"] == {"all": [{"max_items": highest, "is": "at_least", "than": "order_total"}]}
    send(owner, "lines", f"remove {one}.max_items.when.all[1]", **{f"{one}:kind": "count_items", f"{one}:is": "not_blank"})
    assert rule_now(shop)["when"] == {"all": [{"count_items": {"all": [count]}, "is": "not_blank"}]}
    send(owner, "lines", f"off {one}")
    assert rule_now(shop)["when"]["all"][0]["enabled"] is False
    send(owner, "lines", f"remove {one}")
    assert rule_now(shop)["when"] == {"all": []}


def test_what_is_wrong_with_a_number_over_lines_stands_at_its_place(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, OVER_LINES.replace("of: line_total", "of: weight"))
    page = send(owner, "lines", **{"when.all[0]:value": "many", "when.all[0].count_items:value": "much"})
    assert "many" in said_at(page, "when.all[0]")
    assert "much" not in said_at(page, "when.all[0]")
    assert "much" in said_at(page, "when.all[0].count_items")
    assert '"weight" is not a number of an item' in said_at(page, "when.all[1]")
    assert rule_now(shop)["when"]["all"][1]["sum_items"]["of"] == "weight"


def test_what_the_form_cannot_show_stands_there_in_words_as_well(owner: FlaskClient, shop: Shop) -> None:
    odd = '{field: sku, is: in, value: ["two\\nlines"]}'
    begin(shop, f"set: casa-verde\nrules:\n  - {{id: odd, when: {{all: [{{any_item: {odd}}}]}}, then: []}}\n")
    page = owner.get("/rules/casa-verde/odd")
    about = page.text.split('id="when.all[0].any_item:about"')[1].split("</p>")[0]
    assert words_in(f"<p{about}").startswith("SKU is one of two")
    assert "This part is edited as YAML." in words_of(page)


@pytest.mark.usefixtures("lists")
def test_what_is_compared_with_a_list_is_not_compared_with_a_field_as_well(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, LISTED.replace("ship_to.country, is: in", "ship_to.name, is: starts_with"))
    page = owner.get("/rules/casa-verde/listed").text
    assert 'id="when.all[0]:than"' not in page
    assert 'id="when.all[3]:list"' in page


def test_a_chosen_order_says_which_numbers_over_lines_it_meets(owner: FlaskClient, shop: Shop) -> None:
    shop.import_all(ready("7001"))
    one = "{count_items: {field: quantity, is: at_least, value: 1}, is: at_least, value: 1}"
    many = "{sum_items: {of: quantity, when: always}, is: at_least, value: 100000}"
    begin(shop, f"set: casa-verde\nrules:\n  - {{id: tried, when: {{any: [{one}, {many}]}}, then: []}}\n")
    page = owner.get("/rules/casa-verde/tried?order=7001").text
    marks = [words_in("<" + page.split(f'<span id="when.any[{number}]-tried"')[1].split("</div>")[0]) for number in (0, 1)]
    assert [mark[0] for mark in marks] == ["✓", "✗"]
    found = [re.search(r"found (\S+)", mark) for mark in marks]
    assert [one and one[1] for one in found] == ["1", "2"]


@pytest.mark.parametrize("path", ["when.all[0]", "when.all[1]"])
def test_a_comparison_that_there_is_not_stays_and_is_said_to_be_wrong_at_its_place(
    owner: FlaskClient, shop: Shop, path: str
) -> None:
    total, count = "{field: order_total, is: at_least, value: 5}", "{count_items: always, is: at_least, value: 3}"
    begin(
        shop,
        f"set: casa-verde\nrules:\n  - {{id: r, when: {{all: [{total}, {count}]}}, then: []}}\n",
    )
    before = rule_now(shop)["when"]["all"]
    page = send(owner, "r", **{f"{path}:is": "roughly"})
    now = rule_now(shop)["when"]["all"]
    place = int(path[-2])
    assert now[place] == {**before[place], "is": "roughly"}
    assert now[1 - place] == before[1 - place]
    assert '"roughly" is not an operator' in said_at(page, path)
    page = send(owner, "r")
    assert rule_now(shop)["when"]["all"][place]["is"] == "roughly"


def test_another_field_begins_with_a_comparison_that_it_has(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, "set: casa-verde\nrules:\n  - {id: r, when: {field: order_total, is: at_least, value: 5}, then: []}\n")
    send(owner, "r", **{"when:field": "gift"})
    assert rule_now(shop)["when"] == {"field": "gift", "is": "is_true"}


def test_the_tags_that_other_rules_write_and_ask_for_are_offered(owner: FlaskClient, shop: Shop) -> None:
    publish(
        shop,
        "{id: writes, when: always, then: [{do: add_tag, tag: gift}, {do: remove_tag, tag: Old}]}",
        "{id: asks, when: {field: tags, is: includes, value: [b2b, vip]}, then: [{do: add_tag, tag: '{order_number}'}]}",
    )
    begin(shop, "rules:\n  - {id: tagged, when: {all: [{field: tags, is: includes, value: x}]}, then: []}\n")
    page = send(owner, "tagged")
    offered = page.text.partition('id="when.all[0]:offered"')[2].partition("</select>")[0]
    assert re.findall('value="([^"]+)"', offered) == ["b2b", "gift", "Old", "vip", "x"]
