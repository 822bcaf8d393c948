"""`stores reference` prints what docs holds of a kind's settings, and explaining a command loads no store."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from support.command_line import Call

from app import Runtime

ROOT = Path(__file__).parents[3]
EXPLAIN = """
import sys
from adapters.cli.main import run
from app import Runtime
for arguments in (["connect", "brightpearl"], ["set"], ["reconnect"]):
    assert run(Runtime(), ["stores", *arguments, "--help"]) == 0
loaded = [name for name in sys.modules if name.startswith("adapters.stores.") and ".description" not in name]
print(sorted(loaded), {"requests", "sqlalchemy", "flask"} & sys.modules.keys())
"""


@pytest.mark.parametrize(("language", "file"), [("en", "brightpearl-settings.md"), ("es", "brightpearl-settings.es.md")])
def test_a_kinds_settings_are_documented_as_they_are(relevo: Call, language: str, file: str) -> None:
    answer = relevo("stores", "reference", "brightpearl", "--language", language)

    assert answer.code == 0
    assert answer.out == (ROOT / "docs" / file).read_bytes(), "make docs writes it anew"


def test_without_a_language_it_speaks_the_operators(relevo: Call, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")

    assert relevo("stores", "reference", "brightpearl").out.decode().startswith("# Configuración de Brightpearl")


def test_a_kind_that_there_is_none_of_is_told(relevo: Call) -> None:
    answer = relevo("stores", "reference", "lighthouse")
    assert (answer.code, answer.sentence) == (1, '"lighthouse" is not a kind of store; there are: brightpearl.')


def test_explaining_the_commands_of_stores_loads_no_store() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", EXPLAIN], cwd=ROOT, env=os.environ.copy(), capture_output=True, text=True, check=True
    )
    assert answer.stdout.splitlines()[-1] == "['adapters.stores.brightpearl'] set()"


def test_commands_connect_the_kinds_that_people_connect() -> None:
    runtime = Runtime()
    try:
        connectors = runtime.application.connectors
    finally:
        runtime.database.close()
    described = {kind: connector.describes for kind, connector in connectors.items()}
    assert {code: kind for code, kind in described.items() if kind.by_people} == runtime.store_kinds
    assert set(described) - set(runtime.store_kinds) == {"client"}
