"""Asks for pickups and calls them off, as far as the carrier answers."""

from __future__ import annotations

from engine.jobs.carrier_jobs import carrier_job
from engine.model.job import JobKind
from engine.services.pickups.cancel_pickup import cancel_pickup
from engine.services.pickups.make_pickup import make_pickup
from rules.messages import Text

MAKE_PICKUP = carrier_job(JobKind.MAKE_PICKUP, Text("Asking for a pickup", "Pedir una recogida"), make_pickup)
CANCEL_PICKUP = carrier_job(JobKind.CANCEL_PICKUP, Text("Cancelling a pickup", "Cancelar una recogida"), cancel_pickup)
