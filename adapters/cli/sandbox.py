"""`sandbox brightpearl|provider|easypost|sendcloud`: stand-ins, to try the product or test the other side of one."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from adapters.cli.runtime import runtime_of
from rules.messages import Language, Text

PORT_TAKEN = Text(
    "Port {port} cannot be used ({problem}): choose another with --port.",
    "No se puede usar el puerto {port} ({problem}): elige otro con --port.",
)


FILE_UNUSABLE = Text(
    "--ca-file: {path} cannot be written ({problem}): choose another.",
    "--ca-file: no se puede escribir {path} ({problem}): elige otro.",
)
BAD_FAULT = Text(
    "--fault: there is none such as {faults}: write KIND:CALL or KIND:CALL:TIMES, as docs/carriers.md names them.",
    "--fault: no existe ningún fallo como {faults}: escribe KIND:CALL o KIND:CALL:TIMES, con los nombres de docs/carriers.md.",
)
EMPTY = Text("--{option} must not be empty.", "--{option} no puede estar vacío.")

APPS = {
    "private-app": "What follows ACCOUNT_CODE_ in the private app's reference.",
    "account-token": "Of the private app.",
    "staff-token": "Of the private app.",
    "developer-ref": "Of the developer of the public apps.",
    "developer-secret": "Signs the token of the public app of before OAuth.",
    "public-app": "Reference of the public app of before OAuth.",
    "public-token": "Its account token before signing.",
    "client-id": "Reference of the OAuth app.",
    "client-secret": "Of the OAuth app; empty for a public client.",
}
"""The options that name what the account's apps show, none of them a real one; without them docs/sandbox.md says what holds."""


def app_options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command an option for each part of the apps' credentials."""
    for name, text in reversed(APPS.items()):
        command = click.option(f"--{name}", default=None, help=text)(command)
    return command


