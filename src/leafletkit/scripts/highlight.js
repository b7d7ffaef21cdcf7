/* Marks the sentence that is being spoken. Screen readers are told nothing: they would talk over the recording. */
leafletkit.highlight = (function () {
  "use strict";

  /* The pieces of a sentence: it may run through bold words. An element that is not cut into sentences is one. */
  function pieces(cue) {
    const element = cue && cue[2] ? document.getElementById(cue[2]) : null;
    if (!element) return [];
    const all = Array.from(element.querySelectorAll(".s"));
    const own = all.filter((piece) => Number(piece.dataset.n) === cue[3]);
    return all.length ? own : [element];
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
