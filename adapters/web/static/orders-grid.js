// The list of orders by keyboard, ranges by Shift, and the preview of an order without loading the page anew.
// Without it, every link and button of the page works all the same.
"use strict";

const grid = document.querySelector(".grid-orders");
const KEYS_OFF = "relevo-keys-off"; // in the browser's own storage: keys that are read out by a screen reader may be unwanted

const rows = () => [...grid.querySelectorAll("tbody tr")];
const boxOf = (row) => row.querySelector('input[name="order"]');
const linkOf = (row) => row.querySelector(".order-link");
const current = () => document.activeElement.closest?.(".grid-orders tbody tr") ?? null;

function move(step) {
  const all = rows();
  const at = all.indexOf(current() ?? grid.querySelector("tbody tr.at"));
  const next = all[at < 0 ? 0 : Math.min(all.length - 1, Math.max(0, at + step))];
  if (next) mark(next);
}

function mark(row) {
  rows().forEach((one) => one.classList.toggle("at", one === row));
  linkOf(row).focus();
  row.scrollIntoView({ block: "nearest" });
}

// Boxes: how many are ticked, all of the page, and ranges.
const counter = document.querySelector("[data-chosen]");
const everything = document.createElement("input");
let lastBox = null;

function count() {
  const boxes = rows().map(boxOf);
  const chosen = boxes.filter((box) => box.checked).length;
  everything.checked = chosen > 0 && chosen === boxes.length;
  everything.indeterminate = chosen > 0 && chosen < boxes.length;
  counter.textContent = !chosen ? "" : chosen === 1 ? counter.dataset.one : counter.dataset.many.replace("{count}", chosen);
}

function tickUpTo(box) {
  const boxes = rows().map(boxOf);
  const [from, to] = [boxes.indexOf(lastBox), boxes.indexOf(box)].sort((one, other) => one - other);
  boxes.slice(from, to + 1).forEach((one) => (one.checked = box.checked));
}

function offerEverything() {
  const head = grid.querySelector("th.col-pick");
  const named = [...head.childNodes];
  const worded = document.createElement("label");
  worded.className = "tick tick-all";
  worded.textContent = counter.dataset.all;
  everything.type = "checkbox";
  everything.setAttribute("aria-label", counter.dataset.all);
  everything.addEventListener("change", () => {
    rows().forEach((row) => (boxOf(row).checked = everything.checked));
    count();
  });
  // On a phone the head of the table is not shown: there the box stands above the list, with its words.
  const phone = window.matchMedia("(max-width: 48rem)");
  const place = () => {
    head.replaceChildren(...(phone.matches ? named : [everything]));
    if (!phone.matches) worded.remove();
    else {
      worded.prepend(everything);
      counter.before(worded);
    }
  };
  phone.addEventListener("change", place);
  place();
}

// The preview: the part of the page at a link's address that has it.
const panel = () => document.getElementById("order-panel");
let shown = window.location.search;

function lead(address) {
  window.history.pushState(null, "", address);
  shown = window.location.search;
}

async function preview(address) {
  const answer = await fetch(address, { credentials: "same-origin" });
  const found = answer.ok && !answer.redirected && new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("order-panel");
  if (!found) {
    window.location.assign(address);
    return;
  }
  panel()?.remove();
  const beside = grid.closest(".grid-and-panel");
  beside.append(document.adoptNode(found));
  beside.classList.add("with-panel");
  lead(address);
  panel().focus({ preventScroll: true });
  panel().scrollIntoView({ block: "nearest" });
  if (window.matchMedia("(max-width: 63.99rem)").matches) panel().scrollIntoView(); // it stands above the list there
}

function closePreview() {
  const closed = panel();
  lead(closed.dataset.close);
  closed.remove();
  grid.closest(".grid-and-panel").classList.remove("with-panel");
  const row = rows().find((one) => boxOf(one).value === closed.dataset.order);
  if (row) mark(row);
}

function listenForPreviews() {
  document.addEventListener("click", (event) => {
    const plain = !(event.ctrlKey || event.metaKey || event.shiftKey || event.button);
    const link = event.target.closest?.("a.peek, a.panel-close");
    if (!link || !plain) return;
    event.preventDefault();
    if (link.matches(".peek")) preview(link.href);
    else closePreview();
  });
  window.addEventListener("popstate", () => {
    if (window.location.search !== shown) window.location.reload(); // else only the place on the page is another
  });
}

// Keys, while nobody types and nothing else is open.
const keys = document.getElementById("keys");
const isTyping = (where) => where.closest?.('input:not([type="checkbox"]), textarea, select, [contenteditable]') !== null;

const ACTIONS = {
  j: () => move(1),
  k: () => move(-1),
  x: () => current() && boxOf(current()).click(),
  o: () => current() && preview(current().querySelector(".peek").href),
  "/": () => document.querySelector('.filters input[type="search"]').focus(),
  "?": () => {
    keys.togglePopover();
    if (keys.matches(":popover-open")) keys.focus();
  },
};
const ARROWS = { ArrowDown: () => move(1), ArrowUp: () => move(-1) };

function listenForKeys() {
  const switched = keys.querySelector("[data-keys-on]");
  switched.checked = window.localStorage.getItem(KEYS_OFF) === null;
  switched.addEventListener("change", () => {
    if (switched.checked) window.localStorage.removeItem(KEYS_OFF);
    else window.localStorage.setItem(KEYS_OFF, "1");
  });
  document.querySelector(".keys-open").hidden = false;
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
    if (event.key === "Escape" && panel() && !document.querySelector(":popover-open")) {
      event.preventDefault();
      closePreview();
      return;
    }
    const act = (switched.checked && ACTIONS[event.key]) || (current() && ARROWS[event.key]);
    if (!act || (document.querySelector(":popover-open") && event.key !== "?")) return;
    event.preventDefault();
    act();
  });
}

if (grid && counter) {
  grid.addEventListener("click", (event) => {
    const box = event.target.closest?.('input[name="order"]');
    if (!box) return;
    if (event.shiftKey && lastBox) tickUpTo(box);
    lastBox = box;
    count();
  });
  offerEverything();
  count();
  listenForPreviews();
  listenForKeys();
}
