/* Answers of an inspection. Every change goes into a queue in the browser first, and is sent from there: a
   page that is closed, reloaded or without network loses nothing. Without scripts each item has its button. */
import { drop, everything, isFull, isInMemory, name, put } from "./queue.js";
import { fieldsOf, fill, forms, inspection, make, root, say, show, text, user, words } from "./items.js";
import { lookAround } from "./asked.js";
import { canKeep, keepPage, keptAfresh } from "./keeping.js";

const mine = async () =>
  (await everything()).filter((one) => one.inspection === inspection && one.user === user).sort((x, y) => x.at - y.at);

/* --- sending ------------------------------------------------------------------------------------------- */
let token = "";
let busy = false;
let again = false;
let timer = 0;
/* One change after the other: two that overtake each other would both think that they are the first. */
let line = Promise.resolve();
const inLine = (act) => {
  const done = line.then(act);
  line = done.catch(() => {});
  return done;
};
let sending = "";
let soon = 0;
let banner = "";

const tellNet = async () => {
  const place = root.querySelector("[data-net]");
  if (!place) return;
  const all = await everything();
  const rows = await mine();
  const waiting = rows.filter((one) => one.state === "waiting").length;
  const parts = [];
  if (banner) parts.push(say(words[banner], { n: waiting }));
  if (waiting) parts.push(say(words.queue, { n: waiting }));
  if (isFull()) parts.push(words.full);
  else if (isInMemory()) parts.push(words.memory);
  else if (banner && !canKeep()) parts.push(words.plain);
  if (!parts.length && !rows.length) parts.push(words.online);
  if (all.some((one) => one.user !== user)) parts.push(words.other);
  place.textContent = parts.join(" · ");
  if (banner === "signin") place.append(" ", make("a", words.login, { href: root.dataset.login, target: "_blank", rel: "noopener" }));
  place.dataset.state = banner || (waiting ? "waiting" : "saved");
};

/* A page that is read only still raises findings, for those who may: nothing else is sent from it. */
const onlyRaises = (changes) => changes.length > 0 && changes.every((one) => one.kind === "finding");

const catchUp = async (waiting) => {
  const answer = await fetch(root.dataset.state, { headers: { Accept: "application/json" }, cache: "no-store" });
  if (answer.redirected || answer.status === 401) throw new Error("signin");
  if (answer.status === 403) throw new Error("closed");
  if (answer.status === 404) throw new Error("closed");
  if (!answer.ok) throw new TypeError("server");
  const facts = await answer.json();
  if (facts.user !== user) throw new Error("signin");
  token = facts.csrf;
  if (!facts.open && !(facts.raises && onlyRaises(waiting))) throw new Error("closed");
  await inLine(() => takeOver(facts.answers));
};

/* What was saved on another device, or after this page was kept; not where something is being written. */
const takeOver = async (answers) => {
  const held = new Set((await mine()).map((one) => one.entry));
  for (const [key, saved] of Object.entries(answers)) {
    const form = forms.get(key);
    if (!form || held.has(key) || Number(form.dataset.revision) >= saved.revision) continue;
    if (form.contains(document.activeElement)) continue;
    fill(form, saved);
    form.dataset.revision = saved.revision;
  }
  lookAround();
};

/* The change as it is now, marked as one that may have reached the office; nothing where it was replaced. */
const taken = (id) =>
  inLine(async () => {
    const change = (await mine()).find((one) => one.id === id && one.state === "waiting");
    if (!change) return null;
    sending = id;
    if (!change.tried) await put({ ...change, tried: true });
    return change;
  });

