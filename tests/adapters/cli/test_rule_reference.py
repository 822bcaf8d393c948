"""`rules schema` and `rules reference` print what docs holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import Call

from rules.reference_page import reference_page
from rules.schema import rule_set_schema

DOCS = Path(__file__).parents[3] / "docs"


@pytest.mark.parametrize(
    ("command", "language", "file"),
    [
        ("schema", "en", "rules.schema.json"),
        ("reference", "en", "rule-reference.md"),
        ("reference", "es", "rule-reference.es.md"),
    ],
)
def test_a_command_writes_its_file_byte_by_byte(relevo: Call, command: str, language: str, file: str) -> None:
    answer = relevo("rules", command, "--language", language)

    assert answer.code == 0
    assert answer.out == (DOCS / file).read_bytes()


def test_without_a_language_they_speak_the_operators(relevo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")

    assert relevo("rules", "reference").out.decode() == reference_page("es")
    assert json.loads(relevo("rules", "schema").out) == rule_set_schema("es")


def test_a_language_nobody_speaks_is_wrong_usage(relevo: Call) -> None:
    assert relevo("rules", "schema", "--language", "tlh").code == 2
