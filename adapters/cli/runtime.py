"""What the commands are given to work with; app.py makes it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Protocol, cast

import click

from adapters.settings import Settings

if TYPE_CHECKING:
    from adapters.cli.demo_record import DemoRecord
    from adapters.health import Health
    from engine.application import Application
    from engine.model.health import Finding
    from engine.model.store_kind import StoreKind
    from engine.ports import SandboxOffer

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class Runner(Protocol):
    """Works off the outbox in the background."""

    def start(self) -> None: ...

    def stop(self, timeout_s: float = 6.0) -> bool: ...

    def run_until_stopped(self) -> None: ...

    def is_alive(self) -> bool:
        """Whether it works, all of it."""


class RunningSandbox(Protocol):
    """A stand-in for a store that serves in this process."""

    @property
    def url(self) -> str: ...

    def stop(self) -> None: ...


class Runtime(Protocol):
    """The product, opened part by part as a command needs it."""

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        """Those of the parts behind it, each with a `message` for a person."""

    @property
    def settings(self) -> Settings:
        """Raises SettingsError."""

    @property
    def store_kinds(self) -> Mapping[str, StoreKind]:
        """What the kinds of store that this installation has say of themselves, by code; opens nothing."""

    @property
    def application(self) -> Application:
        """With its database, brought up to date first."""

    def findings(self) -> Iterator[Finding]:
        """What a look at the installation finds, check by check. Changes nothing."""

    def compact(self) -> None:
        """Let nothing that was deleted stay in the database's files. Raises one of `errors` when somebody is in the way."""

    def check_database(self) -> None:
        """Raises one of `errors` when the database cannot be written to, or lacks what this program expects of it."""

    @property
    def health(self) -> Health:
        """What `/readyz` asks; whoever starts a part adds it."""

    def wsgi(self, trial: SandboxOffer | None = None) -> WsgiApplication:
        """The web application; `trial` is the sandbox that its pages can connect."""

    def runner(self) -> Runner: ...

    def start_sandbox(self, demo: DemoRecord) -> RunningSandbox:
        """The demo's Brightpearl account. Raises OSError when its port is taken."""

    def run_sandbox(self, **options: Any) -> None:
        """Serve a Brightpearl sandbox until a signal ends it. Raises OSError when the port is taken."""

    def run_provider_sandbox(self, port: int, secret: str, events_url: str, **options: Any) -> None:
        """Serve a stand-in for a provider's own system until a signal ends it. Raises OSError when the port is taken."""

    def run_easypost_sandbox(self, port: int, api_key: str, **options: Any) -> None:
        """Serve a stand-in for EasyPost until a signal ends it. Raises OSError when the port is taken."""

    def run_sendcloud_sandbox(self, port: int, public_key: str, secret_key: str, faults: Sequence[str], **options: Any) -> None:
        """Serve a stand-in for Sendcloud until a signal ends it. Raises OSError when the port is taken, ValueError for an unknown
        fault.
        """


def runtime_of(context: click.Context) -> Runtime:
    """The runtime of a command that is running."""
    return cast(Runtime, context.find_root().obj)
