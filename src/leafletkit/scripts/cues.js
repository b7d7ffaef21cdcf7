/* Which sentence is spoken when. Pure functions on rows of [start, end, element id, number of the sentence], in order of start, in seconds.

   A sentence counts as current until the next one begins: in the pause after it, "repeat" means it.
   Every answer is a row's number, or -1. */
leafletkit.cues = (function () {
  "use strict";

  /* The rows of the file beside a page, a row for each block: [element id, pause, length, pause, length ...] in hundredths
     of a second. Number -1 stands for a block that is spoken as a whole. */
  function expand(blocks, whole) {
    const cues = [];
    let now = 0;
    blocks.forEach((block) => {
      for (let place = 1; place + 1 < block.length; place += 2) {
        const start = now + block[place];
        now = start + block[place + 1];
        cues.push([start / 100, now / 100, block[0], whole ? -1 : (place - 1) / 2]);
      }
    });
    return cues;
  }

  // Browsers round the place that they are sent to, some of them downwards.
  const ROUNDING = 0.02;

  /* The last row that does not begin after this time. */
  function current(cues, time) {
    let low = 0;
    let high = cues.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (cues[middle][0] <= time + ROUNDING) low = middle + 1;
      else high = middle;
    }
    return low - 1;
  }

  function next(cues, time) {
    const number = current(cues, time) + 1;
    return number < cues.length ? number : -1;
  }

  /* The sentence before the current one; the first has only itself. */
  function previous(cues, time) {
    return cues.length ? Math.max(0, current(cues, time) - 1) : -1;
  }

  /* "Repeat": the current sentence; before the first, the first. */
  function repeated(cues, time) {
    return cues.length ? Math.max(0, current(cues, time)) : -1;
  }

  /* Where a sentence of the page is spoken for the first time: a warning is spoken again at the end, out of its place.
     A recording that has no cue for just this sentence has one for what stands before it in the same element. */
  function ofSentence(cues, id, number) {
    let found = -1;
    cues.forEach((cue, row) => {
      if (id && cue[2] === id && cue[3] <= number && (found < 0 || cue[3] > cues[found][3])) found = row;
    });
    return found;
  }

  /* The cue that begins nearest to a time: times in links are rounded. */
  function nearest(cues, time) {
    let found = -1;
    cues.forEach((cue, row) => {
      if (found < 0 || Math.abs(cue[0] - time) < Math.abs(cues[found][0] - time)) found = row;
    });
    return found;
  }

  /* 65 -> "1:05" */
  function clock(seconds) {
    const whole = Math.max(0, Math.floor(seconds || 0));
    return Math.floor(whole / 60) + ":" + String(whole % 60).padStart(2, "0");
  }

  return { expand, current, next, previous, repeated, ofSentence, nearest, clock };
})();
