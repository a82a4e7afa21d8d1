// The map of a list: one mark for each visible item of the list.
const here = new URL(import.meta.url);
const near = (name) => new URL(name, here).pathname + here.search;
const { translate } = await import(near("site.js"));
const { lang } = document.documentElement;
const modules = () => Promise.all([import(near("world.js")), import(near("arrange.js"))]);

// Names are drawn only if at most this many marks are in view, at low and at high zoom.
const MOST_NAMES = { far: 25, close: 80 };
const NAME_HEIGHT = 18;
const FAR_APART = 120;
// Drawing many marks is interrupted after this many milliseconds, so that the page stays responsive.
const TURN = 8;
const nextTurn = () => globalThis.scheduler?.yield?.() ?? new Promise((done) => setTimeout(done));
async function inTurns(items, act) {
  let start = performance.now();
  for (const item of items) {
    act(item);
    if (performance.now() - start < TURN) continue;
    await nextTurn();
    start = performance.now();
  }
  await nextTurn();
}

const rules = new Intl.PluralRules(lang);
const plural = (count, singular, plural) => translate(rules.select(count) === "one" ? singular : plural, { number: count });
const format = (day, options) =>
  new Date(`${day}T12:00:00Z`)
    .toLocaleDateString(lang === "en" ? "en-GB" : lang, { ...options, month: "long", year: "numeric", timeZone: "UTC" })
    .replace(/\b1\b/, translate("1"));

// -- marks -----------------------------------------------------------------------------------------

// The mark of a field, drawn anew: a copy of its symbol's shape is lighter than a reference to the symbol.
// A field without one, and what has no field, is a dot.
const pictures = {};
function picture(field) {
  return (pictures[field] ??= (() => {
    const symbol = field && document.getElementById(`m-${field}`);
    const template = document.createElement("template");
    template.innerHTML = '<svg class="mark" aria-hidden="true" viewBox="-11 -11 22 22"><circle r="8" fill="#0072b2"/></svg><span class="map-name" aria-hidden="true"></span>';
    if (symbol) template.content.firstChild.setAttribute("viewBox", symbol.getAttribute("viewBox"));
    if (symbol) template.content.firstChild.replaceChildren(...symbol.cloneNode(true).childNodes);
    return template.content;
  })()).cloneNode(true);
}

// A mark that is named on the map, or that the keyboard comes to, is a button; hundreds of buttons on top of each
// other would help nobody, and the list has the same cities.
function makeButton(mark) {
  const element = mark.layer.getElement();
  element.tabIndex = -1;
  element.setAttribute("role", "button");
  element.setAttribute("aria-label", mark.description);
}

/** Draw marks on a map: each has a place, a field, a name, a description, and a function that fills its popup. */
async function drawMarks(L, map, { spread, placeNames }, marks) {
  const view = map.getContainer();
  const canvas = document.createElement("canvas").getContext("2d");
  canvas.font = `600 13px ${getComputedStyle(view).fontFamily}`;
  const group = L.featureGroup().addTo(map);
  let isOpen = false;
  let isMoved = false;
  await inTurns(marks, (mark) => {
    const icon = L.divIcon({ className: mark.isSubject ? "field here" : "field", iconSize: [24, 24] });
    mark.layer = L.marker(mark.place, { icon, keyboard: false, riseOnHover: true, zIndexOffset: mark.isSubject ? 1000 : 0 });
    mark.layer.bindPopup(mark.popup, { closeOnEscapeKey: false });
    mark.layer.bindTooltip(mark.description, { direction: "top", offset: [0, -8] });
    mark.layer.on("add", () => {
      const element = mark.layer.getElement();
      if (!element.firstChild) element.append(picture(mark.field));
      mark.label = element.lastChild;
      mark.label.textContent = mark.name;
      mark.label.classList.toggle("map-label", Boolean(mark.isSubject));
      if (mark.offset) shift(mark);
    });
    mark.width = canvas.measureText(mark.name).width + 6;
  });
  const size = () => parseFloat(view.style.getPropertyValue("--mark"));
  const shown = () => marks.filter((mark) => mark.isShown);
  const drawn = () => shown().filter((mark) => map.hasLayer(mark.layer));
  const shift = (mark) => {
    mark.layer.getElement().style.translate = `${mark.offset.x.toFixed(1)}px ${mark.offset.y.toFixed(1)}px`;
  };
  // What may be shown at another time keeps its place now.
  const move = () => {
    const placed = marks.filter((mark) => mark.isKept);
    const offsets = spread(placed.map((mark) => {
      const { x, y } = map.project(mark.place);
      return { x, y, key: `${mark.place.lat},${mark.place.lng}` };
    }), size() + 1);
    placed.forEach((mark, index) => {
      mark.offset = mark.isSubject ? { x: 0, y: 0 } : offsets[index];
    });
  };
  const name = () => {
    const bounds = map.getBounds();
    const inView = drawn().filter((mark) => bounds.contains(mark.place));
    const most = view.classList.contains("far") ? MOST_NAMES.far : MOST_NAMES.close;
    const named = inView.length > most ? [] : inView.sort((mark, other) => Boolean(other.isSubject) - Boolean(mark.isSubject));
    named.forEach(makeButton);
    const boxes = named.map((mark) => {
      const { x, y } = map.latLngToContainerPoint(mark.place);
      return { x: x + mark.offset.x, y: y + mark.offset.y, width: mark.width, height: NAME_HEIGHT };
    });
    const sides = new Map(placeNames(boxes, size(), map.getSize()).map((side, index) => [named[index], side]));
    for (const mark of drawn()) mark.label.dataset.side = sides.get(mark) || (mark.isSubject ? "right" : "");
  };
  const arrange = () => {
    isMoved = false;
    if (!isOpen) return;
    move();
    drawn().forEach(shift);
    name();
  };
  const draw = (mark) => {
    if (mark.isShown !== map.hasLayer(mark.layer)) group[mark.isShown ? "addLayer" : "removeLayer"](mark.layer);
  };
  map.on("zoomend resize", arrange);
  map.on("moveend", () => isOpen && name());
  return {
    shown,
    drawn,
    /** Say which marks are shown; before `open` none is drawn. */
    show(isShown, isNew = () => false) {
      for (const mark of marks) {
        mark.isShown = isShown(mark);
        if (isOpen) draw(mark);
        mark.layer.getElement()?.classList.toggle("new", isNew(mark));
      }
      arrange();
    },
    /** Draw the marks that are shown, once the map has its first view. */
    async open() {
      move();
      isMoved = true;
      await nextTurn();
      await inTurns(marks, draw);
      isOpen = true;
      marks.forEach(draw);
      if (isMoved) name();
      else arrange();
    },
  };
}

