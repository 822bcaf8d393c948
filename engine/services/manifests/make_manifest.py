"""Makes the manifest that was planned, once: what an earlier attempt may have made is looked for first (docs/adr/0039)."""

from __future__ import annotations

from dataclasses import dataclass

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.job import Job
from engine.model.manifest import MadeManifest, Manifest, ManifestRequest
from engine.model.sentence import Sentence, sentence_of
from engine.ports import CarrierRefused, CarrierUnavailable, MakesManifests
from engine.services.steps import Step, take_steps
from rules.messages import Message, Text

CANNOT_MAKE = Text("{carrier} takes no manifests.", "{carrier} no admite manifiestos.")


@dataclass(slots=True)
class Making:
    """How far one attempt has come."""

    app: Application
    manifest: Manifest
    request: ManifestRequest
    session: MakesManifests
    asked_before: bool  # by an attempt of which nobody knows how far it came
    made: MadeManifest | None = None


def make_manifest(app: Application, job: Job) -> Manifest:
    """Go on with a manifest: as it is then. Raises CarrierUnavailable where nobody knows yet.

    What the carrier refuses ends it: the labels can go on another one.
    """
    with app.reading() as uow:
        manifest = uow.manifests.get(job.account_id, str(job.payload["manifest_id"]))
    if not manifest.is_being_made:
        return manifest
    try:
        making = Making(app, manifest, manifest_request(app, manifest), open_session(app, manifest), job.attempts > 1)
        take_steps(MANIFEST_STEPS, making)
    except CarrierRefused as refusal:
        return _keep_refused(app, manifest, sentence_of(refusal))
    except CarrierUnavailable as error:
        _keep_unknown(app, manifest, sentence_of(error))
        raise
    return making.manifest


def manifest_request(app: Application, manifest: Manifest) -> ManifestRequest:
    """What the carrier is, or was, asked for."""
    with app.reading() as uow:
        labels = uow.labels.list_on_manifest(manifest.account_id, manifest.id)
    return ManifestRequest(manifest.id, manifest.ship_from, tuple(label.carrier_id for label in labels))


def open_session(app: Application, manifest: Manifest) -> MakesManifests:
    """Raises CarrierRefused where the carrier account cannot be used, or has no manifests."""
    with app.reading() as uow:
        account = uow.carrier_accounts.get(manifest.owner_id, manifest.carrier_account_id)
    carrier = app.carrier(manifest.carrier)
    session = app.carrier_session(account)
    if not isinstance(session, MakesManifests):
        raise CarrierRefused(Message("cannot_make", CANNOT_MAKE, {"carrier": carrier.describes.name}))
    return session


def _find(making: Making) -> None:
    """What an earlier attempt may have made."""
    if making.asked_before:
        making.made = making.session.find_manifest(making.request)


def _make(making: Making) -> None:
    if making.made is None:
        making.made = making.session.make_manifest(making.request)


def _keep_made(making: Making) -> None:
    """The manifest and its document, in one transaction."""
    app, made, now = making.app, making.made, making.app.clock.now()
    assert made is not None
    with app.unit_of_work() as uow:
        manifest = uow.manifests.get(making.manifest.account_id, making.manifest.id, for_change=True)
        if manifest.is_being_made:
            manifest = manifest.make(made.carrier_id, now)
            uow.manifests.update(manifest)
            if made.document is not None:
                uow.manifests.keep_document(manifest.account_id, manifest.id, made.document, now)
            entry = AuditEntry(manifest.account_id, now, manifest.actor, "manifest.made", manifest.id, None, made.carrier_id)
            uow.audit.append([entry])
        uow.commit()
    making.manifest = manifest


MANIFEST_STEPS: tuple[Step[Making], ...] = (Step("find", _find), Step("make", _make), Step("keep_made", _keep_made))


def _keep_unknown(app: Application, manifest: Manifest, error: Sentence) -> None:
    with app.unit_of_work() as uow:
        kept = uow.manifests.get(manifest.account_id, manifest.id, for_change=True)
        if kept.is_being_made:
            uow.manifests.update(kept.lose(error))
        uow.commit()


def _keep_refused(app: Application, manifest: Manifest, error: Sentence) -> Manifest:
    now = app.clock.now()
    with app.unit_of_work() as uow:
        kept = uow.manifests.get(manifest.account_id, manifest.id, for_change=True)
        if kept.is_being_made:
            kept = kept.refuse(error)
            uow.manifests.update(kept)
            uow.labels.take_off_manifest(kept.account_id, kept.id)
            entry = AuditEntry(kept.account_id, now, kept.actor, "manifest.refused", kept.id, None, str(error))
            uow.audit.append([entry])
        uow.commit()
    return kept
