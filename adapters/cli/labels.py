"""`orders label|rates|void|track` and `labels save`: what a label costs, buying it, giving it back, printing it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import click

from adapters.cli.acting import acting, maybe_by_option, order_account_option
from adapters.cli.delegation import who_acts
from adapters.cli.label_batches import batch, batches
from adapters.cli.output import WrongInput, answer, json_option, money_entry, require_file, say
from adapters.cli.runtime import Runtime, runtime_of
from adapters.documents.copies import marked_as_copy
from adapters.documents.joining import joined
from adapters.label_files import LABELS
from adapters.private_files import write_private
from engine.application import Application
from engine.jobs.make_label import LabelDocuments, MadeLabel, make_labels, take_back_label
from engine.model.ids import new_id
from engine.model.label import Document, DocumentFormat, PaperSize, ParcelToShip
from engine.model.sentence import sentence_of
from engine.model.written_number import NumberLimits
from engine.ports import CarrierError, NotFound, UnitOfWork
from engine.services.accounts.acting import find_account
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_label import LabelWish
from engine.services.labels.price_limit import PriceWish
from engine.services.labels.print_documents import print_documents
from engine.services.labels.rates import Rate, list_rates
from engine.services.labels.service_points import get_service_point
from engine.services.labels.track_shipment import track_shipment
from engine.services.labels.void_label import NO_SHIPMENT
from engine.services.refusals import Refused
from rules.messages import Language, Text
from rules.order_document import plain

FAILED = 1
BAD_PARCEL = Text(
    '"{parcel}" is not a parcel: write GRAMS or GRAMS:LxWxH in millimetres, such as 750:200x150x100.',
    '"{parcel}" no es un paquete: escribe GRAMOS o GRAMOS:LxAxA en milímetros, como 750:200x150x100.',
)
BAD_DAY = Text('"{day}" is not a day: write it as 2026-03-01.', '"{day}" no es un día: escríbelo como 2026-03-01.')
BAD_PRICE = Text('"{price}" is not an amount: write it as 12.50.', '"{price}" no es un importe: escríbelo como 12.50.')
ONE_POINT = Text(
    "A service point is for the parcel of one order: name one order alone.",
    "Un punto de recogida es para el paquete de un pedido: indica un solo pedido.",
)
NO_DOCUMENT = Text(
    "The label is bought, but its document cannot be had now: {problem} Ask again with `labels save {shipment}`.",
    "La etiqueta está comprada, pero ahora no se puede obtener su documento: {problem} Vuelve a pedirlo con `labels save "
    "{shipment}`.",
)
NO_RATES = Text(
    "No carrier says what this costs: prices are told by carrier accounts whose labels are bought here, and by none that this "
    "order may be shipped with.",
    "Ninguna empresa de transporte dice cuánto cuesta: los precios los dan las cuentas de transporte cuyas etiquetas se compran "
    "aquí, y ninguna con la que se pueda enviar este pedido.",
)
NOT_WRITTEN = Text('The file "{file}" cannot be written ({problem}).', 'No se puede escribir el archivo "{file}" ({problem}).')
_PARCEL = re.compile(r"(\d{1,7})(?::(\d{1,5})[x×](\d{1,5})[x×](\d{1,5}))?")
PRICES = NumberLimits(Decimal(999_999_999), 3)
_PRICE = re.compile(r"\d{1,9}(\.\d{1,3})?")
parcels_option = click.option(
    "--parcel", "parcels", multiple=True, metavar="GRAMS[:LxWxH]", help="A parcel, sizes in millimetres; again for each."
)


@click.command("label")
@order_account_option
@click.argument("order_ids", nargs=-1, required=True, metavar="ORDER_ID...")
@click.option("--carrier", help="Else the one that was chosen for the order.")
@click.option("--service", help="The carrier's service; else the one that was chosen for the order.")
@click.option("--carrier-account", metavar="ID", help="Which carrier account pays, where several can.")
@parcels_option
@click.option("--ship-from", metavar="CODE", help="The location that it leaves from.")
@click.option("--ship-date", metavar="YYYY-MM-DD", help="The day on which it leaves; else today.")
@click.option("--service-point", metavar="ID", help="Where the customer fetches it: one of `orders service-points`.")
@click.option("--max-price", metavar="AMOUNT", help="The most that it may cost, in the currency of its rate.")
@click.option("--accept-price", is_flag=True, help="Buy it whatever it costs, also above the account's limit.")
@maybe_by_option
@json_option
@click.pass_context
def label(
    context: click.Context,
    account_slug: str | None,
    order_ids: tuple[str, ...],
    carrier: str | None,
    service: str | None,
    carrier_account: str | None,
    parcels: tuple[str, ...],
    ship_from: str | None,
    ship_date: str | None,
    service_point: str | None,
    max_price: str | None,
    accept_price: bool,
    by: str | None,
    as_json: bool,
) -> int:
    """Buy the labels of orders; exit code 1 when all were refused. Asked again, it answers with the label that there is."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    wish = LabelWish(
        ServiceWish(carrier, service, carrier_account),
        ParcelWish(ship_from, parse_parcels(parcels, language), ship_date=_parse_day(ship_date, language)),
        price=PriceWish(_parse_price(max_price, language), accept_price),
    )
    if service_point is not None and len(set(order_ids)) > 1:
        raise WrongInput(ONE_POINT.format(language))
    results = _label_all(runtime, account_slug, by, order_ids, wish, service_point)
    answer({"results": results}, as_json, *(_line(result) for result in results))
    return FAILED if all("refused" in result for result in results) else 0


