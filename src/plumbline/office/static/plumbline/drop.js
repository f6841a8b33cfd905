/* A file that is dropped on the zone is chosen as if it had been picked. */
(() => {
  const zone = document.querySelector("[data-drop]");
  if (!zone) return;
  const input = zone.querySelector("input[type=file]");
  const words = zone.querySelector("[data-drop-words]");
  const usual = words.textContent;

  const name = () => {
    words.textContent = input.files.length ? input.files[0].name : usual;
  };

  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => {
      event.preventDefault();
      zone.classList.add("drop-over");
    });
  }
  for (const kind of ["dragleave", "drop"]) {
    zone.addEventListener(kind, () => zone.classList.remove("drop-over"));
  }
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    const one = new DataTransfer();
    one.items.add(event.dataTransfer.files[0]);
    input.files = one.files;
    name();
  });
  zone.addEventListener("click", (event) => {
    if (!event.target.closest("input, label, a")) input.click();
  });
  input.addEventListener("change", name);
  zone.closest("form").addEventListener("submit", () => {
    if (input.files.length) words.textContent = `${zone.dataset.dropBusy} ${input.files[0].name}…`;
  });
})();
