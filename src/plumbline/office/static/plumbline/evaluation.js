/* The evaluation form: the sum of the points while they are typed, suggestions taken over, nothing lost. */
(() => {
  const form = document.querySelector("[data-evaluation]");
  if (!form) return;

  const cents = (text) => {
    const found = /^(\d+)(?:\.(\d{0,2}))?$/.exec(text.trim());
    return found ? Number(found[1]) * 100 + Number((found[2] ?? "").padEnd(2, "0")) : NaN;
  };
  const shown = (value) => `${Math.trunc(value / 100)}.${String(value % 100).padStart(2, "0")}`;

  const output = form.querySelector("[data-weight-sum]");
  const sum = () => {
    let total = 0;
    for (const input of form.querySelectorAll("[data-weight]")) total += cents(input.value);
    const exact = total === 10000;
    output.classList.toggle("good", exact);
    output.classList.toggle("off", !exact);
    if (Number.isNaN(total)) output.textContent = "—";
    else if (exact) output.textContent = output.dataset.good;
    else {
      const word = total < 10000 ? output.dataset.less : output.dataset.more;
      output.textContent = `${shown(total)}（${word} ${shown(Math.abs(10000 - total))}）`;
    }
  };

  /* The best tier is given in full unless said otherwise; for the others a person has to say how much. */
  const tier = (select) => {
    const share = select.closest("[data-tier]").querySelector("input");
    if (select.selectedIndex === 1 && !share.value) share.value = "100";
    if (!select.value) share.value = "";
    share.placeholder = /（(.*)）/.exec(select.selectedOptions[0]?.textContent ?? "")?.[1] ?? "";
  };

  let touched = false;
  form.addEventListener("input", (event) => {
    touched = true;
    if (event.target.matches("[data-weight]")) sum();
  });
  form.addEventListener("change", (event) => {
    if (event.target.matches("[data-tier] select")) tier(event.target);
  });
  form.addEventListener("click", (event) => {
    const button = event.target.closest("[data-suggest]");
    if (!button) return;
    const field = document.getElementById(button.dataset.suggest);
    field.value = field.value.trim() ? `${field.value.trim()}\n${button.dataset.text}` : button.dataset.text;
    field.focus();
    touched = true;
  });
  form.addEventListener("submit", () => {
    touched = false;
  });
  addEventListener("beforeunload", (event) => {
    if (touched) event.preventDefault();
  });
  for (const select of form.querySelectorAll("[data-tier] select")) tier(select);
  sum();
})();
