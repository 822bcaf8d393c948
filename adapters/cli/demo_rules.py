"""What Casa Verde has beside its main rules: what is known of its products, a list, and rules that run by themselves."""

from __future__ import annotations

from engine.application import Application
from engine.services.deciding.publish_rules import publish_rules
from engine.services.defaults.product_defaults import set_default
from engine.services.lists.named_lists import set_list
from rules.messages import Language, Text

SEASON = "season"
SEASONAL = ("HUERTO-SEMILLAS", "SUSTRATO-20", "TIJ-PODA", "GUANTE-M", "GUANTE-L")
CERAMICS = {"hs_code": "6912.00", "origin_country": "ES"}
DEFAULTS = (
    {"sku": "ACM-MUG-BLU", "warehouse_location": "A-04-2", **CERAMICS},
    {"sku": "ACM-MUG-GRN", "warehouse_location": "A-04-3", **CERAMICS},
    {"sku": "VER-POT-12", "warehouse_location": "B-01-1", **CERAMICS},
    {"sku": "MANTA-LANA", "warehouse_location": "C-02-1", "hs_code": "6301.20", "origin_country": "PT"},
    {"sku": "TIJ-PODA", "warehouse_location": "B-07-4", "hs_code": "8201.50", "origin_country": "DE"},
)
DESCRIBED = Text("Ceramic tableware", "Vajilla de cerámica")
NAMED = Text("Casa Verde day by day", "Casa Verde día a día")
OLD = Text("Orders that wait for two days are urgent", "Los pedidos que esperan dos días son urgentes")
FROM_LIST = Text("What is in season gets a tag", "Lo de temporada recibe una etiqueta")
REMINDED = Text("Tell us in the morning what is on hold", "Avisar por la mañana de lo que está retenido")
STILL_HELD = Text("{order_number} is still on hold", "{order_number} sigue retenido")
RULES = """
set: casa-verde-daily
name: {name}
rules:
  - id: in-season
    name: {from_list}
    when: {{any_item: {{field: sku, is: in, value: {{list: {season}}}}}}}
    then: [{{do: add_tag, tag: season}}]
  - id: urgent-after-two-days
    name: {old}
    on: [schedule]
    schedule: {{every: 4h}}
    when: {{field: order_date, is: older_than, value: 48h}}
    then: [{{do: add_tag, tag: urgent}}]
  - id: still-on-hold
    name: {reminded}
    on: [schedule]
    schedule: {{at: "08:00", days: [mon, tue, wed, thu, fri], over: [on_hold]}}
    once: true
    when: {{field: status, is: equals, value: on_hold}}
    then: [{{do: alert, message: "{still_held}"}}]
"""


def add_daily_rules(app: Application, slug: str, language: Language) -> None:
    """For an account that has none of it yet."""
    with app.reading() as uow:
        account = uow.accounts.find_by_slug(slug)
    assert account is not None
    for cells in DEFAULTS:
        told = {"customs_description": DESCRIBED.format(language)} if cells["hs_code"] == CERAMICS["hs_code"] else {}
        set_default(app, account.id, {**cells, **told})
    set_list(app, account, SEASON, SEASONAL)
    publish_rules(app, slug, rules_in(language).encode())


def rules_in(language: Language) -> str:
    """The rules that run by themselves, in a person's language."""
    texts = {"name": NAMED, "old": OLD, "from_list": FROM_LIST, "reminded": REMINDED}
    words = {key: text.format(language) for key, text in texts.items()}
    still_held = STILL_HELD.format(language, order_number="{order_number}")
    return RULES.format(**words, still_held=still_held, season=SEASON)
