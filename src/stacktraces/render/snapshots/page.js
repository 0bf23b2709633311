"use strict";
for (const each of document.querySelectorAll(".scripted")) each.hidden = false;

const flame = document.getElementById("flame");
const boxes = Array.from(flame.children, (element) => ({
  element,
  x: Number(element.dataset.x),
  w: Number(element.dataset.w),
  d: Number(element.dataset.d),
}));

function zoom(to) {
  for (const box of boxes) {
    const around = box.d < to.d && box.x <= to.x + 1e-9 && box.x + box.w >= to.x + to.w - 1e-9;
    const inside = box.d >= to.d && box.x >= to.x - 1e-9 && box.x + box.w <= to.x + to.w + 1e-9;
    box.element.hidden = !around && !inside;
    box.element.classList.toggle("faded", around);
    const left = around ? 0 : (box.x - to.x) / to.w;
    const width = around ? 1 : box.w / to.w;
    box.element.style.left = `${left * 100}%`;
    box.element.style.width = `${width * 100}%`;
  }
}

flame.classList.add("zoomable");
flame.addEventListener("click", (event) => {
  const box = boxes.find((each) => each.element === event.target);
  if (box) zoom(box);
});

const groups = Array.from(document.querySelectorAll(".group"), (element) => ({
  element,
  text: element.textContent.toLowerCase(),
}));
const matches = document.getElementById("matches");

document.getElementById("search").addEventListener("input", (event) => {
  const words = event.target.value.toLowerCase().split(/\s+/).filter(Boolean);
  let found = 0;
  for (const group of groups) {
    const holds = words.every((word) => group.text.includes(word));
    group.element.hidden = !holds;
    found += holds ? 1 : 0;
  }
  matches.textContent = words.length ? `${found} of ${groups.length} groups` : "";
  for (const box of boxes) {
    const text = box.element.title.toLowerCase();
    box.element.classList.toggle("faded", words.length > 0 && !words.every((word) => text.includes(word)));
  }
});
