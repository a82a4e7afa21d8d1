// Search, filters of lists and maps, other dates and comparison in the static edition, which has no server.
// A classic script, since browsers do not load modules from a folder: there it shows the pages as without scripts.
(() => {
  const { language, texts } = globalThis.ccnStatic;
  const script = new URL(document.currentScript.src);
  const { base, prefix } = document.documentElement.dataset;
  const root = base || ".";
  const isFolder = location.protocol === "file:";
  // Whether the host serves index.html for the address of a folder, so that links can leave it out: so it is on a page
  // whose address ends with a slash, and on the page for addresses that are not found.
  const isMapped = !isFolder && (location.pathname.endsWith("/") || document.querySelector("ul[data-missing]") !== null);
  const translate = (message, values = {}) => (texts[message] ?? message).replace(/%\((\w+)\)s/g, (_, name) => values[name]);
  const rules = new Intl.PluralRules(language);
  const count = (number, singular, plural, values = {}) =>
    translate(rules.select(number) === "one" ? singular : plural, { number: number.toLocaleString(language), ...values });
  const clean = (address) => (isMapped ? address.replace(/(^|\/)index\.html(?=[?#]|$)/, "$1").replace(/^(?=[?#]|$)/, "./") : address);
  const link = (file) => clean(`${root}/${file}`);
  const ownLanguage = prefix ? `${prefix.slice(1)}/` : "";
  const asked = new URLSearchParams(location.search);
  const make = (name, properties = {}, ...children) => {
    const element = Object.assign(document.createElement(name), properties);
    element.append(...children);
    return element;
  };
  const anchor = (href, text) => make("a", { href }, text);
  const toCsv = (rows) => {
    const quote = (value) => (/[",\r\n]/.test(value ?? "") ? `"${String(value).replaceAll('"', '""')}"` : value ?? "");
    return rows.map((row) => `${row.map(quote).join(",")}\r\n`).join("");
  };
  const save = (label, type, download, ...parts) => make("a", { href: URL.createObjectURL(new Blob(parts, { type })), download }, label);
  // For sql.js, the script of the database page.
  globalThis.ccnPage = { make, clean, link, toCsv, save };
  const loaded = {};
  const load = (file) =>
    (loaded[file] ??= new Promise((done, failed) => {
      document.head.append(make("script", { src: `${root}/${file}`, onload: done, onerror: () => failed(new Error(file)) }));
    }));
  let searcher;
  const getSearcher = () =>
    (searcher ??= Promise.all([load("assets/search.js"), load(`assets/search-${language}.js`)])
      .then(() => ({ ...globalThis.ccnSearch(globalThis.ccnIndex), index: globalThis.ccnIndex })));

  // -- dates -------------------------------------------------------------------------------------

  const lastDay = (date) => {
    const [year, month] = date.split("-").map(Number);
    if (date.length === 4) return `${date}-12-31`;
    return date.length === 7 ? `${date}-${String(new Date(Date.UTC(year, month, 0)).getUTCDate()).padStart(2, "0")}` : date;
  };
  const isDate = (date) => /^\d{4}(-\d\d(-\d\d)?)?$/.test(date) && !Number.isNaN(Date.parse(lastDay(date)))
    && new Date(`${lastDay(date)}T00:00Z`).toISOString().startsWith(date);
  const inWords = (date) =>
    new Date(`${date.padEnd(10, "-01")}T12:00:00Z`)
      .toLocaleDateString(language === "en" ? "en-GB" : language, {
        year: "numeric", timeZone: "UTC", ...(date.length > 4 && { month: "long" }), ...(date.length > 7 && { day: "numeric" }),
      })
      .replace(/(?<!\d)1(?!\d)/, translate("1"));
  // Return the day of the date filter, by default that of the page, or the problem with it.
  const dayOf = (on, today) => {
    if (!on) return { day: today };
    if (!isDate(on)) return { problem: translate("“%(date)s” is not a date. Use YYYY-MM-DD, YYYY-MM or YYYY.", { date: on.slice(0, 40) }) };
    if (on > today.slice(0, on.length)) {
      return { problem: translate("“%(date)s” is in the future. The latest date is %(latest)s.", { date: on, latest: today }) };
    }
    return { day: lastDay(on) < today ? lastDay(on) : today };
  };
  const isActive = (since, until, day) => since <= day && (!until || until > day);

  // -- every page --------------------------------------------------------------------------------

  const fileOf = (address) => {
    const path = address.split(/[?#]/)[0].slice(1);
    return path.split("/").at(-1).includes(".") ? path : `${path ? `${path}/` : ""}index.html`;
  };
  const tidyLinks = () => {
    for (const element of isMapped ? document.querySelectorAll("a[href], form[action]") : []) {
      const name = element.tagName === "A" ? "href" : "action";
      const address = element.getAttribute(name);
      if (!address.includes("://")) element.setAttribute(name, clean(address));
    }
    for (const other of location.search ? document.querySelectorAll("ul.languages a") : []) other.href += location.search;
    // If the public URL of the site is unknown, use the address that the browser shows.
    for (const field of document.querySelectorAll("textarea[data-copy]")) {
      field.value = field.value.replace(/(src|href)="(\/[^"]*)"/g, (_, name, address) =>
        `${name}="${new URL(link(fileOf(address)), location.href)}"`);
    }
  };
  const showWithoutModules = () => {
    document.querySelector('link[media="(scripting: none)"]').media = "all";
    for (const form of document.querySelectorAll(".map-controls")) form.hidden = true;
    for (const table of document.querySelectorAll("figure.chart details")) table.open = true;
  };
  const fillForm = (form) => {
    for (const [name, value] of asked) {
      const control = form.elements[name];
      if (control && !(control instanceof RadioNodeList)) control.value = value;
    }
  };

  // -- search ------------------------------------------------------------------------------------

  globalThis.ccnSuggest = async (q) =>
    (await getSearcher()).search(q).groups.flatMap((group) => group.results.slice(0, 5)).slice(0, 9)
      .map((result) => ({ ...result, href: link(result.address) }));
  const listOf = (results, isEnglish) => make("ul", { className: "plain" }, ...results.map((result) => {
    const also = result.other_name ? ` · ${translate("also known as %(name)s", { name: result.other_name })}` : "";
    const name = anchor(link(result.address), result.name);
    if (isEnglish && language !== "en") name.lang = "en";
    return make("li", {}, name, " ", make("span", {}, `${result.detail}${also}`));
  }));
  const suggest = (names, address, others = {}) => {
    const [before, after] = translate("Did you mean %(names)s?", { names: "\0" }).split("\0");
    const links = names.flatMap((name, number) => {
      const separator = number === 0 ? [] : [number === names.length - 1 ? translate(" or ") : ", "];
      return [...separator, anchor(`${address}?${new URLSearchParams({ ...others, q: name })}`, name)];
    });
    return [" ", before, ...links, after];
  };
  const showResults = async (form) => {
    const q = (asked.get("q") ?? "").trim();
    if (!q) return;
    form.elements.q.value = q;
    const lead = document.querySelector("p.lead");
    const page = (await getSearcher()).search(q);
    const sentence = page.emptyPlace ? translate("%(country)s has no member city.", { country: page.emptyPlace })
      : page.total ? count(page.total, "%(number)s result for “%(words)s”.", "%(number)s results for “%(words)s”.", { words: page.q })
        : translate("No results for “%(words)s”.", { words: page.q });
    lead.replaceChildren(sentence, ...(page.did_you_mean.length ? suggest(page.did_you_mean, clean("index.html")) : []));
    const sections = page.groups.map((group) => {
      const rest = group.found - group.results.length;
      const more = rest ? [make("p", {}, count(rest, "%(number)s more result; refine your search to see it.", "%(number)s more results; refine your search to see them."))] : [];
      const title = make("h2", {}, group.title, " ", make("span", { className: "count" }, String(group.found)));
      return make("section", { className: "results" }, title, listOf(group.results, ["cooperation", "document"].includes(group.kind)), ...more);
    });
    lead.after(...sections);
    document.querySelector("p.page-foot")?.remove();
  };
  const showMissing = async (place) => {
    const path = location.pathname.slice((base || "").length).replace(/^\/(?=\/)/, "");
    const parts = path.split("/").filter((part) => part && part !== "index.html");
    const [kind, id] = parts[0] === ownLanguage.slice(0, -1) ? parts.slice(1) : parts;
    if (kind === "on" && id) return location.replace(link(`${ownLanguage}on/index.html?${new URLSearchParams({ date: id })}`));
    if (kind === "country" && /^[a-z]{2}$/.test(id ?? "")) return location.replace(link(`${ownLanguage}country/${id.toUpperCase()}/index.html`));
    const words = (parts.at(-1) ?? "").replace(/\.\w+$/, "").slice(0, 60);
    const { search } = await getSearcher();
    const page = search(words);
    const groups = page.groups.length ? page.groups : page.did_you_mean.flatMap((name) => search(name).groups);
    const results = groups.flatMap((group) => group.results.slice(0, 6));
    if (results.length) place.replaceWith(make("h2", {}, translate("Did you mean…?")), listOf(results));
  };

  // -- lists and maps with filters ------------------------------------------------------------------

  const offerOnly = (saving) => {
    // The other downloads have the whole list.
    const take = document.querySelector(".take");
    take.querySelector(".takeaway").replaceChildren(make("span", {}, translate("Download")), " ", saving);
    for (const part of take.querySelectorAll("details:not(.share)")) part.remove();
    document.querySelector(".page-foot")?.remove();
  };
  const filterCities = async (form) => {
    fillForm(form);
    const value = (name) => (asked.get(name) ?? "").trim();
    const names = ["q", "field", "country", "region", "joined", "on"];
    if (!names.some(value)) return;
    const lead = document.querySelector("p.lead");
    const { day, problem } = dayOf(value("on"), form.elements.on.placeholder);
    if (problem) return lead.replaceChildren(problem);
    const { index, searchCities } = await getSearcher();
    const answer = value("q") ? searchCities(value("q")) : null;
    const ids = answer && new Set(answer.cities);
    const joined = new Set(index.memberships.filter(([, , , since, , isJoining]) => isJoining && since.startsWith(value("joined"))).map(([city]) => city));
    const keep = ([city, field, , since, until]) => {
      const [id, , , country] = index.cities[city];
      return isActive(since, until, day) && (!value("field") || field === value("field")) && (!value("country") || country === value("country"))
        && (!value("region") || index.countries[country][0] === value("region")) && (!value("joined") || joined.has(city)) && (!ids || ids.has(id));
    };
    const rows = index.memberships.filter(keep).map(([city, field, since, sinceDay]) => {
      const [id, name, , country] = index.cities[city];
      return { id, name, country, countryName: index.countries[country][2], field, fieldName: index.fields[field][0], since, sinceDay };
    });
    const date = inWords(day);
    lead.replaceChildren(rows.length
      ? count(rows.length, "%(number)s city matches these filters, as of %(date)s.", "%(number)s cities match these filters, as of %(date)s.", { date })
      : translate("No cities match these filters."));
    if (!rows.length && answer) {
      const others = Object.fromEntries([...asked].filter(([, text]) => text));
      lead.append(...(answer.suggestions.length ? suggest(answer.suggestions, clean("index.html"), others) : []));
    }
    lead.append(" ", anchor(clean("index.html"), translate("Clear filters")));
    const table = document.querySelector("table.list");
    const heads = [...table.tHead.rows[0].cells].map((head) => head.textContent.trim());
    const mark = (field) => {
      const template = make("template", { innerHTML: `<svg class="mark" aria-hidden="true"><use href="#m-${field}"/></svg>` });
      return template.content;
    };
    const page = (kind, id) => link(`${ownLanguage}${kind}/${id}/index.html`);
    table.tBodies[0].replaceChildren(...rows.map((row) => {
      const cells = [
        [anchor(page("city", row.id), row.name)], [anchor(page("country", row.country), row.countryName)],
        [mark(row.field), anchor(page("field", row.field), row.fieldName)], [inWords(row.since)],
      ].map((parts, column) => {
        const cell = make(column ? "td" : "th", {}, ...parts);
        if (column) cell.dataset.label = heads[column];
        else cell.scope = "row";
        return cell;
      });
      cells[3].dataset.sort = row.sinceDay;
      return make("tr", {}, ...cells);
    }));
    table.hidden = !rows.length;
    const columns = ["id", "name", "country", "countryName", "field", "fieldName", "since"];
    const head = ["id", "name", "country", "country_name", "field", "field_name", "since"];
    const text = toCsv([head, ...rows.map((row) => columns.map((column) => row[column]))]);
    // Without the byte order mark, spreadsheets assume another encoding.
    offerOnly(save(translate("List as shown (CSV)"), "text/csv", "cities.csv", "\ufeff", text));
  };
  const filterMap = (form) => {
    const section = form.closest(".map");
    if (![...asked.keys()].some((name) => form.elements[name])) return;
    fillForm(form);
    const { day, problem } = dayOf((asked.get("on") ?? "").trim(), section.dataset.today);
    const note = section.querySelector(".map-count");
    if (problem) return note.replaceChildren(problem);
    section.dataset.on = day;
    const value = (name) => form.elements[name]?.value;
    const regionOf = (id) => form.elements.country?.querySelector(`option[value="${id}"]`)?.dataset.region;
    const items = [...section.querySelectorAll(".map-list li")];
    for (const item of items) {
      const { field, country, since, until } = item.dataset;
      item.hidden = !(isActive(since, until, day) && (!value("field") || field === value("field"))
        && (!value("country") || country === value("country")) && (!value("region") || regionOf(country) === value("region")));
    }
    const shown = items.filter((item) => !item.hidden);
    const values = {
      cities: count(shown.length, "%(number)s city", "%(number)s cities"),
      countries: (() => {
        const number = new Set(shown.map((item) => item.dataset.country)).size;
        return count(number, "%(number)s country", "%(number)s countries");
      })(),
      date: inWords(day),
    };
    note.textContent = translate(form.elements.country ? "%(cities)s in %(countries)s on %(date)s" : "%(cities)s on %(date)s", values);
  };
  const filterProjects = (form) => {
    fillForm(form);
    const value = (name) => (asked.get(name) ?? "").trim();
    if (!["kind", "field", "year", "city"].some(value)) return;
    const items = [...document.querySelectorAll("ul.works > li[data-kind]")];
    for (const item of items) {
      const { kind, field, year, cities } = item.dataset;
      item.hidden = !((!value("kind") || kind === value("kind")) && (!value("field") || field === value("field"))
        && (!value("year") || year === value("year")) && (!value("city") || cities.split(" ").includes(value("city"))));
    }
    const number = items.filter((item) => !item.hidden).length;
    const sentence = number ? count(number, "%(number)s project matches these filters.", "%(number)s projects match these filters.") : translate("No projects match.");
    document.querySelector("p.lead").replaceChildren(sentence, " ", anchor(clean("index.html"), translate("Clear filters")));
    // Pictures and rankings count all projects, so they are hidden.
    const isOfAll = (element) => element.matches("figure.ties, .matrix") || element.querySelector(".matrix") || element.matches("h2, h2 + p");
    const main = document.querySelector("main");
    const list = document.querySelector("ul.works");
    for (const element of [...main.children].slice(0, [...main.children].indexOf(list))) {
      if (!element.matches("h1, p.lead, form") && isOfAll(element)) element.hidden = true;
    }
  };

  // -- other dates ---------------------------------------------------------------------------------

  const leadToDate = async (form) => {
    const date = (asked.get("date") ?? "").trim();
    if (!date) return;
    form.elements.date.value = date;
    const lead = document.querySelector("p.lead");
    await load("on/days.js");
    const days = globalThis.ccnDays;
    const whole = days.filter((other) => other.length === 10);
    const today = whole.at(-1);
    const { day, problem } = dayOf(date, today);
    if (problem) return lead.before(make("p", { className: "note", role: "status" }, problem));
    const own = location.pathname.split("/").filter((part) => part && part !== "index.html").at(-1);
    const nearest = days.includes(date) ? date : whole.findLast((other) => other <= day) ?? days[0];
    if (own === nearest) {
      if (date !== nearest) {
        const values = { asked: inWords(date), date: inWords(nearest) };
        lead.before(make("p", { className: "note", role: "status" }, translate("You asked for %(asked)s: the network was the same as on %(date)s, which this page shows.", values)));
      }
      return;
    }
    const query = days.includes(date) ? "" : `?${new URLSearchParams({ date })}`;
    location.replace(link(`${ownLanguage}on/${nearest}/index.html${query}`));
  };

  // -- comparison ------------------------------------------------------------------------------------

  const MOST_COMPARED = 6;
  const compareGroups = async (form) => {
    const wanted = ["country", "field", "region"].flatMap((kind) =>
      [...new Set(asked.getAll(kind).flatMap((value) => value.split(",")).map((id) => id.trim()).filter(Boolean))].map((id) => [kind, id]));
    if (!wanted.length) return;
    const compared = wanted.slice(0, MOST_COMPARED);
    const addressOf = ([kind, id]) => link(`${ownLanguage}compare/${kind}=${encodeURIComponent(id)}/index.html`);
    const lead = document.querySelector("p.lead");
    if (compared.length === 1 && wanted.length === 1) return location.replace(addressOf(compared[0]));
    let pages;
    try {
      pages = await Promise.all(compared.map(async (group) => {
        const answer = await fetch(addressOf(group));
        if (!answer.ok) throw new Error(answer.status);
        return new DOMParser().parseFromString(await answer.text(), "text/html");
      }));
    } catch {
      const links = compared.flatMap((group) => [" ", anchor(addressOf(group), group[1])]);
      return lead.replaceChildren(translate("These pages could not be put side by side. Open them one by one:"), ...links);
    }
    for (const page of pages) {
      // Links are relative to their own page, which is one folder down.
      for (const element of page.querySelectorAll("main a[href]")) {
        const address = element.getAttribute("href");
        if (!address.includes("://")) element.setAttribute("href", clean(address.replace(/^\.\.\//, "")));
      }
    }
    const tables = pages.map((page) => page.querySelectorAll("main table.list"));
    const growth = tables.map(([, years]) => [...years.tBodies[0].rows].map((row) => Number(row.cells[1].textContent.replace(/\D/g, ""))).reverse());
    const most = Math.max(1, ...growth.flat());
    const figures = pages.map((page, number) => {
      const figure = page.querySelector(".multiples figure");
      const step = 240 / Math.max(1, growth[number].length);
      const line = growth[number].map((members, at) => `${at ? "L" : "M"}${(at * step).toFixed(1)} ${(60 - (60 * members) / most).toFixed(1)}h${step.toFixed(1)}`).join("");
      figure.querySelector("path").setAttribute("d", line);
      figure.querySelectorAll(".axis span")[1].textContent = translate("scale 0–%(most)s", { most });
      return document.adoptNode(figure);
    });
    const [first] = pages;
    for (const place of [0, 1]) {
      const [target, ...others] = tables.map((all) => all[place]);
      for (const other of others) [...target.rows].forEach((row, number) => row.append(document.adoptNode(other.rows[number].cells[1])));
    }
    const [multiples, summary, details] = [".multiples", ".scroll", "details:not([name])"].map((selector) => first.querySelector(`main ${selector}`));
    multiples.replaceChildren(...figures);
    const names = figures.map((figure) => figure.querySelector("figcaption strong").textContent);
    document.querySelector("h1").textContent = names.join(" · ");
    document.title = document.title.replace(/^[^·]*/, `${names.join(", ")} `);
    lead.replaceChildren(figures.map((figure) => figure.querySelector("figcaption").textContent.trim().replace(/\s+/g, " ")).join(" · "));
    const leftOut = wanted.slice(MOST_COMPARED).map(([, id]) => id);
    if (leftOut.length) lead.append(" ", translate("Not shown, because six is the most: %(names)s.", { names: leftOut.join(", ") }));
    lead.after(...[multiples, summary, details].map((part) => document.adoptNode(part)));
    for (const heading of document.querySelectorAll("main h2")) if (!heading.closest("section")) heading.remove();
    for (const rest of document.querySelectorAll("main > ul.plain, .page-foot")) rest.remove();
    const choices = { country: [], field: [], region: [] };
    for (const [kind, id] of compared) choices[kind].push(id);
    for (const [kind, ids] of Object.entries(choices)) {
      const controls = [form.elements[kind]].flatMap((control) => (control instanceof RadioNodeList ? [...control] : [control]));
      controls.forEach((control, number) => {
        control.value = ids[number] ?? "";
      });
    }
  };

  // -- the page ----------------------------------------------------------------------------------------

  const start = () => {
    tidyLinks();
    if (isFolder) showWithoutModules();
    else document.head.append(make("script", { type: "module", src: `${root}/assets/site.js${script.search}` }));
    const run = [
      ["form.find", showResults],
      ["ul[data-missing]", showMissing],
      ["form.cities", filterCities],
      ["form.map-controls", filterMap],
      ["form.projects", filterProjects],
      ["form.date.wide", leadToDate],
      ["form.compare", compareGroups],
    ];
    for (const [selector, act] of run) {
      const element = document.querySelector(selector);
      if (element) {
        Promise.resolve(act(element)).catch(() => {
          document.querySelector("p.lead")?.before(make("p", { className: "note", role: "alert" },
            translate("Files of this site could not be loaded; the page shows everything, unfiltered.")));
        });
      }
    }
  };
  start();
})();
