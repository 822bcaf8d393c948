"""Whether an account has what a store's settings name, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.brightpearl_stub import Answer, StubBrightpearl, answer, errors

from adapters.stores.brightpearl.session import BrightpearlSession
from adapters.stores.brightpearl.settings import InvalidSettings
from engine.model.sentence import sentence_of
from engine.model.store import Choice, StoreChoices
from engine.ports import CredentialsRefused, StoreUnavailable

OpenSession = Callable[..., BrightpearlSession]
CHANNEL, WAREHOUSE = "product-service/channel", "warehouse-service/warehouse"
METHOD, STATUS = "warehouse-service/shipping-method", "order-service/order-status"
TOKEN = {"auth": "account_token", "app_ref": "testacct_relevo"}
SEARCH = answer({"response": {"results": [], "metaData": {"columns": []}}})


@pytest.fixture
def stub(stub: StubBrightpearl) -> StubBrightpearl:
    stub.lists = {
        CHANNEL: [{"id": 3, "name": "Amazon"}, {"id": 2, "name": "Web shop"}],
        WAREHOUSE: [{"id": 3, "name": "Main {1}"}],
        METHOD: [{"id": 5, "name": "Courier", "code": "CND"}, {"id": 7}],
        STATUS: [
            {"statusId": 22, "name": "Shipped", "orderTypeCode": "SO", "disabled": False},
            {"statusId": 23, "name": "Old", "orderTypeCode": "SO", "disabled": True},
            {"statusId": 6, "name": "Placed", "orderTypeCode": "PO"},
            {"name": "Nameless"},
        ],
    }
    return stub


def problems(session: BrightpearlSession) -> dict[str, str]:
    """What a check finds, by field."""
    with pytest.raises(InvalidSettings) as caught:
        session.check()
    for problem in caught.value.problems:
        assert problem.message.format("es") != problem.message.format("en")
    return {problem.field: problem.message.format("en") for problem in caught.value.problems}


def test_all_that_is_named_is_there(stub: StubBrightpearl, open_session: OpenSession) -> None:
    session = open_session(channel_ids=[2, 3], warehouse_ids=[3], on_ship="both", shipped_status_id=22)
    session.check()

    assert stub.paths() == ["/testacct/authorise", f"/{CHANNEL}", f"/{WAREHOUSE}", f"/{STATUS}"]


def test_what_the_account_does_not_have_is_told_field_by_field(stub: StubBrightpearl, open_session: OpenSession) -> None:
    session = open_session(channel_ids=[2, 9], warehouse_ids=[3, 4, 5], on_ship="both", shipped_status_id=23)

    assert problems(session) == {
        "channel_ids": "Channel 9 is not in this Brightpearl account; it has 2 Web shop, 3 Amazon.",
        "warehouse_ids": "Warehouse 4, 5 is not in this Brightpearl account; it has 3 Main {1}.",
        "shipped_status_id": "Order status 23 is none that a sales order of this Brightpearl account can get; "
        "there are 22 Shipped.",
    }


def test_a_long_list_is_cut(stub: StubBrightpearl, open_session: OpenSession) -> None:
    stub.lists[CHANNEL] = [{"id": number, "name": f"C{number}"} for number in range(10, 40)]

    assert "29 C29 and 10 more" in problems(open_session())["channel_ids"]


def test_a_status_to_set_is_asked_for_before_anything_is_sent(stub: StubBrightpearl, open_session: OpenSession) -> None:
    found = problems(open_session(on_ship="order_status"))

    assert "--shipped-status-id" in found["shipped_status_id"]
    assert stub.seen == []


@pytest.mark.parametrize(
    "reply",
    [
        answer({"response": []}),
        answer({}),
        errors(404, "CMNC-404"),
        errors(403, "GWYB-001"),
        errors(500, "CMNC-018"),
        errors(500, "CMNU-003"),
        Answer(502, b"<html>no"),
        answer({"response": "no list"}),
    ],
)
def test_after_a_log_in_a_list_that_cannot_be_read_refuses_nothing(
    stub: StubBrightpearl, open_session: OpenSession, reply: Answer
) -> None:
    own = stub.reply
    stub.reply = lambda seen: own(seen) if seen.method == "POST" else reply
    session = open_session(channel_ids=[9], warehouse_ids=[9], shipped_status_id=9)

    session.check()
    assert session.requests <= 1 + 3 * 2


def test_a_log_in_whose_requests_are_refused_is_told(stub: StubBrightpearl, open_session: OpenSession) -> None:
    own = stub.reply
    stub.reply = lambda seen: own(seen) if seen.method == "POST" else answer({"response": "Not authenticated."}, 401)

    with pytest.raises(CredentialsRefused, match="refuses its requests"):
        open_session().check()
    assert stub.logins == 2


def test_a_token_is_proven_by_the_channels(stub: StubBrightpearl, open_session: OpenSession) -> None:
    stub.reply = lambda seen: answer({"response": stub.lists[CHANNEL]})
    open_session(**TOKEN).check()

    assert len(stub.seen) == 1


@pytest.mark.parametrize("channels", [answer({"response": []}), errors(404, "CMNC-404")])
def test_without_channels_a_token_is_proven_by_the_search(
    stub: StubBrightpearl, open_session: OpenSession, channels: Answer
) -> None:
    stub.script = [channels, SEARCH]
    open_session(**TOKEN).check()
    assert len(stub.seen) == 2

    stub.script = [channels, errors(404, "CMNC-404")]
    with pytest.raises(CredentialsRefused, match="no Brightpearl account testacct") as caught:
        open_session(**TOKEN).check()
    assert [problem.field for problem in caught.value.problems] == ["account_code"]
    assert "código de cuenta" in sentence_of(caught.value).es


def test_a_token_that_nothing_proves_is_not_taken(stub: StubBrightpearl, open_session: OpenSession) -> None:
    stub.reply = lambda seen: errors(503, "CMNU-003")

    with pytest.raises(StoreUnavailable):
        open_session(**TOKEN).check()


def test_what_there_is_to_choose_from(open_session: OpenSession) -> None:
    assert open_session().choices() == StoreChoices(
        channels=(Choice("2", "Web shop"), Choice("3", "Amazon")),
        warehouses=(Choice("3", "Main {1}"),),
        shipping_methods=(Choice("5", "Courier"), Choice("7", "7")),
        order_statuses=(Choice("22", "Shipped"),),
    )


def test_lists_that_an_account_does_not_have_are_empty(stub: StubBrightpearl, open_session: OpenSession) -> None:
    stub.lists = {}

    assert open_session().choices() == StoreChoices()


def test_settings_may_be_tried_out_before_they_are_complete(stub: StubBrightpearl, open_session: OpenSession) -> None:
    assert open_session(on_ship="both").try_out().channels[0] == Choice("2", "Web shop")


def test_a_refusal_names_no_secret(stub: StubBrightpearl, open_session: OpenSession) -> None:
    own = stub.reply
    echo: dict[str, Any] = {"errors": [{"code": "WHSC-1", "message": "token-1-secret"}]}
    stub.reply = lambda seen: own(seen) if seen.method == "POST" else answer(echo, 400)

    with pytest.raises(Exception, match="WHSC-1") as caught:
        open_session().choices()
    assert "secret" not in str(caught.value)
