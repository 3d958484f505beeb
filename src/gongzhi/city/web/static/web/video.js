/* The video desk: two browsers find each other through our server and then talk directly. The seat offers, the caller answers.
   One question every second or so carries our messages, brings the other side's, and is the sign that we are here. */
"use strict";
(() => {
  const call = document.getElementById("call");
  if (!call || !window.RTCPeerConnection) return;
  const { side, poll, panel: panelAddress, again } = call.dataset;
  const panel = document.getElementById("panel"), line = document.getElementById("line");
  const remote = document.getElementById("remote"), local = document.getElementById("local");
  const token = call.querySelector("[name=csrfmiddlewaretoken]").value;
  const iceServers = JSON.parse(document.getElementById("servers").textContent);
  const FAST = 700, SLOW = 3000, PATIENCE = 8000;
  let state = call.dataset.state, round = 0, after = 0, outbox = [], peer = null, media = null, asked = false;
  let early = [], since = 0, ended = false, timer = null, fresh = true, asking = false, hurry = false;

  const say = (kind, data) => { outbox.push({ kind, data }); };
  const tell = (word) => { line.textContent = line.dataset[word] || ""; line.dataset.now = word; };

  /* --- camera and microphone: picture and sound, else sound, else only to look and listen */
  const openDevices = async () => {
    if (asked) return;
    asked = true;
    const devices = navigator.mediaDevices;
    const picture = { width: { ideal: 640 }, height: { ideal: 480 }, frameRate: { ideal: 20 } };
    const found = (async () => {
      for (const wish of [{ video: picture, audio: true }, { audio: true }]) {
        try { media = await devices.getUserMedia(wish); break; } catch { /* not there, or not allowed */ }
      }
      local.srcObject = media;
      local.hidden = !media || !media.getVideoTracks().length;
      if (local.hidden) tell("nocamera");
    })();
    /* who is still reading the browser's question is connected meanwhile, and seen as soon as they have said yes */
    let late = false;
    found.then(() => { if (late && media) fresh = true; });
    await Promise.race([found, new Promise((done) => setTimeout(done, 10000))]);
    late = true;
  };

  /* --- one connection a round */
  const close = () => {
    if (peer) { peer.onicecandidate = peer.ontrack = peer.onconnectionstatechange = null; peer.close(); }
    peer = null; early = []; outbox = []; remote.srcObject = null;
  };
  const connect = async () => {
    close();
    since = Date.now();
    tell("connecting");
    const made = peer = new RTCPeerConnection({ iceServers });
    for (const track of media ? media.getTracks() : []) made.addTrack(track, media);
    const kinds = media ? media.getTracks().map((track) => track.kind) : [];
    if (side === "seat") for (const kind of ["audio", "video"]) if (!kinds.includes(kind)) made.addTransceiver(kind, { direction: "recvonly" });
    made.onicecandidate = ({ candidate }) => { if (candidate) say("candidate", candidate.toJSON()); };
    made.ontrack = ({ streams, track }) => {
      if (!remote.srcObject) remote.srcObject = streams[0] || new MediaStream();
      if (!streams[0]) remote.srcObject.addTrack(track);
      remote.play().catch(() => {});
    };
    made.onconnectionstatechange = () => {
      if (made !== peer) return;
      if (made.connectionState === "connected") tell("connected");
      if (["failed", "disconnected"].includes(made.connectionState)) { since = Date.now(); tell("lost"); }
    };
    if (side === "seat") {
      await made.setLocalDescription(await made.createOffer());
      if (made === peer) say("offer", made.localDescription.toJSON());
    }
  };
  const hear = async ({ kind, data }) => {
    const made = peer;
    if (!made) return;
    try {
      if (kind === "candidate") {
        if (made.remoteDescription) await made.addIceCandidate(data); else early.push(data);
        return;
      }
      await made.setRemoteDescription(data);
      for (const candidate of early.splice(0)) await made.addIceCandidate(candidate);
      if (kind === "offer") {
        await made.setLocalDescription(await made.createAnswer());
        say("answer", made.localDescription.toJSON());
      }
    } catch { since = Math.min(since, Date.now() - PATIENCE); /* begin anew below */ }
  };

  /* --- what takes long is done one after the other, while the questions go on */
  let work = Promise.resolve();
  const later = (what) => { work = work.then(what).catch(() => { since = Math.min(since, Date.now() - PATIENCE); }); };

  /* --- the question */
  const send = (address, body) => fetch(address, {
    method: "POST", body, credentials: "same-origin",
    headers: { "X-CSRFToken": token, ...(typeof body === "string" ? { "Content-Type": "application/json" } : {}) },
  });
  const ask = async () => {
    if (asking) { hurry = true; return; }
    asking = true;
    clearTimeout(timer);
    const saying = outbox.splice(0, 40), saidIn = round;
    let answer = null;
    try {
      const response = await send(poll, JSON.stringify({ round, after, fresh, say: saying }));
      if (response.ok) answer = await response.json();
      else if (response.status === 404 || response.status === 403) ended = true;
    } catch { /* the net is gone for a moment */ }
    if (!answer && saidIn === round) outbox.unshift(...saying);
    if (answer) {
      fresh = false;
      try { await understand(answer); } catch { since = Math.min(since, Date.now() - PATIENCE); }
    }
    asking = false;
    const busy = state !== "waiting" && peer && peer.connectionState !== "connected";
    const soon = hurry;
    hurry = false;
    if (!ended) timer = setTimeout(ask, soon ? 0 : busy || outbox.length ? FAST : document.hidden ? SLOW : state === "waiting" ? 2000 : SLOW);
  };
  const understand = async (answer) => {
    state = call.dataset.state = answer.state;
    ended = answer.ended;
    if (answer.live && answer.round !== round) {
      round = answer.round; after = 0;
      close();
      since = Date.now();
      later(openDevices);
      const begun = round;
      later(() => (begun === round && state !== "dropped" ? connect() : null));
    }
    if (!answer.live && peer) close();
    if (!answer.live) tell(answer.state === "dropped" || answer.state === "calling" ? "dropped" : "waiting");
    document.getElementById("pictures").hidden = ended || (side === "seat" && !answer.live);
    for (const each of answer.heard) if (each.id > after) { const said = round; after = each.id; later(() => (said === round ? hear(each) : null)); }
    const waited = Date.now() - since > PATIENCE;
    if (side === "seat" && answer.live && peer && waited && peer.connectionState !== "connected") await beginAnew();
    if (answer.stamp !== drawn()) await redraw();
    if (ended && media) { for (const track of media.getTracks()) track.stop(); media = null; }
  };
  const beginAnew = async () => {
    since = Date.now();
    const body = new FormData();
    body.append("do", "again");
    try { await send(again, body); } catch { /* next time */ }
  };

  /* --- what stands beside the picture */
  const drawn = () => panel.querySelector("[data-stamp]")?.dataset.stamp;
  const redraw = async () => {
    try {
      const response = await fetch(panelAddress, { credentials: "same-origin" });
      if (response.ok) draw(await response.text());
    } catch { /* next time */ }
  };
  /* what somebody is just typing stays, and so does the place where they type */
  const draw = (html) => {
    const typed = [...panel.querySelectorAll("input:not([type=hidden]), textarea")].filter((each) => each.value !== each.defaultValue);
    const active = panel.contains(document.activeElement) ? document.activeElement.name : "";
    panel.innerHTML = html;
    for (const old of typed) {
      const same = panel.querySelector(`[name="${CSS.escape(old.name)}"]`);
      if (same && same.type === old.type && !["radio", "checkbox", "file"].includes(old.type)) same.value = old.value;
    }
    if (active) panel.querySelector(`[name="${CSS.escape(active)}"]:not([type=hidden])`)?.focus();
    window.htmx?.process(panel);
    panel.dispatchEvent(new Event("change", { bubbles: true }));
    dress();
  };
  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (event.detail.target !== panel || event.detail.isError) return;
    event.detail.shouldSwap = false;
    draw(event.detail.xhr.responseText);
    ask();
  });

  /* --- a signature */
  const dress = () => {
    const form = panel.querySelector("[data-signature]");
    if (!form) return;
    const canvas = form.querySelector("canvas"), pen = canvas.getContext("2d"), button = form.querySelector("[type=submit]");
    const clear = () => { pen.fillStyle = "#fff"; pen.fillRect(0, 0, canvas.width, canvas.height); button.disabled = true; };
    const at = (event) => {
      const frame = canvas.getBoundingClientRect();
      return [(event.clientX - frame.left) * canvas.width / frame.width, (event.clientY - frame.top) * canvas.height / frame.height];
    };
    let drawing = false;
    clear();
    pen.lineWidth = 5; pen.lineCap = pen.lineJoin = "round"; pen.strokeStyle = "#111";
    canvas.addEventListener("pointerdown", (event) => { drawing = true; canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...at(event)); event.preventDefault(); });
    canvas.addEventListener("pointermove", (event) => { if (drawing) { pen.lineTo(...at(event)); pen.stroke(); button.disabled = false; } });
    for (const name of ["pointerup", "pointercancel"]) canvas.addEventListener(name, () => { drawing = false; });
    form.querySelector("[data-clear]").addEventListener("click", clear);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      button.disabled = true;
      canvas.toBlob(async (blob) => {
        const body = new FormData();
        body.append("signature", blob, "signature.png");
        try {
          const response = await fetch(form.dataset.signature, { method: "POST", body, credentials: "same-origin", headers: { "X-CSRFToken": token, "HX-Request": "true" } });
          if (response.ok) draw(await response.text());
        } catch { button.disabled = false; }
      }, "image/png");
    });
  };

  /* --- microphone and camera off and on */
  const toggle = (button, kind) => button.addEventListener("click", () => {
    for (const track of media ? media.getTracks() : []) if (track.kind === kind) track.enabled = !track.enabled;
    button.setAttribute("aria-pressed", button.getAttribute("aria-pressed") === "true" ? "false" : "true");
  });
  toggle(document.getElementById("mute"), "audio");
  toggle(document.getElementById("dark"), "video");
  document.addEventListener("visibilitychange", () => { if (!document.hidden && !ended) ask(); });

  dress();
  const start = async () => {
    if (side === "caller" && !["done", "cancelled", "unreached", "asked"].includes(state)) {
      document.getElementById("pictures").hidden = false;
      tell("waiting");
      later(openDevices);
    }
    await ask();
  };
  start();
})();
