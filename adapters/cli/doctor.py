"""`doctor`: looks at the installation, changes nothing, and says what is wrong and what to do."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import click

from adapters.cli.next_steps import lacking_ship_from
from adapters.cli.output import answer, json_option
from adapters.cli.runtime import runtime_of
from engine.model.health import Finding
from rules.messages import Language, Text

LABELS = {
    "secret_key": Text("secret key", "clave secreta"),
    "files": Text("files are the owner's alone", "los archivos son solo del propietario"),
    "database": Text("database answers", "la base de datos responde"),
    "version": Text("database version", "versión de la base de datos"),
    "schema": Text("tables, columns, indexes and triggers", "tablas, columnas, índices y disparadores"),
    "credentials": Text("stored credentials can be read", "las credenciales guardadas se pueden leer"),
    "writing": Text("database can be written to", "se puede escribir en la base de datos"),
}
ALL_GOOD = Text("Everything is as it should be.", "Todo está como debe.")
PROBLEMS = Text("Problems found: {count}.", "Problemas encontrados: {count}.")


@click.command()
@json_option
@click.pass_context
def doctor(context: click.Context, as_json: bool) -> int:
    """Look at database, files and key without changing anything; exit 1 when something is wrong."""
    runtime = runtime_of(context)
    language = runtime.settings.language
    findings = list(runtime.findings())
    count = sum(len(finding.problems) for finding in findings)
    hints = [] if count else list(lacking_ship_from(runtime))
    data = {"healthy": count == 0, "checks": [_entry(finding, language) for finding in findings], "hints": hints}
    said = (PROBLEMS if count else ALL_GOOD).format(language, count=count)
    answer(data, as_json, *_lines(findings, language), said, *hints)
    return 1 if count else 0


def _entry(finding: Finding, language: Language) -> dict[str, Any]:
    problems = [{"code": problem.code, "message": problem.format(language)} for problem in finding.problems]
    return {"check": finding.check, "ok": finding.is_good, "problems": problems}


def _lines(findings: Iterable[Finding], language: Language) -> Iterator[str]:
    for finding in findings:
        yield f"{'✓' if finding.is_good else '✗'} {LABELS[finding.check].format(language)}"
        for problem in finding.problems:
            yield f"    {problem.format(language)}"
