// Enhances the pages: maps, charts, sorting, search suggestions. Without scripts the pages have the same information.
const script = new URL(import.meta.url);
// The path of the site's public URL, and that of the page's language: every link within the site begins with them.
const { base, prefix } = document.documentElement.dataset;
// The messages of the scripts in the language of the page, by their English texts.
const texts = JSON.parse(document.getElementById("messages")?.textContent ?? "{}");
export const translate = (message, values = {}) => (texts[message] ?? message).replace(/%\((\w+)\)s/g, (_, name) => values[name]);
const asset = (name) => new URL(name, script).pathname + script.search;

const whenNear = (element, act) =>
  new IntersectionObserver((entries, observer) => {
    if (entries.some((entry) => entry.isIntersecting)) {
      observer.disconnect();
      act();
    }
  }, { rootMargin: "200px" }).observe(element);

for (const map of document.querySelectorAll(".map")) {
  whenNear(map, async () => {
    try {
      await (await import(asset("map.js"))).draw(map);
    } catch {
      map.querySelector(".map-controls")?.remove();
      map.querySelector(".map-view").replaceChildren(translate("The map could not be drawn. The list has the same information."));
    }
  });
}
for (const chart of document.querySelectorAll("figure.chart")) {
  whenNear(chart, async () => (await import(asset("charts.js"))).draw(chart));
}
// A chart that is not drawn yet is printed as its table.
addEventListener("beforeprint", () => {
  for (const table of document.querySelectorAll("figure.chart:not([data-drawn]) details")) table.open = true;
});

// Offer the page in the language that the browser prefers, until a language is chosen or the offer is closed.
const languageLinks = [...document.querySelectorAll("ul.languages a")];
const preferred = (navigator.languages ?? [])
  .map((tag) => languageLinks.find((link) => [tag, tag.split("-")[0]].includes(link.hreflang)))
  .find((link) => link);
const remember = () => {
  try {
    localStorage.setItem("language-chosen", "yes");
  } catch {
    // Without storage, the offer appears again on the next page.
  }
};
for (const link of languageLinks) link.addEventListener("click", remember);
let isOffered = false;
try {
  isOffered = preferred && !preferred.hasAttribute("aria-current") && !localStorage.getItem("language-chosen");
} catch {
  // Without storage, nothing is offered.
}
if (isOffered) {
  const note = document.createElement("aside");
  note.className = "language-note";
  note.lang = preferred.hreflang;
  const link = document.createElement("a");
  link.href = preferred.href;
  link.hreflang = preferred.hreflang;
  link.textContent = preferred.dataset.offer;
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = preferred.dataset.close;
  note.append(link, button);
  for (const control of [link, button]) {
    control.addEventListener("click", () => {
      remember();
      note.hidden = true;
    });
  }
  document.querySelector("header.site").after(note);
}

// Leave empty filters out of the address of a filtered list.
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}

// Add copy buttons; an incomplete link is replaced by the address that the browser shows.
for (const field of document.querySelectorAll("[data-copy]")) {
  if (field.tagName === "INPUT" && !field.value.includes("://")) field.value = location.href.split("#")[0];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = translate("Copy");
  field.closest("label").after(button);
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    button.textContent = translate("Copied");
  });
}

// Narrow screens show a table as a list: each cell is labelled with its column.
for (const table of document.querySelectorAll("table.list")) {
  const heads = [...table.querySelectorAll("thead tr > *")].map((head) => head.textContent.trim());
  for (const row of table.tBodies[0].rows) {
    [...row.cells].forEach((cell, column) => cell.tagName === "TD" && (cell.dataset.label = heads[column]));
  }
}

const text = (cell) => cell.dataset.sort ?? cell.textContent.trim();
const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });
for (const table of document.querySelectorAll("table[data-sortable]")) {
  for (const head of table.tHead.rows[0].cells) {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const down = head.getAttribute("aria-sort") === "ascending";
      for (const other of table.tHead.rows[0].cells) other.removeAttribute("aria-sort");
      head.setAttribute("aria-sort", down ? "descending" : "ascending");
      const rows = [...table.tBodies[0].rows];
      const compare = (row, other) => collator.compare(text(row.cells[head.cellIndex]), text(other.cells[head.cellIndex]));
      table.tBodies[0].append(...rows.sort((row, other) => (down ? compare(other, row) : compare(row, other))));
    });
  }
}

for (const slide of document.querySelectorAll("input.slide")) {
  const steps = slide.dataset.steps.split(" ");
  const last = steps.findLastIndex((day) => day <= slide.dataset.on);
  slide.value = Math.max(last, 0);
  for (const part of document.querySelectorAll(".slide")) part.hidden = false;
  slide.setAttribute("aria-valuetext", slide.dataset.on);
  slide.addEventListener("input", () => {
    slide.setAttribute("aria-valuetext", steps[slide.value]);
    slide.form.elements.date.value = steps[slide.value];
  });
  slide.addEventListener("change", () => slide.form.requestSubmit());
}

const fromServer = async (q) => {
  const response = await fetch(`${base}/search.json?q=${encodeURIComponent(q)}`);
  const results = (await response.json()).groups.flatMap((group) => group.results.slice(0, 5)).slice(0, 9);
  return results.map((result) => ({ ...result, href: `${base}${prefix}${result.address.slice(base.length)}` }));
};
// The static edition has its own search, which needs no server.
const suggest = globalThis.ccnSuggest ?? fromServer;
for (const input of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.setAttribute("aria-label", translate("Suggestions"));
  list.hidden = true;
  input.after(list);
  let lastRequest = 0;
  const hide = () => (list.hidden = true);
  const show = async () => {
    const request = ++lastRequest;
    const q = input.value.trim();
    if (q.length < 2) return hide();
    const results = await suggest(q).catch(() => []);
    if (request !== lastRequest) return;
    list.replaceChildren(...results.map((result) => {
      const item = document.createElement("li");
      const link = document.createElement("a");
      const detail = document.createElement("span");
      link.href = result.href;
      detail.textContent = result.detail;
      link.append(result.name, " ", detail);
      item.append(link);
      return item;
    }));
    list.hidden = results.length === 0;
  };
  let wait;
  input.addEventListener("input", () => {
    clearTimeout(wait);
    wait = setTimeout(show, 150);
  });
  input.form.addEventListener("keydown", (event) => {
    const links = [...list.querySelectorAll("a")];
    const here = links.indexOf(document.activeElement);
    if (event.key === "Escape") {
      hide();
      input.focus();
    } else if (event.key === "ArrowDown" && !list.hidden) {
      event.preventDefault();
      links[Math.min(here + 1, links.length - 1)]?.focus();
    } else if (event.key === "ArrowUp" && !list.hidden) {
      event.preventDefault();
      (links[here - 1] ?? input).focus();
    }
  });
  document.addEventListener("click", (event) => input.form.contains(event.target) || hide());
}

// On Datasette's pages: a map of the rows that have coordinates.
const table = document.querySelector("table.rows-and-columns");
if (table?.querySelector("th.col-latitude") && table.querySelector("th.col-longitude")) {
  (await import(asset("map.js"))).ofTable(table);
}
