"""Puts Relevo together and starts its command line. Nothing imports this file."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any

OWN_PACKAGES = ("rules", "engine", "adapters", "storage")
# Plain texts: what makes others of them may be what is missing.
NO_LIBRARIES = {
    "en": "This Python lacks the libraries that Relevo needs ({name} first): `make setup` installs them, and "
    "`.venv/bin/python app.py` runs with them.",
    "es": "A este Python le faltan las bibliotecas que necesita Relevo (la primera, {name}): `make setup` las instala y "
    "`.venv/bin/python app.py` las usa.",
}


def lacking(error: BaseException) -> str | None:
    """What to say about a library that cannot be found; None for any other error, and for a part of Relevo itself."""
    name = (error.name or "").partition(".")[0] if isinstance(error, ModuleNotFoundError) else ""
    if not name or name in OWN_PACKAGES:
        return None
    return NO_LIBRARIES.get(os.environ.get("RELEVO_LANGUAGE", ""), NO_LIBRARIES["en"]).format(name=name)


try:
    from adapters.compiled_modules import use_no_stale_modules

    use_no_stale_modules()  # before any of them is loaded

    from adapters.cli.main import run
    from adapters.cli.runtime import Runner, RunningSandbox, WsgiApplication
    from adapters.settings import Settings, SettingsError, find_data_dir
    from rules.messages import Message, Text
except ModuleNotFoundError as missing:
    if __name__ != "__main__" or lacking(missing) is None:
        raise
    sys.exit(lacking(missing))

if TYPE_CHECKING:
    from flask import Flask

    from adapters.cli.demo_record import DemoRecord
    from adapters.health import Health
    from engine.application import Application
    from engine.model.health import Finding
    from engine.model.store_kind import StoreKind
    from engine.ports import Carrier, Clock, MailSender, ProviderSystem, RequestBudgets, SandboxOffer, StoreConnector
    from storage.database import Database

KEY_FILE = "secret_key"
PRIVATE_FILES = (KEY_FILE, "demo.json", "crash.log")  # of the data folder, beside the database's own
NO_DATA_DIR = Text(
    "RELEVO_DATA_DIR: the folder {folder} cannot be made ({problem}): name another, or make it yourself.",
    "RELEVO_DATA_DIR: no se puede crear la carpeta {folder} ({problem}): indica otra, o créala.",
)


class Runtime:
    """The product, opened part by part: checking a rule file opens no database and loads no web server."""

    @cached_property
    def settings(self) -> Settings:
        settings = Settings.from_environment(os.environ)
        if settings.unknown:
            import logging

            _open_log(settings)
            for warning in settings.unknown:
                logging.getLogger("relevo").warning(warning.format(settings.language))
        return settings

    @property
    def errors(self) -> tuple[type[Exception], ...]:
        if "storage.errors" not in sys.modules:
            return ()
        from storage.errors import StorageError

        return (StorageError,)

    @cached_property
    def database(self) -> Database:
        from storage.database import open_database
        from storage.migrate import migrate
        from storage.private_files import take_from_others
        from storage.secret_box import SecretBox

        settings = self.settings
        _open_log(settings)
        try:
            settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)  # it holds customers' addresses
        except OSError as error:
            problem = {"folder": settings.data_dir, "problem": error.strerror or error}
            raise SettingsError([Message("no_data_dir", NO_DATA_DIR, problem)], settings.language) from error
        take_from_others(settings.data_dir / name for name in PRIVATE_FILES)
        _refuse_a_lost_key(settings)
        database = open_database(settings.database_url, SecretBox(settings.open_secret_keys()))
        with ExitStack() as unless_ready:
            unless_ready.callback(database.close)
            migrate(database)
            unless_ready.pop_all()
        return database

    @cached_property
    def health(self) -> Health:
        from adapters.health import Health

        return Health()

    @cached_property
    def store_kinds(self) -> Mapping[str, StoreKind]:
        from adapters.stores.brightpearl.description.kind import BRIGHTPEARL

        return {kind.code: kind for kind in (BRIGHTPEARL,)}

    @cached_property
    def application(self) -> Application:
        from adapters.address_rules import address_rules
        from adapters.clock import SystemClock
        from adapters.label_files import LabelFiles
        from adapters.passwords import Argon2PasswordHasher
        from adapters.printers.raw import RawPrinters
        from engine.application import Application

        clock = SystemClock()
        return Application(
            unit_of_work=self.database.unit_of_work,
            reading=self.database.reading_unit_of_work,
            clock=clock,
            connectors={one.describes.code: one for one in self._connectors(clock)},
            passwords=Argon2PasswordHasher(),
            retention=self.settings.retention,
            public_url=self.settings.public_url,
            local_url=self.settings.local_url,
            mail=_mail_sender(self.settings),
            label_files=LabelFiles(self.settings.data_dir),
            printers=RawPrinters(self.settings.printers),
            provider_system=_provider_system(self.settings, clock),
            carriers=_Carriers(self.settings, clock),
            address_rules=address_rules,
            judges=1,  # so that pages stay quick while a backtest runs
        )

    def _connectors(self, clock: Clock) -> list[StoreConnector]:
        """One of each kind of store."""
        from adapters.stores.client.connector import ClientConnector

        return [_brightpearl(self.settings, clock, self._budgets(clock)), ClientConnector(lambda: self.application)]

    def check_database(self) -> None:
        from storage.doctor import check

        check(self.database)

    def compact(self) -> None:
        self.database.compact()

    def findings(self) -> Iterator[Finding]:
        from engine.model.health import Finding
        from storage.database import open_database
        from storage.doctor import look_at
        from storage.secret_box import SecretBox

        settings = self.settings
        keys: tuple[bytes, ...] = ()
        try:
            if _has_key(settings):  # the first start makes one
                keys = settings.open_secret_keys()
            yield Finding("secret_key")
        except SettingsError as error:
            yield Finding("secret_key", error.problems)
        database = open_database(settings.database_url, SecretBox(keys) if keys else None)
        try:
            yield from look_at(database, [settings.data_dir / name for name in PRIVATE_FILES])
        finally:
            database.close()

    def _budgets(self, clock: Clock) -> RequestBudgets:
        if self.settings.redis_url:
            from adapters.redis_budgets import RedisRequestBudgets

            return RedisRequestBudgets(self.settings.redis_url, clock)
        from storage.budgets.repositories import SqlRequestBudgets

        return SqlRequestBudgets(self.database, clock)

    def wsgi(self, trial: SandboxOffer | None = None) -> WsgiApplication:
        return create_app(self, trial)

    def runner(self) -> Runner:
        from adapters.queue.embedded import EmbeddedRunner

        return EmbeddedRunner(self.application, self.settings.workers)

    def start_sandbox(self, demo: DemoRecord) -> RunningSandbox:
        from adapters.sandboxes.brightpearl import SandboxServer, Throttle, generate

        data = generate(demo.orders, demo.seed, demo.made)
        server = SandboxServer(data, demo.port, "api@casa-verde.example", demo.password, "casaverde", Throttle())
        return server.start()

    def run_sandbox(self, **options: Any) -> None:
        from adapters.sandboxes.brightpearl import run_sandbox

        _open_log(self.settings)
        run_sandbox(**options)

    def run_provider_sandbox(self, port: int, secret: str, events_url: str, **options: Any) -> None:
        from adapters.sandboxes.provider import ProviderOptions, run_provider

        _open_log(self.settings)
        run_provider(port, secret=secret, events_url=events_url, options=ProviderOptions().changed(options))

    def run_easypost_sandbox(self, port: int, api_key: str, **options: Any) -> None:
        from adapters.sandboxes.easypost import EasyPostOptions, run_easypost

        _open_log(self.settings)
        run_easypost(port, api_key=api_key, options=EasyPostOptions().changed(options))

    def run_sendcloud_sandbox(self, port: int, public_key: str, secret_key: str, faults: Sequence[str], **options: Any) -> None:
        from adapters.sandboxes.sendcloud import CALLS, SendcloudOptions, parse_fault_words, run_sendcloud

        _open_log(self.settings)
        wanted = [parse_fault_words(one, CALLS) for one in faults]
        chosen = SendcloudOptions().changed(options)
        run_sendcloud(port, public_key=public_key, secret_key=secret_key, options=chosen, faults=wanted)


def _has_key(settings: Settings) -> bool:
    return bool(settings.secret_keys) or (settings.data_dir / KEY_FILE).exists()


def _refuse_a_lost_key(settings: Settings) -> None:
    """That a new key is made beside a database whose secrets it does not open. Raises SecretKeyMissing."""
    from storage.database import open_database
    from storage.errors import SecretKeyMissing
    from storage.sealed_rows import has_sealed

    if _has_key(settings):
        return
    database = open_database(settings.database_url)
    try:
        if has_sealed(database):
            raise SecretKeyMissing()
    finally:
        database.close()


def _open_log(settings: Settings) -> None:
    """Before the first part that logs; checking a rule file logs nothing and need not wait for it."""
    from adapters.log import set_up_logging

    set_up_logging(settings.log_level)


def create_app(runtime: Runtime | None = None, trial: SandboxOffer | None = None) -> Flask:
    """The web application, for a WSGI server; settings come from the environment."""
    from adapters.api.carrier_calls import add_carrier_calls
    from adapters.api.hooks import add_hooks
    from adapters.api.provider_events import add_provider_events
    from adapters.cli.demo_record import has_demo
    from adapters.web.application import create_web
    from adapters.web.hosts import AllowedHosts
    from storage.migrate import is_current
    from storage.queries import Queries

    runtime = runtime or Runtime()
    settings, database = runtime.settings, runtime.database
    runtime.health.add("database", database.answers)
    runtime.health.add("schema", lambda: is_current(database))
    web = create_web(
        runtime.application,
        Queries(database),
        secret=settings.open_secret_keys()[0],
        language=settings.language,
        sign_up_is_open=settings.sign_up,
        hosts=AllowedHosts(settings.allowed_hosts, public_url=settings.public_url, listens_on=settings.host),
        trusted_proxies=settings.trusted_proxies,
        health=runtime.health,
        trial=trial,
        has_demo=lambda: has_demo(settings.data_dir),
    )
    add_hooks(web, runtime.application, runtime.errors)
    add_provider_events(web, runtime.application, runtime.errors)
    add_carrier_calls(web, runtime.application, runtime.errors)
    return web


def _mail_sender(settings: Settings) -> MailSender:
    if settings.smtp is None:
        from adapters.mail.files import FileMailSender

        return FileMailSender(settings.data_dir / "mail", settings.sender_address)
    from adapters.mail.smtp import SmtpMailSender

    return SmtpMailSender(settings.smtp, settings.sender_address, settings.trusted_ca)


def _brightpearl(settings: Settings, clock: Clock, budgets: RequestBudgets) -> StoreConnector:
    """Brightpearl's connector. The demo's own sandbox, and nothing else on this machine, may be reached besides."""
    from adapters.cli.demo_record import find_demo
    from adapters.stores.brightpearl.session import BrightpearlConnector

    def own_sandbox() -> str | None:
        demo = find_demo(settings.data_dir)
        return None if demo is None else demo.url

    return BrightpearlConnector(clock, settings.allow_networks, own_sandbox, budgets, settings.trusted_ca)


class _Carriers(Mapping[str, "Carrier"]):
    """Those of which labels can be bought, by their codes; loaded when one is asked for, which an import never does."""

    def __init__(self, settings: Settings, clock: Clock) -> None:
        self._settings = settings
        self._clock = clock

    @cached_property
    def _loaded(self) -> dict[str, Carrier]:
        return {one.describes.code: one for one in _carriers(self._settings, self._clock)}

    def __getitem__(self, code: str) -> Carrier:
        return self._loaded[code]

    def __iter__(self) -> Iterator[str]:
        return iter(self._loaded)

    def __len__(self) -> int:
        return len(self._loaded)


def _carriers(settings: Settings, clock: Clock) -> list[Carrier]:
    from adapters.carriers.easypost.carrier import EasyPostCarrier
    from adapters.carriers.house.carrier import HouseCarrier
    from adapters.carriers.karrio.carrier import karrio_carriers
    from adapters.carriers.sendcloud.carrier import SendcloudCarrier

    abroad = settings.allow_networks, settings.trusted_ca
    return [HouseCarrier(), EasyPostCarrier(clock, *abroad), SendcloudCarrier(clock, *abroad), *karrio_carriers(*abroad)]


def _provider_system(settings: Settings, clock: Clock) -> ProviderSystem:
    from adapters.providers.http.system import HttpProviderSystem

    return HttpProviderSystem(clock, settings.allow_networks, settings.trusted_ca)


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)


def _report_crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """What nobody foresaw: the details go into a file, a person gets a sentence."""
    if issubclass(kind, KeyboardInterrupt):
        sys.exit(130)
    if lacks := lacking(error):
        sys.stderr.write(f"{lacks}\n")
        return
    import traceback

    file = Path("crash.log")
    try:
        file = find_data_dir(os.environ) / file
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with open(file, "a", encoding="utf-8", opener=_for_the_owner) as log:
            traceback.print_exception(kind, error, trace, file=log)
    except (OSError, SettingsError) as problem:
        sys.stderr.write(f"{kind.__name__}: {error} (the details could not be written to {file}: {problem})\n")
    else:
        sys.stderr.write(f"Relevo met an error nobody foresaw ({kind.__name__}); the details are in {file}.\n")


if __name__ == "__main__":
    # Orders are many small objects without cycles: looking for cycles as often as by default costs a sixth of an import.
    gc.freeze()
    gc.set_threshold(100_000, 20, 50)
    sys.excepthook = _report_crash
    code = run(Runtime())
    gc.freeze()  # the process ends: looking for cycles in what is left of it would only take time
    sys.exit(code)
