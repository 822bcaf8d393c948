"""A statement as CSV, for spreadsheets and other programs: its words are codes, its numbers plain."""

from __future__ import annotations

import csv
import io
from zoneinfo import ZoneInfo

from engine.services.billing.statements import StatementDetails
from engine.services.spreadsheets import harmless
from rules.order_document import plain

COLUMNS = (
    "kind",
    "month",
    "order_number",
    "shipped_at",
    "orders",
    "lines",
    "parcels",
    "label_cost",
    "quantity",
    "price",
    "amount",
    "currency",
)
TOTAL, SHIPMENT, RETURN, TAKEN_BACK = "total", "shipment", "return", "taken_back"


def write_statement_csv(details: StatementDetails) -> str:
    """First a line for each charge, then the total, then a line for each shipment and return label; times in the 3PL's zone."""
    statement, zone = details.seen.statement, ZoneInfo(details.seen.statement.time_zone)
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, restval="", lineterminator="\r\n")
    writer.writeheader()
    for row in statement.rows:
        writer.writerow(
            {
                "kind": row.charge.value,
                "month": row.of_month,
                "quantity": plain(row.quantity),
                "price": "" if row.price is None else plain(row.price),
                "amount": plain(row.amount),
                "currency": statement.currency,
            }
        )
    total = {"kind": TOTAL, "month": statement.month, "amount": plain(statement.total), "currency": statement.currency}
    counts = {"orders": statement.orders, "lines": statement.lines, "parcels": statement.parcels}
    writer.writerow({**total, **counts})
    for entry in details.entries:
        cost = entry.cost_in(statement.currency)
        writer.writerow(
            {
                "kind": TAKEN_BACK if entry.sign < 0 else RETURN if entry.is_return else SHIPMENT,
                "month": entry.of_month,
                "order_number": harmless(entry.order_number),
                "shipped_at": entry.shipped_at.astimezone(zone).isoformat(timespec="seconds"),
                "orders": entry.orders,
                "lines": entry.lines,
                "parcels": entry.parcels,
                "label_cost": "" if cost is None else plain(cost),
                "currency": statement.currency,
            }
        )
    return out.getvalue()
