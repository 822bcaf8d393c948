"""An account's rule sets: their order, their end, and their documents."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.shop import OWNER, Shop, open_shop

from engine.model.rule_set import RuleSetVersion
from engine.services.deciding.arrange_rules import export_rule_set, list_rule_sets, move_rule_set, withdraw_rule_set
from engine.services.deciding.publish_rules import publish_rules
from engine.services.refusals import Refused
from storage.database import Database

pytestmark = pytest.mark.usefixtures("every_decision_comes_out_again")


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    """With the rule sets a, b and c, in this order."""
    shop = open_shop(sqlite_database, clock, rules=None)
    for name in "abc":
        publish(shop, name)
    return shop


def publish(shop: Shop, name: str, tag: str = "x", by: str | None = None) -> RuleSetVersion:
    document = f"set: {name}\nrules: [{{id: {name}, when: always, then: [{{do: add_tag, tag: {tag}}}]}}]"
    return publish_rules(shop.app, shop.merchant.slug, document.encode(), by=by).version


def sets(shop: Shop) -> list[tuple[str, int, int | None]]:
    listed = list_rule_sets(shop.app, shop.merchant.slug)
    return [(one.version.set_slug, one.position, one.rules) for one in listed.published]


def trail(shop: Shop, version: RuleSetVersion) -> list[tuple[str, str, object, object]]:
    with shop.app.reading() as uow:
        entries = uow.audit.list_for(shop.merchant.id, version.id)
    return [(entry.action, entry.actor, entry.before, entry.after) for entry in entries]


def test_a_set_that_moves_is_on_the_trail_and_one_that_stays_where_it_is_is_not(shop: Shop) -> None:
    lined_up = move_rule_set(shop.app, shop.merchant.slug, "c", 1, "usr_1")
    assert [version.set_slug for version in lined_up] == ["c", "a", "b"]
    assert sets(shop) == [("c", 1, 1), ("a", 2, 1), ("b", 3, 1)]
    moved = [("rules.published", "operator", None, 1), ("rules.moved", "usr_1", 3, 1)]
    assert trail(shop, lined_up[0]) == moved

    assert move_rule_set(shop.app, shop.merchant.slug, "c", 1, "usr_1") == lined_up
    assert trail(shop, lined_up[0]) == moved
    move_rule_set(shop.app, shop.merchant.slug, "c", 3)
    assert [name for name, *_ in sets(shop)] == ["a", "b", "c"]


@pytest.mark.parametrize("position", [0, 4, -1])
def test_a_set_cannot_take_a_position_that_there_is_not(shop: Shop, position: int) -> None:
    with pytest.raises(Refused, match="give one from 1 to 3"):
        move_rule_set(shop.app, shop.merchant.slug, "a", position)
    assert [name for name, *_ in sets(shop)] == ["a", "b", "c"]


def test_a_set_that_was_withdrawn_runs_no_longer_and_its_newest_version_stays(shop: Shop) -> None:
    second = publish(shop, "b", "y")
    assert withdraw_rule_set(shop.app, shop.merchant.slug, "b", "usr_1") == second

    assert sets(shop) == [("a", 1, 1), ("c", 2, 1)]
    assert list_rule_sets(shop.app, shop.merchant.slug).withdrawn == (second,)
    assert trail(shop, second)[-1] == ("rules.withdrawn", "usr_1", 2, None)
    for act in (withdraw_rule_set, lambda *where: move_rule_set(*where, 1)):
        with pytest.raises(Refused, match='no published rule set "b"; it has: a, c'):
            act(shop.app, shop.merchant.slug, "b")


def test_the_version_that_runs_is_exported_unless_another_is_asked_for(shop: Shop) -> None:
    second = publish(shop, "a", "y")
    export = export_rule_set
    app, slug = shop.app, shop.merchant.slug
    assert export(app, slug, "a") == export(app, slug, "a", 2) == second
    assert export(app, slug, "a", 1).number == 1
    withdraw_rule_set(app, slug, "a")
    assert export(app, slug, "a") == second
    with pytest.raises(Refused, match="no version 3; the newest is 2"):
        export(app, slug, "a", 3)
    with pytest.raises(Refused, match="there are: a, b, c"):
        export(app, slug, "x")


def test_where_there_are_no_sets_the_list_of_them_is_a_dash(shop: Shop) -> None:
    with pytest.raises(Refused, match="there are: -"):
        export_rule_set(shop.app, shop.provider.slug, "x")
    with pytest.raises(Refused, match="it has: -"):
        withdraw_rule_set(shop.app, shop.provider.slug, "x")


def test_a_set_need_not_be_named_where_there_is_one(shop: Shop) -> None:
    app, slug = shop.app, shop.merchant.slug
    with pytest.raises(Refused, match="say which one with --set: a, b, c"):
        export_rule_set(app, slug)
    withdraw_rule_set(app, slug, "a")
    withdraw_rule_set(app, slug, "b")
    assert export_rule_set(app, slug).set_slug == "c"
    with pytest.raises(Refused, match="has no rule sets yet"):
        export_rule_set(app, shop.provider.slug)


def test_what_is_published_for_a_person_is_theirs_on_the_trail(shop: Shop) -> None:
    with shop.app.reading() as uow:
        [owner] = uow.users.list_for(shop.merchant.id)
    version = publish(shop, "d", by=f" {OWNER.upper()} ")
    assert (version.published_by, trail(shop, version)) == (owner.id, [("rules.published", owner.id, None, 1)])
    with pytest.raises(Refused, match="has no user"):
        publish(shop, "d", "y", by="nobody@casa-verde.example")
