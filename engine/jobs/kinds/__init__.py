"""The kinds of jobs that something does. A new one is a file here, its line below, and a member of `JobKind`."""

from __future__ import annotations

from engine.jobs.kinds.alert import ALERT
from engine.jobs.kinds.backtest import BACKTEST
from engine.jobs.kinds.bulk_action import BULK_ACTION
from engine.jobs.kinds.choose_service import CHOOSE_SERVICE
from engine.jobs.kinds.delegate import DELEGATE
from engine.jobs.kinds.email import BUYER_EMAIL, EMAIL
from engine.jobs.kinds.fetch_notes import FETCH_NOTES
from engine.jobs.kinds.import_store import IMPORT_STORE
from engine.jobs.kinds.label_batch import BUY_BATCH
from engine.jobs.kinds.labels import BUY_LABEL, VOID_LABEL
from engine.jobs.kinds.manifests import MAKE_MANIFEST
from engine.jobs.kinds.pickups import CANCEL_PICKUP, MAKE_PICKUP
from engine.jobs.kinds.print_document import PRINT
from engine.jobs.kinds.read_changes import READ_CHANGES
from engine.jobs.kinds.reconcile import RECONCILE
from engine.jobs.kinds.release_hold import RELEASE_HOLD
from engine.jobs.kinds.run_schedules import RUN_SCHEDULES
from engine.jobs.kinds.send_request import SEND_REQUEST
from engine.jobs.kinds.track_parcels import TRACK_PARCELS
from engine.jobs.kinds.write_back import NOTIFY_STORE, WITHDRAW_NOTICE
from engine.jobs.registry import JobType
from engine.model.job import JobKind

# Within a lane in this order, as long as none of them waits for its turn.
JOB_TYPES: dict[JobKind, JobType] = {
    one.kind: one
    for one in (
        NOTIFY_STORE,
        WITHDRAW_NOTICE,
        BUY_LABEL,
        VOID_LABEL,
        CHOOSE_SERVICE,
        BUY_BATCH,
        MAKE_MANIFEST,
        MAKE_PICKUP,
        CANCEL_PICKUP,
        PRINT,
        RELEASE_HOLD,
        DELEGATE,
        ALERT,
        RUN_SCHEDULES,
        READ_CHANGES,
        SEND_REQUEST,
        FETCH_NOTES,
        TRACK_PARCELS,
        EMAIL,
        BUYER_EMAIL,
        IMPORT_STORE,
        RECONCILE,
        BULK_ACTION,
        BACKTEST,
    )
}
