"""The print station of a browser: chosen once, and kept by the browser beyond the log-in, since it stands at the workplace."""

from __future__ import annotations

from flask import g, request
from werkzeug import Response

from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.label import DocumentKind
from engine.model.print_station import PrintSetting, PrintStation, usual_setting

KEPT_S = 400 * 24 * 60 * 60  # as long as browsers keep anything


def chosen_station() -> PrintStation | None:
    """The station of this browser, of the account that the page is about; looked up once a page."""
    if "print_station" not in g:
        kept = request.cookies.get(_cookie(), "")
        g.print_station = None
        if kept:
            with parts().app.reading() as uow:
                g.print_station = uow.print_stations.find(this_person().account.id, kept)
    station: PrintStation | None = g.print_station
    return station


def label_setting() -> PrintSetting:
    """How this browser prints labels."""
    station = chosen_station()
    return usual_setting(DocumentKind.LABEL) if station is None else station.setting(DocumentKind.LABEL)


def keep_station(answer: Response, station: PrintStation | None) -> None:
    """Let the browser print there from now on, or by itself."""
    if station is None:
        answer.delete_cookie(_cookie())
    else:
        answer.set_cookie(_cookie(), station.id, KEPT_S, secure=request.is_secure, httponly=True, samesite="Lax")


def _cookie() -> str:
    return f"station-{this_person().account.id}"
