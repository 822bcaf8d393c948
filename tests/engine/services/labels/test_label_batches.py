"""Batches of labels: what becomes of one when its work ends, is given up, or is gone on with meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.rule_runs import publish
from support.shop import ready

from engine.model.job import Job, JobState
from engine.model.label_batch import BatchState, LabelBatch, Outcome, buys_batch_key
from engine.model.sentence import Sentence
from engine.services.labels import label_batches
from engine.services.labels.label_batches import (
    end_work,
    get_batch,
    go_on,
    list_batches,
    plan_slice,
    start_batch,
    stop_batch,
)
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    sides = open_shippers(sqlite_database, clock)
    sides.shop.import_all(*(ready(number) for number in ("2", "3", "4")))
    return sides


def started(sides: Shippers, *numbers: str) -> LabelBatch:
    return start_batch(sides.app, sides.merchant, [sides.shop.order_id(number) for number in numbers], sides.owner.id)


def job_of(sides: Shippers, batch: LabelBatch) -> Job:
    with sides.app.reading() as unit:
        job = unit.jobs.find(batch.account_id, buys_batch_key(batch.id))
    assert job is not None
    return job


def end(sides: Shippers, batch: LabelBatch, state: JobState, problem: Sentence | None = None) -> None:
    """The end of an attempt as the worker keeps it."""
    with sides.app.unit_of_work() as unit:
        now = sides.app.clock.now()
        claimed = unit.jobs.claim("worker", now, now, job_id=job_of(sides, batch).id)
        assert claimed is not None
        unit.jobs.finish(claimed.id, "worker", state, error=problem, not_before=None)
        end_work(unit, claimed, state, problem)
        unit.commit()


def test_a_slice_is_planned_at_a_time_and_its_results_are_kept_with_it(sides: Shippers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(label_batches, "SLICE", 2)
    batch = started(sides, "2", "3", "4")
    assert plan_slice(sides.app, sides.merchant, batch.id).is_running
    [(_, counts)] = list_batches(sides.app, sides.merchant)
    assert counts == {Outcome.BUYING: 2, Outcome.WAITING: 1}
    plan_slice(sides.app, sides.merchant, batch.id)
    assert plan_slice(sides.app, sides.merchant, batch.id).state is BatchState.DONE
    sides.shop.work_off()
    assert [len(sides.labels(number)) for number in ("2", "3", "4")] == [1, 1, 1]


def test_what_no_label_is_bought_for_here_is_left_out_with_what_to_do(sides: Shippers) -> None:
    publish(sides.shop, "{id: post, when: always, then: [{do: set_service, carrier: correos, service: paq-premium}]}")
    sides.shop.import_all(ready("5"))
    batch = started(sides, "2", "5")
    plan_slice(sides.app, sides.merchant, batch.id)
    _, orders = get_batch(sides.app, sides.merchant, batch.id)
    [(left_out, why)] = [(one.order_id, one.reason) for one in orders if one.reason is not None]
    assert left_out == sides.shop.order_id("5")
    assert why.en.startswith('Labels of the carrier "correos" cannot be bought here: ship the order by hand')


def test_work_that_is_given_up_stops_the_batch_with_the_reason(sides: Shippers) -> None:
    batch, why = started(sides, "2"), Sentence("It broke.", "Se rompió.")
    end(sides, batch, JobState.DEAD, why)
    stopped, _ = get_batch(sides.app, sides.merchant, batch.id)
    assert (stopped.state, stopped.problem) == (BatchState.STOPPED, why)
    go_on(sides.app, sides.merchant, batch.id, sides.owner.id)
    sides.shop.work_off()
    assert get_batch(sides.app, sides.merchant, batch.id)[0].state is BatchState.DONE


def test_work_that_ends_while_somebody_has_the_batch_go_on_is_due_again(sides: Shippers) -> None:
    batch = started(sides, "2")
    stop_batch(sides.app, sides.merchant, batch.id, sides.owner.id)
    go_on(sides.app, sides.merchant, batch.id, sides.owner.id)
    end(sides, batch, JobState.DONE)  # of an attempt that had found it stopped
    assert job_of(sides, batch).state is JobState.DUE


def test_stopping_what_is_done_and_going_on_with_what_runs_change_nothing(sides: Shippers) -> None:
    batch = started(sides, "2")
    assert go_on(sides.app, sides.merchant, batch.id, sides.owner.id) == batch
    sides.shop.work_off()
    done = stop_batch(sides.app, sides.merchant, batch.id, sides.owner.id)
    assert done == replace(batch, state=BatchState.DONE)
    assert len(sides.labels("2")) == 1


def test_batches_of_others_are_not_there(sides: Shippers) -> None:
    batch = started(sides, "2")
    for use in (stop_batch, go_on):
        with pytest.raises(Refused, match="There is no batch of labels"):
            use(sides.app, sides.provider, batch.id, "somebody")
    with pytest.raises(Refused, match="There is no order"):
        start_batch(sides.app, sides.provider, [sides.shop.order_id("2")], "somebody")
