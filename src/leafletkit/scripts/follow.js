/* Keeps what is spoken on the screen, unless the reader is looking elsewhere. Never moves the focus. */
leafletkit.follow = (function () {
  "use strict";

  const PATIENCE = 5000; // milliseconds after the reader has moved the page
  const OWN_SCROLL = 2500; // how long a scroll of ours may take
  const TOP = 0.12; // of the screen: what lies between is in comfortable view
  const BOTTOM = 0.75;

  /* `below()` gives the pixels at the bottom of the screen that are covered; what happens inside of `player` is not the reader moving the page. */
  function follower(player, below) {
    let moved = -PATIENCE;
    let own = -OWN_SCROLL;

    function touched(event) {
      if (!(event.target instanceof Node && player.contains(event.target))) moved = performance.now();
    }
    ["wheel", "touchmove", "keydown", "pointerdown"].forEach((name) => {
      addEventListener(name, touched, { passive: true, capture: true });
    });
    addEventListener("scroll", (event) => {
      if (performance.now() - own > OWN_SCROLL) touched(event);
    }, { passive: true });

    function toView(pieces) {
      const boxes = pieces.map((piece) => piece.getBoundingClientRect()).filter((box) => box.height);
      if (!boxes.length || performance.now() - moved < PATIENCE) return;
      const top = Math.min(...boxes.map((box) => box.top));
      const bottom = Math.max(...boxes.map((box) => box.bottom));
      const screen = document.documentElement.clientHeight - below();
      const [from, to] = [screen * TOP, screen * BOTTOM];
      if (top >= from && bottom <= to) return;
      // A third of the way down; a sentence that does not fit there starts higher.
      const place = Math.max(from, Math.min(screen / 3, to - (bottom - top)));
      own = performance.now();
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      scrollBy({ top: top - place, behavior: still ? "auto" : "smooth" });
    }

    return {
      toView,
      /* The reader wants to be taken along at once: they have used the player. That may have moved the page, too. */
      resume() {
        moved = -PATIENCE;
        own = performance.now();
      },
    };
  }

  return { follower };
})();