def _label_all(
    runtime: Runtime, account_slug: str | None, by: str | None, order_ids: Sequence[str], wish: LabelWish, point_id: str | None
) -> list[dict[str, Any]]:
    """An entry for each order. Those of one account are bought together."""
    app, language = runtime.application, runtime.settings.language
    made: dict[str, MadeLabel | Refused] = {}
    owners: dict[tuple[str, str], list[str]] = {}
    for order_id in dict.fromkeys(order_ids):
        try:
            owners.setdefault(who_acts(app, account_slug, by, order_id), []).append(order_id)
        except Refused as refusal:
            made[order_id] = refusal
    for (account_id, actor), ids in owners.items():
        try:
            wished = _to_point(app, account_id, ids[0], wish, point_id)
        except Refused as refusal:
            made[ids[0]] = refusal
            continue
        made |= make_labels(app, account_id, ids, wished, actor, new_id("cli"))
    documents = LabelDocuments(app)
    return [_result(runtime, order_id, made[order_id], documents, language) for order_id in order_ids]


def _to_point(app: Application, account_id: str, order_id: str, wish: LabelWish, point_id: str | None) -> LabelWish:
    """What is wished for an order whose parcel is fetched at a service point. Raises Refused."""
    if point_id is None:
        return wish
    point = get_service_point(app, account_id, order_id, wish.service, point_id)
    return replace(wish, parcels=replace(wish.parcels, service_point=point))


def _result(
    runtime: Runtime, order_id: str, made: MadeLabel | Refused, documents: LabelDocuments, language: Language
) -> dict[str, Any]:
    if isinstance(made, Refused):
        return {"order_id": order_id, "refused": made.format(language)}
    point = made.label.request.service_point
    files = _write_documents(runtime.settings.data_dir / LABELS, made, documents, language)
    return {
        "order_id": order_id,
        "shipment_id": made.shipment.id,
        "carrier": made.label.carrier,
        "service": made.label.service,
        "carrier_account": made.label.carrier_account_id,
        "parcels": [
            {"tracking_number": parcel.tracking_number, "label": files.get(position)}
            for position, parcel in enumerate(made.shipment.parcels)
        ],
        "cost": money_entry(made.label.cost),
        **({} if made.label.quoted is None else {"quoted": money_entry(made.label.quoted)}),
        **({} if point is None else {"service_point": {"id": point.id, "name": point.name, "address": point.place}}),
    }


