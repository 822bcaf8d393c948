"""`insights providers`: figures of an account's providers as JSON."""

from __future__ import annotations

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
