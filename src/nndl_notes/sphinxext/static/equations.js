/* The LaTeX of a labelled equation, copied by a button beside its verdict. */
(function () {
  "use strict";
  var status;

  function words(zh, en) {
    return '<span class="zh" lang="zh-CN">' + zh + '</span> <span class="en" lang="en">' + en + "</span>";
  }

  /* Pages from a folder or a server without TLS may not use the clipboard directly. */
  function copy(text) {
    if (navigator.clipboard) return navigator.clipboard.writeText(text);
    var field = document.createElement("textarea");
    field.value = text;
    document.body.append(field);
    field.select();
    var done = document.execCommand("copy");
    field.remove();
    return done ? Promise.resolve() : Promise.reject();
  }

  function say(button, done, zh, en) {
    var icon = button.querySelector("i");
    var before = icon && icon.className;
    if (icon) icon.className = "fa-solid " + (done ? "fa-check" : "fa-xmark");
    button.classList.toggle("copied", done);
    status.innerHTML = words(zh, en);
    setTimeout(function () {
      if (icon) icon.className = before;
      button.classList.remove("copied");
      status.textContent = "";
    }, 2000);
  }

  /* Also for citations.js. */
  window.nndlNotesCopy = function (text, button) {
    copy(text).then(
      function () { say(button, true, "已复制", "Copied"); },
      function () { say(button, false, "无法复制", "Could not copy"); }
    );
  };

  document.querySelectorAll("div.math + .verdict-line").forEach(function (line) {
    var equation = line.previousElementSibling;
    var button = document.createElement("button");
    button.type = "button";
    button.className = "copy-latex d-print-none";
    button.title = "复制 LaTeX · Copy LaTeX";
    button.innerHTML = '<i class="fa-solid fa-copy" aria-hidden="true"></i>' +
      '<span class="visually-hidden">' + words("复制 LaTeX", "Copy LaTeX") + "</span>";
    button.addEventListener("click", function () {
      window.nndlNotesCopy(equation.dataset.tex, button);
    });
    line.prepend(button);
  });

  status = document.createElement("p");
  status.className = "visually-hidden";
  status.setAttribute("role", "status");
  document.body.append(status);
})();
