"""Contract of the repository of packages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.examples import an_account_with_store

from engine.model.saved_package import SavedPackage
from storage.database import Database
from storage.errors import ConflictingWrite


def test_packages_are_kept_by_name_with_one_default_and_removed(database: Database) -> None:
    with database.unit_of_work() as unit:
        own = an_account_with_store(unit).account_id
        large = SavedPackage("pkg_1", own, "Large", 600, 400, 300, 450, is_default=True)
        bag = SavedPackage("pkg_2", own, "bag")
        for package in (large, bag):
            unit.packages.add(package)
        unit.commit()
    with database.unit_of_work() as unit:
        assert unit.packages.list_for(own) == [bag, large]
        unit.packages.set_default(own, "pkg_2")
        assert unit.packages.list_for(own) == [replace(bag, is_default=True), replace(large, is_default=False)]
        unit.packages.set_default(own, None)
        unit.packages.remove(own, "pkg_1")
        assert unit.packages.list_for(own) == [bag]
        with pytest.raises(ConflictingWrite):
            unit.packages.add(SavedPackage("pkg_3", own, "BAG"))