@click.group()
def sandbox() -> None:
    """Local stand-ins for services."""


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=9090, show_default=True, help="0 takes any free one.")
@click.option("--orders", type=click.IntRange(0, 1_000_000), default=60, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same orders.")
@click.option("--throttle/--no-throttle", default=True, show_default=True, help="Whether 200 requests a minute are the limit.")
@click.option(
    "--shipped", type=click.IntRange(0, 1_000_000), default=0, show_default=True, help="So many more orders that left long ago."
)
@click.option("--plain", is_flag=True, help="Only orders that can be imported, none of the awkward kinds.")
@click.option("--tls", is_flag=True, help="Serve HTTPS, with a certificate made at the start.")
@click.option(
    "--ca-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Where to write the certificate authority that clients have to trust; implies --tls. Else a file of its own.",
)
@click.option("--username", default="u@example.com", show_default=True)
@click.option("--password", default="secret", show_default=True, help="Of the stand-in; never a real one.")
@click.option("--account-code", default="testacct", show_default=True)
@app_options
@click.option("--redirect-uri", multiple=True, help="Where OAuth may send a browser back to; any address without this option.")
@click.pass_context
def brightpearl(
    context: click.Context,
    port: int,
    orders: int,
    seed: int,
    throttle: bool,
    shipped: int,
    plain: bool,
    tls: bool,
    ca_file: Path | None,
    username: str,
    password: str,
    account_code: str,
    redirect_uri: tuple[str, ...],
    **apps: str | None,
) -> None:
    """Serve a Brightpearl account with generated orders on this machine (docs/sandbox.md)."""
    runtime = runtime_of(context)
    given: dict[str, Any] = {name: value for name, value in apps.items() if value is not None}
    if empty := [name for name, value in given.items() if not value and name != "client_secret"]:
        raise click.UsageError(EMPTY.format(runtime.settings.language, option=empty[0].replace("_", "-")))
    if tls and ca_file is None:
        ca_file = Path(tempfile.mkdtemp(prefix="brightpearl-sandbox-")) / "ca.pem"
    _check_writable(runtime.settings.language, ca_file)
    try:
        runtime.run_sandbox(
            port=port,
            orders=orders,
            seed=seed,
            throttle=throttle,
            username=username,
            password=password,
            account_code=account_code,
            plain=plain,
            shipped=shipped,
            ca_file=ca_file,
            credentials={**given, "redirect_uris": redirect_uri},
        )
    except OSError as error:
        text = PORT_TAKEN.format(runtime.settings.language, port=port, problem=error.strerror or error)
        raise click.ClickException(text) from error


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=9091, show_default=True, help="0 takes any free one.")
@click.option("--secret-stdin", is_flag=True, help="The secret of the connection is the first line of the standard input.")
@click.option("--events-url", default="", metavar="URL", help="Where its answers go: `providers add` shows it.")
@click.option("--answer", type=click.Choice(["accept", "reject", "none"]), default="accept", show_default=True)
@click.option("--reject-every", type=click.IntRange(0), default=0, metavar="N", help="Each n-th request is rejected.")
@click.option("--ship", type=click.Choice(["at_once", "late", "none"]), default="none", show_default=True)
@click.option("--cancel", type=click.Choice(["grant", "refuse", "none"]), default="grant", show_default=True)
@click.pass_context
def provider(context: click.Context, port: int, secret_stdin: bool, events_url: str, **options: Any) -> None:
    """Serve a fulfillment provider's own system on this machine (docs/integrated-providers.md)."""
    runtime = runtime_of(context)
    secret = sys.stdin.readline().strip() if secret_stdin else ""
    try:
        runtime.run_provider_sandbox(port, secret, events_url, **options)
    except OSError as error:
        text = PORT_TAKEN.format(runtime.settings.language, port=port, problem=error.strerror or error)
        raise click.ClickException(text) from error


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=9093, show_default=True, help="0 takes any free one.")
@click.option("--api-key", default="EZTKsandbox", show_default=True, help="Of the stand-in; never a real one.")
@click.option(
    "--refund", type=click.Choice(["submitted", "refunded", "rejected", "not_applicable"]), default="submitted", show_default=True
)
@click.option("--slow-ms", type=click.IntRange(0, 600_000), default=0, help="How long every call takes.")
@click.option(
    "--lose-purchases", type=click.IntRange(0), default=0, metavar="N", help="The next N are made, and nobody hears of it."
)
@click.option("--refuse-purchases", type=click.IntRange(0), default=0, metavar="N", help="The next N are refused by the carrier.")
@click.pass_context
def easypost(context: click.Context, port: int, api_key: str, **options: Any) -> None:
    """Serve EasyPost's API on this machine: labels that cost nothing and ship nothing (docs/carriers.md)."""
    runtime = runtime_of(context)
    try:
        runtime.run_easypost_sandbox(port, api_key, **options)
    except OSError as error:
        text = PORT_TAKEN.format(runtime.settings.language, port=port, problem=error.strerror or error)
        raise click.ClickException(text) from error


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=9092, show_default=True, help="0 takes any free one.")
@click.option("--public-key", default="sandbox-public-key", show_default=True)
@click.option("--secret-key", default="sandbox-secret-key", show_default=True, help="Of the stand-in; never a real one.")
@click.option("--cancel", type=click.Choice(["at_once", "queued", "never"]), default="at_once", show_default=True)
@click.option("--throttle/--no-throttle", default=True, show_default=True, help="Whether the limits of requests hold.")
@click.option("--zpl-only", is_flag=True, help="Labels are ZPL, whatever is asked for.")
@click.option(
    "--fault",
    "faults",
    multiple=True,
    metavar="KIND:CALL[:TIMES]",
    help="Something that goes wrong, such as lose_answer:announce.",
)
@click.pass_context
def sendcloud(
    context: click.Context, port: int, public_key: str, secret_key: str, faults: tuple[str, ...], **options: Any
) -> None:
    """Serve a Sendcloud account on this machine (docs/carriers.md)."""
    runtime = runtime_of(context)
    try:
        runtime.run_sendcloud_sandbox(port, public_key, secret_key, faults, **options)
    except OSError as error:
        text = PORT_TAKEN.format(runtime.settings.language, port=port, problem=error.strerror or error)
        raise click.ClickException(text) from error
    except ValueError as error:
        raise click.UsageError(BAD_FAULT.format(runtime.settings.language, faults=", ".join(faults))) from error


def _check_writable(language: Language, path: Path | None) -> None:
    if path is None:
        return
    try:
        path.touch()
    except OSError as error:
        text = FILE_UNUSABLE.format(language, path=path, problem=error.strerror or error)
        raise click.ClickException(text) from error
