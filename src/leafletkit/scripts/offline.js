/* Keeps what was read for times without a network, and says when a page is such a copy. On a file share it does nothing. */
leafletkit.offline = (function () {
  "use strict";

  /* `page`: {root, words: {offline}} of the page's data. */
  function start(page) {
    if (!/^https?:$/.test(location.protocol) || !("serviceWorker" in navigator)) return;
    const place = document.createElement("p");
    place.className = "offline";
    place.setAttribute("role", "status");
    document.body.insertBefore(place, document.querySelector("header"));
    const say = () => {
      if (page.words && page.words.offline) place.textContent = page.words.offline;
    };

    if (navigator.onLine === false) say();
    // The machine may have a network that does not lead here: the worker knows what it had to answer with.
    navigator.serviceWorker.addEventListener("message", (event) => {
      if (event.data && event.data.copy) say();
    });
    navigator.serviceWorker.register(page.root + "sw.js", { updateViaCache: "none" }).then(() => navigator.serviceWorker.ready).then((found) => {
      const worker = found.active;
      const tell = () => worker.postMessage({ loaded: loaded() });
      if (document.readyState === "complete") tell();
      else addEventListener("load", tell);
    }, () => undefined); // a browser that refuses keeps nothing
  }

  /* This page and what it has loaded, but not sound: that is large. */
  function loaded() {
    const files = performance.getEntriesByType("resource").filter((entry) => !/^(audio|video)$/.test(entry.initiatorType)).map((entry) => entry.name);
    return [location.href].concat(files);
  }

  const data = document.getElementById("page-data");
  if (data) start(JSON.parse(data.textContent));

  return { start };
})();
