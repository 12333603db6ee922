/* The table of all claims: sorted by a column, filtered by level, page and text.  What is shown is
   kept in the address after #, so that it can be linked. */
(function () {
  "use strict";
  var table = document.querySelector("table.claims");
  var form = document.querySelector(".claims-filter");
  if (!table || !form) return;
  var body = table.tBodies[0];
  var status = form.querySelector("[role=status]");
  var boxes = Array.from(form.querySelectorAll("[name=level]"));
  var page = form.elements.page, query = form.elements.q;
  var strength = boxes.map(function (box) { return box.value; });
  var collator = new Intl.Collator("en", { numeric: true });
  var group = {}; /* page to the option that stands for its chapter */
  Array.from(page.options).forEach(function (option) {
    if (option.dataset.in) group[option.value] = option.dataset.in;
  });

  var rows = Array.from(body.rows).map(function (element, place) {
    var cells = Array.from(element.cells, function (cell) { return cell.textContent; });
    var name = cells[0].trim();
    return {
      element: element,
      place: place,
      page: name,
      level: /level-(\w+)/.exec(element.className)[1],
      text: compact([cells[0], cells[1]].concat(cells.slice(-2)).join("|")), /* with digest and tag */
      keys: {},
    };
  });

  var columns = Array.from(table.tHead.rows[0].cells).map(function (head, place) {
    var column = {
      head: head,
      place: place,
      name: /by-(\w+)/.exec(head.className)[1],
      numeric: head.classList.contains("number"),
    };
    var words = head.querySelector("p");
    var button = document.createElement("button");
    button.type = "button";
    button.append.apply(button, Array.from(words.childNodes));
    words.append(button);
    button.addEventListener("click", function () {
      sorted = { column: column, down: sorted.column === column && !sorted.down };
      order();
      remember();
    });
    return column;
  });
  var sorted = { column: columns[0], down: false };

  /* LaTeX is found however its author spaced it. */
  function compact(text) { return text.toLowerCase().replace(/\s+/g, ""); }

  function key(row, column) {
    if (column.name in row.keys) return row.keys[column.name];
    var text = row.element.cells[column.place].textContent.trim();
    var value = column.name === "exercise" ? row.place
      : column.name === "level" ? strength.indexOf(row.level)
      : column.numeric ? parseFloat(text)
      : text;
    return (row.keys[column.name] = Number.isNaN(value) || value === "—" ? null : value);
  }

  /* Rows without a value come last either way, and equal ones stay in the order of the book. */
  function order() {
    var column = sorted.column, sign = sorted.down ? -1 : 1;
    rows.sort(function (one, other) {
      var a = key(one, column), b = key(other, column);
      if (a === null || b === null) return (a === null) - (b === null) || one.place - other.place;
      var difference = typeof a === "string" ? collator.compare(a, b) : a - b;
      return sign * difference || one.place - other.place;
    });
    body.append.apply(body, rows.map(function (row) { return row.element; }));
    columns.forEach(function (one) {
      if (one === column) one.head.setAttribute("aria-sort", sorted.down ? "descending" : "ascending");
      else one.head.removeAttribute("aria-sort");
    });
  }

  function filter() {
    var wanted = query.value.split(/\s+/).map(compact).filter(Boolean);
    var levels = boxes.filter(function (box) { return box.checked; });
    levels = levels.map(function (box) { return box.value; });
    var counts = {}, shown = 0;
    rows.forEach(function (row) {
      var fits = (!page.value || page.value === row.page || page.value === group[row.page]) &&
        wanted.every(function (part) { return row.text.includes(part); });
      if (fits) counts[row.level] = (counts[row.level] || 0) + 1;
      fits = fits && (!levels.length || levels.includes(row.level));
      if (row.element.hidden === fits) row.element.hidden = !fits;
      if (fits) shown++;
    });
    boxes.forEach(function (box) {
      box.parentElement.querySelector(".count").textContent = counts[box.value] || 0;
    });
    say(shown);
  }

  function say(shown) {
    var all = rows.length;
    var zh = "共 " + all + " 条", en = all + " claims";
    if (!shown) {
      zh = "没有符合条件的命题";
      en = "No claim fits";
    } else if (shown < all) {
      zh = all + " 条中的 " + shown + " 条";
      en = shown + " of " + all + " claims";
    }
    status.innerHTML = '<span class="zh" lang="zh-CN">' + zh + '</span> <span class="en" lang="en">' +
      en + "</span>";
  }

  /* -- The address ----------------------------------------------------------------------- */

  function remember() {
    var said = new URLSearchParams();
    var levels = boxes.filter(function (box) { return box.checked; });
    if (levels.length) said.set("level", levels.map(function (box) { return box.value; }).join("."));
    if (page.value) said.set("page", page.value);
    if (query.value.trim()) said.set("q", query.value.trim());
    if (sorted.column !== columns[0] || sorted.down) {
      said.set("sort", (sorted.down ? "-" : "") + sorted.column.name);
    }
    var url = new URL(location.href);
    url.hash = said.toString();
    history.replaceState(history.state, "", url);
  }

  function recall() {
    var text = location.hash.slice(1);
    if (text && !text.includes("=")) return; /* a place on the page */
    var said = new URLSearchParams(text);
    var levels = (said.get("level") || "").split(".");
    boxes.forEach(function (box) { box.checked = levels.includes(box.value); });
    page.value = said.get("page") || "";
    if (page.selectedIndex < 0) page.value = "";
    query.value = said.get("q") || "";
    var name = said.get("sort") || "exercise";
    var found = columns.find(function (column) { return column.name === name.replace(/^-/, ""); });
    sorted = { column: found || columns[0], down: Boolean(found) && name[0] === "-" };
    order();
    filter();
  }

  var timer = 0;
  function changed() {
    filter();
    remember();
  }
  form.addEventListener("change", changed);
  query.addEventListener("input", function () {
    clearTimeout(timer);
    timer = setTimeout(changed, 120);
  });
  form.addEventListener("reset", function () { setTimeout(changed); });
  form.addEventListener("submit", function (event) { event.preventDefault(); });
  window.addEventListener("hashchange", recall);
  recall();
})();
