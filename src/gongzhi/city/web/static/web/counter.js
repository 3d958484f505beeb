/* Keys of the counter beyond those that every page has: Escape leaves a field, so that single keys work again. */
"use strict";
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && event.target.matches("input, textarea, select")) event.target.blur();
});
