/* Which items are asked as it is answered now, and how far it is; the same rule as kernel/checklists/branching. */
import { fieldsOf, forms, root, say, words } from "./items.js";

const nodes = [...root.querySelectorAll("[data-key]")];
const valueOf = new Map();
const holds = (condition, asked) => {
  if (condition.any) return condition.any.some((one) => holds(one, asked));
  if (condition.all) return condition.all.every((one) => holds(one, asked));
  if (!condition.item || !nodes.some((node) => node.dataset.key === condition.item)) return true;
  return asked.has(condition.item) && (condition.in ?? []).includes(valueOf.get(condition.item) ?? "");
};

export const lookAround = () => {
  for (const form of forms.values()) if (form.dataset.key) valueOf.set(form.dataset.key, fieldsOf(form).value);
  let asked = new Set(nodes.map((node) => node.dataset.key));
  for (let round = 0; round < nodes.length; round += 1) {
    const next = new Set();
    const above = [];
    for (const node of nodes) {
      const depth = Number(node.dataset.depth);
      while (above.length && above.at(-1).depth >= depth) above.pop();
      const inside = above.every((one) => one.asked);
      const condition = node.dataset.condition ? JSON.parse(node.dataset.condition) : {};
      const isAsked = inside && holds(condition, asked);
      if (isAsked) next.add(node.dataset.key);
      above.push({ depth, asked: isAsked });
    }
    const same = next.size === asked.size;
    asked = next;
    if (same) break;
  }
  const counts = new Map();
  let done = 0;
  let all = 0;
  for (const node of nodes) {
    node.hidden = !asked.has(node.dataset.key);
    if (node.tagName !== "FORM") continue;
    const fields = fieldsOf(node);
    const count = counts.get(node.dataset.section) ?? [0, 0];
    if (!node.hidden) {
      all += 1;
      count[1] += 1;
      if (fields.value) {
        done += 1;
        count[0] += 1;
      }
    }
    counts.set(node.dataset.section, count);
    node.querySelector("[data-lack]").hidden = fields.value !== "not_applicable" || Boolean(fields.note.trim());
    const button = node.querySelector("[data-finding]");
    if (button) {
      const has = node.querySelector(".item-finding, [data-finding-link] a");
      button.hidden = Boolean(has) || !fields.value || !node.dataset.failing.split(" ").includes(fields.value);
    }
  }
  root.querySelector("[data-count]").textContent = say(words.count, { done, all });
  root.querySelector("[data-bar]").value = all ? done / all : 0;
  for (const [key, [had, wanted]] of counts) {
    const place = root.querySelector(`[data-section-count="${CSS.escape(key)}"]`);
    if (!place) continue;
    place.textContent = `${had}/${wanted}`;
    place.closest("a").hidden = !wanted;
  }
};
