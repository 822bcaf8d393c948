"""Contract of the repository of stores and their imports."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text
from support.examples import NOON, a_store, an_account_with_store

from adapters.stores.brightpearl.description import reasons
from engine.model.buyer_mail import BuyerMail
from engine.model.lease import LEASE
from engine.model.redaction import Redaction
from engine.model.sentence import Sentence
from engine.model.store import ImportRun, KnownNames, NameKind, Parked, SkippedNote, Store, StoreState
from engine.model.store_preferences import NoticeTopic, ProductDetails, StoreLogo, StorePreferences, WeightUnit
from engine.ports import NotFound
from storage.database import Database
from storage.queries import Queries

SECOND = timedelta(seconds=1)


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.commit()
    return store


def a_parked(external_id: str, problem: str = "no country") -> Parked:
    return Parked(external_id, "7001", "7001", "parties.delivery.country", Sentence(problem, f"{problem} (es)"), b'{"id": 1}')


def test_a_store_comes_back_with_its_credentials(database: Database, store: Store) -> None:
    with database.reading_unit_of_work() as unit:
        assert unit.stores.get(store.account_id, store.id) == store
        assert unit.stores.list_for(store.account_id) == [store]
        assert unit.stores.list_for("acc_stranger") == []
        with pytest.raises(NotFound, match="sto_none"):
            unit.stores.get(store.account_id, "sto_none")


def test_a_closed_store_stays_on_record(database: Database, store: Store) -> None:
    other = a_store(store.account_id, name="other")
    with database.unit_of_work() as unit:
        unit.stores.add(other)
        unit.stores.set_state(store.account_id, store.id, StoreState.CLOSED)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.stores.get(store.account_id, store.id).state is StoreState.CLOSED
        assert unit.stores.list_open() == [other]
        assert [found.id for found in unit.stores.list_for(store.account_id)] == [store.id, other.id]


def test_an_import_lease_is_held_by_one_until_it_runs_out(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        stores = unit.stores
        assert stores.take_import_lease(store.account_id, store.id, "a", NOON, NOON + 15 * SECOND)
        assert not stores.take_import_lease(store.account_id, store.id, "b", NOON + 14 * SECOND, NOON + 30 * SECOND)
        assert stores.hold_import_lease(store.account_id, store.id, "a", NOON + 20 * SECOND)
        assert not stores.take_import_lease(store.account_id, store.id, "b", NOON + 19 * SECOND, NOON + 40 * SECOND)
        assert stores.take_import_lease(store.account_id, store.id, "b", NOON + 20 * SECOND, NOON + 40 * SECOND)
        assert not stores.hold_import_lease(store.account_id, store.id, "a", NOON + 60 * SECOND)
        stores.release_import_lease(store.account_id, store.id, "a")
        assert not stores.take_import_lease(store.account_id, store.id, "c", NOON + 21 * SECOND, NOON + 60 * SECOND)
        stores.release_import_lease(store.account_id, store.id, "b")
        assert stores.take_import_lease(store.account_id, store.id, "c", NOON + 21 * SECOND, NOON + 60 * SECOND)
        assert not stores.take_import_lease(store.account_id, "sto_none", "a", NOON, NOON + SECOND)


def test_the_last_run_is_the_one_that_started_last(database: Database, store: Store) -> None:
    first = ImportRun("run_1", store.id, NOON, None, None, None, {})
    second = ImportRun("run_0", store.id, NOON + SECOND, None, None, None, {})
    ended = ImportRun(
        "run_0", store.id, NOON + SECOND, NOON + 9 * SECOND, "failed", Sentence("no answer", "sin respuesta"), {"imported": 3}
    )
    with database.unit_of_work() as unit:
        assert unit.stores.last_run(store.account_id, store.id) is None
        unit.stores.start_run(store.account_id, first)
        unit.stores.start_run(store.account_id, second)
        assert unit.stores.last_run(store.account_id, store.id) == second
        unit.stores.end_run(store.account_id, ended)
        assert unit.stores.last_run(store.account_id, store.id) == ended
        with pytest.raises(NotFound):
            unit.stores.start_run(store.account_id, ImportRun("run_2", "sto_none", NOON, None, None, None, {}))


def test_what_was_parked_is_replaced_and_goes_when_it_can_be_read(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        unit.stores.park(store, a_parked("1"), "r1", NOON)
        unit.stores.park(store, a_parked("2"), "r1", NOON)
        unit.stores.park(store, a_parked("1", "no name"), "r2", NOON + SECOND)
        assert unit.stores.list_parked(store.account_id, store.id) == [a_parked("1", "no name"), a_parked("2")]
        unit.stores.unpark(store.account_id, store.id, ["1", "none"])
        assert unit.stores.list_parked(store.account_id, store.id) == [a_parked("2")]
        unit.stores.unpark(store.account_id, store.id, [])
        assert unit.stores.list_parked(store.account_id, "sto_none") == []


def test_a_raw_document_is_kept_once_for_each_revision(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        unit.stores.keep_raw(store, [("1", "r1", b'{"a":1}'), ("2", "r1", b"{}")], NOON)
        unit.stores.keep_raw(store, [("1", "r1", b"changed"), ("1", "r2", b'{"a":2}')], NOON + SECOND)
        unit.stores.keep_raw(store, [], NOON)
        unit.commit()
    with database.begin_reading() as connection:
        kept = connection.execute(text("SELECT external_id, revision, document FROM raw_documents ORDER BY 1, 2")).all()
    assert [(row[0], row[1], bytes(row[2])) for row in kept] == [
        ("1", "r1", b'{"a":1}'),
        ("1", "r2", b'{"a":2}'),
        ("2", "r1", b"{}"),
    ]


def a_skipped(external_id: str, number: str | None = "7001", **changes: Any) -> SkippedNote:
    values = {"reason": reasons.NOT_PRINTED.code, "message": Sentence("not printed", "sin imprimir"), "source_version": ""}
    return SkippedNote(external_id, number, **{**values, "first_seen": NOON, "last_seen": NOON, **changes})


def test_what_is_left_out_is_on_record_until_it_is_forgotten(database: Database, store: Store) -> None:
    later = a_skipped(
        "81", reason=reasons.WRONG_CHANNEL.code, source_version="s2", first_seen=NOON + SECOND, last_seen=NOON + SECOND
    )
    with database.unit_of_work() as unit:
        unit.stores.record_skipped(store, [a_skipped("81"), a_skipped("82", "7001/2"), a_skipped("83", None)])
        unit.stores.record_skipped(store, [later])
        unit.stores.record_skipped(store, [])
        unit.commit()
    with database.reading_unit_of_work() as unit:
        first, second = unit.stores.list_skipped(store.account_id, store.id, "7001")
        assert first == replace(later, first_seen=NOON)
        assert second.external_id == "82"
        assert unit.stores.list_skipped(store.account_id, store.id, "7001/2") == [second]
        assert unit.stores.list_skipped(store.account_id, store.id, "83") == [a_skipped("83", None)]
        assert unit.stores.list_skipped(store.account_id, "sto_other", "7001") == []
        assert unit.stores.skipped_among(store.account_id, store.id, ["82", "99"]) == {"82": second}
    with database.unit_of_work() as unit:
        unit.stores.forget_skipped(store.account_id, store.id, ["82"])
        unit.stores.forget_skipped(store.account_id, store.id, before=NOON + SECOND)
        assert [
            note.external_id for note in unit.stores.skipped_among(store.account_id, store.id, ["81", "82", "83"]).values()
        ] == ["81"]
        unit.stores.forget_skipped(store.account_id, store.id)
        assert unit.stores.skipped_among(store.account_id, store.id, ["81"]) == {}


def test_who_is_erased_goes_from_what_was_parked_and_left_out_and_nobody_else(database: Database, store: Store) -> None:
    hers, gone = (
        Sentence("no country for Benita", "sin país para Benita"),
        Sentence("no country for [erased]", "sin país para [erased]"),
    )
    parked = {
        "hers": replace(a_parked("1"), problem=hers),
        "raw": replace(a_parked("2"), raw=b'"Benita"'),
        "other": a_parked("3"),
    }
    redaction = Redaction(["Benita"])
    with database.unit_of_work() as unit:
        elsewhere = an_account_with_store(unit, "elsewhere")
        for shop in (store, elsewhere):
            unit.stores.park_many(shop, [(one, "r1") for one in parked.values()], NOON)
            unit.stores.record_skipped(shop, [a_skipped("1", message=hers), a_skipped("2")])
        assert unit.stores.redact_parked(store.account_id, redaction) == 2
        assert unit.stores.redact_skipped(store.account_id, redaction) == 1
        assert (
            unit.stores.redact_parked(store.account_id, redaction) == unit.stores.redact_skipped(store.account_id, redaction) == 0
        )
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.stores.list_parked(store.account_id, store.id) == [
            replace(parked["hers"], problem=gone, raw=b"{}"),
            replace(parked["raw"], raw=b"{}"),
            parked["other"],
        ]
        assert unit.stores.list_parked(elsewhere.account_id, elsewhere.id) == list(parked.values())
        left_out = unit.stores.skipped_among(store.account_id, store.id, ["1", "2"])
        assert left_out == {"1": a_skipped("1", message=gone), "2": a_skipped("2")}
        there = unit.stores.skipped_among(elsewhere.account_id, elsewhere.id, ["1"])
        assert there == {"1": a_skipped("1", message=hers)}


def test_how_far_imports_came_is_forgotten_with_the_stamps_of_what_they_left_out(database: Database, store: Store) -> None:
    note = SkippedNote("81", "7001", reasons.WRONG_CHANNEL.code, Sentence("no", "no"), "s1", NOON, NOON)
    with database.unit_of_work() as unit:
        unit.stores.keep_progress(store.account_id, store.id, scanned_until="then", failures=2, retry_at=NOON)
        unit.stores.record_skipped(store, [note])
        unit.stores.forget_source_versions(store.account_id, "sto_other")
        assert unit.stores.get(store.account_id, store.id).scanned_until == "then"
        unit.stores.forget_source_versions(store.account_id, store.id)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        kept = unit.stores.get(store.account_id, store.id)
        assert (kept.scanned_until, kept.failures, kept.retry_at) == (None, 2, NOON)
        assert unit.stores.skipped_among(store.account_id, store.id, ["81"]) == {"81": replace(note, source_version="")}


def test_products_are_kept_and_replaced(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        unit.stores.keep_products(store, {"640": {"weight": "0.4"}, "641": {}}, NOON)
        unit.stores.keep_products(store, {"640": {"barcode": "5012"}}, NOON + SECOND)
        unit.stores.keep_products(store, {}, NOON)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.stores.products(store.account_id, store.id, ["640", "641", "642"], NOON) == {
            "640": {"barcode": "5012"},
            "641": {},
        }
        assert unit.stores.products(store.account_id, store.id, ["640", "641"], NOON + 2 * SECOND) == {"640": {"barcode": "5012"}}
        assert unit.stores.products(store.account_id, "sto_other", ["640"], NOON) == {}


def test_names_are_kept_and_replaced_kind_by_kind(database: Database, store: Store) -> None:
    methods, channels = KnownNames({"5": "Next day", "6": ""}, NOON), KnownNames({"2": "Web shop"}, NOON + SECOND)
    with database.unit_of_work() as unit:
        unit.stores.keep_names(store, {NameKind.SHIPPING_METHODS: KnownNames({"9": "Old"}, NOON), NameKind.CHANNELS: channels})
        unit.stores.keep_names(store, {NameKind.SHIPPING_METHODS: methods})
        unit.stores.keep_names(store, {})
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.stores.names(store.account_id, store.id) == {NameKind.SHIPPING_METHODS: methods, NameKind.CHANNELS: channels}
        assert unit.stores.names(store.account_id, "sto_other") == {}


def test_unknown_fields_are_counted_until_they_are_counted_afresh(database: Database, store: Store) -> None:
    queries = Queries(database)
    for counts, afresh in (({"order.foo": 2, "note.bar": 1}, False), ({"order.foo": 3}, False), ({}, False)):
        with database.unit_of_work() as unit:
            unit.stores.count_unknown_fields(store, counts, NOON, afresh=afresh)
            unit.commit()
    assert list(queries.unknown_fields(store.account_id, store.id).items()) == [("order.foo", 5), ("note.bar", 1)]
    assert queries.unknown_fields("acc_stranger", store.id) == {}

    with database.unit_of_work() as unit:
        unit.stores.count_unknown_fields(store, {"order.new": 1}, NOON, afresh=True)
        unit.commit()
    assert queries.unknown_fields(store.account_id, store.id) == {"order.new": 1}


def test_old_raw_documents_go(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        unit.stores.keep_raw(store, [("501", "r1", b"{}")], NOON)
        unit.stores.keep_raw(store, [("502", "r1", b"{}")], NOON + SECOND)
        assert unit.stores.drop_raw(store.account_id, "sto_other", NOON + 9 * SECOND) == 0
        assert unit.stores.drop_raw(store.account_id, store.id, NOON + SECOND) == 1
        unit.commit()
    with database.begin_reading() as connection:
        assert connection.execute(text("SELECT external_id FROM raw_documents")).scalars().all() == ["502"]


def test_credentials_are_swapped_by_who_knows_their_version(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        assert unit.stores.swap_credentials(store.account_id, store.id, 1, {"token": "second"})
        assert not unit.stores.swap_credentials(store.account_id, store.id, 1, {"token": "late"})
        unit.commit()
    with database.unit_of_work() as unit:
        kept = unit.stores.get(store.account_id, store.id)
        assert (kept.credentials, kept.credentials_version) == ({"token": "second"}, 2)
        assert unit.stores.swap_credentials(store.account_id, store.id, 2, {"token": "third-7731"})
        assert not unit.stores.swap_credentials(store.account_id, "sto_none", 1, {"token": "x"})
        sealed = unit.connection.execute(text("SELECT sealed_credentials FROM stores")).scalar_one()
        assert "third-7731" not in sealed


def test_what_people_change_is_kept_and_what_others_keep_stays(database: Database, store: Store) -> None:
    changed = replace(
        store,
        name="Other",
        settings={"channel_ids": [2, 3]},
        preferences=StorePreferences(
            "Slip", (NoticeTopic.PARKED,), ProductDetails.ALWAYS, WeightUnit.OUNCE, 9, (BuyerMail.DELIVERY,)
        ),
        refresh_minutes=60,
        daily_refresh_at="04:00",
        window_days=30,
    )
    with database.unit_of_work() as unit:
        unit.stores.keep_progress(store.account_id, store.id, scanned_until="then", failures=2, retry_at=NOON)
        unit.stores.keep_webhooks(store.account_id, store.id, "d" * 64, ("71", "72"))
        unit.stores.update(changed)
        unit.stores.update(replace(changed, account_id="acc_stranger", name="Stolen"))
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.stores.get(store.account_id, store.id) == replace(
            changed, scanned_until="then", failures=2, retry_at=NOON, webhook_digest="d" * 64, webhook_ids=("71", "72")
        )
    with database.unit_of_work() as unit:
        unit.stores.keep_progress(store.account_id, store.id, scanned_until=None, failures=0, retry_at=None)
        unit.stores.keep_webhooks(store.account_id, store.id, None, ())
        assert unit.stores.get(store.account_id, store.id, for_change=True) == changed


def test_a_logo_is_replaced_and_taken_away(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        assert unit.stores.find_logo(store.account_id, store.id) is None
        for logo in (StoreLogo("image/png", b"\x89PNG"), StoreLogo("image/jpeg", b"\xff\xd8\x00")):
            unit.stores.keep_logo(store, logo)
            assert unit.stores.find_logo(store.account_id, store.id) == logo
        assert unit.stores.find_logo("acc_stranger", store.id) is None
        unit.stores.keep_logo(store, None)
        assert unit.stores.find_logo(store.account_id, store.id) is None


def test_a_store_is_importing_while_somebody_holds_its_lease(database: Database, store: Store) -> None:
    with database.unit_of_work() as unit:
        assert not unit.stores.is_importing(store.account_id, store.id, NOON)
        unit.stores.take_import_lease(store.account_id, store.id, "a", NOON, NOON + 10 * SECOND)
        assert unit.stores.is_importing(store.account_id, store.id, NOON + 9 * SECOND)
        assert not unit.stores.is_importing(store.account_id, store.id, NOON + 10 * SECOND)
        unit.stores.release_import_lease(store.account_id, store.id, "a")
        assert not unit.stores.is_importing(store.account_id, store.id, NOON)


def test_of_several_stores_those_are_importing_that_each_would_say_so_of(database: Database, store: Store) -> None:
    other = a_store(store.account_id, name="other")
    with database.unit_of_work() as unit:
        unit.stores.add(other)
        unit.stores.take_import_lease(store.account_id, other.id, "a", NOON, NOON + LEASE)
        both = [store.id, other.id]
        assert unit.stores.importing_among(store.account_id, both, NOON) == {other.id}
        assert unit.stores.importing_among(store.account_id, [store.id], NOON) == set()
        assert unit.stores.importing_among("acc_stranger", both, NOON) == set()
        assert unit.stores.importing_among(store.account_id, both, NOON + LEASE) == set()


def test_an_import_whose_lease_a_wrong_clock_wrote_is_not_under_way(database: Database, store: Store) -> None:
    far = NOON + timedelta(days=30)
    with database.unit_of_work() as unit:
        unit.stores.take_import_lease(store.account_id, store.id, "ahead", far, far + LEASE)
        assert not unit.stores.is_importing(store.account_id, store.id, NOON)
        assert unit.stores.importing_among(store.account_id, [store.id], NOON) == set()
        assert unit.stores.take_import_lease(store.account_id, store.id, "b", NOON, NOON + LEASE)
        assert unit.stores.is_importing(store.account_id, store.id, NOON)
