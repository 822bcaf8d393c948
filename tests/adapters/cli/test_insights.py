"""`insights`: figures of an account, in lines, as JSON and as files."""

from __future__ import annotations

from pathlib import Path

from support.command_line import Call, create


def test_an_account_that_asked_for_nothing_has_nothing_to_compare(relevo: Call) -> None:
    create(relevo, "Merchant A", "merchant")
    said = relevo("insights", "providers", "--account", "merchant-a", "--from", "2026-01-01", "--to", "2026-01-31", "--json")
    assert said.json == {"from": "2026-01-01", "to": "2026-01-31", "providers": [], "clients": []}
    assert "Nothing was handed over" in relevo("insights", "providers", "--account", "merchant-a").out.decode()
    for period in (("--from", "soon"), ("--from", "2026-02-01", "--to", "2026-01-01")):
        refused = relevo("insights", "providers", "--account", "merchant-a", *period)
        assert refused.code == 1
        assert refused.sentence
    assert relevo("insights", "providers", "--account", "merchant-a", "--by", "nobody@example.com").code == 1


def test_figures_of_a_period_are_a_row_a_day_as_json_and_as_a_file(relevo: Call, tmp_path: Path) -> None:
    create(relevo, "Merchant A", "merchant")
    period = ("--account", "merchant-a", "--from", "2026-01-01", "--to", "2026-01-02")
    said = relevo("insights", "orders", *period, "--json")
    assert [(row["from"], row["orders"], row["shipped"]) for row in said.json["orders"]] == [
        ("2026-01-01", 0, 0),
        ("2026-01-02", 0, 0),
    ]
    times = relevo("insights", "times", *period, "--json").json["times"]
    assert times[0]["shipped"] == 0
    assert times[0]["shipped_median_s"] is None
    for figures in ("rules", "costs"):
        assert relevo("insights", figures, *period, "--json").json[figures] == []
        assert "There is nothing of this period." in relevo("insights", figures, *period).out.decode()
    file = tmp_path / "times.csv"
    assert relevo("insights", "times", *period, "--csv", str(file)).code == 0
    header, first, _ = file.read_text().splitlines()
    assert header.startswith("from,to,orders,decided,decided_median_s,decided_p90_s,handed_over,")
    assert first == "2026-01-01,2026-01-01,0,0,,,0,,,0,,"
    assert "2026-01-02  2026-01-02  0" in relevo("insights", "times", *period).out.decode()


def test_a_store_that_is_none_of_the_accounts_is_refused(relevo: Call) -> None:
    create(relevo, "Merchant A", "merchant")
    for figures in ("orders", "times", "costs"):
        refused = relevo("insights", figures, "--account", "merchant-a", "--store", "sto_elsewhere")
        assert refused.code == 1
        assert "sto_elsewhere" in str(refused.sentence)
