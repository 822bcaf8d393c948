"""Where Brightpearl shows an order: people work at `euw1.brightpearlapp.com` or `use1.brightpearlapp.com`."""

from __future__ import annotations

from engine.model.back_office import BackOffice

BACK_OFFICE = BackOffice(
    template="https://{host}.brightpearlapp.com/patt-op.php?scode=invoice&oID={order}",
    setting="datacenter",
    hosts={"euw1": "euw1", "eu1": "euw1", "use1": "use1", "use": "use1"},
)
