"""The documents of a label, for printing: as the carrier gave them, or drawn once more; whatever follows the first is a copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from engine.application import Application
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability, DocumentForm
from engine.model.label import Document, DocumentFormat, DocumentKind, Label, PaperSize
from engine.model.store_preferences import Brand
from engine.services.labels.void_label import get_shipment
from engine.services.refusals import Refused
from engine.services.stores.branding import brand_of
from rules.messages import Text

NO_FORM = Text(
    "{carrier} has no such document as {format} in {size}. It has: {known}.",
    "{carrier} no tiene ese documento como {format} en {size}. Tiene: {known}.",
)
NO_DOCUMENT = Text("{carrier} made no such document for this shipment.", "{carrier} no hizo ese documento para este envío.")
NOT_BOUGHT = Text(
    "There is no label to print: it was not bought, or was voided.", "No hay etiqueta que imprimir: no se compró o se anuló."
)


@dataclass(frozen=True, slots=True)
class Printout:
    """One document for each parcel. `needs_mark`: it is a copy, and nothing on it says so yet; `is_first`: it is none."""

    documents: Sequence[Document]
    needs_mark: bool = False
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A document that somebody wants of a paid label, and what is kept of it."""

    label: Label
    account: CarrierAccount
    form: DocumentForm
    numbers: Sequence[str]  # of the parcels
    kept: Sequence[Document]
    was_printed: bool


def print_documents(
    app: Application,
    account_id: str,
    shipment_id: str,
    format: DocumentFormat,
    size: PaperSize,
    kind: DocumentKind | None = None,
) -> Printout:
    """What is to be printed, on record as printed. Raises Refused where there is no label, or none in this form, and CarrierError
    where the carrier has to be asked for it and does not give it. Customs papers may be printed as often as one likes. Without a
    kind it is what the carrier has in this format and size.
    """
    wanted = _look_up(app, account_id, shipment_id, format, size, kind)
    label, form = wanted.label, wanted.form
    is_paper = form.kind is DocumentKind.CUSTOMS  # nobody puts it on a second parcel
    documents = wanted.kept
    if not documents:
        is_copy = wanted.was_printed and not is_paper
        session, brand = app.carrier_session(wanted.account), _brand(app, label, form)
        documents = session.draw(label, wanted.numbers, form, is_copy=is_copy, brand=brand)
    if not documents:
        raise Refused("no_document", NO_DOCUMENT, carrier=app.carrier(label.carrier).describes.name)
    if is_paper:
        return Printout(documents)
    with app.unit_of_work() as uow:
        is_copy = uow.labels.note_printed(account_id, label.id, app.clock.now())
        uow.commit()
    return Printout(documents, is_copy and (bool(wanted.kept) or not wanted.was_printed), is_first=not is_copy)


def check_printable(
    app: Application, account_id: str, shipment_id: str, format: DocumentFormat, size: PaperSize, kind: DocumentKind
) -> Label:
    """The label of a shipment, which can be printed so. Raises Refused, and asks no carrier."""
    return _look_up(app, account_id, shipment_id, format, size, kind).label


def _look_up(
    app: Application, account_id: str, shipment_id: str, format: DocumentFormat, size: PaperSize, kind: DocumentKind | None
) -> _Wanted:
    with app.reading() as uow:
        label = uow.labels.find_by_shipment(account_id, shipment_id)
        way_back = label is not None and label.is_return
        shipment = None if way_back else get_shipment(uow, account_id, shipment_id)
        if label is None or not label.is_paid:
            raise Refused("not_bought", NOT_BOUGHT)
        kept = uow.labels.list_documents(account_id, label.id)
        was_printed = uow.labels.was_printed(account_id, label.id)
        account = uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
    form = _form(app, label, format, size) if kind is None else DocumentForm(kind, format, size)
    found = [one for one in kept if (one.kind, one.format, one.size) == (form.kind, format, size)]
    if not found and not (form in app.carrier(label.carrier).describes.forms and _draws(app, label)):
        raise _no_form(app, label, form)
    parcels = () if shipment is None else shipment.parcels
    numbers = [parcel.tracking_number or "" for parcel in parcels] or list(label.tracking_numbers)
    return _Wanted(label, account, form, numbers, found, was_printed)


def _brand(app: Application, label: Label, form: DocumentForm) -> Brand | None:
    """What a packing slip says whose the parcel is; other documents are the carrier's."""
    if form.kind is not DocumentKind.PACKING_SLIP:
        return None
    with app.reading() as uow:
        return brand_of(uow, label.account_id, label.order_id)


def _form(app: Application, label: Label, format: DocumentFormat, size: PaperSize) -> DocumentForm:
    """What the carrier has in this format and size; where it has nothing such, what somebody would expect there."""
    usual = DocumentForm(DocumentKind.PACKING_SLIP if size is PaperSize.A4 else DocumentKind.LABEL, format, size)
    forms = app.carrier(label.carrier).describes.forms
    return next((one for one in forms if (one.format, one.size) == (format, size)), usual)


def _draws(app: Application, label: Label) -> bool:
    return app.carrier(label.carrier).describes.can(CarrierCapability.DRAWS_DOCUMENTS)


def _no_form(app: Application, label: Label, form: DocumentForm) -> Refused:
    kind = app.carrier(label.carrier).describes
    known = ", ".join(f"{one.format.value} {one.size.value}" for one in kind.forms)
    return Refused("no_form", NO_FORM, carrier=kind.name, format=form.format.value, size=form.size.value, known=known)
