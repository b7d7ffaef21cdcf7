/* What the reader has chosen, kept on their device. Where it can't be kept (private windows, files), it is forgotten. */
leafletkit.memory = (function () {
  "use strict";

  return {
    get(name) {
      try {
        return localStorage.getItem("leafletkit-" + name);
      } catch (error) {
        return null;
      }
    },
    set(name, value) {
      try {
        localStorage.setItem("leafletkit-" + name, value);
      } catch (error) {
        // The choice holds for this page.
      }
    },
  };
})();
