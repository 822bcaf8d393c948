"""The switches of the sandbox: behaviours that the API's documentation leaves open, or that differ between accounts."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final, Literal, get_args

from .replies import Json

NotFoundStyle = Literal["404", "empty"]
ProductStyle = Literal["404", "404_if_any", "empty"]
PutStyle = Literal["merge", "replace"]
WeightStyle = Literal["number", "text"]
FilterStyle = Literal["ignore", "refuse"]


_CHOICES: Final[dict[str, tuple[Any, ...]]] = {
    "note_not_found": get_args(NotFoundStyle),
    "product_not_found": get_args(ProductStyle),
    "put_style": get_args(PutStyle),
    "version_clash_status": (409, 412),
    "product_weight": get_args(WeightStyle),
    "unknown_filters": get_args(FilterStyle),
}
_MAX_SECONDS: Final = 100_000_000
_MAX_TRIES: Final = 20


class OptionError(ValueError):
    """A switch or a value that does not exist; the text says which."""


@dataclass(frozen=True, slots=True)
class SandboxOptions:
    """How the sandbox behaves where Brightpearl may behave in more than one way.

    shuffle_columns: search columns come in another order on each page. extra_column: they carry one column that no
    documentation names. omit_columns: goods-out search columns that do not exist here (`channelId`, `transfer`).
    ignored_filters: search filters that are silently ignored; `*` stands for all of them. older_metadata: search replies lack
    `morePagesAvailable`. empty_search_numbers: an empty search says `firstResult` and `lastResult` (both 0) all the same.
    unknown_filters: whether a search parameter that nobody knows is ignored or refused. updated_on_of_unchanged: False leaves
    `updatedOn` away of orders that were never changed. product_weight: a number or a text. shuffle_arrays: GET by ids answers
    in no particular order. note_not_found: `404` or an empty map when no goods-out note is found. product_not_found: `404` or
    an empty list when no product is found, or `404_if_any` is missing. search_lag_s: searches see each change of an order or
    a goods-out note only so many seconds after it happened. put_style: whether a goods-out PUT keeps what it does not name.
    version_clash_status: 409 or 412 for a wrong `If-Match`. api_access: False refuses every login with GWYB-003.
    staff_token_login: a log-in that names the private app gets a staff token. token_lifetime_s, code_lifetime_s: seconds that
    an OAuth access token and an authorization code are good for. rotate_refresh_tokens: a refresh gives a new refresh token,
    and the old one dies. refresh_needs_secret: False lets an app refresh without its secret, as Brightpearl was seen to do.
    refresh_instance_id: the reply to a refresh has `installation_instance_id`. duplicate_webhooks: each webhook call is made
    twice. reorder_webhooks: each second call overtakes the one before. webhook_retry_s: the pauses before each further try.
    multi_message_counts_each: every message of a multi-message counts against the request cap, besides the request that holds
    them.
    """

    shuffle_columns: bool = True
    extra_column: bool = True
    omit_columns: frozenset[str] = field(default_factory=frozenset)
    ignored_filters: frozenset[str] = field(default_factory=frozenset)
    older_metadata: bool = False
    empty_search_numbers: bool = False
    unknown_filters: FilterStyle = "ignore"
    updated_on_of_unchanged: bool = True
    product_weight: WeightStyle = "number"
    shuffle_arrays: bool = True
    note_not_found: NotFoundStyle = "404"
    product_not_found: ProductStyle = "404"
    search_lag_s: int = 0
    put_style: PutStyle = "merge"
    version_clash_status: int = 409
    api_access: bool = True
    staff_token_login: bool = True
    token_lifetime_s: int = 604_800
    code_lifetime_s: int = 600
    rotate_refresh_tokens: bool = True
    refresh_needs_secret: bool = False
    refresh_instance_id: bool = True
    duplicate_webhooks: bool = False
    reorder_webhooks: bool = False
    webhook_retry_s: tuple[float, ...] = (0.5, 2.0, 8.0)
    multi_message_counts_each: bool = True

    def ignores(self, filter_name: str) -> bool:
        """Whether a search filter of this name has no effect."""
        return "*" in self.ignored_filters or filter_name in self.ignored_filters

    def changed(self, changes: Json) -> SandboxOptions:
        """The options after a control request. Raises OptionError for an unknown switch or a value of the wrong kind."""
        names = {entry.name for entry in fields(self)}
        checked: dict[str, Any] = {}
        for name, value in changes.items():
            if name not in names:
                raise OptionError(f"unknown switch {name!r}; known are {', '.join(sorted(names))}")
            checked[name] = self._checked(name, value)
        return replace(self, **checked)

    def _checked(self, name: str, value: Any) -> Any:
        current = getattr(self, name)
        if isinstance(current, bool):
            if isinstance(value, bool):
                return value
            raise OptionError(f"{name} must be true or false")
        if isinstance(current, frozenset):
            if isinstance(value, list) and all(isinstance(item, str) for item in value):
                return frozenset(value)
            raise OptionError(f"{name} must be a list of names")
        if name in _CHOICES:
            if value in _CHOICES[name]:
                return value
            raise OptionError(f"{name} must be one of {', '.join(map(str, _CHOICES[name]))}")
        if isinstance(current, tuple):
            if isinstance(value, list) and len(value) <= _MAX_TRIES and all(map(_is_pause, value)):
                return tuple(float(pause) for pause in value)
            raise OptionError(f"{name} must be a list of at most {_MAX_TRIES} numbers of seconds")
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= _MAX_SECONDS:
            return value
        raise OptionError(f"{name} must be a whole number of seconds, at most {_MAX_SECONDS}")

    def to_json(self) -> Json:
        """The options as a JSON object; sets become sorted lists."""
        return {name: sorted(value) if isinstance(value, frozenset) else value for name, value in asdict(self).items()}


def _is_pause(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= _MAX_SECONDS
