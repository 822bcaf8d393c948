"""Karrio itself: whether it is here, and its connections. Loaded when an account is opened, not before."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import metadata
from typing import Any

from adapters.carriers.karrio.calls import CarriersCalls
from adapters.carriers.karrio.lines import LINES, KarrioLine
from adapters.carriers.karrio.outcomes import Heard


def installed_lines() -> list[KarrioLine]:
    """The carriers whose connector is installed; nothing is imported."""
    return [line for line in LINES if _is_installed(line.distribution)]


class Karrio:
    """Karrio with its calls in our hands."""

    def __init__(self, calls: CarriersCalls) -> None:
        from loguru import logger

        logger.disable("karrio")  # it writes addresses of customers to the log
        from karrio import lib, sdk
        from karrio.api import interface
        from karrio.core import models
        from karrio.core.utils import helpers

        helpers._urlopen_with_span = helpers.urlopen = calls  # noqa: SLF001 - karrio has no other place for it
        self._sdk = sdk
        self._interface = interface
        self._models = models
        self._lib = lib
        self._calls = calls

    def connect(self, line: KarrioLine, settings: Mapping[str, Any]) -> Any:
        """A connection with memory of its own: nothing of one tenant is left for another."""
        return self._sdk.gateway[line.connector].create(dict(settings))

    def log_in(self, connection: Any) -> Heard:
        """Show the keys to the carrier."""

        def action(gateway: Any) -> Any:
            token = gateway.proxy.authenticate().deserialize()
            return self._interface.IDeserialize(lambda: (token, []))

        return self._heard(self._interface.IRequestFrom(action), connection)

    def rate(self, connection: Any, asked: Mapping[str, Any]) -> Heard:
        """What services cost; in this thread, so that the answer's status is known."""

        def action(gateway: Any) -> Any:
            request = gateway.mapper.create_rate_request(self._lib.to_object(self._models.RateRequest, dict(asked)))
            rates = gateway.mapper.parse_rate_response(gateway.proxy.get_rates(request))
            return self._interface.IDeserialize(lambda: rates)

        return self._heard(self._interface.IRequestFrom(action), connection)

    def ship(self, connection: Any, asked: Mapping[str, Any]) -> Heard:
        """Make a shipment with its label."""
        return self._heard(self._sdk.Shipment.create(dict(asked)), connection)

    def give_back(self, connection: Any, asked: Mapping[str, Any]) -> Heard:
        """Cancel a shipment."""
        return self._heard(self._sdk.Shipment.cancel(dict(asked)), connection)

    def track(self, connection: Any, numbers: list[str]) -> Heard:
        """Where parcels are. Karrio asks in threads of its own: the answer's status is not known."""
        return self._heard(self._sdk.Tracking.fetch({"tracking_numbers": numbers}), connection)

    def _heard(self, question: Any, connection: Any) -> Heard:
        self._calls.forget()
        found, messages = question.from_(connection).parse()
        return Heard(found, messages or [], self._calls.status)


def _is_installed(distribution: str) -> bool:
    try:
        metadata.version(distribution)
    except metadata.PackageNotFoundError:
        return False
    return True
