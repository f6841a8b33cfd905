/* Answers of an inspection. Every change goes into a queue in the browser first, and is sent from there: a
   page that is closed, reloaded or without network loses nothing. Without scripts each item has its button. */
import { drop, everything, isInMemory, name, put } from "./queue.js";

const root = document.querySelector("[data-answering]");
const words = document.getElementById("answering-words").dataset;
const inspection = Number(root.dataset.inspection);
const user = Number(root.dataset.user);
const mine = async () =>
  (await everything()).filter((one) => one.inspection === inspection && one.user === user).sort((x, y) => x.at - y.at);
const say = (text, facts) => text.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);

/* --- forms -------------------------------------------------------------------------------------------- */
const forms = new Map([...root.querySelectorAll("form[data-entry]")].map((form) => [form.dataset.entry, form]));

/* Not FormData: it leaves out what is disabled, and items that are only read are answered all the same. */
const read = (form, key) => {
  const inputs = [...form.elements].filter((one) => one.name === key);
  if (inputs[0]?.type === "radio") return inputs.find((one) => one.checked)?.value ?? "";
  return inputs[0]?.value ?? "";
};

const fieldsOf = (form) => {
  if (form.dataset.kind === "record") {
    return Object.fromEntries(["place", "companions", "record", "conclusion"].map((key) => [key, read(form, key)]));
  }
  const na = form.elements.namedItem("na")?.checked;
  return { value: na ? "not_applicable" : read(form, "value"), note: read(form, "note") };
};

const fill = (form, fields) => {
  for (const [key, value] of Object.entries(fields)) {
    const inputs = [...form.elements].filter((one) => one.name === key);
    if (inputs[0]?.type === "radio") for (const radio of inputs) radio.checked = radio.value === value;
    else if (inputs[0]) inputs[0].value = key === "value" && value === "not_applicable" ? "" : value;
    const na = form.elements.namedItem("na");
    if (key === "value" && na) na.checked = value === "not_applicable";
  }
};

const wordOf = (form, value) =>
  [...form.querySelectorAll("input[data-word]")].find((one) => one.value === value)?.dataset.word ?? value;

const show = (form, state, problem = "") => {
  const place = form.querySelector("[data-status]");
  place.textContent = words[state];
  place.dataset.state = state;
  place.title = problem;
};

/* --- what is asked, and how far it is ------------------------------------------------------------------ */
const nodes = [...root.querySelectorAll("[data-key]")];
const valueOf = new Map();
const holds = (condition, asked) => {
  if (condition.any) return condition.any.some((one) => holds(one, asked));
  if (condition.all) return condition.all.every((one) => holds(one, asked));
  if (!condition.item || !nodes.some((node) => node.dataset.key === condition.item)) return true;
  return asked.has(condition.item) && (condition.in ?? []).includes(valueOf.get(condition.item) ?? "");
};

const lookAround = () => {
  for (const form of forms.values()) if (form.dataset.key) valueOf.set(form.dataset.key, fieldsOf(form).value);
  let asked = new Set(nodes.map((node) => node.dataset.key));
  for (let round = 0; round < 8; round += 1) {
    const next = new Set();
    const above = [];
    for (const node of nodes) {
      const depth = Number(node.dataset.depth);
      while (above.length && above.at(-1).depth >= depth) above.pop();
      const inside = above.every((one) => one.asked);
      const condition = node.dataset.condition ? JSON.parse(node.dataset.condition) : {};
      const isAsked = inside && holds(condition, asked);
      if (isAsked) next.add(node.dataset.key);
      above.push({ depth, asked: isAsked });
    }
    const same = next.size === asked.size;
    asked = next;
    if (same) break;
  }
  const counts = new Map();
  let done = 0;
  let all = 0;
  for (const node of nodes) {
    node.hidden = !asked.has(node.dataset.key);
    if (node.tagName !== "FORM") continue;
    const fields = fieldsOf(node);
    const count = counts.get(node.dataset.section) ?? [0, 0];
    if (!node.hidden) {
      all += 1;
      count[1] += 1;
      if (fields.value) {
        done += 1;
        count[0] += 1;
      }
    }
    counts.set(node.dataset.section, count);
    node.querySelector("[data-lack]").hidden = fields.value !== "not_applicable" || Boolean(fields.note.trim());
    const button = node.querySelector("[data-finding]");
    if (button) {
      const has = node.querySelector(".item-finding, [data-finding-link] a");
      button.hidden = Boolean(has) || !fields.value || !node.dataset.failing.split(" ").includes(fields.value);
    }
  }
  root.querySelector("[data-count]").textContent = say(words.count, { done, all });
  root.querySelector("[data-bar]").value = all ? done / all : 0;
  for (const [key, [had, wanted]] of counts) {
    const place = root.querySelector(`[data-section-count="${CSS.escape(key)}"]`);
    if (!place) continue;
    place.textContent = `${had}/${wanted}`;
    place.closest("a").hidden = !wanted;
  }
};

