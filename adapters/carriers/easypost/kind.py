"""What EasyPost can do, as far as this connector goes."""

from __future__ import annotations

from typing import Final

from engine.model.carrier import CarrierCapability, CarrierKind, CredentialField, DocumentForm
from engine.model.label import DocumentFormat, DocumentKind, PaperSize
from rules.messages import Text

URL: Final = "https://api.easypost.com/v2"

LABEL_PDF = DocumentForm(DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL)
LABEL_ZPL = DocumentForm(DocumentKind.LABEL, DocumentFormat.ZPL, PaperSize.LABEL)
LABEL_PNG = DocumentForm(DocumentKind.LABEL, DocumentFormat.PNG, PaperSize.LABEL)
CUSTOMS_PDF = DocumentForm(DocumentKind.CUSTOMS, DocumentFormat.PDF, PaperSize.A4)

EASYPOST = CarrierKind(
    code="easypost",
    name="EasyPost",
    capabilities=frozenset(
        {
            CarrierCapability.CUSTOMS,
            CarrierCapability.DRAWS_DOCUMENTS,
            CarrierCapability.INSURANCE,
            CarrierCapability.LOOK_UP,
            CarrierCapability.MANIFESTS,
            CarrierCapability.RATES,
            CarrierCapability.RETURNS,
            CarrierCapability.TEST_MODE,
            CarrierCapability.TRACKING,
            CarrierCapability.VOID,
        }
    ),
    credentials=(CredentialField("api_key", Text("API key", "clave de API")),),
    separator=":",
    forms=(LABEL_PDF, LABEL_ZPL, LABEL_PNG, CUSTOMS_PDF),
)
