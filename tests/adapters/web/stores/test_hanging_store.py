"""Pages of a store that hangs: they come without its answer, and hold up nobody else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Future
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.sandbox_shop import SandboxShop
from support.shop import PROVIDER

from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from adapters.web.application import create_web
from adapters.web.parts import EXTENSION
from adapters.web.store_guard import PAGES, PLACES, PLACES_OF_A_TENANT, StoreGuard
from engine.application import Application
from engine.model.store import Store, StoreChoices, StoreScope, StoreState
from engine.model.webhook import WebhookEvent
from engine.ports import SESSION_PARTS, StoreConnector, StoreSession, StoreUnavailable
from storage.queries import Queries

LogIn = Callable[[str], FlaskClient]
SLOW = "The store did not answer within 30 seconds: try again in a minute."
STILL = "A store of yours has not answered yet what it was asked before: try again in a minute."
ENOUGH = 30.0  # seconds; only a test that fails waits as long


class HangingSession:
    """Each call waits until the test lets it go; what it did afterwards is kept."""

    requests = 0
    changes_until = None

    def __init__(self, hang: Hang) -> None:
        self._hang = hang

    def close(self) -> None:
        self._hang.closed.append(threading.current_thread().name)
        self._hang.has_closed.set()


def _hang_at(name: str) -> Callable[..., Any]:
    return lambda session, *_: session._hang.call(name)


for _name in (
    "check",
    "scan",
    "read",
    *(name for part in SESSION_PARTS.values() for name in vars(part) if not name.startswith("_")),
):
    setattr(HangingSession, _name, _hang_at(_name))


class Hang:
    """A kind of store that is reached and never answers, until `go`. Pages give it up as soon as it is reached."""

    describes = BRIGHTPEARL

    def __init__(self, real: StoreConnector) -> None:
        self._real = real
        self.go = threading.Event()
        self.has_closed = threading.Event()
        self._moved = threading.Event()
        self.calls: list[str] = []
        self.closed: list[str] = []

    def open(self, store: Store, vault: object = None) -> StoreSession:
        session: Any = HangingSession(self)
        return session  # type: ignore[no-any-return]

    def answers(self, call: Future[Any], _seconds: float) -> bool:
        """What a page waits for here: an answer, or that the store was reached; so no time has to pass."""
        call.add_done_callback(lambda _: self._moved.set())
        assert self._moved.wait(ENOUGH)
        self._moved.clear()
        return call.done()

    def call(self, name: str) -> Any:
        self.calls.append(name)
        if not self.go.is_set():
            self._moved.set()
        assert self.go.wait(ENOUGH)
        return []

    def try_out(self, store: Store) -> StoreChoices:
        self.call("try_out")
        return StoreChoices()

    def is_local(self, settings: Mapping[str, Any]) -> bool:
        return True

    def parse_webhook(self, settings: Mapping[str, Any], body: bytes) -> WebhookEvent | None:
        raise NotImplementedError

    def scope(self, settings: Mapping[str, Any]) -> StoreScope:
        return self._real.scope(settings)  # type: ignore[attr-defined, no-any-return]


@pytest.fixture
def hang(shop: SandboxShop) -> Iterator[Hang]:
    hang = Hang(shop.app.connectors["brightpearl"])
    yield hang
    hang.go.set()


@pytest.fixture
def web(shop: SandboxShop, hang: Hang) -> Flask:
    app = replace(shop.app, connectors={**shop.app.connectors, "brightpearl": hang}, local_url="http://127.0.0.1:9")
    web = create_web(app, Queries(shop.database), secret=b"k" * 32)
    web.extensions[EXTENSION] = replace(web.extensions[EXTENSION], guard=StoreGuard(ENOUGH, hang.answers))
    return web


def stored(shop: SandboxShop) -> Store:
    with shop.app.reading() as uow:
        return uow.stores.get(shop.store.account_id, shop.store.id)


def test_the_settings_come_without_the_choices_and_can_be_saved(shop: SandboxShop, hang: Hang, owner: FlaskClient) -> None:
    page = f"/stores/{shop.store.id}/settings"
    shown = owner.get(page)
    assert shown.status_code == 200
    assert SLOW in words_of(shown)
    assert hang.calls == ["choices"]


def test_where_is_my_order_says_that_it_could_not_ask(shop: SandboxShop, hang: Hang, owner: FlaskClient) -> None:
    shown = owner.get(f"/stores/{shop.store.id}?order=7003")
    assert shown.status_code == 200
    assert SLOW in words_of(shown)


@pytest.mark.parametrize("wanted", ["on", "look"])
def test_the_webhooks_page_comes_back(shop: SandboxShop, hang: Hang, owner: FlaskClient, wanted: str) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.keep_webhooks(shop.store.account_id, shop.store.id, "digest", ("1",))
        uow.commit()
    page = f"/stores/{shop.store.id}"
    assert SLOW in words_of(press(owner, page, f"{page}/webhooks", wanted=wanted))
    assert stored(shop).webhook_ids == ("1",)


def test_a_store_is_disconnected_whether_it_answers_or_not(shop: SandboxShop, hang: Hang, owner: FlaskClient) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.keep_webhooks(shop.store.account_id, shop.store.id, "digest", ("1",))
        uow.commit()
    page = f"/stores/{shop.store.id}/disconnect"
    said = words_of(press(owner, page, page))
    assert f"The store could not be told to stop calling this service: {SLOW}" in said
    assert stored(shop).state is StoreState.CLOSED


def test_what_was_entered_is_not_kept_after_a_person_was_told_otherwise(
    shop: SandboxShop, hang: Hang, owner: FlaskClient
) -> None:
    before = stored(shop)
    page = f"/stores/{shop.store.id}/reconnect"
    fields = {one.name: "another" for one in BRIGHTPEARL.logins_by_code["login"].credentials}
    assert SLOW in words_of(press(owner, page, page, **fields))
    hang.go.set()
    assert hang.has_closed.wait(ENOUGH)
    assert stored(shop) == before


def test_a_call_that_nobody_waits_for_closes_its_session_when_it_ends(shop: SandboxShop, hang: Hang, owner: FlaskClient) -> None:
    owner.get(f"/stores/{shop.store.id}/settings")
    assert hang.closed == []
    hang.go.set()
    assert hang.has_closed.wait(ENOUGH)
    assert hang.closed == ["ask-store"]


def test_a_tenant_has_few_places_and_gets_them_back(shop: SandboxShop, hang: Hang, owner: FlaskClient, log_in: LogIn) -> None:
    page = f"/stores/{shop.store.id}/settings"
    for _ in range(PLACES_OF_A_TENANT):
        assert SLOW in words_of(owner.get(page))
    assert STILL in words_of(owner.get(page))
    assert len(hang.calls) == PLACES_OF_A_TENANT
    assert owner.get("/orders").status_code == 200
    assert log_in(PROVIDER).get("/stores").status_code == 200

    hang.go.set()
    assert hang.has_closed.wait(ENOUGH)
    for _ in range(1000):
        if STILL not in words_of(owner.get(page)):
            break
    assert STILL not in words_of(owner.get(page))


# The guard by itself


def guarded(guard: StoreGuard, app: Application, account_id: str = "acc_1") -> StoreConnector:
    return guard.application_for(app, account_id).connectors["brightpearl"]


def test_all_that_a_page_asks_shares_its_limit(shop: SandboxShop, hang: Hang) -> None:
    app = replace(shop.app, connectors={**shop.app.connectors, "brightpearl": hang})
    session = guarded(StoreGuard(limit_s=0.0), app)
    with pytest.raises(StoreUnavailable, match="within 0 seconds"):
        session.open(shop.store)
    assert hang.calls == []


def test_an_answer_comes_through_and_so_does_a_refusal(shop: SandboxShop) -> None:
    connector = guarded(StoreGuard(limit_s=ENOUGH), shop.app)
    session = connector.open(shop.store)
    session.check()
    assert [choice.id for choice in session.choices().channels]
    session.close()
    wrong = replace(shop.store, credentials={"username": "u@example.com", "password": "no"})
    with pytest.raises(Exception, match="refuses the log-in"):
        connector.open(wrong).check()


def test_the_places_of_all_tenants_have_an_end() -> None:
    guard, go = StoreGuard(limit_s=0.01), threading.Event()

    def hanging() -> None:
        go.wait(ENOUGH)

    for number in range(PLACES):
        with pytest.raises(StoreUnavailable, match="did not answer"):
            guard.run(f"acc_{number}", hanging, 0.0)
    with pytest.raises(StoreUnavailable, match="Too many people"):
        guard.run("acc_other", hanging, 0.0)
    go.set()


def test_few_pages_wait_at_a_time() -> None:
    guard, go = StoreGuard(limit_s=ENOUGH), threading.Event()
    waiting = threading.Semaphore(0)

    def hanging() -> str:
        waiting.release()
        assert go.wait(ENOUGH)
        return "answer"

    answers: list[str] = []
    pages = [
        threading.Thread(
            target=lambda number=number: answers.append(guard.run(f"acc_{number}", hanging, time.monotonic() + ENOUGH))
        )
        for number in range(PAGES)
    ]
    for page in pages:
        page.start()
    for _ in pages:
        assert waiting.acquire(timeout=ENOUGH)
    with pytest.raises(StoreUnavailable, match="Too many people"):
        guard.run("acc_other", hanging, time.monotonic() + ENOUGH)
    go.set()
    for page in pages:
        page.join(ENOUGH)
    assert answers == ["answer"] * PAGES
    assert guard.run("acc_other", lambda: "again", time.monotonic() + ENOUGH) == "again"


def test_without_a_thread_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    guard = StoreGuard()

    def none_left(_thread: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with monkeypatch.context() as short:
        short.setattr(threading.Thread, "start", none_left)
        for _ in range(PLACES_OF_A_TENANT + 1):
            with pytest.raises(StoreUnavailable, match="Too many people"):
                guard.run("acc_1", lambda: None, time.monotonic() + ENOUGH)
    assert guard.run("acc_1", lambda: "answer", time.monotonic() + ENOUGH) == "answer"
