/* Rules are dragged to another place by their numbers. The buttons Up and Down do the same without a mouse. */
"use strict";
(() => {
  for (const list of document.querySelectorAll("[data-drag]")) {
    const first = Number(list.getAttribute("start")) - 1;
    window.Sortable.create(list, {
      handle: ".rule-place",
      onEnd: ({ oldIndex, newIndex }) => {
        if (oldIndex === newIndex) return;
        const button = document.createElement("button");
        button.name = "do";
        button.value = `to ${first + oldIndex} ${first + newIndex}`;
        button.hidden = true;
        list.append(button);
        list.closest("form").requestSubmit(button);
      },
    });
  }
})();
