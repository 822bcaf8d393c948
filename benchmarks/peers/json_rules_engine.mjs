// Matches with json-rules-engine: node json_rules_engine.mjs PACKAGES RULES.json ORDERS.jsonl LIMIT
//
// PACKAGES is the folder that has node_modules.
//
// Prints, as JSON, how many seconds it took to match the first so many orders, and what matched each. Reading the files and
// laying out the facts, one for each field that a rule reads, is not in that time.

import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";

const [packages, rulesFile, ordersFile, limit] = process.argv.slice(2);
const { Engine } = createRequire(join(packages, "package.json"))("json-rules-engine");

const NAMES = {
  equals: "equal",
  in: "in",
  not_in: "notIn",
  less_than: "lessThan",
  at_most: "lessThanInclusive",
  greater_than: "greaterThan",
  at_least: "greaterThanInclusive",
};

const ITEM_TESTS = {
  in: (found, wanted) => wanted.includes(found),
  at_least: (found, wanted) => found >= wanted,
};

const OWN_OPERATORS = {
  between: (found, [low, high]) => found >= low && found <= high,
  starts_with: (found, values) => values.some((value) => found.startsWith(value)),
  ends_with: (found, values) => values.some((value) => found.endsWith(value)),
  contains_one: (found, values) => values.some((value) => found.includes(value)),
  any_item: (items, holds) => items.some(holds),
};

const fields = new Set();

function listOf(value) {
  return Array.isArray(value) ? value : [value];
}

function conditionsOf(node) {
  if ("field" in node) {
    return conditionOf(node);
  }
  const [[kind, inside]] = Object.entries(node);
  if (kind === "any_item") {
    fields.add("items");
    return { fact: "items", operator: "any_item", value: itemTestOf(inside) };
  }
  const members = inside.map(conditionsOf);
  return kind === "none" ? { not: { any: members } } : { [kind]: members };
}

function conditionOf({ field, is, value }) {
  fields.add(field);
  switch (is) {
    case "is_true":
      return { fact: field, operator: "equal", value: true };
    case "includes":
    case "contains":
      return { fact: field, operator: "contains_one", value: listOf(value) };
    case "excludes":
      return { not: { fact: field, operator: "contains_one", value: listOf(value) } };
    case "starts_with":
    case "ends_with":
      return { fact: field, operator: is, value: listOf(value) };
    default:
      return { fact: field, operator: NAMES[is] ?? is, value };
  }
}

function itemTestOf(node) {
  if ("all" in node) {
    const tests = node.all.map(itemTestOf);
    return (item) => tests.every((test) => test(item));
  }
  const test = ITEM_TESTS[node.is];
  return (item) => test(item[node.field], node.value);
}

function factsOf(order) {
  const facts = {};
  for (const field of fields) {
    const [head, rest] = field.split(".");
    facts[field] = (rest ? order[head][rest] : order[head]) ?? null;
  }
  facts.line_count = order.items.length;
  facts.skus = order.items.map((item) => item.sku);
  return facts;
}

const rules = JSON.parse(readFileSync(rulesFile, "utf8")).rules;
const lines = readFileSync(ordersFile, "utf8").split("\n", Number(limit));
const orders = lines.filter(Boolean).map((line) => JSON.parse(line));

const engine = new Engine();
for (const [name, test] of Object.entries(OWN_OPERATORS)) {
  engine.addOperator(name, test);
}
rules.forEach((rule, number) => {
  const conditions = conditionsOf(rule.when);
  const root = "all" in conditions || "any" in conditions || "not" in conditions ? conditions : { all: [conditions] };
  engine.addRule({ conditions: root, event: { type: rule.id, params: { number } } });
});

const prepared = orders.map(factsOf);
const matched = [];
const started = performance.now();
for (const facts of prepared) {
  const { events } = await engine.run(facts);
  // Rules are evaluated side by side, so what matched comes in any order.
  matched.push(events.sort((one, other) => one.params.number - other.params.number).map((event) => event.type));
}
const seconds = (performance.now() - started) / 1000;
process.stdout.write(JSON.stringify({ seconds, matched }));
