"""What a version of a rule set did: the open orders that it changed since it was published, and what would become of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from engine.application import Application
from engine.model.kept_decision import KeptDecision
from engine.model.order import Order
from engine.model.rule_set import RuleSetVersion
from engine.ports import NotFound, UnitOfWork
from engine.services.deciding.preview_reprocess import ReprocessPreview, preview_reprocess
from engine.services.deciding.reprocess_orders import REPROCESSABLE
from engine.services.deciding.running_sets import RunningSet
from engine.services.refusals import Refused
from rules.messages import Text
from rules.order_document import loads

MOST_LOOKED_AT = 2000  # open orders, for one page
MOST_SHOWN = 200
VERSIONS_OFFERED = 10  # of each set

NO_SUCH_VERSION = Text(
    "The account has no such version of a rule set.", "La cuenta no tiene esa versión de un conjunto de reglas."
)


@dataclass(frozen=True, slots=True)
class VersionEffects:
    """Open orders that a version changed, the newest first, and what running the rules of now again would make of them.

    They are those of one page: so many open orders were `looked_at` for it, and `next_before` leads on to the ones behind
    them; None where there are no more. While it `runs` still, the rules of now are the same.
    """

    version: RuleSetVersion
    runs: bool
    orders: tuple[Order, ...]
    looked_at: int
    next_before: str | None
    preview: ReprocessPreview


def offered_versions(app: Application, account_id: str) -> list[RuleSetVersion]:
    """The last versions of each set that ever ran, the sets by their slugs, the newest version first."""
    found = []
    with app.reading() as uow:
        for slug in uow.rule_sets.list_slugs(account_id):
            newest = uow.rule_sets.find_version(account_id, slug)
            assert newest is not None
            found.append(newest)
            for number in range(newest.number - 1, max(0, newest.number - VERSIONS_OFFERED), -1):
                earlier = uow.rule_sets.find_version(account_id, slug, number)
                found += [] if earlier is None else [earlier]
    return found


def version_effects(app: Application, account_id: str, version_id: str, before: str | None = None) -> VersionEffects:
    """One page; `before` is the `next_before` of the one that it follows. Raises Refused for a version of another account."""
    with app.reading() as uow:
        try:
            [version] = uow.rule_sets.get_versions(account_id, [version_id])
        except NotFound:
            raise Refused("no_version", NO_SUCH_VERSION) from None
        runs = any(one.id == version.id for one in uow.rule_sets.list_published(account_id))
        looked_at = uow.orders.list_changeable(account_id, MOST_LOOKED_AT, before=before)
        ids = _changed_orders(uow, account_id, version, looked_at)
        if len(ids) > MOST_SHOWN:
            ids = ids[:MOST_SHOWN]
            looked_at = looked_at[: looked_at.index(ids[-1]) + 1]
        is_last = len(uow.orders.list_changeable(account_id, 1, before=looked_at[-1])) == 0 if looked_at else True
        orders = {order.id: order for order in uow.orders.get_many(account_id, ids) if order.state in REPROCESSABLE}
    shown = [orders[order_id] for order_id in ids if order_id in orders]
    preview = preview_reprocess(app, account_id, [order.id for order in shown])
    return VersionEffects(version, runs, tuple(shown), len(looked_at), None if is_last else looked_at[-1], preview)


def _changed_orders(uow: UnitOfWork, account_id: str, version: RuleSetVersion, ids: Sequence[str]) -> list[str]:
    """Those of these orders, in their order, one more than are shown."""
    rule_set = RunningSet.of(version).read()
    rules = frozenset() if rule_set is None else frozenset(rule.id for rule in rule_set.rules)
    heads = [head for head in uow.decisions.list_heads(account_id, ids) if head.decided_at >= version.published_at]
    kept = uow.decisions.list_kept(account_id, [head.id for head in heads])
    changed = {one.order_id for one in _changing(kept, version, rules)}
    return [order_id for order_id in ids if order_id in changed][: MOST_SHOWN + 1]


def _changing(kept: Iterable[KeptDecision], version: RuleSetVersion, rules: frozenset[str]) -> Iterable[KeptDecision]:
    """The decisions in which a rule of the version wrote or sent something."""
    for one in kept:
        if version.id in one.rule_set_version_ids:
            done = loads(f'{{"changes":{one.changes},"effects":{one.effects}}}')
            if any(entry["rule"] in rules for part in done.values() for entry in part):
                yield one
