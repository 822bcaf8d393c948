"""The carriers that are offered by karrio, as data: what each can do, what its accounts are asked for, its services."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from engine.model.carrier import CarrierCapability, CarrierKind, CarrierSetting, CredentialField, DocumentForm
from engine.model.label import DocumentFormat, DocumentKind, PaperSize
from rules.messages import Text

LABEL_PDF: Final = DocumentForm(DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL)
_CAN: Final = frozenset({CarrierCapability.TEST_MODE, CarrierCapability.TRACKING, CarrierCapability.VOID})
_TEST_MODE: Final = CarrierSetting(
    "test_mode",
    Text("Test mode", "Modo de prueba"),
    Text(
        "yes: labels are made in the carrier's test system, and must not be stuck on parcels. Left out: no.",
        "yes: las etiquetas se hacen en el sistema de pruebas de la empresa y no deben usarse. En blanco: no.",
    ),
)


@dataclass(frozen=True, slots=True)
class KarrioLine:
    """One carrier. `voided_already` are its codes for a label that was given back before."""

    kind: CarrierKind
    connector: str  # karrio's name of it
    distribution: str  # of the package that has the connector
    services: tuple[str, ...]  # as karrio writes them
    label_type: str  # karrio's name of a label of 4 × 6 inches in PDF
    number: CarrierSetting  # whom the carrier bills
    voided_already: frozenset[str] = frozenset()
    longest_line: int = 0  # of an address: karrio cuts the rest off; 0 where it cuts nothing
    has_second_line: bool = True  # where it has none, karrio drops what stands there


_UPS_NUMBER: Final = CarrierSetting(
    "account_number",
    Text("Account number", "Número de cuenta"),
    Text("The shipper number that UPS bills.", "El número de cliente al que factura UPS."),
)
UPS: Final = KarrioLine(
    CarrierKind(
        code="karrio_ups",
        name="UPS (karrio)",
        capabilities=_CAN | {CarrierCapability.RATES},
        credentials=(
            CredentialField("client_id", Text("Client id", "Client id"), is_secret=False),
            CredentialField("client_secret", Text("Client secret", "Client secret")),
        ),
        settings=(_UPS_NUMBER, _TEST_MODE),
        forms=(LABEL_PDF,),
    ),
    connector="ups",
    distribution="karrio_ups",
    services=(
        *("ups_standard_eu", "ups_express_eu", "ups_expedited_eu", "ups_worldwide_saver_eu", "ups_worldwide_express_plus_eu"),
        *("ups_standard_pl", "ups_express_pl", "ups_express_saver_pl", "ups_ground", "ups_3_day_select", "ups_2nd_day_air"),
        *("ups_2nd_day_air_am", "ups_next_day_air", "ups_next_day_air_early", "ups_next_day_air_saver", "ups_standard"),
    ),
    label_type="PDF",
    number=_UPS_NUMBER,
    voided_already=frozenset({"190117"}),
    longest_line=35,
)

_DHL_NUMBER: Final = CarrierSetting(
    "billing_number",
    Text("Billing number", "Número de facturación"),
    Text(
        "The 14 digits that DHL bills for all services of this account. In test mode it may be left out.",
        "Los 14 dígitos a los que DHL factura todos los servicios de esta cuenta. En modo de prueba puede quedar en blanco.",
    ),
)
DHL_PARCEL_DE: Final = KarrioLine(
    CarrierKind(
        code="karrio_dhl_parcel_de",
        name="DHL Paket (karrio)",
        capabilities=_CAN,
        credentials=(
            CredentialField("username", Text("User name", "Usuario"), is_secret=False),
            CredentialField("password", Text("Password", "Contraseña")),
            CredentialField("client_id", Text("API key", "Clave de API"), is_secret=False),
            CredentialField("client_secret", Text("API secret", "Secreto de API")),
        ),
        settings=(_DHL_NUMBER, _TEST_MODE),
        forms=(LABEL_PDF,),
    ),
    connector="dhl_parcel_de",
    distribution="karrio_dhl_parcel_de",
    services=(
        *("dhl_parcel_de_paket", "dhl_parcel_de_kleinpaket", "dhl_parcel_de_europaket"),
        *("dhl_parcel_de_paket_international", "dhl_parcel_de_warenpost_international"),
    ),
    label_type="PDF_910_300_410",
    number=_DHL_NUMBER,
    has_second_line=False,
)

LINES: Final = (UPS, DHL_PARCEL_DE)
