"""What Sendcloud can do, and what an account there is called with."""

from __future__ import annotations

from typing import Final

from engine.model.carrier import CarrierCapability, CarrierKind, CredentialField, DocumentForm
from engine.model.label import DocumentFormat, DocumentKind, PaperSize
from rules.messages import Text

NAME: Final = "Sendcloud"
API_URL: Final = "https://panel.sendcloud.sc/api/v3"
MOST_PARCELS: Final = 15  # of a shipment that is announced while one waits

LABEL_PDF: Final = DocumentForm(DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL)
CUSTOMS_PDF: Final = DocumentForm(DocumentKind.CUSTOMS, DocumentFormat.PDF, PaperSize.A4)

SENDCLOUD: Final = CarrierKind(
    code="sendcloud",
    name=NAME,
    capabilities=frozenset(
        {
            CarrierCapability.CUSTOMS,
            CarrierCapability.DRAWS_DOCUMENTS,
            CarrierCapability.INSURANCE,
            CarrierCapability.LOOK_UP,
            CarrierCapability.MULTI_PARCEL,
            CarrierCapability.RATES,
            CarrierCapability.REPEATABLE,
            CarrierCapability.TRACKING,
            CarrierCapability.VOID,
        }
    ),
    credentials=(
        CredentialField("public_key", Text("Public key", "Clave pública"), is_secret=False),
        CredentialField("secret_key", Text("Secret key", "Clave secreta")),
    ),
    separator=":",
    forms=(
        LABEL_PDF,
        DocumentForm(DocumentKind.LABEL, DocumentFormat.ZPL, PaperSize.LABEL),
        DocumentForm(DocumentKind.LABEL, DocumentFormat.PNG, PaperSize.LABEL),
        CUSTOMS_PDF,
    ),
)