def _write_documents(folder: Path, made: MadeLabel, documents: LabelDocuments, language: Language) -> dict[int, str]:
    """The absolute paths of the files, by the parcel; none where the carrier does not give them now, which is said."""
    files: dict[int, str] = {}
    try:
        found = documents.of(made)
    except CarrierError as error:
        problem = sentence_of(error).format(language)
        say(NO_DOCUMENT.format(language, problem=problem, shipment=made.shipment.id), err=True)
        return files
    for document in found:
        file = (folder / f"{made.shipment.id}-{document.parcel + 1}.{document.format.value}").absolute()
        write_document(file, document.content, language)
        files[document.parcel] = str(file)
    return files


def write_document(file: Path, content: bytes, language: Language) -> None:
    """For the owner alone: it has a customer's address. Raises WrongInput."""
    try:
        write_private(file, content)
    except OSError as error:
        raise WrongInput(NOT_WRITTEN.format(language, file=file, problem=error.strerror or error)) from None


def _line(result: dict[str, Any]) -> str:
    if "refused" in result:
        return f"{result['order_id']}: {result['refused']}"
    parcels = ", ".join(f"{one['tracking_number']} {one['label'] or ''}".strip() for one in result["parcels"])
    return f"{result['order_id']}: {result['carrier']} {result['service']} {parcels} ({result['shipment_id']})"


@click.command("rates")
@order_account_option
@click.argument("order_id")
@parcels_option
@maybe_by_option
@json_option
@click.pass_context
def rates(
    context: click.Context, account_slug: str | None, order_id: str, parcels: tuple[str, ...], by: str | None, as_json: bool
) -> None:
    """Show what an order's label costs with each service that it may use, the cheapest first; and why none can be bought now."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, _ = who_acts(app, account_slug, by, order_id)
    found = list_rates(app, account_id, order_id, LabelWish(parcels=ParcelWish(parcels=parse_parcels(parcels, language))))
    entries = [_rate_entry(one) for one in found.rates]
    problems = [
        {"carrier_account": one.account.id, "carrier": one.account.carrier, "message": one.sentence.format(language)}
        for one in found.problems
    ]
    lines = [" ".join(str(value) for value in entry.values() if value is not None) for entry in entries]
    lines += [f"{one['carrier']} ({one['carrier_account']}): {one['message']}" for one in problems]
    answer({"rates": entries, "problems": problems}, as_json, *(lines or [NO_RATES.format(language)]))
    if found.obstacle is not None:
        say(found.obstacle.format(language), err=True)


def _rate_entry(one: Rate) -> dict[str, Any]:
    price = one.rate.price
    return {
        "carrier_account": one.account.id,
        "owner": one.owner,
        "carrier": one.account.carrier,
        "service": one.rate.service,
        "amount": None if price is None else plain(price.amount),
        "currency": None if price is None else price.currency,
        "days": one.rate.days,
    }


@click.command("void")
@order_account_option
@click.argument("shipment_id")
@maybe_by_option
@json_option
@click.pass_context
def void(context: click.Context, account_slug: str | None, shipment_id: str, by: str | None, as_json: bool) -> None:
    """Give a bought label back; the order waits for shipment again. A return label is named by its own id."""
    app = runtime_of(context).application
    account_id, actor = of_shipment(app, account_slug, by, shipment_id)
    voided = take_back_label(app, account_id, shipment_id, actor, new_id("cli"))
    answer({"shipment_id": shipment_id, "state": voided.state.value}, as_json, f"{shipment_id}: {voided.state.value}")


@click.command("track")
@order_account_option
@click.argument("shipment_id")
@maybe_by_option
@json_option
@click.pass_context
def track(context: click.Context, account_slug: str | None, shipment_id: str, by: str | None, as_json: bool) -> None:
    """Show how far a shipment has come."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    account_id, _ = of_shipment(app, account_slug, by, shipment_id)
    tracked = track_shipment(app, account_id, shipment_id)
    events = [
        {
            "at": one.at.isoformat(),
            "state": one.state.value,
            "text": one.sentence.format(language),
            "place": one.place,
            "tracking_number": one.number or None,
        }
        for one in tracked.events
    ]
    unanswered = None if tracked.unanswered is None else tracked.unanswered.format(language)
    lines = [f"{one['at']}  {one['text']}  {one['place']}".rstrip() for one in events]
    data = {"shipment_id": shipment_id, "state": tracked.state.value, "events": events, "unanswered": unanswered}
    answer(data, as_json, tracked.state.value, *lines, *filter(None, [unanswered]))


