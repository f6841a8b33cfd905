/* The details of every item are opened together, and always for paper. */
(() => {
  const all = () => document.querySelectorAll("details.ck-more");
  const button = document.querySelector("[data-unfold]");

  button?.addEventListener("click", () => {
    const open = button.getAttribute("aria-pressed") !== "true";
    for (const details of all()) details.open = open;
    button.setAttribute("aria-pressed", String(open));
    button.querySelector("[data-unfold-open]").hidden = open;
    button.querySelector("[data-unfold-close]").hidden = !open;
  });

  let closed = [];
  addEventListener("beforeprint", () => {
    closed = [...all()].filter((details) => !details.open);
    for (const details of closed) details.open = true;
  });
  addEventListener("afterprint", () => {
    for (const details of closed) details.open = false;
  });

  /* The form that opens in place begins at its first field. */
  document.addEventListener("htmx:afterSwap", (event) => {
    const form = event.target.querySelector?.(".ck-editing") ?? document.querySelector(".ck-editing");
    form?.querySelector("textarea, input:not([type=hidden])")?.focus();
  });
})();
