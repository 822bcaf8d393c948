// Shows how far something is while it runs in the background, and loads the page again when it has ended. Without it, the page has a link.
"use strict";

const panel = document.querySelector("[data-progress]");

if (panel && "EventSource" in window) {
  const bar = panel.querySelector("progress");
  const words = panel.querySelector("[data-words]");
  const source = new EventSource(panel.dataset.progress);
  source.addEventListener("progress", (event) => {
    const soFar = JSON.parse(event.data);
    words.textContent = soFar.words;
    if (soFar.total > 0) {
      bar.max = soFar.total;
      bar.value = soFar.seen;
    }
  });
  source.addEventListener("ended", () => {
    source.close();
    window.location.reload();
  });
}
