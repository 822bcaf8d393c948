"""Contract of what speaks with providers' systems: over HTTP with the stand-in, and with providers in this process."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.examples import NOON
from support.remote_warehouses import RemoteWarehouses

from adapters.providers.http.system import HttpProviderSystem
from adapters.sandboxes.provider import ProviderServer
from engine.model.integrated_provider import IntegratedProvider, KnownRequest, OutgoingRequest, ProviderSecrets
from engine.ports import ProviderRefused, ProviderSystem, ProviderUnavailable, ProviderUnusable

SECRET, OTHER = "whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY=", "whsec_c29tZXRoaW5nIGVsc2U="
ITEM = {"line_key": "1", "sku": "MUG", "quantity": Decimal(2)}
FIRST = OutgoingRequest("ffr_1", 1, NOON, None, "", False, {"order_number": "1", "items": [ITEM]}, ())
SECOND = replace(FIRST, version=2, hold=True)


@dataclass
class Spoken:
    """A system, a provider that it reaches, and what that one does with the next call."""

    system: ProviderSystem
    provider: IntegratedProvider
    goes_down: Callable[[], object]
    loses_its_answer: Callable[[], object]
    refuses: Callable[[], object]


@pytest.fixture(params=["http", "in_process"])
def spoken(request: pytest.FixtureRequest, clock: FixedClock) -> Iterator[Spoken]:
    provider = IntegratedProvider("acc_p", "acc_m", "con_1", "https://norte.example", ProviderSecrets(SECRET), NOON)
    if request.param == "in_process":
        warehouses = RemoteWarehouses(clock)
        warehouse = warehouses.add(provider.id, SECRET)
        next_call = {name: lambda name=name: setattr(warehouse, name, 1) for name in ("down", "lost", "refusing")}
        yield Spoken(warehouses, provider, *next_call.values())
        return
    with ProviderServer(secret=SECRET, post=lambda headers, body: 200) as server:
        server.now = clock.now  # type: ignore[method-assign]
        server.change(cancel="none")
        system = HttpProviderSystem(clock, [ipaddress.ip_network("127.0.0.0/8")])
        yield Spoken(
            system,
            replace(provider, url=server.url),
            lambda: server.change(down=True),
            lambda: server.change(take_and_drop=1),
            lambda: server.change(refuse_every=1),
        )


def test_what_was_sent_is_known_in_its_newest_version(spoken: Spoken) -> None:
    system, provider = spoken.system, spoken.provider
    system.test(provider)
    assert system.look_up(provider, "ffr_1") is None
    for sent, version in ((FIRST, 1), (FIRST, 1), (SECOND, 2), (FIRST, 2)):
        system.send(provider, sent, f"ffr_1:v{sent.version}")
        assert system.look_up(provider, "ffr_1") == KnownRequest(version, cancel_asked=False)
    assert system.look_up(provider, "ffr_2") is None


def test_what_is_known_is_asked_back_and_what_is_not_is_taken_no_more(spoken: Spoken) -> None:
    system, provider = spoken.system, spoken.provider
    system.send(provider, FIRST, "ffr_1:v1")
    assert system.ask_cancel(provider, "ffr_1", "ffr_1:cancel-1") is True
    assert system.look_up(provider, "ffr_1") == KnownRequest(1, cancel_asked=True)

    assert system.ask_cancel(provider, "ffr_2", "ffr_2:cancel-1") is False
    with pytest.raises(ProviderRefused) as refused:
        system.send(provider, replace(FIRST, reference="ffr_2"), "ffr_2:v1")
    assert not isinstance(refused.value, ProviderUnusable)
    assert system.look_up(provider, "ffr_2") is None


def test_a_lost_answer_is_unclear_and_a_look_up_says_what_has_arrived(spoken: Spoken) -> None:
    system, provider = spoken.system, spoken.provider
    spoken.loses_its_answer()
    with pytest.raises(ProviderUnavailable):
        system.send(provider, FIRST, "ffr_1:v1")
    assert system.look_up(provider, "ffr_1") == KnownRequest(1, cancel_asked=False)


def test_a_system_that_is_down_is_unclear(spoken: Spoken) -> None:
    spoken.goes_down()
    with pytest.raises(ProviderUnavailable):
        spoken.system.send(spoken.provider, FIRST, "ffr_1:v1")


def test_a_refusal_is_about_the_request_and_a_wrong_secret_about_the_connection(spoken: Spoken) -> None:
    spoken.refuses()
    with pytest.raises(ProviderRefused) as refused:
        spoken.system.send(spoken.provider, FIRST, "ffr_1:v1")
    assert not isinstance(refused.value, ProviderUnusable)
    assert spoken.system.look_up(spoken.provider, "ffr_1") is None
    strange = replace(spoken.provider, secrets=ProviderSecrets(OTHER))
    with pytest.raises(ProviderUnusable):
        spoken.system.test(strange)
