"""`serve`: the whole service in one process: pages, schedule, runner and, where there is one, the demo's sandbox."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import click

from adapters.cli.demo import has_accounts, installed_demo, log_in_lines
from adapters.cli.demo_record import find_demo
from adapters.cli.next_steps import (
    ALREADY_THERE,
    ANOTHER_RELEVO,
    ANOTHER_SERVES,
    after_the_start,
    is_relevo,
    keep_address,
    serves_alone,
    serves_there,
)
from adapters.cli.runtime import Runtime, runtime_of
from adapters.cli.trial_store import TrialStore
from adapters.stop_signal import StopSignal
from adapters.web_server import WebServer
from engine.application import Application
from engine.jobs.schedule import Schedule
from engine.log import get_logger
from engine.model.job import JobState
from engine.model.sentence import sentence_of
from engine.model.store import ImportSummary, Store
from engine.ports import StoreError
from engine.services.importing.import_store import import_store
from engine.services.refusals import Refused
from engine.services.stores.store_webhooks import repair_webhooks, turn_on
from rules.messages import Language, Text
from rules.visible import harmless

SERVING = Text("Relevo serves on {url} (Ctrl+C stops it)", "Relevo sirve en {url} (Ctrl+C lo detiene)")
STOPPING = Text("Stopping…", "Deteniendo…")
CANNOT_LISTEN = Text(
    "Cannot listen on {host}, port {port} ({problem}): stop what uses it, or choose another, as with PORT=9000.",
    "No se puede escuchar en {host}, puerto {port} ({problem}): detén lo que lo usa o elige otro, como con PORT=9000.",
)
SANDBOX_PORT_TAKEN = Text(
    "The sandbox cannot listen on port {port} ({problem}): its imports fail until it is free.",
    "La tienda de prueba no puede escuchar en el puerto {port} ({problem}): no importará hasta que quede libre.",
)
DEMO_INCOMPLETE = Text(
    "The demo was not installed to its end: stop Relevo, delete {folder}, and start again to have it.",
    "La demo no se instaló hasta el final: detén Relevo, borra {folder} y vuelve a empezar para tenerla.",
)
IMPORTED = Text(
    "Imported {imported} orders from {kind} with {requests} requests; {parked} could not be read and are parked.",
    "Se importaron {imported} pedidos de {kind} con {requests} peticiones; {parked} no se pudieron leer y están apartados.",
)
SKIPPED = Text("  skipped {count}: {reason}", "  omitidos {count}: {reason}")
FIRED = Text("  rule {rule} fired for {count} order(s)", "  la regla {rule} se aplicó a {count} pedido(s)")
HELD = Text("  {held} on hold, {unhandled} handled by no rule", "  {held} retenidos, {unhandled} sin ninguna regla")
DELEGATED = Text("Delegated {count} orders to Acme 3PL.", "Se delegaron {count} pedidos a Acme 3PL.")
IMPORT_FAILED = Text("The demo's first import failed: {problem}", "La primera importación de la demo falló: {problem}")

log = get_logger(__name__)

DELEGATION_WAIT_S = 45.0
THREADS = 8
LONGEST_BODY_BYTES = 5 * 1024 * 1024  # more than any page takes: what is longer is not even written to a temporary file
SWITCH_S = 0.001  # how long a thread that computes may keep those waiting that answer; Python's own 5 ms is half an answer


@click.command()
@click.pass_context
def serve(context: click.Context) -> int:
    """Start the service."""
    runtime = runtime_of(context)
    stopped = StopSignal()
    language = runtime.settings.language
    sys.setswitchinterval(SWITCH_S)
    with ExitStack() as stack:
        stack.enter_context(stopped.listening())
        runner, schedule = runtime.runner(), Schedule(runtime.application)  # the database is brought up to date before we listen
        runtime.check_database()  # else every page and every job would find out by itself
        runtime.health.add("worker", runner.is_alive)
        runtime.health.add("schedule", schedule.is_alive)
        trial = TrialStore(runtime.application, runtime.settings.data_dir, runtime.start_sandbox)
        stack.callback(trial.stop)
        try:
            url = stack.enter_context(_serving(runtime, trial))  # a taken port is told before anything is installed
        except OSError as error:
            return _say_taken(runtime, error)
        alone = serves_alone(runtime.settings, stack)
        if alone:
            keep_address(runtime.settings, url)
            _resume_trial(trial, runtime)
        had_accounts = has_accounts(runtime.application)
        demo_store = _demo(runtime, stack) if alone else None
        demo = None if demo_store is None else _store_of(runtime.application, demo_store)
        if demo is not None:
            _listen_to_demo(runtime.application, demo, url)
        if not alone:
            _say(ANOTHER_SERVES.format(language, folder=runtime.settings.data_dir))
        _say(SERVING.format(language, url=url))
        if had_accounts or demo is None:  # else the demo has just said how to log in
            for line in after_the_start(runtime):
                _say(line)
        runner.start()
        stack.callback(runner.stop)
        schedule.start()
        stack.callback(schedule.stop)
        if demo is not None and not _was_imported(runtime.application, demo):
            _first_import(runtime, demo, stopped, language)
        stopped.wait()
        _say(STOPPING.format(language))
    return 0


def _say(line: str) -> None:
    print(harmless(line), flush=True)


def _demo(runtime: Runtime, stack: ExitStack) -> str | None:
    """Bring the demo into an empty database, or its sandbox back. The id of its store when that can be reached."""
    settings = runtime.settings
    record = find_demo(settings.data_dir)
    if record is not None and record.is_trial:
        return None
    if record is not None and not record.store_id:  # the first start was stopped before the demo was whole
        if has_accounts(runtime.application):
            _say(DEMO_INCOMPLETE.format(settings.language, folder=settings.data_dir))
            return None
        record = None
    if record is not None:
        try:
            sandbox = runtime.start_sandbox(record)
        except OSError as error:
            _say(SANDBOX_PORT_TAKEN.format(settings.language, port=record.port, problem=error.strerror or error))
            return None
        stack.callback(sandbox.stop)
        return record.store_id
    if not settings.demo or has_accounts(runtime.application):
        return None
    log_ins, _sandbox = stack.enter_context(installed_demo(runtime))
    for line in log_in_lines(log_ins, runtime):
        _say(line)
    installed = find_demo(settings.data_dir)
    return None if installed is None else installed.store_id


def _store_of(app: Application, store_id: str) -> Store:
    """The demo's record names only the store."""
    with app.reading() as uow:
        return uow.stores.get(uow.owners.account_of_store(store_id), store_id)