// One stop of the keyboard enters the map; from there arrows lead from mark to mark.
const ARROWS = { ArrowRight: [1, 0], ArrowLeft: [-1, 0], ArrowDown: [0, 1], ArrowUp: [0, -1] };
function useKeys(map, marks) {
  const view = map.getContainer();
  let opened;
  const chosen = () => marks.drawn().find((mark) => mark.layer.getElement() === document.activeElement);
  const choose = ([across, down]) => {
    const from = chosen();
    const start = from ? map.latLngToContainerPoint(from.place) : map.getSize().divideBy(2);
    const reach = (mark) => {
      const { x, y } = map.latLngToContainerPoint(mark.place).subtract(start);
      const [ahead, aside] = [x * across + y * down, Math.abs(x * down - y * across)];
      if (!from) return Math.hypot(x, y);
      return ahead > 0 && aside <= ahead * 2 ? ahead + aside * 2 : Infinity;
    };
    const [distance, next] = marks.drawn().filter((mark) => mark !== from)
      .reduce((best, mark) => (reach(mark) < best[0] ? [reach(mark), mark] : best), [Infinity]);
    if (distance === Infinity) return;
    map.panInside(next.place, { padding: [40, 40], animate: false });
    makeButton(next);
    next.layer.getElement().focus({ preventScroll: true });
  };
  view.addEventListener("keydown", (event) => {
    const mark = chosen();
    if (ARROWS[event.key]) choose(ARROWS[event.key]);
    else if (event.key === "+" || event.key === "=") map.zoomIn();
    else if (event.key === "-") map.zoomOut();
    else if ((event.key === "Enter" || event.key === " ") && mark) {
      opened = mark;
      mark.layer.openPopup();
      mark.layer.getPopup().getElement().querySelector(".leaflet-popup-content a")?.focus();
    } else if (event.key === "Escape" && opened?.layer.isPopupOpen()) {
      opened.layer.closePopup();
      opened.layer.getElement()?.focus({ preventScroll: true });
    } else if (event.key === "Escape") {
      map.closePopup();
      view.focus();
    } else return;
    event.preventDefault();
  });
}

// -- the map of a list -------------------------------------------------------------------------------

function markOf(section, item, isSubject) {
  const [lat, lng] = item.dataset.at.split(",").map(Number);
  const { field, country, since, until } = item.dataset;
  const name = item.querySelector("a").textContent;
  const fieldName = section.querySelector(`.key[data-field="${field}"]`).textContent;
  const popup = () => {
    const box = document.createElement("div");
    box.append(...[...item.cloneNode(true).childNodes].filter((node) => !node.classList?.contains("mark")));
    const line = document.createElement("div");
    line.textContent = since ? translate("%(field)s since %(year)s", { field: fieldName, year: since.slice(0, 4) }) : fieldName;
    box.append(line);
    return box;
  };
  const description = `${name}, ${item.querySelector("span").textContent}: ${fieldName}`;
  return { item, place: { lat, lng }, field, country, since, until, name, description, popup, isSubject, isKept: true };
}

