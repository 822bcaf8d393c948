"""docs/integrated-providers.md is the contract: each of its examples is what the code sends, reads and answers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from support.clock import FixedClock
from support.remote_provider import RemoteSide, open_remote_side

from adapters.providers.http import messages, signing
from adapters.sandboxes.provider import ProviderOptions
from engine.model.integrated_provider import EventKind
from engine.model.reject_reasons import REJECT_REASONS
from engine.ports import NotGenuine
from engine.services.connections.set_connection import replace_skus
from engine.services.fulfillment.write_message import write_message
from storage.database import Database

PAGE = (Path(__file__).parents[3] / "docs" / "integrated-providers.md").read_text("utf-8")


def examples(kind: str) -> list[dict[str, Any]]:
    found = re.findall(rf"```json {kind}\n(.*?)```", PAGE, re.DOTALL)
    return [json.loads(one, parse_float=Decimal) for one in found]


@pytest.fixture
def side(sqlite_database: Database, clock: FixedClock) -> Iterator[RemoteSide]:
    with open_remote_side(sqlite_database, clock) as opened:
        yield opened


def test_the_object_is_the_documented_one(side: RemoteSide) -> None:
    replace_skus(side.app, side.owner, side.seen.connection.id, {"ACM-MUG": "N-77"})
    request = side.taken(service_preference="24h")
    write_message(side.app, side.merchant, request.id, "The blue mug is a gift.", side.owner.id)
    side.work_off()

    [documented] = examples("request")
    sent = json.loads(side.server.bodies[-1], parse_float=Decimal)
    assert {**sent, "reference": "ffr_1"} == documented


def test_the_signature_is_the_documented_one() -> None:
    [example] = examples("signature")
    body, headers = example["body"].encode(), example["headers"]
    at = datetime.fromtimestamp(int(headers["webhook-timestamp"]), UTC)

    assert signing.sign([example["secret"]], headers["webhook-id"], at, body) == headers
    assert signing.verify([example["secret"]], headers, body, at) == headers["webhook-id"]
    with pytest.raises(NotGenuine):
        signing.verify([signing.new_secret()], headers, body, at)
    two = signing.sign([signing.new_secret(), example["secret"]], headers["webhook-id"], at, body)
    assert signing.verify([example["secret"]], two, body, at) == headers["webhook-id"]


def test_the_recall_and_the_look_up_are_the_documented_ones() -> None:
    [cancel], [known] = examples("cancel"), examples("known")

    assert json.loads(messages.cancel_body("ffr_1")) == cancel
    assert messages.parse_known(json.dumps(known).encode()).version == known["version"]


def test_each_event_is_documented_and_each_documented_one_is_read() -> None:
    events = examples("event")

    assert {event["type"] for event in events} == {kind.value for kind in EventKind}
    for event in events:
        read = messages.parse_event(json.dumps(event, default=float).encode())
        data = event["data"]
        assert (read.kind, read.reference) == (event["type"], data["reference"])
        assert (read.sequence, read.code, read.text) == (data.get("sequence", 0), data.get("code"), data.get("text", ""))
        if read.shipment is not None:
            assert read.shipment.lines == {line["line_key"]: line["quantity"] for line in data["shipment"]["lines"]}
            assert read.shipment.parcels[0].weight_g == data["shipment"]["parcels"][0]["weight_g"]
    assert all(code in PAGE for code in REJECT_REASONS)


def test_the_answer_is_the_documented_one(side: RemoteSide) -> None:
    request = side.taken()
    [documented] = examples("reply")

    assert {**side.say(request, "request.started").body, "reference": "ffr_1"} == documented


def test_each_option_of_the_stand_in_is_documented() -> None:
    assert [name for name in ProviderOptions().to_data() if f"`{name}`" not in PAGE] == []
