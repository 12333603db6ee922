/* The language switch, and keyboard access to what is wider than the page. */
(function () {
  "use strict";
  var root = document.documentElement;
  var buttons = document.querySelectorAll(".language-switch button");

  function show() {
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === root.dataset.lang));
    });
  }

  /* What the theme says in one language or the other. */
  var WORDS = {
    "跳转至主要内容": "跳转至主要内容 · Skip to main content",
    "回到顶部": "回到顶部 · Back to top",
    "目录": "目录 · Contents",
    "亮色": "亮色 · Light",
    "暗色": "暗色 · Dark",
    "System Settings": "跟随系统 · System settings",
    "Color mode": "明暗 · Colour mode",
    "Toggle primary sidebar": "展开或收起目录 · Toggle the navigation",
    "Toggle secondary sidebar": "展开或收起本页目录 · Toggle the page's contents",
    "源码库": "源码库 · Source repository",
    "下载此页面": "下载此页面 · Download this page",
    "列印成 PDF": "打印成 PDF · Print to PDF",
    "全屏模式": "全屏模式 · Full screen",
    "搜索": "搜索 · Search",
    "版本警告": "版本警告 · Version warning",
    "Page": "本页 · Page",
  };
  var BOTH = /^(.*[\u4e00-\u9fff].*?) · ([^\u4e00-\u9fff]+)$/;
  var bilingual = [];

  /* Attributes hold text only, so theirs in two languages is "中文 · English". */
  function collectWords() {
    document.querySelectorAll("[title], [aria-label], img[alt]").forEach(function (element) {
      ["title", "aria-label", "alt"].forEach(function (name) {
        remember(element.getAttribute(name), function (words) {
          var hidden = "data-bs-original-title"; /* where Bootstrap keeps a title */
          var moved = name === "title" && element.hasAttribute(hidden);
          element.setAttribute(moved ? hidden : name, words);
        });
      });
    });
    var places = ".skip-link a, .theme-change-button, #pst-back-to-top, .bd-main h2, option, svg title";
    document.querySelectorAll(places).forEach(function (element) {
      element.childNodes.forEach(function (node) {
        if (node.nodeType !== Node.TEXT_NODE) return;
        var text = node.data.trim();
        if (WORDS[text] || element.matches("option, title")) {
          remember(text, function (words) { node.data = words; });
        }
      });
    });
  }

  function remember(text, say) {
    var halves = BOTH.exec(WORDS[text] || text);
    if (halves) bilingual.push({ zh: halves[1], en: halves[2], both: halves[0], say: say });
  }

  function sayWords() {
    bilingual.forEach(function (words) { words.say(words[root.dataset.lang]); });
  }

  /* An equation is there in every mode, so it marks the reader's place. */
  function landmark() {
    return Array.prototype.find.call(document.querySelectorAll("div.math"), function (equation) {
      return equation.getBoundingClientRect().top >= 0;
    });
  }

  function choose(mode) {
    var equation = landmark();
    var before = equation && equation.getBoundingClientRect().top;
    window.nndlNotesLanguage(mode);
    show();
    sayWords();
    markWide();
    if (equation) {
      window.scrollBy({
        top: equation.getBoundingClientRect().top - before,
        behavior: "instant",
      });
    }
    try {
      localStorage.setItem("nndl-notes-language", mode);
    } catch (error) { /* storage may be forbidden */ }
    var url = new URL(location.href);
    url.searchParams.set("lang", mode);
    history.replaceState(history.state, "", url);
  }

  function markWide() {
    document.querySelectorAll(".math-scroll, .counterexample li").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }

  /* Browsers that do not know MathML, Chromium before 109, run its letters together. */
  function knowsMathML() {
    var box = document.createElement("div");
    box.innerHTML = '<math><mspace width="77px" height="23px"></mspace></math>';
    document.body.appendChild(box);
    var space = box.querySelector("mspace").getBoundingClientRect();
    box.remove();
    return Math.abs(space.width - 77) <= 1 && Math.abs(space.height - 23) <= 1;
  }

  function showLatex() {
    document.querySelectorAll(".math[data-tex]").forEach(function (formula) {
      var code = document.createElement("code");
      code.textContent = formula.dataset.tex;
      formula.querySelector("math").replaceWith(code);
    });
  }

  if (!knowsMathML()) showLatex();
  buttons.forEach(function (button) {
    button.addEventListener("click", function () { choose(button.value); });
  });
  show();
  collectWords();
  sayWords();
  markWide();
  window.addEventListener("load", markWide);
  window.addEventListener("resize", markWide);
})();
