/* A signature by finger, pen or mouse; without scripts a photo of the signed paper does the same. */
"use strict";
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
for (const box of document.querySelectorAll("[data-sign]")) {
  box.hidden = false;
  const canvas = box.querySelector("canvas"), kept = box.querySelector("[name=drawn]");
  const pen = canvas.getContext("2d"), scale = Math.min(window.devicePixelRatio || 1, 2);
  const fit = () => {
    canvas.width = Math.round(canvas.clientWidth * scale);
    canvas.height = Math.round(canvas.clientHeight * scale);
    pen.scale(scale, scale);
    pen.lineWidth = 3;
    pen.lineCap = pen.lineJoin = "round";
    pen.strokeStyle = "#111";
    kept.value = "";
  };
  let drawing = false;
  const at = (event) => {
    const frame = canvas.getBoundingClientRect();
    return [event.clientX - frame.left, event.clientY - frame.top];
  };
  canvas.addEventListener("pointerdown", (event) => {
    drawing = true;
    canvas.setPointerCapture(event.pointerId);
    pen.beginPath();
    pen.moveTo(...at(event));
    event.preventDefault();
  });
  canvas.addEventListener("pointermove", (event) => {
    if (!drawing) return;
    pen.lineTo(...at(event));
    pen.stroke();
  });
  for (const name of ["pointerup", "pointercancel"]) {
    canvas.addEventListener(name, () => {
      if (drawing) kept.value = canvas.toDataURL("image/png");
      drawing = false;
    });
  }
  box.querySelector("[data-clear]").addEventListener("click", fit);
  fit();
}
