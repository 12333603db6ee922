/* Citations to copy: of the page at its foot, of each equation and box beside its verdict. */
(function () {
  "use strict";
  var source = document.getElementById("citation-data");
  if (!source) return;
  var data = JSON.parse(source.textContent);
  var NAMES = {
    "bibtex": "BibTeX",
    "gbt7714": "GB/T 7714",
    "markdown": "Markdown",
    "latex": "LaTeX",
    "csl-json": "CSL-JSON",
    "plain": ["纯文本", "Plain text"],
    "link": ["链接", "Link"],
  };

  function language() {
    var mode = document.documentElement.dataset.lang;
    return mode === "zh" || mode === "en" ? mode : /^zh/.test(navigator.language) ? "zh" : "en";
  }

  function today() {
    var now = new Date();
    var pad = function (number) { return String(number).padStart(2, "0"); };
    return now.getFullYear() + "-" + pad(now.getMonth() + 1) + "-" + pad(now.getDate());
  }

  /* The templates are made by citing/formats.py; nothing here needs quoting. */
  function citation(name, form, latex) {
    var claim = data.claims[name];
    var url = data.base + claim.tag + "/";
    if (form === "link") return url;
    var tongue = language();
    var template = data.forms[tongue][form === "latex" && latex ? "latex-equation" : form];
    var values = {
      name: name, tag: claim.tag, url: url, latex: latex, accessed: today(),
      digest: claim.digest, part: claim.part[tongue], levels: claim.levels[tongue],
    };
    return template.replace(/\{\{(\w+)\}\}/g, function (open, key) { return values[key]; });
  }

  function both(words) {
    if (typeof words === "string") return words;
    return '<span class="zh" lang="zh-CN">' + words[0] + '</span> <span class="en" lang="en">' +
      words[1] + "</span>";
  }

  function fill(box, name, latex) {
    Object.keys(NAMES).forEach(function (form) {
      var button = document.createElement("button");
      button.type = "button";
      button.innerHTML = both(NAMES[form]);
      button.addEventListener("click", function () {
        window.nndlNotesCopy(citation(name, form, latex), button);
      });
      box.append(button);
    });
  }

  function addMenu(line, name, latex) {
    var button = document.createElement("button");
    var menu = document.createElement("div");
    button.type = "button";
    button.className = "cite-claim d-print-none";
    button.title = "引用 · Cite";
    button.innerHTML = '<i class="fa-solid fa-quote-right" aria-hidden="true"></i>' +
      '<span class="visually-hidden">' + both(["引用", "Cite"]) + "</span>";
    button.setAttribute("aria-expanded", "false");
    menu.className = "cite-forms cite-menu d-print-none";
    menu.hidden = true;
    button.addEventListener("click", function () {
      if (!menu.childElementCount) {
        var tag = document.createElement("code");
        tag.textContent = data.claims[name].tag;
        menu.append(tag);
        fill(menu, name, latex);
      }
      menu.hidden = !menu.hidden;
      button.setAttribute("aria-expanded", String(!menu.hidden));
    });
    line.addEventListener("keydown", function (event) {
      if (event.key !== "Escape" || menu.hidden) return;
      menu.hidden = true;
      button.setAttribute("aria-expanded", "false");
      button.focus();
    });
    line.prepend(button);
    line.append(menu);
  }

  document.querySelectorAll(".verdict-line").forEach(function (line) {
    var equation = line.previousElementSibling;
    var isEquation = equation && equation.matches("div.math");
    var id = isEquation ? equation.id : line.parentElement.id;
    var name = isEquation ? id.replace(/^equation-/, "") : id;
    if (data.claims[name]) addMenu(line, name, isEquation ? equation.dataset.tex : "");
  });
  /* What is only argued has no verdict to stand beside. */
  document.querySelectorAll(".statement.argued").forEach(function (box) {
    var line = document.createElement("div");
    line.className = "verdict-line";
    box.append(line);
    if (data.claims[box.id]) addMenu(line, box.id, "");
  });
  var panel = document.querySelector(".citation .cite-forms");
  fill(panel, panel.dataset.claim, "");
})();