/* --- sending ------------------------------------------------------------------------------------------- */
let token = "";
let busy = false;
let again = false;
let timer = 0;
let banner = "";

const tellNet = async () => {
  const place = root.querySelector("[data-net]");
  if (!place) return;
  const rows = await mine();
  const waiting = rows.filter((one) => one.state === "waiting").length;
  const parts = [];
  if (banner) parts.push(say(words[banner], { n: waiting }));
  if (waiting) parts.push(say(words.queue, { n: waiting }));
  if (isInMemory()) parts.push(words.memory);
  if (!parts.length && !rows.length) parts.push(words.online);
  place.textContent = parts.join(" · ");
  place.dataset.state = banner || (waiting ? "waiting" : "saved");
};

const catchUp = async () => {
  const answer = await fetch(root.dataset.state, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (answer.redirected || answer.status === 401 || answer.status === 403) throw new Error("signin");
  if (answer.status === 404) throw new Error("closed");
  if (!answer.ok) throw new TypeError("server");
  const facts = await answer.json();
  if (facts.user !== user) throw new Error("signin");
  token = facts.csrf;
  if (!facts.open) throw new Error("closed");
  return facts;
};

const send = async (change) => {
  const body = new FormData();
  for (const [key, value] of Object.entries(change.fields ?? {})) body.append(key, value);
  body.append("kind", change.kind);
  body.append("key", change.id);
  if (change.kind !== "record" && change.entry !== "record") body.append("item", change.entry);
  if (change.revision !== undefined) body.append("revision", change.revision);
  if (change.file) body.append("file", change.file, change.title);
  const answer = await fetch(root.dataset.save, {
    method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token },
  });
  if (answer.redirected || answer.status === 403) throw new Error("signin");
  if (answer.status >= 500) throw new TypeError("server");
  if (answer.status === 413) return { state: "refused", problem: words.refused };
  if (answer.status === 404) throw new Error("closed");
  return answer.json();
};

const settle = async (change, result) => {
  const form = forms.get(change.entry);
  if (result.state === "saved") {
    await drop(change.id);
    if (result.revision !== undefined && form) {
      form.dataset.revision = form.elements.namedItem("revision").value = result.revision;
      for (const later of await mine()) {
        if (later.entry === change.entry && later.kind === change.kind) await put({ ...later, revision: result.revision });
      }
    }
    if (change.kind === "photo") drawPhoto(change, result);
    if (change.kind === "finding" && form) drawFinding(form, result);
    const left = (await mine()).some((one) => one.entry === change.entry && one.kind === change.kind);
    if (form && change.kind !== "photo" && !left) show(form, "saved");
    return;
  }
  const now = (await mine()).find((one) => one.id === change.id) ?? change;
  await put({ ...now, state: result.state, saved: result.saved, problem: result.problem });
  if (form) drawTrouble(form, { ...now, ...result });
};

const sync = async () => {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  clearTimeout(timer);
  try {
    const waiting = (await mine()).filter((one) => one.state === "waiting");
    if (waiting.length || banner) {
      await catchUp();
      banner = "";
    }
    for (const { id } of waiting) {
      const change = (await mine()).find((one) => one.id === id);
      if (!change || change.state !== "waiting") continue;
      sending = id;
      const form = forms.get(change.entry);
      if (form && change.kind !== "photo") show(form, "sending");
      await settle(change, await send(change));
    }
  } catch (problem) {
    banner = ["signin", "closed"].includes(problem.message) ? problem.message : "offline";
    timer = setTimeout(sync, 15000);
    for (const one of await mine()) {
      const form = forms.get(one.entry);
      if (form && one.state === "waiting" && one.kind !== "photo") show(form, "waiting");
    }
  } finally {
    sending = "";
    busy = false;
    await tellNet();
    if (again) {
      again = false;
      sync();
    }
  }
};

