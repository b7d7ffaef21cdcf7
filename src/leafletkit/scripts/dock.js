/* Once the reader has pressed Play, the buttons stay in reach: while their place is off the screen they stand at its bottom. */
leafletkit.dock = (function () {
  "use strict";

  /* `home` is the place of `bar`: it keeps its height, so that nothing on the page moves. */
  function docker(home, bar) {
    const root = document.documentElement;
    let wanted = false;
    let away = false;

    function update() {
      const docked = wanted && away;
      if (docked === bar.classList.contains("docked")) return;
      home.style.minBlockSize = docked ? home.offsetHeight + "px" : "";
      bar.classList.toggle("docked", docked);
      measure();
    }
    /* The page scrolls further by what the bar covers, and what gets the focus stops above it. */
    function measure() {
      root.style.setProperty("--dock", height() + "px");
    }
    function height() {
      return getComputedStyle(bar).position === "fixed" ? bar.offsetHeight : 0;
    }

    if (typeof IntersectionObserver === "function") {
      new IntersectionObserver((seen) => {
        away = seen[seen.length - 1].intersectionRatio < 0.5;
        update();
      }, { threshold: [0, 0.5, 1] }).observe(home);
    }
    addEventListener("resize", measure);

    return {
      height,
      keep(keeping) {
        wanted = keeping;
        update();
      },
    };
  }

  return { docker };
})();
