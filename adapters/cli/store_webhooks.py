"""`stores webhooks`: whether a store tells this service of changes at once."""

from __future__ import annotations

import click

from adapters.cli.output import answer, json_option
from adapters.cli.owners import account_of_store
from adapters.cli.runtime import Runtime, runtime_of
from engine.services.stores.store_webhooks import WebhookStatus, see_webhooks, turn_off, turn_on
from rules.messages import Language, Text

ON = Text("on: the store calls {address}", "activados: la tienda llama a {address}")
INCOMPLETE = Text(
    "on, but {missing} of {count} registrations are gone from the store: `stores webhooks {id} on` registers them anew",
    "activados, pero faltan {missing} de {count} registros en la tienda: `stores webhooks {id} on` los vuelve a registrar",
)
OFF = Text("off: the store is looked at by the plan only", "desactivados: la tienda solo se consulta según lo planificado")
NOWHERE = Text(
    "The store cannot call this service: RELEVO_PUBLIC_URL says where it is reached from outside.",
    "La tienda no puede llamar a este servicio: RELEVO_PUBLIC_URL indica su dirección externa.",
)


@click.command()
@click.argument("store_id")
@click.argument("action", type=click.Choice(["on", "off", "status"]))
@json_option
@click.pass_context
def webhooks(context: click.Context, store_id: str, action: str, as_json: bool) -> None:
    """Have a store tell of changes at once (on), no longer (off), or see how that stands (status)."""
    runtime = runtime_of(context)
    app, account_id = runtime.application, account_of_store(runtime.application, store_id)
    if action == "on":
        turn_on(app, account_id, store_id)
    elif action == "off":
        turn_off(app, account_id, store_id)
    _show(runtime, store_id, see_webhooks(app, account_id, store_id), as_json)


def _show(runtime: Runtime, store_id: str, status: WebhookStatus, as_json: bool) -> None:
    data = {
        "id": store_id,
        "webhooks": "on" if status.on else "off",
        "registered": list(status.registered),
        "missing": list(status.missing),
        "address": status.address,
    }
    answer(data, as_json, *_lines(store_id, status, runtime.settings.language))


def _lines(store_id: str, status: WebhookStatus, language: Language) -> list[str]:
    if status.missing:
        counts = {"missing": len(status.missing), "count": len(status.registered)}
        lines = [INCOMPLETE.format(language, id=store_id, **counts)]
    elif status.on:
        lines = [ON.format(language, address=status.address)]
    else:
        lines = [OFF.format(language)]
    if status.address is None:
        lines.append(NOWHERE.format(language))
    return lines
