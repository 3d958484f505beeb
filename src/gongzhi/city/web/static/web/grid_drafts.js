/* Drafts of the grid door: kept in this telephone's own database until they are sent, each exactly once.
   Used by the pages and by the service worker. What a draft says is encrypted under a key that only its signed-in writer is
   told; after signing out the key is gone, and nobody else on this telephone can read or send it. */
"use strict";
self.gridDrafts = (() => {
  const NAME = "gongzhi-grid", ME = "/grid/me.json", LOCK = "gongzhi-grid-drafts";
  const ADDRESSES = { report: "/grid/report/", self: "/grid/self/" };
  const supported = Boolean(self.isSecureContext && self.indexedDB && self.crypto?.subtle && self.fetch);

  const asked = (request) => new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  const opened = () => {
    const request = indexedDB.open(NAME, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore("me", { keyPath: "id" });
      request.result.createObjectStore("drafts", { keyPath: "key" });
    };
    return asked(request);
  };
  const within = async (store, mode, work) => {
    const base = await opened();
    try {
      const change = base.transaction(store, mode);
      const done = new Promise((resolve, reject) => {
        change.oncomplete = resolve;
        change.onabort = change.onerror = () => reject(change.error);
      });
      const found = await asked(work(change.objectStore(store)));
      await done;
      return found;
    } finally { base.close(); }
  };
  const put = (store, value) => within(store, "readwrite", (kept) => kept.put(value));

  /* --- who is signed in on this telephone --- */
  const me = async () => {
    const known = await within("me", "readonly", (kept) => kept.get("me"));
    return known && known.until > Date.now() ? known : null;
  };
  const remember = async (told) => {
    const bytes = Uint8Array.from(atob(told.key), (char) => char.charCodeAt(0));
    const key = await crypto.subtle.importKey("raw", bytes, "AES-GCM", false, ["encrypt", "decrypt"]);
    const { who, name, post, units, form } = told;
    /* a week among the hills without a network; signing out ends it at once */
    await put("me", { id: "me", who, name, post, units, form, key, until: Date.now() + 7 * 24 * 3600e3 });
    return me();
  };
  const forget = () => within("me", "readwrite", (kept) => kept.delete("me"));

  /* --- sealing --- */
  const seal = async (key, bytes) => {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    return { iv, data: await crypto.subtle.encrypt({ name: "AES-GCM", iv }, key, bytes) };
  };
  const unseal = (key, box) => crypto.subtle.decrypt({ name: "AES-GCM", iv: box.iv }, key, box.data);
  const sealValues = (key, values) => seal(key, new TextEncoder().encode(JSON.stringify(values)));
  const readValues = async (key, box) => JSON.parse(new TextDecoder().decode(await unseal(key, box)));
  const sealPhotos = (key, photos) => Promise.all(photos.map(async (photo) => ({
    box: await seal(key, await photo.arrayBuffer()), type: photo.type, name: photo.name || "photo.jpg",
  })));

  /* --- drafts --- */
  const all = () => within("drafts", "readonly", (kept) => kept.getAll());
  const mine = async () => {
    const known = await me();
    return known ? (await all()).filter((each) => each.who === known.who) : [];
  };
  /* the own drafts with what they say, the oldest first; what was sent stays a day, for its number */
  const list = async () => {
    const known = await me(), found = [];
    for (const each of (await mine()).sort((one, other) => one.made.localeCompare(other.made))) {
      if (each.state === "sent" && Date.now() - each.sentAt > 24 * 3600e3) { await drop(each.key); continue; }
      found.push({ ...each, values: await readValues(known.key, each.values), photos: each.photos.length });
    }
    return found;
  };
  const ofOthers = async () => (await all()).length - (await mine()).length;
  const add = async (what, values, photos = [], wait = 0) => {
    const known = await me();
    if (!known) throw new Error("nobody is signed in");
    const key = `draft.${crypto.randomUUID()}`;
    await put("drafts", {
      key, what, who: known.who, post: known.post, form: known.form, made: new Date().toISOString(),
      notBefore: Date.now() + wait, state: "waiting", tried: 0, reason: null,
      values: await sealValues(known.key, values), photos: await sealPhotos(known.key, photos),
    });
    return key;
  };
  /* mended: the same key, so that it is never two cases, whatever had become of the first try */
  const change = async (key, values, photos = null) => {
    const known = await me();
    const draft = (await mine()).find((each) => each.key === key);
    if (!draft) return;
    await put("drafts", {
      ...draft, form: known.form, state: "waiting", reason: null, mended: draft.tried > 0,
      values: await sealValues(known.key, values),
      photos: photos === null ? draft.photos : await sealPhotos(known.key, photos),
    });
  };
  const drop = (key) => within("drafts", "readwrite", (kept) => kept.delete(key));
  const dropMine = async () => { for (const each of await mine()) await drop(each.key); };

  /* --- sending --- */
  const bodyOf = async (draft, known) => {
    const body = new FormData(), values = await readValues(known.key, draft.values);
    const said = { ...values, key: draft.key, who: draft.who, post: draft.post, made: draft.made, form: draft.form };
    if (draft.what === "self") said.settled = "1";
    for (const [name, value] of Object.entries(said)) if (value !== "" && value !== null) body.append(name, value);
    for (const photo of draft.photos) {
      body.append("photos", new File([await unseal(known.key, photo.box)], photo.name, { type: photo.type }));
    }
    return body;
  };
  /* one draft; true when the next one may be tried */
  const send = async (draft, known, token) => {
    await put("drafts", { ...draft, state: "sending", tried: draft.tried + 1 });
    const kept = { ...draft, tried: draft.tried + 1 };
    let answer;
    try {
      answer = await fetch(ADDRESSES[draft.what], {
        method: "POST", body: await bodyOf(draft, known), redirect: "manual", cache: "no-store",
        headers: { Accept: "application/json", "X-CSRFToken": token },
      });
    } catch { await put("drafts", { ...kept, state: "waiting", reason: { word: "offline" } }); return false; }
    const told = answer.headers.get("Content-Type")?.includes("json") ? await answer.json().catch(() => null) : null;
    if (answer.ok && told) {
      const { number, url, again } = told;
      await put("drafts", { ...kept, state: "sent", reason: null, number, url, again, sentAt: Date.now(), photos: [] });
      return true;
    }
    if (answer.status >= 400 && answer.status < 500 && told) {
      await put("drafts", { ...kept, state: "refused", reason: told });
      return true;
    }
    await put("drafts", { ...kept, state: "waiting", reason: { word: answer.type === "opaqueredirect" ? "login" : "busy" } });
    return false;
  };
  const note = async (word) => {
    for (const each of await mine()) {
      if (each.state === "waiting" || each.state === "sending") {
        await put("drafts", { ...each, state: "waiting", reason: { word } });
      }
    }
    return word;
  };
  const waiting = async () => (await mine()).filter((each) => ["waiting", "sending"].includes(each.state));
  const run = async () => {
    const known = await me();
    if (!known || !(await waiting()).length) return "nothing";
    let answer;
    try {
      answer = await fetch(ME, { redirect: "manual", cache: "no-store", headers: { Accept: "application/json" } });
    } catch { return note("offline"); }
    if (!answer.ok) return note(answer.type === "opaqueredirect" ? "login" : answer.status === 403 ? "post" : "busy");
    const told = await answer.json();
    if (told.who !== known.who) return "somebody else";
    const now = await remember(told);
    for (const draft of (await waiting()).filter((each) => each.notBefore <= Date.now())) {
      if (!(await send(draft, now, told.token))) break;
    }
    return "done";
  };
  /* one sender at a time on this telephone, whichever page or worker begins */
  const sync = () => (!supported ? Promise.resolve("nothing")
    : navigator.locks ? navigator.locks.request(LOCK, run) : run());

  return { supported, ME, me, remember, forget, list, ofOthers, add, change, drop, dropMine, waiting, sync };
})();
