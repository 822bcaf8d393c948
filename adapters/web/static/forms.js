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

  /* Fills in what was entered; several fields of one name get theirs in order. */
  function fill(form, fields) {
    const left = new Map();
    for (const [name, value] of fields) left.set(name, [...(left.get(name) || []), value]);
    for (const field of form.elements) {
      if (!field.name || field.name === "csrf_token" || ["submit", "button", "file", "password"].includes(field.type)) continue;
      const values = left.get(field.name) || [];
      if (field.type === "checkbox" || field.type === "radio") field.checked = values.includes(field.value);
      else if (field.multiple) for (const one of field.options) one.selected = values.includes(one.value);
      else if (values.length) field.value = values.shift();
    }
  }

  function bringBack() {
    const kept = window.sessionStorage.getItem("entered");
    if (!kept) return;
    const { page, action, fields } = JSON.parse(kept);
    if (page !== window.location.pathname + window.location.search) return;
    window.sessionStorage.removeItem("entered");
    const form = [...document.querySelectorAll('form[method="post"]')].find((one) => one.action === action);
    if (!form) return;
    fill(form, fields);
    for (let one = form.closest("details"); one; one = one.parentElement.closest("details")) one.open = true;
    document.getElementById("brought-back").hidden = false;
  }

  bringBack();
  document.addEventListener("submit", (event) => {
    if (!event.defaultPrevented) sent = event.target;
  });
  window.addEventListener("pageshow", () => (sent = null));
  window.addEventListener("beforeunload", (event) => {
    if ([...document.querySelectorAll(ASKING)].some(isUnsaved)) event.preventDefault();
  });
})();
