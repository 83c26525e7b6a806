/** Keeps the pages of registers on the device, so that one opens again without a network; at most for a day. */
const CACHE = "registers";
const PAGE = /^\/organise\/sessions\/\d+\/register\/$/;
const KEPT = 24 * 60 * 60 * 1000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", (event) => {
  const { method, mode, url } = event.request;
  const { origin, pathname } = new URL(url);
  if (method !== "GET" || origin !== self.location.origin) return;
  if (mode === "navigate" && PAGE.test(pathname)) event.respondWith(page(event.request));
  else if (pathname.startsWith("/static/")) event.respondWith(part(event.request));
});

/** The page as the site gives it; as it was kept, where there is no network. Whoever may not see it keeps none. */
async function page(request) {
  const cache = await caches.open(CACHE);
  const { pathname, search } = new URL(request.url);
  const key = pathname + search; // several dates have a page each
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(key, answer.clone());
    else await cache.delete(key);
    return answer;
  } catch (fault) {
    const old = await cache.match(key);
    const isOld = old && Date.now() - Date.parse(old.headers.get("Date")) > KEPT;
    if (isOld) await cache.delete(key);
    if (!old || isOld) throw fault;
    return old;
  }
}

/** A stylesheet, script or typeface that a page needs. */
async function part(request) {
  const cache = await caches.open(CACHE);
  try {
    const answer = await fetch(request);
    if (answer.ok) await cache.put(request.url, answer.clone());
    return answer;
  } catch (fault) {
    const old = await cache.match(request.url);
    if (!old) throw fault;
    return old;
  }
}
