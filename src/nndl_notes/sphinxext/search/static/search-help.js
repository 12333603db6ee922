/* Search: what was perhaps meant, and the words around what was found. */
(function () {
  "use strict";

  /* -- Suggestions ------------------------------------------------------------------------ */

  /* Distance of Damerau and Levenshtein (adjacent letters may swap), or a number above `most`. */
  function distance(a, b, most) {
    if (Math.abs(a.length - b.length) > most) return most + 1;
    var before = [], last = [], row = [];
    for (var j = 0; j <= b.length; j++) last[j] = j;
    for (var i = 1; i <= a.length; i++) {
      row = [i];
      for (j = 1; j <= b.length; j++) {
        var same = a[i - 1] === b[j - 1] ? 0 : 1;
        row[j] = Math.min(row[j - 1] + 1, last[j] + 1, last[j - 1] + same);
        if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
          row[j] = Math.min(row[j], before[j - 2] + 1);
        }
      }
      if (Math.min.apply(null, row) > most) return most + 1;
      before = last;
      last = row;
    }
    return last[b.length];
  }

  function eachText(pages, use) {
    pages.forEach(function (page) {
      page.sections.forEach(function (section, number) {
        use(section.heading, number ? 3 : 10);
        section.texts.forEach(function (text) { use(text, 1); });
      });
    });
  }

  function nearWords(pages, term) {
    var asked = term.text.replace(/[-']/g, "");
    var most = asked.length < 4 ? 0 : asked.length < 8 ? 1 : 2;
    var near = new Map();
    if (!most) return [];
    eachText(pages, function (text, weight) {
      (text.match(/[a-z\u00df-\u024f]{3,}(?:-[a-z]+)*/g) || []).forEach(function (word) {
        var known = near.get(word);
        if (known) known.weight += weight;
        else near.set(word, { text: word, weight: weight, gap: null });
      });
    });
    return Array.from(near.values()).filter(function (word) {
      word.gap = distance(asked, word.text.replace(/-/g, ""), most);
      return word.gap <= most;
    });
  }

  /* Runs of as many Han characters that differ in one (of four or more, in two).  What has
     different neighbours in different places is a word, and not a piece of one. */
  function nearRuns(pages, term) {
    var length = term.text.length;
    var most = length >= 4 ? 2 : 1;
    var near = new Map();
    if (length < 2) return [];
    eachText(pages, function (text, weight) {
      for (var at = 0; at + length <= text.length; at++) {
        var gap = 0;
        for (var i = 0; i < length && gap <= most; i++) {
          if (text[at + i] !== term.text[i]) gap++;
        }
        if (gap > most) continue;
        var run = text.slice(at, at + length);
        if (!/^[\u3400-\u4dbf\u4e00-\u9fff]+$/.test(run)) continue;
        if (!near.has(run)) {
          near.set(run, { text: run, gap: gap, places: 0, before: new Set(), after: new Set() });
        }
        var known = near.get(run);
        known.places += weight;
        known.before.add(text[at - 1] || "");
        known.after.add(text[at + length] || "");
      }
    });
    return Array.from(near.values()).filter(function (run) {
      var freedom = Math.min(variety(run.before), variety(run.after));
      run.weight = freedom * Math.log(1 + run.places);
      return freedom > 1;
    });
  }

  /* The number of different neighbours; a mark or the end of the text is as good as two. */
  function variety(neighbours) {
    var marks = Array.from(neighbours).some(function (character) {
      return !/[\u3400-\u4dbf\u4e00-\u9fff]/.test(character);
    });
    return neighbours.size + (marks ? 1 : 0);
  }

  /* Queries that would find something, with the term that was not found replaced. */
  function suggestions(pages, terms, missing) {
    var found = [];
    missing.forEach(function (term) {
      if (term.kind === "identifier") return;
      var near = term.kind === "han" ? nearRuns(pages, term) : nearWords(pages, term);
      near.sort(function (a, b) {
        return a.gap - b.gap || b.weight - a.weight || (a.text < b.text ? -1 : 1);
      });
      near.slice(0, 3).forEach(function (word) {
        found.push(terms.map(function (other) {
          return other === term ? word.text : other.text;
        }).join(" "));
      });
    });
    return found.slice(0, 4);
  }

  /* -- Excerpts --------------------------------------------------------------------------- */

  /* Merged [start, end] of all that the query finds in a text. */
  function places(terms, text) {
    var plain = nndlSearch.fold(text), found = [];
    function keep(start, end) { found.push([start, end]); }
    terms.forEach(function (term) {
      var before = found.length;
      nndlSearch.scan(term, plain, keep);
      if (found.length === before && term.pairs) {
        term.pairs.forEach(function (pair) { nndlSearch.scanPlain(pair, plain, 1, keep); });
      }
    });
    found.sort(function (a, b) { return a[0] - b[0] || a[1] - b[1]; });
    return found.reduce(function (merged, place) {
      var last = merged[merged.length - 1];
      if (last && place[0] <= last[1]) last[1] = Math.max(last[1], place[1]);
      else merged.push(place.slice());
      return merged;
    }, []);
  }

  /* The part of a text with the most matches: pieces {text, match}. */
  function excerpt(terms, text, length) {
    var found = places(terms, text);
    var best = 0, most = -1;
    found.forEach(function (place, number) {
      var covered = 0;
      for (var i = number; i < found.length && found[i][1] <= place[0] + length * 0.8; i++) {
        covered += found[i][1] - found[i][0];
      }
      if (covered > most) { most = covered; best = place[0]; }
    });
    var early = text.length <= length ? 0 : Math.max(0, best - Math.floor(length * 0.2));
    var start = wordStart(text, early);
    var end = wordEnd(text, Math.min(text.length, start + length));
    var pieces = [], at = start;
    if (start > 0) pieces.push({ text: "…", match: false });
    found.forEach(function (place) {
      if (place[0] < start || place[1] > end) return;
      pieces.push({ text: text.slice(at, place[0]), match: false });
      pieces.push({ text: text.slice(place[0], place[1]), match: true });
      at = place[1];
    });
    pieces.push({ text: text.slice(at, end) + (end < text.length ? "…" : ""), match: false });
    return pieces.filter(function (piece) { return piece.text; });
  }

  /* Excerpts begin after a sentence's end if one is near, and cut no Latin word. */
  function wordStart(text, at) {
    if (at === 0) return 0;
    var ahead = text.slice(at, at + 25).search(/[。；：，]|[.;:,] /);
    if (ahead >= 0) return at + ahead + (text[at + ahead + 1] === " " ? 2 : 1);
    while (at > 0 && /\w/.test(text[at - 1]) && /\w/.test(text[at])) at--;
    return at;
  }

  function wordEnd(text, at) {
    while (at < text.length && /\w/.test(text[at - 1]) && /\w/.test(text[at])) at++;
    return at;
  }

  Object.assign(nndlSearch, { suggestions: suggestions, places: places, excerpt: excerpt });
})();
