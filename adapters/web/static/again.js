/* Somebody has logged in again: back to the form, with what they had entered. Where the form is there no more they stay on this
   page, from which what they entered can be sent. */
"use strict";
(async () => {
  const sent = document.getElementById("entered");
  if (!sent) return;
  const answer = await fetch(sent.dataset.page).catch(() => null);
  if (!answer || !answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fields = [...new FormData(sent)].filter(([name]) => name !== "csrf_token");
  if (!window.findSentForm(page, answer.url, sent.action, fields)) return;
  window.sessionStorage.setItem("entered", JSON.stringify({ page: sent.dataset.page, action: sent.action, fields }));
  window.location.replace(sent.dataset.page);
})();
