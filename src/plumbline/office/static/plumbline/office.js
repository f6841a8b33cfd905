/* The few things that pages do by themselves. Everything works without them, save the switches. */
(() => {
  const root = document.documentElement;

  const keep = (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch (refused) {
      /* storage is switched off: the choice lasts until the page is left */
    }
  };

  const choose = (attribute, value) => {
    root.setAttribute(attribute, value);
    keep(`plumbline.${attribute === "data-money" ? "money" : "theme"}`, value);
    root.dispatchEvent(new CustomEvent("plumbline:appearance", { bubbles: true }));
  };

  const showMoney = () => {
    const unit = root.getAttribute("data-money");
    for (const label of document.querySelectorAll("[data-money-label]")) {
      label.textContent = label.dataset[unit];
      label.closest("button").setAttribute("aria-pressed", String(unit === "wan"));
    }
  };

  const actions = {
    "[data-switch-theme]": () =>
      choose("data-bs-theme", root.getAttribute("data-bs-theme") === "dark" ? "light" : "dark"),
    "[data-switch-money]": () => {
      choose("data-money", root.getAttribute("data-money") === "wan" ? "yuan" : "wan");
      showMoney();
    },
    "[data-toggle-menu]": (button) => {
      const open = button.getAttribute("aria-expanded") !== "true";
      button.setAttribute("aria-expanded", String(open));
      document.getElementById(button.getAttribute("aria-controls")).classList.toggle("open", open);
    },
    "[data-dialog]": (button) => document.getElementById(button.dataset.dialog).showModal(),
    "[data-close]": (button) => button.closest("dialog").close(),
    "[data-back]": () => history.back(),
    "[data-print]": () => print(),
    "[data-copy]": async (button) => {
      await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
      button.classList.add("copied");
    },
  };

  document.addEventListener("click", (event) => {
    for (const [selector, act] of Object.entries(actions)) {
      const found = event.target.closest(selector);
      if (found) act(found);
    }
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(event.target)) menu.open = false;
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      menu.open = false;
      menu.querySelector("summary").focus();
    }
  });

  /* A filter is applied when it is changed; its button stays for the keyboard and for no scripts. */
  document.addEventListener("change", (event) => {
    const form = event.target.closest("form[data-submit-on-change]");
    if (form && event.target.matches("select, input[type=checkbox], input[type=radio]")) form.requestSubmit();
  });

  /* The box in a table's head ticks every box of its column. */
  document.addEventListener("change", (event) => {
    const name = event.target.dataset?.tickAll;
    if (!name) return;
    for (const box of event.target.closest("form").querySelectorAll(`input[name="${name}"]`)) {
      box.checked = event.target.checked;
    }
  });

  /* A form is sent once. */
  document.addEventListener("submit", (event) => {
    const button = event.submitter;
    if (event.defaultPrevented || !button || event.target.method !== "post" || button.name) return;
    setTimeout(() => button.setAttribute("disabled", ""), 0);
    addEventListener("pageshow", () => button.removeAttribute("disabled"), { once: true });
  });

  /* A row of tabs that is wider than the page begins at the current one. */
  const showTab = () => {
    for (const tab of document.querySelectorAll(".tabs .active")) {
      const row = tab.closest(".tabs");
      row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
    }
  };

  /* Whoever signs out, or is no longer signed in, leaves no page of an inspection on a shared tablet. What
     still has to be sent stays: it goes when its own person signs in again. */
  const forget = () => window.caches?.delete("plumbline-inspection-pages");
  document.addEventListener("submit", (event) => event.target.action?.includes?.("/account/logout/") && forget());
  if (document.querySelector("body.entrance")) forget();

  showMoney();
  showTab();
  addEventListener("resize", showTab);
  document.fonts?.ready.then(showTab);
  document.querySelector("[data-focus]")?.focus();
})();
