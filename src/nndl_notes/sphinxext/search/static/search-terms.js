/* Search: what a query asks for, and where a text holds it.  None of the search-*.js files but
   search-page.js knows a document, so that they can be tested without a browser. */
var nndlSearch = {};
(function () {
  "use strict";

  var HAN = "\u3400-\u4dbf\u4e00-\u9fff";
  var LETTER = "a-z0-9\u00df-\u024f\u0370-\u03ff";
  var TOKEN = new RegExp(
    "[" + LETTER + "]+(?:[-.'][" + LETTER + "]+)*|[" + HAN + "]+", "g");
  var IDENTIFIER = /^(?:[a-z]+-)*\d+[-.]\d+$/;
  /* Words that ask, and words that only join others. */
  var ASKING = /什么是|是什么|为什么|什么|如何|怎样|怎么|为何|请问|[的吗呢]/g;
  var JOINING = new Set(("a an and are as at by for from how in is of on or that the to what why "
    + "with").split(" "));
  var ENDINGS = /^(?:|s|es|e|ed|d|ing|y|ies)$/;
  var PREFIX = 0.35;   /* worth of a longer word that begins with the one asked for */
  var NUMERALS = "零一二三四五六七八九";

  /* -- Text ------------------------------------------------------------------------------- */

  var folded = new Map();

  function foldCharacter(character) {
    if (!folded.has(character)) {
      var plain = character.normalize("NFKC").toLowerCase();
      if (/^[‐‑‒–—―−－]$/.test(character)) plain = "-";
      else if (/^[’‘′]$/.test(character)) plain = "'";
      else if (/^[\u00c0-\u024f]$/.test(character)) plain = plain.normalize("NFD")[0];
      folded.set(character, plain.length === 1 ? plain : character);
    }
    return folded.get(character);
  }

  /* Case, full width, accents, dashes and -ize or -ise do not matter.  A position in the result
     is the same position in the text. */
  function fold(text) {
    return text
      .replace(/[A-Z]|[^\x00-\x7f\u3400-\u4dbf\u4e00-\u9fff]/g, foldCharacter)
      .replace(/iz(?=[aei])/g, "is");
  }

  function squeeze(text) {
    return fold(text).replace(/[^0-9a-z\u00df-\u024f\u0370-\u03ff\u3400-\u4dbf\u4e00-\u9fff]/g, "");
  }

  function escaped(text) {
    return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  }

  /* -- Queries ---------------------------------------------------------------------------- */

  /* 第十二章 is 第12章. */
  function arabic(match, numeral) {
    var parts = numeral.split("十");
    if (parts.length === 1) return "第" + NUMERALS.indexOf(numeral) + "章";
    var tens = parts[0] ? NUMERALS.indexOf(parts[0]) : 1;
    return "第" + (10 * tens + (parts[1] ? NUMERALS.indexOf(parts[1]) : 0)) + "章";
  }

  function stem(word) {
    if (word.length > 5 && /ing$/.test(word)) return word.slice(0, -3);
    if (word.length > 4 && /(?:ies|ed)$/.test(word)) return word.replace(/(?:ies|ed)$/, "");
    if (word.length > 4 && /[^s]es$/.test(word)) return word.slice(0, -2);
    if (word.length > 3 && /[^s]s$/.test(word)) return word.slice(0, -1);
    if (word.length > 5 && /[^aeiou][ey]$/.test(word)) return word.slice(0, -1);
    return word;
  }

  function wordTerm(text) {
    var letters = text.replace(/[-']/g, "");
    var base = stem(letters);
    /* back-propagation, backpropagation and back propagation are one word. */
    var spelling = letters.length < 8 && letters === text
      ? escaped(base)
      : base.split("").map(escaped).join("[- ]?");
    return {
      kind: "word", text: text, weight: 1, tail: letters.slice(base.length),
      pattern: new RegExp("(^|[^" + LETTER + "])(" + spelling + ")([" + LETTER + "]*)", "g"),
    };
  }

  function identifierTerm(text) {
    var spelling = text.split(/[-.]/).map(escaped).join("[-.]");
    return {
      kind: "identifier", text: text, weight: 1, tail: "",
      pattern: new RegExp(
        "(^|[^" + LETTER + ".-]|[a-z]-)(" + spelling + ")(?![" + LETTER + "]|[-.][0-9])()", "g"),
    };
  }

  function hanTerm(text) {
    var pairs = [];
    for (var i = 0; i + 2 <= text.length; i++) pairs.push(text.slice(i, i + 2));
    return {
      kind: "han", text: text, weight: text.length === 1 ? 0.5 : 1,
      pairs: text.length > 2 ? pairs : [],
    };
  }

  /* Cut a query into terms: words, exercise numbers and runs of Han characters. */
  function parse(query) {
    var text = fold(query).replace(/第([一二三四五六七八九十]{1,3})章/g, arabic);
    var tokens = text.replace(ASKING, " ").match(TOKEN) || text.match(TOKEN) || [];
    var telling = tokens.filter(function (token) { return !JOINING.has(token); });
    return Array.from(new Set(telling.length ? telling : tokens)).map(function (token) {
      if (/[\u3400-\u9fff]/.test(token)) return hanTerm(token);
      return IDENTIFIER.test(token) ? identifierTerm(token) : wordTerm(token);
    });
  }

  /* -- Matching --------------------------------------------------------------------------- */

  /* Call found(start, end, quality) for every place of the term in a folded text. */
  function scan(term, text, found) {
    if (term.kind === "han") {
      scanPlain(term.text, text, 1, found);
      return;
    }
    term.pattern.lastIndex = 0;
    for (var match; (match = term.pattern.exec(text)); ) {
      var start = match.index + match[1].length;
      var end = start + match[2].length;
      var quality = match[3] === term.tail ? 1 : ENDINGS.test(match[3]) ? 0.9 : PREFIX;
      if (quality > PREFIX || match[2].length > 2) found(start, end + match[3].length, quality);
      term.pattern.lastIndex = end;
    }
  }

  function scanPlain(needle, text, quality, found) {
    for (var at = text.indexOf(needle); at >= 0; at = text.indexOf(needle, at + needle.length)) {
      found(at, at + needle.length, quality);
    }
  }

  function frequency(term, text) {
    var sum = 0;
    scan(term, text, function (start, end, quality) { sum += quality; });
    return sum;
  }

  Object.assign(nndlSearch, {
    fold: fold, squeeze: squeeze, parse: parse, hanTerm: hanTerm,
    scan: scan, scanPlain: scanPlain, frequency: frequency,
  });
})();
