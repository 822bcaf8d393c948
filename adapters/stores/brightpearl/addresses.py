"""Which hosts Brightpearl's API has, and what counts as a web address."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

OAUTH_URL = "https://oauth.brightpearl.com"
DATACENTER_HOSTS: dict[str, str] = {
    "eu1": "euw1.brightpearlconnect.com",
    "euw1": "euw1.brightpearlconnect.com",
    "use": "use1.brightpearlconnect.com",
    "use1": "use1.brightpearlconnect.com",
    "usw": "ws-usw.brightpearl.com",
    "eu2": "ws-eu2.brightpearl.com",
    "ap1": "ws-ap1.brightpearl.com",
}
_VENDOR_DOMAINS = (".brightpearlconnect.com", ".brightpearl.com")
_HOST = re.compile(r"[a-z0-9][a-z0-9.-]{0,252}")


def base_url_of(url: str) -> str | None:
    """A web address without its trailing slash; None when it is not one, or has a user name, a query or a fragment."""
    try:
        parts = urlsplit(url)
        port_is_good = parts.port is None or parts.port > 0
    except ValueError:
        return None
    bad = parts.query or parts.fragment or "@" in parts.netloc or not parts.hostname or not port_is_good
    if bad or parts.scheme not in ("http", "https") or any(char.isspace() or char == "\\" for char in url):
        return None
    return url.rstrip("/")


def host_of(code: str) -> str | None:
    """The host of a data centre's code, or the full name of one of Brightpearl's own hosts; None for anything else."""
    code = code.lower()
    if code in DATACENTER_HOSTS:
        return DATACENTER_HOSTS[code]
    return code if code.endswith(_VENDOR_DOMAINS) and _HOST.fullmatch(code) else None


def place_of(url: str) -> str:
    """Host, port and path of a web address; empty for Brightpearl's own hosts and for what is not an address."""
    try:
        parts = urlsplit(url)
        host = parts.hostname or ""
    except ValueError:
        return ""
    return "" if not host or host.endswith(_VENDOR_DOMAINS) else f"{parts.netloc.lower()}{parts.path.rstrip('/')}"
