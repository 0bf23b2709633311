"use strict";
for (const each of document.querySelectorAll(".scripted")) each.hidden = false;

const list = document.getElementById("groups");
const groups = Array.from(list.children, (element) => ({
  element,
  text: element.textContent.toLowerCase(),
  data: element.dataset,
}));
const search = document.getElementById("search");
const sort = document.getElementById("sort");
const matches = document.getElementById("matches");
const fieldsets = Array.from(document.querySelectorAll("fieldset"));

function chosen(fieldset) {
  return new Set(Array.from(fieldset.querySelectorAll("input:checked"), (each) => each.value));
}

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const wanted = fieldsets.map((fieldset) => [fieldset.dataset.of, chosen(fieldset)]);
  let found = 0;
  for (const group of groups) {
    const holds = words.every((word) => group.text.includes(word));
    const shown = holds && wanted.every(([name, values]) => !group.data[name] || values.has(group.data[name]));
    group.element.hidden = !shown;
    found += shown ? 1 : 0;
  }
  matches.textContent = found < groups.length ? `${found} of ${groups.length} errors` : "";
}

const orders = {
  place: (a, b) => a.data.place - b.data.place,
  count: (a, b) => b.data.count - a.data.count,
  last: (a, b) => (b.data.last < a.data.last ? -1 : b.data.last > a.data.last ? 1 : 0),
  first: (a, b) => (a.data.first < b.data.first ? -1 : a.data.first > b.data.first ? 1 : 0),
};

function order() {
  list.append(...[...groups].sort(orders[sort.value]).map((group) => group.element));
}

search.form.addEventListener("submit", (event) => event.preventDefault());
search.form.addEventListener("input", filter);
sort.addEventListener("change", order);

function move(step) {
  const visible = Array.from(list.children).filter((each) => !each.hidden);
  if (!visible.length) return;
  const at = visible.findIndex((each) => each.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : visible.length - 1) : Math.min(visible.length - 1, Math.max(0, at + step));
  visible[next].querySelector("summary").focus();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  if (event.key === "Escape" && event.target === search) {
    search.value = "";
    search.blur();
    filter();
  }
  if (event.target.closest("input, select")) return;
  if (event.key === "/") {
    event.preventDefault();
    search.focus();
  } else if (event.key === "j" || event.key === "k") {
    move(event.key === "j" ? 1 : -1);
  }
});

if (location.hash) {
  const named = document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (named instanceof HTMLDetailsElement) named.open = true;
}
