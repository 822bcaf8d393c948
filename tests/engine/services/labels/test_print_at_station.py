"""Printing at a station: a printer of the network gets a label once unmarked, and a job keeps what came of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.job import Job, JobKind, JobState
from engine.model.label import Document, DocumentFormat, DocumentKind, PaperSize
from engine.model.print_station import PrintSetting, PrintStation
from engine.ports import PrinterBrokeOff, PrinterUnreachable
from engine.services.labels.print_at_station import TRIES, print_on_network
from engine.services.labels.print_stations import StationForm, add_station, find_station, list_stations, remove_station
from engine.services.refusals import Refused
from rules.messages import Message, Text
from storage.database import Database

PRINTER = "10.0.0.5:9100"
OFF = PrinterUnreachable(Message("off", Text("It is off.", "Está apagada.")))
NO_PAPER = PrinterBrokeOff(Message("no_paper", Text("It has no paper.", "No tiene papel.")))
LABEL_THERE = {DocumentKind.LABEL: PrintSetting(DocumentFormat.PDF, PaperSize.LABEL, PRINTER)}


@dataclass
class Printers:
    """Implements `engine.ports.Printers`: what each got, and whether as a copy; each failure happens once."""

    known: tuple[str, ...] = (PRINTER,)
    fails: list[Exception] = field(default_factory=list)
    printed: list[tuple[str, bytes, bool]] = field(default_factory=list)
    tries: int = 0

    def addresses(self, account_slug: str) -> tuple[str, ...]:
        return self.known

    def send(self, address: str, documents: Sequence[Document], *, needs_mark: bool) -> None:
        self.tries += 1
        if self.fails:
            raise self.fails.pop(0)
        self.printed += [(address, one.content, needs_mark) for one in documents]


@pytest.fixture
def printers() -> Printers:
    return Printers()


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock, printers: Printers) -> Shippers:
    sides = open_shippers(sqlite_database, clock)
    sides.shop.app = replace(sides.app, printers=printers)
    return sides


@pytest.fixture
def station(sides: Shippers) -> PrintStation:
    return add_station(sides.app, sides.shop.merchant, StationForm("Table 1", "MAIN", LABEL_THERE), "somebody")


def print_label(sides: Shippers, station: PrintStation, shipment_id: str) -> Job:
    """The job, once it was worked off."""
    job = print_on_network(sides.app, station, shipment_id, DocumentKind.LABEL)
    sides.shop.work_off()
    with sides.app.reading() as unit:
        found = unit.jobs.find(job.account_id, job.key)
    assert found is not None
    return found


def test_a_label_is_printed_once_and_then_as_a_copy(sides: Shippers, station: PrintStation, printers: Printers) -> None:
    made = sides.buy()
    job = print_label(sides, station, made.shipment.id)
    print_label(sides, station, made.shipment.id)
    assert (job.kind, job.state, job.order_id) == (JobKind.PRINT, JobState.DONE, made.label.order_id)
    assert printers.printed == [(PRINTER, b"%PDF P1-1", False), (PRINTER, b"%PDF P1-1", True)]


def test_a_printer_that_is_off_is_tried_again_for_a_moment(sides: Shippers, station: PrintStation, printers: Printers) -> None:
    made = sides.buy()
    printers.fails = [OFF] * (TRIES - 1)
    assert print_label(sides, station, made.shipment.id).state is JobState.DONE
    assert printers.printed == [(PRINTER, b"%PDF P1-1", False)]


def test_what_never_reached_the_printer_is_no_copy_the_next_time(
    sides: Shippers, station: PrintStation, printers: Printers
) -> None:
    made = sides.buy()
    printers.fails = [OFF] * TRIES
    job = print_label(sides, station, made.shipment.id)
    assert (job.state, str(job.last_error)) == (JobState.DEAD, "It is off. Print it again when that is put right.")
    assert NEEDS_ATTENTION not in sides.order().flags, "nobody has to look at an order for want of a printer"
    print_label(sides, station, made.shipment.id)
    assert printers.printed == [(PRINTER, b"%PDF P1-1", False)]


def test_what_may_have_come_out_is_a_copy_the_next_time(sides: Shippers, station: PrintStation, printers: Printers) -> None:
    made = sides.buy()
    printers.fails = [NO_PAPER]
    assert print_label(sides, station, made.shipment.id).state is JobState.DEAD
    assert printers.tries == 1, "nothing is sent a second time that may be printed"
    print_label(sides, station, made.shipment.id)
    assert printers.printed == [(PRINTER, b"%PDF P1-1", True)]


def test_a_copy_that_was_not_printed_leaves_the_first_print_on_record(
    sides: Shippers, station: PrintStation, printers: Printers
) -> None:
    made = sides.buy()
    print_label(sides, station, made.shipment.id)
    printers.fails = [OFF] * TRIES
    print_label(sides, station, made.shipment.id)
    print_label(sides, station, made.shipment.id)
    assert [needs_mark for _, _, needs_mark in printers.printed] == [False, True]


def test_a_process_that_died_while_it_printed_leaves_a_copy_to_print(
    sides: Shippers, station: PrintStation, printers: Printers, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = sides.buy()
    job = print_on_network(sides.app, station, made.shipment.id, DocumentKind.LABEL)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as dying:
        dying.setattr(printers, "send", die)
        with pytest.raises(KeyboardInterrupt):
            sides.shop.work_off()
    sides.shop.app.clock.sleep(3600)
    sides.shop.work_off()
    assert printers.printed == [(PRINTER, b"%PDF P1-1", True)]
    with sides.app.reading() as unit:
        found = unit.jobs.find(job.account_id, job.key)
    assert found is not None
    assert (found.state, found.attempts) == (JobState.DONE, 2)


def test_a_form_that_the_carrier_does_not_make_is_refused_at_once(sides: Shippers, station: PrintStation) -> None:
    made = sides.buy()
    zpl = replace(station, documents={DocumentKind.LABEL: PrintSetting(DocumentFormat.ZPL, PaperSize.LABEL, PRINTER)})
    with pytest.raises(Refused, match=r"Paid Post has no such document as zpl in 4x6. It has: pdf 4x6."):
        print_on_network(sides.app, zpl, made.shipment.id, DocumentKind.LABEL)


def test_what_is_voided_meanwhile_is_not_printed(sides: Shippers, station: PrintStation, printers: Printers) -> None:
    made = sides.buy()
    job = print_on_network(sides.app, station, made.shipment.id, DocumentKind.LABEL)
    sides.take_back(made)
    sides.shop.work_off()
    with sides.app.reading() as unit:
        found = unit.jobs.find(job.account_id, job.key)
    assert found is not None
    assert str(found.last_error).startswith("There is no label to print: it was not bought, or was voided.")
    assert printers.printed == []


def test_a_printer_that_the_operator_names_no_more_gets_nothing(
    sides: Shippers, station: PrintStation, printers: Printers
) -> None:
    made = sides.buy()
    job = print_on_network(sides.app, station, made.shipment.id, DocumentKind.LABEL)
    printers.known = ()
    sides.shop.work_off()
    with sides.app.reading() as unit:
        found = unit.jobs.find(job.account_id, job.key)
    assert found is not None
    assert "the operator has to name it in RELEVO_PRINTERS" in str(found.last_error)
    with pytest.raises(Refused, match="RELEVO_PRINTERS"):
        print_on_network(sides.app, station, made.shipment.id, DocumentKind.LABEL)
    assert printers.tries == 0


@pytest.mark.parametrize(
    ("form", "code"),
    [
        (StationForm(" "), "no_name"),
        (StationForm("x" * 61), "bad_name"),
        (StationForm(" TABLE  1 "), "name_taken"),
        (StationForm("Other", "nowhere"), "no_location"),
        (StationForm("Other", "", {DocumentKind.LABEL: PrintSetting(DocumentFormat.PDF, PaperSize.A4, "evil:25")}), "no_printer"),
    ],
)
def test_a_station_that_cannot_be_is_refused(sides: Shippers, station: PrintStation, form: StationForm, code: str) -> None:
    with pytest.raises(Refused) as refused:
        add_station(sides.app, sides.shop.merchant, form, "somebody")
    assert refused.value.message.code == code
    assert list_stations(sides.app, sides.merchant) == [station]


def test_a_station_is_found_by_its_name_until_it_is_removed(sides: Shippers, station: PrintStation) -> None:
    assert find_station(sides.app, sides.merchant, "table 1") == find_station(sides.app, sides.merchant, station.id) == station
    remove_station(sides.app, sides.merchant, "Table 1", "somebody")
    for account_id in (sides.merchant, sides.provider):
        with pytest.raises(Refused, match=r'has no print station "Table 1": `stations list` shows'):
            find_station(sides.app, account_id, "Table 1")
    with sides.app.reading() as unit:
        history = [(one.action, one.actor) for one in unit.audit.list_for(sides.merchant, station.id)]
    assert sorted(history) == [("print_station.added", "somebody"), ("print_station.removed", "somebody")]
