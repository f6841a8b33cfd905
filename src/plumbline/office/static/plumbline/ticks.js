/* Keeps what was ticked in a long list while its pages are turned or its filters changed: in this tab, for
   this address, until the person comes from elsewhere. What is ticked on other pages is sent along. */

const form = document.querySelector("form[data-keep-ticks]");

if (form) {
  const name = form.dataset.keepTicks;
  const place = `ticks ${location.pathname}`;
  const came = document.referrer ? new URL(document.referrer) : null;
  const stays = came && came.origin === location.origin && came.pathname === location.pathname;
  const ticked = new Set(stays ? JSON.parse(sessionStorage.getItem(place) || "[]") : []);
  const boxes = [...form.querySelectorAll(`input[type=checkbox][name="${name}"]`)];
  const here = new Set(boxes.map((box) => box.value));

  const show = () => {
    sessionStorage.setItem(place, JSON.stringify([...ticked]));
    for (const old of form.querySelectorAll("input[data-elsewhere]")) old.remove();
    for (const value of ticked) {
      if (here.has(value)) continue;
      const extra = document.createElement("input");
      Object.assign(extra, { type: "hidden", name, value });
      extra.dataset.elsewhere = "";
      form.append(extra);
    }
    for (const count of form.querySelectorAll("[data-ticked]")) count.textContent = String(ticked.size);
  };
  const gather = () => {
    for (const box of boxes) ticked[box.checked ? "add" : "delete"](box.value);
    show();
  };

  for (const box of boxes) {
    if (box.checked) ticked.add(box.value);
    box.checked = ticked.has(box.value);
  }
  show();
  // the box in the head ticks the others when this event has passed
  form.addEventListener("change", () => setTimeout(gather));
  form.querySelector("[data-untick]")?.addEventListener("click", () => {
    for (const box of boxes) box.checked = false;
    ticked.clear();
    show();
  });
}
