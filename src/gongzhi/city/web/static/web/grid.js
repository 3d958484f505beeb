/* The grid door with scripts: a report is kept on the telephone first, then sent; without scripts the same forms go straight. */
"use strict";
(() => {
  const drafts = self.gridDrafts, body = document.body, words = document.getElementById("gridwords")?.dataset ?? {};
  const SIDE = 1600, UNDO = 10, SHORT = 30e3;
  const say = (word, number = "") => (words[word] ?? "").replace("%n", number);
  const find = (selector) => document.querySelector(selector);
  const said = find("#said"), box = find("#drafts");
  const form = find('form[data-draft="report"]'), self_ = find('form[data-draft="self"]');
  const make = (name, text = "", className = "") => Object.assign(document.createElement(name), { textContent: text, className });
  const button = (text, press) => {
    const made = make("button", text, "button");
    made.type = "button";
    made.addEventListener("click", () => press(made));
    return made;
  };
  const tell = (text, bad = false, more = null) => {
    if (!said) return;
    said.className = bad ? "gridsaid bad" : "gridsaid";
    said.replaceChildren(make("span", text), ...(more ? [more] : []));
    said.scrollIntoView({ block: "nearest" });
  };

  /* --- photos: small enough for a bad network, and without the place where they were taken --- */
  const shots = [], MOST = Number(body.dataset.mostPhotos || 6);
  const smaller = async (file) => {
    try {
      const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
      const share = Math.min(1, SIDE / Math.max(picture.width, picture.height));
      const canvas = document.createElement("canvas");
      canvas.width = Math.round(picture.width * share);
      canvas.height = Math.round(picture.height * share);
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      picture.close();
      const made = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.8));
      return made ? new File([made], "photo.jpg", { type: "image/jpeg" }) : file;
    } catch { return file; }
  };
  const showShots = () => find(".gridshots")?.replaceChildren(...shots.map((shot, number) => {
    const item = make("li"), picture = make("img");
    picture.src = URL.createObjectURL(shot);
    picture.alt = say("photos", number + 1);
    picture.onload = () => URL.revokeObjectURL(picture.src);
    item.append(picture, button("✕", () => { shots.splice(number, 1); showShots(); }));
    return item;
  }));
  const takePhotos = async (input) => {
    for (const file of [...input.files].slice(0, MOST - shots.length)) shots.push(await smaller(file));
    input.value = "";
    showShots();
  };

  /* --- the list of drafts --- */
  const reasonOf = (draft) => {
    if (draft.state === "refused") {
      const fields = Object.values(draft.reason.fields ?? {});
      return [draft.reason.sentence, ...fields, draft.reason.remedy].filter(Boolean).join(" ");
    }
    return draft.reason ? say(draft.reason.word) : "";
  };
  const numberOf = (draft) => say(draft.mended && draft.again ? "mended" : draft.again ? "sentbefore" : "sentnow", draft.number);
  const row = (draft) => {
    const item = make("li"), line = make("div", "", "row");
    const title = [draft.values.kind, draft.photos ? say("photos", draft.photos) : ""].filter(Boolean).join(" · ");
    item.append(make("strong", title), make("p", draft.state === "sent" ? numberOf(draft) : `${say(draft.state)} ${reasonOf(draft)}`));
    if (draft.state === "sent") {
      const link = make("a", say("look"), "button");
      link.href = draft.url;
      line.append(link);
    } else if (draft.state !== "sending") {
      if (draft.what === "report" && form) line.append(button(say("mend"), () => mend(draft)));
      line.append(button(say("drop"), async (pressed) => {
        if (!pressed.dataset.sure) { pressed.dataset.sure = "1"; pressed.textContent = say("really"); return; }
        await drafts.drop(draft.key);
        await show();
      }));
    }
    item.append(line);
    return item;
  };
  const show = async () => {
    if (!box) return;
    const found = await drafts.list().catch(() => []), others = await drafts.ofOthers().catch(() => 0);
    const unsent = found.filter((each) => each.state !== "sent");
    find("#draftshead").textContent = unsent.length ? say("unsent", unsent.length) : say("sent");
    box.querySelector("ul").replaceChildren(...found.map(row), ...(others ? [make("li", say("others", others))] : []));
    box.hidden = !found.length && !others;
    find("#sendnow").hidden = !unsent.length;
  };
  let lately = new Set();
  const send = async () => {
    await drafts.sync().catch(() => "busy");
    await show();
    for (const each of await drafts.list().catch(() => [])) {
      if (each.state !== "sent" || !lately.delete(each.key)) continue;
      tell(each.what === "self" ? say("noted", each.values.kind) : numberOf(each));
    }
    if ((await drafts.waiting()).length) {
      const ready = await navigator.serviceWorker?.getRegistration("/grid/");
      await ready?.sync?.register("grid-drafts").catch(() => null);
    }
  };

  /* --- writing --- */
  let mending = "";
  const read = (sent) => Object.fromEntries([...sent.entries()].filter(([name, value]) =>
    typeof value === "string" && !["csrfmiddlewaretoken", "key"].includes(name)));
  const keep = async (what, values, photos, wait = 0) => {
    try {
      const key = mending || (await drafts.add(what, values, photos, wait));
      if (mending) await drafts.change(mending, values, photos.length ? photos : null);
      mending = "";
      lately.add(key);
      return key;
    } catch (error) {
      tell(error?.name === "QuotaExceededError" ? say("full") : say("signin"), true);
      return "";
    }
  };
  const mend = (draft) => {
    mending = draft.key;
    for (const [name, value] of Object.entries(draft.values)) {
      const fields = [...form.querySelectorAll(`[name="${CSS.escape(name)}"]`)];
      for (const field of fields) field.type === "radio" ? (field.checked = field.value === value) : (field.value = value);
    }
    for (const more of form.querySelectorAll("details")) more.open = true;
    tell(say("mending"));
    form.scrollIntoView();
  };
  const report = async (event) => {
    event.preventDefault();
    const key = await keep("report", read(new FormData(form)), shots);
    if (!key) return;
    shots.length = 0;
    form.reset();
    for (const name of ["place.lon", "place.lat"]) form.elements[name].value = "";
    showShots();
    showHints();
    tell(say("kept"));
    await show();
    await send();
  };
  const handled = async (event) => {
    event.preventDefault();
    const values = { ...read(new FormData(self_)), kind: event.submitter.value };
    const key = await keep("self", values, [], UNDO * 1000);
    if (!key) return;
    self_.reset();
    let left = UNDO;
    const back = button(say("undo", left), async () => {
      clearInterval(clock);
      await drafts.drop(key);
      lately.delete(key);
      tell(say("undone"));
      await show();
    });
    tell(say("noted", values.kind), false, back);
    const clock = setInterval(async () => {
      left -= 1;
      back.textContent = say("undo", left);
      if (left > 0) return;
      clearInterval(clock);
      back.remove();
      await send();
    }, 1000);
    await show();
  };
  const showHints = () => {
    const chosen = form?.querySelector('[name="kind"]:checked')?.value;
    for (const hint of document.querySelectorAll("[data-for]")) hint.hidden = hint.dataset.for !== chosen;
  };
  const locate = (pressed) => {
    pressed.disabled = true;
    navigator.geolocation.getCurrentPosition((found) => {
      form.elements["place.lon"].value = found.coords.longitude.toFixed(6);
      form.elements["place.lat"].value = found.coords.latitude.toFixed(6);
      pressed.textContent = say("located");
    }, () => { pressed.disabled = false; pressed.textContent = say("nolocation"); }, { timeout: 8000, maximumAge: 0 });
  };

  /* --- who is here --- */
  const greet = async () => {
    try {
      const answer = await fetch(drafts.ME, { redirect: "manual", cache: "no-store", headers: { Accept: "application/json" } });
      if (answer.type === "opaqueredirect" || answer.status === 403) await drafts.forget();
      if (answer.ok) {
        const told = await answer.json(), nonet = find("#nonet");
        if (nonet) nonet.hidden = true;
        return drafts.remember(told);
      }
    } catch { /* no network: whoever signed in last on this telephone */ }
    return drafts.me();
  };
  const settle = (known) => {
    if (body.dataset.signed) return;
    find("#who").textContent = known?.name ?? "";
    if (!known) { tell(say("signin"), true); form.querySelector(".gridsend button").disabled = true; return; }
    form.elements["place.area"].replaceChildren(...known.units.map(([code, name]) => new Option(name, code)));
  };
  const start = async () => {
    form?.addEventListener("change", showHints);
    const known = await greet();
    settle(known);
    if (!known) return;
    form?.addEventListener("submit", report);
    self_?.addEventListener("submit", handled);
    for (const input of form?.querySelectorAll('input[type="file"]') ?? []) input.addEventListener("change", () => takePhotos(input));
    find("#sendnow")?.addEventListener("click", send);
    const here = find("#locate");
    if (here && navigator.geolocation) { here.hidden = false; here.addEventListener("click", () => locate(here)); }
    body.dataset.ready = "1";
    navigator.serviceWorker?.register(body.dataset.worker, { scope: "/grid/" }).catch(() => null);
    navigator.serviceWorker?.addEventListener("message", show);
    addEventListener("online", send);
    setInterval(async () => { if (navigator.onLine && (await drafts.waiting()).length) await send(); }, SHORT);
    await show();
    await send();
  };
  if (drafts?.supported) start();
})();
