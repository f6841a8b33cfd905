/* A unit answers on a telephone: photos are shrunk, the text survives, sending shows how far it is. */
const form = document.querySelector("[data-answer]");
/* longest side of a sent photo in pixels, and its quality: text on a screen stays legible */
const LONGEST = 2000;
const QUALITY = 0.85;
const THUMB = 240;

const store = {
  get(key) {
    try { return localStorage.getItem(key) ?? ""; } catch (refused) { return ""; }
  },
  set(key, value) {
    try {
      if (value) localStorage.setItem(key, value);
      else localStorage.removeItem(key);
    } catch (refused) { /* storage is switched off or full: the page itself still holds the text */ }
  },
};

const draw = (bitmap, longest) => {
  const scale = Math.min(1, longest / Math.max(bitmap.width, bitmap.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.max(1, Math.round(bitmap.width * scale));
  canvas.height = Math.max(1, Math.round(bitmap.height * scale));
  canvas.getContext("2d").drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  return canvas;
};

/* A JPEG photo is drawn anew, which also drops where it was taken; what the browser cannot read stays. */
const shrink = async (file) => {
  if (!/^image\/(jpeg|png|webp)$/.test(file.type)) return { file, thumb: "" };
  let bitmap;
  try {
    bitmap = await createImageBitmap(file, { imageOrientation: "from-image" });
  } catch (unreadable) {
    return { file, thumb: "" };
  }
  const thumb = draw(bitmap, THUMB).toDataURL("image/jpeg", 0.7);
  const large = Math.max(bitmap.width, bitmap.height) > LONGEST || file.size > 1024 * 1024;
  if (file.type !== "image/jpeg" && !large) return { file, thumb };
  const blob = await new Promise((done) => draw(bitmap, LONGEST).toBlob(done, "image/jpeg", QUALITY));
  bitmap.close();
  if (!blob || (blob.size >= file.size && file.type !== "image/jpeg")) return { file, thumb };
  const name = file.name.replace(/\.[^.]*$/, "") || "photo";
  return { file: new File([blob], `${name}.jpg`, { type: "image/jpeg" }), thumb };
};

const begin = () => {
  const chosen = [];
  const list = form.querySelector("[data-photos]");
  const inputs = form.querySelectorAll("[data-photo]");
  const bar = form.querySelector("[data-sending]");
  const words = form.querySelector("[data-sending-words]");
  const meter = bar.querySelector("progress");
  const problem = form.querySelector("[data-sending-problem]");
  const button = form.querySelector("button[type=submit]");

  /* text */
  const texts = form.querySelectorAll("textarea");
  const keyOf = (text) => `${form.dataset.draftKey}.${text.name}`;
  for (const text of texts) {
    const kept = store.get(keyOf(text));
    if (kept && !text.value) {
      text.value = kept;
      const note = form.querySelector("[data-draft-note]");
      note.textContent = form.dataset.kept;
      note.hidden = false;
      text.closest("details")?.setAttribute("open", "");
    }
    text.addEventListener("input", () => store.set(keyOf(text), text.value));
  }

  /* photos */
  const show = () => {
    list.replaceChildren(
      ...chosen.map((one) => {
        const item = document.createElement("li");
        if (one.thumb) {
          const image = document.createElement("img");
          image.src = one.thumb;
          image.alt = one.file.name;
          item.append(image);
        }
        const label = document.createElement("div");
        label.textContent = `${one.file.name} ${Math.max(1, Math.round(one.file.size / 1024))} KB`;
        const remove = document.createElement("button");
        remove.type = "button";
        remove.className = "btn";
        remove.textContent = form.dataset.remove;
        remove.addEventListener("click", () => {
          chosen.splice(chosen.indexOf(one), 1);
          show();
        });
        item.append(label, remove);
        return item;
      }),
    );
  };

  const say = (text, value) => {
    bar.hidden = false;
    words.textContent = text;
    if (value === undefined) meter.removeAttribute("value");
    else meter.value = value;
  };

  let shrinking = Promise.resolve();
  for (const input of inputs) {
    input.addEventListener("change", () => {
      const files = [...input.files];
      problem.hidden = true;
      input.value = "";
      shrinking = shrinking.then(async () => {
        say(form.dataset.shrinking);
        for (const file of files) chosen.push(await shrink(file));
        bar.hidden = true;
        show();
      });
    });
  }

  const fail = (text) => {
    bar.hidden = true;
    problem.textContent = text;
    problem.hidden = false;
    button.removeAttribute("disabled");
  };

  /* The page that came back takes the place of this one; it holds the reason where it was refused. */
  const swap = (html) => {
    const fresh = new DOMParser().parseFromString(html, "text/html");
    const part = fresh.querySelector(".my");
    if (!part) return fail(fresh.querySelector("h1")?.textContent.trim() || form.dataset.offline);
    const answer = part.querySelector("[data-answer]");
    const errors = [...part.querySelectorAll(".alert-danger, .field-error:not([hidden])")];
    const revision = answer?.querySelector("[name=revision]")?.value;
    if (revision) form.querySelector("[name=revision]").value = revision;
    return fail(errors.map((error) => error.textContent.trim().replace(/\s+/g, " ")).filter(Boolean).join(" "));
  };

  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.setAttribute("disabled", "");
    problem.hidden = true;
    await shrinking;
    const data = new FormData(form);
    data.delete("uploads");
    for (const one of chosen) data.append("uploads", one.file, one.file.name);
    const request = new XMLHttpRequest();
    request.open("POST", form.action || location.href);
    /* the answer names the next page instead of leading to it, so that its message is shown there */
    request.setRequestHeader("X-Answer", "script");
    request.upload.addEventListener("progress", (step) => {
      if (step.lengthComputable) {
        const percent = Math.round((step.loaded / step.total) * 100);
        say(`${form.dataset.uploading} ${percent}%`, percent);
      }
    });
    request.addEventListener("error", () => fail(form.dataset.offline));
    request.addEventListener("timeout", () => fail(form.dataset.offline));
    request.addEventListener("load", () => {
      if (request.status === 204) {
        for (const text of texts) store.set(keyOf(text), "");
        location.assign(request.getResponseHeader("X-Next"));
      } else {
        swap(request.responseText);
      }
    });
    say(form.dataset.uploading);
    request.send(data);
  });
};

if (form) begin();
