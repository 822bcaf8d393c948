"""The generated reference pages are those in docs, and name everything."""

from __future__ import annotations

from pathlib import Path

import pytest

from rules.actions import ParameterKind, all_actions
from rules.fields import ITEM_FIELDS, ORDER_FIELDS
from rules.messages import LANGUAGES, Language
from rules.operators import PRESENCE, Takes, operators_of
from rules.reference_page import KINDS, NOT_CARRIED_OUT, TAKES, reference_page
from rules.values import FieldType

DOCS = Path(__file__).parents[2] / "docs"
FILES = {"en": "rule-reference.md", "es": "rule-reference.es.md"}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_in_docs_is_what_the_code_generates(language: Language) -> None:
    written = (DOCS / FILES[language]).read_text("utf-8")

    assert written == reference_page(language), "`make docs` writes it anew"


@pytest.mark.parametrize("language", LANGUAGES)
def test_everything_is_in_it_with_its_words(language: Language) -> None:
    lines = reference_page(language).splitlines()

    def has_row(code: str, *words: str) -> bool:
        return any(line.startswith(f"| `{code}` |") and all(word in line for word in words) for line in lines)

    for catalogue in (ORDER_FIELDS, ITEM_FIELDS):
        for field in catalogue:
            assert has_row(field.name, field.label.format(language), field.help.format(language)), field.name
    for type_ in FieldType:
        for operator in operators_of(type_):
            assert has_row(operator.code, operator.label.format(language), operator.help.format(language)), operator.code
    for presence in PRESENCE.values():
        assert has_row(presence.code, presence.help.format(language))
    for action in all_actions():
        start = lines.index(f"### `{action.code}`: {action.label.format(language)}")
        assert lines[start + 2] == action.help.format(language)
        assert (lines[start + 4] == NOT_CARRIED_OUT.format(language)) is not action.is_carried_out
        for parameter in action.parameters:
            (row,) = [line for line in lines[start : start + 14] if line.startswith(f"| `{parameter.name}` |")]
            assert all(f"`{code}` ({label.format(language)})" in row for code, label in parameter.choices.items())


def test_who_transports_is_called_the_same_on_the_whole_page() -> None:
    assert "empresa de transporte" in reference_page("es")
    assert "transportista" not in reference_page("es")


def test_every_table_has_as_many_cells_in_each_row() -> None:
    for language in LANGUAGES:
        width = 0
        for line in reference_page(language).splitlines():
            cells = line.replace("\\|", "").count("|")
            width = cells if not width else width if cells else 0
            assert cells == width, line


def test_every_kind_of_parameter_and_value_has_words() -> None:
    assert set(KINDS) == set(ParameterKind)
    assert set(TAKES) == set(Takes) - {Takes.NOTHING}
