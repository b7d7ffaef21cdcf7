/* Remembers the size of the text. The choice itself works without this, in browsers that know :has(). */
leafletkit.textSize = (function () {
  "use strict";

  function start() {
    const sizes = Array.from(document.querySelectorAll(".text-size input"));
    function set(size) {
      document.documentElement.dataset.size = size;
    }
    const kept = sizes.find((input) => input.value === leafletkit.memory.get("text-size"));
    if (kept) kept.checked = true;
    const chosen = sizes.find((input) => input.checked);
    if (chosen) set(chosen.value);
    sizes.forEach((input) => input.addEventListener("change", () => {
      set(input.value);
      leafletkit.memory.set("text-size", input.value);
    }));
  }

  return { start };
})();
