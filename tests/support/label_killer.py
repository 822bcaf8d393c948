"""A process that buys labels and gives them back, and is killed at a step: each order of a line is done by a child of its own.

The carrier is a file, since it outlives whoever asks it. A line is a JSON list: what to do, for whom, with what, where to die.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from dataclasses import replace
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Any

from support.clock import FixedClock
from support.forked import Forked
from support.paid_carrier import PRICE, PaidCarrier
from support.shop import ListConnector

from adapters.log import set_up_logging
from adapters.passwords import Argon2PasswordHasher
from adapters.stores.brightpearl.description.steps import STEPS as TELLING_STEPS
from adapters.stores.client.connector import ClientConnector
from engine.application import Application
from engine.jobs.kinds import label_batch as kind
from engine.jobs.make_label import make_label, take_back_label
from engine.jobs.make_manifests import make_manifests
from engine.jobs.make_pickups import make_pickups
from engine.jobs.worker import drain, process_job_now
from engine.model.carrier import CarrierCapability
from engine.model.label import BoughtLabel, Label, LabelRequest
from engine.model.manifest import MadeManifest, ManifestRequest
from engine.model.pickup import MadePickup, PickupRequest
from engine.model.write_back import ShipmentNotice, notify_key
from engine.services.labels import buy_label, label_batches, void_label
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.manifests import make_manifest
from engine.services.pickups import make_pickup
from engine.services.pickups.plan_pickup import PickupWish
from storage.database import open_database
from storage.secret_box import SecretBox

ROOT = Path(__file__).parents[2]
STANDARD = LabelWish(ServiceWish("paid", "standard"))
STEPS: dict[str, tuple[Any, str]] = {
    "void": (void_label, "VOID_STEPS"),
    "fetch": (make_pickup, "PICKUP_STEPS"),
    "list": (make_manifest, "MANIFEST_STEPS"),
}


class FileCarrier(PaidCarrier):
    """Keeps what it sold and took back, the drivers that it sent and the manifests that it made, as lines of a file."""

    def __init__(self, file: Path) -> None:
        super().__init__(prepares=True)
        can = self.describes.capabilities | {CarrierCapability.PICKUPS, CarrierCapability.RETURNS, CarrierCapability.MANIFESTS}
        self.describes = replace(self.describes, capabilities=can)
        self._file = file

    def open(self, account: object) -> Any:
        return _FileSession(super().open(account), self._file)  # type: ignore[arg-type]


class _FileSession:
    def __init__(self, session: Any, file: Path) -> None:
        self._session, self._file = session, file

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def buy(self, request: LabelRequest, carrier_id: str) -> BoughtLabel:
        _note(self._file, "buy", request.reference, carrier_id)
        return BoughtLabel(carrier_id, (f"T-{request.reference}",), (), PRICE)

    def find(self, request: LabelRequest, carrier_id: str) -> BoughtLabel | None:
        sold = [line for line in read_lines(self._file) if line[:2] == ["buy", request.reference]]
        return BoughtLabel(sold[0][2], (f"T-{request.reference}",), (), PRICE) if sold else None

    def void(self, label: Label) -> None:
        _note(self._file, "void", label.id, label.carrier_id)

    def make_manifest(self, request: ManifestRequest) -> MadeManifest:
        _note(self._file, "list", request.reference, *request.carrier_ids)
        return MadeManifest(f"M-{request.reference}")

    def find_manifest(self, request: ManifestRequest) -> MadeManifest | None:
        made = [line for line in read_lines(self._file) if line[0] == "list" and line[2:] == list(request.carrier_ids)]
        return MadeManifest(f"M-{made[0][1]}") if made else None

    def check_pickup(self, request: PickupRequest) -> None: ...

    def prepare_pickup(self, request: PickupRequest) -> str:
        return f"prepared-{request.reference}"

    def make_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup:
        _note(self._file, "fetch", request.reference, carrier_id)
        return MadePickup(carrier_id, "C1", PRICE)

    def find_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup | None:
        sent = [line for line in read_lines(self._file) if line[:2] == ["fetch", request.reference]]
        return MadePickup(sent[0][2], "C1", PRICE) if sent else None

    def cancel_pickup(self, request: PickupRequest, carrier_id: str) -> None:
        _note(self._file, "call off", request.reference, carrier_id)


class _Told(list[tuple[str | None, ShipmentNotice]]):
    """What the store hears, in the same file. Whoever tells it `dies` before or after a step."""

    def __init__(self, file: Path, dies: tuple[str, str]) -> None:
        super().__init__()
        self._file, self._dies = file, dies

    def append(self, heard: tuple[str | None, ShipmentNotice]) -> None:
        step, notice = heard
        if self._dies == (step, "before"):
            os.kill(os.getpid(), signal.SIGKILL)
        _note(self._file, "told", notice.order_number, step or "withdrawn")
        if self._dies == (step, "after"):
            os.kill(os.getpid(), signal.SIGKILL)


def _note(file: Path, *what: str) -> None:
    with file.open("a") as written:
        written.write(json.dumps(what) + "\n")


def read_lines(file: Path) -> list[list[str]]:
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


class Killer:
    """The process, as the test sees it."""

    def __init__(self, url: str, moment: datetime, file: Path) -> None:
        self._process = Forked(__name__, url, moment.isoformat(), str(file))

    def tell(self, *order: object) -> int:
        """How the child ended: 0, or minus the signal that killed it."""
        self._process.tell(*order)
        return int(self._process.answer())

    def end(self) -> None:
        self._process.end()


def kill_at(module: Any, name: str, code: str, moment: str) -> None:
    """Have this process killed before or after a step of the list that the product itself goes by."""

    def dying(step: Any) -> Any:
        def take(subject: Any) -> None:
            if moment == "after":
                step.take(subject)
            os.kill(os.getpid(), signal.SIGKILL)

        return replace(step, take=take) if step.code == code else step

    setattr(module, name, tuple(dying(step) for step in getattr(module, name)))


def _die_planning(when: str) -> None:
    """Have this process killed around the planning of a slice: before it, before its commit, or before its job knows of it."""

    def dying(plan: Any, moment: str) -> Any:
        def take(*told: Any) -> Any:
            if moment != "before":
                plan(*told)
            os.kill(os.getpid(), signal.SIGKILL)

        return take

    if when == "uncommitted":
        label_batches.plan_together = dying(label_batches.plan_together, when)
    else:
        kind.plan_slice = dying(kind.plan_slice, when)  # type: ignore[attr-defined]


def _do(url: str, moment: str, file: Path, order: list[str]) -> None:
    what, account_id, subject, step, when = order
    database = open_database(url, SecretBox([b"0123456789abcdef0123456789abcdef"]))
    hours = {"drain": 24, "tell the rest": 24, "batch": len(subject)}.get(what, 0)  # an abandoned job is free again by then
    clock = FixedClock(datetime.fromisoformat(moment) + timedelta(hours=hours))
    client: Any = ClientConnector(lambda: app)
    tells = what in ("tell", "tell the rest")
    codes = tuple(one.code for one in TELLING_STEPS) if tells else (TELLING_STEPS[0].code,)
    store: Any = ListConnector(told=_Told(file, (step, when) if tells else ("", "")), steps=codes)
    connectors = {one.describes.code: one for one in (client, store)}
    carriers: Any = {"paid": FileCarrier(file)}
    app = Application(
        database.unit_of_work, database.reading_unit_of_work, clock, connectors, Argon2PasswordHasher(), carriers=carriers
    )
    label_batches.SLICE = 2
    if step == "plan":
        _die_planning(when)
    elif step and not tells:
        module, steps = STEPS.get(what, (buy_label, "PURCHASE_STEPS"))
        kill_at(module, steps, step, when)
    if what == "buy":
        make_label(app, account_id, subject, STANDARD, "somebody", f"test-{os.getpid()}")
    elif what == "fetch":
        wish = PickupWish((clock.now() + timedelta(days=1 + int(subject))).date(), time(14), time(18))
        make_pickups(app, account_id, "somebody", f"test-{os.getpid()}", wish)
    elif what == "list":
        make_manifests(app, account_id, "somebody", f"test-{os.getpid()}")
    elif what == "tell":
        with app.reading() as uow:
            job = uow.jobs.find(account_id, notify_key(subject))
        assert job is not None
        process_job_now(app, f"test-{os.getpid()}", job.id)
    elif what == "void":
        take_back_label(app, account_id, subject, "somebody", f"test-{os.getpid()}")
    else:
        drain(app, f"test-{os.getpid()}")


def serve(url: str, moment: str, file: str) -> None:
    set_up_logging("critical")
    for line in sys.stdin:
        child = os.fork()
        if child == 0:
            _do(url, moment, Path(file), json.loads(line))
            os._exit(0)
        _, status = os.waitpid(child, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)
