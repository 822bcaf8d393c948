"""While eight workers decide and others publish, each decision belongs wholly to versions that did run together."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from support.clock import FixedClock
from support.shop import Shop, open_shop, ready

from engine.ports import UnitOfWork
from engine.services.deciding import publish_rules as publishing
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.replay_decisions import replay_decisions
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.deciding.run_rules import Rulebook
from engine.services.refusals import Refused
from storage.database import Database

pytestmark = pytest.mark.postgresql

WORKERS, ROUNDS = 8, 3
SETS = ("first", "second")
PATIENCE_S = 60.0  # of who waits for others that have failed
Versions = tuple[str, ...]


@pytest.fixture
def shop(postgresql_database: Database, clock: FixedClock) -> Shop:
    return open_shop(postgresql_database, clock, rules=None)


def publish(shop: Shop, slug: str, text: object, **options: Any) -> Versions:
    """What runs afterwards; only one at a time publishes where that counts."""
    rule = f"{{id: {slug}, when: always, then: [{{do: add_tag, tag: {slug}-{text}}}]}}"
    publish_rules(shop.app, shop.merchant.slug, f"set: {slug}\nrules:\n  - {rule}".encode(), **options)
    with shop.app.reading() as uow:
        return tuple(version.id for version in uow.rule_sets.list_published(shop.merchant.id))


def decided_by(shop: Shop, number: str) -> list[Versions]:
    with shop.app.reading() as uow:
        found = uow.decisions.list_for_order(shop.merchant.id, shop.order_id(number))
    return [tuple(one.rule_set_version_ids) for one in found]


class Meeting:
    """Has whoever wants it wait between reading the rules and deciding by them, until new ones were published."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.read, self.published, self.begun, self.ended = (threading.Barrier(WORKERS + 1, timeout=PATIENCE_S) for _ in range(4))
        self._wanting = threading.local()
        open_rulebook = Rulebook.open

        def open_and_meet(app: Any, uow: UnitOfWork, account: Any) -> Rulebook:
            rulebook = open_rulebook(app, uow, account)
            if getattr(self._wanting, "now", False):
                self.read.wait()
                self.published.wait()
            return rulebook

        monkeypatch.setattr(Rulebook, "open", open_and_meet)

    def decide(self, shop: Shop, number: str) -> None:
        """Twice a round: once over the heads of those who publish, once beside them, as it comes."""
        for _ in range(ROUNDS):
            self._wanting.now = True
            reprocess_orders(shop.app, shop.merchant.id, [shop.order_id(number)], "usr_1")
            self._wanting.now = False
            self.begun.wait()
            reprocess_orders(shop.app, shop.merchant.id, [shop.order_id(number)], "usr_1")
            self.ended.wait()


def test_each_decision_is_by_versions_that_ran_together_and_comes_out_the_same_again(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    ran = [publish(shop, slug, "begin") for slug in SETS]
    numbers = [str(number) for number in range(WORKERS)]
    shop.import_all(*map(ready, numbers))
    replaced: list[Versions] = []
    meeting = Meeting(monkeypatch)
    with ThreadPoolExecutor(WORKERS) as pool:
        working = [pool.submit(meeting.decide, shop, number) for number in numbers]
        for number in range(ROUNDS):
            meeting.read.wait()
            replaced.append(ran[-1])
            ran += [publish(shop, slug, f"{number}-a") for slug in SETS]
            meeting.published.wait()
            meeting.begun.wait()
            ran += [publish(shop, slug, f"{number}-b") for slug in SETS]
            meeting.ended.wait()
        for one in working:
            one.result()

    decided = Counter(versions for number in numbers for versions in decided_by(shop, number))
    assert decided.total() == WORKERS * (1 + 2 * ROUNDS)
    assert set(decided) <= set(ran)
    assert all(decided[versions] >= WORKERS for versions in replaced)  # they decided by what was being replaced
    again = replay_decisions(shop.app, shop.merchant.id)
    assert (again.decisions, again.count, again.unreadable) == (decided.total(), 0, 0)


@pytest.mark.parametrize("knows_what_it_replaces", [True, False])
def test_of_two_who_publish_a_set_at_once_neither_is_lost_unawares(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, knows_what_it_replaces: bool
) -> None:
    [edited] = publish(shop, "first", "begin")
    barrier, waited = threading.Barrier(2, timeout=PATIENCE_S), threading.local()
    check = publishing._check

    def check_together(*arguments: Any) -> Any:
        found = check(*arguments)
        if not getattr(waited, "once", False):  # both have read what runs before either writes
            waited.once = True
            barrier.wait()
        return found

    def edit(text: str) -> str | None:
        """The text, or why it was refused."""
        try:
            publish(shop, "first", text, over=edited if knows_what_it_replaces else None)
        except Refused as refusal:
            return refusal.message.code
        return text

    monkeypatch.setattr(publishing, "_check", check_together)
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(edit, ("ana", "bea")))

    written = [text for text in answers if text != "published_meanwhile"]
    assert len(written) == (1 if knows_what_it_replaces else 2)
    with shop.app.reading() as uow:
        kept = [uow.rule_sets.find_version(shop.merchant.id, "first", number) for number in range(1, 5)]
    documents = [version.document for version in kept if version is not None]
    assert len(documents) == 1 + len(written)
    assert all(any(f"first-{text}" in document for document in documents[1:]) for text in written)
