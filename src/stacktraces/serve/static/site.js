// What the site's pages need of scripts: dropping files, keys, live counts. They can be used without it.
"use strict";

const drop = document.querySelector(".drop");
if (drop) {
  const file = drop.querySelector("input[type=file]");
  const form = drop.closest("form");
  for (const kind of ["dragover", "dragenter"]) {
    drop.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    if (!event.dataTransfer.files.length) return;
    event.preventDefault();
    drop.classList.remove("over");
    file.files = event.dataTransfer.files;
    form.requestSubmit();
  });
}

for (const form of document.querySelectorAll("form[data-busy]")) {
  form.addEventListener("submit", () => {
    form.classList.add("busy");
    const status = form.querySelector("[role=status]");
    if (status) status.textContent = form.dataset.busy;
  });
}
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form.busy")) form.classList.remove("busy");
});

const rows = [...document.querySelectorAll(".issues > li")];
let current = -1;
function goTo(number) {
  if (!rows.length) return;
  if (current >= 0) rows[current].removeAttribute("aria-current");
  current = Math.max(0, Math.min(rows.length - 1, number));
  rows[current].setAttribute("aria-current", "true");
  rows[current].querySelector("a.title").focus();
}
function press(selector) {
  const found = document.querySelector(selector);
  if (found) found.click();
  return Boolean(found);
}
const keys = {
  j: () => goTo(current + 1),
  k: () => goTo(current - 1),
  x: () => current >= 0 && rows[current].querySelector("input[type=checkbox]").click(),
  "/": () => { const search = document.querySelector("input[type=search]"); if (search) search.focus(); },
  r: () => press("[data-key=r]"),
  o: () => press("[data-key=o]"),
  i: () => press("[data-key=i]"),
  c: () => { const comment = document.getElementById("comment"); if (comment) comment.focus(); },
  u: () => press("[data-key=u]"),
  "?": () => { const help = document.getElementById("keys"); if (help) { help.open = true; help.scrollIntoView(); } },
};
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input:not([type=checkbox]), textarea, select")) return;
  const key = keys[event.key];
  if (key) { event.preventDefault(); key(); }
});

if (navigator.clipboard) {
  for (const block of document.querySelectorAll("pre[data-copy]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = "Copy";
    button.setAttribute("aria-label", `Copy: ${block.dataset.copy}`);
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(block.textContent);
      button.textContent = "Copied";
    });
    block.before(button);
  }
}

const live = document.querySelector("[data-live]");
if (live && window.EventSource) {
  const events = new EventSource(live.dataset.live);
  const more = document.querySelector("[data-more]");
  events.addEventListener("counts", (event) => {
    const { counts, unseen } = JSON.parse(event.data);
    for (const [id, count] of Object.entries(counts)) {
      for (const cell of document.querySelectorAll(`[data-count="${CSS.escape(id)}"]`)) {
        const told = count.toLocaleString("en");
        if (more && cell.textContent !== told) more.hidden = false;
        cell.textContent = told;
      }
    }
    live.hidden = !unseen;
    if (unseen) live.querySelector("a").textContent = `${unseen} other issues were seen: show them`;
  });
}
