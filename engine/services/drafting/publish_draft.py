"""Makes a draft the version that runs."""

from __future__ import annotations

from dataclasses import replace

from engine.application import Application
from engine.services.deciding.publish_rules import Publication, publish_rules
from engine.services.drafting.check_draft import OTHER_SLUG
from engine.services.drafting.open_set import open_set, read_document
from engine.services.drafting.save_draft import CHANGED_MEANWHILE
from engine.services.refusals import Refused
from rules.messages import Message, Text
from rules.problems import Problem, RuleSetRefused

PUBLISHED_MEANWHILE = Text(
    "Somebody published version {number} of this rule set after the draft was begun: take its changes into the draft first.",
    "Alguien ha publicado la versión {number} de este conjunto después de empezar el borrador: incorpora antes sus cambios.",
)
NO_DRAFT = Text(
    "The rule set has no draft: there is nothing to publish.",
    "El conjunto de reglas no tiene borrador: no hay nada que publicar.",
)


def publish_draft(app: Application, account_id: str, set_slug: str, seen: str, actor: str, note: str = "") -> Publication:
    """Publish the draft that somebody saw, and forget it. What others save in the meantime stays a draft.

    Raises what `publish_rules` does, and Refused for a draft that was changed, or whose set was published, meanwhile.
    """
    opened = open_set(app, account_id, set_slug)
    if opened.draft is None:
        raise Refused("no_draft", NO_DRAFT)
    if opened.seen != seen:
        raise Refused("changed_meanwhile", CHANGED_MEANWHILE)
    if opened.is_overtaken and opened.newest is not None:
        raise Refused("published_meanwhile", PUBLISHED_MEANWHILE, number=opened.newest.number)
    rule_set, problems = read_document(opened.document)
    if rule_set is not None and rule_set.slug != set_slug:
        message = Message("other_slug", OTHER_SLUG, {"found": rule_set.slug or "-", "wanted": set_slug})
        raise RuleSetRefused([*problems, Problem("error", 1, "set", message)])
    with app.reading() as uow:
        slug = uow.accounts.get(account_id).slug
    over = None if opened.running is None else opened.running.id
    publication = publish_rules(app, slug, opened.document.encode("utf-8"), actor, note=note, over=over)
    _settle(app, account_id, set_slug, opened.draft.revision, publication)
    return publication


def _settle(app: Application, account_id: str, set_slug: str, revision: int, publication: Publication) -> None:
    with app.unit_of_work() as uow:
        uow.accounts.get(account_id, for_change=True)
        draft = uow.rule_drafts.find(account_id, set_slug)
        if draft is not None and draft.revision == revision:
            uow.rule_drafts.remove(account_id, set_slug)
        elif draft is not None:
            uow.rule_drafts.put(replace(draft, base_version_id=publication.version.id))
        uow.commit()
