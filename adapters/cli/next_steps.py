"""What the terminal says somebody can do next: without accounts, without a password, or when another Relevo is there already."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from http.client import HTTPConnection, HTTPException
from pathlib import Path

from adapters.cli.demo import demo_log_ins, has_accounts, has_demo, log_in_lines
from adapters.cli.runtime import Runtime
from adapters.settings import DEFAULTS, Settings
from engine.services.accounts.ship_from import accounts_without_ship_from
from rules.messages import Text

NO_ACCOUNTS = Text(
    "There is no account yet. Make the first one in another terminal, in this folder:",
    "Aún no hay ninguna cuenta. Crea la primera en otro terminal, en esta carpeta:",
)
CREATE_COMMAND = Text(
    "  {command} accounts create --name 'My shop' --kind merchant --email me@example.com --country ES --password-stdin",
    "  {command} accounts create --name 'Mi tienda' --kind merchant --email yo@example.com --country ES --password-stdin",
)
TYPE_IT = Text(
    "It waits for the password as one line. After that, log in on the page above.",
    "Espera la contraseña en una línea. Después, entra en la página de arriba.",
)
NO_SHIP_FROM = Text(
    "No ship-from location yet, which most carriers need and connections cannot do without: {accounts}. Add one: "
    "`{command} locations add --account SLUG --code MAIN --country CC --street1 STREET --city CITY --postal-code CODE`.",
    "Aún sin ubicación de envío, que piden las empresas de transporte y toda conexión: {accounts}. Añade una: "
    "`{command} locations add --account SLUG --code MAIN --country CC --street1 CALLE --city CIUDAD --postal-code CÓDIGO`.",
)
PASSWORD_LOST = Text(
    "Somebody has lost a password? `{command} people reset-password --account SLUG --email EMAIL --password-stdin` "
    "sets another; `{command} accounts list` and `{command} people list --account SLUG` show who there is.",
    "¿Alguien ha perdido la contraseña? `{command} people reset-password --account SLUG --email EMAIL "
    "--password-stdin` pone otra; `{command} accounts list` y `{command} people list --account SLUG` muestran quiénes hay.",
)
ALREADY_THERE = Text(
    "Relevo runs already: {url} (its own terminal stops it).",
    "Relevo ya está en marcha: {url} (se detiene en su propio terminal).",
)
ANOTHER_RELEVO = Text(
    "{problem} It is a Relevo with other data, at {url}.",
    "{problem} Es un Relevo con otros datos, en {url}.",
)
ANOTHER_SERVES = Text(
    "Another Relevo works with {folder} already: both serve its pages and do its work. For one apart from it, set "
    "RELEVO_DATA_DIR to another folder.",
    "Otro Relevo ya trabaja con {folder}: ambos sirven sus páginas y hacen su trabajo. Para uno aparte, define RELEVO_DATA_DIR "
    "con otra carpeta.",
)
LOCK = "serve.lock"
_PROBE_S = 2.0


def after_the_start(runtime: Runtime) -> Iterator[str]:
    """What to do now that it serves, unless everything was said already."""
    settings = runtime.settings
    language, command = settings.language, _command(settings)
    if not has_accounts(runtime.application):
        yield NO_ACCOUNTS.format(language)
        yield CREATE_COMMAND.format(language, command=command)
        yield TYPE_IT.format(language)
    elif has_demo(settings.data_dir):
        yield from log_in_lines(demo_log_ins(runtime), runtime)
    else:
        yield PASSWORD_LOST.format(language, command=command)
    yield from lacking_ship_from(runtime)


def lacking_ship_from(runtime: Runtime) -> Iterator[str]:
    """Which accounts have to say where their parcels leave, where there are any."""
    slugs = [account.slug for account in accounts_without_ship_from(runtime.application)]
    if slugs:
        yield NO_SHIP_FROM.format(runtime.settings.language, accounts=", ".join(slugs), command=_command(runtime.settings))


def serves_alone(settings: Settings, stack: ExitStack) -> bool:
    """Whether no other process serves from this data folder; until the stack is closed, others are told that this one does."""
    try:
        file = os.fdopen(os.open(settings.data_dir / LOCK, os.O_RDWR | os.O_CREAT, 0o600), "w")
    except OSError:  # what cannot be written is told by what needs it
        return True
    stack.callback(file.close)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def keep_address(settings: Settings, url: str) -> None:
    """Tell later starts where this one, which serves alone, can be found."""
    with suppress(OSError):  # as above
        (settings.data_dir / LOCK).write_text(url)


def serves_there(settings: Settings, url: str) -> bool:
    """Whether the Relevo at an address is the one that works with this data folder."""
    with ExitStack() as stack:
        if serves_alone(settings, stack):
            return False
    return (settings.data_dir / LOCK).read_text() == url


def is_relevo(host: str, port: int) -> bool:
    """Whether what listens there is a Relevo."""
    connection = HTTPConnection(host, port, timeout=_PROBE_S)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        return answer.read(10) == b"ok" and answer.getheader("Server") == "relevo"
    except (OSError, HTTPException):
        return False
    finally:
        connection.close()


def _command(settings: Settings) -> str:
    """How the command line is called from this folder, for this data."""
    is_default = settings.data_dir == Path(DEFAULTS["RELEVO_DATA_DIR"]).absolute()
    return f"{'' if is_default else f'RELEVO_DATA_DIR={settings.data_dir} '}.venv/bin/python app.py"
