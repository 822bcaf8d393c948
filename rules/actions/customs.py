"""`duties` and `set_customs`: what customs have to know, and who pays them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from rules.actions.draft import Draft
from rules.actions.registry import Action, Nature, Parameter, ParameterKind, always, register
from rules.messages import Text

DECLARED = ("contents", "non_delivery", "declaration", "importer")


def _duties(draft: Draft, params: Mapping[str, Any]) -> None:
    draft.write_text("duties.payor", params["payor"])
    if params["prepaid"] is not None:
        draft.write("duties.prepaid", params["prepaid"])


def _duties_writes(params: Mapping[str, Any]) -> frozenset[str]:
    return frozenset({"duties.payor"} if params["prepaid"] is None else {"duties.payor", "duties.prepaid"})


def _set_customs(draft: Draft, params: Mapping[str, Any]) -> None:
    for part in DECLARED:
        if params[part] is not None:
            draft.write_text(f"customs.{part}", params[part])
    for name, tax_id in (params["tax_ids"] or {}).items():
        draft.write_text(f"customs.tax_ids.{name}", tax_id)


def _customs_writes(params: Mapping[str, Any]) -> frozenset[str]:
    declared = {f"customs.{part}" for part in DECLARED if params[part] is not None}
    return frozenset(declared.union(f"customs.tax_ids.{name}" for name in params["tax_ids"] or ()))


register(
    Action(
        code="duties",
        label=Text("Set who pays duties", "Establecer quién paga los aranceles"),
        sentence=Text("Have {payor} pay the duties", "Que {payor} pague los aranceles"),
        help=Text(
            "Says who pays import duties, such as `sender`, `recipient` or `third_party`, and whether they are paid in advance.",
            "Indica quién paga los aranceles, como `sender`, `recipient` o `third_party`, y si se pagan por adelantado.",
        ),
        parameters=(
            Parameter("payor", ParameterKind.TEXT, Text("Payor", "Pagador")),
            Parameter("prepaid", ParameterKind.BOOLEAN, Text("Prepaid", "Pagados por adelantado"), required=False),
        ),
        writes=_duties_writes,
        apply=_duties,
        nature=always(Nature.SETS),
        part_labels={
            "duties.payor": Text("payor of duties", "pagador de los aranceles"),
            "duties.prepaid": Text("duties prepaid", "aranceles pagados por adelantado"),
        },
    )
)
register(
    Action(
        code="set_customs",
        label=Text("Set customs declaration", "Establecer declaración de aduana"),
        sentence=Text("Declare the contents to customs as {contents}", "Declarar el contenido en la aduana como {contents}"),
        help=Text(
            "Says what is in the parcel, such as `merchandise` or `gift`, and if given what happens when it cannot be delivered, "
            "the text of the declaration, tax numbers by their kind (`tax_ids: {ioss: IM123}`) and the importer of record.",
            "Indica qué contiene el paquete, como `merchandise` o `gift`, y si se quiere qué pasa si no se puede entregar, el "
            "texto de la declaración, números fiscales por su clase (`tax_ids: {ioss: IM123}`) y el importador registrado.",
        ),
        parameters=(
            Parameter("contents", ParameterKind.TEXT, Text("Contents", "Contenido")),
            Parameter("non_delivery", ParameterKind.TEXT, Text("If it cannot be delivered", "Si no se puede entregar"), False),
            Parameter("declaration", ParameterKind.TEXT, Text("Declaration", "Declaración"), required=False),
            Parameter("tax_ids", ParameterKind.TEXT_MAP, Text("Tax numbers", "Números fiscales"), required=False),
            Parameter("importer", ParameterKind.TEXT, Text("Importer of record", "Importador registrado"), required=False),
        ),
        writes=_customs_writes,
        apply=_set_customs,
        nature=always(Nature.SETS),
        part_labels={
            "customs.contents": Text("contents for customs", "contenido para la aduana"),
            "customs.non_delivery": Text("if it cannot be delivered", "si no se puede entregar"),
            "customs.declaration": Text("customs declaration", "declaración de aduana"),
            "customs.tax_ids": Text("tax number", "número fiscal"),
            "customs.importer": Text("importer of record", "importador registrado"),
        },
    )
)
