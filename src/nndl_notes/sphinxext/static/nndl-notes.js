/* The language switch, and keyboard access to equations that are wider than the page. */
(function () {
  "use strict";
  var root = document.documentElement;
  var buttons = document.querySelectorAll(".language-switch button");

  function show() {
    buttons.forEach(function (button) {
      button.setAttribute("aria-pressed", String(button.value === root.dataset.lang));
    });
  }

  /* A figure has one alternative text, "中文 · English". */
  function describeFigures() {
    document.querySelectorAll("img[alt*=' · ']").forEach(function (image) {
      image.dataset.alt = image.alt;
    });
    document.querySelectorAll("img[data-alt]").forEach(function (image) {
      var halves = image.dataset.alt.split(" · ");
      image.alt = { zh: halves[0], en: halves[1] }[root.dataset.lang] || image.dataset.alt;
    });
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
    describeFigures();
    markWideEquations();
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

  function markWideEquations() {
    document.querySelectorAll(".math-scroll").forEach(function (box) {
      if (box.scrollWidth > box.clientWidth) box.tabIndex = 0;
      else box.removeAttribute("tabindex");
    });
  }

  buttons.forEach(function (button) {
    button.addEventListener("click", function () { choose(button.value); });
  });
  show();
  describeFigures();
  markWideEquations();
  window.addEventListener("load", markWideEquations);
  window.addEventListener("resize", markWideEquations);
})();
