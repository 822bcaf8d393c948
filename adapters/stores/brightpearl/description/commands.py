"""The options by which Brightpearl's settings and credentials are given on the command line."""

from __future__ import annotations

from engine.model.store_commands import CommandOption, StoreCommand, StoreCommands
from engine.model.store_settings import LOGIN


def _of_orders(*, is_required: bool) -> tuple[CommandOption, ...]:
    """What is imported, and what is written back. What is not required can be chosen once the store is reached."""
    return (
        CommandOption(
            "channel_ids",
            "Give it once for each channel; 0 stands for orders without one.",
            "--channel-id",
            is_required=is_required,
        ),
        CommandOption("warehouse_ids", "Only these warehouses; all when absent.", "--warehouse-id"),
        CommandOption("on_ship", "What to do in Brightpearl when an order ships.", is_required=is_required),
        CommandOption("event_owner_id", "The contact id of who marks notes as shipped."),
        CommandOption("shipped_status_id", "The status of shipped orders, for --on-ship order_status and both."),
        CommandOption(
            "status_when",
            "Set it when all goods-out notes of the order have shipped, or with each.",
            default="all_shipped",
        ),
        CommandOption(
            "order_note",
            "A note for the shipped order; it may hold {tracking}, {carrier}, {service} and {order_number}.",
            metavar="TEXT",
        ),
        CommandOption("order_note_public", "Let customers see that note."),
    )


CONNECT = (
    CommandOption("integration_url", "Scheme and host of every call, instead of the data centre's.", metavar="URL"),
    CommandOption("account_code", "The code of the Brightpearl account.", is_required=True),
    CommandOption("datacenter", "eu1, use1, …", is_required=True),
    CommandOption(
        LOGIN,
        "User name and password; the account's or a staff member's token of a private app; or a signed token.",
        default="login",
        codes=("login", "account_token", "staff_token", "signed_token"),
    ),
    CommandOption("username", "Of a Brightpearl user with API access (--auth login)."),
    CommandOption("password", "Read the password as one line from the standard input (--auth login)."),
    CommandOption("app_ref", "The reference of the app (all but --auth login)."),
    CommandOption("dev_ref", "The developer's reference (--auth signed_token)."),
    CommandOption(
        "token",
        "Read the token as one line from the standard input; for --auth signed_token two lines: first the developer secret, "
        "then the unsigned token.",
    ),
    *_of_orders(is_required=True),
)
AUTHORISE = (
    CommandOption("integration_url", "Scheme and host of every call, instead of what OAuth says.", metavar="URL"),
    CommandOption("account_code", "The code of the Brightpearl account."),
    CommandOption("datacenter", "eu1, use1, …; OAuth says it as well."),
    CommandOption("oauth_url", "Scheme and host of OAuth, instead of Brightpearl's.", metavar="URL"),
    CommandOption("app_ref", "The reference of the app, also its client id."),
    CommandOption("dev_ref", "The developer's reference."),
    CommandOption("client_secret", "Read the client secret as one line from the standard input."),
    *_of_orders(is_required=False),
)
RECONNECT = (
    CommandOption("username", "Of another Brightpearl user; that of before when absent."),
    CommandOption("password", "Read the new password as one line from the standard input."),
    CommandOption(
        "token",
        "Read the new token as one line from the standard input; for a signed token two lines: first the developer secret, "
        "then the unsigned token.",
    ),
)
SET = (
    CommandOption("channel_ids", "These channels instead; 0 for orders without one.", "--channel-id"),
    CommandOption("warehouse_ids", "These warehouses instead.", "--warehouse-id"),
    CommandOption("warehouse_ids", name="--all-warehouses", empties=True),
    CommandOption("on_ship", "When an order ships."),
    CommandOption("shipped_status_id", "The status of shipped orders."),
    CommandOption("status_when", "When to set it."),
    CommandOption("tell_parts", "What Brightpearl hears of an order that leaves in parts."),
    CommandOption("event_owner_id", "The contact id of who marks notes as shipped."),
    CommandOption("order_note", "It may hold {tracking}, {carrier}, {service} and {order_number}; empty: none.", metavar="TEXT"),
    CommandOption("order_note_public", "Whether customers see that note.", "--order-note-public/--order-note-private"),
    CommandOption(
        "service_methods", "Shipping methods of services, such as `seur 24h: 12`, one a line; empty: none.", metavar="TEXT"
    ),
    CommandOption("custom_field_2", "Brightpearl's custom field for the rules' field of that name; empty: none.", metavar="CODE"),
    CommandOption("custom_field_3", "Likewise.", metavar="CODE"),
    CommandOption("buyer_note_field", "Brightpearl's custom field that holds the buyer's note; empty: none.", metavar="CODE"),
    CommandOption("gift_message_field", "Likewise for the gift message.", metavar="CODE"),
)
COMMANDS = StoreCommands(
    options={
        StoreCommand.CONNECT: CONNECT,
        StoreCommand.AUTHORISE: AUTHORISE,
        StoreCommand.RECONNECT: RECONNECT,
        StoreCommand.SET: SET,
    },
    about={
        StoreCommand.CONNECT: "Connect a Brightpearl account.",
        StoreCommand.AUTHORISE: "Begin to connect a Brightpearl account by OAuth. The consent is good for 15 minutes.",
    },
)
