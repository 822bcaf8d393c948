"""The documents of a shipment in each form that they have."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from adapters.carriers.house import words
from adapters.carriers.house.forms import LABEL_PDF, LABEL_PNG, LABEL_ZPL, SLIP_PDF
from adapters.carriers.house.label import ParcelLabel, label_page
from adapters.carriers.house.packing_slip import slip_pages
from adapters.documents.drawing.elements import Page
from engine.model.carrier import DocumentForm
from engine.model.label import Document


def draw_documents(labels: Sequence[ParcelLabel], form: DocumentForm) -> list[Document]:
    """One for each parcel."""
    draw = _DRAWN_BY[form]
    return [Document(form.kind, form.format, form.size, draw(label), label.parcel) for label in labels]


def _label_pdf(label: ParcelLabel) -> bytes:
    return _pdf([label_page(label)], label)


def _slip_pdf(label: ParcelLabel) -> bytes:
    return _pdf(slip_pages(label), label)


# Each kind of file is made by a library of its own, which is loaded when a file of that kind is.


def _pdf(pages: Sequence[Page], label: ParcelLabel) -> bytes:
    from adapters.documents.drawing.pdf import render_pdf

    title = words.LABEL_TITLE.format(label.language, number=label.number)
    return render_pdf(pages, title=title, language=label.language)


def _label_png(label: ParcelLabel) -> bytes:
    from adapters.documents.drawing.png import render_png

    return render_png(label_page(label))


def _label_zpl(label: ParcelLabel) -> bytes:
    from adapters.documents.drawing.zpl import render_zpl

    return render_zpl(label_page(label))


_DRAWN_BY: dict[DocumentForm, Callable[[ParcelLabel], bytes]] = {
    LABEL_PDF: _label_pdf,
    LABEL_ZPL: _label_zpl,
    LABEL_PNG: _label_png,
    SLIP_PDF: _slip_pdf,
}
