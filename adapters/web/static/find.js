/* The palette: Ctrl+K or ⌘K on any page finds pages, orders and rules. What it shows is what the page Find shows, asked for while
   one types; without this script its button leads to that page. */
"use strict";
(() => {
  const PAUSE_MS = 150;
  const dialog = document.getElementById("palette");
  const text = document.getElementById("palette-text");
  const list = document.getElementById("palette-found");
  const said = document.getElementById("palette-said");
  let asked = null; // what is on its way
  let timer = 0;

  const options = () => [...list.querySelectorAll('[role="option"]')];
  const chosen = () => list.querySelector('[aria-selected="true"]');

  function choose(option) {
    for (const one of options()) one.setAttribute("aria-selected", String(one === option));
    if (!option) {
      text.removeAttribute("aria-activedescendant");
      return;
    }
    text.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  /* The links of the page become the options of a list that is moved through from the field. */
  function show(page) {
    const found = page.getElementById("found");
    if (!found) return; // somebody has logged out meanwhile: Enter leads to the log-in
    said.textContent = page.getElementById("found-said").textContent;
    list.replaceChildren();
    for (const [kind, section] of [...found.querySelectorAll("section")].entries()) {
      const group = document.createElement("div");
      const heading = document.createElement("div");
      group.setAttribute("role", "group");
      group.setAttribute("aria-labelledby", (heading.id = `palette-kind-${kind}`));
      heading.className = "palette-kind";
      heading.textContent = section.querySelector("h2").textContent;
      group.append(heading);
      for (const link of section.querySelectorAll("a")) {
        link.setAttribute("role", "option");
        link.tabIndex = -1;
        group.append(link);
      }
      list.append(group);
    }
    for (const [number, option] of options().entries()) option.id = `palette-option-${number}`;
    text.setAttribute("aria-expanded", String(options().length > 0));
    choose(options()[0]);
  }

  async function find() {
    if (asked) asked.abort();
    const mine = (asked = new AbortController());
    const address = `${text.form.getAttribute("action")}?${new URLSearchParams({ q: text.value })}`;
    const answer = await fetch(address, { signal: mine.signal }).catch(() => null); // Enter asks again, and shows what is wrong
    if (!answer || !answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === asked) show(page);
  }

  function open() {
    if (dialog.open) return;
    const nav = document.getElementById("main-nav");
    if (nav.matches(":popover-open")) nav.hidePopover();
    dialog.showModal();
    text.select();
    find();
  }

  const opener = document.getElementById("find-open");
  opener.setAttribute("aria-haspopup", "dialog");
  if (/Mac|iPhone|iPad/.test(navigator.platform)) opener.querySelector("kbd").textContent = "⌘ K";
  opener.addEventListener("click", (event) => {
    event.preventDefault();
    open();
  });
  /* Before anything on the page hears of it, such as a code editor with a meaning of its own for this key. */
  document.addEventListener(
    "keydown",
    (event) => {
      if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
      event.preventDefault();
      event.stopPropagation();
      open();
    },
    true,
  );
  text.addEventListener("input", () => {
    window.clearTimeout(timer);
    choose(null); // what is shown is of another text
    timer = window.setTimeout(find, PAUSE_MS);
  });
  text.addEventListener("keydown", (event) => {
    const all = options();
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step && all.length) {
      event.preventDefault();
      const at = all.indexOf(chosen());
      choose(all[at < 0 ? (step > 0 ? 0 : all.length - 1) : (at + step + all.length) % all.length]);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    }
  });
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog) dialog.close(); // beside it
  });
})();
