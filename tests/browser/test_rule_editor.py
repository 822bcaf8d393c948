"""Rules built, put right and published without writing YAML: with and without JavaScript, by keyboard, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import TOO_PALE, UNNAMED, enter, fits, log_in, looks_right, press, speak
from support.shop import OWNER

from engine.services.drafting.open_set import open_set
from engine.services.drafting.save_draft import save_draft
from engine.services.lists.named_lists import set_list
from rules.editing import DraftText

pytestmark = pytest.mark.browser

SKUS = [f"ACM-{number:03}" for number in range(200)]


def look_at(page: Page) -> None:
    """What has to be so on every page."""
    looks_right(page)
    assert page.evaluate(UNNAMED) == []
    assert page.locator("h1").count() == 1


def objections(complaints: Any) -> list[str]:
    """But for an icon and checks that were no longer wanted when the page was left."""
    return [one for one in complaints.found if "favicon" not in one]


def part(page: Page, path: str) -> Any:
    """The node or field at a path of the rule."""
    return page.locator(f'[id="{path}"]')


def choose(page: Page, path: str, value: str) -> None:
    """Pick in a list that changes what the rest of the form is, and wait for it."""
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/rules/" in answer.url):
        part(page, path).select_option(value)


def reach(page: Page, path: str) -> Any:
    """Go to a field by Tab alone."""
    field = part(page, path)
    expect(field).to_be_visible()
    for _ in range(120):
        if field.evaluate("field => field === document.activeElement"):
            return field
        page.keyboard.press("Tab")
    raise AssertionError(f"{path} cannot be reached by keyboard")


def pick(page: Page, path: str, value: str) -> None:
    """Choose in a list by keyboard: type what it is called, and go down from there where others begin alike."""
    field = reach(page, path)
    page.keyboard.type(field.locator(f'option[value="{value}"]').inner_text().strip())
    for _ in range(10):
        if field.input_value() == value:
            return
        page.keyboard.press("ArrowDown")
    raise AssertionError(f"{value} cannot be chosen by keyboard")


def pick_last(page: Page, path: str) -> None:
    """Choose by keyboard what stands last in a list that changes what the rest of the form is, and wait for it."""
    reach(page, path)
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/rules/" in answer.url):
        page.keyboard.press("End")


def push(page: Page, do: str) -> None:
    """Press the button of a part, and wait for the form that comes back."""
    with page.expect_response(lambda answer: answer.request.method == "GET" and "/rules/" in answer.url):
        page.locator(f'button[value="{do}"]').click()


def add_condition(page: Page, group: str, field: str) -> None:
    part(page, f"{group}:new").select_option(field)
    push(page, f"add {group}")


def begin_set(page: Page, url: str, name: str, rule: str) -> None:
    page.goto(f"{url}/rules/new")
    page.get_by_label("Name", exact=True).fill(name)
    page.get_by_role("button", name="Begin the draft").click()
    page.locator(".rule-set", has_text=name).get_by_role("link", name="New rule").click()
    page.get_by_label("Name", exact=True).fill(rule)
    page.get_by_role("button", name="Add rule").click()
    expect(page.get_by_role("heading", name=rule, level=1)).to_be_visible()


def publish(page: Page, note: str) -> None:
    with page.expect_navigation():
        page.get_by_role("button", name="Save and close").click()
    page.get_by_role("link", name="Publish…").click()
    page.get_by_label("Note").fill(note)
    look_at(page)
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("runs now.")).to_be_visible()


def published(site: Any, slug: str) -> list[dict[str, Any]]:
    found = open_set(site.shop.app, site.shop.merchant.id, slug)
    assert found.draft is None
    assert found.running is not None
    return DraftText.read(found.running.document).rules


def test_set_logistics_provider_is_built_and_published_without_yaml(page: Page, site: Any, complaints: Any) -> None:
    enter(page, site.url, OWNER)
    begin_set(page, site.url, "To the 3PL", "Iberia and our own")
    add_condition(page, "when", "ship_to.country")
    choose(page, "when.all[0]:is", "in")
    part(page, "when.all[0]:offered").select_option("ES")
    push(page, "offer when.all[0]")
    part(page, "when.all[0]:offered").select_option("PT")
    push(page, "offer when.all[0]")
    push(page, "add-group when")
    add_condition(page, "when.all[1]", "gift")
    push(page, "add-items when.all[1]")
    items = "when.all[1].any[1].any_item"
    add_condition(page, items, "sku")
    choose(page, f"{items}.all[0]:is", "in")
    part(page, f"{items}.all[0]:value").fill("\n".join(SKUS))
    part(page, "then:new").select_option("set_logistics_provider")
    push(page, "add-action then")
    look_at(page)
    part(page, "then[0].provider").fill("nobody-3pl")
    expect(part(page, "then[0].provider-said")).to_contain_text("nobody-3pl")
    part(page, "then[0].provider").fill("acme-3pl")
    expect(part(page, "then[0].provider-said")).to_be_empty()
    expect(page.locator("#said")).to_contain_text("Set the logistics provider to acme-3pl")
    expect(page.locator("#preview-place")).to_contain_text("of the last")
    part(page, "then[0].send").select_option("true")
    page.get_by_label("Switched on").check()
    look_at(page)
    publish(page, "Acme ships Iberia")
    assert published(site, "to-the-3pl") == [
        {
            "id": "iberia-and-our-own",
            "name": "Iberia and our own",
            "enabled": True,
            "when": {
                "all": [
                    {"field": "ship_to.country", "is": "in", "value": ["ES", "PT"]},
                    {
                        "any": [
                            {"field": "gift", "is": "is_true"},
                            {"any_item": {"all": [{"field": "sku", "is": "in", "value": SKUS}]}},
                        ]
                    },
                ]
            },
            "then": [{"do": "set_logistics_provider", "provider": "acme-3pl", "send": True}],
        }
    ]
    assert objections(complaints) == []


def test_validate_carrier_service_is_built_in_spanish_by_keyboard(page: Page, site: Any, complaints: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/new")
    speak(page, "es")
    page.get_by_label("Nombre", exact=True).focus()
    page.keyboard.type("Servicios")
    page.keyboard.press("Enter")
    expect(page.get_by_text("El borrador del nuevo conjunto de reglas está creado.")).to_be_visible()
    page.locator("#set-servicios").get_by_role("link", name="Nueva regla").press("Enter")
    page.get_by_label("Nombre", exact=True).focus()
    page.keyboard.type("Comprobar el servicio")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Comprobar el servicio", level=1)).to_be_visible()
    pick(page, "when:new", "service")
    press(page, "button", "Añadir condición")
    expect(part(page, "when.all[0]:field")).to_have_value("service")
    pick_last(page, "when.all[0]:is")
    expect(part(page, "when.all[0]:is")).to_have_value("not_blank")
    expect(part(page, "when.all[0]:is")).to_be_focused()  # the form has come back, and one goes on where one was
    pick(page, "then:new", "validate_service")
    press(page, "button", "Añadir acción")
    expect(part(page, "then[0].on_invalid")).to_be_visible()
    look_at(page)
    pick(page, "then[0].on_invalid", "hold")
    page.get_by_label("Activada").focus()
    page.keyboard.press("Space")
    with page.expect_navigation():
        page.get_by_role("button", name="Guardar y cerrar").press("Enter")
    look_at(page)
    page.get_by_role("link", name="Publicar…").press("Enter")
    page.get_by_role("button", name="Publicar", exact=True).press("Enter")
    expect(page.get_by_text("Ahora se ejecuta la versión 1 de Servicios.")).to_be_visible()
    [rule] = published(site, "servicios")
    assert rule["when"] == {"all": [{"field": "service", "is": "not_blank"}]}
    assert rule["then"] == [{"do": "validate_service", "on_invalid": "hold"}]
    assert objections(complaints) == []


def test_leaving_with_something_unsaved_asks(page: Page, site: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/casa-verde/service-iberia")
    asked: list[str] = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_label("Name", exact=True).press_sequentially("x")
    page.goto(f"{site.url}/rules")
    assert asked == ["beforeunload"]
    page.goto(f"{site.url}/rules/casa-verde/service-iberia")
    page.goto(f"{site.url}/rules")
    assert asked == ["beforeunload"]


def test_everything_works_without_javascript(chromium: Browser, site: Any) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(30_000)
    page = context.new_page()
    log_in(page, site.url, OWNER)
    begin_set(page, site.url, "Plain", "Gifts")
    part(page, "when:new").select_option("gift")
    page.locator('button[value="add when"]').click()
    part(page, "then:new").select_option("add_tag")
    page.locator('button[value="add-action then"]').click()
    part(page, "then[0].tag").fill("gift")
    page.get_by_role("button", name="Save to the draft").click()
    expect(page.locator("#said")).to_contain_text("Add the tag gift")
    page.get_by_role("button", name="Save and close").click()
    page.locator(".rule-set", has_text="Plain").get_by_role("button", name="Switch on").click()
    page.get_by_role("link", name="Publish…").click()
    page.get_by_role("button", name="Publish", exact=True).click()
    expect(page.get_by_text("Version 1 of Plain runs now.")).to_be_visible()
    context.close()


def test_the_list_and_the_text_of_a_draft_look_right(page: Page, site: Any, complaints: Any) -> None:
    shop = site.shop
    found = open_set(shop.app, shop.merchant.id, "casa-verde")
    broken = found.document.replace("value: [ES, PT]", "value: [ES, 5, '']", 1) + "\n"
    save_draft(shop.app, shop.merchant.id, "casa-verde", broken, found.seen, "usr")
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules")
    look_at(page)
    page.goto(f"{site.url}/rules/casa-verde/text")
    look_at(page)
    assert fits(page)
    assert page.evaluate(TOO_PALE) == []
    assert objections(complaints) == []


def test_a_rule_is_dragged_to_another_place(page: Page, site: Any, complaints: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules")
    before = DraftText.read(open_set(site.shop.app, site.shop.merchant.id, "casa-verde").document).ids()
    numbers = page.locator(".rule-place")
    with page.expect_navigation():
        numbers.nth(0).drag_to(numbers.nth(2), target_position={"x": 5, "y": 15})
    now = DraftText.read(open_set(site.shop.app, site.shop.merchant.id, "casa-verde").document).ids()
    assert now.index(before[0]) in (1, 2)
    assert [one for one in now if one != before[0]] == before[1:]
    assert objections(complaints) == []


def test_the_text_says_what_is_wrong_as_one_types_and_completes_words(page: Page, site: Any, complaints: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/casa-verde/text")
    editor = page.locator(".ace_text-input")
    editor.focus()
    page.keyboard.press("Control+End")
    page.keyboard.type("  - {id: typed, when: {field: gif")
    page.keyboard.press("Control+Space")
    expect(page.locator(".ace_autocomplete")).to_contain_text("gift")
    page.keyboard.press("Enter")
    page.keyboard.type(", is: nothing}, then: []}")
    expect(page.locator("#text-problems")).to_contain_text('"nothing" is not an operator')
    expect(page.locator(".ace_gutter-cell.ace_error, .ace_gutter-cell_svg-icons.ace_error, .ace_error")).not_to_have_count(0)
    page.get_by_role("button", name="Save to the draft").click()
    expect(page.get_by_text("The draft is saved.")).to_be_visible()
    found = open_set(site.shop.app, site.shop.merchant.id, "casa-verde").document
    assert "{id: typed, when: {field: gift, is: nothing}, then: []}" in found
    assert objections(complaints) == []


def test_the_text_is_read_aloud_in_the_language_of_the_page(page: Page, site: Any, complaints: Any) -> None:
    enter(page, site.url, OWNER)
    speak(page, "es")
    page.goto(f"{site.url}/rules/casa-verde/text")
    for words in (", Cursor en la línea 1", "Margen del editor: ", "Contenido del editor: "):
        expect(page.get_by_label(words)).to_be_attached()
    assert objections(complaints) == []


def test_what_was_entered_stays_when_it_cannot_be_saved(page: Page, site: Any) -> None:
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/casa-verde/service-iberia")
    page.get_by_label("Name", exact=True).fill("Not lost")
    address = f"{site.url}/rules/casa-verde/service-iberia"
    page.route(address, lambda route: route.abort())
    page.get_by_role("button", name="Save to the draft").click()
    expect(page.locator("#not-saved")).to_be_visible()
    expect(page.get_by_label("Name", exact=True)).to_have_value("Not lost")
    page.unroute(address)
    page.get_by_role("button", name="Save and close").click()
    expect(page.get_by_role("link", name="Not lost")).to_be_visible()


EVERYTHING = """\
set: casa-verde
rules:
  - id: everything
    on: [imported, schedule]
    schedule: {at: "25:00", days: [mon], over: [on_hold]}
    look_again: {after: 24h, until: 7d}
    when:
      all:
        - {field: ship_to.country, is: in, value: {list: iberia}}
        - {field: ship_to.postal_code, is: in, value: ["28001", "28002"]}
        - {sum_items: {of: line_total, when: {field: sku, is: starts_with, value: ACM}}, is: at_least, value: many}
        - {count_items: always, is: at_least, value: 3}
    then: []
