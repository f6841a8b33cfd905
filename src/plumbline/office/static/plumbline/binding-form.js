/* The form of a binding shows the fields of the chosen kind; without scripts it shows all. */
(() => {
  for (const form of document.querySelectorAll("[data-binding-form]")) {
    const show = () => {
      const kind = form.querySelector("input[name=kind]:checked")?.value;
      for (const part of form.querySelectorAll("[data-kinds]")) part.hidden = !part.dataset.kinds.split(" ").includes(kind);
    };
    form.addEventListener("change", show);
    show();
    for (const list of form.querySelectorAll("[data-insert]")) {
      list.addEventListener("change", () => {
        const field = document.getElementById(list.dataset.insert);
        if (list.value) {
          field.setRangeText(list.value, field.selectionStart, field.selectionEnd, "end");
          field.focus();
          field.dispatchEvent(new Event("input", { bubbles: true }));
        }
        list.value = "";
      });
    }
  }
})();
