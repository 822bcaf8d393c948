"""How commands answer: one JSON document, or lines for a person; and where they read secrets from."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from engine.model.money import Money
from rules.messages import Language, Text
from rules.order_document import dumps, plain
from rules.visible import harmless, harmless_json_text

NOT_TEXT = Text(
    "An argument is not text in this system's encoding: write it in UTF-8.",
    "Un argumento no es texto en la codificación de este sistema: escríbelo en UTF-8.",
)
NO_PASSWORD = Text(
    "No password came: write it as one line to the standard input.",
    "No llegó contraseña: escríbela como una línea en la entrada estándar.",
)
NO_SECRET = Text(
    "No {what} came: write it as one line to the standard input.",
    "No llegó {what}: escríbelo como una línea en la entrada estándar.",
)
PASSWORD_NOT_TEXT = Text(
    "The password is not UTF-8 text: write it as one line of UTF-8 to the standard input.",
    "La contraseña no es texto UTF-8: escríbela como una línea UTF-8 en la entrada estándar.",
)
SECRET_NOT_TEXT = Text(
    "The {what} is not UTF-8 text: write it as one line of UTF-8 to the standard input.",
    "El {what} no es texto UTF-8: escríbelo como una línea UTF-8 en la entrada estándar.",
)
WRITTEN = Text("Written to {file}.", "Escrito en {file}.")
NO_FILE = Text(
    '"-" is not a file that this command can write: name one.',
    '"-" no es un archivo que este comando pueda escribir: indica uno.',
)
ANSWER_NOT_WRITTEN = Text(
    "The answer could not be written to its end: {why}.", "La respuesta no se pudo escribir hasta el final: {why}."
)
NOT_WRITTEN = Text('"{file}" cannot be written: {why}.', 'No se puede escribir "{file}": {why}.')


# A first and a second look, fast: what `rules.visible` knows begins with one of these bytes, and has one of these forms.
_BEGINNINGS = (b"\x7f", b"\xc2", b"\xd8", b"\xe2")
_OBEYED_IN_UTF8 = re.compile(rb"\x7f|\xc2[\x80-\x9f]|\xd8\x9c|\xe2\x80[\x8e\x8f\xa8-\xae]|\xe2\x81[\xa6-\xa9]")


class WrongInput(click.ClickException):
    """What was given cannot be used: a sentence that says all, and exit 2 as for wrong usage."""

    exit_code = 2


json_option = click.option("--json", "as_json", is_flag=True, help="Answer with one JSON document.")
password_option = click.option(
    "--password-stdin",
    is_flag=True,
    required=True,
    expose_value=False,  # there is no other way: the option says so in scripts
    help="Read the password as one line from the standard input.",
)


class NotWritten(Exception):
    """What a command answers could not be written, as onto a disk that is full; the text says why."""


def say(line: str, *, err: bool = False) -> None:
    """One line for a person, on stdout or stderr. Every line of a command goes this way: what it quotes of documents and
    stores does nothing to the terminal.
    """
    with _said_when_it_fails():
        click.echo(harmless(line), err=err)


def write_bytes(content: bytes = b"") -> None:
    """Bytes on stdout, just as they are, and all that waits there. Raises NotWritten."""
    with _said_when_it_fails():
        sys.stdout.buffer.write(content)
        sys.stdout.buffer.flush()


def write_line(data: Any) -> None:
    """One JSON document on a line of stdout, of many: `write_bytes` ends them. Raises NotWritten."""
    with _said_when_it_fails():
        sys.stdout.buffer.write(harmless_json(dumps(data)) + b"\n")


@contextmanager
def _said_when_it_fails() -> Iterator[None]:
    try:
        yield
    except BrokenPipeError:  # who reads has seen enough
        raise
    except OSError as error:
        raise NotWritten(error.strerror or str(error)) from error


def answer(data: Mapping[str, Any], as_json: bool, *lines: str) -> None:
    """The command's answer on stdout: the data as JSON, or these lines."""
    if as_json:
        write_json(data)
    else:
        for line in lines:
            say(line)


def amount_entry(amount: Decimal | None) -> str | None:
    """An amount whose currency stands beside it, as text with all its digits."""
    return None if amount is None else plain(amount)


def money_entry(money: Money | None) -> dict[str, str] | None:
    """Money as other programs read it: the amount as text, so that nothing rounds it."""
    return None if money is None else {"amount": plain(money.amount), "currency": money.currency}


def write_json(data: Any) -> None:
    """One JSON document and a line end on stdout."""
    write_bytes(harmless_json(dumps(data)) + b"\n")


def harmless_json(document: bytes) -> bytes:
    """The same JSON with escapes for the characters that a terminal would obey and JSON lets stand."""
    if not any(beginning in document for beginning in _BEGINNINGS) or _OBEYED_IN_UTF8.search(document) is None:
        return document
    return harmless_json_text(document.decode()).encode()


def require_file(file: Path, language: Language) -> None:
    """Raises WrongInput for `-`, which elsewhere is the standard input or output: there the command says what it has done."""
    if str(file) == "-":
        raise WrongInput(NO_FILE.format(language))


def write_file(file: Path, content: bytes, language: Language) -> None:
    """Write what a command makes to the file that was named for it. Raises WrongInput."""
    require_file(file, language)
    try:
        file.write_bytes(content)
    except OSError as error:
        raise WrongInput(NOT_WRITTEN.format(language, file=str(file), why=error.strerror or str(error))) from None


def read_password(language: Language) -> str:
    """One line of the standard input, without its end."""
    return _read_line(NO_PASSWORD.format(language), PASSWORD_NOT_TEXT.format(language))


def read_secret(what: Text, language: Language) -> str:
    """The same for another secret; `what` it is stands in the sentence when none came."""
    return _read_line(NO_SECRET.format(language, what=what), SECRET_NOT_TEXT.format(language, what=what))


def _read_line(missing: str, not_text: str) -> str:
    line = b"" if sys.stdin is None else sys.stdin.buffer.readline().rstrip(b"\r\n")
    if not line:
        raise WrongInput(missing)
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        raise WrongInput(not_text) from None


@contextmanager
def progress_line(description: str) -> Iterator[Any]:
    """A function that shows how far long work has come; it shows nothing unless a person sits at a terminal."""
    if not sys.stderr.isatty():
        yield lambda _text: None
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = SpinnerColumn(), TextColumn("{task.description}"), TextColumn("{task.fields[state]}"), TimeElapsedColumn()
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        task = progress.add_task(description, total=None, state="")
        yield lambda text: progress.update(task, state=text)
