"""What is printed of a label: as it was kept, else as its carrier draws it; whatever follows the first is a copy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import FORM, NO_ANSWER

from engine.jobs.make_label import LabelDocuments
from engine.model.carrier import CarrierCapability, DocumentForm
from engine.model.label import Document, DocumentFormat, DocumentKind, PaperSize
from engine.ports import CarrierUnavailable
from engine.services.labels.print_documents import print_documents
from engine.services.refusals import Refused
from storage.database import Database

ZPL = DocumentForm(DocumentKind.LABEL, DocumentFormat.ZPL, PaperSize.LABEL)
CUSTOMS = DocumentForm(DocumentKind.CUSTOMS, DocumentFormat.PDF, PaperSize.A4)


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(sqlite_database, clock)


def test_what_follows_the_first_print_has_to_be_marked_as_a_copy(sides: Shippers) -> None:
    made = sides.buy()
    where = (sides.app, sides.merchant, made.shipment.id, DocumentFormat.PDF, PaperSize.LABEL)
    with pytest.raises(Refused) as no_form:
        print_documents(sides.app, sides.merchant, made.shipment.id, DocumentFormat.ZPL, PaperSize.LABEL)
    assert no_form.value.format("en") == "Paid Post has no such document as zpl in 4x6. It has: pdf 4x6."
    assert [print_documents(*where).needs_mark for _ in range(3)] == [False, True, True]
    assert [one.content for one in print_documents(*where).documents] == [b"%PDF P1-1"]
    sides.take_back(made)
    with pytest.raises(Refused) as not_bought:
        print_documents(*where)
    assert not_bought.value.message.code == "not_bought"


@dataclass
class Drawing:
    """What a carrier that draws its documents was asked to draw, and what comes of it."""

    asked: list[tuple[Sequence[str], DocumentForm, bool]] = field(default_factory=list)
    fails: bool = False
    is_empty: bool = False

    def draw(self, numbers: Sequence[str], form: DocumentForm, *, is_copy: bool) -> list[Document]:
        self.asked.append((numbers, form, is_copy))
        if self.fails:
            raise NO_ANSWER
        return [] if self.is_empty else [Document(form.kind, form.format, form.size, b"drawn")]


@pytest.fixture
def drawing(sides: Shippers, monkeypatch: pytest.MonkeyPatch) -> Drawing:
    kind, drawing = sides.carrier.describes, Drawing()
    capabilities = kind.capabilities | {CarrierCapability.DRAWS_DOCUMENTS}
    sides.carrier.describes = replace(kind, capabilities=capabilities, forms=(FORM, ZPL, CUSTOMS))

    def draw(
        _session: object, _label: object, numbers: list[str], form: DocumentForm, *, is_copy: bool, brand: object = None
    ) -> list[Document]:
        return drawing.draw(numbers, form, is_copy=is_copy)

    monkeypatch.setattr(type(sides.carrier.open(None)), "draw", draw)  # type: ignore[arg-type]
    return drawing


def test_a_carrier_that_draws_its_documents_draws_copies_as_such(sides: Shippers, drawing: Drawing) -> None:
    where = (sides.app, sides.merchant, sides.buy().shipment.id, DocumentFormat.ZPL, PaperSize.LABEL)
    assert [print_documents(*where).needs_mark for _ in range(2)] == [False, False]
    assert drawing.asked == [(["P1-1"], ZPL, False), (["P1-1"], ZPL, True)]


def test_what_is_kept_is_printed_without_asking_the_carrier(sides: Shippers, drawing: Drawing) -> None:
    where = (sides.app, sides.merchant, sides.buy().shipment.id, DocumentFormat.PDF, PaperSize.LABEL)
    assert [print_documents(*where).needs_mark for _ in range(2)] == [False, True]
    assert drawing.asked == []


def test_what_came_to_nothing_was_not_printed(sides: Shippers, drawing: Drawing) -> None:
    where = (sides.app, sides.merchant, sides.buy().shipment.id, DocumentFormat.ZPL, PaperSize.LABEL)
    drawing.fails = True
    with pytest.raises(CarrierUnavailable):
        print_documents(*where)
    drawing.fails, drawing.is_empty = False, True
    with pytest.raises(Refused, match="Paid Post made no such document for this shipment"):
        print_documents(*where)
    drawing.is_empty = False
    assert not print_documents(*where).needs_mark
    assert [is_copy for _, _, is_copy in drawing.asked] == [False, False, False]


def test_two_who_print_at_once_have_one_copy(sides: Shippers, drawing: Drawing, monkeypatch: pytest.MonkeyPatch) -> None:
    where = (sides.app, sides.merchant, sides.buy().shipment.id, DocumentFormat.ZPL, PaperSize.LABEL)
    draw, meanwhile = drawing.draw, []

    def while_another_prints(numbers: Sequence[str], form: DocumentForm, *, is_copy: bool) -> list[Document]:
        monkeypatch.setattr(drawing, "draw", draw)
        meanwhile.append(print_documents(*where).needs_mark)
        return draw(numbers, form, is_copy=is_copy)

    monkeypatch.setattr(drawing, "draw", while_another_prints)
    assert [print_documents(*where).needs_mark, *meanwhile] == [True, False]


def test_customs_papers_on_a4_are_no_copy_and_make_none_of_the_label(sides: Shippers, drawing: Drawing) -> None:
    where = (sides.app, sides.merchant, sides.buy().shipment.id, DocumentFormat.PDF)
    assert [print_documents(*where, PaperSize.A4).needs_mark for _ in range(2)] == [False, False]
    assert drawing.asked == [(["P1-1"], CUSTOMS, False)] * 2
    assert not print_documents(*where, PaperSize.LABEL).needs_mark


def test_what_was_bought_is_written_as_it_came_and_else_drawn(sides: Shippers, drawing: Drawing) -> None:
    made, documents = sides.buy(), LabelDocuments(sides.app)
    assert [one.content for one in documents.of(made)] == [b"%PDF P1-1"]
    with sides.app.unit_of_work() as uow:
        uow.labels.forget_documents(sides.app.clock.now() + timedelta(days=1))
        uow.commit()
    assert [one.content for one in documents.of(made)] == [b"drawn"]
    assert drawing.asked == [(["P1-1"], FORM, False)]
