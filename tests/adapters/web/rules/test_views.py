"""The list of an account's rules, and what is done with them there: it goes into drafts."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_in, words_of
from support.clock import FixedClock
from support.partners import add_member
from support.publishing import publish_alone
from support.rule_runs import rule_set
from support.scheduled_rules import at
from support.shop import OWNER, STRANGER, Shop, ready
from support.statements import statements
from werkzeug.test import TestResponse

from engine.services.accounts.carrier_accounts import CarrierAccountChange, change_carrier_account
from engine.services.drafting.open_set import OpenSet, open_set
from engine.services.drafting.save_draft import save_draft

LogIn = Callable[[str], FlaskClient]
SET = "casa-verde"


@pytest.fixture
def owner(log_in: LogIn) -> FlaskClient:
    return log_in(OWNER)


def opened(shop: Shop) -> OpenSet:
    return open_set(shop.app, shop.merchant.id, SET)


def press(client: FlaskClient, do: str, shop: Shop, action: str = f"/rules/{SET}/change", **form: str) -> TestResponse:
    data = {"csrf_token": token_of(client.get("/rules")), "seen": opened(shop).seen, "do": do, **form}
    return client.post(action, data=data, follow_redirects=True)


def ids(shop: Shop) -> list[str]:
    return re.findall(r"- id: (\S+)", opened(shop).document)


def test_an_account_sees_its_own_rule_sets(log_in: LogIn, owner: FlaskClient) -> None:
    words = words_of(owner.get("/rules"))
    assert "casa-verde · version 1 · 6 rules" in words
    assert "No rules are published yet." in words_of(log_in(STRANGER).get("/rules"))


def test_each_rule_is_there_with_its_sentence_and_actions(owner: FlaskClient, shop: Shop) -> None:
    page = owner.get("/rules")
    for rule_id in ids(shop):
        assert f'href="/rules/{SET}/{rule_id}"' in page.text
    assert '<details class="rule-sentence"><summary>' in page.text


def test_switching_moving_copying_and_removing_go_into_the_draft(owner: FlaskClient, shop: Shop) -> None:
    before = ids(shop)
    running = opened(shop).document
    assert "Draft : 1 change" in words_of(press(owner, "off 0", shop)).replace("Draft:", "Draft :")
    press(owner, "down 0", shop)
    assert ids(shop)[:2] == [before[1], before[0]]
    press(owner, "up 1", shop)
    assert ids(shop) == before
    press(owner, "to 0 3", shop)
    assert ids(shop)[3] == before[0]
    press(owner, "to 3 0", shop)
    assert ids(shop) == before
    press(owner, "copy 2", shop)
    assert ids(shop)[3] == f"{before[2]}-copy"
    press(owner, "remove 3", shop)
    assert ids(shop) == before
    now = opened(shop)
    assert now.running is not None
    assert now.running.document == running


def test_undo_redo_and_discard_lead_back_and_forth(owner: FlaskClient, shop: Shop) -> None:
    running = opened(shop).document
    press(owner, "off 0", shop)
    changed = opened(shop).document
    press(owner, "undo", shop)
    assert opened(shop).document == running
    press(owner, "redo", shop)
    assert opened(shop).document == changed
    assert "The draft is discarded." in words_of(press(owner, "discard", shop))
    assert opened(shop).draft is None


def test_what_somebody_else_changed_meanwhile_stays(owner: FlaskClient, shop: Shop) -> None:
    seen = opened(shop).seen
    press(owner, "off 0", shop)
    page = press(owner, "off 1", shop, seen=seen)
    assert "it has both changes now" in words_of(page)
    assert f"Changed by somebody else: {ids(shop)[0]}. Rule switched off." in words_of(page)
    assert opened(shop).document.count("enabled: false") == 3  # one was off before


def test_a_rule_that_only_the_version_still_has_leads_to_the_list(owner: FlaskClient, shop: Shop) -> None:
    rule = ids(shop)[0]
    press(owner, "remove 0", shop)
    page = owner.get(f"/rules/{SET}/{rule}", follow_redirects=True)
    assert page.request.path == "/rules"
    assert f"The draft no longer has the rule {rule}, which runs until the draft is published." in words_of(page)
    assert owner.get(f"/rules/{SET}/nothing").status_code == 404


def test_where_both_changed_the_same_rule_both_are_shown_and_one_is_chosen(owner: FlaskClient, shop: Shop) -> None:
    seen, first = opened(shop).seen, ids(shop)[0]
    mine = opened(shop).document.replace(f"- id: {first}", f"- id: {first}\n    stop: true", 1)
    press(owner, "off 0", shop)
    data = {"csrf_token": token_of(owner.get("/rules")), "seen": seen, "document": mine}
    page = owner.post(f"/rules/{SET}/text", data=data)
    assert page.status_code == 409
    words = words_of(page)
    assert "Changed by somebody else meanwhile" in words
    assert f"Rule {first}" in words
    assert "stop: true" in words
    assert "enabled: false" in words
    assert "stop: true" not in opened(shop).document
    owner.post(f"/rules/{SET}/merge", data={**data, "settle": "mine", "back": "/rules"})
    assert "stop: true" in opened(shop).document


def test_a_set_that_cannot_be_read_leads_to_its_text(owner: FlaskClient, shop: Shop) -> None:
    save_draft(shop.app, shop.merchant.id, SET, "rules: [", opened(shop).seen, "usr")
    assert "cannot be read as rules: correct it as YAML" in words_of(owner.get("/rules"))
    assert owner.get(f"/rules/{SET}/any").location == f"/rules/{SET}/text"


def test_sets_are_moved_and_withdrawn_at_once(owner: FlaskClient, shop: Shop) -> None:
    form = {"csrf_token": token_of(owner.get("/rules"))}
    owner.post("/rules/new", data={**form, "name": "Second", "source": "empty"})
    owner.post("/rules/second/publish", data={**form, "seen": open_set(shop.app, shop.merchant.id, "second").seen})
    page = owner.post("/rules/second/arrange", data={**form, "do": "up"}, follow_redirects=True)
    assert "The rule set Second runs at position 1 now." in words_of(page)
    assert opened(shop).position == 2
    page = owner.post("/rules/second/arrange", data={**form, "do": "withdraw"}, follow_redirects=True)
    assert "no longer runs" in words_of(page)
    assert opened(shop).position == 1


@pytest.mark.parametrize(
    ("form", "slug", "rules"),
    [
        ({"name": "Mine", "source": "empty"}, "mine", 0),
        ({"name": "", "source": "set-logistics-provider"}, "set-logistics-provider", 3),
        ({"name": "Which 3PL?", "source": "set-logistics-provider"}, "which-3pl", 3),
    ],
)
def test_a_set_begins_empty_or_as_one_that_comes_with_relevo(
    owner: FlaskClient, shop: Shop, form: dict[str, str], slug: str, rules: int
) -> None:
    data = {"csrf_token": token_of(owner.get("/rules/new")), **form}
    assert "The draft of the new rule set is there." in words_of(owner.post("/rules/new", data=data, follow_redirects=True))
    begun = open_set(shop.app, shop.merchant.id, slug)
    assert (begun.running, begun.document.count("- id:")) == (None, rules)
    assert begun.name == (form["name"] or "Set logistics provider")
    assert "already" in words_of(owner.post("/rules/new", data=data))


def test_a_set_without_a_name_is_not_begun(owner: FlaskClient) -> None:
    page = owner.post("/rules/new", data={"csrf_token": token_of(owner.get("/rules/new")), "name": "¡!"})
    assert page.status_code == 422
    assert "letters or digits" in words_of(page)


def test_long_sets_are_shown_page_by_page(owner: FlaskClient, shop: Shop) -> None:
    rules = "\n".join(f"  - {{id: r{number}, when: always, then: []}}" for number in range(120))
    save_draft(shop.app, shop.merchant.id, SET, f"set: {SET}\nname: Long\nrules:\n{rules}\n", opened(shop).seen, "usr")
    page = owner.get("/rules")
    assert "Rules 1 to 50 of 120" in words_of(page)
    assert "/r49" in page.text
    assert "/r50" not in page.text
    page = owner.get(f"/rules?set={SET}&start=101")
    assert "Rules 101 to 120 of 120" in words_of(page)
    assert "/r119" in page.text


def test_of_a_long_set_only_health_says_what_is_in_the_way(owner: FlaskClient, shop: Shop) -> None:
    rules = [f"{{id: r{number}, when: always, then: [{{do: stop}}]}}" for number in range(201)]
    for count, is_long in ((200, False), (201, True)):
        publish_alone(shop.app, shop.merchant.slug, rule_set(*rules[:count]))
        page = owner.get("/rules")
        assert ("never gets its turn" in words_of(page)) is not is_long
        assert ('<a href="/rules/health">Health of the rules</a>' in page.text) is is_long


def test_a_file_begins_a_set_right_or_wrong(owner: FlaskClient, shop: Shop) -> None:
    def send(content: bytes, name: str = "my-rules.yaml") -> TestResponse:
        form = {"csrf_token": token_of(owner.get("/rules/new")), "file": (io.BytesIO(content), name)}
        return owner.post("/rules/new", data=form, follow_redirects=True)

    send(b"set: of-file\nname: X\nrules: []  # kept\n")
    assert open_set(shop.app, shop.merchant.id, "of-file").document == "set: of-file\nname: X\nrules: []  # kept\n"
    send(b"rules: [")
    assert open_set(shop.app, shop.merchant.id, "my-rules").document == "rules: ["
    page = send("rules: []  # España".encode("latin-1"), "latin.yaml")
    assert page.status_code == 422
    assert "The file is not UTF-8 (byte 17)" in words_of(page)


@pytest.mark.parametrize(
    ("do", "status"), [("", 400), ("on", 400), ("on x", 400), ("odd 1", 400), ("off 99", 404), ("to 0 99", 404)]
)
def test_a_button_that_no_page_has_changes_nothing(owner: FlaskClient, shop: Shop, do: str, status: int) -> None:
    assert press(owner, do, shop).status_code == status
    assert opened(shop).draft is None


def test_a_set_gets_another_name_and_stays_the_same_set(owner: FlaskClient, shop: Shop) -> None:
    page = press(owner, "head", shop, name="Renamed", description="What it is for")
    assert "Renamed" in words_of(page)
    assert "What it is for" in words_of(page)
    now = opened(shop)
    assert (now.name, now.document.count(f"set: {SET}\n")) == ("Renamed", 1)
    press(owner, "head", shop, name="Renamed", description="")
    assert "description" not in opened(shop).document


def test_undo_on_a_rules_page_leads_back_to_it_while_it_is_there(owner: FlaskClient, shop: Shop) -> None:
    rule = ids(shop)[0]
    press(owner, "off 0", shop)
    data = {"csrf_token": token_of(owner.get("/rules")), "seen": opened(shop).seen, "do": "undo", "rule": rule}
    assert owner.post(f"/rules/{SET}/change", data=data).location == f"/rules/{SET}/{rule}"
    press(owner, "copy 0", shop)
    data |= {"seen": opened(shop).seen, "rule": f"{rule}-copy"}
    assert owner.post(f"/rules/{SET}/change", data=data).location == f"/rules#set-{SET}"


def test_groups_head_their_rules_and_warnings_stand_at_theirs(owner: FlaskClient, shop: Shop) -> None:
    text = (
        f"set: {SET}\nname: X\nrules:\n"
        "  - {id: a, group: Iberia, when: always, then: [{do: stop}], owner: ana@casa-verde.example}\n"
        "  - {id: b, group: Iberia, when: always, then: []}\n"
        "  - {id: c, when: always, then: []}\n"
    )
    save_draft(shop.app, shop.merchant.id, SET, text, opened(shop).seen, "usr")
    page = owner.get("/rules")
    assert page.text.count('<h3 class="rule-group">Iberia</h3>') == 1
    second = page.text.split(f'id="rule-{SET}-2"')[1].split(f'id="rule-{SET}-3"')[0]
    assert "Warning:" in words_in(second)
    assert "Owner: ana@casa-verde.example" in words_of(page)


def row(client: FlaskClient, place: int, set_slug: str = SET) -> str:
    """What the list says of a rule."""
    return words_in(client.get("/rules").text.split(f'id="rule-{set_slug}-{place}"')[1].split('class="rule-actions"')[0])


def test_a_rule_has_its_matches_and_its_last_one(log_in: LogIn, shop: Shop, clock: FixedClock) -> None:
    owner = log_in(OWNER)
    shop.import_all(ready("1"), ready("2"))
    assert "2 matches in 30 days last match 2 Mar 2026, 10:30" in row(owner, 1)
    assert "0 matches in 30 days" in row(owner, 5)
    assert "last match" not in row(owner, 5)
    clock.sleep(40 * 86_400)
    shop.import_all(ready("3"))
    assert "1 match in 30 days last match 11 Apr 2026, 11:30" in row(log_in(OWNER), 1)


def test_a_rule_that_no_longer_has_what_it_names_is_marked(owner: FlaskClient, shop: Shop) -> None:
    assert "invalid" not in row(owner, 1)
    with shop.app.reading() as uow:
        (account,) = [one for one in uow.carrier_accounts.list_for(shop.merchant.id) if one.carrier == "correos"]
    change_carrier_account(shop.app, shop.merchant.id, account.id, CarrierAccountChange(services=("paq-estandar",)))
    assert "Spain and Portugal go by Paq Premium invalid since 2 Mar 2026, 10:30" in row(owner, 1)


LOOKED_AFTER = (
    f"set: {SET}\nname: X\nrules:\n"
    "  - {id: end, when: always, then: [{do: stop}], review_by: 2026-03-02}\n"
    "  - {id: late, when: always, then: [{do: add_tag, tag: x}], review_by: 2026-03-01}\n"
)


def test_a_rule_is_marked_whose_review_is_overdue_or_that_never_gets_its_turn(owner: FlaskClient, shop: Shop) -> None:
    publish_alone(shop.app, shop.merchant.slug, LOOKED_AFTER.encode())
    assert "late review overdue by 1 Mar 2026 never gets its turn" in row(owner, 2)
    assert "overdue" not in row(owner, 1)  # it is due today
    assert "never gets its turn" not in row(owner, 1)


def test_a_rule_that_only_a_draft_has_was_never_counted(owner: FlaskClient, shop: Shop) -> None:
    save_draft(shop.app, shop.merchant.id, SET, LOOKED_AFTER, opened(shop).seen, "usr")
    assert "matches in 30 days" not in words_of(owner.get("/rules"))
    assert "review overdue" in row(owner, 2)


def test_a_rule_with_a_schedule_has_its_next_run(owner: FlaskClient, shop: Shop) -> None:
    publish_alone(shop.app, shop.merchant.slug, rule_set(at("08:00")))
    assert "next run 3 Mar 2026, 08:00" in row(owner, 1, "r")


def test_the_list_asks_the_database_no_more_often_for_many_rules(owner: FlaskClient, shop: Shop) -> None:
    sent = []
    for count in (1, 60):
        times = (at("08:00", id=f"t{number}") for number in range(count))
        publish_alone(shop.app, shop.merchant.slug, rule_set(*times))
        shop.import_all(ready(str(count)))
        owner.get("/rules")
        with statements(shop.database) as found:
            assert "next run" in words_of(owner.get("/rules"))
        sent.append(len(found))
    assert sent[0] == sent[1]


def test_a_draft_leads_to_a_backtest_of_it(owner: FlaskClient, shop: Shop, log_in: LogIn) -> None:
    address = f"/rules/backtests?draft={SET}"
    assert address not in owner.get("/rules").text
    press(owner, "off 0", shop)
    add_member(shop)
    for client in (owner, log_in("bo@casa-verde.example")):
        assert f'href="{address}">Backtest</a>' in client.get("/rules").text
    form = owner.get(address)
    assert html.escape(opened(shop).document, quote=False)[:200] in form.text
    assert "enabled: false" in form.text
    assert owner.get("/rules/backtests?draft=nothing").status_code == 404
    assert log_in(STRANGER).get(address).status_code == 404


def test_members_look_and_cannot_change(shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    member = log_in("bo@casa-verde.example")
    page = member.get("/rules")
    assert "Admins of your account can change this." in words_of(page)
    assert "Switch off" not in words_of(page)
    page = member.get(f"/rules/{SET}/{ids(shop)[0]}")
    assert '<fieldset class="rule-form" disabled>' in page.text
    assert "Save to the draft" not in words_of(page)
    assert press(member, "off 0", shop).status_code == 403
