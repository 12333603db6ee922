/* The search page: reads the query, shows what search-ranking.js finds, in both languages; the
   style sheet of the language switch hides one. */
(function () {
  "use strict";

  var LANGUAGES = { zh: "zh-CN", en: "en" };
  var LENGTHS = { zh: 90, en: 200 };  /* characters of an excerpt */
  var PAUSE = 150;                    /* milliseconds after the last key */

  var root = document.documentElement.dataset.content_root || "./";
  var input = document.getElementById("search-input");
  var status = document.getElementById("search-status");
  var hints = document.getElementById("search-hints");
  var list = document.getElementById("search-results");
  var help = document.getElementById("search-help");

  function element(name, className, children) {
    var node = document.createElement(name);
    if (className) node.className = className;
    node.append.apply(node, children || []);
    return node;
  }

  function inLanguage(name, language, children, className) {
    var node = element(name, language + (className ? " " + className : ""), children);
    node.lang = LANGUAGES[language];
    return node;
  }

  /* The same words in both languages; words that do not differ are there once. */
  function both(zh, en) {
    if (zh === en) return [zh];
    return [inLanguage("span", "zh", [zh]), " ", inLanguage("span", "en", [en])];
  }

  function link(href, children) {
    var node = element("a", "", children);
    node.href = href;
    return node;
  }

  function address(query) {
    var url = new URL(location.href);
    if (query) url.searchParams.set("q", query);
    else url.searchParams.delete("q");
    url.hash = "";
    return url;
  }

  /* -- Results ---------------------------------------------------------------------------- */

  function pieces(terms, text, language) {
    return nndlSearch.excerpt(terms, text, LENGTHS[language]).map(function (piece) {
      return piece.match ? element("mark", "", [piece.text]) : piece.text;
    });
  }

  function excerpts(terms, section) {
    var zh = section[3] || section[5], en = section[4] || section[5];
    if (!zh && !en) return [];
    if (zh === en) {
      var language = /[\u4e00-\u9fff]/.test(zh) ? "zh" : "en";
      var shared = element("p", "search-excerpt", pieces(terms, zh, language));
      shared.lang = LANGUAGES[language];
      return [shared];
    }
    var found = {
      zh: nndlSearch.places(terms, zh || "").length, en: nndlSearch.places(terms, en || "").length,
    };
    return [["zh", zh], ["en", en]].filter(function (pair) { return pair[1]; }).map(
      function (pair) {
        var other = pair[0] === "zh" ? "en" : "zh";
        var idle = !found[pair[0]] && found[other] ? " unmatched" : "";
        return inLanguage(
          "p", pair[0], pieces(terms, pair[1], pair[0]), "search-excerpt" + idle);
      });
  }

  function item(result, terms) {
    var page = result.page, section = page.sections[result.section];
    var children = [link(root + page.url, both(page.sections[0][1], page.sections[0][2]))];
    children[0].className = "search-result-title";
    if (result.anchor) {
      var place = link(root + page.url + "#" + result.anchor, both(section[1], section[2]));
      place.className = "search-result-section";
      children.push(place);
    }
    return element("li", "", children.concat(excerpts(terms, section)));
  }

  function numbered(count, one, many) {
    return count === 1 ? one : many.replace("#", count);
  }

  function hint(zh, en, links) {
    var children = both(zh, en);
    links.forEach(function (node) { children.push(" ", node); });
    return element("p", "search-hint", children);
  }

  /* What to try instead: a spelling that is found, the answered exercises of the chapter. */
  function showHints(found) {
    var nodes = [];
    if (found.suggestions.length) {
      nodes.push(hint("您是不是要找：", "Did you mean:", found.suggestions.map(function (query) {
        var node = link(address(query).href, [query]);
        node.addEventListener("click", function (event) {
          event.preventDefault();
          input.value = query;
          run();
          input.focus();
        });
        return node;
      })));
    }
    found.unanswered.forEach(function (number) {
      var chapter = number.split("-")[0] + "-";
      var answered = nndlSearchIndex.pages.filter(function (page) {
        return page.ids.some(function (id) { return id.indexOf(chapter) === 0; });
      });
      nodes.push(hint(
        "习题 " + number + " 还没有解答。" + (answered.length ? "这一章已有：" : ""),
        "Exercise " + number + " has no answer yet."
          + (answered.length ? " Of its chapter there are:" : ""),
        answered.map(function (page) { return link(root + page.url, [page.ids[0]]); })));
    });
    hints.replaceChildren.apply(hints, nodes);
  }

  function show(query) {
    var found = nndlSearch.search(nndlSearchIndex, query);
    var count = found.results.length;
    var quoted = "“" + query + "”";
    status.replaceChildren.apply(status, count
      ? both(quoted + "：找到 " + count + " 页",
        quoted + ": " + numbered(count, "one page", "# pages"))
      : both("没有找到" + quoted + "。", "Nothing found for " + quoted + "."));
    showHints(found);
    list.replaceChildren.apply(list, found.results.map(function (result) {
      return item(result, found.terms);
    }));
    help.hidden = count > 0;
  }

  function run() {
    var query = input.value.trim();
    history.replaceState(history.state, "", address(query));
    if (query) {
      show(query);
    } else {
      [status, hints, list].forEach(function (node) { node.replaceChildren(); });
      help.hidden = false;
    }
  }

  /* -- Keys and the address --------------------------------------------------------------- */

  if (typeof nndlSearchIndex === "undefined") {
    status.append.apply(status, both(
      "索引没有加载成功。请重新加载本页。", "The index could not be loaded. Please reload the page."));
    return;
  }

  var timer;
  input.addEventListener("input", function (event) {
    clearTimeout(timer);
    /* Letters of an unfinished Chinese syllable are no query. */
    if (!event.isComposing) timer = setTimeout(run, PAUSE);
  });
  input.addEventListener("compositionend", function () { timer = setTimeout(run, PAUSE); });
  document.getElementById("search-form").addEventListener("submit", function (event) {
    event.preventDefault();
    clearTimeout(timer);
    run();
  });
  input.value = new URLSearchParams(location.search).get("q") || "";
  if (input.value) run();
  else input.focus();
})();
