import pytest
import requests

from adapters.sandboxes.brightpearl import SandboxServer, Throttle
from adapters.sandboxes.brightpearl.throttle import RequestCounter


class Seconds:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


def test_a_rolling_window_lets_in_again_as_each_request_leaves_it() -> None:
    clock = Seconds()
    counter = RequestCounter(Throttle(2, 10), clock)
    assert counter.admit().remaining == 1
    clock.now += 4
    assert counter.admit().allowed
    refused = counter.admit()
    assert (refused.allowed, refused.remaining) == (False, 0)
    assert refused.next_period_ms == pytest.approx(6000, abs=2)
    clock.now += refused.next_period_ms / 1000
    assert counter.admit().allowed
    assert not counter.admit().allowed


def test_a_fixed_window_is_emptied_at_once() -> None:
    clock = Seconds()
    counter = RequestCounter(Throttle(2, 10, rolling=False), clock)
    counter.admit()
    clock.now += 9
    counter.admit()
    assert not counter.admit().allowed
    clock.now += 1
    assert [counter.admit().allowed for _ in range(3)] == [True, True, False]


def test_over_the_cap_the_reply_is_brightpearls_503(api, server: SandboxServer) -> None:
    server.set_throttle(Throttle(3, 60))
    replies = [api.get("/product-service/channel") for _ in range(4)]
    assert [reply.status_code for reply in replies] == [200, 200, 200, 503]
    assert [reply.headers["brightpearl-requests-remaining"] for reply in replies] == ["2", "1", "0", "0"]
    assert 50_000 < int(replies[3].headers["brightpearl-next-throttle-period"]) <= 60_001
    assert replies[3].json() == {"response": "You have sent too many requests. Please wait before sending another request"}
    assert server.state()["requests"]["refused"] == 1


OAUTH = {"Authorization": "Bearer x", "brightpearl-app-ref": "sandbox-oauth-app"}


@pytest.mark.parametrize(
    ("shown", "left"), [({}, "0"), ({"brightpearl-auth": "x"}, "0"), ({"brightpearl-account-token": "x"}, "0"), (OAUTH, "3")]
)
def test_a_401_counts_and_says_what_is_left(api, server: SandboxServer, shown: dict[str, str], left: str) -> None:
    """In the pool of whoever it would have been; what a developer's app wastes is its own."""
    server.set_throttle(Throttle(4, 60))
    url = f"{server.url}/public-api/testacct/product-service/channel"
    replies = [requests.get(url, headers=shown, timeout=5) for _ in range(3)]
    assert [reply.status_code for reply in replies] == [401, 401, 401]
    assert [reply.headers["brightpearl-requests-remaining"] for reply in replies] == ["3", "2", "1"]
    assert all(int(reply.headers["brightpearl-next-throttle-period"]) > 50_000 for reply in replies)
    assert {reply.headers["message-type"] for reply in replies} == {"api-proxy"}
    assert api.get("/product-service/channel").headers["brightpearl-requests-remaining"] == left
    assert [requests.get(url, headers=shown, timeout=5).status_code for _ in range(2)][-1] == 503


def test_without_a_cap_both_headers_are_there_all_the_same(api) -> None:
    headers = api.get("/product-service/channel").headers
    assert headers["brightpearl-requests-remaining"] == "199"
    assert headers["brightpearl-next-throttle-period"] == "0"
