{% load static %}"use strict";
/* The grid door without a network: its shell and its drafts. Pages that say something about somebody are never kept. */
importScripts("{{ drafts }}");
const CACHE = "gongzhi-grid-{{ version }}", SHELL = "{{ shell }}", PATIENCE = 8000;
const FILES = [{% for file in files %}"{{ file }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
self.addEventListener("install", (event) => event.waitUntil(
  caches.open(CACHE).then((kept) => kept.addAll([SHELL, ...FILES])).then(() => self.skipWaiting()),
));
self.addEventListener("activate", (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name.startsWith("gongzhi-grid-") && name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));
const soon = (request) => new Promise((resolve, reject) => {
  const timer = setTimeout(() => reject(new Error("slow")), PATIENCE);
  fetch(request).then((answer) => { clearTimeout(timer); resolve(answer); }, (error) => { clearTimeout(timer); reject(error); });
});
self.addEventListener("fetch", (event) => {
  const { request } = event, url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== self.location.origin) return;
  if (request.mode === "navigate") event.respondWith(soon(request).catch(async () => (await caches.match(SHELL)) || Response.error()));
  else if (FILES.includes(url.pathname)) event.respondWith(fetch(request).catch(async () => (await caches.match(url.pathname)) || Response.error()));
});
self.addEventListener("sync", (event) => {
  if (event.tag !== "grid-drafts") return;
  event.waitUntil(self.gridDrafts.sync().then(async () => {
    for (const page of await self.clients.matchAll()) page.postMessage("drafts");
    if ((await self.gridDrafts.waiting()).length) throw new Error("try again later");
  }));
});
