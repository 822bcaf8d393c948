"""A real process that is killed, interrupted or cut off from its reader, in the middle of its work."""

from __future__ import annotations

import base64
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox

from adapters.clock import SystemClock
from engine.model.order import OrderState
from engine.services.importing.import_store import RECORDS_A_TRANSACTION
from storage.database import open_database
from storage.secret_box import SecretBox

ROOT = Path(__file__).parents[2]
HANGS_S = 120
KEY = b"0123456789abcdef0123456789abcdef"
NOTES = RECORDS_A_TRANSACTION + 40  # two transactions


@pytest.fixture
def data_dir(sqlite_url: str) -> Path:
    return Path(sqlite_url.removeprefix("sqlite:///")).parent


@pytest.fixture
def shop(sqlite_url: str) -> Iterator[SandboxShop]:
    database = open_database(sqlite_url, SecretBox([KEY]))
    with sandbox(SystemClock().now, NOTES, plain=True) as server:
        yield open_sandbox_shop(database, server, SystemClock())
    database.close()


def start(data_dir: Path, *arguments: str) -> subprocess.Popen[bytes]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("RELEVO_")}
    settings = {
        "RELEVO_DATA_DIR": str(data_dir),
        "RELEVO_SECRET_KEY": base64.urlsafe_b64encode(KEY).decode(),
        "RELEVO_ALLOW_NETWORKS": "127.0.0.0/8",
    }
    return subprocess.Popen(
        [sys.executable, "app.py", *arguments],
        cwd=ROOT,
        env={**environment, **settings},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )


def wait_for_requests(shop: SandboxShop, count: int) -> None:
    for _ in range(HANGS_S * 100):
        if shop.requests() + _delayed(shop) >= count:
            return
        threading.Event().wait(0.01)
    raise AssertionError("the process asks for nothing more")


def _delayed(shop: SandboxShop) -> int:
    """Requests that wait for their answer are not counted yet; they have taken their fault away."""
    return 0 if shop.server.pending_faults() else 1


def later(shop: SandboxShop) -> SandboxShop:
    """The same shop when the dead process's leases have ended, but no more than 15 seconds later."""
    clock = FixedClock(SystemClock().now() + timedelta(seconds=15))
    return replace(shop, app=replace(shop.app, clock=clock))


# Log-in, search, notes, orders and what is written on them twice, names; then, with the first of them written, the rest.
@pytest.mark.parametrize("position", [0, 1, 2, 4, 9, 10, 11])
def test_a_killed_import_is_made_whole_by_the_next(shop: SandboxShop, data_dir: Path, position: int) -> None:
    shop.server.reset_requests()
    shop.server.fault("delay", skip=position, seconds=5)
    process = start(data_dir, "stores", "import", shop.store.id, "--json")
    wait_for_requests(shop, position + 1)
    process.kill()
    out, _ = process.communicate(timeout=HANGS_S)
    assert out == b""
    assert process.returncode == -signal.SIGKILL
    before = shop.orders()
    assert len(before) == (RECORDS_A_TRANSACTION if position >= 10 else 0)

    summary = later(shop).run_import()

    after = shop.orders()
    assert set(after) == shop.expected()
    assert (summary.imported, summary.unchanged) == (NOTES - len(before), len(before))
    assert {key: after[key].id for key in before} == {key: order.id for key, order in before.items()}
    for order in list(after.values())[::10]:
        assert len(shop.decisions(order)) == 1
        assert len(shop.jobs(order)) == (order.document().get("logistics_provider") is not None)


def test_a_killed_worker_hands_over_once(shop: SandboxShop, data_dir: Path) -> None:
    shop.run_import()
    shop.server.reset_requests()
    shop.server.fault("delay", "/note$", skip=2, seconds=5)
    process = start(data_dir, "worker", "--drain")
    wait_for_requests(shop, 4)
    process.kill()
    process.communicate(timeout=HANGS_S)

    later(shop).work_off()

    with shop.database.reading_unit_of_work() as unit:
        requests = unit.requests.list_for_provider(shop.provider.id)
    wanted = [order for order in shop.orders().values() if order.document().get("logistics_provider")]
    assert sorted(request.order_id for request in requests) == sorted(order.id for order in wanted)
    assert {order.state for order in wanted} == {OrderState.PENDING_FULFILLMENT}


def test_ctrl_c_ends_an_import_with_a_word_and_frees_the_store(shop: SandboxShop, data_dir: Path) -> None:
    shop.server.reset_requests()
    shop.server.fault("delay", "order-service", seconds=5)
    process = start(data_dir, "stores", "import", shop.store.id)
    wait_for_requests(shop, 4)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=HANGS_S)

    assert process.returncode not in (0, -signal.SIGINT)
    assert out == b""
    assert b"Traceback" not in err
    assert err.strip().endswith(b"Stopped.")
    shop.run_import()  # without waiting for a lease
    assert set(shop.orders()) == shop.expected()


def test_a_reader_that_has_seen_enough_is_no_error(shop: SandboxShop, data_dir: Path) -> None:
    shop.run_import()
    process = start(data_dir, "orders", "list", "--account", shop.merchant.slug, "--json-lines")
    assert process.stdout is not None
    assert process.stderr is not None
    assert process.stdout.readline().startswith(b"{")
    process.stdout.close()

    assert process.stderr.read() == b""
    process.stderr.close()
    process.wait(60)


def test_many_first_commands_at_once_prepare_one_database(tmp_path: Path) -> None:
    processes = [start(tmp_path / "new", "accounts", "list", "--json") for _ in range(3)]
    answers = [process.communicate(timeout=HANGS_S) for process in processes]

    assert [process.returncode for process in processes] == [0, 0, 0]
    assert {out for out, _ in answers} == {b'{"accounts":[]}\n'}


def test_the_progress_stays_off_what_is_no_terminal(shop: SandboxShop, data_dir: Path) -> None:
    process = start(data_dir, "stores", "import", shop.store.id)
    out, err = process.communicate(timeout=HANGS_S)

    assert process.returncode == 0
    assert out.startswith(b"%d imported" % NOTES)
    assert b"\x1b" not in out + err
    assert b"Importing" not in err
