/* Marks the sentence that is being spoken. Screen readers are told nothing: they would talk over the recording. */
leafletkit.highlight = (function () {
  "use strict";

  /* The pieces of a sentence. An element that is not cut into sentences is one; a person reads it as a whole. */
  function pieces(cue) {
    const element = cue && cue[2] ? document.getElementById(cue[2]) : null;
    if (!element) return [];
    const all = Array.from(element.querySelectorAll(".s"));
    if (!all.length) return [element];
    return cue[3] < 0 ? all : all.slice(cue[3], cue[3] + 1);
  }

  /* `show(cue)` marks that sentence and no other; `show(null)` none. Gives the marked pieces. */
  function highlighter() {
    let shown = null;
    let marked = [];
    return function show(cue) {
      if (cue !== shown) {
        marked.forEach((piece) => piece.classList.remove("spoken"));
        marked = pieces(cue);
        marked.forEach((piece) => piece.classList.add("spoken"));
        shown = cue;
      }
      return marked;
    };
  }

  return { highlighter };
})();