"""


@pytest.mark.parametrize("language", ["en", "es"])
def test_lists_numbers_over_lines_and_times_look_right(page: Page, site: Any, complaints: Any, language: str) -> None:
    shop = site.shop
    set_list(shop.app, shop.merchant, "iberia", ["ES", "PT"])
    found = open_set(shop.app, shop.merchant.id, "casa-verde")
    save_draft(shop.app, shop.merchant.id, "casa-verde", EVERYTHING, found.seen, "usr")
    enter(page, site.url, OWNER)
    page.goto(f"{site.url}/rules/casa-verde/everything")
    if language == "es":
        speak(page, "es")
    expect(part(page, "schedule.at")).to_have_value("25:00")
    look_at(page)
    assert objections(complaints) == []


def test_lists_numbers_over_lines_and_times_are_entered(page: Page, site: Any, complaints: Any) -> None:
    shop = site.shop
    set_list(shop.app, shop.merchant, "iberia", ["ES", "PT"])
    enter(page, site.url, OWNER)
    begin_set(page, site.url, "By the clock", "Look at it")
    add_condition(page, "when", "ship_to.country")
    choose(page, "when.all[0]:is", "in")
    part(page, "when.all[0]:list").select_option("iberia")
    push(page, "add-lines when")
    expect(part(page, "when.all[0]:value")).to_have_count(0)
    choose(page, "when.all[1]:kind", "sum_items")
    part(page, "when.all[1]:value").fill("2,5")
    choose(page, "when.all[1]:of", "line_total")
    add_condition(page, "when.all[1].sum_items.when", "sku")
    part(page, "when.all[1].sum_items.when.all[0]:value").fill("ACM-1")
    expect(part(page, "times")).to_be_hidden()
    page.locator('[name="on"][value="schedule"]').check()
    expect(part(page, "schedule.every")).to_be_visible()
    part(page, "schedule.every").fill("never")
    expect(part(page, "schedule.every-said")).to_contain_text("never")
    part(page, "schedule.every").fill("4h")
    expect(page.locator("#said")).to_contain_text("Every 4 hours")
    page.locator('[name="on"][value="schedule"]').uncheck()
    expect(part(page, "times")).to_be_visible()
    page.locator('[name="on"][value="schedule"]').check()
    look_at(page)
    choose(page, "when.all[0]:list", "")
    expect(part(page, "when.all[0]:value")).to_have_value("ES\nPT")
    found = open_set(shop.app, shop.merchant.id, "by-the-clock")
    [rule] = DraftText.read(found.document).rules
    assert rule["schedule"] == {"every": "4h"}
    sku = {"field": "sku", "is": "equals", "value": "ACM-1"}
    assert rule["when"]["all"] == [
        {"field": "ship_to.country", "is": "in", "value": ["ES", "PT"]},
        {"sum_items": {"of": "line_total", "when": {"all": [sku]}}, "is": "at_least", "value": pytest.approx(2.5)},
    ]
    assert objections(complaints) == []


def test_lists_numbers_over_lines_and_times_work_without_javascript(chromium: Browser, site: Any) -> None:
    shop = site.shop
    set_list(shop.app, shop.merchant, "iberia", ["ES", "PT"])
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale="en-GB", java_script_enabled=False)
    context.set_default_timeout(30_000)
    page = context.new_page()
    log_in(page, site.url, OWNER)
    begin_set(page, site.url, "Plain", "Lines")
    part(page, "when:new").select_option("ship_to.country")
    page.locator('button[value="add when"]').click()
    part(page, "when.all[0]:is").select_option("in")
    page.get_by_role("button", name="Save to the draft").click()
    part(page, "when.all[0]:list").select_option("iberia")
    page.locator('button[value="add-lines when"]').click()
    part(page, "when.all[1]:value").fill("3")
    expect(part(page, "schedule.every")).to_be_hidden()
    part(page, "times").locator("summary").click()
    part(page, "schedule.every").fill("4h")
    page.locator('[name="on"][value="schedule"]').check()
    page.get_by_role("button", name="Save to the draft").click()
    expect(page.locator("#said")).to_contain_text("Every 4 hours")
    expect(page.locator("#said")).to_contain_text("Number of lines", ignore_case=True)
    expect(page.locator("#said")).to_contain_text("iberia")
    context.close()
