/* The plan beside its document: values lead to lines, lines to values, findings to both. */
(() => {
  const page = document.querySelector("[data-review]");
  if (!page) return;
  const findings = JSON.parse(document.getElementById("review-findings").textContent);
  const byId = new Map(findings.map((finding) => [finding.id, finding]));
  const source = page.querySelector("[data-source]");
  const panel = page.querySelector("#finding-panel");
  const position = page.querySelector("[data-position]");
  const still = matchMedia("(prefers-reduced-motion: reduce)");
  let current = null;
  let turn = { line: 0, at: -1 };

  /* --- which pane is seen on a narrow screen --- */
  const show = (pane) => {
    page.dataset.shown = pane;
    for (const tab of page.querySelectorAll("[data-pane]")) {
      tab.setAttribute("aria-selected", String(tab.dataset.pane === pane));
    }
  };

  const light = (elements) => {
    for (const lit of page.querySelectorAll(".lit")) lit.classList.remove("lit");
    for (const element of elements) element.classList.add("lit");
  };

  /* Only the pane moves, not the page, where the pane scrolls by itself. */
  const bring = (element) => {
    const pane = element.closest(".pane");
    const behavior = still.matches ? "auto" : "smooth";
    if (getComputedStyle(pane).overflowY !== "auto") {
      element.scrollIntoView({ block: "center", behavior });
      return;
    }
    const shift = element.getBoundingClientRect().top - pane.getBoundingClientRect().top;
    pane.scrollTo({ top: pane.scrollTop + shift - pane.clientHeight / 3, behavior });
  };

  /* --- lines are fetched in pieces; a piece that is needed is fetched first --- */
  const waiting = (line) =>
    [...source.querySelectorAll(".source-wait")].find(
      (piece) => Number(piece.dataset.first) <= line && line <= Number(piece.dataset.last),
    );

  const once = (element, kind) =>
    new Promise((resolve) => element.addEventListener(kind, resolve, { once: true }));

  const lineAt = async (line) => {
    const piece = waiting(line);
    if (piece) {
      const settled = once(source, "htmx:afterSettle");
      htmx.trigger(piece, "fetch");
      await settled;
    }
    return document.getElementById(`L${line}`);
  };

  const toLines = async (lines, { seen = true } = {}) => {
    if (!lines.length) return;
    const first = await lineAt(lines[0]);
    if (!first) return;
    const here = lines.map((line) => document.getElementById(`L${line}`)).filter(Boolean);
    const values = lines.flatMap((line) => [...page.querySelectorAll(`.pane-plan [data-line="${line}"]`)]);
    light([...here, ...(lines.length < 8 ? values.slice(0, 8) : [])]);
    if (seen) show("source");
    bring(first);
    return first;
  };

  /* --- from a line to its values; a project that is not open yet is opened --- */
  const covers = (project, line) =>
    project.dataset.ranges.split(" ").some((range) => {
      const [from, to = from] = range.split("-").map(Number);
      return from <= line && line <= to;
    });

  const valuesAt = async (line) => {
    const find = () => [...page.querySelectorAll(`.pane-plan [data-line="${line}"]`)];
    const project = [...page.querySelectorAll("[data-project]")].find((one) => covers(one, line));
    if (project && !project.open) {
      const empty = project.matches("[hx-get]") && !project.querySelector(".project-inside");
      const settled = empty ? once(project, "htmx:afterSettle") : null;
      project.open = true;
      await settled;
    }
    const values = find();
    return values.length || !project ? values : [project.querySelector("summary")];
  };

  const toValue = async (line) => {
    const values = await valuesAt(line);
    if (!values.length) return;
    turn = { line, at: turn.line === line ? (turn.at + 1) % values.length : 0 };
    const value = values[turn.at];
    light([document.getElementById(`L${line}`), value].filter(Boolean));
    value.closest("details:not([open])")?.setAttribute("open", "");
    show("plan");
    bring(value);
    value.focus({ preventScroll: true });
  };

  /* --- findings --- */
  const chosen = () =>
    new Set(
      [...page.querySelectorAll("[data-severity][aria-pressed=true]")].map((chip) => chip.dataset.severity),
    );

  const shown = () => {
    const severities = chosen();
    return findings.filter((finding) => finding.state === "open" && severities.has(finding.severity));
  };

  const tell = () => {
    const list = shown();
    const at = list.findIndex((finding) => finding.id === current);
    position.textContent = list.length
      ? page.dataset.of.replace("{0}", at < 0 ? "–" : at + 1).replace("{1}", list.length)
      : page.dataset.none;
  };

  const open = async (id, { scroll = true } = {}) => {
    const finding = byId.get(id);
    if (!finding) return;
    current = id;
    tell();
    const reply = await fetch(page.dataset.panelUrl.replace("/0/", `/${id}/`));
    if (!reply.ok || reply.redirected) {
      location.reload(); /* signed out meanwhile, or the finding is gone */
      return;
    }
    const words = await reply.text();
    if (current !== id) return; /* another one was asked for meanwhile */
    panel.innerHTML = words;
    if (scroll) {
      const narrow = getComputedStyle(page.querySelector(".review-tabs")).display !== "none";
      if (!narrow) page.scrollIntoView({ block: "start" });
      await toLines(finding.lines, { seen: !narrow || page.dataset.shown === "source" });
      if (finding.lines.length) {
        const values = await valuesAt(finding.lines[0]);
        if (values.length && (narrow ? page.dataset.shown === "plan" : true)) bring(values[0]);
      }
    }
  };

  const step = (by) => {
    const list = shown();
    if (!list.length) return;
    const at = list.findIndex((finding) => finding.id === current);
    open(list[at < 0 ? (by > 0 ? 0 : list.length - 1) : (at + by + list.length) % list.length].id);
  };

  page.addEventListener("click", (event) => {
    const target = event.target;
    const mark = target.closest("[data-findings]");
    const value = target.closest("[data-line]");
    const number = target.closest("[data-to-value]");
    const chip = target.closest("[data-severity]");
    const stepper = target.closest("[data-step]");
    const pane = target.closest("[data-pane]");
    if (mark) {
      event.preventDefault();
      const ids = mark.dataset.findings.split(" ").map(Number);
      open(ids[(ids.indexOf(current) + 1) % ids.length], { scroll: !mark.closest(".line") });
    } else if (value) {
      event.preventDefault();
      toLines([Number(value.dataset.line)]).then((line) => line?.querySelector("button")?.focus({ preventScroll: true }));
      value.classList.add("lit");
    } else if (number) {
      toValue(Number(number.dataset.toValue));
    } else if (chip) {
      chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
      tell();
    } else if (stepper) {
      step(Number(stepper.dataset.step));
    } else if (pane) {
      show(pane.dataset.pane);
      const lit = page.querySelector(`.pane-${pane.dataset.pane} .lit`);
      if (lit) bring(lit);
    }
  });

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
    if (event.key === "j") step(1);
    if (event.key === "k") step(-1);
  });

  show("plan");
  tell();
  if (page.dataset.startFinding) open(Number(page.dataset.startFinding));
  else if (page.dataset.startLine) toLines([Number(page.dataset.startLine)]);
})();