const send = async (change) => {
  const body = new FormData();
  for (const [key, value] of Object.entries(change.fields ?? {})) body.append(key, value);
  body.append("kind", change.kind);
  body.append("key", change.id);
  if (change.kind !== "record" && change.entry !== "record") body.append("item", change.entry);
  if (change.revision !== undefined) body.append("revision", change.revision);
  for (const before of change.follows ?? []) body.append("follows", before);
  if (change.file) body.append("file", change.file, change.title);
  const answer = await fetch(root.dataset.save, {
    method: "POST", body, headers: { Accept: "application/json", "X-CSRFToken": token },
  });
  if (answer.redirected || answer.status === 403) throw new Error("signin");
  if (answer.status >= 500 || answer.status === 429) throw new Error("server");
  if (answer.status === 404) throw new Error("closed");
  if ((answer.headers.get("Content-Type") ?? "").includes("json")) return answer.json();
  // A change that is refused before the office looks at it must not hold up the others behind it.
  return { state: "refused", problem: answer.status === 413 ? words.large : words.unread };
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
    keptAfresh();
    const left = (await mine()).some((one) => one.entry === change.entry && one.kind === change.kind);
    if (form && change.kind !== "photo" && !left) show(form, "saved");
    return;
  }
  const rows = await mine();
  // What was written meanwhile is what the person wants to say now; only it is held against what is saved.
  const later = rows.findLast((one) => one.id !== change.id && one.entry === change.entry && one.kind === change.kind);
  const follower = ["photo", "finding"].includes(change.kind) ? undefined : later;
  if (follower) await drop(change.id);
  if (follower && result.state === "refused") return;
  const now = { ...(follower ?? change), state: result.state, saved: result.saved, problem: result.problem };
  await put(now);
  if (form) drawTrouble(form, now);
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
    if (waiting.length || banner || !token) {
      await catchUp(waiting);
      banner = "";
    }
    for (const { id } of waiting) {
      const change = await taken(id);
      if (!change) continue;
      const form = forms.get(change.entry);
      if (form && change.kind !== "photo") show(form, "sending");
      const result = await send(change);
      await inLine(() => settle(change, result));
    }
  } catch (problem) {
    banner = ["signin", "closed", "server"].includes(problem.message) ? problem.message : "offline";
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

const enqueue = (change) => inLine(() => keep(change));

/* A change gets a name of its own: one that may have reached the office already is never given another
   content. What it takes the place of it names (`follows`), so that the office knows its own sender again. */
const keep = async (change) => {
  const rows = (await mine()).filter((one) => one.entry === change.entry && one.kind === change.kind);
  const before = ["photo", "finding"].includes(change.kind) ? [] : rows.filter((one) => one.id !== sending);
  const row = { ...change, id: name(), inspection, user, at: before[0]?.at ?? Date.now(), state: "waiting" };
  row.follows = before.flatMap((one) => [...(one.follows ?? []), ...(one.tried ? [one.id] : [])]);
  if (before.length) row.revision = before[0].revision;
  const conflict = before.find((one) => one.state === "conflict");
  // Whoever writes on has not chosen yet: both texts stay on the page.
  if (conflict) Object.assign(row, { state: "conflict", saved: conflict.saved, problem: conflict.problem });
  await put(row);
  for (const one of before) await drop(one.id);
  if (conflict) {
    drawTrouble(forms.get(change.entry), row);
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
    await inLine(async () => {
      await put({ ...change, id: name(), state: "waiting", revision: change.saved.revision, saved: null, tried: false, follows: [] });
      await drop(change.id);
    });
    box.hidden = true;
    sync();
  });
  useTheirs.addEventListener("click", async () => {
    await inLine(() => drop(change.id));
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

/* Whether everything is at the office, before something is done there that ends the answering. */
const allSent = async () => {
  await line;
  for (let tries = 0; busy && tries < 40; tries += 1) await new Promise((done) => setTimeout(done, 250));
  if ((await mine()).length) await sync();
  const left = (await mine()).length;
  if (left) root.querySelector("[data-net]").textContent = words.wait;
  return !left;
};

document.querySelector("[data-submit-answers]")?.addEventListener("submit", async (event) => {
  event.preventDefault();
  if (await allSent()) event.target.submit();
});

document.querySelector("[data-conclude]")?.addEventListener("click", async (event) => {
  event.preventDefault();
  const { href } = event.currentTarget;
  if (await allSent()) location.assign(href);
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
  const sends = root.dataset.open || (root.dataset.raises && onlyRaises(left));
  if (!sends && left.length) tellClosed(left);
  if (sends) {
    await sync();
  }
  await keepPage();
};

begin();
