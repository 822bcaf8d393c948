"""The end of the day: labels go on a manifest once, whatever becomes of the carrier's answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.labels import STANDARD
from support.manifests import PDF, Dock, open_dock
from support.paid_carrier import NO_ANSWER, TOO_FAR

from engine.model.label import LabelState
from engine.model.manifest import ManifestState
from engine.ports import NotFound
from engine.services.accounts.accounts import add_location
from engine.services.manifests.hand_over import carrier_document, describe_hand_over
from engine.services.manifests.list_manifests import list_manifests
from engine.services.manifests.ready import list_ready
from engine.services.refusals import Refused
from storage.database import Database

HOURS = timedelta(hours=2).total_seconds()


@pytest.fixture
def dock(database: Database, clock: FixedClock) -> Dock:
    return open_dock(database, clock)


def ready_counts(dock: Dock) -> list[int]:
    return [len(group.labels) for group in list_ready(dock.app, dock.shop.merchant)]


def test_what_is_ready_goes_on_one_manifest_of_which_the_carrier_hears(dock: Dock) -> None:
    assert ready_counts(dock) == [2]
    [made] = dock.hand_over()
    assert (made.state, made.shipments, made.parcels, made.carrier_id) == (ManifestState.MADE, 2, 2, "m-1")
    [told] = dock.manifesting.manifests
    assert sorted(told.carrier_ids) == sorted(label.carrier_id for number in "12" for label in dock.labels(number))
    assert ready_counts(dock) == []
    assert carrier_document(dock.app, dock.merchant, made.id) == PDF
    assert list_manifests(dock.app, dock.merchant) == [made]


def test_what_is_on_a_manifest_goes_on_no_other_one(dock: Dock) -> None:
    dock.hand_over()
    with pytest.raises(Refused, match="nothing to hand over"):
        dock.hand_over()
    assert len(dock.manifesting.manifests) == 1


def test_a_voided_label_is_not_handed_over(dock: Dock) -> None:
    dock.take_back(dock.buy("1"))
    [made] = dock.hand_over()
    assert made.shipments == 1


def test_a_label_for_a_later_day_waits_for_its_day(dock: Dock, clock: FixedClock) -> None:
    dock.take_back(dock.buy("1"))
    tomorrow = (clock.now() + timedelta(days=1)).date()
    dock.buy("1", replace(STANDARD, parcels=replace(STANDARD.parcels, ship_date=tomorrow)))
    assert ready_counts(dock) == [1]
    clock.sleep(timedelta(days=1).total_seconds())
    assert ready_counts(dock) == [2]


def test_each_location_has_a_manifest_of_its_own(dock: Dock) -> None:
    dock.take_back(dock.buy("1"))
    add_location(dock.app, dock.shop.merchant.slug, code="dock", country="ES", city="Getafe", postal_code="28901")
    dock.buy("1", replace(STANDARD, parcels=replace(STANDARD.parcels, ship_from="dock")))
    assert ready_counts(dock) == [1, 1]
    [made] = dock.hand_over(location_code="DOCK")
    assert (made.ship_from.city, ready_counts(dock)) == ("Getafe", [1])
    with pytest.raises(Refused, match="no ship-from location"):
        dock.hand_over(location_code="nowhere")


def test_only_what_one_carrier_account_paid_is_handed_over_where_that_is_asked_for(dock: Dock) -> None:
    with pytest.raises(Refused, match="nothing to hand over"):
        dock.hand_over(carrier_account_id="car_other")
    assert ready_counts(dock) == [2]


def test_of_a_carrier_without_manifests_a_list_is_made_at_once(dock: Dock) -> None:
    dock.manifesting.describes = replace(dock.manifesting.describes, capabilities=frozenset())
    [made] = dock.hand_over()
    assert (made.state, dock.manifesting.manifests) == (ManifestState.MADE, [])
    assert len(describe_hand_over(dock.app, dock.merchant, made.id).leaving) == 2
    with pytest.raises(Refused, match="print the hand-over list"):
        carrier_document(dock.app, dock.merchant, made.id)


def test_a_manifest_whose_answer_is_lost_is_found_and_made_once(dock: Dock, clock: FixedClock) -> None:
    dock.manifesting.fails_after["make_manifest"] = [NO_ANSWER]
    [made] = dock.hand_over()
    assert (made.state, str(made.error)) == (ManifestState.UNKNOWN, "the carrier did not answer.")
    assert ready_counts(dock) == []
    clock.sleep(HOURS)
    dock.shop.work_off()
    assert dock.manifest(made.id).state is ManifestState.MADE
    assert len(dock.manifesting.manifests) == 1
    assert carrier_document(dock.app, dock.merchant, made.id) == PDF


def test_a_manifest_that_never_reached_the_carrier_is_made_by_the_next_attempt(dock: Dock, clock: FixedClock) -> None:
    dock.manifesting.fails_before["make_manifest"] = [NO_ANSWER]
    [made] = dock.hand_over()
    clock.sleep(HOURS)
    dock.shop.work_off()
    assert (dock.manifest(made.id).state, len(dock.manifesting.manifests)) == (ManifestState.MADE, 1)


def test_what_the_carrier_refuses_can_go_on_another_one(dock: Dock) -> None:
    dock.manifesting.fails_before["make_manifest"] = [TOO_FAR]
    [made] = dock.hand_over()
    assert (made.state, str(made.error)) == (ManifestState.REFUSED, "The carrier does not go there.")
    assert ready_counts(dock) == [2]
    with pytest.raises(Refused, match="does not go there"):
        describe_hand_over(dock.app, dock.merchant, made.id)
    [again] = dock.hand_over()
    assert again.state is ManifestState.MADE


def test_a_label_is_not_voided_while_nobody_knows_whether_the_carrier_has_its_manifest(dock: Dock) -> None:
    dock.manifesting.fails_after["make_manifest"] = [NO_ANSWER]
    dock.hand_over()
    with pytest.raises(Refused, match="on a manifest that the carrier has not answered"):
        dock.take_back(dock.buy("1"))
    assert dock.labels("1")[0].state is LabelState.BOUGHT


def test_what_is_voided_afterwards_is_said_and_not_handed_over(dock: Dock) -> None:
    [made] = dock.hand_over()
    voided = dock.take_back(dock.buy("1"))
    seen = describe_hand_over(dock.app, dock.merchant, made.id)
    assert [one.label.id for one in seen.shipments if one.was_voided] == [voided.id]
    assert len(seen.leaving) == 1


def test_a_document_that_could_not_be_had_is_fetched_when_somebody_prints_it(dock: Dock) -> None:
    dock.manifesting.document = None
    [made] = dock.hand_over()
    with dock.app.reading() as uow:
        assert uow.manifests.find_document(dock.merchant, made.id) is None
    assert carrier_document(dock.app, dock.merchant, made.id) == PDF
    with dock.app.reading() as uow:
        assert uow.manifests.find_document(dock.merchant, made.id) == PDF


def test_a_manifest_of_somebody_else_is_not_there(dock: Dock) -> None:
    [made] = dock.hand_over()
    with pytest.raises(NotFound):
        describe_hand_over(dock.app, dock.provider, made.id)
    with pytest.raises(NotFound):
        carrier_document(dock.app, dock.provider, made.id)
