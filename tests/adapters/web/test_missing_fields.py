"""A form that leaves a field out, as a program's or an old page's may, changes nothing of that field and breaks nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.busy_shop import open_for_business
from support.clock import FixedClock
from support.every_page import one_of_each
from support.page_forms import PageForm, forms_of
from support.pages import pages_over
from support.shop import OWNER, PROVIDER, Shop

LogIn = Callable[[str], FlaskClient]
ABOUT_WHAT_IS_KEPT = {
    *("settings.account", "settings.change_carrier", "settings.hours", "settings.change_list", "profile.edit", "mail.choose"),
    *("stores.settings", "colleagues.show", "connections.settings", "connections.change_prices", "connections.stop"),
    *(
        "connections.require_carriers",
        "products.set_a_default",
        "stores.map_a_method",
        "orders.change_view",
        "orders.choose_columns",
    ),
    *("settings.locations", "settings.packages", "settings.add_a_package", "settings.stations", "inventory.change"),
}
NEVER_LEFT_OUT = ("csrf_token",)


def form_like(client: FlaskClient, address: str, form: PageForm) -> PageForm | None:
    """The same form as the page shows it now."""
    same = (one for one in forms_of(client.get(address).text) if (one.action, one.shown) == (form.action, form.shown))
    return next(same, None)


def values_of(form: PageForm) -> list[tuple[str, str]]:
    return sorted(one for one in form.entries if one[0] not in form.hidden)


@pytest.mark.parametrize("email", [OWNER, PROVIDER])
def test_what_a_form_leaves_out_stays_as_it_is(shop: Shop, clock: FixedClock, log_in: LogIn, email: str) -> None:
    open_for_business(shop, clock)
    web = pages_over(shop.app, shop.database)
    client, adapter, seen, wrong = log_in(email), web.url_map.bind("localhost"), set(), []
    for page in one_of_each(web, client, {"connections.show": 2}):
        for form in forms_of(page.html):
            if form.method != "post" or not form.shown:
                continue
            target = form.action or page.address
            endpoint = str(adapter.match(target.partition("?")[0], "POST")[0])
            if endpoint not in ABOUT_WHAT_IS_KEPT or (endpoint, *sorted(form.shown)) in seen:
                continue
            seen.add((endpoint, *sorted(form.shown)))
            wrong += [f"{page.endpoint}: {one}" for one in left_out(client, page.address, target, form)]
    assert len(seen) > 10
    assert not wrong, "\n".join(wrong)


def left_out(client: FlaskClient, address: str, target: str, form: PageForm) -> list[str]:
    """What goes wrong where one field after the other is left out, each time of the form as it is shown then."""
    wrong = []
    for name in dict.fromkeys(name for name, _ in form.entries if name not in NEVER_LEFT_OUT):
        before = form_like(client, address, form)
        if before is None:
            return [*wrong, f"{target} without {name}: the form is gone"]
        is_ticked = name in before.unticked or len(before.without("")[name]) > 1  # nobody can tell it from one that is not ticked
        answer = client.post(target, data=before.without(name))
        if answer.status_code >= 500:
            wrong.append(f"{target} without {name}: {answer.status_code}")
        after = form_like(client, address, form)
        if after is not None and not is_ticked and values_of(after) != values_of(before):
            wrong.append(f"{target} without {name}: {set(values_of(before)) ^ set(values_of(after))}")
    return wrong
