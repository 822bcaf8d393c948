"""The forms that a shipment's documents have. Known without what draws them, which takes long to load."""

from __future__ import annotations

from engine.model.carrier import DocumentForm
from engine.model.label import DocumentFormat, DocumentKind, PaperSize

LABEL_PDF = DocumentForm(DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL)
LABEL_ZPL = DocumentForm(DocumentKind.LABEL, DocumentFormat.ZPL, PaperSize.LABEL)
LABEL_PNG = DocumentForm(DocumentKind.LABEL, DocumentFormat.PNG, PaperSize.LABEL)
SLIP_PDF = DocumentForm(DocumentKind.PACKING_SLIP, DocumentFormat.PDF, PaperSize.A4)

FORMS = (LABEL_PDF, LABEL_ZPL, LABEL_PNG, SLIP_PDF)