def _listen_to_demo(app: Application, store: Store, url: str) -> None:
    """A sandbox that has just started knows no webhooks, and with port 0 this service is somewhere else each time."""
    try:
        if store.webhook_digest is not None:
            repair_webhooks(app, store.account_id, store.id, base=url)
        elif not _was_imported(app, store):  # later it is off because somebody wanted that
            turn_on(app, store.account_id, store.id, base=url)
    except (StoreError, Refused) as error:
        log.warning("demo.webhooks_not_on", error=str(error))


def _was_imported(app: Application, store: Store) -> bool:
    with app.reading() as uow:
        return uow.stores.last_run(store.account_id, store.id) is not None


@contextmanager
def _serving(runtime: Runtime, trial: TrialStore) -> Iterator[str]:
    """Serve pages in threads until the block ends; its value is the address. Raises OSError when it cannot listen."""
    settings = runtime.settings
    server = WebServer(
        runtime.wsgi(trial),
        host=settings.host,
        port=settings.port,
        threads=THREADS,
        longest_body=LONGEST_BODY_BYTES,
        trusted_proxies=settings.trusted_proxies,
    )
    thread = threading.Thread(target=server.run, name="web", daemon=True)
    thread.start()
    try:
        yield f"http://{settings.host}:{server.port}"
    finally:
        server.stop()


def _say_taken(runtime: Runtime, error: OSError) -> int:
    """What listens on the port already. All is well when it is this very Relevo; else raises ClickException."""
    settings, language = runtime.settings, runtime.settings.language
    problem = error.strerror or str(error)
    text = CANNOT_LISTEN.format(language, host=settings.host, port=settings.port, problem=problem)
    url = f"http://{settings.host}:{settings.port}"
    if not is_relevo(settings.host, settings.port):
        raise click.ClickException(text) from error
    if not serves_there(settings, url):
        raise click.ClickException(ANOTHER_RELEVO.format(language, problem=text, url=url)) from error
    _say(ALREADY_THERE.format(language, url=url))
    for line in after_the_start(runtime):
        _say(line)
    return 0


def _resume_trial(trial: TrialStore, runtime: Runtime) -> None:
    try:
        trial.resume()
    except OSError as error:
        record = find_demo(runtime.settings.data_dir)
        port = "" if record is None else record.port
        _say(SANDBOX_PORT_TAKEN.format(runtime.settings.language, port=port, problem=error.strerror or error))


def _first_import(runtime: Runtime, store: Store, stopped: StopSignal, language: Language) -> None:
    app = runtime.application
    try:
        summary = import_store(app, store.account_id, store.id)
    except (StoreError, Refused) as error:
        _say(IMPORT_FAILED.format(language, problem=sentence_of(error)))
        return
    for line in _import_lines(summary, app.connector(store.kind).describes.name, language):
        _say(line)
    _await_outbox(app, stopped)
    if not stopped.is_set():
        from adapters.cli.demo_story import tell_demo_story  # only here: other starts need not load it

        tell_demo_story(app, language)
    _say(DELEGATED.format(language, count=_delegated(app)))


def _await_outbox(app: Application, stopped: StopSignal) -> None:
    waited = 0.0
    while waited < DELEGATION_WAIT_S and not stopped.is_set() and _unfinished(app):
        stopped.wait(0.25)
        waited += 0.25


def _import_lines(summary: ImportSummary, kind: str, language: Language) -> Iterator[str]:
    counts = {"imported": summary.imported, "requests": summary.requests, "parked": summary.parked}
    yield IMPORTED.format(language, kind=kind, **counts)
    for reason, count in sorted(summary.skipped.items()):
        yield SKIPPED.format(language, count=count, reason=reason)
    for rule, count in summary.matched.items():
        yield FIRED.format(language, rule=rule, count=count)
    yield HELD.format(language, held=summary.held, unhandled=summary.unhandled)


def _unfinished(app: Application) -> bool:
    with app.reading() as uow:
        return any(uow.jobs.count(state) for state in (JobState.DUE, JobState.RUNNING))


def _delegated(app: Application) -> int:
    with app.reading() as uow:
        provider = uow.accounts.find_by_slug("acme-3pl")
        return 0 if provider is None else len(uow.requests.list_for_provider(provider.id))
