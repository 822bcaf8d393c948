"""Publishing where a test means: these rules and no others from now on."""

from __future__ import annotations

from engine.application import Application
from engine.services.deciding.arrange_rules import list_rule_sets, withdraw_rule_set
from engine.services.deciding.publish_rules import Publication, publish_rules


def publish_alone(app: Application, slug: str, content: bytes) -> Publication:
    """Publish a document in place of all that the account has."""
    for one in list_rule_sets(app, slug).published:
        withdraw_rule_set(app, slug, one.version.set_slug)
    return publish_rules(app, slug, content)
