"""Contract of the repository of manifests, and of the labels that are on them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.examples import NOON, an_account_with_store, an_order

from engine.model.account import CarrierAccount
from engine.model.label import BoughtLabel, Label, LabelRequest, ParcelToShip, PostalAddress
from engine.model.manifest import Manifest
from engine.model.sentence import Sentence
from engine.ports import NotFound
from storage.database import Database

PLACE = PostalAddress(company="Casa Verde", street1="Calle Mayor 1", city="Madrid", postal_code="28004", country="ES")


@pytest.fixture
def account(database: Database) -> str:
    """With three bought labels, of one order."""
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        order = an_order(store.account_id, store.id)
        unit.orders.add_many([order], "run_1")
        unit.carrier_accounts.add(CarrierAccount("car_1", order.account_id, "house", ("24h",)))
        unit.labels.add_many([a_label(order.account_id, order.id, f"lbl_{number}") for number in (1, 2, 3)])
        unit.commit()
    return store.account_id


def a_label(account_id: str, order_id: str, label_id: str) -> Label:
    request = LabelRequest(label_id, "24h", PLACE, PostalAddress(country="ES"), (ParcelToShip(750),), NOON.date())
    owners = (account_id, order_id, f"shp_{label_id}", "car_1", account_id)
    label = Label(label_id, *owners, "house", "24h", {"1": Decimal(1)}, request, "usr_1", NOON)
    return label.buy(BoughtLabel(f"c-{label_id}", ("N1",)), NOON)


def a_manifest(account_id: str, manifest_id: str = "man_1") -> Manifest:
    return Manifest(manifest_id, account_id, "car_1", account_id, "house", "", PLACE, 2, 3, "usr_1", NOON)


def test_a_manifest_comes_back_as_it_was_kept(database: Database, account: str) -> None:
    manifest = a_manifest(account)
    with database.unit_of_work() as unit:
        unit.manifests.add(manifest)
        unit.manifests.add(replace(manifest, id="man_2", created_at=NOON + timedelta(hours=1)))
        unit.commit()
    lost = manifest.lose(Sentence("no answer", "sin respuesta"))
    with database.unit_of_work() as unit:
        assert unit.manifests.get(account, "man_1", for_change=True) == manifest
        assert [one.id for one in unit.manifests.list_for(account, 10)] == ["man_2", "man_1"]
        assert [one.id for one in unit.manifests.list_for(account, 1)] == ["man_2"]
        unit.manifests.update(lost)
        assert unit.manifests.get(account, "man_1") == lost
        unit.manifests.update(lost.make("m-7", NOON))
        assert unit.manifests.get(account, "man_1") == lost.make("m-7", NOON)
        with pytest.raises(NotFound):
            unit.manifests.get(account, "man_unknown")


def test_a_document_is_kept_once_and_forgotten_by_age(database: Database, account: str) -> None:
    with database.unit_of_work() as unit:
        unit.manifests.add(a_manifest(account))
        assert unit.manifests.find_document(account, "man_1") is None
        unit.manifests.keep_document(account, "man_1", b"%PDF\x00", NOON)
        unit.manifests.keep_document(account, "man_1", b"other", NOON)
        assert unit.manifests.find_document(account, "man_1") == b"%PDF\x00"
        assert unit.manifests.forget_documents(NOON) == 0
        assert unit.manifests.forget_documents(NOON + timedelta(seconds=1)) == 1
        assert unit.manifests.find_document(account, "man_1") is None
        with pytest.raises(NotFound):
            unit.manifests.keep_document(account, "man_unknown", b"x", NOON)


def test_a_label_is_on_one_manifest_at_most(database: Database, account: str) -> None:
    labels = [f"lbl_{number}" for number in (1, 2, 3)]
    with database.unit_of_work() as unit:
        unit.labels.update(unit.labels.get(account, "lbl_3").request_void())
        assert [label.id for label in unit.labels.list_unmanifested(account, NOON, 10)] == labels[:2]
        assert [label.id for label in unit.labels.list_unmanifested(account, NOON, 1)] == labels[:1]
        assert unit.labels.list_unmanifested(account, NOON + timedelta(seconds=1), 10) == []

        assert unit.labels.put_on_manifest(account, labels[:1], "man_1") == 1
        assert unit.labels.put_on_manifest(account, labels, "man_2") == 1  # the third is to be given back
        assert [label.manifest_id for label in unit.labels.list_on_manifest(account, "man_1")] == ["man_1"]
        assert [label.id for label in unit.labels.list_on_manifest(account, "man_2")] == labels[1:2]
        assert unit.labels.list_unmanifested(account, NOON, 10) == []

        unit.labels.take_off_manifest(account, "man_1")
        assert unit.labels.list_on_manifest(account, "man_1") == []
        assert [label.id for label in unit.labels.list_unmanifested(account, NOON, 10)] == labels[:1]