let sending = "";
let soon = 0;
/* One change after the other: two that overtake each other would both think that they are the first. */
let line = Promise.resolve();
const enqueue = (change) => {
  line = line.then(() => keep(change));
  return line;
};

const keep = async (change) => {
  const rows = await mine();
  const before = rows.find(
    (one) => one.entry === change.entry && one.kind === change.kind && one.id !== sending && !["photo", "finding"].includes(one.kind),
  );
  const at = before?.at ?? Date.now();
  const row = { ...change, id: name(), inspection, user, at, state: "waiting" };
  if (before?.state === "waiting") Object.assign(row, { id: before.id, revision: before.revision });
  else if (before) await drop(before.id);
  if (before?.state === "conflict") row.revision = before.saved.revision;
  try {
    await put(row);
  } catch (full) {
    root.querySelector("[data-net]").textContent = words.full;
    return;
  }
  const form = forms.get(change.entry);
  if (form && change.kind === "photo") drawPhoto(row, null);
  else if (form) {
    show(form, "waiting");
    form.querySelector("[data-conflict]").hidden = true;
  }
  await tellNet();
  clearTimeout(soon);
  soon = setTimeout(sync, change.kind === "answer" || change.kind === "record" ? 700 : 50);
};

/* --- what is drawn ------------------------------------------------------------------------------------- */
const make = (tag, text = "", more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

const drawPhoto = (change, result) => {
  const form = forms.get(change.entry);
  if (!form) return;
  const list = form.querySelector("[data-files]");
  let place = list.querySelector(`[data-change="${change.id}"]`);
  if (!place) {
    place = make("li");
    place.dataset.change = change.id;
    list.append(place);
  }
  place.replaceChildren(
    result ? make("a", result.title, { href: result.url }) : make("span", change.title),
    make("span", result ? words.saved : change.state === "refused" ? words.refused : words.waiting, { className: "sub" }),
  );
  if (change.state === "refused") {
    place.append(make("span", change.problem ?? ""), dropButton(change, () => place.remove()));
  }
};

const drawFinding = (form, result) => {
  form.querySelector("[data-finding-link]").replaceChildren(
    make("a", say(words.finding, { number: result.number }), { href: result.url, className: "item-finding" }),
  );
  lookAround();
};

const dropButton = (change, after) => {
  const button = make("button", words.drop, { type: "button", className: "btn" });
  button.addEventListener("click", async () => {
    await drop(change.id);
    after();
    await tellNet();
  });
  return button;
};

const text = (form, fields) =>
  Object.entries(fields)
    .filter(([key]) => ["value", "note", "place", "companions", "record", "conclusion"].includes(key))
    .map(([key, value]) => (key === "value" ? wordOf(form, value) : value))
    .filter(Boolean)
    .join(" · ") || words.empty;

const drawTrouble = (form, change) => {
  if (change.kind === "photo") {
    drawPhoto(change, null);
    return;
  }
  show(form, change.state, change.problem);
  const box = form.querySelector("[data-conflict]");
  box.hidden = false;
  box.replaceChildren(make("p", change.problem ?? ""));
  if (change.state === "refused") {
    box.append(dropButton(change, () => location.reload()));
    return;
  }
  const who = change.saved.by ? say(words.by, { who: change.saved.by }) : "";
  const useMine = make("button", words.usemine, { type: "button", className: "btn" });
  const useTheirs = make("button", words.usetheirs, { type: "button", className: "btn" });
  box.append(
    make("p", `${words.mine}: ${text(form, change.fields)}`),
    make("p", `${words.theirs}${who}: ${text(form, change.saved)}`),
    useMine,
    useTheirs,
  );
  useMine.addEventListener("click", async () => {
    await put({ ...change, id: name(), state: "waiting", revision: change.saved.revision, saved: null });
    await drop(change.id);
    box.hidden = true;
    sync();
  });
  useTheirs.addEventListener("click", async () => {
    await drop(change.id);
    fill(form, change.saved);
    form.dataset.revision = form.elements.namedItem("revision").value = change.saved.revision;
    box.hidden = true;
    show(form, "saved");
    lookAround();
    await tellNet();
  });
};

/* The inspection was handed in or ended while this browser still held changes: they stay until they are given up. */
const tellClosed = (rows) => {
  const box = make("div", "", { className: "alert alert-warning" });
  const inside = make("div", say(words.closed, { n: rows.length }));
  const list = make("ul");
  for (const one of rows) list.append(make("li", `${one.entry}: ${one.title ?? text(forms.get(one.entry) ?? root, one.fields ?? {})}`));
  const button = make("button", words.dropall, { type: "button", className: "btn" });
  button.addEventListener("click", async () => {
    for (const one of rows) await drop(one.id);
    location.reload();
  });
  inside.append(list, button);
  box.append(inside);
  root.prepend(box);
};

/* --- what the person does ------------------------------------------------------------------------------ */
root.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-entry]");
  if (!form || event.target.type === "file") return;
  if (event.target.name === "value" && form.elements.namedItem("na") && event.target.value) form.elements.namedItem("na").checked = false;
  lookAround();
  enqueue({ entry: form.dataset.entry, kind: form.dataset.kind, fields: fieldsOf(form), revision: Number(form.dataset.revision) });
});

