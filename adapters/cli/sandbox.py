"""`sandbox brightpearl`: a local stand-in for a Brightpearl account, to try the product or to test a client."""

from __future__ import annotations

import click

from adapters.cli.runtime import runtime_of
from rules.messages import Text

PORT_TAKEN = Text(
    "Port {port} cannot be used ({problem}): choose another with --port.",
    "No se puede usar el puerto {port} ({problem}): elige otro con --port.",
)


@click.group()
def sandbox() -> None:
    """Local stand-ins for services."""


@sandbox.command()
@click.option("--port", type=click.IntRange(0, 65535), default=9090, show_default=True, help="0 takes any free one.")
@click.option("--orders", type=click.IntRange(0, 1_000_000), default=60, show_default=True)
@click.option("--seed", type=int, default=1, show_default=True, help="The same seed makes the same orders.")
@click.option("--throttle/--no-throttle", default=True, show_default=True, help="Whether 200 requests a minute are the limit.")
@click.option("--plain", is_flag=True, help="Only orders that can be imported, none of the awkward kinds.")
@click.option("--username", default="u@example.com", show_default=True)
@click.option("--password", default="secret", show_default=True, help="Of the stand-in; never a real one.")
@click.option("--account-code", default="testacct", show_default=True)
@click.pass_context
def brightpearl(
    context: click.Context,
    port: int,
    orders: int,
    seed: int,
    throttle: bool,
    plain: bool,
    username: str,
    password: str,
    account_code: str,
) -> None:
    """Serve a Brightpearl account with generated orders on this machine (docs/sandbox.md)."""
    runtime = runtime_of(context)
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
        )
    except OSError as error:
        text = PORT_TAKEN.format(runtime.settings.language, port=port, problem=error.strerror or error)
        raise click.ClickException(text) from error
