"""The list of stores and a store's own page: what they tell, and who may press what."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, token_of, words_of
from support.sandbox_shop import NOW, STORE_PASSWORD, SandboxShop
from support.shop import OWNER, PROVIDER

from adapters.stores.brightpearl.description import reasons
from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from adapters.web.application import create_web
from engine.model.alert import Alert
from engine.model.job import JobState, import_now_key
from engine.model.sentence import Sentence
from engine.model.store import SkippedNote, Store, StoreState
from engine.model.store_reasons import Reason
from engine.ports import CredentialsRefused, StoreUnavailable
from engine.services.importing.import_store import import_store
from storage.queries import Queries

LogIn = Callable[[str], FlaskClient]


def page_of(shop: SandboxShop) -> str:
    return f"/stores/{shop.store.id}"


def stored(shop: SandboxShop) -> Store:
    with shop.app.reading() as uow:
        return uow.stores.get(shop.store.account_id, shop.store.id)


def record(shop: SandboxShop, *notes: tuple[str, Reason]) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.record_skipped(
            shop.store,
            [
                SkippedNote(
                    external_id=number,
                    order_number=f"9{number}",
                    reason=reason.code,
                    message=Sentence.of(
                        reason.message(note=number, order=f"9{number}", found=7, wanted=2, path="-", problem="-")
                    ),
                    source_version="",
                    first_seen=NOW,
                    last_seen=NOW + timedelta(minutes=int(number)),
                )
                for number, reason in notes
            ],
        )
        uow.commit()


def test_the_list_tells_how_each_store_does(shop: SandboxShop, owner: FlaskClient) -> None:
    assert "not imported yet" in words_of(owner.get("/stores"))
    summary = shop.run_import()
    record(shop, ("1", reasons.NOT_PRINTED), ("2", reasons.WRONG_CHANNEL))

    words = words_of(owner.get("/stores"))
    left_out = sum(Queries(shop.database).status(shop.merchant.id, shop.store.id, NOW).skipped.values())
    told = (
        rf"Casa Verde online Brightpearl connected just now done in 1[56] minutes {summary.imported} {summary.parked} {left_out}"
    )
    assert left_out >= 2
    assert re.search(told, words)
    assert "Connect a store" in words
    assert 'aria-current="page">Stores</a>' in owner.get("/stores").text


def test_what_people_were_told_of_stores_stands_with_them(shop: SandboxShop, owner: FlaskClient, log_in: LogIn) -> None:
    alert = Alert("alr_1", shop.merchant.id, None, Sentence("Imports fail: `x`", "Fallan: `x`"), NOW)
    with shop.app.unit_of_work() as uow:
        uow.alerts.add(alert)
        uow.commit()
    assert "Notices 20 Nov 2026, 10:00 Imports fail: x" in words_of(owner.get("/stores"))
    assert "Imports fail" not in words_of(log_in(PROVIDER).get("/stores"))


def test_a_stores_page_tells_its_runs_and_its_plan(shop: SandboxShop, owner: FlaskClient) -> None:
    summary = shop.run_import()
    words = words_of(owner.get(page_of(shop)))

    assert "Next import 20 Nov 2026, 10:15 every 15 minutes" in words
    assert "Daily refresh 21 Nov 2026, 03:00" in words
    skipped = sum(summary.skipped.values())
    assert f"20 Nov 2026, 10:00 0 seconds done {summary.imported} 0 0 {summary.parked} {skipped} {summary.requests}" in words
    assert "off: changes come with the next import" in words


def test_the_table_has_a_remedy_for_every_reason_and_counts_what_is_on_record(shop: SandboxShop, owner: FlaskClient) -> None:
    record(shop, ("1", reasons.NOT_PRINTED), ("2", reasons.NOT_PRINTED), ("3", reasons.WRONG_CHANNEL))

    page = owner.get(page_of(shop))
    assert all(f"{reason.problem.en} " in words_of(page) for reason in reasons.REASONS)
    assert "Goods-out note not printed 2 The goods-out note is there, but not in status Printed." in words_of(page)
    assert f"{page_of(shop)}/skipped?reason=not_printed" in page.text

    some = words_of(owner.get(f"{page_of(shop)}/skipped?reason=not_printed"))
    assert "Goods-out note 2 is not printed" in some
    assert "is 7; this store imports 2" not in some
    assert some.index("92 2 Goods-out") < some.index("91 1 Goods-out")
    assert "is 7; this store imports 2" in words_of(owner.get(f"{page_of(shop)}/skipped?reason=nonsense"))


def test_what_is_left_out_comes_in_pages(shop: SandboxShop, owner: FlaskClient) -> None:
    record(shop, *((str(number), reasons.NOT_PRINTED) for number in range(1, 203)))
    with shop.app.reading():
        first = owner.get(f"{page_of(shop)}/skipped")

    assert "9202 202 " in words_of(first)
    assert "92 2 Goods" not in words_of(first)
    older = first.text.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0].replace("&amp;", "&")
    last = words_of(owner.get(older))
    assert "92 2 Goods" in last
    assert "91 1 Goods" in last
    assert "93 3 Goods" not in last
    assert "Nothing is left out" in words_of(owner.get(f"{page_of(shop)}/skipped?after=nonsense"))


def test_any_order_number_is_answered(shop: SandboxShop, owner: FlaskClient) -> None:
    imported = shop.server.data.note(shop.ordinary()[0])["orderId"]
    before = words_of(owner.get(f"{page_of(shop)}?order={imported}"))
    assert "is printed and comes with the next import" in before
    shop.run_import()
    assert f"Order {imported} was imported." in words_of(owner.get(f"{page_of(shop)}?order={imported}"))
    unprinted = next(
        note["orderId"]
        for number in shop.server.data.notes
        if (note := shop.server.data.note(number)) and shop.server.data.kinds[note["orderId"]] == "not_printed"
    )
    assert "is not printed: print it in Brightpearl" in words_of(owner.get(f"{page_of(shop)}?order={unprinted}"))
    assert "Brightpearl knows no order 999999" in words_of(owner.get(f"{page_of(shop)}?order=999999"))


def test_a_store_that_cannot_be_asked_says_so(shop: SandboxShop, owner: FlaskClient) -> None:
    shop.server.stop()

    page = owner.get(f"{page_of(shop)}?order=7001")
    assert page.status_code == 200
    assert "Brightpearl" in words_of(page)
    assert 'class="notice notice-warning" role="status"' in page.text


def test_import_now_asks_once_and_ends_the_back_off(shop: SandboxShop, owner: FlaskClient) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.keep_progress(
            shop.store.account_id, shop.store.id, scanned_until="then", failures=3, retry_at=NOW + timedelta(hours=2)
        )
        uow.commit()
    assert "Next import 20 Nov 2026, 12:00" in words_of(owner.get(page_of(shop)))

    words = words_of(press(owner, page_of(shop), f"{page_of(shop)}/import"))
    assert "The import begins in a moment." in words
    assert (stored(shop).retry_at, stored(shop).failures, stored(shop).scanned_until) == (None, 3, "then")
    again = words_of(press(owner, page_of(shop), f"{page_of(shop)}/import"))
    assert 'An import of the store "Casa Verde online" is about to begin already.' in again

    shop.work_off()
    with shop.app.reading() as uow:
        job = uow.jobs.find(shop.store.account_id, import_now_key(shop.store.id))
        run = uow.stores.last_run(shop.store.account_id, shop.store.id)
    assert job is not None
    assert job.state is JobState.DONE
    assert run is not None
    assert run.outcome == "done"
    assert "The import begins in a moment." in words_of(press(owner, page_of(shop), f"{page_of(shop)}/import"))


def test_a_refused_log_in_is_told_with_what_to_do(shop: SandboxShop, owner: FlaskClient, member: FlaskClient) -> None:
    shop.server.options = replace(shop.server.options, api_access=False)
    with pytest.raises(CredentialsRefused):
        import_store(shop.app, shop.store.account_id, shop.store.id)

    words = words_of(owner.get(page_of(shop)))
    assert "the store refuses the log-in" in words
    assert "Enter new credentials" in words
    assert "API access" in words
    assert STORE_PASSWORD not in owner.get(page_of(shop)).text
    assert "Enter new credentials" not in words_of(member.get(page_of(shop)))


def test_new_credentials_connect_a_store_again(shop: SandboxShop, owner: FlaskClient) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.set_state(shop.store.account_id, shop.store.id, StoreState.REFUSED)
        uow.stores.swap_credentials(shop.store.account_id, shop.store.id, 1, {"username": "u@example.com", "password": "old"})
        uow.commit()
    address = f"{page_of(shop)}/reconnect"
    assert 'value="old"' not in owner.get(address).text

    wrong = press(owner, address, address, username="u@example.com", password="quite-wrong-secret")
    assert wrong.status_code == 422
    assert "password" in words_of(wrong)
    assert "quite-wrong-secret" not in wrong.text
    assert 'value="u@example.com"' in wrong.text
    assert stored(shop).state is StoreState.REFUSED

    right = press(owner, address, address, username="u@example.com", password=STORE_PASSWORD)
    assert "The store accepts the new credentials." in words_of(right)
    assert stored(shop).state is StoreState.CONNECTED
    assert stored(shop).credentials["password"] == STORE_PASSWORD


def test_a_store_is_disconnected_after_a_question(shop: SandboxShop, owner: FlaskClient) -> None:
    shop.run_import()
    address = f"{page_of(shop)}/disconnect"
    question = words_of(owner.get(address))
    assert "Disconnect Casa Verde online?" in question
    assert f"{len(shop.orders())} orders that are here stay as they are." in question
    assert stored(shop).state is StoreState.CONNECTED

    words = words_of(press(owner, address, address))
    assert "The store is disconnected. Its orders stay as they are." in words
    assert "Import now" not in words
    assert stored(shop).state is StoreState.CLOSED
    assert stored(shop).credentials == {}
    assert len(shop.orders()) == len(shop.expected())
    assert "closed" in words_of(owner.get("/stores"))
    assert "can no longer be asked" in words_of(owner.get(f"{page_of(shop)}?order=7001"))
    assert owner.get(f"{page_of(shop)}/settings").headers["Location"] == page_of(shop)
    assert owner.get(f"{page_of(shop)}/reconnect").headers["Location"] == page_of(shop)
    assert "is closed" in words_of(press(owner, address, address))


def test_what_brightpearl_could_not_be_told_is_told(
    shop: SandboxShop, owner: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.keep_webhooks(shop.store.account_id, shop.store.id, "d" * 64, ("71", "72"))
        uow.commit()
    assert "on: Brightpearl tells of changes at once" in words_of(owner.get(page_of(shop)))
    sentence = Sentence("Brightpearl does not answer.", "Brightpearl no responde.")

    class _Down:
        describes = BRIGHTPEARL

        def open(self, store: Store, vault: object = None) -> None:
            raise StoreUnavailable(sentence)

    monkeypatch.setitem(shop.app.connectors, "brightpearl", _Down())
    address = f"{page_of(shop)}/disconnect"
    words = words_of(press(owner, address, address))

    assert "could not be told to stop calling this service: Brightpearl does not answer." in words
    assert (stored(shop).state, stored(shop).webhook_digest, stored(shop).webhook_ids) == (StoreState.CLOSED, None, ())


def test_webhooks_are_turned_on_looked_up_and_turned_off(shop: SandboxShop) -> None:
    shop.app = replace(shop.app, local_url="http://127.0.0.1:9")  # nobody listens there
    client = create_web(shop.app, Queries(shop.database), secret=b"k" * 32).test_client()
    send_log_in(client, OWNER)
    own, action = page_of(shop), f"{page_of(shop)}/webhooks"
    assert "off: changes come with the next import" in words_of(client.get(own))

    on = words_of(press(client, own, action, wanted="on"))
    assert "The webhooks are on" in on
    assert f"Brightpearl calls http://127.0.0.1:9/hooks/brightpearl/{shop.store.id} Check" in on
    assert "Brightpearl has all 3 webhooks." in words_of(press(client, own, action, wanted="look"))
    gone = stored(shop).webhook_ids[0]
    shop.server._webhooks.remove(int(gone))
    assert "1 of 3 webhooks are gone from Brightpearl: register them anew." in words_of(press(client, own, action, wanted="look"))

    assert "The webhooks are off" in words_of(press(client, own, action, wanted="off"))
    assert stored(shop).webhook_digest is None
    assert shop.server._webhooks.all() == []
    with shop.app.reading() as uow:
        told = [entry for entry in uow.audit.list_for(shop.merchant.id, shop.store.id) if "webhooks" in entry.action]
    assert [entry.action for entry in told] == ["store.webhooks_on", "store.webhooks_off"]
    assert all(entry.actor.startswith("usr_") for entry in told)


def test_without_an_outside_address_the_page_says_what_is_missing(shop: SandboxShop, owner: FlaskClient) -> None:
    page = owner.get(page_of(shop))
    assert "the operator sets RELEVO_PUBLIC_URL" in words_of(page)
    assert "Turn the webhooks on" not in page.text
    refused = words_of(press(owner, page_of(shop), f"{page_of(shop)}/webhooks", wanted="on"))
    assert refused.count("the operator sets RELEVO_PUBLIC_URL") == 2
    assert stored(shop) == shop.store


def test_what_brightpearl_answers_to_a_change_of_webhooks_is_told(shop: SandboxShop, owner: FlaskClient) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.keep_webhooks(shop.store.account_id, shop.store.id, "d" * 64, ("71", "72"))
        uow.commit()
    shop.server.fault("error_500", "webhook", times=99)
    words = words_of(press(owner, page_of(shop), f"{page_of(shop)}/webhooks", wanted="off"))
    assert "it answered with HTTP 500" in words
    assert stored(shop).webhook_ids == ("71", "72")


def test_a_member_may_look_but_not_change(shop: SandboxShop, member: FlaskClient) -> None:
    words = words_of(member.get(page_of(shop)))
    assert "Where is my order?" in words
    assert not {"Import now", "Disconnect"} & set(words.split(" · "))
    assert "Connect a store" not in words_of(member.get("/stores"))
    settings = member.get(f"{page_of(shop)}/settings")
    assert "admins of your account may change them" in words_of(settings)
    assert 'class="whole-form" disabled' in settings.text

    for address in (
        "/stores/connect",
        "/stores/connect/brightpearl",
        f"{page_of(shop)}/disconnect",
        f"{page_of(shop)}/reconnect",
    ):
        refused = member.get(address)
        assert refused.status_code == 403
        assert "You may look at this, but not change it" in words_of(refused)
    token = token_of(member.get(page_of(shop)))
    for action in ("import", "disconnect", "settings", "reconnect", "webhooks"):
        assert member.post(f"{page_of(shop)}/{action}", data={"csrf_token": token}).status_code == 403
    assert stored(shop) == shop.store


def test_a_store_is_there_for_its_account_alone(shop: SandboxShop, log_in: LogIn) -> None:
    stranger = log_in(PROVIDER)
    its_own = stranger.get("/stores")  # the one by which its client's orders come
    assert "Client connected" in words_of(its_own)
    assert shop.store.name not in words_of(its_own)
    assert page_of(shop) not in its_own.text
    for part in ("", "/skipped", "/settings", "/logo", "/disconnect", "/reconnect"):
        assert stranger.get(page_of(shop) + part).status_code == 404
    token = token_of(stranger.get("/stores"))
    for action in ("import", "disconnect", "settings", "reconnect", "webhooks"):
        assert stranger.post(f"{page_of(shop)}/{action}", data={"csrf_token": token}).status_code == 404
    assert stored(shop) == shop.store


def test_no_page_has_a_script_or_a_style_inside(shop: SandboxShop, owner: FlaskClient) -> None:
    shop.run_import()
    own = page_of(shop)
    connect = "/stores/connect"
    for page in (
        "/stores",
        own,
        f"{own}?order=1",
        f"{own}/settings",
        f"{own}/skipped",
        f"{own}/disconnect",
        f"{own}/reconnect",
        connect,
    ):
        answer = owner.get(page)
        assert answer.status_code == 200
        inside = ("<script>", "<style", " style=", " onclick", "javascript:")
        assert not any(one in answer.text for one in inside)
        assert answer.text.count("<script") == answer.text.count('<script src="/static/')


def test_fields_that_nobody_knows_stand_on_the_stores_page(shop: SandboxShop, owner: FlaskClient) -> None:
    assert "does not know" not in words_of(owner.get(page_of(shop)))
    with shop.app.unit_of_work() as uow:
        uow.stores.count_unknown_fields(shop.store, {"order.foo": 1200, "note.<b>": 1}, NOW, afresh=True)
        uow.commit()

    page = owner.get(page_of(shop))

    shown = words_of(page).partition("since the last daily refresh: ")[2]
    assert shown.startswith("order.foo (1,200), note.<b> (1)."), shown[:80]
    assert "<b>" not in page.text.partition("order.foo")[2][:200]