export async function draw(section) {
  const [{ load, begin, ground, isMotionReduced }, arrangement] = await modules();
  const L = await load();
  const view = section.querySelector(".map-view");
  const map = begin(L, view);
  const isOfCity = "near" in section.dataset;
  const isWorld = section.classList.contains("world");
  await nextTurn();
  const all = [];
  await inTurns(section.querySelectorAll(".map-list li"), (item) => all.push(markOf(section, item, isOfCity && !all.length)));
  const marks = await drawMarks(L, map, arrangement, all);
  useKeys(map, marks);
  const look = (isNarrow) => {
    const places = marks.shown().map((mark) => mark.place);
    if (places.length && (isNarrow || !isWorld)) map.showPlaces(places, 90, 5);
    else map.showWorld();
  };
  marks.show((mark) => !mark.item.hidden);
  const controls = section.querySelector(".map-controls");
  if (controls) filter(section, controls, all, marks, look, isMotionReduced);
  else look(false);
  await nextTurn();
  await Promise.all([marks.open(), ground(L, map)]);
  view.dataset.drawn = "yes";
}

// The filters are those of the address, and everything that is taken from the page follows them.
function filter(section, controls, all, marks, look, isMotionReduced) {
  const { field, region, country, on } = controls.elements;
  const { today } = section.dataset;
  const count = section.querySelector(".map-count");
  const moment = document.createElement("p");
  moment.className = "map-moment";
  moment.setAttribute("aria-hidden", "true");
  section.querySelector(".map-view").append(moment);
  let day = section.dataset.on;
  const regionOf = (id) => country?.querySelector(`option[value="${id}"]`)?.dataset.region;
  const isKept = (mark) => (!field?.value || mark.field === field.value) && (!country?.value || mark.country === country.value)
    && (!region?.value || regionOf(mark.country) === region.value);
  const isActive = (mark) => mark.since <= day && (!mark.until || mark.until > day);
  const isNarrow = () => Boolean(country?.value || region?.value);

  const keep = () => {
    for (const mark of all) mark.isKept = isKept(mark);
    for (const option of country?.options ?? []) option.hidden = Boolean(region?.value && option.value && option.dataset.region !== region.value);
    const days = new Set(all.filter((mark) => mark.isKept).flatMap((mark) => [mark.since, mark.until]).filter((date) => date && date <= today));
    return [...[...days].sort(), today];
  };
  const show = (isStep) => {
    const isShown = (mark) => mark.isKept && isActive(mark);
    for (const mark of all) mark.item.hidden = !isShown(mark);
    marks.show(isShown, (mark) => Boolean(isStep) && mark.since === day);
    const shown = marks.shown();
    const countries = new Set(shown.map((mark) => mark.country)).size;
    const values = {
      cities: plural(shown.length, "%(number)s city", "%(number)s cities"),
      countries: plural(countries, "%(number)s country", "%(number)s countries"),
      date: format(day, { day: "numeric" }),
    };
    count.textContent = translate(country ? "%(cities)s in %(countries)s on %(date)s" : "%(cities)s on %(date)s", values);
    const fresh = isStep ? shown.filter((mark) => mark.since === day) : [];
    const news = fresh.length > 3 ? translate("%(number)s new cities", { number: fresh.length }) : fresh.map((mark) => mark.name).join(", ");
    moment.replaceChildren(...(day === today ? [] : [format(day, isStep ? {} : { day: "numeric" })]), ...(news ? [Object.assign(document.createElement("span"), { textContent: news })] : []));
    return fresh.length;
  };
  const remember = () => {
    on.value = day === today ? "" : on.value && on.dataset.day === day ? on.value : day;
    on.dataset.day = day;
    const query = new URLSearchParams([...new FormData(controls)].filter(([, value]) => value));
    history.replaceState(history.state, "", `${location.pathname}${query.size ? `?${query}` : ""}${location.hash}`);
    for (const element of document.querySelectorAll("[data-filtered]")) follow(element, query);
  };
  on.dataset.day = day;

  const timeline = playTimeline(section, keep(), day, isMotionReduced, (date) => {
    day = date;
    const fresh = show(true);
    remember();
    return fresh;
  });
  controls.addEventListener("change", (event) => {
    if (event.target === on) return;
    if (event.target === region && country && region.value && regionOf(country.value) !== region.value) country.value = "";
    timeline.setSteps(keep(), day);
    show(false);
    look(isNarrow());
    remember();
  });
  controls.addEventListener("submit", (event) => event.preventDefault());
  keep();
  if (day !== today) show(false);
  look(isNarrow());
}

