/* Drag a frame over the page: it fills the four percentages of the form. Without this script they are typed in. */
"use strict";
(() => {
  const frame = document.querySelector(".frame[data-draw]");
  const form = document.getElementById("box");
  if (!frame || !form) return;
  let start = null;
  let drawn = null;
  const at = (event) => {
    const box = frame.getBoundingClientRect();
    const share = (value, size) => Math.min(Math.max(value / size, 0), 1) * 100;
    return [share(event.clientX - box.left, box.width), share(event.clientY - box.top, box.height)];
  };
  const show = (from, to) => {
    const values = {
      left: Math.min(from[0], to[0]),
      top: Math.min(from[1], to[1]),
      wide: Math.abs(from[0] - to[0]),
      high: Math.abs(from[1] - to[1]),
    };
    for (const [name, value] of Object.entries(values)) form.elements[name].value = value.toFixed(2);
    drawn.style.left = `${values.left}%`;
    drawn.style.top = `${values.top}%`;
    drawn.style.width = `${values.wide}%`;
    drawn.style.height = `${values.high}%`;
  };
  frame.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    start = at(event);
    if (!drawn) {
      drawn = document.createElement("div");
      drawn.className = "drawn";
      frame.append(drawn);
    }
    frame.setPointerCapture(event.pointerId);
    show(start, start);
  });
  frame.addEventListener("pointermove", (event) => {
    if (start) show(start, at(event));
  });
  frame.addEventListener("pointerup", () => {
    start = null;
  });
})();
