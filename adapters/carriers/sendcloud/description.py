"""What Sendcloud can do, and what an account there is called with."""

from __future__ import annotations

from typing import Final

from engine.model.carrier import CarrierCapability, CarrierKind, CarrierSetting, CredentialField, DocumentForm
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
            CarrierCapability.CALLS,
            CarrierCapability.CUSTOMS,
            CarrierCapability.DRAWS_DOCUMENTS,
            CarrierCapability.INSURANCE,
            CarrierCapability.LOOK_UP,
            CarrierCapability.MULTI_PARCEL,
            CarrierCapability.PICKUPS,
            CarrierCapability.RATES,
            CarrierCapability.REPEATABLE,
            CarrierCapability.RETURNS,
            CarrierCapability.SERVICE_POINTS,
            CarrierCapability.TRACKING,
            CarrierCapability.VOID,
        }
    ),
    credentials=(
        CredentialField("public_key", Text("Public key", "Clave pública"), is_secret=False),
        CredentialField("secret_key", Text("Secret key", "Clave secreta")),
    ),
    settings=(
        CarrierSetting(
            "contract_id",
            Text("Contract", "Contrato"),
            Text(
                "Its number at Sendcloud, such as 517, for all services of this account. Left out: the one that Sendcloud takes.",
                "Su número en Sendcloud, como 517, para todos los servicios de esta cuenta. En blanco: el que tome Sendcloud.",
            ),
        ),
        CarrierSetting(
            "sender_address_id",
            Text("Sender address", "Dirección del remitente"),
            Text(
                "The number under which Sendcloud keeps it, with its VAT and EORI numbers. Left out: the ship-from location.",
                "El número con el que la guarda Sendcloud, con sus números de IVA y EORI. En blanco: la ubicación de envío.",
            ),
        ),
        CarrierSetting(
            "return_option",
            Text("Shipping option of returns", "Opción de envío de las devoluciones"),
            Text(
                "Its code at Sendcloud, such as dpd:return/return, for all return labels of this account. Left out: the one that "
                "is chosen.",
                "Su código en Sendcloud, como dpd:return/return, para todas las devoluciones de esta cuenta. En blanco: la que "
                "se elija.",
            ),
        ),
        CarrierSetting(
            "url",
            Text("Address of the API", "Dirección de la API"),
            Text(
                "Left out: Sendcloud's own. Another one is for a stand-in.",
                "En blanco: la de Sendcloud. Otra sirve para un sistema de pruebas.",
            ),
        ),
    ),
    separator=":",
    forms=(
        LABEL_PDF,
        DocumentForm(DocumentKind.LABEL, DocumentFormat.ZPL, PaperSize.LABEL),
        DocumentForm(DocumentKind.LABEL, DocumentFormat.PNG, PaperSize.LABEL),
        CUSTOMS_PDF,
    ),
)
