/* The text of a rule set in a code editor: problems at their lines while one types, and completion by the JSON Schema of rule
   files with Ctrl and space; a list that opened by itself would take the Enter that ends a line. Without this script the page
   has a plain text field, which is what is sent in any case. */
"use strict";
(() => {
  const PAUSE_MS = 500;
  const KINDS = { error: "error", warning: "warning", note: "info" };
  const field = document.getElementById("document");
  const place = document.getElementById("code");
  if (!field || !place || !window.ace) return;
  const ace = window.ace;
  ace.config.set("useStrictCSP", true);
  ace.config.setMessages(JSON.parse(place.dataset.words));
  place.hidden = false;
  const editor = ace.edit(place, {
    useWorker: false, // before the mode, which would start one
    mode: "ace/mode/yaml",
    theme: "ace/theme/textmate",
    tabSize: 2,
    useSoftTabs: true,
    showPrintMargin: false,
    readOnly: field.readOnly,
    enableKeyboardAccessibility: true,
    behavioursEnabled: false,
    enableBasicAutocompletion: true,
    textInputAriaLabel: document.getElementById("document-label").textContent,
    value: field.value,
  });
  field.hidden = true;
  editor.session.setUndoManager(new ace.UndoManager());

  let asked = 0;
  let timer = 0;
  async function check() {
    const mine = ++asked;
    const sent = new URLSearchParams(new FormData(field.form));
    const answer = await fetch(place.dataset.check, { method: "POST", body: sent }).catch(() => null);
    if (!answer || !answer.ok || mine !== asked) return;
    const found = await answer.json();
    editor.session.setAnnotations(
      found.problems.map((one) => ({ row: one.line - 1, column: 0, text: one.message, type: KINDS[one.severity] })),
    );
    document.getElementById("text-problems").innerHTML = found.page;
  }
  editor.session.on("change", () => {
    field.value = editor.getValue();
    field.dispatchEvent(new Event("input", { bubbles: true }));
    window.clearTimeout(timer);
    timer = window.setTimeout(check, PAUSE_MS);
  });
  field.addEventListener("input", () => {
    if (field.value !== editor.getValue()) editor.setValue(field.value, -1);
  });
  if (field.dataset.line) editor.gotoLine(Number(field.dataset.line), 0, false);
  if (!field.readOnly) check();

  /* What may stand where the cursor is: the texts that the schema names for the key before it, else the keys themselves. Who
     asks before the schema has come gets them when it has. */
  const words = {};
  const keys = {};
  function collect(schema, key) {
    if (Array.isArray(schema)) schema.forEach((one) => collect(one, key));
    if (!schema || typeof schema !== "object" || Array.isArray(schema)) return;
    if (key && "const" in schema) {
      words[key] = words[key] || {};
      words[key][schema.const] = schema.title || "";
    }
    for (const [name, part] of Object.entries(schema.properties || {})) {
      keys[name] = (part && part.description) || keys[name] || "";
      collect(part, name);
    }
    for (const name of ["oneOf", "anyOf", "allOf", "items", "then"]) collect(schema[name], key);
  }
  async function learn() {
    const answer = await fetch(place.dataset.schema).catch(() => null);
    if (answer && answer.ok) Object.values((await answer.json()).$defs).forEach((part) => collect(part, null));
  }
  const learned = learn();
  const offered = (found, meta) =>
    Object.entries(found).map(([value, about]) => ({ value, caption: value, meta: about || meta }));
  editor.completers = [
    {
      getCompletions: (_editor, session, position, _prefix, callback) => {
        const before = session.getLine(position.row).slice(0, position.column);
        const key = /(?:^|[{,\s-])([a-z_]+):\s*\[?[^{}:]*$/.exec(before);
        learned.then(() => callback(null, key && words[key[1]] ? offered(words[key[1]], key[1]) : key ? [] : offered(keys, "")));
      },
    },
  ];
})();
