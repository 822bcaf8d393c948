"""Faults, the throttle, log-in and paging, as an import meets them."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog
from support.brightpearl_stub import (
    PASSWORD,
    THROTTLED,
    Answer,
    Seen,
    StubBrightpearl,
    answer,
    errors,
    make_note,
    make_order,
    page,
)
from support.clock import FixedClock

from adapters.stores.brightpearl import transport
from adapters.stores.brightpearl.session import BrightpearlSession
from engine.ports import CredentialsRefused, StoreError, StoreUnavailable
from rules.messages import Message

SINCE = datetime(2025, 12, 2, tzinfo=UTC)
HTML = b"<!DOCTYPE html><html><body>Bad gateway</body></html>"
OpenSession = Callable[..., BrightpearlSession]

TRANSIENT = {
    "500 CMNU": errors(500, "CMNU-003"),
    "500 HTML": Answer(500, HTML),
    "502 HTML": Answer(502, HTML),
    "200 HTML": Answer(200, HTML),
    "503": answer({"response": "Service unavailable"}, 503),
    "503 empty": Answer(503, b""),
    "504": Answer(504, b""),
    "404 HTML": Answer(404, HTML),
    "404 with a sentence": answer({"response": "Not found"}, 404),
    "408": Answer(408, b""),
    "truncated JSON": Answer(200, b'{"response": {"results": [[81, tr'),
    "reset in mid-body": Answer(200, b'{"response": {"results": [[81, true]]}}', cut_after=12),
    "text where data is expected": answer({"response": "upstream is busy"}),
    "a list": answer([1, 2]),
}


@pytest.fixture(autouse=True)
def one_note(stub: StubBrightpearl) -> None:
    stub.notes[81], stub.orders[7001] = make_note(), make_order()


def scan(session: BrightpearlSession) -> list[str]:
    return [record.external_id for batch in session.scan(SINCE) for record in batch]


def sentences(error: StoreError) -> str:
    message = error.args[0]
    assert isinstance(message, Message)
    return f"{message.format('en')} | {message.format('es')}"


@pytest.mark.parametrize("position", range(5), ids=["log-in", "search", "notes", "orders", "order notes"])
@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT)
def test_two_failing_replies_are_survived_anywhere(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock, fault: Answer, position: int
) -> None:
    stub.script = [*[None] * position, fault, fault]

    assert scan(session) == ["81"]
    assert session.requests == len(stub.seen) == 7
    assert len(clock.slept) == 2
    assert max(clock.slept) <= 2


@pytest.mark.parametrize("fault", TRANSIENT.values(), ids=TRANSIENT)
def test_endless_failure_ends_with_a_sentence(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock, fault: Answer
) -> None:
    stub.script = [None, *[fault] * 50]

    with pytest.raises(StoreUnavailable, match="try again later") as caught:
        scan(session)

    assert session.requests == 1 + 5
    assert sum(clock.slept) < 45
    assert "inténtalo más tarde" in sentences(caught.value)
    assert "<" not in sentences(caught.value)


def test_a_connection_that_hangs_is_given_up_in_time(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    def hang(*args: Any, timeout: tuple[float, float], **kwargs: Any) -> None:
        clock.sleep(timeout[1])
        raise transport.requests.ReadTimeout

    monkeypatch.setattr(session._client._transport._http, "request", hang)
    started = clock.now()

    with pytest.raises(StoreUnavailable, match="no answer in time"):
        session.check()

    assert (clock.now() - started).total_seconds() < 60
    assert session.requests == 3


def test_a_failed_tls_handshake_is_named(stub: StubBrightpearl, open_session: OpenSession) -> None:
    with pytest.raises(StoreUnavailable, match="secure connection"):
        open_session(integration_url=stub.url.replace("http:", "https:")).check()


def test_nobody_listening_is_unavailable(open_session: OpenSession) -> None:
    with pytest.raises(StoreUnavailable, match="connection failed"):
        open_session(integration_url="http://127.0.0.1:9").check()


@pytest.mark.parametrize(
    "fault", [errors(500, "CMNC-018", "The filter X cannot be parsed"), errors(400, "WHSC-070"), Answer(403, HTML)]
)
def test_our_own_mistakes_are_not_repeated(stub: StubBrightpearl, session: BrightpearlSession, fault: Answer) -> None:
    stub.script = [None, fault]

    with pytest.raises(StoreError, match="refuses the request") as caught:
        scan(session)

    assert not isinstance(caught.value, StoreUnavailable)
    assert len(stub.seen) == 2


def test_redirects_are_not_followed(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.script = [Answer(302, b"", {"Location": f"{stub.url}/elsewhere"})]

    with pytest.raises(StoreError, match="integration URL"):
        session.check()

    assert stub.paths() == ["/testacct/authorise"]


def test_a_search_that_is_not_there_closes_nothing(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.script = [None, errors(404, "CMNC-404")]

    with pytest.raises(StoreError, match="account code"):
        scan(session)


@pytest.mark.parametrize("status", [503, 429])
def test_a_refusal_for_the_cap_waits_as_told(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock, status: int
) -> None:
    stub.script = [None, answer(THROTTLED, status, brightpearl_next_throttle_period="31000")]

    assert scan(session) == ["81"]
    assert len(clock.slept) == 1
    assert 31 <= clock.slept[0] < 31.5


def test_refusals_without_a_header_wait_longer_each_time(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock
) -> None:
    stub.script = [None, *[answer(THROTTLED, 503)] * 4]

    assert scan(session) == ["81"]
    assert [round(wait) for wait in clock.slept] == [5, 10, 20, 40]


def test_an_import_never_meets_more_than_five_refusals(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.script = [None, *[answer(THROTTLED, 503, brightpearl_next_throttle_period="100")] * 50]

    with pytest.raises(StoreUnavailable, match="limit of requests"):
        scan(session)

    assert len(stub.seen) == 1 + 5


def test_a_used_up_allowance_is_waited_out_before_asking(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock
) -> None:
    stub.script = [
        None,
        answer(page([], (), 1, False), brightpearl_requests_remaining="0", brightpearl_next_throttle_period="7000"),
    ]
    scan(session)
    assert clock.slept == []

    session.read(["81"])
    assert len(clock.slept) == 1
    assert 7 <= clock.slept[0] < 7.5


def test_a_window_that_has_passed_is_not_waited_for(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock
) -> None:
    stub.script = [
        None,
        answer(page([], (), 1, False), brightpearl_requests_remaining="0", brightpearl_next_throttle_period="2000"),
    ]
    scan(session)
    clock.sleep(3)
    session.read(["81"])

    assert clock.slept == [3]


@pytest.mark.parametrize("value", ["soon", "-5", "", "99999999999999"])
def test_unreadable_throttle_headers_do_no_harm(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock, value: str
) -> None:
    stub.extra_headers = {"brightpearl-requests-remaining": value, "brightpearl-next-throttle-period": value}

    assert scan(session) == ["81"]
    assert clock.slept == []


def test_a_token_that_runs_out_is_renewed_once(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.script = [None, None, answer({"response": "Authorization token expired"}, 401)]

    assert scan(session) == ["81"]
    assert stub.logins == 2


def test_a_token_that_is_refused_again_ends_it(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    own = stub.reply
    stub.reply = lambda seen: own(seen) if seen.method == "POST" else answer({"response": f"Invalid: {stub.token()}"}, 401)

    with pytest.raises(CredentialsRefused, match="log-in") as caught:
        scan(session)

    assert stub.logins == 2
    assert "token-" not in sentences(caught.value)


def test_a_password_changed_during_an_import_is_tried_once(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    refused = errors(401, "GWYB-006")
    stub.script = [None, refused, refused, refused]

    with pytest.raises(CredentialsRefused, match="password"):
        scan(session)

    assert [seen.method for seen in stub.seen] == ["POST", "GET", "POST"]


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (errors(401, "GWYB-006", f"Unable to authenticate {PASSWORD}"), "user name, the password"),
        (errors(401, "GWYB-003"), "API access"),
        (Answer(401, HTML), "log-in"),
        (errors(400, "GWYC-001"), "log-in"),
        (errors(404, "CMNC-404"), "account code"),
    ],
)
def test_a_refused_login_says_what_to_look_at(
    stub: StubBrightpearl, session: BrightpearlSession, reply: Answer, words: str
) -> None:
    stub.script = [reply]

    with pytest.raises(CredentialsRefused, match=words) as caught:
        session.check()

    assert len(stub.seen) == 1
    assert PASSWORD not in sentences(caught.value)


def test_the_password_travels_in_the_logins_body_only(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    scan(session)

    assert json.loads(stub.seen[0].body) == {"apiAccountCredentials": {"emailAddress": "u@example.com", "password": PASSWORD}}
    rest = "".join(f"{seen.path}{seen.query}{seen.headers}" for seen in stub.seen) + "".join(str(s.body) for s in stub.seen[1:])
    assert PASSWORD not in rest
    assert {seen.headers["brightpearl-auth"] for seen in stub.seen[1:]} == {stub.token()}


def test_no_secret_is_logged_or_shown(
    stub: StubBrightpearl, session: BrightpearlSession, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    expired = answer({"response": "Invalid instance token: token-1-secret"}, 401)
    echo = errors(400, "WHSC-070", f"token-2-secret {PASSWORD}")
    stub.script = [errors(500, "CMNU-003", PASSWORD), None, expired, None, echo]

    with structlog.testing.capture_logs() as logs, pytest.raises(StoreError) as caught:
        scan(session)

    everything = f"{logs} {caplog.text} {sentences(caught.value)} {caught.value!r} {vars(session)} {session._settings}"
    assert "WHSC-070" in everything
    assert "brightpearl.failed" in everything
    assert PASSWORD not in everything
    assert "-secret" not in everything


def test_pages_are_read_by_column_name_and_end_by_themselves(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes = {note_id: make_note(printed=note_id % 2 == 0) for note_id in range(1, 24)}
    stub.page_size = 5

    assert sorted(map(int, scan(session))) == list(range(1, 24))
    assert sum("goods-out-search" in path for path in stub.paths()) == 5


@pytest.mark.parametrize(("more", "available", "pages"), [(None, 3, 2), (True, 0, 2), (False, 99, 1)])
def test_whether_there_is_another_page(
    stub: StubBrightpearl, session: BrightpearlSession, more: bool | None, available: int, pages: int
) -> None:
    columns = ("goodsOutNoteId", "printed")
    first = answer(page([[1, False], [2, False]], columns, 1, more, available))
    second = answer(page([[3, False]], columns, 3, False, available))
    stub.script = [None, first, second]

    assert scan(session) == ["1", "2", "3"][: 2 if pages == 1 else 3]
    assert len(stub.seen) == 1 + pages


def test_rows_repeated_on_the_next_page_come_once(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    columns = ("goodsOutNoteId", "printed")
    stub.script = [
        None,
        answer(page([[1, False], [2, False], [2, False]], columns, 1, True, 5)),
        answer(page([[2, False], [3, False]], columns, 4, False, 5)),
    ]

    assert scan(session) == ["1", "2", "3"]


def test_notes_that_ship_while_pages_are_read_push_none_out(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    columns = ("goodsOutNoteId", "printed")
    stub.script = [
        None,
        answer(page([[1, False], [2, False], [3, False]], columns, 1, True, 6)),
        answer(page([[6, False]], columns, 4, False, 4)),  # 1 and 2 have left, so 4 and 5 stand before
        answer(page([[4, False], [5, False], [6, False]], columns, 2, False, 4)),
    ]

    assert scan(session) == ["1", "2", "3", "4", "5", "6"]
    assert [seen.query["firstResult"] for seen in stub.seen[1:]] == ["1", "4", "2"]


def test_a_count_that_jumps_about_is_not_followed_for_ever(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    columns = ("goodsOutNoteId", "printed")
    own = stub.reply

    def shrink(seen: Seen) -> Answer:
        if not seen.path.endswith("-search"):
            return own(seen)
        first = int(seen.query["firstResult"])
        return answer(page([[at, False] for at in range(first, first + 3)], columns, first, first < 16, 1000 - len(stub.seen)))

    stub.reply = shrink

    assert scan(session) == [str(number) for number in range(1, 19)]
    assert len(stub.seen) <= 1 + 6 + 2 * 3


STUCK = {
    "same page": page([[1, False], [2, False]], ("goodsOutNoteId", "printed"), 1, True),
    "empty": page([], ("goodsOutNoteId", "printed"), 1, True),
    "no id": page([[1, False]], ("orderId", "printed"), 1, True),
}


@pytest.mark.parametrize("reply", STUCK.values(), ids=STUCK)
def test_a_search_that_gets_nowhere_is_an_error(
    stub: StubBrightpearl, session: BrightpearlSession, reply: dict[str, Any]
) -> None:
    own = stub.reply
    stub.reply = lambda seen: answer(reply) if seen.path.endswith("-search") else own(seen)

    with pytest.raises(StoreUnavailable, match="search"):
        scan(session)

    assert len(stub.seen) <= 3
