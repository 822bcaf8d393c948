"""What an order's page shows of its labels: how far each has come, in words with what to do, and what can be printed of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import gettext, lazy_gettext

from adapters.web.language import page_language
from adapters.web.wording import actor_name
from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.carrier import CarrierCapability, CarrierKind, DocumentForm
from engine.model.job import JobKind
from engine.model.label import LABEL_TRANSITIONS, DocumentFormat, DocumentKind, Label, LabelAction, LabelState, PaperSize
from engine.model.transitions import may_follow
from engine.services.deciding.account_names import AccountNames
from storage.queries import OrderDetail

FORM_WORDS: Mapping[tuple[DocumentKind, DocumentFormat], Any] = {
    (DocumentKind.LABEL, DocumentFormat.PDF): lazy_gettext("PDF, label of 4 × 6 inches"),
    (DocumentKind.PACKING_SLIP, DocumentFormat.PDF): lazy_gettext("PDF, A4 with packing slip"),
    (DocumentKind.CUSTOMS, DocumentFormat.PDF): lazy_gettext("PDF, A4 with customs papers"),
    (DocumentKind.LABEL, DocumentFormat.ZPL): lazy_gettext("ZPL, for label printers"),
    (DocumentKind.LABEL, DocumentFormat.PNG): lazy_gettext("PNG, a picture"),
}


@dataclass(frozen=True, slots=True)
class ShownLabel:
    """A label with what can be done about it. `notice` says how it stands where that needs words."""

    label: Label
    carrier: str  # as it calls itself
    by: str
    notice: str
    forms: tuple[tuple[str, str], ...]  # code and words of what can be printed
    kinds: tuple[DocumentKind, ...]  # of these
    may_void: bool


@dataclass(frozen=True, slots=True)
class OrderLabels:
    """Those of one order, `every` of the way there: `pending` has no shipment yet, `refused` is the last one, where nothing came
    after it.
    """

    every: Sequence[Label]
    by_shipment: Mapping[str, ShownLabel]
    returns: Sequence[ShownLabel] = ()
    pending: Sequence[ShownLabel] = ()
    refused: ShownLabel | None = None


def labels_of(app: Application, detail: OrderDetail, names: AccountNames) -> OrderLabels:
    """What there is to say of an order's labels."""
    listed = _list_labels(app, detail)
    labels = [label for label in listed if not label.is_return]
    shown = [shown_label(app, label, names) for label in labels]
    is_last_refused = bool(labels) and labels[-1].state is LabelState.REFUSED
    return OrderLabels(
        every=labels,
        returns=[shown_label(app, label, names) for label in listed if label.is_return],
        by_shipment={one.label.shipment_id: one for one in shown},
        pending=[one for one in shown if one.label.is_being_bought],
        refused=shown[-1] if is_last_refused else None,
    )


def _list_labels(app: Application, detail: OrderDetail) -> list[Label]:
    """Most orders have none, and nobody is asked for them: those that are being bought have a job, all others came of one that
    shipped, was refused, or brings something back that had shipped."""
    if not detail.shipments and all(job.kind is not JobKind.BUY_LABEL for job in detail.jobs):
        return []
    with app.reading() as uow:
        return uow.labels.list_for_order(detail.order.account_id, detail.order.id)


def shown_label(app: Application, label: Label, names: AccountNames) -> ShownLabel:
    kind = carrier_kind(app, label.carrier)
    forms = offered_forms(kind) if label.is_paid else ()
    return ShownLabel(
        label=label,
        carrier=kind.name,
        by=actor_name(label.actor, names.people, names.rules),
        notice=_notice(label, kind.name),
        forms=tuple((form_code(form), form_words(form)) for form in forms),
        kinds=tuple(dict.fromkeys(form.kind for form in forms)),
        may_void=kind.can(CarrierCapability.VOID) and may_follow(LABEL_TRANSITIONS, label.state, LabelAction.REQUEST_VOID),
    )


def carrier_kind(app: Application, code: str) -> CarrierKind:
    """What a carrier says of itself; of one that is not installed (any more), no more than its code."""
    carrier = app.carriers.get(code)
    return CarrierKind(code, code) if carrier is None else carrier.describes


def offered_forms(carrier: CarrierKind) -> tuple[DocumentForm, ...]:
    """What can be printed of a bought label: all forms where the carrier draws them again, else what a purchase brings."""
    return carrier.forms if carrier.can(CarrierCapability.DRAWS_DOCUMENTS) else carrier.forms[:1]


def form_code(form: DocumentForm) -> str:
    """A form as pages send it back."""
    return f"{form.format.value}-{form.size.value}"


def parse_form(code: str) -> tuple[DocumentFormat, PaperSize] | None:
    """Format and size; None for what is not a form."""
    format_, _, size = code.partition("-")
    try:
        return DocumentFormat(format_), PaperSize(size)
    except ValueError:
        return None


def form_words(form: DocumentForm) -> str:
    return str(FORM_WORDS.get((form.kind, form.format), form_code(form)))


def without_ids(entry: AuditEntry) -> AuditEntry:
    """What was written down about a label, without what only programs read."""
    after = entry.after
    match entry.action:
        case "label.intended" | "return.intended" if isinstance(after, list | tuple):
            return replace(entry, after=list(after[1:3]))
        case "label.bought" | "return.bought" | "label.refused" | "label.void_refused" if isinstance(after, list | tuple):
            return replace(entry, after=list(after[1:]))
        case "label.void_requested" | "label.voided":
            return replace(entry, after=None)
    return entry


def _notice(label: Label, carrier: str) -> str:
    reason = "" if label.error is None else label.error.format(page_language())
    named = {"carrier": carrier, "reason": reason}
    match label.state:
        case LabelState.INTENT:
            return gettext("The label is being bought from %(carrier)s: load this page again in a moment.", **named)
        case LabelState.UNKNOWN:
            return gettext(
                "Nobody knows yet whether %(carrier)s made the label: %(reason)s Relevo asks again by itself, and never buys it "
                "twice. Do not send these goods another way until it is known.",
                **named,
            )
        case LabelState.REFUSED if label.is_above_limit(label.asked):
            return reason
        case LabelState.REFUSED:
            return gettext(
                "%(carrier)s did not make the label: %(reason)s Nothing was bought. Change what it names, then create the "
                "label again.",
                **named,
            )
        case LabelState.VOID_REQUESTED if reason:
            return gettext(
                "The label is not voided yet: %(reason)s It is tried again by itself; do not use what was printed.", **named
            )
        case LabelState.VOID_REQUESTED:
            return gettext("The label is being voided: do not use what was printed.")
        case LabelState.VOID_REFUSED:
            return gettext(
                "%(carrier)s did not void the label: %(reason)s It stays paid, and the shipment counts. Ask %(carrier)s, or try "
                "again.",
                **named,
            )
        case LabelState.VOIDED:
            return gettext("The label is voided: do not use what was printed.")
    return ""
