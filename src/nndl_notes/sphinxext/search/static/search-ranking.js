/* Search: pages in the order of how well they answer a query. */
(function () {
  "use strict";

  var TITLE = 6, HEADING = 2, BODY = 1;
  var PAIRS = 0.7;     /* a run of Han of which only pairs are found, against the run itself */
  var SATURATION = 1.6, LENGTH = 0.5;  /* of Okapi BM25 */
  var IDENTIFIED = 40, TITLED = 12, TOGETHER = 3;
  var NEAR = 60;       /* characters between words that stand together */
  var LEAST = 0.45;    /* share of the query that a page must hold */
  var FAINT = 0.04;    /* results below this part of the first are left out */

  var fold = nndlSearch.fold, squeeze = nndlSearch.squeeze;
  var scan = nndlSearch.scan, frequency = nndlSearch.frequency;

  /* Fold the texts once; the index as it is loaded is left as it is. */
  function prepare(index) {
    if (!index.prepared) {
      index.prepared = index.pages.map(function (page) {
        var sections = page.sections.map(function (fields) {
          var heading = fields[1] === fields[2] ? fields[1] : fields[1] + " | " + fields[2];
          return {
            heading: fold(heading || ""),
            texts: [fields[3], fields[4], fields[5]].map(function (text) {
              return fold(text || "");
            }),
            labels: fields[6] || [],
          };
        });
        sections[0].heading += " | " + fold(page.keywords);
        var size = 0;
        sections.forEach(function (section) {
          section.texts.forEach(function (text) { size += text.length; });
        });
        var titles = page.sections[0].slice(1, 3).concat(page.keywords.split(/[,，]/));
        return {
          page: page, sections: sections, size: size, titles: titles.map(squeeze).filter(Boolean),
        };
      });
      var total = index.prepared.reduce(function (sum, page) { return sum + page.size; }, 0);
      index.meanSize = total / index.prepared.length || 1;
    }
    return index.prepared;
  }

  /* How often a term stands in each section of a page, and in all, weighted by place. */
  function occurrences(term, page) {
    var bySection = page.sections.map(function (section, number) {
      var sum = (number ? HEADING : TITLE) * frequency(term, section.heading);
      section.texts.forEach(function (text) { sum += BODY * frequency(term, text); });
      return sum;
    });
    return { bySection: bySection, total: bySection.reduce(add, 0) };
  }

  function add(a, b) { return a + b; }

  /* The number of pages that hold something decides how telling it is. */
  function rarity(pages, holding) {
    return Math.log(1 + (pages - holding + 0.5) / (holding + 0.5));
  }

  function saturated(total, size, mean) {
    return total * (SATURATION + 1)
      / (total + SATURATION * (1 - LENGTH + LENGTH * size / mean));
  }

  /* Score of one needle on every page. */
  function weigh(term, pages, mean) {
    var found = pages.map(function (page) { return occurrences(term, page); });
    var holding = found.filter(function (hit) { return hit.total > 0; }).length;
    var value = rarity(pages.length, holding);
    return found.map(function (hit, number) {
      return {
        score: value * saturated(hit.total, pages[number].size, mean),
        bySection: hit.bySection.map(function (sum) { return value * sum; }),
        share: hit.total > 0 ? 1 : 0,
      };
    });
  }

  /* A run of three or more Han characters counts whole, or by the pairs that are found. */
  function weighTerm(term, pages, mean) {
    var whole = weigh(term, pages, mean);
    if (term.kind !== "han" || !term.pairs.length) return whole;
    var pairs = term.pairs.map(function (pair) { return weigh(nndlSearch.hanTerm(pair), pages, mean); });
    return whole.map(function (hit, number) {
      var parts = pairs.map(function (pair) { return pair[number]; });
      var factor = PAIRS / parts.length;
      return {
        score: hit.score + factor * parts.map(function (part) { return part.score; }).reduce(add),
        bySection: hit.bySection.map(function (sum, section) {
          return sum + factor
            * parts.map(function (part) { return part.bySection[section]; }).reduce(add);
        }),
        share: hit.share
          || factor * parts.map(function (part) { return part.share; }).reduce(add),
      };
    });
  }

  /* How much of a page's title, or of one of its keywords, the query is, and how early. */
  function titleBonus(page, asked) {
    return page.titles.reduce(function (most, title) {
      var at = title.indexOf(asked);
      if (asked.length < 2 || at < 0) return most;
      var parts = 0.5 + 0.3 * asked.length / title.length + 0.2 * (1 - at / title.length);
      return Math.max(most, TITLED * parts);
    }, 0);
  }

  /* 1 where all terms of a query stand side by side, 0 where no text has them near. */
  function closeness(terms, page) {
    if (terms.length < 2) return 0;
    var best = 0;
    page.sections.forEach(function (section) {
      section.texts.concat(section.heading).forEach(function (text) {
        best = Math.max(best, 1 - spread(terms, text) / NEAR);
      });
    });
    return best;
  }

  /* Characters between the terms where they stand closest, NEAR or more if they never do. */
  function spread(terms, text) {
    var places = [], length = 0;
    for (var which = 0; which < terms.length; which++) {
      var before = places.length, shortest = NEAR;
      scan(terms[which], text, function (start, end) {
        places.push([start, end, which]);
        shortest = Math.min(shortest, end - start);
      });
      if (places.length === before) return NEAR;
      length += shortest;
    }
    places.sort(function (a, b) { return a[0] - b[0]; });
    var closest = NEAR, last = terms.map(function () { return null; });
    places.forEach(function (place) {
      last[place[2]] = place[0];
      if (last.indexOf(null) < 0) {
        closest = Math.min(closest, place[1] - Math.min.apply(null, last) - length);
      }
    });
    return Math.max(0, closest);
  }

  function search(index, query) {
    var pages = prepare(index);
    var terms = nndlSearch.parse(query);
    var asked = squeeze(query).replace(/([a-z]{3})s$/, "$1");
    var weighed = terms.map(function (term) { return weighTerm(term, pages, index.meanSize); });
    var all = terms.map(function (term) { return term.weight; }).reduce(add, 0);
    var results = [];
    pages.forEach(function (page, number) {
      var score = 0, share = 0;
      var bySection = page.sections.map(function () { return 0; });
      terms.forEach(function (term, which) {
        var hit = weighed[which][number];
        var named = identifies(term, page.page);
        score += term.weight * hit.score + (named ? IDENTIFIED : 0);
        share += term.weight * (named ? 1 : hit.share) / all;
        bySection = bySection.map(function (sum, section) { return sum + hit.bySection[section]; });
      });
      var label = labelled(page, query);
      if (label) score += IDENTIFIED;
      if (label) share = 1;
      if (share < LEAST) return;
      score += titleBonus(page, asked) + TOGETHER * closeness(terms, page);
      score *= share * share * (page.page.weight || 1);
      var best = label ? label.section : bestSection(page, bySection);
      results.push({
        page: page.page, score: score, share: share, section: best,
        anchor: label ? label.anchor : page.page.sections[best][0],
      });
    });
    results.sort(function (a, b) {
      return b.score - a.score || (a.page.url < b.page.url ? -1 : 1);
    });
    results = results.filter(function (result) {
      return result.score >= FAINT * results[0].score;
    });
    var missing = terms.filter(function (term, which) {
      return weighed[which].every(function (hit, number) {
        return hit.share < 1 && !identifies(term, pages[number].page);
      });
    });
    return {
      query: query, terms: terms, results: results, missing: missing,
      suggestions: terms.length ? nndlSearch.suggestions(pages, terms, missing) : [],
      unanswered: unanswered(pages, terms),
    };
  }

  /* The section to show; a title with nothing below it gives way to a section with text. */
  function bestSection(page, bySection) {
    var best = -1;
    page.sections.forEach(function (section, number) {
      if (!section.texts.some(Boolean)) return;
      if (best < 0 || bySection[number] > bySection[best]) best = number;
    });
    return Math.max(best, 0);
  }

  function identifies(term, page) {
    return term.kind === "identifier" && page.ids.some(function (id) {
      return id === term.text.replace(/\./g, "-");
    });
  }

  /* The label of an equation, typed or pasted, leads to the equation. */
  function labelled(page, query) {
    var asked = fold(query).trim();
    for (var number = 0; number < page.sections.length; number++) {
      var labels = page.sections[number].labels;
      for (var i = 0; i < labels.length; i++) {
        if (fold(labels[i]) === asked) return { section: number, anchor: labels[i] };
      }
    }
    return null;
  }

  /* Exercise numbers of the query that no page answers yet. */
  function unanswered(pages, terms) {
    return terms.filter(function (term) {
      return /^\d+-\d+$/.test(term.text) && !pages.some(function (page) {
        return identifies(term, page.page);
      });
    }).map(function (term) { return term.text; });
  }

  nndlSearch.search = search;
})();
