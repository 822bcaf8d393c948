/* The rule editor without waiting: saves what one types shortly after, says what is wrong, and asks before what is not saved
   yet is lost. Everything works without it; it knows nothing of fields and operators, the pages do. */
"use strict";
(() => {
  const PAUSE_MS = 600;
  const STEP_MS = 5000; // what is typed into one field without a longer pause is one step for undo
  const RETRIES_MS = [2000, 30000]; // the first and the longest pause before what could not be saved is tried again
  const form = () => document.querySelector("form[data-editor]");
  if (!form()) return;
  let isChanged = false;
  let isStopped = false; // others changed the draft, or it cannot be kept: only a button saves now
  let typed = 0; // counts what was entered, so that an answer to something older disturbs nobody
  let timer = 0;
  let retry = 0;
  let saving = null; // the save that is on its way
  let step = { field: null, at: 0, began: null };

  const parsed = (text) => new DOMParser().parseFromString(text, "text/html");
  const seen = () => form().elements.seen.value;
  const body = (button) => {
    const data = new FormData(form());
    if (button && button.name) data.set(button.name, button.value);
    return new URLSearchParams(data);
  };
  const later = (work, pause) => {
    window.clearTimeout(timer);
    timer = window.setTimeout(work, pause);
  };
  const isLoggedOut = (answer) =>
    answer.headers.has("Form-Outdated") || (answer.redirected && new URL(answer.url).pathname === "/log-in");

  /* The session has ended: sent as a page sends it, the form is kept while one logs in. */
  function logInAgain() {
    window.clearTimeout(timer);
    isChanged = false;
    HTMLFormElement.prototype.submit.call(form());
  }

  /* What is said beside the fields, taken from another rendering of the page. */
  function say(page, wanted = "[data-said]") {
    for (const said of page.querySelectorAll(wanted)) {
      const here = document.getElementById(said.id);
      if (!here || here.innerHTML === said.innerHTML) continue;
      const focused = here.contains(document.activeElement) ? document.activeElement.value : "";
      here.innerHTML = said.innerHTML;
      if (focused) here.querySelector(`button[value="${focused}"]`)?.focus();
      const about = said.id.replace(/-said$/, "");
      const field = about === said.id ? null : document.getElementById(about + ":value") || document.getElementById(about);
      if (field) field.classList.toggle("is-invalid", Boolean(said.querySelector(".field-error")));
    }
  }

  function show(id, isShown) {
    const notice = document.getElementById(id);
    if (notice.hidden === isShown) notice.hidden = !isShown;
  }

  /* What is shown is not what was saved last, so when that was is not said beside it. */
  function notSaved(id) {
    show(id, true);
    document.getElementById("saved").replaceChildren();
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

  /* A rule's address and heading follow its id and name. */
  function follow(page) {
    const found = page.querySelector("form[data-editor]");
    if (!found) return; // of the text of a draft only what is said of it comes
    form().setAttribute("action", found.getAttribute("action"));
    Object.assign(form().dataset, found.dataset);
    const [here, there] = [document, page].map((one) => one.getElementById("preview-place"));
    if (here && there) here.dataset.preview = there.dataset.preview;
    for (const wanted of ["h1", ".crumbs"]) document.querySelector(wanted).innerHTML = page.querySelector(wanted).innerHTML;
    document.title = page.title;
    window.history.replaceState(null, "", found.getAttribute("action") + window.location.search);
  }

  /* Saves what was entered. Resolves to whether all of it is saved. */
  function save() {
    window.clearTimeout(timer);
    if (!saving) saving = saveAll().finally(() => (saving = null));
    return saving;
  }

  async function saveAll() {
    while (isChanged) {
      if (isStopped) return false;
      const asked = typed;
      const { field } = step;
      const began = step.began || seen();
      const sent = body(null);
      sent.set("step", began);
      const headers = { "If-Match": `"${seen()}"` };
      const answer = await fetch(form().dataset.autosave, { method: "POST", headers, body: sent }).catch(() => null);
      if (!answer || answer.status >= 500) {
        notSaved("not-saved-yet");
        retry = Math.min(retry * 2 || RETRIES_MS[0], RETRIES_MS[1]);
        later(save, retry);
        return false;
      }
      retry = 0;
      show("not-saved-yet", false);
      if (answer.status === 412 || answer.status === 422) {
        isStopped = answer.status === 412;
        document.getElementById("changed-meanwhile").innerHTML = await answer.text();
        document.getElementById("saved").replaceChildren();
        return false;
      }
      if (isLoggedOut(answer)) {
        logInAgain();
        return false;
      }
      if (!answer.ok) {
        notSaved("not-saved");
        return false;
      }
      show("not-saved", false);
      show("brought-back", false);
      document.getElementById("changed-meanwhile").replaceChildren();
      const page = parsed(await answer.text());
      form().elements.seen.value = /"(.*)"/.exec(answer.headers.get("ETag"))[1];
      if (step.field === field) step.began = began;
      follow(page);
      if (asked === typed) {
        isChanged = false;
        say(page);
        preview(asked);
      } else {
        say(page, "#draft-bar, #saved");
      }
    }
    return true;
  }

  /* What is wrong with what was entered while it cannot be saved by itself. */
  async function check() {
    const address = form().dataset.check;
    if (!address) return;
    const asked = typed;
    const answer = await fetch(address, { method: "POST", body: body() }).catch(() => null); // the next one may come through
    if (answer && isLoggedOut(answer)) logInAgain();
    if (!answer || !answer.ok || asked !== typed) return;
    say(parsed(await answer.text()), "[data-said]:not(#draft-bar):not(#saved)");
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
    const focused = document.activeElement && document.activeElement.id;
    const sent = form();
    sent.inert = true; // nothing is typed into what is about to be replaced
    await saving;
    window.clearTimeout(timer);
    typed += 1;
    const answer = await fetch(sent.action, { method: "POST", body: body(button) }).catch(() => null);
    if (answer && isLoggedOut(answer)) {
      logInAgain();
      return;
    }
    if (!answer || (!answer.ok && answer.status !== 409)) {
      sent.inert = false;
      notSaved("not-saved");
      return;
    }
    const page = parsed(await answer.text());
    const content = page.getElementById("content");
    isChanged = false;
    if (!answer.redirected || !page.querySelector("form[data-editor]") || !content) {
      if (answer.redirected) window.location.assign(answer.url);
      else document.getElementById("content").replaceWith(content);
      return;
    }
    document.getElementById("content").replaceWith(content);
    document.title = page.title;
    isStopped = false;
    step = { field: null, at: 0, began: null };
    showTimes();
    const where = new URL(answer.url);
    window.history.replaceState(null, "", where.pathname + where.search);
    const path = button ? button.value.split(" ")[1] : "";
    const target = document.getElementById(button ? path : focused) || document.getElementById(focused);
    if (target) target.focus();
    preview(typed);
  }

  /* Sends another form of the page once all is saved: undo takes back what was typed last, too. */
  async function sendOther(sent, button) {
    if (!(await save())) return;
    const isThere = sent.isConnected; // what is said of the draft was replaced when it was saved
    const again = isThere ? button : button && document.querySelector(`#draft-bar button[value="${button.value}"]`);
    if (isThere) sent.requestSubmit(button);
    else if (again) again.click();
  }

  document.addEventListener("input", (event) => {
    if (!event.target.closest("form[data-editor]")) return;
    const isSameStep = event.target.name === step.field && event.timeStamp - step.at < STEP_MS;
    step = { field: event.target.name, at: event.timeStamp, began: isSameStep ? step.began : null };
    isChanged = true;
    typed += 1;
    later(isStopped ? check : save, PAUSE_MS);
  });
  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-restructures]")) send(null);
    if (event.target.matches('[name="on"][value="schedule"]')) showTimes();
  });
  document.addEventListener("submit", async (event) => {
    const sent = event.target;
    const button = event.submitter;
    if (!sent.matches("form[data-editor]")) {
      if (!isChanged) return;
      event.preventDefault();
      await sendOther(sent, button);
      return;
    }
    if (sent.dataset.check && !(button && button.value === "done")) {
      event.preventDefault();
      send(button);
      return;
    }
    if (saving) {
      event.preventDefault(); // until the state that the form goes on from is known
      await saving;
      sent.requestSubmit(button);
      return;
    }
    window.clearTimeout(timer);
    isChanged = false;
  });
  document.addEventListener("click", async (event) => {
    const link = event.target.closest("a[href]");
    if (!link || !isChanged || isStopped || event.defaultPrevented) return;
    if (link.target || event.ctrlKey || event.metaKey || event.shiftKey) return;
    event.preventDefault();
    if (await save()) window.location.assign(link.href);
  });
  window.addEventListener("online", () => {
    if (isChanged && !isStopped) save();
  });
  window.addEventListener("beforeunload", (event) => {
    if (isChanged) event.preventDefault();
  });

  showTimes();
  if (form().dataset.check) preview(typed);
})();
