"""Calls of `tenant_calls` that are about rule sets while they are edited."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from support.tenants import LATER, Things

from engine.model.rule_draft import DraftRevision, RuleDraft

DRAFTS: dict[str, Callable[[Any, str, Things], object]] = {
    "RuleDrafts.put": lambda uow, own, it: uow.rule_drafts.put(RuleDraft(own, it.version.set_slug, 2, LATER, "usr_x")),
    "RuleDrafts.find": lambda uow, own, it: uow.rule_drafts.find(own, it.version.set_slug),
    "RuleDrafts.list_for": lambda uow, own, it: uow.rule_drafts.list_for(own),
    "RuleDrafts.list_current": lambda uow, own, it: uow.rule_drafts.list_current(own),
    "RuleDrafts.remove": lambda uow, own, it: uow.rule_drafts.remove(own, it.version.set_slug),
    "RuleDrafts.add_revision": lambda uow, own, it: uow.rule_drafts.add_revision(
        DraftRevision(own, it.version.set_slug, 9, "rules: []", LATER, "usr_x")
    ),
    "RuleDrafts.find_revision": lambda uow, own, it: uow.rule_drafts.find_revision(own, it.version.set_slug, 1),
    "RuleDrafts.list_numbers": lambda uow, own, it: uow.rule_drafts.list_numbers(own, it.version.set_slug),
    "RuleDrafts.forget_revisions": lambda uow, own, it: uow.rule_drafts.forget_revisions(own, it.version.set_slug, {1}),
}
