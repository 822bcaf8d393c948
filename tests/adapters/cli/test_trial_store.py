"""The sandbox that a first account can connect in the place of a store."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.trial import admin_of_new_account, empty_app, trial_over

from adapters.cli.demo_record import DemoRecord, find_demo
from adapters.passwords import Argon2PasswordHasher
from engine.services.importing.import_store import import_store
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store
from storage.database import Database


def test_the_sandbox_is_connected_once_survives_a_restart_and_is_free_again_when_disconnected(
    sqlite_database: Database, tmp_path: Path
) -> None:
    app = empty_app(sqlite_database, tmp_path, Argon2PasswordHasher())
    admin, second = admin_of_new_account(app), admin_of_new_account(app, "Second", "bo@second.example")
    trial = trial_over(app, tmp_path)
    assert trial.is_free()

    store = trial.connect(admin)

    assert not trial.is_free()
    with pytest.raises(Refused, match="connected already"):
        trial.connect(second)
    assert import_store(app, store.account_id, store.id).imported > 0
    trial.stop()
    again = trial_over(app, tmp_path)
    again.resume()
    import_store(app, store.account_id, store.id, full=True)  # raises StoreUnavailable where there is no sandbox
    disconnect_store(app, store.account_id, store.id, admin.id)
    assert again.is_free()
    other = again.connect(second)
    record = find_demo(tmp_path)
    assert record is not None
    assert (record.store_id, record.is_trial) == (other.id, True)
    again.stop()


def test_an_installation_with_a_demo_has_no_sandbox_to_give_away(sqlite_database: Database, tmp_path: Path) -> None:
    app = empty_app(sqlite_database, tmp_path, Argon2PasswordHasher())
    DemoRecord(9090, 1, 1, app.clock.now().isoformat(), "p", "sto_demo").save(tmp_path)

    assert not trial_over(app, tmp_path).is_free()
