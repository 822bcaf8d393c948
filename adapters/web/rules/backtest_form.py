"""What a person asks a backtest for: rules, what they are compared with, and over which orders."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from flask_babel import gettext, lazy_gettext
from flask_wtf import FlaskForm
from wtforms import DateField, Field, IntegerField, SelectField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.form import BaseForm
from wtforms.validators import NumberRange, Optional, StopValidation

from adapters.web.parts import parts
from engine.services.deciding.arrange_rules import export_rule_set
from engine.services.deciding.backtest_rules import CURRENT, DECIDED, BacktestWish
from engine.services.deciding.past_decisions import Period

MOST_SAMPLED = 1_000_000
A_VERSION = "version"


def _needed_for_a_version(form: BaseForm, number: Field) -> None:
    """Goes before what ends the checks of a field that is left empty."""
    if form["against"].data == A_VERSION and not any(text.strip() for text in number.raw_data or ()):
        raise StopValidation(gettext("Write the number of the version to compare with."))


def _not_beside_a_draft(form: BaseForm, number: Field) -> None:
    """One of the two is tried, and a person who gave both has to say which."""
    if any(text.strip() for text in number.raw_data or ()) and (form["document"].data or "").strip():
        raise StopValidation(gettext("Leave out either this number or the draft: one of the two is tried."))


class BacktestForm(FlaskForm):
    """Rules as text, or a version that was published."""

    version_of = SelectField(lazy_gettext("Published version of"), validate_choice=False)
    version = IntegerField(
        lazy_gettext("Version"),
        [_not_beside_a_draft, Optional(), NumberRange(min=1, max=1_000_000)],
        description=lazy_gettext("Its number; the current one, if left out."),
    )
    document = TextAreaField(
        lazy_gettext("Or a draft"),
        description=lazy_gettext("The whole rule set as YAML. It takes the place of the set of that name."),
    )
    against = SelectField(
        lazy_gettext("Compared with"),
        choices=[
            SelectChoice(CURRENT, lazy_gettext("the rules that run now")),
            SelectChoice(DECIDED, lazy_gettext("what was decided")),
            SelectChoice(A_VERSION, lazy_gettext("an earlier version")),
        ],
    )
    against_version = IntegerField(
        lazy_gettext("The earlier version's number"),
        [_needed_for_a_version, Optional(), NumberRange(min=1, max=1_000_000)],
        description=lazy_gettext("Needed only for an earlier version."),
    )
    since = DateField(lazy_gettext("Decided from"), [Optional()])
    until = DateField(lazy_gettext("Decided until"), [Optional()], description=lazy_gettext("All orders, if both are left out."))
    sample = IntegerField(
        lazy_gettext("Sample"),
        [Optional(), NumberRange(min=1, max=MOST_SAMPLED)],
        description=lazy_gettext("So many orders, drawn from all of them; every order, if left out."),
    )

    def wish(self, account_slug: str, zone: str) -> BacktestWish:
        """What was asked for; days are those of the account's time zone. Raises Refused for a version that there is not."""
        text = (self.document.data or "").strip()
        slug = None if text else str(self.version_of.data)
        content = text.encode() if text else self._published(account_slug)
        against = str(self.against_version.data) if self.against.data == A_VERSION else str(self.against.data)
        period = Period(_begin(self.since.data, zone), _begin(self.until.data, zone, days_later=1))
        return BacktestWish(content, against, period, self.sample.data, slug)

    def _published(self, account_slug: str) -> bytes:
        slug = self.version_of.data
        return export_rule_set(parts().app, account_slug, slug or None, self.version.data).document.encode()


def _begin(day: date | None, zone: str, days_later: int = 0) -> datetime | None:
    return None if day is None else datetime.combine(day + timedelta(days=days_later), time(), ZoneInfo(zone))