// A link or an address in a text leads to what the filters leave.
function follow(element, query) {
  const parts = (address) => {
    const [path] = address.split("?");
    const fixed = element.dataset.filtered;
    const text = [fixed, query.toString()].filter(Boolean).join("&");
    return text ? `${path}?${text}` : path;
  };
  if (element.tagName === "A") element.setAttribute("href", parts(element.getAttribute("href")));
  else if (element.tagName === "IMG") element.setAttribute("src", parts(element.getAttribute("src")));
  else if (element.tagName === "INPUT") element.value = parts(element.value);
  else element.value = element.value.replace(/src="([^"]*)"/, (_, address) => `src="${parts(address)}"`);
}

/** Let a slider and a button lead from change to change; `show` draws a day, and returns how many cities are new. */
function playTimeline(section, steps, day, isMotionReduced, show) {
  const bar = section.querySelector(".timeline-bar");
  const [button, slider, output] = ["button", "input", "output"].map((name) => bar.querySelector(name));
  const count = section.querySelector(".map-count");
  const idle = isMotionReduced ? translate("Next change") : button.textContent;
  let timer;
  const label = (date) => {
    output.textContent = date === steps.at(-1) ? translate("Today") : format(date, {});
    slider.setAttribute("aria-valuetext", output.textContent);
  };
  const setSteps = (others, date) => {
    steps = others;
    slider.max = steps.length - 1;
    slider.value = Math.max(0, steps.findLastIndex((step) => step <= date));
    bar.hidden = steps.length < 2;
    label(date);
  };
  const step = () => {
    label(steps[slider.value]);
    return show(steps[slider.value]);
  };
  const stop = () => {
    clearTimeout(timer);
    timer = undefined;
    button.textContent = idle;
    button.classList.remove("playing");
    // Only where it stops is it announced.
    count.setAttribute("aria-live", "polite");
  };
  const advance = () => {
    const fresh = step();
    if (slider.value === slider.max) return stop();
    timer = setTimeout(() => {
      slider.stepUp();
      advance();
    }, fresh > 3 ? 1800 : 700);
  };
  const rewind = () => {
    if (slider.value === slider.max) slider.value = 0;
    else slider.stepUp();
  };
  button.textContent = idle;
  button.classList.toggle("step", isMotionReduced);
  button.addEventListener("click", () => {
    if (timer) return stop();
    rewind();
    if (isMotionReduced) return step();
    button.textContent = translate("Pause");
    button.classList.add("playing");
    count.setAttribute("aria-live", "off");
    advance();
  });
  slider.addEventListener("input", () => {
    if (timer) stop();
    step();
  });
  addEventListener("pagehide", stop);
  setSteps(steps, day);
  return { setSteps: (others, date) => (stop(), setSteps(others, date)) };
}

// -- the map of a table --------------------------------------------------------------------------------

// Datasette's tables have no list of ours next to them: the map takes the rows of the page itself.
export async function ofTable(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.column ?? cell.textContent.trim());
  const section = document.createElement("section");
  section.className = "map";
  const view = document.createElement("div");
  view.className = "map-view";
  view.setAttribute("role", "application");
  view.setAttribute("aria-roledescription", translate("map"));
  view.setAttribute("aria-label", translate("Map of the rows on this page"));
  section.append(view);
  table.closest(".table-wrapper").before(section);
  const [{ load, begin, ground }, arrangement] = await modules();
  const L = await load();
  const map = begin(L, view);
  const all = [...table.tBodies[0].rows].flatMap((row) => {
    const cell = (name) => row.cells[heads.indexOf(name)];
    const [lat, lng] = [cell("latitude").textContent, cell("longitude").textContent].map((text) => (text.trim() ? Number(text) : NaN));
    if (Number.isNaN(lat + lng)) return [];
    const name = cell("name")?.textContent.trim() ?? "";
    const field = cell("field")?.querySelector("a")?.getAttribute("href")?.split("/").pop();
    const popup = () => {
      const box = document.createElement("div");
      box.append(...(row.querySelector("td a") ? [row.querySelector("td a").cloneNode(true), " "] : []), name);
      return box;
    };
    return [{ place: { lat, lng }, field, name, description: name || translate("Row"), popup, isKept: true }];
  });
  const marks = await drawMarks(L, map, arrangement, all);
  useKeys(map, marks);
  marks.show(() => true);
  const longitudes = all.map((mark) => mark.place.lng);
  if (all.length && Math.max(...longitudes) - Math.min(...longitudes) < FAR_APART) map.showPlaces(all.map((mark) => mark.place), 60, 5);
  await Promise.all([marks.open(), ground(L, map)]);
  view.dataset.drawn = "yes";
}
