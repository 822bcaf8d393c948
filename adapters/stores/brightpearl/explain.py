"""A live look at one order: its number, its reference, or a note id, and why its notes are or are not orders here."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.stores.brightpearl.client import BrightpearlClient
from adapters.stores.brightpearl.description import reasons
from adapters.stores.brightpearl.mapping import MappingProblem, to_document
from adapters.stores.brightpearl.raw_values import code_in, id_in
from adapters.stores.brightpearl.selection import (
    SALES_ORDER,
    judge_age,
    judge_note,
    judge_order,
    judge_order_kind,
    number_of,
    order_id_of,
)
from adapters.stores.brightpearl.settings import BrightpearlSettings
from engine.model.store import NoteFinding, OrderFinding
from rules.messages import Message

Raw = Mapping[str, Any]

_NUMBER = re.compile(r"(?:GN#?)?([0-9]{1,18})(?:/([0-9]{1,6}))?", re.IGNORECASE)


def explain_number(client: BrightpearlClient, settings: BrightpearlSettings, number: str, since: datetime) -> OrderFinding:
    """What Brightpearl has under a number: of an order (`7001`, `7001/2`), else a reference, else the id of a note."""
    text = number.strip()
    match = _NUMBER.fullmatch(text)
    if match and (orders := client.get_orders([int(match[1])])):
        return _explain_orders(client, settings, orders, since, sequence=int(match[2]) if match[2] else None)
    if text and (order_ids := client.find_orders_by_reference(text)):
        orders = client.get_orders(order_ids)
        if orders:
            return _explain_orders(client, settings, orders, since, sequence=None)
    if match and not match[2]:
        note_id = int(match[1])
        note = client.get_notes([note_id]).get(note_id)
        if note is not None:
            return _explain_note(client, settings, note_id, note, since)
    return OrderFinding(text, (), reasons.ORDER_NOT_FOUND.message(order=text))


def _explain_note(
    client: BrightpearlClient, settings: BrightpearlSettings, note_id: int, note: Raw, since: datetime
) -> OrderFinding:
    order_id = order_id_of(note)
    orders = {} if order_id is None else client.get_orders([order_id])
    return OrderFinding(str(order_id or note_id), (_finding(note_id, note, orders, settings, since),), None)


def _explain_orders(
    client: BrightpearlClient,
    settings: BrightpearlSettings,
    orders: Mapping[int, Raw],
    since: datetime,
    sequence: int | None,
) -> OrderFinding:
    """Orders with one number or reference: sales orders first, as the same reference may be on a purchase order."""
    ids = sorted(orders, key=lambda order_id: (code_in(orders[order_id].get("orderTypeCode")) != SALES_ORDER, order_id))
    found = client.get_notes_of_orders(ids)
    notes = {note_id: note for note_id, note in sorted(found.items()) if order_id_of(note) in orders}
    if sequence is not None:
        notes = {note_id: note for note_id, note in notes.items() if id_in(note.get("sequence")) == sequence} or notes
    number = str(ids[0])
    if not notes:
        return OrderFinding(number, (), _why_no_notes(client, ids[0], orders[ids[0]]))
    findings = (_finding(note_id, note, orders, settings, since) for note_id, note in notes.items())
    return OrderFinding(number, tuple(findings), None)


def _why_no_notes(client: BrightpearlClient, order_id: int, order: Raw) -> Message:
    try:
        if refusal := judge_order_kind(order):
            return refusal
    except MappingProblem:
        pass  # an order of no known type that has no note: that it has none is the answer
    if client.get_drop_ship_notes(order_id):
        return reasons.DROP_SHIP.message(order=order_id)
    return reasons.NO_GOODS_OUT_NOTE.message(order=order_id)


def _finding(note_id: int, note: Raw, orders: Mapping[int, Raw], settings: BrightpearlSettings, since: datetime) -> NoteFinding:
    try:
        message = judge_note(note_id, note)
        if message is None:
            order = orders.get(order_id_of(note) or 0)
            message = judge_order(note_id, note, order, settings) or judge_age(note_id, note, since)
            if message is None and order is not None:
                to_document(note, order)
    except MappingProblem as problem:
        details = {"path": problem.path, "problem": problem.problem}
        message = reasons.UNMAPPABLE.message(note=note_id, order=note.get("orderId"), **details)
    return NoteFinding(str(note_id), number_of(note), message is None, message)
