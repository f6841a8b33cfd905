/* Runs before the first paint, so that a page never flashes in the wrong colours or unit of money. */
(() => {
  const root = document.documentElement;
  const kept = (key) => {
    try {
      return localStorage.getItem(key);
    } catch (refused) {
      return null; // storage is switched off: the defaults hold
    }
  };
  const dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.setAttribute("data-bs-theme", kept("plumbline.theme") || (dark ? "dark" : "light"));
  root.setAttribute("data-money", kept("plumbline.money") || "yuan");
})();
