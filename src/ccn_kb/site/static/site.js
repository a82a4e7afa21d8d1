// What the pages gain where scripts run: the map, the charts, sorting, suggestions. Without it they say the same.
const script = new URL(import.meta.url);
// The path of the site's public address, with which every address on it begins.
const { base, prefix } = document.documentElement.dataset;
// What the scripts say, by its English text: in the language of the page.
const texts = JSON.parse(document.getElementById("messages")?.textContent ?? "{}");
export const say = (message, values = {}) => (texts[message] ?? message).replace(/%\((\w+)\)s/g, (_, name) => values[name]);
const asset = (name) => new URL(name, script).pathname + script.search;

const whenNear = (element, act) =>
  new IntersectionObserver((seen, observer) => {
    if (seen.some((one) => one.isIntersecting)) {
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
      map.querySelector(".map-view").replaceChildren(say("The map could not be drawn. The list has the same information."));
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

// A reader whose browser prefers another language of the page is offered it, until it is chosen or the offer is closed.
const languageLinks = [...document.querySelectorAll("ul.languages a")];
const preferred = (navigator.languages ?? [])
  .map((tag) => languageLinks.find((link) => [tag, tag.split("-")[0]].includes(link.hreflang)))
  .find((link) => link);
const remember = () => {
  try {
    localStorage.setItem("language-chosen", "yes");
  } catch {
    // It is offered again.
  }
};
for (const link of languageLinks) link.addEventListener("click", remember);
let isOffered = false;
try {
  isOffered = preferred && !preferred.hasAttribute("aria-current") && !localStorage.getItem("language-chosen");
} catch {
  // Where nothing can be remembered, nothing is offered.
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

// The address of a filtered list has only the filters that are set.
for (const form of document.querySelectorAll("form[method=get]")) {
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) if (!value) formData.delete(name);
  });
}

// What is to be pasted elsewhere can be copied with a button; the address is the one that the browser shows.
for (const field of document.querySelectorAll("[data-copy]")) {
  if (field.tagName === "INPUT" && !field.value.includes("://")) field.value = location.href.split("#")[0];
  const button = document.createElement("button");
  button.type = "button";
  button.className = "copy";
  button.textContent = say("Copy");
  field.closest("label").after(button);
  button.addEventListener("click", async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      document.execCommand("copy");
    }
    button.textContent = say("Copied");
  });
}

// A phone shows a table as a list: each cell then says what it is.
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
      const by = (one, other) => collator.compare(text(one.cells[head.cellIndex]), text(other.cells[head.cellIndex]));
      table.tBodies[0].append(...rows.sort((one, other) => (down ? by(other, one) : by(one, other))));
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
  const answer = await fetch(`${base}/search.json?q=${encodeURIComponent(q)}`);
  const results = (await answer.json()).groups.flatMap((group) => group.results.slice(0, 5)).slice(0, 9);
  return results.map((result) => ({ ...result, href: `${base}${prefix}${result.address.slice(base.length)}` }));
};
// Pages without a server bring their own search.
const suggest = globalThis.ccnSuggest ?? fromServer;
for (const input of document.querySelectorAll("input[data-suggest]")) {
  const list = document.createElement("ul");
  list.className = "suggestions";
  list.setAttribute("aria-label", say("Suggestions"));
  list.hidden = true;
  input.after(list);
  let asked = 0;
  const hide = () => (list.hidden = true);
  const show = async () => {
    const number = ++asked;
    const q = input.value.trim();
    if (q.length < 2) return hide();
    const results = await suggest(q).catch(() => []);
    if (number !== asked) return;
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

// On Datasette's pages: a map of the rows that have places.
const table = document.querySelector("table.rows-and-columns");
if (table?.querySelector("th.col-latitude") && table.querySelector("th.col-longitude")) {
  (await import(asset("map.js"))).ofTable(table);
}
