/* What scripts add; every page works without them. */
"use strict";
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-locate]");
  if (!button || !navigator.geolocation) return;
  const name = button.dataset.locate;
  button.disabled = true;
  navigator.geolocation.getCurrentPosition(
    (found) => {
      for (const [part, value] of [["lon", found.coords.longitude], ["lat", found.coords.latitude]]) {
        const input = document.querySelector(`[name="${name}.${part}"]`);
        input.value = value.toFixed(6);
        input.dispatchEvent(new Event("change", { bubbles: true }));
      }
      button.textContent = button.dataset.done || "✓";
    },
    () => { button.disabled = false; },
    { timeout: 8000, maximumAge: 60000 },
  );
});
for (const button of document.querySelectorAll("[data-locate]")) button.hidden = !navigator.geolocation;
/* a form that was sent once is not sent again by a second click */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.dataset.sent) { event.preventDefault(); return; }
  form.dataset.sent = "1";
  setTimeout(() => delete form.dataset.sent, 4000);
});
/* keyboard: a key named on a control presses it, outside of text fields */
document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input, textarea, select")) return;
  const control = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
  if (control) { event.preventDefault(); control.focus(); control.click(); }
});
document.getElementById("refusal")?.focus();
/* what a choice asks is shown when the choice is taken */
document.documentElement.classList.add("scripted");
const showChosen = () => {
  const next = document.querySelector('[name="next"]:checked')?.value;
  for (const part of document.querySelectorAll(".onlyif")) part.classList.toggle("chosen", part.dataset.next === next);
};
document.addEventListener("change", (event) => { if (event.target.name === "next") showChosen(); });
showChosen();
/* Ctrl+Enter sends the form in which somebody types */
document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.closest("form[data-submit]")?.requestSubmit();
});
/* show the token of a drawn flow without scrolling by hand */
for (const figure of document.querySelectorAll("figure.flow")) {
  const token = figure.querySelector(".gz-token");
  if (!token) continue;
  const at = token.getBoundingClientRect(), frame = figure.getBoundingClientRect();
  figure.scrollLeft += at.left - frame.left - frame.width / 2;
}
/* a field that depends on one answer is asked only after that answer */
const showAsked = () => {
  for (const part of document.querySelectorAll("[data-shown-by]")) {
    const inputs = [...document.querySelectorAll(`[name="${CSS.escape(part.dataset.shownBy)}"]`)];
    const given = inputs.filter((input) => input.tagName === "SELECT" || input.type === "hidden" || input.checked).map((input) => input.value);
    if (!given.length) given.push("");
    const shown = part.dataset.shownFor.split("|").some((answer) => given.includes(answer));
    part.hidden = !shown;
    for (const input of part.querySelectorAll("input, select, textarea")) input.disabled = !shown;
  }
};
document.addEventListener("change", showAsked);
showAsked();
