/* The form of a value shows the fields of the chosen way; without scripts it shows all. */
(() => {
  for (const form of document.querySelectorAll("[data-value-form]")) {
    const show = () => {
      const way = form.querySelector("input[name=way]:checked")?.value;
      for (const part of form.querySelectorAll("[data-ways]")) part.hidden = !part.dataset.ways.split(" ").includes(way);
    };
    form.addEventListener("change", show);
    show();
  }
})();
