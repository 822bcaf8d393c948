"""What becomes of a goods-out note that was read: an order, or a reason why it is none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

import orjson

from adapters.stores.brightpearl.description import reasons
from adapters.stores.brightpearl.known_fields import unknown_fields
from adapters.stores.brightpearl.mapping import MappingProblem, read_shipping, to_document
from adapters.stores.brightpearl.note_shipping import bears_shipping, unwritten_note
from adapters.stores.brightpearl.remarks import remarks_on
from adapters.stores.brightpearl.selection import channel_of, judge_age, judge_note, judge_order, number_of, order_id_of
from adapters.stores.brightpearl.settings import BrightpearlSettings
from engine.model.note_shipping import NoteShipping
from engine.model.sentence import Sentence
from engine.model.store import Parked, Ready, Record, Skipped
from engine.model.store_preferences import WeightUnit

Raw = Mapping[str, Any]

_UNDATED = "undated"  # the stamp of an order that is read again when the search of orders names it, whatever that says


def outcome_of_note(note_id: int, note: Raw | None) -> Record | None:
    """The record of a note that needs no look at its order; None for the others."""
    if note is None:
        return Skipped(str(note_id), None, reasons.NOTE_GONE.message(note=note_id))
    try:
        message = judge_note(note_id, note)
    except MappingProblem as problem:
        return _parked(note_id, note, None, problem)
    return None if message is None else Skipped(str(note_id), number_of(note), message)


def outcome_of_order(
    note_id: int,
    note: Raw,
    orders: Mapping[int, Raw],
    settings: BrightpearlSettings,
    weight_unit: WeightUnit,
    since: datetime | None,
) -> Record:
    order_id = order_id_of(note)
    order = None if order_id is None else orders.get(order_id)
    try:
        message = judge_order(note_id, note, order, settings)
        if message is not None or order is None:
            gone = reasons.NOTE_GONE.message(note=note_id)
            return Skipped(str(note_id), number_of(note), message or gone, source_version=source_version(order))
        if since is not None and (too_old := judge_age(note_id, note, since)):
            # An order brought by an earlier, longer import stays: so this closes nothing.
            return Skipped(str(note_id), number_of(note), too_old, confirmed=False)
        document = to_document(note, order, settings.custom_fields, weight_unit)
    except MappingProblem as problem:
        return _parked(note_id, note, order, problem)
    return Ready(
        str(note_id),
        str(order_id),
        document["order_number"],
        document,
        _raw(note, order),
        source_version(order),
        str(channel_of(order)),
        remarks_on(document, note, order),
        unknown_fields(note, order),
        is_written_on=bears_shipping(note, order),
    )


def unwritten(record: Ready, shipping: NoteShipping, weight_unit: WeightUnit) -> Ready:
    """A record as it were had its note not been written to from here."""
    raw = orjson.loads(record.raw)
    note = unwritten_note(raw["note"], shipping)
    if note is raw["note"]:
        return record
    rest = {
        name: value
        for name, value in record.document.items()
        if name not in read_shipping(raw["note"], raw["order"], weight_unit)
    }
    return replace(record, document={**rest, **read_shipping(note, raw["order"], weight_unit)})


def source_version(order: Raw | None) -> str:
    """When an order changed last: one that was never changed says when it was made, or nothing at all."""
    if order is None:
        return ""
    times = (order.get(name) for name in ("updatedOn", "createdOn", "placedOn"))
    return next((time for time in times if isinstance(time, str) and time), _UNDATED)


def _parked(note_id: int, note: Raw, order: Raw | None, problem: MappingProblem) -> Parked:
    order_id, number = order_id_of(note), number_of(note)
    external_order_id = "" if order_id is None else str(order_id)
    return Parked(str(note_id), external_order_id, number or "", problem.path, Sentence.of(problem.problem), _raw(note, order))


def _raw(note: Raw, order: Raw | None) -> bytes:
    return orjson.dumps({"note": note, "order": order})
