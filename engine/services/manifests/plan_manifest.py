"""Keeps what is about to be told to carriers: the manifest, the labels that are on it, and the job that makes it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind
from engine.model.manifest import Manifest, manifest_key
from engine.ports import UnitOfWork
from engine.services.manifests.ready import ReadyGroup, ready_groups
from engine.services.refusals import Refused
from rules.messages import Text

NOTHING_READY = Text(
    "There is nothing to hand over: every label that leaves today is on a manifest, or none was bought.",
    "No hay nada que entregar: todas las etiquetas que salen hoy están en un manifiesto, o no se compró ninguna.",
)


def plan_manifests(
    app: Application,
    account_id: str,
    actor: str,
    *,
    carrier_account_id: str | None = None,
    location_code: str | None = None,
    group_key: str | None = None,
) -> list[Manifest]:
    """A manifest for each group that is ready, or for one of them; from here on its labels go on no other one.

    Those of carriers that take none are made at once. Raises Refused where nothing is ready.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        account = uow.accounts.get(account_id)
        groups = ready_groups(app, uow, account, carrier_account_id=carrier_account_id, location_code=location_code)
        wanted = [group for group in groups if group_key in (None, group.key)]
        planned = [made for group in wanted if (made := _plan(uow, account_id, group, actor, now)) is not None]
        if not planned:
            raise Refused("nothing_ready", NOTHING_READY)
        uow.commit()
    return planned


def _plan(uow: UnitOfWork, account_id: str, group: ReadyGroup, actor: str, now: datetime) -> Manifest | None:
    """None where somebody else has just taken its labels."""
    manifest = Manifest(
        id=new_id("man"),
        account_id=account_id,
        carrier_account_id=group.carrier_account.id,
        owner_id=group.carrier_account.account_id,
        carrier=group.carrier_account.carrier,
        line=group.line,
        ship_from=group.ship_from,
        shipments=len(group.labels),
        parcels=group.parcels,
        actor=actor,
        created_at=now,
    )
    taken = uow.labels.put_on_manifest(account_id, [label.id for label in group.labels], manifest.id)
    if not taken:
        return None
    if taken < len(group.labels):
        own = uow.labels.list_on_manifest(account_id, manifest.id)
        manifest = replace(manifest, shipments=len(own), parcels=sum(len(label.request.parcels) for label in own))
    if not group.told:
        manifest = manifest.make("", now)
    uow.manifests.add(manifest)
    if manifest.is_being_made:
        key, payload = manifest_key(manifest.id), {"manifest_id": manifest.id}
        job = Job(new_id("job"), account_id, JobKind.MAKE_MANIFEST, key, payload, now, now, priority=PERSON_WAITS)
        uow.jobs.add_many([job])
    after = [manifest.carrier, manifest.line, manifest.shipments]
    uow.audit.append([AuditEntry(account_id, now, actor, "manifest.planned", manifest.id, None, after)])
    return manifest
