"""Differences as the page shows them: what each side says, how old it is, and what cures it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext

from adapters.web.language import page_language
from adapters.web.parts import parts
from engine.model.reconciliation import Difference, DifferenceKind, ProviderHas
from engine.model.store_kind import StoreKind
from engine.services.reconciliation.cures import DifferenceCure, cures_of
from engine.services.reconciliation.difference_words import KINDS, said_here, said_there

_PLACES: Mapping[DifferenceKind, str] = {
    DifferenceKind.PROVIDER: "requests",
    DifferenceKind.NOT_TOLD: "shipments",
    DifferenceKind.STILL_OPEN: "shipments",
}
_CURES: Mapping[DifferenceCure, Any] = {
    DifferenceCure.RECALL: lazy_gettext("Recall"),
    DifferenceCure.TELL_AGAIN: lazy_gettext("Tell the store again"),
    DifferenceCure.LOOK: lazy_gettext("Look at the order"),
}


@dataclass(frozen=True, slots=True)
class ShownDifference:
    """One line. Where `warning` says something, the person reads it before the button comes."""

    kind: str
    subject: str
    heading: str
    what: str  # the order's number, or what the store calls it
    external_id: str
    address: str  # of the order; empty where there is none here
    there: str
    here: str
    is_provider: bool
    since: datetime
    last_seen: datetime
    button: str  # empty where nothing is done from here
    warning: str
    place: str  # on the order's page


def shown_differences(account_id: str, found: Sequence[Difference], kind: StoreKind) -> list[ShownDifference]:
    """In the language of the page."""
    cures = cures_of(parts().app, account_id, found)
    return [_shown(one, cure, kind) for one, cure in zip(found, cures, strict=True)]


def _shown(one: Difference, cure: DifferenceCure, kind: StoreKind) -> ShownDifference:
    address = "" if one.order_id is None else url_for("orders.show", order_id=one.order_id)
    is_look = cure is DifferenceCure.LOOK
    return ShownDifference(
        kind=one.kind.value,
        subject=one.subject,
        heading=KINDS[one.kind].format(page_language()),
        what=one.order_number or one.external_id,
        external_id=one.external_id,
        address=address,
        there=said_there(one, kind).format(page_language()),
        here=said_here(one).format(page_language()),
        is_provider=one.kind is DifferenceKind.PROVIDER,
        since=one.first_seen,
        last_seen=one.last_seen,
        button="" if is_look else _button(one, cure),
        warning=_warning(one, cure),
        place=f"{address}#{_place(one)}" if is_look and address else "",
    )


def _button(one: Difference, cure: DifferenceCure) -> str:
    if cure is not DifferenceCure.READ:
        return str(_CURES[cure])
    return gettext("Import it now") if one.kind is DifferenceKind.NOT_HERE else gettext("Close it as the store says")


def _warning(one: Difference, cure: DifferenceCure) -> str:
    """What is lost, where something is."""
    if cure is DifferenceCure.RECALL:
        return gettext("The provider is told that you take the order back. After that you can hand it over anew.")
    if cure is DifferenceCure.READ and one.kind is DifferenceKind.NOT_THERE:
        return gettext(
            "The order is read in the store once more. If the store still says so, it is closed here, and what a provider has "
            "not sent yet is recalled."
        )
    return ""


def _place(one: Difference) -> str:
    return "delegate" if one.detail == ProviderHas.NOT_ASKED else _PLACES.get(one.kind, "next")
