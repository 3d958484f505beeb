/* What scripts add to the workshop: jump to a line, indent by Tab, warn before leaving unsaved text. */
"use strict";
const text = document.getElementById("text");
const form = document.getElementById("write");
let saved = text?.value;
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-line]");
  if (!link || !text) return;
  event.preventDefault();
  const lines = text.value.split("\n"), wanted = Number(link.dataset.line) - 1;
  const start = lines.slice(0, wanted).reduce((sum, line) => sum + line.length + 1, 0);
  text.focus();
  text.setSelectionRange(start, start + (lines[wanted] ?? "").length);
  const height = parseFloat(getComputedStyle(text).lineHeight);
  text.scrollTop = Math.max(0, (wanted - 6) * height);
});
/* Escape first, then Tab leaves the field: nobody with a keyboard is caught in it */
let leaving = false;
text?.addEventListener("keydown", (event) => {
  if (event.key === "Escape") leaving = true;
  else if (event.key !== "Tab") leaving = false;
  else if (!leaving && !event.shiftKey && !text.readOnly) {
    event.preventDefault();
    text.setRangeText("  ", text.selectionStart, text.selectionEnd, "end");
    text.dispatchEvent(new Event("input", { bubbles: true }));
  }
});
form?.addEventListener("submit", () => { saved = text?.value; });
window.addEventListener("beforeunload", (event) => { if (text && text.value !== saved) event.preventDefault(); });
for (const input of document.querySelectorAll("[data-ending]")) {
  input.form.addEventListener("submit", () => {
    if (!input.value.endsWith(input.dataset.ending)) input.value += input.dataset.ending;
  });
}
