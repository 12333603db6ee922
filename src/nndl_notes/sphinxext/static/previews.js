/* What a link leads to, shown beside it while it is pointed at or has the focus.  The pointer may
   move onto it, Escape closes it, and a finger, which follows the link, does not open it. */
(function () {
  "use strict";
  var OPEN = 250, CLOSE = 250; /* milliseconds: a pointer on its way opens nothing */
  var box = null, owner = null, timer = 0;

  /* The translation of a term; the browser's own tooltip would not show it to the keyboard. */
  document.querySelectorAll("a.term[title]").forEach(function (link) {
    link.dataset.translation = link.title;
    link.removeAttribute("title");
  });

  function content(link) {
    var found = [];
    if (link.dataset.translation) {
      var words = document.createElement("p");
      words.lang = link.closest("[lang]").lang === "en" ? "zh-CN" : "en";
      words.textContent = link.dataset.translation;
      return [words];
    }
    var address = link.getAttribute("href");
    document.querySelectorAll(".previews > [data-href]").forEach(function (node) {
      if (node.dataset.href === address) found = Array.from(node.children);
    });
    if (!found.length && /^#./.test(address)) {
      var target = document.getElementById(decodeURIComponent(address.slice(1)));
      target = target && (target.closest("div.math, .statement") || target.querySelector(".counterexample"));
      if (target) {
        var verdict = target.matches("div.math") && target.nextElementSibling;
        verdict = verdict && verdict.querySelector("summary > .verdict");
        found = verdict ? [target, verdict] : [target];
      }
    }
    return found.map(function (node) {
      var copy = node.cloneNode(true);
      copy.querySelectorAll(".headerlink, .verdict-line").forEach(function (one) { one.remove(); });
      [copy].concat(Array.from(copy.querySelectorAll("[id], [tabindex]"))).forEach(function (one) {
        one.removeAttribute("id");
        one.removeAttribute("tabindex");
      });
      return copy;
    });
  }

  function show(link) {
    hide();
    var nodes = content(link);
    if (!nodes.length) return;
    owner = link;
    box = document.createElement("div");
    box.className = "preview";
    box.id = "preview";
    box.setAttribute("role", "tooltip");
    box.append.apply(box, nodes);
    document.body.append(box);
    link.setAttribute("aria-describedby", box.id);
    var at = link.getClientRects()[0], room = document.documentElement;
    var above = at.bottom + box.offsetHeight > room.clientHeight && at.top > box.offsetHeight;
    var left = Math.min(at.left, room.clientWidth - box.offsetWidth - 8);
    box.style.left = Math.max(left, 8) + scrollX + "px";
    box.style.top = (above ? at.top - box.offsetHeight - 2 : at.bottom + 2) + scrollY + "px";
  }

  function hide() {
    clearTimeout(timer);
    if (!box) return;
    owner.removeAttribute("aria-describedby");
    box.remove();
    box = owner = null;
  }

  function later(action, delay) {
    clearTimeout(timer);
    timer = setTimeout(action, delay);
  }

  function linkOf(event) {
    return event.target.closest && event.target.closest("article a[href]:not(.headerlink)");
  }

  document.addEventListener("pointerover", function (event) {
    if (event.pointerType !== "mouse") return;
    var link = linkOf(event);
    if (box && (box.contains(event.target) || link === owner)) clearTimeout(timer);
    else if (link) later(function () { show(link); }, OPEN);
    else if (box) later(hide, CLOSE);
    else clearTimeout(timer);
  });
  document.addEventListener("focusin", function (event) {
    var link = linkOf(event);
    if (link && link.matches(":focus-visible")) show(link);
    else hide();
  });
  document.addEventListener("focusout", hide);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape") hide();
  });
  window.addEventListener("pagehide", hide);
})();
