/* The items of the page: what stands in their forms, and how that is shown. */
export const root = document.querySelector("[data-answering]");
export const words = document.getElementById("answering-words").dataset;
export const inspection = Number(root.dataset.inspection);
export const user = Number(root.dataset.user);
export const say = (words, facts) => words.replace(/\{(\w+)\}/g, (whole, name) => facts[name] ?? whole);
export const forms = new Map([...root.querySelectorAll("form[data-entry]")].map((form) => [form.dataset.entry, form]));


/* Not FormData: it leaves out what is disabled, and items that are only read are answered all the same. */
const read = (form, key) => {
  const inputs = [...form.elements].filter((one) => one.name === key);
  if (inputs[0]?.type === "radio") return inputs.find((one) => one.checked)?.value ?? "";
  return inputs[0]?.value ?? "";
};

export const fieldsOf = (form) => {
  if (form.dataset.kind === "record") {
    return Object.fromEntries(["place", "companions", "record", "conclusion"].map((key) => [key, read(form, key)]));
  }
  const na = form.elements.namedItem("na")?.checked;
  return { value: na ? "not_applicable" : read(form, "value"), note: read(form, "note") };
};

export const fill = (form, fields) => {
  for (const [key, value] of Object.entries(fields)) {
    const inputs = [...form.elements].filter((one) => one.name === key);
    if (inputs[0]?.type === "radio") for (const radio of inputs) radio.checked = radio.value === value;
    else if (inputs[0]) inputs[0].value = key === "value" && value === "not_applicable" ? "" : value;
    const na = form.elements.namedItem("na");
    if (key === "value" && na) na.checked = value === "not_applicable";
  }
};

export const wordOf = (form, value) =>
  [...form.querySelectorAll("input[data-word]")].find((one) => one.value === value)?.dataset.word ?? value;

export const show = (form, state, problem = "") => {
  const place = form.querySelector("[data-status]");
  place.textContent = words[state];
  place.dataset.state = state;
  place.title = problem;
};

export const make = (tag, text = "", more = {}) => Object.assign(document.createElement(tag), { textContent: text, ...more });

export const text = (form, fields) =>
  Object.entries(fields)
    .filter(([key]) => ["value", "note", "place", "companions", "record", "conclusion"].includes(key))
    .map(([key, value]) => (key === "value" ? wordOf(form, value) : value))
    .filter(Boolean)
    .join(" · ") || words.empty;
