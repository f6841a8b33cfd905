/* What a browser still has to send: IndexedDB, or memory where the browser forbids it. */
let memory = null;
const database = new Promise((resolve) => {
  let asked;
  try {
    asked = indexedDB.open("plumbline-inspections", 1);
  } catch (refused) {
    memory = new Map();
    resolve(null);
    return;
  }
  asked.onupgradeneeded = () => asked.result.createObjectStore("changes", { keyPath: "id" });
  asked.onsuccess = () => resolve(asked.result);
  asked.onerror = () => {
    memory = new Map();
    resolve(null);
  };
});

const store = async (mode, act) => {
  const db = await database;
  return new Promise((resolve, reject) => {
    const work = db.transaction("changes", mode);
    const asked = act(work.objectStore("changes"));
    work.oncomplete = () => resolve(asked.result);
    work.onerror = work.onabort = () => reject(work.error);
  });
};
/* What did not fit stays in memory as long as the page is open, and is sent from there. */
const overflow = new Map();

export const put = async (change) => {
  if (await database) {
    try {
      await store("readwrite", (rows) => rows.put(change));
      overflow.delete(change.id);
    } catch (full) {
      overflow.set(change.id, change);
    }
    return;
  }
  memory.set(change.id, change);
};
export const drop = async (id) => {
  overflow.delete(id);
  return (await database) ? store("readwrite", (rows) => rows.delete(id)) : memory.delete(id);
};
export const everything = async () => {
  if (!(await database)) return [...memory.values()];
  const kept = await store("readonly", (rows) => rows.getAll());
  return [...kept.filter((one) => !overflow.has(one.id)), ...overflow.values()];
};

/* A name for a change that no other device makes; `crypto.randomUUID` is missing without https. */
export const name = () => {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
};

export const isInMemory = () => memory !== null;
export const isFull = () => overflow.size > 0;