@click.group()
def labels() -> None:
    """The documents of labels, and labels that were asked for together."""


labels.add_command(batches)
labels.add_command(batch)


@labels.command("save")
@order_account_option
@click.argument("shipment_id")
@click.option("--format", "format_", type=click.Choice([one.value for one in DocumentFormat]), default="pdf", show_default=True)
@click.option("--size", type=click.Choice([one.value for one in PaperSize]), default="4x6", show_default=True)
@click.option("--out", type=click.Path(path_type=Path), required=True, metavar="FILE")
@maybe_by_option
@json_option
@click.pass_context
def save(
    context: click.Context,
    account_slug: str | None,
    shipment_id: str,
    format_: str,
    size: str,
    out: Path,
    by: str | None,
    as_json: bool,
) -> None:
    """Write a shipment's label into a file, all parcels one after the other; every time but the first it is marked as a copy."""
    runtime = runtime_of(context)
    app, language = runtime.application, runtime.settings.language
    require_file(out, language)  # before it counts as printed
    account_id, _ = of_shipment(app, account_slug, by, shipment_id)
    printed = print_documents(app, account_id, shipment_id, DocumentFormat(format_), PaperSize(size))
    documents = [marked_as_copy(one) for one in printed.documents] if printed.needs_mark else printed.documents
    files = list(_save_all(documents, out, language))
    answer({"shipment_id": shipment_id, "files": files}, as_json, *files)


def _save_all(documents: Sequence[Document], out: Path, language: Language) -> Iterator[str]:
    """The paths of what was written: one file, but for pictures of several parcels."""
    for number, content in enumerate(joined(documents), 1):
        file = (out if number == 1 else out.with_stem(f"{out.stem}-{number}")).absolute()
        write_document(file, content, language)
        yield str(file)


def of_shipment(app: Application, account_slug: str | None, by: str | None, shipment_id: str) -> tuple[str, str]:
    """The account of a shipment, and who acts. Raises Refused."""

    def look_up(uow: UnitOfWork, account_id: str) -> object:
        label = uow.labels.find_by_shipment(account_id, shipment_id)  # of the way back there is no shipment
        return label or uow.fulfillment.get_shipment(account_id, shipment_id)

    try:
        if by is not None:
            user = acting(app, by, account_slug, look_up)
            return user.account_id, user.id
        with app.reading() as uow:
            account_id = (
                uow.owners.account_of_shipment(shipment_id) if account_slug is None else find_account(uow, account_slug).id
            )
            look_up(uow, account_id)
            return account_id, "operator"
    except NotFound:
        raise Refused("no_shipment", NO_SHIPMENT, shipment=shipment_id) from None


def _parse_price(price: str | None, language: Language) -> Decimal | None:
    if price is None:
        return None
    if _PRICE.fullmatch(price.strip()) is None:
        beyond = PRICES.beyond(price)
        raise WrongInput(BAD_PRICE.format(language, price=price) if beyond is None else beyond.format(language))
    return Decimal(price.strip())


def parse_parcels(parcels: tuple[str, ...], language: Language) -> tuple[ParcelToShip, ...]:
    """Parcels from `GRAMS` or `GRAMS:LxWxH`. Raises WrongInput."""
    found = []
    for parcel in parcels:
        match = _PARCEL.fullmatch(parcel.strip())
        if match is None:
            raise WrongInput(BAD_PARCEL.format(language, parcel=parcel))
        length, width, height = (None if side is None else int(side) for side in match.groups()[1:])
        found.append(ParcelToShip(int(match[1]), length, width, height))
    return tuple(found)


def _parse_day(day: str | None, language: Language) -> date | None:
    if day is None:
        return None
    try:
        return datetime.strptime(day, "%Y-%m-%d").date()  # noqa: DTZ007 - a day, in the account's own zone
    except ValueError:
        raise WrongInput(BAD_DAY.format(language, day=day)) from None
