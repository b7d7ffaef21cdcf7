/* In a preview only (build --watch): reloads the page when something that it shows has changed, keeps the reader's place,
   and says when the page is not the newest. It is in no published file. */
(function () {
  "use strict";

  const own = document.currentScript.dataset;
  const PLACE = "leafletkit preview place";
  const WAIT = 700; // a build that is quicker than this needs no words
  const GONE = "The preview has ended. Start “leafletkit build --watch” again; this page then comes back by itself.";
  let build = Number(own.build);
  let source = null;
  let waiting = 0;
  let again = 0;
  let gone = false; // nobody answers

  /* -- no copies for times without a network: they would be old pages */

  if (navigator.serviceWorker) {
    navigator.serviceWorker.register = () => new Promise(() => undefined);
    navigator.serviceWorker.getRegistrations().then((found) => found.forEach((worker) => worker.unregister()), () => undefined);
  }

  /* -- what the page shows */

  const nameOf = (address) => {
    const path = decodeURIComponent(new URL(address, location.href).pathname).slice(1);
    return path === "" || path.endsWith("/") ? path + "index.html" : path;
  };
  const page = nameOf(location.href);
  const sheets = () => Array.from(document.querySelectorAll("link[rel~=stylesheet]"));

  function shown() {
    const loaded = performance.getEntriesByType("resource").map((entry) => entry.name);
    const named = Array.from(document.querySelectorAll("[src], link[rel~=stylesheet], link[rel~=icon]"), (element) => element.src || element.href);
    return new Set(loaded.concat(named).filter((address) => address.startsWith(location.origin)).map(nameOf).concat(page));
  }

  /* `changed`: paths; null if the server can't tell. */
  function renew(changed) {
    const uses = shown();
    const touched = changed === null ? null : changed.filter((path) => uses.has(path));
    if (touched && !touched.length) return;
    const linked = new Map(sheets().map((sheet) => [nameOf(sheet.href), sheet]));
    if (touched && touched.every((path) => linked.has(path))) touched.forEach((path) => dress(linked.get(path)));
    else reload();
  }

  /* A new stylesheet takes the old one's place without a reload: the reader stays where they are, the sound goes on. */
  function dress(sheet) {
    const fresh = sheet.cloneNode();
    const address = new URL(sheet.href);
    address.search = "build=" + build;
    fresh.href = address.href;
    fresh.addEventListener("load", () => sheet.remove());
    fresh.addEventListener("error", reload);
    sheet.after(fresh);
  }

  /* -- the reader's place: the block at the top of the window, and how far down it stands */

  function reload() {
    const near = (element) => Math.abs(element.getBoundingClientRect().top);
    const blocks = Array.from(document.querySelectorAll("body [id]")).filter((element) => element.getClientRects().length && element.id !== "main");
    const block = blocks.reduce((best, element) => (!best || near(element) < near(best) ? element : best), null);
    const opened = Array.from(document.querySelectorAll("details"), (element) => element.open);
    const focused = document.activeElement && document.activeElement.id;
    const place = { page, y: scrollY, id: block && block.id, top: block && block.getBoundingClientRect().top, opened, focused };
    try {
      sessionStorage.setItem(PLACE, JSON.stringify(place));
    } catch (_error) { /* then the browser's own memory must do */ }
    if (source) source.close();
    location.reload();
  }

  function comeBack() {
    let place = null;
    try {
      place = JSON.parse(sessionStorage.getItem(PLACE));
      sessionStorage.removeItem(PLACE);
    } catch (_error) { /* nothing was kept */ }
    if (!place || place.page !== page) return;
    history.scrollRestoration = "manual";
    let moved = false;
    const details = Array.from(document.querySelectorAll("details"));
    if (details.length === place.opened.length) details.forEach((element, number) => { element.open = place.opened[number]; });
    const focused = place.focused && document.getElementById(place.focused);
    if (focused) focused.focus({ preventScroll: true });
    const go = () => {
      if (moved) return;
      const block = place.id && document.getElementById(place.id);
      const top = block && place.y > 0 ? scrollY + block.getBoundingClientRect().top - place.top : place.y;
      scrollTo({ top, behavior: "instant" });
    };
    const done = () => {
      go();
      history.scrollRestoration = "auto";
    };
    // Fonts and pictures move what is below them; but a reader who has scrolled meanwhile is left alone.
    ["wheel", "touchmove", "keydown"].forEach((kind) => addEventListener(kind, () => { moved = true; }, { once: true, passive: true }));
    go();
    if (document.readyState === "complete") requestAnimationFrame(done);
    else addEventListener("load", () => document.fonts.ready.then(() => requestAnimationFrame(done)), { once: true });
  }

  /* -- the panel. It is English and reads from left to right, on every page. It stands apart from the page's own styles. */

  const host = document.createElement("div");
  host.id = "leafletkit-preview";
  host.lang = "en-GB";
  host.dir = "ltr";
  const root = host.attachShadow({ mode: "open" });
  const style = make("link", "", "");
  style.rel = "stylesheet";
  style.href = "/-/preview.css";
  const alarm = make("div", "place", "");
  alarm.setAttribute("role", "alert");
  const status = make("div", "place status", "");
  status.setAttribute("role", "status");
  root.append(style, alarm, status);
  let said = "";
  let small = false;

  // The end of the page can be scrolled out from under the panel.
  new ResizeObserver(() => { document.body.style.paddingBlockEnd = alarm.offsetHeight ? alarm.offsetHeight + 24 + "px" : ""; }).observe(alarm);

  function make(name, kind, text) {
    const element = document.createElement(name);
    if (kind) element.className = kind;
    if (text) element.textContent = text;
    return element;
  }

  function listed(problems, count) {
    const list = make("ul", "problems", "");
    problems.forEach((problem) => {
      const item = make("li", "", "");
      if (problem.where) item.append(make("code", "where", problem.where));
      item.append(make("p", "what", problem.message));
      if (problem.hint) {
        const hint = make("p", "hint", "");
        hint.append(make("b", "", "What to do: "), problem.hint);
        item.append(hint);
      }
      const about = [problem.about, problem.code].filter(Boolean).join(" · ");
      if (about) item.append(make("p", "about", about));
      list.append(item);
    });
    if (count > problems.length) list.append(make("li", "more", "… and " + (count - problems.length) + " more. The terminal lists them all."));
    return list;
  }

  function panel(news) {
    const box = make("section", "panel", "");
    const title = news.there ? "This page is not the newest" : "Something keeps pages from being made";
    const heading = make("h2", "", title);
    const button = make("button", "", small ? "Show why" : "Make small");
    button.type = "button";
    const body = make("div", "body", "");
    const kept = news.there ? "It is the last good one" + (news.made ? ", made at " + news.made : "") + ". " : "";
    const things = news.count === 1 ? "One thing has" : news.count + " things have";
    const then = news.there ? " to be mended before a newer one is shown." : " to be mended first.";
    body.append(make("p", "lead", kept + (news.count ? things + then : "A newer one could not be made.")));
    body.append(listed(news.problems, news.count));
    body.hidden = small;
    body.tabIndex = 0;
    button.setAttribute("aria-expanded", String(!small));
    button.addEventListener("click", () => {
      small = !small;
      body.hidden = small;
      button.textContent = small ? "Show why" : "Make small";
      button.setAttribute("aria-expanded", String(!small));
    });
    const head = make("div", "head", "");
    head.append(heading, button);
    box.append(head, body);
    return box;
  }

  function elsewhere(news) {
    const box = make("details", "elsewhere", "");
    const count = news.elsewhere_count;
    box.append(make("summary", "", (count === 1 ? "1 finding keeps" : count + " findings keep") + " other pages or files back"));
    box.append(listed(news.elsewhere, count));
    return box;
  }

  function show(news) {
    if (!host.isConnected) document.body.append(host);
    clearTimeout(waiting);
    if (news.busy) {
      waiting = setTimeout(() => status.replaceChildren(make("p", "busy", "Making the pages …")), WAIT);
      return;
    }
    const wanted = JSON.stringify([news.there, news.made, news.problems, news.count, news.old]);
    if (wanted !== said) { // an alert is read aloud each time it is written
      small = false;
      alarm.replaceChildren(...(news.old || (!news.there && news.count) ? [panel(news)] : []));
      said = wanted;
    }
    status.replaceChildren(...(news.elsewhere_count && news.there ? [elsewhere(news)] : []));
  }

  /* -- news. Only pages that are seen listen: a browser keeps no more than six lines open to one server. */

  function listen() {
    if (source || document.visibilityState === "hidden") return;
    source = new EventSource("/-/events?" + new URLSearchParams({ path: "/" + page, build, session: own.session }));
    source.addEventListener("message", (event) => {
      const news = JSON.parse(event.data);
      gone = false;
      const newer = news.changed === null || news.build !== build;
      build = news.build;
      show(news);
      if (newer) renew(news.changed);
    });
    // Not left to the browser, which would ask again with the number of a build that is long past.
    source.addEventListener("error", () => {
      hush();
      if (!gone) waiting = setTimeout(() => status.replaceChildren(make("p", "busy", GONE)), 2000);
      gone = true;
      again = setTimeout(listen, 500);
    });
  }

  function hush() {
    if (source) source.close();
    source = null;
    if (!gone) clearTimeout(waiting);
    clearTimeout(again);
  }

  document.addEventListener("visibilitychange", () => (document.visibilityState === "hidden" ? hush() : listen()));
  addEventListener("pagehide", hush);
  addEventListener("pageshow", listen);
  comeBack();
  listen();
})();
