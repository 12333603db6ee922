/* What is connected with the box that is pointed at or has the focus stands out. */
(function () {
  "use strict";
  document.querySelectorAll("svg.dependencies").forEach(function (picture) {
    var edges = Array.from(picture.querySelectorAll("[data-from]"));
    var boxes = Array.from(picture.querySelectorAll("[data-name]"));

    function light(box) {
      var name = box && box.dataset.name;
      var out = new Set(), into = new Set();
      edges.forEach(function (edge) {
        var from = edge.dataset.from === name, to = edge.dataset.to === name;
        if (from) out.add(edge.dataset.to);
        if (to) into.add(edge.dataset.from);
        edge.classList.toggle("out", from);
        edge.classList.toggle("into", to);
      });
      boxes.forEach(function (other) {
        other.classList.toggle("out", out.has(other.dataset.name));
        other.classList.toggle("into", into.has(other.dataset.name));
        other.classList.toggle("self", other === box);
      });
      picture.classList.toggle("lit", Boolean(box));
    }

    function boxOf(event) {
      return event.target.closest("[data-name]");
    }

    picture.addEventListener("pointerover", function (event) { light(boxOf(event)); });
    picture.addEventListener("pointerleave", function () { light(null); });
    picture.addEventListener("focusin", function (event) { light(boxOf(event)); });
    picture.addEventListener("focusout", function () { light(null); });
  });
})();