root.addEventListener("change", (event) => {
  if (!event.target.matches("[data-photo]")) return;
  const form = event.target.closest("form[data-entry]");
  for (const file of event.target.files) enqueue({ entry: form.dataset.entry, kind: "photo", file, title: file.name });
  event.target.value = "";
});

root.addEventListener("click", (event) => {
  const button = event.target.closest("[data-finding]");
  if (!button) return;
  button.hidden = true;
  enqueue({ entry: button.closest("form").dataset.entry, kind: "finding", fields: {} });
});

root.addEventListener("submit", (event) => {
  if (!event.submitter?.matches("[data-remove]")) event.preventDefault();
});

document.querySelector("[data-submit-answers]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  await line;
  for (let tries = 0; busy && tries < 40; tries += 1) await new Promise((done) => setTimeout(done, 250));
  if ((await mine()).length) await sync();
  if ((await mine()).length) root.querySelector("[data-net]").textContent = words.wait;
  else form.submit();
});

addEventListener("online", sync);
document.addEventListener("visibilitychange", () => document.visibilityState === "visible" && sync());

/* --- the beginning ------------------------------------------------------------------------------------- */
/* What was typed or tapped before this script ran. */
const typedEarly = () =>
  [...forms.values()].filter((form) =>
    [...form.elements].some((one) => {
      if (["radio", "checkbox"].includes(one.type)) return one.checked !== one.defaultChecked;
      return ["text", "textarea"].includes(one.type) && one.value !== one.defaultValue;
    }),
  );

const begin = async () => {
  const early = typedEarly();
  document.body.classList.add("with-script");
  for (const form of early) {
    await enqueue({ entry: form.dataset.entry, kind: form.dataset.kind, fields: fieldsOf(form), revision: Number(form.dataset.revision) });
  }
  for (const change of await mine()) {
    const form = forms.get(change.entry);
    if (!form) continue;
    if (change.kind === "answer" || change.kind === "record") fill(form, change.fields);
    if (change.kind === "photo") drawPhoto(change, null);
    else if (change.state === "waiting") show(form, "waiting");
    if (change.state !== "waiting") drawTrouble(form, change);
  }
  lookAround();
  const left = await mine();
  if (!root.dataset.open && left.length) tellClosed(left);
  if (root.dataset.open) {
    const others = (await everything()).some((one) => one.user !== user);
    if (others) root.querySelector("[data-net]").title = words.other;
    await sync();
  }
  if (root.dataset.open && "serviceWorker" in navigator) await keepPage();
};

/* Keep this page for when there is no network; where there is none already, as soon as it is back. */
const keepPage = async () => {
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
begin();
