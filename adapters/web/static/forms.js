/* What is typed into a form is not lost unasked: a question before one leaves with it, and what was sent after the session had
   ended comes back. Forms that save by themselves ask by their own script. */
"use strict";
(() => {
  const ASKING = 'form[method="post"]:not([data-editor], .log-in form)';
  let sent = null; // the form that is on its way
  const isField = (field) => field.name && !["hidden", "submit", "button", "reset"].includes(field.type) && !field.closest(".pick");

  function isChanged(field) {
    if (field.type === "checkbox" || field.type === "radio") return field.checked !== field.defaultChecked;
    if (field.type === "file") return field.value !== "";
    if (!field.options) return field.value !== field.defaultValue;
    const options = [...field.options];
    if (!field.multiple && !options.some((one) => one.defaultSelected)) return field.selectedIndex > 0;
    return options.some((one) => one.selected !== one.defaultSelected);
  }

  const isUnsaved = (form) => form !== sent && [...form.elements].some((field) => isField(field) && isChanged(field));

  const MADE_ANEW = ["csrf_token", "wish"]; // differ each time that a page is shown

  /* The form of a page that was sent. Of several with one address it is the one that is about the same: what it does not show
     is as it was sent. Where that has changed meanwhile none is it, for what was entered was meant for something else. */
  window.findSentForm = (page, base, action, fields) => {
    const was = new Set(fields.map(([name, value]) => JSON.stringify([name, value])));
    const isIt = (form) =>
      new URL(form.getAttribute("action") || base, base).href === action &&
      [...form.elements].every(
        (one) => one.type !== "hidden" || MADE_ANEW.includes(one.name) || was.has(JSON.stringify([one.name, one.value])),
      );
    const known = (form) => new Set([...form.elements].map((one) => one.name));
    const covered = (form) => fields.filter(([name]) => known(form).has(name)).length;
    const found = [...page.querySelectorAll('form[method="post"]')].filter(isIt);
    return found.sort((one, other) => covered(other) - covered(one))[0] || null;
  };

  /* Fills in what was entered; several fields of one name get theirs in order. Scripts hear of it as of what is typed. */
  function fill(form, fields) {
    const left = new Map();
    for (const [name, value] of fields) left.set(name, [...(left.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || ["hidden", "submit", "button", "reset", "file", "password"].includes(field.type)) continue;
      const values = left.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.multiple) for (const one of field.options) one.selected = values.includes(one.value);
      else if (values.length) field.value = values.shift();
      if (!isChanged(field)) continue;
      unfold(field);
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  }

  function unfold(element) {
    for (let one = element.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
  }

  function bringBack() {
    const kept = window.sessionStorage.getItem("entered");
    if (!kept) return;
    const { page, action, fields } = JSON.parse(kept);
    if (page !== window.location.pathname + window.location.search) return;
    window.sessionStorage.removeItem("entered");
    const form = window.findSentForm(document, window.location.href, action, fields);
    if (!form) return;
    document.getElementById("brought-back").hidden = false;
    unfold(form);
    fill(form, fields);
  }

  document.addEventListener("DOMContentLoaded", bringBack); // other scripts hear of it
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sent = event.target;
  });
  window.addEventListener("pageshow", () => (sent = null));
  window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll(ASKING)].some(isUnsaved)) event.preventDefault();
  });
})();
