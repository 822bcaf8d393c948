"""The documents of a label, for printing: as the carrier gave them, or drawn once more; whatever follows the first is a copy."""

from __future__ import annotations

from engine.application import Application
from engine.model.carrier import CarrierCapability, DocumentForm
from engine.model.label import Document, DocumentFormat, DocumentKind, PaperSize
from engine.services.labels.void_label import get_shipment
from engine.services.refusals import Refused
from rules.messages import Text

NO_FORM = Text(
    "{carrier} has no such document as {format} in {size}. It has: {known}.",
    "{carrier} no tiene ese documento como {format} en {size}. Tiene: {known}.",
)
NOT_BOUGHT = Text(
    "There is no label to print: it was not bought, or was voided.", "No hay etiqueta que imprimir: no se compró o se anuló."
)


def print_documents(
    app: Application, account_id: str, shipment_id: str, format: DocumentFormat, size: PaperSize
) -> list[Document]:
    """One for each parcel. Raises Refused where there is no label, or none in this form."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        shipment = get_shipment(uow, account_id, shipment_id)
        label = uow.labels.find_by_shipment(account_id, shipment_id)
        if label is None or not label.is_paid:
            raise Refused("not_bought", NOT_BOUGHT)
        kept = uow.labels.list_documents(account_id, label.id)
        account = uow.carrier_accounts.get(label.owner_id, label.carrier_account_id)
        is_copy = uow.labels.note_printed(account_id, label.id, now)
        uow.commit()
    carrier = app.carrier(label.carrier)
    kind = DocumentKind.PACKING_SLIP if size is PaperSize.A4 else DocumentKind.LABEL
    form = DocumentForm(kind, format, size)
    if not is_copy:
        found = [one for one in kept if (one.kind, one.format, one.size) == (kind, format, size)]
        if found:
            return found
    if form not in carrier.describes.forms or not carrier.describes.can(CarrierCapability.DRAWS_DOCUMENTS):
        known = ", ".join(f"{one.format.value} {one.size.value}" for one in carrier.describes.forms)
        raise Refused("no_form", NO_FORM, carrier=carrier.describes.name, format=format.value, size=size.value, known=known)
    return carrier.open(account).draw(label, [parcel.tracking_number or "" for parcel in shipment.parcels], form, is_copy=is_copy)
