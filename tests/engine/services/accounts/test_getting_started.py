"""What a new account is led through: computed from what is there, and hidden when an admin wants that."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.partners import MEMBER, add_member, user_of
from support.shop import OWNER, PASSWORD, Shop, open_shop, ready

from engine.model.account import Account, AccountKind
from engine.services.accounts.accounts import add_location, create_account
from engine.services.accounts.getting_started import Step, getting_started, show_getting_started
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.deciding.publish_rules import publish_rules
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store
from engine.services.stores.connect_store import StoreForm, connect_store
from storage.database import Database

RULES = b"""
name: First
rules:
  - id: any
    when: {field: ship_to.country, is: not_equals, value: ZZ}
    then: [{do: add_tag, tag: seen}]
"""


@pytest.fixture
def accounts_shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock)


def new_account(shop: Shop, kind: AccountKind) -> Account:
    return create_account(shop.app, name="Nueva", kind=kind, email="nia@nueva.example", password=PASSWORD, country="ES")


def done(shop: Shop, account: Account) -> set[Step]:
    return {step for step, is_done in getting_started(shop.app, account).steps if is_done}


def test_each_step_of_a_merchant_is_done_once_its_thing_is_there(accounts_shop: Shop) -> None:
    shop, nueva = accounts_shop, new_account(accounts_shop, AccountKind.MERCHANT)
    assert done(shop, nueva) == set()
    assert getting_started(shop.app, nueva).next is Step.ACCOUNT

    add_location(shop.app, nueva.slug, code="MAD", country="ES")
    assert done(shop, nueva) == {Step.ACCOUNT}
    form = StoreForm("brightpearl", "Nueva online", {"channels": ["2"]}, {"username": "u", "password": "p"})
    store = connect_store(shop.app, nueva.slug, form)
    assert done(shop, nueva) == {Step.ACCOUNT, Step.STORE}
    assert getting_started(shop.app, nueva).store_id == store.id
    connect_accounts(shop.app, provider_slug=shop.provider.slug, client_slug=nueva.slug)
    publish_rules(shop.app, nueva.slug, RULES)
    assert getting_started(shop.app, nueva).next is Step.IMPORT
    disconnect_store(shop.app, nueva.id, store.id, "operator")
    assert done(shop, nueva) == {Step.ACCOUNT, Step.PROVIDER, Step.RULE}, "what is gone is to be done again"
    assert getting_started(shop.app, nueva).store_id is None

    shop.import_all(ready("7001"))
    assert Step.IMPORT in done(shop, shop.merchant)
    assert Step.IMPORT not in done(shop, nueva), "the orders of others are not one's own"


def test_a_3pl_begins_with_its_clients(accounts_shop: Shop) -> None:
    shop, nueva = accounts_shop, new_account(accounts_shop, AccountKind.PROVIDER)
    assert [step for step, _ in getting_started(shop.app, nueva).steps] == [
        *(Step.ACCOUNT, Step.CLIENT, Step.CARRIER, Step.REQUEST)
    ]
    connect_accounts(shop.app, provider_slug=nueva.slug, client_slug=shop.merchant.slug)
    assert Step.CLIENT in done(shop, nueva)
    assert Step.REQUEST not in done(shop, nueva)


def test_an_admin_hides_the_steps_and_shows_them_again_and_the_trail_says_who(accounts_shop: Shop) -> None:
    shop, owner = accounts_shop, user_of(accounts_shop, OWNER)
    for shown in (False, False, True, False):
        show_getting_started(shop.app, owner, shown=shown)
        assert getting_started(shop.app, shop.merchant).is_hidden is not shown
    assert not getting_started(shop.app, shop.provider).is_hidden
    with shop.app.reading() as uow:
        trail = uow.audit.list_for(shop.merchant.id, "getting_started")
    assert [(one.action, one.actor) for one in trail] == [
        ("getting_started.hidden", owner.id),
        ("getting_started.shown", owner.id),
        ("getting_started.hidden", owner.id),
    ]

    add_member(shop)
    member = user_of(shop, MEMBER)
    with pytest.raises(Refused):
        show_getting_started(shop.app, member, shown=True)
