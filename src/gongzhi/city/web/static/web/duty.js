/* Clocks that count down by the second; the words from the server stay where there is no script. */
"use strict";
const pad = (n) => String(n).padStart(2, "0");
const countDown = () => {
  for (const each of document.querySelectorAll("time[data-due]")) {
    const seconds = Math.floor((new Date(each.dateTime) - Date.now()) / 1000), late = Math.abs(seconds);
    if (late >= 86400) continue;
    each.textContent = `${seconds < 0 ? "−" : ""}${pad(Math.floor(late / 3600))}:${pad(Math.floor(late / 60) % 60)}:${pad(late % 60)}`;
  }
};
countDown();
setInterval(countDown, 1000);
document.body.addEventListener("htmx:afterSwap", countDown);
/* what somebody is writing is not swapped away under their fingers */
document.body.addEventListener("htmx:beforeRequest", (event) => {
  const writing = document.activeElement?.closest("#live input, #live details[open]");
  if (event.target.id === "live" && writing) event.preventDefault();
});
