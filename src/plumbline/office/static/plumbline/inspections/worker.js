/* Keeps the page of an inspection and what it is drawn with, so that it opens without network. The network
   always comes first; what was kept is given out for a day at most, and only to the person it was kept for. */
const PAGES = "plumbline-inspection-pages";
const ASSETS = "plumbline-inspection-assets";
const DAY = 24 * 60 * 60 * 1000;
const ANSWERS = /^\/inspections\/\d+\/answers\/$/;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));

const dated = async (answer) => {
  const headers = new Headers(answer.headers);
  headers.set("X-Kept-At", String(Date.now()));
  return new Response(await answer.blob(), { status: answer.status, headers });
};

const keepPage = async (path) => {
  const answer = await fetch(path, { credentials: "same-origin" });
  if (answer.ok && !answer.redirected) await (await caches.open(PAGES)).put(path, await dated(answer));
};

self.addEventListener("message", (event) => {
  const { keep, assets = [], user } = event.data ?? {};
  if (!keep || !ANSWERS.test(keep)) return;
  event.waitUntil(
    (async () => {
      const meta = await caches.open(ASSETS);
      const before = await meta.match("/inspections/kept-for");
      if (before && (await before.text()) !== String(user)) await caches.delete(PAGES);
      await meta.put("/inspections/kept-for", new Response(String(user)));
      await keepPage(keep);
      await Promise.all(
        assets.map(async (asset) => {
          const answer = await fetch(asset);
          if (answer.ok) await meta.put(asset, answer);
        }),
      );
      event.source?.postMessage({ kept: keep });
    })(),
  );
});

const networkFirst = async (request, cache) => {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected) {
      const copy = answer.clone();
      const path = new URL(request.url).pathname;
      await (await caches.open(cache)).put(cache === PAGES ? path : request, cache === PAGES ? await dated(copy) : copy);
    }
    return answer;
  } catch (offline) {
    const key = cache === PAGES ? new URL(request.url).pathname : request;
    const kept = await (await caches.open(cache)).match(key, { ignoreVary: true });
    const at = Number(kept?.headers.get("X-Kept-At") ?? Date.now());
    if (kept && Date.now() - at < DAY) return kept;
    throw offline;
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && ANSWERS.test(url.pathname)) event.respondWith(networkFirst(request, PAGES));
  else if (url.pathname.startsWith("/static/")) event.respondWith(networkFirst(request, ASSETS));
});
