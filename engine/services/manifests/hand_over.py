"""A manifest as people see it: what is on it, what was voided since, and the document that its carrier gave."""

from __future__ import annotations

from dataclasses import dataclass

from engine.application import Application
from engine.model.account import Account, CarrierAccount
from engine.model.label import Label, LabelState
from engine.model.manifest import Manifest, ManifestState
from engine.ports import CarrierRefused
from engine.services.manifests.make_manifest import manifest_request, open_session
from engine.services.refusals import Refused
from rules.messages import Text

NOT_MADE = Text(
    "The manifest is not made: {problem} There is nothing to print.",
    "El manifiesto no está hecho: {problem} No hay nada que imprimir.",
)
NOT_ANSWERED = Text("the carrier has not answered yet.", "la empresa de transporte aún no ha respondido.")
NO_DOCUMENT = Text(
    "The carrier has no document for this manifest: print the hand-over list.",
    "La empresa de transporte no tiene documento para este manifiesto: imprime la lista de entrega.",
)


@dataclass(frozen=True, slots=True)
class HandedOver:
    """One shipment of a manifest."""

    label: Label
    tracking_numbers: tuple[str, ...]

    @property
    def was_voided(self) -> bool:
        return self.label.state in (LabelState.VOIDED, LabelState.VOID_REQUESTED)

    @property
    def weight_g(self) -> int:
        return sum(parcel.weight_g for parcel in self.label.request.parcels)


@dataclass(frozen=True, slots=True)
class HandOver:
    """A manifest with what is on it, in the order in which the labels were bought."""

    account: Account
    carrier_account: CarrierAccount
    carrier_name: str
    manifest: Manifest
    shipments: tuple[HandedOver, ...]

    @property
    def leaving(self) -> tuple[HandedOver, ...]:
        """Without what was voided since."""
        return tuple(one for one in self.shipments if not one.was_voided)


def describe_hand_over(app: Application, account_id: str, manifest_id: str) -> HandOver:
    """Raises NotFound, and Refused for a manifest that is not made."""
    with app.reading() as uow:
        manifest = uow.manifests.get(account_id, manifest_id)
        if manifest.state is not ManifestState.MADE:
            raise Refused("not_made", NOT_MADE, problem=manifest.error or NOT_ANSWERED)
        labels = uow.labels.list_on_manifest(account_id, manifest_id)
        made = uow.fulfillment.shipments_by_order(account_id, [label.order_id for label in labels])
        numbers = {shipment.id: shipment.numbers for shipments in made.values() for shipment in shipments}
        carrier_account = uow.carrier_accounts.get(manifest.owner_id, manifest.carrier_account_id)
        account = uow.accounts.get(account_id)
    shipments = tuple(HandedOver(label, numbers.get(label.shipment_id, ())) for label in labels)
    return HandOver(account, carrier_account, _carrier_name(app, manifest), manifest, shipments)


def carrier_document(app: Application, account_id: str, manifest_id: str) -> bytes:
    """The carrier's PDF: as it was kept, else asked for once more. Raises NotFound, Refused and CarrierError."""
    with app.reading() as uow:
        manifest = uow.manifests.get(account_id, manifest_id)
        kept = uow.manifests.find_document(account_id, manifest_id)
    if kept is not None:
        return kept
    if manifest.state is not ManifestState.MADE:
        raise Refused("not_made", NOT_MADE, problem=manifest.error or NOT_ANSWERED)
    made = open_session(app, manifest).find_manifest(manifest_request(app, manifest)) if manifest.carrier_id else None
    if made is None or made.document is None:
        raise Refused("no_document", NO_DOCUMENT)
    with app.unit_of_work() as uow:
        uow.manifests.keep_document(account_id, manifest_id, made.document, app.clock.now())
        uow.commit()
    return made.document


def _carrier_name(app: Application, manifest: Manifest) -> str:
    """What people call who carries it."""
    if manifest.line:
        return manifest.line
    try:
        return app.carrier(manifest.carrier).describes.name
    except CarrierRefused:
        return manifest.carrier
