/* The rule editor without waiting: says what is wrong while one types, and asks before what was entered is lost.
   Everything works without it; it knows nothing of fields and operators, the pages do. */
"use strict";
(() => {
  const PAUSE_MS = 500;
  const form = () => document.querySelector("form[data-editor]");
  if (!form()) return;
  let isChanged = false;
  let typed = 0; // counts what was entered, so that an answer to something older disturbs nobody
  let timer = 0;

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  const body = (button) => {
    const data = new FormData(form());
    if (button && button.name) data.set(button.name, button.value);
    return new URLSearchParams(data);
  };

  /* What is said beside the fields, taken from another rendering of the page. */
  function say(page) {
    for (const said of page.querySelectorAll("[data-said]")) {
      const here = document.getElementById(said.id);
      if (!here || here.innerHTML === said.innerHTML) continue;
      here.innerHTML = said.innerHTML;
      const about = said.id.replace(/-said$/, "");
      const field = document.getElementById(about + ":value") || document.getElementById(about);
      if (field) field.classList.toggle("is-invalid", Boolean(said.querySelector(".field-error")));
    }
  }

  /* When a rule runs by itself is entered where that is chosen, and seen wherever something of it stands. */
  function showTimes() {
    const times = document.getElementById("times");
    if (!times) return; // the text of a draft
    const isChosen = document.querySelector('[name="on"][value="schedule"]').checked;
    const isEntered = (input) => (input.type === "checkbox" ? input.checked : input.value !== "");
    times.hidden = !isChosen && ![...times.querySelectorAll("input")].some(isEntered);
    if (isChosen) times.open = true;
  }

  async function check() {
    const address = form().dataset.check;
    if (!address) return;
    const asked = typed;
    const answer = await fetch(address, { method: "POST", body: body() }).catch(() => null); // the next one may come through
    if (!answer || !answer.ok || asked !== typed) return;
    say(parsed(await answer.text()));
    await preview(asked);
  }

  async function preview(asked) {
    const place = document.getElementById("preview-place");
    if (!place) return;
    const answer = await fetch(place.dataset.preview, { method: "POST", body: body() }).catch(() => null);
    if (!answer || !answer.ok || asked !== typed) return;
    const found = parsed(await answer.text()).getElementById("preview");
    if (found) place.innerHTML = found.innerHTML;
  }

  /* Sends the form and shows the page that it leads to in place of this one, with the focus where it was. */
  async function send(button) {
    window.clearTimeout(timer);
    typed += 1;
    const sent = form();
    const focused = document.activeElement && document.activeElement.id;
    sent.inert = true; // nothing is typed into what is about to be replaced
    let answer = null;
    try {
      answer = await fetch(sent.action, { method: "POST", body: body(button) });
    } catch (failure) {
      if (!(failure instanceof TypeError)) throw failure; // a TypeError says that nobody answered
    }
    const isLoggedOut = answer && answer.redirected && new URL(answer.url).pathname === "/log-in";
    if (!answer || isLoggedOut || (!answer.ok && answer.status !== 409)) {
      sent.inert = false;
      document.getElementById("not-saved").hidden = false;
      return;
    }
    const page = parsed(await answer.text());
    const content = page.getElementById("content");
    if (!answer.redirected || !page.querySelector("form[data-editor]") || !content) {
      isChanged = false;
      if (answer.redirected) window.location.assign(answer.url);
      else document.getElementById("content").replaceWith(content);
      return;
    }
    isChanged = false;
    document.getElementById("content").replaceWith(content);
    document.title = page.title;
    showTimes();
    const where = new URL(answer.url);
    window.history.replaceState(null, "", where.pathname + where.search);
    const path = button ? button.value.split(" ")[1] : "";
    const target = document.getElementById(button ? path : focused) || document.getElementById(focused);
    if (target) target.focus();
    preview(typed);
  }

  document.addEventListener("input", (event) => {
    if (!event.target.closest("form[data-editor]")) return;
    isChanged = true;
    typed += 1;
    window.clearTimeout(timer);
    timer = window.setTimeout(check, PAUSE_MS);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-restructures]")) send(null);
    if (event.target.matches('[name="on"][value="schedule"]')) showTimes();
  });
  document.addEventListener("submit", (event) => {
    const sent = event.target;
    if (!sent.matches("form[data-editor]")) return;
    window.clearTimeout(timer);
    const button = event.submitter;
    if (!sent.dataset.check || (button && button.value === "done")) {
      isChanged = false;
      return;
    }
    event.preventDefault();
    send(button);
  });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });

  showTimes();
  if (form().dataset.check) preview(typed);
})();
