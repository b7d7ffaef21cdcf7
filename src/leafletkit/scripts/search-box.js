/* The search box of a page: shown only where scripts run; the list of words is loaded when the box is first used. */
leafletkit.searchBox = (function () {
  "use strict";

  const MOST = 20; // results shown
  const PAUSE = 150; // milliseconds without typing, before results change and are read out

  /* `page`: {root, lang, words: {found}} of the page's data. */
  function start(page) {
    const section = document.getElementById("search");
    if (!section) return;
    const box = document.getElementById("search-box");
    const found = document.getElementById("search-found");
    const list = document.getElementById("search-results");
    let prepared = null;
    let loading = false;
    let timer = 0;

    function load() {
      if (loading) return;
      loading = true;
      const script = document.createElement("script");
      script.src = page.root + "assets/search.js";
      script.addEventListener("load", () => {
        prepared = leafletkit.search.prepare(leafletkit.index.rows);
        update();
      });
      script.addEventListener("error", () => {
        script.remove();
        loading = false; // the next letter tries again
      });
      document.head.append(script);
    }

    function update() {
      if (!prepared) return;
      const languages = leafletkit.index.languages;
      const own = languages.findIndex((language) => language.tag === page.lang);
      const rows = leafletkit.search.find(prepared, box.value, own);
      list.textContent = "";
      rows.slice(0, MOST).forEach((row) => list.append(result(row, languages[row[1]], page)));
      const said = box.value.trim() ? page.words.found.replace("{number}", String(rows.length)) : "";
      if (found.textContent !== said) found.textContent = said;
    }

    box.addEventListener("focus", load);
    box.addEventListener("input", () => {
      load();
      clearTimeout(timer);
      timer = setTimeout(update, PAUSE);
    });
    section.addEventListener("keydown", move);
    section.hidden = false;

    /* Arrow keys walk from the box through the results; Tab does too, as everywhere. */
    function move(event) {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      const stops = [box].concat(Array.from(list.querySelectorAll("a")));
      const next = stops[stops.indexOf(document.activeElement) + step];
      if (!next || !stops.includes(document.activeElement)) return;
      event.preventDefault();
      next.focus();
    }
  }

  /* One result. Words become text, never markup. */
  function result(row, language, page) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = page.root + row[0];
    link.className = "own";
    link.lang = link.hreflang = language.tag;
    link.dir = language.dir;
    const title = part("title", row[3]);
    link.append(title, " ", part("name", language.name));
    if (row[2]) link.prepend(part("state", language.states[row[2]]), " ");
    item.append(link);
    return item;
  }

  function part(kind, text) {
    const element = document.createElement("bdi");
    element.className = kind;
    element.textContent = text;
    return element;
  }

  return { start };
})();
