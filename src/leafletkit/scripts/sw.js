/* The service worker: NETWORK FIRST. The network's answer always wins, so a leaflet that was withdrawn is never shown
   from a copy while there is a network. Without one, the saved copy is shown, else the saved list of leaflets. */
"use strict";

const START = "leafletkit " + self.registration.scope + " ";
const CACHE = START + "1"; // a new number throws away what older workers have saved
const SHARED = ["index.html", "assets/page.css", "assets/site.css", "assets/page.js", "assets/site.js", "assets/icon.svg", "assets/fonts/index.css"];
const here = (path) => new URL(path, self.registration.scope).href;
const copies = new Set(); // the pages that are shown from a copy

/* What a copy is kept under: "ivig/" and "ivig/index.html#top" are the same page. */
function nameOf(address) {
  const url = new URL(address);
  return url.origin + url.pathname.replace(/\/$/, "/index.html");
}

const ours = (address) => nameOf(address).startsWith(self.registration.scope);

/* Asks the network, past the browser's own store, and keeps, refreshes or removes the copy meanwhile. */
function ask(request, event) {
  return fetch(request, { cache: "no-cache" }).then((answer) => {
    const name = nameOf(request.url);
    if (answer.status === 404 || answer.status === 410) event.waitUntil(caches.open(CACHE).then((cache) => cache.delete(name)));
    const whole = answer.status === 200 && answer.type === "basic" && !answer.redirected; // no parts (206), errors, other places
    if (whole) {
      const copy = answer.clone();
      event.waitUntil(caches.open(CACHE).then((cache) => cache.put(name, copy)).catch(() => undefined)); // the device may be full
    }
    return answer;
  });
}

/* Without a network. */
function saved(event) {
  return caches.open(CACHE).then((cache) => cache.match(nameOf(event.request.url))).then((copy) => {
    if (event.request.mode !== "navigate") return copy || Response.error();
    if (copy) {
      copies.add(event.resultingClientId);
      return copy;
    }
    const list = here("index.html");
    return nameOf(event.request.url) === list ? Response.error() : Response.redirect(list);
  });
}

self.addEventListener("install", (event) => {
  self.skipWaiting();
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(SHARED.map((path) => new Request(here(path), { cache: "no-cache" })))));
});

self.addEventListener("activate", (event) => {
  const old = (name) => name.startsWith(START) && name !== CACHE;
  event.waitUntil(caches.keys().then((names) => Promise.all(names.filter(old).map((name) => caches.delete(name)))).then(() => self.clients.claim()));
});

self.addEventListener("fetch", (event) => {
  const request = event.request;
  if (request.method !== "GET" || request.headers.has("range") || !ours(request.url)) return;
  event.respondWith(ask(request, event).catch(() => saved(event)));
});

/* A page tells what it has loaded before this worker was there, and learns whether it is a copy. */
self.addEventListener("message", (event) => {
  const page = event.source;
  if (copies.delete(page.id)) {
    page.postMessage({ copy: true });
    return;
  }
  const names = Array.from(new Set((event.data.loaded || []).filter(ours).map(nameOf)));
  const lacking = (cache) => Promise.all(names.map((name) => cache.match(name).then((copy) => (copy ? null : ask(new Request(name), event).catch(() => null)))));
  event.waitUntil(caches.open(CACHE).then(lacking));
});
