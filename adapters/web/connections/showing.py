"""The page of one connection for whichever side looks, also when a form on it comes back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from flask import render_template

from adapters.documents.statement_words import month_words
from adapters.web.connections.example import ExampleField, example_of
from adapters.web.connections.integration import integration_of
from adapters.web.connections.price_lists import LABELS, MEANINGS, prices_of
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import NOTHING, Returned
from adapters.web.seen_forms import mark_of
from engine.model.account import CarrierAccount
from engine.model.connection import Connection
from engine.model.transitions import Side
from engine.services.accounts.carrier_sharing import list_carrier_accounts, list_shared_by
from engine.services.accounts.location_hours import next_cut_off
from engine.services.connections.list_connections import SeenConnection, describe_connection
from engine.services.connections.set_connection import LONGEST_GRACE
from engine.services.fulfillment.client_document import crossings, last_document

SKUS_SHOWN = 100


@dataclass(frozen=True, slots=True)
class Sharing:
    """What the page of an active connection shows beside its facts."""

    crosses: list[str]  # in words; for the merchant only
    stays: list[str]
    example: tuple[ExampleField, ...]  # empty before the first delegation
    skus: list[tuple[str, str]]  # the first ones
    count: int
    skus_mark: str  # of all of them
    carriers: list[CarrierAccount]  # the merchant's own; for the provider those that it may ship with
    stopped: bool
    next_cut_off: datetime | None = None  # of the provider
    longest_grace: int = LONGEST_GRACE


def show_connection(connection_id: str, returned: Returned = NOTHING) -> str:
    """Raises NotFound for what is neither side's."""
    details = describe_connection(parts().app, this_person().user, connection_id)
    seen = details.seen
    return render_template(
        "connections/show.html",
        details=details,
        seen=seen,
        sharing=_sharing_of(seen),
        prices=prices_of(seen),
        price_labels=LABELS,
        price_meanings=MEANINGS,
        month_words=month_words,
        integration=integration_of(seen),
        place=place_of(seen),
        returned=returned,
    )


def place_of(seen: SeenConnection) -> str:
    """Where people look for the connection: each side has another list of them."""
    return "clients" if seen.side is Side.PROVIDER else "settings"


def _sharing_of(seen: SeenConnection) -> Sharing | None:
    """None while nothing is shared."""
    connection = seen.connection
    if not connection.is_active:
        return None
    app, account = parts().app, this_person().account
    with app.reading() as uow:
        skus = uow.requests.skus(account.id, connection.id)
        cut_off = next_cut_off(uow, connection.provider_id, app.clock.now())
    shown = list(islice(skus.items(), SKUS_SHOWN))
    carriers, stopped = _carriers(seen.side, connection), connection.stopped(app.clock.now())
    if seen.side is Side.PROVIDER:
        return Sharing([], [], (), shown, len(skus), mark_of(skus), carriers, stopped, cut_off)
    language = page_language()
    crosses, stays = ([one.format(language) for one in listed] for listed in crossings(is_integrated=connection.is_integrated))
    last = last_document(app, account.id, connection.id)
    return Sharing(crosses, stays, example_of(last) if last else (), shown, len(skus), mark_of(skus), carriers, stopped, cut_off)


def _carriers(side: Side, connection: Connection) -> list[CarrierAccount]:
    app, account = parts().app, this_person().account
    if side is Side.PROVIDER:
        return list_shared_by(app, account.id, str(connection.client_id))
    return [one.account for one in list_carrier_accounts(app, account)]
