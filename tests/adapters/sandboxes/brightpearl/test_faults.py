import threading

import pytest
import requests

from adapters.sandboxes.brightpearl import FaultError, SandboxServer

# Which of the two depends on how much of the reply came through before the reset.
BROKEN = (requests.ConnectionError, requests.exceptions.ChunkedEncodingError)
CHANNELS = "/product-service/channel"


def test_500_and_outage(api, server: SandboxServer) -> None:
    server.fault("error_500")
    server.fault("outage_503")
    first, second = api.get(CHANNELS), api.get(CHANNELS)
    assert (first.status_code, first.json()["errors"][0]["code"]) == (500, "CMNU-003")
    assert second.status_code == 503
    assert "too many requests" not in second.text
    assert api.get(CHANNELS).status_code == 200
    assert server.state()["requests"]["faulted"] == 2


@pytest.mark.parametrize(("kind", "status"), [("html_502", 502), ("html_200", 200)])
def test_html_pages(api, server: SandboxServer, kind: str, status: int) -> None:
    server.fault(kind)
    reply = api.get(CHANNELS)
    assert reply.status_code == status
    assert reply.headers["Content-Type"].startswith("text/html")
    assert reply.text.startswith("<!DOCTYPE html>")


def test_truncated_json_claims_to_be_whole(api, server: SandboxServer) -> None:
    server.fault("truncated")
    reply = api.get(CHANNELS)
    assert (reply.status_code, int(reply.headers["Content-Length"])) == (200, len(reply.content))
    with pytest.raises(requests.JSONDecodeError):
        reply.json()


def test_reset_in_the_middle_of_the_body(api, server: SandboxServer) -> None:
    server.fault("reset")
    with pytest.raises(BROKEN):
        api.get(CHANNELS)
    assert api.get(CHANNELS).status_code == 200


def test_delay(api, server: SandboxServer) -> None:
    server.fault("delay", seconds=0.15)
    assert api.get(CHANNELS).status_code == 200, "it comes, only later"
    server.fault("delay", seconds=600)
    with pytest.raises(requests.Timeout):
        api.session.get(f"{server.url}/public-api/testacct{CHANNELS}", timeout=0.05)
    assert server.pending_faults() == []
    assert api.get(CHANNELS).status_code == 200, "the next one is not delayed"


def test_stopping_does_not_wait_for_a_delay(api, server: SandboxServer) -> None:
    server.fault("delay", seconds=600)
    with pytest.raises(requests.Timeout):
        api.session.get(f"{server.url}/public-api/testacct{CHANNELS}", timeout=0.05)
    stopping = threading.Thread(target=server.stop, daemon=True)
    stopping.start()
    stopping.join(60)
    assert not stopping.is_alive()


def test_expired_token(api, server: SandboxServer) -> None:
    server.fault("expire_token")
    assert api.get(CHANNELS).json() == {"response": "Authorization token expired"}
    assert api.get(CHANNELS).status_code == 401
    api.log_in()
    assert api.get(CHANNELS).status_code == 200


def test_throttle_refusal(api, server: SandboxServer) -> None:
    server.fault("throttled", seconds=1.5)
    reply = api.get(CHANNELS)
    assert reply.status_code == 503
    assert reply.headers["brightpearl-next-throttle-period"] == "1500"
    assert "too many requests" in reply.text
    assert server.state()["requests"]["refused"] == 1


def test_faults_wait_for_their_request(api, server: SandboxServer) -> None:
    server.fault("error_500", r"/order-service/order/", method="get", skip=1, times=2)
    statuses = [
        api.get(path).status_code
        for path in (
            CHANNELS,
            "/order-service/order/7001",
            "/order-service/order/7002",
            CHANNELS,
            "/order-service/order/7003",
            "/order-service/order/7004",
        )
    ]
    assert statuses == [200, 200, 500, 200, 500, 200]
    assert server.pending_faults() == []


def test_a_spoilt_write_may_have_happened(api, server: SandboxServer) -> None:
    body = {"shipping": {"reference": "1Z"}}
    server.fault("reset", method="PUT")
    with pytest.raises(BROKEN):
        api.call("PUT", "/warehouse-service/goods-note/goods-out/82", json=body)
    assert server.data.note(82)["shipping"]["reference"] == "1Z"
    server.fault("error_500", method="PUT")
    api.call("PUT", "/warehouse-service/goods-note/goods-out/83", json=body)
    assert server.data.note(83)["shipping"]["reference"] == ""


def test_the_login_can_fail_too(api, server: SandboxServer) -> None:
    server.fault("outage_503", "/authorise")
    assert api.get(CHANNELS).status_code == 200
    assert requests.post(f"{server.url}/testacct/authorise", json={}, timeout=5).status_code == 503


def test_faults_can_be_forgotten(api, server: SandboxServer) -> None:
    server.fault("error_500", times=5)
    server.clear_faults()
    assert api.get(CHANNELS).status_code == 200


@pytest.mark.parametrize(
    "arguments",
    [
        {"kind": "nonsense"},
        {"kind": "reset", "path": "("},
        {"kind": "reset", "times": 0},
        {"kind": "reset", "skip": -1},
        {"kind": "delay", "seconds": -1},
        {"kind": "delay", "seconds": 601},
    ],
)
def test_senseless_faults_are_refused(server: SandboxServer, arguments: dict) -> None:
    with pytest.raises(FaultError):
        server.fault(**arguments)
    assert server.pending_faults() == []
