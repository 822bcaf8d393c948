"""`rules schema|reference`: what rule files may hold, for editors and for people. Writes docs/rules.schema.json and others."""

from __future__ import annotations

import json

import click

from adapters.cli.runtime import runtime_of
from rules.messages import LANGUAGES, Language

language_option = click.option("--language", type=click.Choice(LANGUAGES), help="The language of the words in it.")


@click.command()
@language_option
@click.pass_context
def schema(context: click.Context, language: Language | None) -> None:
    """Print the JSON Schema of rule files, with which editors complete and check them."""
    from rules.schema import rule_set_schema  # here, so that the other commands start without it

    click.echo(json.dumps(rule_set_schema(language or runtime_of(context).settings.language), indent=2, ensure_ascii=False))


@click.command()
@language_option
@click.pass_context
def reference(context: click.Context, language: Language | None) -> None:
    """Print the reference of fields, operators and actions as a Markdown page."""
    from rules.reference_page import reference_page  # here, so that the other commands start without it

    click.echo(reference_page(language or runtime_of(context).settings.language), nl=False)
