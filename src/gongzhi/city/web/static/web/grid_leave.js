/* Signing out on a telephone with drafts: the key goes with the person, and they say what becomes of the drafts. */
"use strict";
(() => {
  const drafts = self.gridDrafts, words = document.getElementById("gridwords")?.dataset ?? {};
  if (!drafts?.supported) return;
  const ask = (count) => new Promise((resolve) => {
    const dialog = document.createElement("dialog");
    dialog.className = "gridleave";
    const head = document.createElement("h2"), how = document.createElement("p");
    head.textContent = (words.leave ?? "").replace("%n", count);
    how.textContent = words.leavehow ?? "";
    dialog.append(head, how);
    for (const answer of ["leavekeep", "leaveclear", "stay"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = answer === "stay" ? "button main" : "button";
      button.textContent = words[answer] ?? answer;
      button.addEventListener("click", () => { dialog.close(); dialog.remove(); resolve(answer); });
      dialog.append(button);
    }
    dialog.addEventListener("cancel", () => resolve("stay"));
    document.body.append(dialog);
    dialog.showModal();
  });
  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.action.endsWith("/accounts/logout/") || form.dataset.left) return;
    event.preventDefault();
    const unsent = (await drafts.list().catch(() => [])).filter((each) => each.state !== "sent").length;
    const answer = unsent ? await ask(unsent) : "leavekeep";
    if (answer === "stay") return;
    if (answer === "leaveclear") await drafts.dropMine();
    await drafts.forget().catch(() => null);
    form.dataset.left = "1";
    form.submit();
  }, true);
})();
