"""Makes manifests, as far as the carrier answers."""

from __future__ import annotations

from engine.jobs.carrier_jobs import carrier_job
from engine.model.job import JobKind
from engine.services.manifests.make_manifest import make_manifest
from rules.messages import Text

MAKE_MANIFEST = carrier_job(JobKind.MAKE_MANIFEST, Text("Making a manifest", "Hacer un manifiesto"), make_manifest)
