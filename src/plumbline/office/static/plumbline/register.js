/* A button that writes a suggested value into a field. */
(() => {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-fill]");
    if (!button) return;
    const field = document.getElementById(button.dataset.fill);
    field.value = button.dataset.fillWith;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.focus();
  });
})();
