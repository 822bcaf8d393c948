"""What the two sides agree on besides: how long the merchant may still change its mind, how the provider accepts, and names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import User
from engine.model.audit import AuditEntry
from engine.model.connection import Answers, Connection
from engine.model.transitions import Side
from engine.services.accounts.acting import require_admin
from engine.services.accounts.location_hours import next_cut_off
from engine.services.connections.refusals import not_any_more
from engine.services.fulfillment.hold_order import parse_end
from engine.services.refusals import Refused
from engine.services.spreadsheets import BrokenCsv, read_rows, write_rows
from rules.messages import Text

LONGEST_GRACE = 7 * 24 * 60
MOST_SKUS = 100_000
LONGEST_SKU = 200
LONGEST_REASON = 500

BAD_GRACE = Text(
    "The grace period is 0 to {limit} minutes, not {minutes}.", "El margen es de 0 a {limit} minutos, no de {minutes}."
)
TWO_GRACES = Text(
    "The grace period ends after some minutes or at the cut-off: choose one of the two.",
    "El margen termina tras unos minutos o a la hora límite: elige una de las dos cosas.",
)
NO_CUT_OFF = Text(
    "{provider} has no cut-off yet, so nothing can wait for it: it needs a ship-from location with working days. Set a number of "
    "minutes instead.",
    "{provider} aún no tiene hora límite, así que nada puede esperarla: necesita una ubicación de envío con días laborables. "
    "Indica un número de minutos.",
)
ANSWERS_ARE_PROVIDERS = Text(
    "How requests are accepted is the provider's to choose.", "Cómo se aceptan las solicitudes lo elige el proveedor."
)
COSTS_ARE_PROVIDERS = Text(
    "Whether the client reads what labels cost is the provider's to choose.",
    "Si el cliente ve lo que cuestan las etiquetas lo elige el proveedor.",
)
SKUS_ARE_MERCHANTS = Text(
    "The list of SKUs is the client's to write: you see it on the connection's page.",
    "La lista de SKU la escribe el cliente: la ves en la página de la conexión.",
)
STOP_IS_PROVIDERS = Text(
    "Only the provider can stop sending for a client: you can hold orders or recall them.",
    "Solo el proveedor puede dejar de enviar para un cliente: tú puedes retener pedidos o retirarlos.",
)
LONG_REASON = Text("The reason is longer than {limit} characters.", "El motivo supera los {limit} caracteres.")
BAD_SKU_LINE = Text(
    "Line {line} of the SKU list: write two columns, your SKU and the provider's, each of 1 to {limit} characters.",
    "Línea {line} de la lista de SKU: escribe dos columnas, tu SKU y el del proveedor, de 1 a {limit} caracteres.",
)
SKU_TWICE = Text(
    'Line {line} of the SKU list: "{sku}" is there twice.', 'Línea {line} de la lista de SKU: "{sku}" aparece dos veces.'
)
TOO_MANY_SKUS = Text("The SKU list has more than {limit} lines.", "La lista de SKU tiene más de {limit} líneas.")
_HEADERS = ("sku", "provider_sku")


def stop_client(app: Application, actor: User, connection_id: str, reason: str, until: str | None = None) -> Connection:
    """Send nothing for a client, because of what it has done or because the provider is closed; orders come in all the same.

    An empty reason without an end lets everything go on. `until`: a day or a time of the account's. Raises Refused, NotFound.
    """
    now = app.clock.now()
    if len(reason.strip()) > LONGEST_REASON:
        raise Refused("long_reason", LONG_REASON, limit=LONGEST_REASON)
    with app.unit_of_work() as uow:
        connection = uow.connections.get(actor.account_id, connection_id, for_change=True)
        require_admin(actor)
        if not connection.is_active:
            raise not_any_more(uow, connection, actor)
        if connection.side_of(actor.account_id) is not Side.PROVIDER:
            raise Refused("stop_is_providers", STOP_IS_PROVIDERS)
        zone = ZoneInfo(uow.accounts.get(actor.account_id).time_zone)
        end = None if until is None else parse_end(until, zone, now)
        changed = replace(connection, stop_reason=reason.strip(), closed_until=end)
        uow.connections.update(changed)
        after = {"reason": reason.strip(), "until": None if end is None else end.isoformat()}
        uow.audit.append([AuditEntry(actor.account_id, now, actor.id, "connection.stopped", connection_id, None, after)])
        uow.commit()
    return changed


def set_connection(
    app: Application,
    actor: User,
    connection_id: str,
    *,
    grace_minutes: int | None = None,
    grace_cut_off: bool = False,
    answers: Answers | None = None,
    shares_costs: bool | None = None,
) -> Connection:
    """The connection with what is given changed; `grace_cut_off` lets what is delegated wait for the provider's next cut-off.

    Costs are shared with what is shipped from then on. Raises Refused and NotFound.
    """
    if grace_cut_off and grace_minutes is not None:
        raise Refused("two_graces", TWO_GRACES)
    if grace_minutes is not None and not 0 <= grace_minutes <= LONGEST_GRACE:
        raise Refused("bad_grace", BAD_GRACE, limit=LONGEST_GRACE, minutes=grace_minutes)
    with app.unit_of_work() as uow:
        connection = uow.connections.get(actor.account_id, connection_id, for_change=True)
        require_admin(actor)
        if not connection.is_active:
            raise not_any_more(uow, connection, actor)
        side = connection.side_of(actor.account_id)
        if answers is not None and side is not Side.PROVIDER:
            raise Refused("answers_are_providers", ANSWERS_ARE_PROVIDERS)
        if shares_costs is not None and side is not Side.PROVIDER:
            raise Refused("costs_are_providers", COSTS_ARE_PROVIDERS)
        if grace_cut_off and next_cut_off(uow, connection.provider_id, app.clock.now()) is None:
            name = connection.company_name or uow.accounts.get(connection.provider_id).name
            raise Refused("no_cut_off", NO_CUT_OFF, provider=name)
        shares = connection.shares_costs if shares_costs is None else shares_costs
        changed = replace(connection, answers=answers or connection.answers, shares_costs=shares)
        if grace_cut_off or grace_minutes is not None:
            changed = replace(changed, grace_minutes=grace_minutes or 0, grace_cut_off=grace_cut_off)
        uow.connections.update(changed)
        before, after = (_settings(one) for one in (connection, changed))
        uow.audit.append(
            [AuditEntry(actor.account_id, app.clock.now(), actor.id, "connection.changed", connection_id, before, after)]
        )
        uow.commit()
    return changed


def _settings(connection: Connection) -> dict[str, object]:
    return {
        "grace_minutes": connection.grace_minutes,
        "grace_cut_off": connection.grace_cut_off,
        "answers": connection.answers.value,
        "shares_costs": connection.shares_costs,
    }


def parse_skus(text: str) -> dict[str, str]:
    """The provider's SKUs by the merchant's, of two columns of CSV, with or without a header line. Raises Refused."""
    skus: dict[str, str] = {}
    try:
        for number, cells in read_rows(text):
            if not skus and tuple(cell.lower() for cell in cells) == _HEADERS:
                continue
            if len(cells) != 2 or not all(0 < len(cell) <= LONGEST_SKU and cell.isprintable() for cell in cells):
                raise Refused("bad_sku_line", BAD_SKU_LINE, line=number, limit=LONGEST_SKU)
            if cells[0] in skus:
                raise Refused("sku_twice", SKU_TWICE, line=number, sku=cells[0])
            skus[cells[0]] = cells[1]
            if len(skus) > MOST_SKUS:
                raise Refused("too_many_skus", TOO_MANY_SKUS, limit=MOST_SKUS)
    except BrokenCsv as broken:
        raise Refused("bad_sku_line", BAD_SKU_LINE, line=broken.line, limit=LONGEST_SKU) from None
    return skus


def write_skus(skus: Mapping[str, str]) -> str:
    """The same list as CSV, with a header line."""
    return write_rows(_HEADERS, skus.items())


def replace_skus(app: Application, actor: User, connection_id: str, skus: Mapping[str, str]) -> None:
    """Keep what the provider calls the merchant's products; it counts for what is delegated from now on. Raises Refused."""
    with app.unit_of_work() as uow:
        connection = uow.connections.get(actor.account_id, connection_id, for_change=True)
        require_admin(actor)
        if not connection.is_active:
            raise not_any_more(uow, connection, actor)
        if connection.side_of(actor.account_id) is not Side.MERCHANT:
            raise Refused("skus_are_merchants", SKUS_ARE_MERCHANTS)
        uow.requests.replace_skus(actor.account_id, connection_id, skus)
        after = {"skus": len(skus)}
        uow.audit.append(
            [AuditEntry(actor.account_id, app.clock.now(), actor.id, "connection.skus_set", connection_id, None, after)]
        )
        uow.commit()
