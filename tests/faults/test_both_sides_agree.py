"""Whatever happens in whatever order, store and product agree in the end, and the store was told everything once.

More and other sequences than those of the suite: RELEVO_TEST_SEQUENCES=500 python -m pytest tests/faults/test_both_sides_agree.py
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from support.both_sides import ACTIONS, BothSides
from support.clock import FixedClock
from support.properties import PROFILE, examples
from support.sandbox_shop import NOW, open_sandbox_shop, sandbox

from storage.database import open_database
from storage.secret_box import SecretBox

WANTED = int(os.environ.get("RELEVO_TEST_SEQUENCES", "0"))
SEQUENCES = WANTED or examples(12)

# Half of what happens is what makes things interesting: orders, imports, shipments, work.
OFTEN = ("create", "import", "ship", "work")
actions = st.tuples(st.one_of(st.sampled_from(OFTEN), st.sampled_from(sorted(ACTIONS))), st.integers(0, 1000))


@settings(
    max_examples=SEQUENCES,
    derandomize=PROFILE == "gate" and not WANTED,
    phases=[Phase.generate],  # a sequence takes a second: to shrink one takes longer than to read it
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(sequence=st.lists(actions, min_size=20, max_size=45))
def test_both_sides_agree_in_the_end(sqlite_template: Path, secrets: SecretBox, sequence: list[tuple[str, int]]) -> None:
    clock = FixedClock(NOW)
    with tempfile.TemporaryDirectory() as folder, sandbox(clock.now, orders=3, plain=True) as server:
        shutil.copyfile(sqlite_template, Path(folder) / "relevo.db")
        database = open_database(f"sqlite:///{folder}/relevo.db", secrets)
        try:
            sides = BothSides(open_sandbox_shop(database, server, clock, rules=None))
            sides.bring(1)
            for name, number in sequence:
                ACTIONS[name](sides, number)
            sides.settle()
            sides.check()
        finally:
            database.close()
