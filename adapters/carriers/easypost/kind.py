"""What EasyPost can do, as far as this connector goes."""

from __future__ import annotations

from typing import Final

from engine.model.carrier import CarrierCapability, CarrierKind, CarrierSetting, CredentialField, DocumentForm
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
            CarrierCapability.CALLS,
            CarrierCapability.BILLING,
            CarrierCapability.CUSTOMS,
            CarrierCapability.DRAWS_DOCUMENTS,
            CarrierCapability.INSURANCE,
            CarrierCapability.LOOK_UP,
            CarrierCapability.MANIFESTS,
            CarrierCapability.PICKUPS,
            CarrierCapability.RATES,
            CarrierCapability.RETURNS,
            CarrierCapability.TEST_MODE,
            CarrierCapability.TRACKING,
            CarrierCapability.VOID,
        }
    ),
    credentials=(CredentialField("api_key", Text("API key", "clave de API")),),
    settings=(
        CarrierSetting(
            "carrier_accounts",
            Text("Carrier accounts at EasyPost", "Cuentas de transporte en EasyPost"),
            Text(
                "Ids such as ca_1234abcd, with commas between them: only these are asked. All, if left out.",
                "Identificadores como ca_1234abcd, separados por comas: solo se pregunta a estas. En blanco, a todas.",
            ),
        ),
        CarrierSetting(
            "end_shipper",
            Text("EndShipper", "EndShipper"),
            Text(
                "Its id, such as es_1234abcd, for those who have to name one.",
                "Su identificador, como es_1234abcd, si tienes que indicar uno.",
            ),
        ),
        CarrierSetting(
            "url",
            Text("Address of the API", "Dirección de la API"),
            Text(
                "Left out: EasyPost's own. Another one is for a stand-in.",
                "En blanco: la de EasyPost. Otra sirve para un sistema de pruebas.",
            ),
        ),
    ),
    separator=":",
    forms=(LABEL_PDF, LABEL_ZPL, LABEL_PNG, CUSTOMS_PDF),
)
