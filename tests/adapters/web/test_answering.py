"""While a page is made, the process's long work is to let it pass."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from support.pages import pages_over
from support.partners import user_of
from support.shop import OWNER, Shop, ready

from engine.answering import Answering
from engine.model.backtest_run import BacktestState
from engine.services.bulk.start import BulkWish, start_bulk_action
from engine.services.deciding import past_decisions
from engine.services.deciding.backtest_rules import BacktestWish
from engine.services.deciding.run_backtest import list_backtests, start_backtest
from engine.services.labels.label_batches import start_batch


class SeenAnswering(Answering):
    """Tells what was done."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    @contextmanager
    def answer(self) -> Iterator[None]:
        self.told.append("begins")
        with super().answer():
            yield
        self.told.append("ends")

    def let_pass(self, at_most_s: float = 0) -> None:
        self.told.append("lets pass")


@pytest.fixture
def seen(shop: Shop) -> SeenAnswering:
    shop.app = replace(shop.app, answering=SeenAnswering())
    return shop.app.answering  # type: ignore[return-value]


def test_a_page_is_an_answer_from_its_begin_to_its_end(shop: Shop, seen: SeenAnswering) -> None:
    assert pages_over(shop.app, shop.database).test_client().get("/log-in").status_code == 200
    assert seen.told == ["begins", "ends"]


WORK: dict[str, Callable[[Shop], object]] = {
    "bulk action": lambda shop: start_bulk_action(
        shop.app, shop.merchant.id, BulkWish("hold", [shop.order_id("1"), shop.order_id("2")], {"reason": "Stock"}), "usr"
    ),
    "backtest": lambda shop: start_backtest(shop.app, shop.merchant.id, "usr", BacktestWish(b"rules: []", "decided")),
    "labels": lambda shop: start_batch(
        shop.app, shop.merchant.id, [shop.order_id("1"), shop.order_id("2")], user_of(shop, OWNER).id
    ),
}


@pytest.mark.parametrize("begin", WORK.values(), ids=WORK)
def test_long_work_lets_pages_pass(shop: Shop, seen: SeenAnswering, begin: Callable[[Shop], object]) -> None:
    shop.import_all(ready("1"), ready("2"))
    shop.work_off()
    begin(shop)
    shop.work_off()
    assert seen.told.count("lets pass") >= 2


def test_a_backtest_that_is_worked_on_beside_pages_reads_little_at_a_time(
    shop: Shop, seen: SeenAnswering, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(past_decisions, "SMALL_BATCH", 2)
    shop.import_all(*(ready(str(number)) for number in range(7)))
    shop.work_off()
    before = seen.told.count("lets pass")
    start_backtest(shop.app, shop.merchant.id, "usr", BacktestWish(b"rules: []", "decided"))
    shop.work_off()
    batches, begin = 4, 1
    assert seen.told.count("lets pass") - before == begin + batches
    [run] = list_backtests(shop.app, shop.merchant.id)
    assert (run.state, run.seen) == (BacktestState.DONE, 7)
