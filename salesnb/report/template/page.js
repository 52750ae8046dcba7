"use strict";
// Sorts, searches and copies tables. The page is complete without it.
for (const table of document.querySelectorAll(".table table")) {
  const body = table.tBodies[0];
  if (!body || body.rows.length < 2) continue;
  table.tHead.querySelectorAll("th").forEach((head, place) => {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    while (head.firstChild) button.append(head.firstChild);
    head.append(button);
    button.addEventListener("click", () => {
      const up = head.getAttribute("aria-sort") !== "ascending";
      table.tHead.querySelectorAll("th").forEach((other) => other.removeAttribute("aria-sort"));
      head.setAttribute("aria-sort", up ? "ascending" : "descending");
      const key = (row) => row.cells[place].dataset.sort ?? row.cells[place].textContent.trim();
      const compare = (a, b) => {
        const [x, y] = [key(a), key(b)];
        if (x === "" || y === "") return (x === "") - (y === "");
        const [p, q] = [Number(x), Number(y)];
        const order = Number.isNaN(p) || Number.isNaN(q) ? x.localeCompare(y, document.documentElement.lang) : p - q;
        return up ? order : -order;
      };
      body.append(...[...body.rows].sort(compare));
    });
  });
}
const words = document.body.dataset;
for (const region of document.querySelectorAll("div.table")) {
  const table = region.querySelector("table");
  const rows = table && table.tBodies[0] ? [...table.tBodies[0].rows] : [];
  if (rows.length < 8) continue;
  const tools = document.createElement("div");
  tools.className = "tools";
  const search = document.createElement("input");
  search.type = "search";
  search.placeholder = words.search;
  search.setAttribute("aria-label", words.search + ": " + (table.caption ? table.caption.textContent : ""));
  search.addEventListener("input", () => {
    const wanted = search.value.toLocaleLowerCase();
    rows.forEach((row) => { row.hidden = !row.textContent.toLocaleLowerCase().includes(wanted); });
  });
  const copy = document.createElement("button");
  copy.type = "button";
  copy.textContent = words.copy;
  copy.addEventListener("click", () => {
    const text = [...table.rows].filter((row) => !row.hidden)
      .map((row) => [...row.cells].map((cell) => cell.textContent.trim()).join("\t")).join("\n");
    const done = () => { copy.textContent = words.copied; setTimeout(() => { copy.textContent = words.copy; }, 1500); };
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
  tools.append(search, copy);
  region.prepend(tools);
}
// what is folded on the screen is printed open
addEventListener("beforeprint", () => document.querySelectorAll("details:not([open])").forEach((d) => { d.open = true; d.dataset.shut = ""; }));
addEventListener("afterprint", () => document.querySelectorAll("details[data-shut]").forEach((d) => { d.open = false; delete d.dataset.shut; }));
