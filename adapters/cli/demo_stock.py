"""What Acme 3PL has of Casa Verde's products in the demo. The rest nobody has counted yet."""

from __future__ import annotations

from engine.application import Application
from engine.services.accounts.acting import find_memberships
from engine.services.inventory.count_files import import_counts

RECEIVED = {
    "ACM-MUG-BLU": 40,
    "ACM-MUG-GRN": 24,
    "CESTA-ESPARTO": 21,
    "GUANTE-L": 35,
    "GUANTE-M": 2,
    "HUERTO-SEMILLAS": 30,
    "LAMP-RATAN": 12,
    "MANTA-LANA": 18,
    "REG-10L": 11,
    "SUSTRATO-20": 60,
    "TIJ-PODA": 25,
    "VER-POT-12": 80,
}


def receive_stock(app: Application, email: str) -> None:
    """Have the 3PL's person receive all of it."""
    with app.reading() as uow:
        actor = find_memberships(uow, email)[0]
    lines = [f"casa-verde,{sku},{units},ALB-1042" for sku, units in RECEIVED.items()]
    import_counts(app, actor, "\n".join(["client,sku,units,reference", *lines]).encode(), received=True)
