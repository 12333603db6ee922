(function () {
  var root = document.documentElement;
  var modes = { zh: "zh-CN", en: "en", both: root.lang };
  var asked = new URLSearchParams(location.search).get("lang");
  var mode = asked;
  try {
    mode = modes[asked] ? asked : localStorage.getItem("nndl-notes-language");
    if (modes[asked]) localStorage.setItem("nndl-notes-language", asked);
  } catch (error) { /* storage may be forbidden */ }
  if (!modes[mode]) mode = /^zh/i.test(navigator.language) ? "zh" : "en";
  var meta = function (name) {
    var element = document.querySelector('meta[name="title-' + name + '"]');
    return element && element.content;
  };
  var full = document.title;
  window.nndlNotesLanguage = function (choice) {
    root.dataset.lang = choice;
    root.lang = modes[choice];
    if (meta(choice)) document.title = full.replace(meta("zh") + " · " + meta("en"), meta(choice));
    else document.title = full;
  };
  window.nndlNotesLanguage(mode);
  /* The theme's script complains of a mode that nobody has chosen yet. */
  var dark = matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.mode = root.dataset.mode || "auto";
  root.dataset.theme = root.dataset.theme || (dark ? "dark" : "light");
})();
