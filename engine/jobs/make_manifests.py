"""What people ask for and wait for at the end of the day: manifests, as far as carriers answer."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.worker import process_job_now
from engine.model.manifest import Manifest, manifest_key
from engine.services.manifests.plan_manifest import plan_manifests


def make_manifests(
    app: Application,
    account_id: str,
    actor: str,
    owner: str,
    *,
    carrier_account_id: str | None = None,
    location_code: str | None = None,
    group_key: str | None = None,
) -> list[Manifest]:
    """What came of each; what a carrier has not answered is looked up and carried on by the worker. Raises Refused."""
    chosen = {"carrier_account_id": carrier_account_id, "location_code": location_code, "group_key": group_key}
    planned = plan_manifests(app, account_id, actor, **chosen)
    for manifest in planned:
        with app.reading() as uow:
            job = uow.jobs.find(account_id, manifest_key(manifest.id))
        if job is not None:
            process_job_now(app, owner, job.id)
    with app.reading() as uow:
        return [uow.manifests.get(account_id, manifest.id) for manifest in planned]
