"use strict";
// Sorts, searches and copies tables, marks the section being read. The page is complete without it.
const words = document.body.dataset;
const SORTED = 6, SEARCHED = 20; // rows from which sorting and searching help: fewer are seen in one look

function sortable(table, body, shown) {
  const at = new Map([...body.rows].map((row, place) => [row, place]));
  table.tHead.querySelectorAll("th").forEach((head, place) => {
    const ranks = head.dataset.ranks?.split(",");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    while (head.firstChild) button.append(head.firstChild);
    head.append(button);
    button.addEventListener("click", () => {
      // figures begin with the largest, words with the first letter
      const before = head.getAttribute("aria-sort");
      const up = before ? before === "descending" : !head.classList.contains("num");
      table.tHead.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const text = ({ classList, textContent }) => classList.contains("quiet") ? "" : textContent.trim();
      const key = (row) => ranks ? ranks[at.get(row)] : text(row.cells[place]);
      const compare = (a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === "" || y === "") return (x === "") - (y === "");
        const [p, q] = [Number(x), Number(y)];
        const order = Number.isNaN(p) || Number.isNaN(q) ? x.localeCompare(y, document.documentElement.lang) : p - q;
        return up ? order : -order;
      };
      body.append(...[...body.rows].filter((row) => !row.classList.contains("nothing")).sort(compare));
      shown();
    });
  });
}

function searchField(table, body, shown) {
  const rows = [...body.rows];
  const search = document.createElement("input");
  search.type = "search";
  search.placeholder = words.search;
  search.setAttribute("aria-label", words.search + ": " + (table.caption ? table.caption.textContent : ""));
  const nothing = document.createElement("tr");
  nothing.className = "nothing";
  const said = document.createElement("td");
  said.colSpan = table.tHead.rows[0].cells.length;
  nothing.append(said);
  search.addEventListener("input", () => {
    const wanted = search.value.toLocaleLowerCase();
    rows.forEach((row) => { row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted); });
    said.textContent = words.nothing;
    if (rows.every((row) => row.hidden)) body.append(nothing);
    else nothing.remove();
    shown();
  });
  return search;
}

// The first rows, and a button for all of them; what is searched is shown wherever it stands. Gives what to call when rows moved.
function folding(region, table, body) {
  const count = body.rows.length, seen = Number(table.dataset.fold);
  if (!seen) return () => {};
  const more = document.createElement("button");
  more.type = "button";
  more.className = "more";
  const shown = () => {
    const open = more.getAttribute("aria-expanded") === "true";
    const searched = region.querySelector("input[type=search]")?.value;
    [...body.rows].forEach((row, at) => row.classList.toggle("rest", !open && !searched && at >= seen));
    more.textContent = open ? words.fewer : words.all + ": " + count;
  };
  more.setAttribute("aria-expanded", "false");
  more.setAttribute("aria-label", words.all + ": " + (table.caption ? table.caption.textContent : ""));
  more.addEventListener("click", () => { more.setAttribute("aria-expanded", String(more.getAttribute("aria-expanded") === "false")); shown(); });
  region.querySelector("div.scroll").after(more);
  shown();
  return shown;
}

// what a screen reader is told when something was copied
const said = document.createElement("p");
said.setAttribute("role", "status");
said.className = "skip";
document.body.append(said);

function copyButton(table) {
  const copy = document.createElement("button");
  copy.type = "button";
  const name = (said) => { copy.textContent = said; copy.setAttribute("aria-label", said + ": " + (table.caption ? table.caption.textContent : "")); };
  name(words.copy);
  copy.addEventListener("click", () => {
    const text = [...table.rows].filter((row) => !row.hidden)
      .map((row) => [...row.cells].map((cell) => cell.innerText.replace(/\u00ad/g, "").replace(/\s+/g, " ").trim()).join("\t")).join("\n");
    const done = () => { name(words.copied); said.textContent = words.copied; setTimeout(() => { name(words.copy); said.textContent = ""; }, 1500); };
    if (navigator.clipboard && window.isSecureContext) navigator.clipboard.writeText(text).then(done);
    else {
      const area = document.createElement("textarea");
      area.value = text;
      document.body.append(area);
      area.select();
      document.execCommand("copy");
      area.remove();
      done();
    }
  });
  return copy;
}

for (const region of document.querySelectorAll("div.table")) {
  const table = region.querySelector("table");
  const body = table && table.tBodies[0];
  if (!body || body.rows.length < SORTED) continue;
  const tools = document.createElement("div");
  tools.className = "tools";
  // the first rows of a longer list: sorting or searching them would speak for rows that are not here
  if (!table.dataset.left) {
    const shown = folding(region, table, body);
    sortable(table, body, shown);
    if (body.rows.length >= SEARCHED) tools.append(searchField(table, body, shown));
  }
  tools.append(copyButton(table));
  region.prepend(tools); // before the table for the keyboard too, as the eye has it
}

// only what scrolls is a stop of the keyboard
const reach = new ResizeObserver((seen) => seen.forEach(({ target }) => {
  if (target.scrollWidth > target.clientWidth + 1) target.tabIndex = 0;
  else target.removeAttribute("tabindex");
}));
document.querySelectorAll("div.scroll").forEach((region) => reach.observe(region));

const contents = document.querySelector("nav.contents");
if (contents) {
  const fold = contents.querySelector("details"), place = contents.querySelector(".place");
  const narrow = matchMedia("(max-width: 1180px)");
  const fit = () => { fold.open = !narrow.matches; };
  narrow.addEventListener("change", fit);
  fit();
  contents.classList.add("follows");
  const links = [...contents.querySelectorAll("ol a")];
  links.forEach((link) => link.addEventListener("click", () => { if (narrow.matches) fold.open = false; }));
  const heads = links.map((link) => document.getElementById(link.hash.slice(1)));
  const chapter = (n) => { while (n > 0 && !links[n].parentElement.classList.contains("level-2")) n -= 1; return n; };
  let marked = -1;
  const mark = () => {
    let n = 0;
    heads.forEach((head, at) => { if (head && head.getBoundingClientRect().top < innerHeight / 4) n = at; });
    if (n === marked) return;
    marked = n;
    links.forEach((link, at) => {
      if (at === n) link.setAttribute("aria-current", "true");
      else link.removeAttribute("aria-current");
      link.parentElement.classList.toggle("near", chapter(at) === chapter(n));
    });
    place.textContent = links[n].textContent;
    if (!narrow.matches) contents.scrollTop = Math.max(0, links[n].offsetTop - contents.clientHeight / 2);
  };
  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  mark();
}
// what is folded on the screen is printed open
addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((d) => { d.open = true; d.dataset.shut = ""; }));
addEventListener("afterprint", () => document.querySelectorAll("details[data-shut]").forEach((d) => { d.open = false; delete d.dataset.shut; }));
