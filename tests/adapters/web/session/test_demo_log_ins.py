"""Who stands before the log-in page of a demo finds out how to get in."""

from __future__ import annotations

from pathlib import Path

from support.browsing import words_of
from support.pages import whole_service
from support.shop import Shop

from adapters.cli.demo_record import DemoRecord

RECORD = DemoRecord(9090, 60, 1, "2026-03-01T09:00:00+00:00", "p", "sto_1")


def test_the_log_in_page_of_a_demo_says_how_its_log_ins_are_shown(shop: Shop, tmp_path: Path) -> None:
    client = whole_service(shop.app, shop.database, tmp_path).test_client()
    assert "demo" not in words_of(client.get("/log-in"))

    RECORD.save(tmp_path)
    assert "app.py demo shows its log-ins." in words_of(client.get("/log-in"))
    spanish = client.get("/log-in", headers={"Accept-Language": "es"})
    assert "app.py demo muestra sus accesos." in words_of(spanish)


def test_a_sandbox_that_somebody_tries_has_no_log_ins(shop: Shop, tmp_path: Path) -> None:
    DemoRecord(9090, 60, 1, "2026-03-01T09:00:00+00:00", "p", is_trial=True).save(tmp_path)
    client = whole_service(shop.app, shop.database, tmp_path).test_client()
    assert "demo" not in words_of(client.get("/log-in"))
