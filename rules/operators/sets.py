"""Set operators: tags, and the SKUs of an order. Members are compared like text."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from rules.messages import Text
from rules.operators.registry import AND, OR, Finds, Operator, Takes, register
from rules.operators.texts import TEXT
from rules.values import FieldType, exact_text, folded_text


def _as_set(members: tuple[str, ...], match_case: bool, _zone: ZoneInfo) -> frozenset[str]:
    return frozenset(map(exact_text if match_case else folded_text, members))


def _register(
    code: str, label: Text, sentence: Text, help_: Text, test: Any, *, joint: Text, of_list: Text, on_blank: bool = False
) -> None:
    register(
        Operator(
            FieldType.SET,
            code,
            label=label,
            sentence=sentence,
            help=help_,
            takes=Takes.ONE_OR_LIST,
            value=TEXT,
            prepare=_as_set,
            test=test,
            against=lambda members, case, zone: _as_set(tuple(members), case, zone),
            on_blank=on_blank,
            joint=joint,
            of_list=of_list,
            finds=None if code == "includes_all" else Finds.MEMBER,
            passes_when_found=not on_blank,
        )
    )


_register(
    "includes",
    Text("include any of", "incluyen alguno de"),
    Text("{field} include {value}", "{field} incluyen {value}"),
    Text("At least one of the values is among them.", "Al menos uno de los valores está entre ellos."),
    lambda fact, values, _now: not fact.isdisjoint(values),
    joint=OR,
    of_list=Text("{field} include any of the list {list}", "{field} incluyen alguno de la lista {list}"),
)
_register(
    "includes_all",
    Text("include all of", "incluyen todos"),
    Text("{field} include {value}", "{field} incluyen {value}"),
    Text("Every one of the values is among them.", "Todos los valores están entre ellos."),
    lambda fact, values, _now: fact >= values,
    joint=AND,
    of_list=Text("{field} include all of the list {list}", "{field} incluyen todos los de la lista {list}"),
)
_register(
    "excludes",
    Text("include none of", "no incluyen ninguno de"),
    Text("{field} do not include {value}", "{field} no incluyen {value}"),
    Text("None of the values is among them, or there are none.", "Ninguno de los valores está entre ellos, o no hay ninguno."),
    lambda fact, values, _now: fact.isdisjoint(values),
    joint=OR,
    of_list=Text("{field} include none of the list {list}", "{field} no incluyen ninguno de la lista {list}"),
    on_blank=True,
)
