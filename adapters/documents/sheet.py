"""What printed sheets of A4 have in common: letters, lines of tables, and the number of each page at its foot."""

from __future__ import annotations

from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph

from adapters.documents import typeface
from rules.messages import Language, Text

PAGE = Text("Page {page} of {pages}", "Página {page} de {pages}")

INK, QUIET, LINE, SHADE = HexColor("#1f2933"), HexColor("#52606d"), HexColor("#cbd2d9"), HexColor("#f5f7fa")
PADDING = 6  # of the frame that reportlab lays pages out in
TABLE_STYLE = [
    ("BACKGROUND", (0, 0), (-1, 0), SHADE),
    ("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE),
    ("TEXTCOLOR", (0, 0), (-1, -1), INK),
    ("VALIGN", (0, 0), (-1, -1), "MIDDLE"),
    ("TOPPADDING", (0, 0), (-1, -1), 3),
    ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
]


def paragraph(text: str, *, size: float = 9, bold: bool = False, color: HexColor = INK, align: int = 0) -> Paragraph:
    """A text in the letters of printed pages, in whatever language it is."""
    font = typeface.BOLD if bold else typeface.REGULAR
    style = ParagraphStyle("", fontName=font, fontSize=size, leading=size * 1.3, textColor=color, alignment=align)
    return Paragraph(typeface.marked_up(text), style)


def numbered_pages(number: str, margin: float, language: Language) -> type[Canvas]:
    """Pages with the document's number at the foot that say which of how many they are: known only when all are made."""

    class Numbered(Canvas):
        def __init__(self, *arguments: Any, **options: Any) -> None:
            super().__init__(*arguments, **options)
            self._made: list[dict[str, Any]] = []

        def showPage(self) -> None:  # noqa: N802
            self._made.append(dict(self.__dict__))
            self._startPage()

        def save(self) -> None:
            for page, state in enumerate(self._made, 1):
                self.__dict__.update(state)
                self.setFont(typeface.REGULAR, 7.5)
                self.setFillColor(QUIET)
                self.drawString(margin, margin - 2 * mm, number)
                self.drawRightString(A4[0] - margin, margin - 2 * mm, PAGE.format(language, page=page, pages=len(self._made)))
                super().showPage()
            super().save()

    return Numbered
