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

/* How long a network that neither answers nor breaks is waited for where something was kept. Once it was too
   slow for the page, what the page is drawn with must not wait as long again, file by file. */
const PATIENCE = 8000;
const IMPATIENCE = 500;
const SPELL = 60 * 1000;
let slowUntil = 0;

/* The whole answer, not its head alone: a dead line stops in the middle too. */
const loaded = async (request, cache) => {
  const answer = await fetch(request);
  if (!answer.ok || answer.redirected) return answer;
  const whole = await dated(answer);
  const key = cache === PAGES ? new URL(request.url).pathname : request;
  await (await caches.open(cache)).put(key, whole.clone());
  return whole;
};

const keptFor = async (request, cache) => {
  const key = cache === PAGES ? new URL(request.url).pathname : request;
  const kept = await (await caches.open(cache)).match(key, { ignoreVary: true });
  const at = Number(kept?.headers.get("X-Kept-At") ?? Date.now());
  return kept && Date.now() - at < DAY ? kept : null;
};

const networkFirst = async (event, cache) => {
  const { request } = event;
  const kept = await keptFor(request, cache);
  const fresh = loaded(request, cache);
  if (!kept) return fresh;
  // what comes too late is kept for the next time
  event.waitUntil(fresh.catch(() => null));
  const patience = cache === ASSETS && Date.now() < slowUntil ? IMPATIENCE : PATIENCE;
  let timer;
  const tooSlow = new Promise((resolve) => {
    timer = setTimeout(() => {
      slowUntil = Date.now() + SPELL;
      resolve(kept);
    }, patience);
  });
  try {
    return await Promise.race([fresh, tooSlow]);
  } catch (offline) {
    return kept;
  } finally {
    clearTimeout(timer);
  }
};

self.addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate" && ANSWERS.test(url.pathname)) event.respondWith(networkFirst(event, PAGES));
  else if (url.pathname.startsWith("/static/")) event.respondWith(networkFirst(event, ASSETS));
});
