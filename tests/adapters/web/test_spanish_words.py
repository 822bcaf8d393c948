"""One Spanish word for one thing, on the pages and in the sentences of the product: not those that merchants took for another."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

ROOT = Path(__file__).resolve().parents[3]
CATALOGUE = ROOT / "adapters/web/translations/es/LC_MESSAGES/messages.po"
# A word that is not used, and the one that is.
NOT_SAID = {
    r"\bquien opera\b|\b[Ee]l operador (?!de\b)|^Operador$": "el administrador",
    r"\bEn espera\b(?! de)": "Retenido",
    r"\bPendiente de preparación": "En el proveedor",
    r"\b[Dd]elegad[oa]s? al\b": "delegado en el",
    r"\besperaba por\b": "estaba pendiente",
    r"\bPaís de envío\b|\blínea \d de envío": "País de destino; línea 1 de la dirección de envío",
    r"\bacept[ea] el acceso\b|\brechaza el acceso\b": "las credenciales",
    r"\b(?:persona|personas) de la plantilla\b|\btoken de personal\b": "empleado",
    r"\bOtra ocasión\b": "Otro momento",
    r"\bbandeja de salida\b": "tareas en segundo plano",
    r"^Abandonad[oa]s?$": "Sin más intentos",
    r"\b[Ee]nvia\w* a mano\b|\bpuest[oa]s? por una persona\b|\bpuest[oa]s? a mano\b": "manualmente; definido manualmente",
    r"\b(?:[Ee]l|[Ll]os|[Dd]el|[Aa]l|[Uu]n) transportistas?\b": "la empresa de transporte",
    r"^Buscarlo$|^Salir$": "Buscar; Cerrar sesión",
    r"\bQué pedidos llegan\b|\bHacer en Brightpearl\b": "Qué pedidos importar; Acción en Brightpearl",
    r"\b[Tt]raslados? de stock\b|\b[Dd]rop-ship": "Traspaso entre almacenes; dropshipping",
}


def _catalogue() -> Iterator[str]:
    with CATALOGUE.open("rb") as file:
        for message in read_po(file, locale="es"):
            yield from message.string if isinstance(message.string, (tuple, list)) else [message.string]


def _texts() -> Iterator[str]:
    """The second text of every `Text("…", "…")` of the product."""
    for package in ("rules", "engine", "storage", "adapters"):
        for file in (ROOT / package).rglob("*.py"):
            for node in ast.walk(ast.parse(file.read_text("utf-8"))):
                match node:
                    case ast.Call(ast.Name("Text"), [_, ast.Constant(str() as spanish)]):
                        yield spanish


@pytest.fixture(scope="module")
def spanish() -> list[str]:
    said = [*_catalogue(), *_texts()]
    assert len(said) > 3000
    return said


@pytest.mark.parametrize("word", NOT_SAID)
def test_a_word_that_was_taken_for_another_is_not_said(word: str, spanish: list[str]) -> None:
    pattern = re.compile(word)
    assert [text for text in spanish if pattern.search(text)] == [], f"say: {NOT_SAID[word]}"
