// Filters the list of mechanisms by every word that was typed; without this script the whole list stands there.
(function () {
  "use strict";
  var box = document.getElementById("search");
  var count = document.getElementById("count");
  var cards = Array.prototype.slice.call(document.querySelectorAll("[data-words]"));
  if (!box || !count) { return; }
  document.getElementById("searching").hidden = false;
  function show() {
    var words = box.value.toLowerCase().split(/[\s,，、]+/).filter(Boolean);
    var shown = 0;
    cards.forEach(function (card) {
      var text = card.getAttribute("data-words");
      var hit = words.every(function (word) { return text.indexOf(word) >= 0; });
      card.hidden = !hit;
      shown += hit ? 1 : 0;
    });
    count.textContent = shown + " / " + cards.length;
  }
  box.addEventListener("input", show);
  show();
})();
