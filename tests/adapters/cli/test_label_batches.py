"""Batches of labels from the command line."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.shop import OWNER, ready

from adapters.cli.labels import labels
from engine.services.labels.label_batches import start_batch, stop_batch
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> Shippers:
    monkeypatch.undo()  # the shop's hasher is cheap by itself
    return open_shippers(sqlite_database, clock)


def told(sides: Shippers, *words: str) -> dict[str, Any]:
    """What a command of `labels` answers other programs."""
    runtime = SimpleNamespace(application=sides.app, settings=SimpleNamespace(language="en"))
    asked = [*words, "--account", sides.shop.merchant.slug, "--json"]
    answered = CliRunner().invoke(labels, asked, obj=runtime, standalone_mode=False, catch_exceptions=False)
    found: dict[str, Any] = json.loads(answered.stdout)
    return found


def test_batches_are_listed_shown_stopped_and_gone_on_with(sides: Shippers) -> None:
    sides.shop.import_all(ready("2"), ready("3", weight_g=None, items=[{"line_key": "1", "sku": "X", "quantity": 1}]))
    started = start_batch(sides.app, sides.merchant, [sides.shop.order_id("2"), sides.shop.order_id("3")], sides.owner.id)
    stop_batch(sides.app, sides.merchant, started.id, sides.owner.id)
    [listed] = told(sides, "batches")["batches"]
    assert (listed["id"], listed["state"], listed["orders"]) == (started.id, "stopped", {"waiting": 2})
    assert told(sides, "batch", started.id, "--go-on", "--by", OWNER)["state"] == "running"
    assert told(sides, "batch", started.id, "--stop")["state"] == "stopped"
    told(sides, "batch", started.id, "--go-on")
    sides.shop.work_off()
    done = told(sides, "batch", started.id)
    assert (done["state"], done["orders"]) == ("done", {"bought": 1, "refused": 1})
    assert [(one["order_number"], one["tracking_numbers"]) for one in done["results"]] == [("2", ["P1-1"]), ("3", [])]
    assert "The weight of order 3 is not known" in done["results"][1]["message"]
    assert told(sides, "batch", started.id, "--again")["orders"] == {"bought": 1, "waiting": 1}
    with pytest.raises(Refused, match="There is no batch of labels"):
        told(sides, "batch", "lbb_none")
