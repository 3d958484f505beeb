/* Keeps a wall up to date: listens to the live process, asks every 15 seconds where there is none, and says which. */
"use strict";
const board = document.getElementById("board");
const live = document.getElementById("live");
const POLL = 15000, QUIET = 45000, FIRST = 1000, LONGEST = 30000, RETRY_LIVE = 120000;
let source = null, last = "", wait = FIRST, heard = 0, tag = "", timer = 0, polling = 0, first = true;

const say = (state, words) => {
  live.dataset.state = state;
  live.querySelector(".words").textContent = words;
};

/* --- what changed comes into its tile */
const show = (frame) => {
  for (const [id, html] of Object.entries(frame.tiles)) {
    const body = document.querySelector(`#tile-${CSS.escape(id)} .wbody`);
    if (!body || body.innerHTML.trim() === html.trim()) continue;
    if (body.querySelector("[data-measure]")) continue;
    body.innerHTML = html;
    body.classList.remove("changed");
    void body.offsetWidth;
    /* the first frame says what the page says already */
    if (!first) body.classList.add("changed");
  }
  for (const [id, map] of Object.entries(frame.maps)) paint(document.getElementById(`tile-${id}`), map);
  document.getElementById("fresh").textContent = frame.at;
  first = false;
};
const paint = (tile, map) => {
  if (!tile) return;
  for (const path of tile.querySelectorAll("[data-area]")) {
    const kind = path.classList.contains("part") ? "part" : "leaf";
    const wanted = `${kind} ${map.areas[path.dataset.area] || ""}`;
    if (path.getAttribute("class") !== wanted) path.setAttribute("class", wanted);
  }
  const labels = tile.querySelector(".labels"), note = tile.querySelector(".wnote");
  if (labels) labels.innerHTML = map.labels;
  if (note) note.innerHTML = map.note;
};

const fresh = (text) => {
  const found = /\d\d:\d\d:\d\d/.exec(text);
  if (found) document.getElementById("fresh").textContent = found[0];
};

/* --- live */
const listen = async () => {
  clearTimeout(timer);
  let answer;
  try {
    const found = await fetch(board.dataset.ticket, { headers: { Accept: "application/json" } });
    if (found.redirected || found.status === 403 || found.status === 404) return say("lost", board.dataset.wordsGone);
    answer = await found.json();
  } catch { return again(); }
  if (!answer.url) return poll();
  source?.close();
  source = new EventSource(`${answer.url}&last=${encodeURIComponent(last)}`);
  heard = Date.now();
  source.addEventListener("frame", (event) => {
    told();
    last = event.lastEventId;
    show(JSON.parse(event.data));
  });
  source.addEventListener("beat", (event) => { told(); fresh(event.data); });
  source.addEventListener("trouble", () => { heard = Date.now(); say("lost", board.dataset.wordsTrouble); });
  source.addEventListener("end", () => { source.close(); listen(); });
  source.onerror = () => { source.close(); again(); };
};
const told = () => {
  heard = Date.now();
  wait = FIRST;
  clearTimeout(polling);
  polling = 0;
  say("live", board.dataset.wordsLive);
};
/* a ticket is good for a minute, so the browser's own way of coming back would be refused */
const again = () => {
  source = null;
  if (!polling) poll();
  timer = setTimeout(listen, wait * (0.75 + Math.random() / 2));
  wait = Math.min(wait * 2, LONGEST);
};
setInterval(() => {
  if (source && Date.now() - heard > QUIET) { source.close(); again(); }
}, 5000);

/* --- asking */
const poll = async () => {
  clearTimeout(polling);
  try {
    const found = await fetch(board.dataset.state, { headers: tag ? { "If-None-Match": tag } : {}, cache: "no-store" });
    if (found.redirected || found.status === 403) return say("lost", board.dataset.wordsGone);
    if (found.status === 200) {
      tag = found.headers.get("ETag") || "";
      show(await found.json());
    } else if (found.status === 304) fresh(now());
    else throw new Error(String(found.status));
    say("poll", board.dataset.wordsPoll);
  } catch { say("lost", board.dataset.wordsLost); }
  polling = setTimeout(poll, POLL * (0.9 + Math.random() / 5));
  return undefined;
};
setInterval(() => { if (!source && polling && wait === FIRST) listen(); }, RETRY_LIVE);

/* --- indicators are worked out apart from the rest */
const measure = () => {
  for (const place of document.querySelectorAll("[data-measure]")) {
    fetch(place.dataset.measure).then((found) => (found.ok && !found.redirected ? found.text() : ""))
      .then((html) => { if (html) place.innerHTML = html; }).catch(() => {});
  }
};
measure();
setInterval(measure, 300000);

/* --- a place on the map opens its rows */
document.addEventListener("click", (event) => {
  const area = event.target.closest?.("path[data-area]");
  if (area) location.assign(`${board.dataset.rows}?area=${encodeURIComponent(area.dataset.area)}`);
});

const now = () => new Date().toLocaleTimeString("zh-CN", { hour12: false, timeZone: "Asia/Shanghai" });

/* --- the clock, and the whole screen */
setInterval(() => {
  document.getElementById("clock").textContent = now().slice(0, 5);
}, 1000);
const full = document.getElementById("full");
if (document.fullscreenEnabled) {
  full.hidden = false;
  full.addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : document.documentElement.requestFullscreen()));
}
say("still", board.dataset.wordsWait);
listen();
