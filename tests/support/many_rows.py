"""A database with 100,000 orders and as much of what belongs to them."""

from __future__ import annotations

from collections.abc import Callable

ORDERS = 100_000
AT = "2026-03-02T12:00:00.000000+00:00"

# `n` counts from 1; `{text}` is it in eight digits, `{then}` so many minutes ago. Of a hundred orders one is open.
_FILL = """
INSERT INTO accounts (id, slug, name, kind, country, time_zone, created_at)
  VALUES ('acc_1', 'a', 'A', 'merchant', 'ES', 'UTC', '{at}');
INSERT INTO stores (id, account_id, kind, name, settings, sealed_credentials, created_at, state, refresh_minutes,
    daily_refresh_at, time_zone, window_days)
  SELECT 'sto_' || n, 'acc_1', 'brightpearl', 'S', '{{}}', '', '{at}', 'connected', 5, '03:00', 'UTC', 90 {first_two};
INSERT INTO orders (id, account_id, store_id, external_id, external_order_id, order_number, revision, imported_at, updated_at,
    state, last_seen_run, status, reference, origin, number_key, date_key,
    total_key, due_key, terms, tags, flags, matched, applied_once, held_by, once_writes,
    rules, person, source, held, held_since)
  SELECT 'ord_' || {text}, 'acc_1', 'sto_' || (1 + n % 2), {text}, 'e' || {text}, 'o' || {text}, '', {then}, '{at}',
    CASE n % 100 WHEN 0 THEN 'open' ELSE 'shipped' END, 'run', CASE n % 100 WHEN 0 THEN 'awaiting_shipment' ELSE 'shipped' END,
    'r' || {text}, 'vendor', {text}, {then}, n, {then}, {terms}, '[]', '[]', '[]', '[]', '[]', '[]', '{{}}', '{{}}', '{{}}',
    n % 1000 = 0, CASE n % 1000 WHEN 0 THEN {then} END {all};
INSERT INTO order_flags (account_id, flag, order_id)
  SELECT 'acc_1', CASE n % 100 WHEN 1 THEN 'needs_attention' ELSE 'unhandled' END, 'ord_' || {text} {all};
INSERT INTO order_terms (account_id, term, order_id) SELECT 'acc_1', 'w:o' || {text}, 'ord_' || {text} {all};
INSERT INTO order_terms (account_id, term, order_id) SELECT 'acc_1', 'w:ana', 'ord_' || {text} {all};
INSERT INTO order_terms (account_id, term, order_id)
  SELECT 'acc_1', CASE n % 3 WHEN 0 THEN 'tag:vip' ELSE 'carrier:seur' END, 'ord_' || {text} {all};
INSERT INTO order_links (order_id, kind, account_id, origin_id, made_at, made_by)
  SELECT 'ord_' || {text}, 'part', 'acc_1', 'ord_' || {text}, '{at}', 'u' {all};
INSERT INTO audit (account_id, at, actor, action, subject_id)
  SELECT 'acc_1', '{at}', 'import', 'x', 'ord_' || {text} {all};
INSERT INTO decision_contexts (id, context) VALUES ('ctx', '{{}}');
INSERT INTO decisions (id, account_id, order_id, trigger, decided_at, context_id, matched, changes, effects, flags, errors, facts)
  SELECT 'dec_' || {text}, 'acc_1', 'ord_' || {text}, 'imported', '{at}', 'ctx', '[]', '[]', '[]', '[]', '[]', '{{}}' {all};
INSERT INTO import_runs (id, account_id, store_id, started_at, summary)
  SELECT 'run_' || {text}, 'acc_1', 'sto_' || (1 + n % 2), {then}, '{{}}' {tenth};
INSERT INTO skipped_notes
  (store_id, external_id, account_id, order_number, reason, message, source_version, first_seen, last_seen)
  SELECT 'sto_' || (1 + n % 2), {text}, 'acc_1', 'o' || {text}, 'not_printed', 'x', '', '{at}', {then} {tenth};
INSERT INTO raw_documents (store_id, external_id, revision, account_id, fetched_at, document)
  SELECT 'sto_' || (1 + n % 2), {text}, 'r', 'acc_1', '{at}', '{{}}' {tenth};
INSERT INTO alerts (id, account_id, order_id, message, created_at)
  SELECT 'alr_' || {text}, 'acc_1', 'ord_' || {text}, 'x', {then} {tenth};
INSERT INTO mails
  (id, account_id, reader_account_id, user_id, to_address, kind, language, state, for_digest, attempts, created_at)
  SELECT 'mai_' || {text}, 'acc_1', 'acc_1', 'usr_' || (n % 9), 'x', 'rule_email', 'en', 'sent', n % 5000 = 0, 1, {then} {tenth};
INSERT INTO fulfillment_requests
  (id, account_id, provider_id, order_id, service_preference, notes, created_at, state, notes_pending, connection_id, copy_id,
    changed_at, is_open)
  SELECT 'ffr_' || {text}, 'acc_1', 'acc_2', 'ord_' || {text}, '', '[]', '{at}', 'accepted', FALSE, 'con_' || (1 + n % 2),
    'cpy_' || {text}, {then}, n % 100 IN (0, 1) {all};
INSERT INTO fulfillment_request_lines (request_id, position, account_id, line_key, sku, name, quantity, shipped)
  SELECT 'ffr_' || {text}, 0, 'acc_1', '1', 'S' || (n % 1000), 'Mug', 1, CASE n % 100 WHEN 0 THEN 0 ELSE 1 END {all};
INSERT INTO request_messages (id, request_id, account_id, provider_id, side, kind, text, actor, at)
  SELECT 'rqm_' || {text}, 'ffr_' || {text}, 'acc_1', 'acc_2', 'merchant', 'asked', '', 'worker', '{at}' {all};
INSERT INTO shipments (id, account_id, order_id, request_id, carrier, service, state, shipped_at, source_id)
  SELECT 'shp_' || {text}, 'acc_1', 'ord_' || {text}, 'ffr_' || {text}, 'seur', '24h', 'shipped', '{at}', 'src_' || {text} {all};
INSERT INTO carrier_accounts (id, account_id, carrier) VALUES ('car_1', 'acc_1', 'house');
INSERT INTO labels (id, account_id, order_id, shipment_id, carrier_account_id, owner_id, carrier, service, lines, request, digest,
    actor, created_at, state, carrier_id, cost, cost_currency, bought_at, purpose)
  SELECT 'lbl_' || {text}, 'acc_1', 'ord_' || {text}, 'lsh_' || {text}, 'car_1', 'acc_1', 'house', '24h', '{{}}', '{{}}', '', 'u',
    {then}, 'bought', '', 1, 'EUR', {then}, CASE n % 10 WHEN 0 THEN 'return' ELSE 'outbound' END {all};
INSERT INTO trackings (shipment_id, account_id, order_id, since, carrier_id, state, failures, ask_at)
  SELECT 'shp_' || {text}, 'acc_1', 'ord_' || {text}, '{at}', 'c' || {text}, 'in_transit', 0, CASE n % 1000 WHEN 0 THEN {then} END
    {all};
INSERT INTO bulk_actions
  (id, account_id, actor, created_at, kind, key, total, parameters, wanted, state, done, unchanged, refused)
  SELECT 'blk_' || n, 'acc_1', 'u', '{at}', 'hold', 'k' || n, 1, '{{}}', '', 'running', 0, 0, 0 {first_two};
INSERT INTO bulk_action_orders (action_id, position, account_id, order_id, outcome)
  SELECT 'blk_' || (1 + n % 2), n, 'acc_1', 'ord_' || {text}, CASE n % 100 WHEN 0 THEN 'waiting' ELSE 'done' END {all};
INSERT INTO second_looks (account_id, rule_id, order_id, started_at, decided_at, due_at)
  SELECT 'acc_1', 'rule', 'ord_' || {text}, '{at}', '{at}', CASE n % 1000 WHEN 0 THEN {then} END {all};
INSERT INTO rule_days (account_id, day, rule_id, matches, errors)
  SELECT 'acc_' || (n % 10), '2026-02-' || substr({text}, 7, 2), 'rule_' || substr({text}, 5, 2), 1, 0 {tenth};
INSERT INTO jobs (id, account_id, kind, key, payload, created_at, not_before, order_id, state, attempts, priority)
  SELECT 'job_' || {text}, 'acc_1', CASE n % 2 WHEN 0 THEN 'notify_store' ELSE 'delegate' END, 'k' || {text}, '{{}}', {then},
    {then}, 'ord_' || {text}, CASE n % 1000 WHEN 0 THEN 'dead' ELSE 'done' END, 1, 0 {all};
INSERT INTO inbox_marks (account_id, kind, subject, since, said_at, actor)
  SELECT 'acc_1', CASE n % 10 WHEN 0 THEN 'attention' ELSE 'parked' END, 'ord_' || {text}, '{at}', '{at}', 'u' {tenth};
INSERT INTO tracking_events (shipment_id, digest, account_id, number, at, state, place, source, kept_at)
  SELECT 'shp_' || {text}, 'd', 'acc_1', 'T', '{at}', 'in_transit', '', 'poll', '{at}' {all}
"""


def fill(execute: Callable[[str], object], *, sqlite: bool) -> None:
    """So much of everything; quick, because the database makes it up itself."""
    series = "FROM (WITH RECURSIVE c(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM c LIMIT {0}) SELECT n FROM c)"
    if not sqlite:
        series = "FROM generate_series(1, {0}) AS n"
    text = "printf('%08d', n)" if sqlite else "lpad(n::text, 8, '0')"
    then = f"'{AT}'::timestamptz - n * interval '1 minute'"
    if sqlite:
        then = "strftime('%Y-%m-%dT%H:%M:%f000+00:00', '2026-03-02', '-' || n || ' minutes')"
    line = "char(10)" if sqlite else "chr(10)"
    terms = " || ".join((line, f"'w:o' || {text}", line, "'w:ana'", line))
    parts = {
        "terms": terms,
        "then": then,
        "all": series.format(ORDERS),
        "tenth": series.format(ORDERS // 10),
        "first_two": series.format(2),
    }
    for statement in _FILL.format(at=AT, text=text, **parts).split(";\n"):
        execute(statement if sqlite else statement.replace("%", "%%"))
