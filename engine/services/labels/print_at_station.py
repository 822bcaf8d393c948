"""Printing at a station: on a printer of the network by a job, which tries it a few times and keeps what came of it."""

from __future__ import annotations

from collections.abc import Sequence

from engine.application import NO_PRINTER, Application
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind
from engine.model.label import Document, DocumentFormat, DocumentKind, PaperSize
from engine.model.print_station import PrintSetting, PrintStation
from engine.ports import PrinterUnreachable
from engine.services.labels.print_documents import check_printable, print_documents
from engine.services.refusals import Refused

TRIES, PAUSE_S = 3, 3.0  # a label that comes out when nobody stands there any more is put on no parcel


def print_on_network(app: Application, station: PrintStation, shipment_id: str, kind: DocumentKind) -> Job:
    """The job that prints a document where the station says: on a printer of the network. Raises Refused."""
    setting, account_id = station.setting(kind), station.account_id
    check_may_print(app, account_id, setting.printer)
    label = check_printable(app, account_id, shipment_id, setting.format, setting.size, kind)
    now, job_id = app.clock.now(), new_id("job")
    payload = {"shipment_id": shipment_id, "label_id": label.id, "document": kind.value, **setting.to_data()}
    job = Job(*(job_id, account_id, JobKind.PRINT, f"print:{job_id}", payload, now, now, label.order_id), priority=PERSON_WAITS)
    with app.unit_of_work() as uow:
        uow.jobs.add_many([job])
        uow.commit()
    return job


def check_may_print(app: Application, account_id: str, printer: str) -> None:
    """Raises Refused for a printer that the operator has not named for the account (any more)."""
    with app.reading() as uow:
        slug = uow.accounts.get(account_id).slug
    if printer not in app.printers.addresses(slug):
        raise Refused("no_printer", NO_PRINTER, printer=printer)


def print_job(app: Application, job: Job) -> None:
    """Print what a job is about, marked as a copy where the label was printed before.

    Raises Refused and CarrierError where there is nothing to print, and PrinterError. A label of which the printer got nothing
    does not count as printed.
    """
    asked, setting = job.payload, PrintSetting.from_data(job.payload)
    check_may_print(app, job.account_id, setting.printer)
    where = (DocumentFormat(setting.format), PaperSize(setting.size), DocumentKind(asked["document"]))
    printout = print_documents(app, job.account_id, asked["shipment_id"], *where)
    try:
        _send(app, setting.printer, printout.documents, needs_mark=printout.needs_mark)
    except PrinterUnreachable:
        if printout.is_first:
            with app.unit_of_work() as uow:
                uow.labels.note_not_printed(job.account_id, asked["label_id"])
                uow.commit()
        raise


def _send(app: Application, printer: str, documents: Sequence[Document], *, needs_mark: bool) -> None:
    for left in reversed(range(TRIES)):
        try:
            app.printers.send(printer, documents, needs_mark=needs_mark)
        except PrinterUnreachable:
            if not left:
                raise
            app.clock.sleep(PAUSE_S)
        else:
            return
