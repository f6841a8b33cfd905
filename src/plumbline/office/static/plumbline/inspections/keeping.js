/* Keeps this page for when there is no network. Browsers allow that over https (and on the machine itself) only. */
import { root, user } from "./items.js";

export const canKeep = () => "serviceWorker" in navigator && window.isSecureContext;

/* Where there is no network already, as soon as it is back. */
export const keepPage = async () => {
  if (!root.dataset.open || !canKeep()) return;
  try {
    await navigator.serviceWorker.register(root.dataset.worker, { scope: "/inspections/" });
  } catch (unreachable) {
    addEventListener("online", keepPage, { once: true });
    return;
  }
  const worker = (await navigator.serviceWorker.ready).active;
  const assets = performance.getEntriesByType("resource").map((one) => one.name).filter((one) => one.startsWith(`${location.origin}/static/`));
  worker.postMessage({ keep: location.pathname, assets, user });
};

/* The page as it is now that something was saved: opened without network, it must not show what it was before. */
let soon = 0;
export const keptAfresh = () => {
  clearTimeout(soon);
  soon = setTimeout(keepPage, 1500);
};
