// The map of a list: every item of the list that is shown is a mark on the map, and nothing else is.
const here = new URL(import.meta.url);
const near = (name) => new URL(name, here).pathname + here.search;
let leaflet;
const worlds = {};

const load = () =>
  (leaflet ??= new Promise((done, failed) => {
    const style = document.createElement("link");
    style.rel = "stylesheet";
    style.href = near("vendor/leaflet.css");
    document.head.prepend(style);
    const script = document.createElement("script");
    script.src = near("vendor/leaflet.js");
    script.onload = () => done(globalThis.L);
    script.onerror = failed;
    document.head.append(script);
  }));
const world = (name) => (worlds[name] ??= fetch(near(`vendor/world-${name}.json`)).then((answer) => answer.json()));

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const dark = matchMedia("(prefers-color-scheme: dark)");
const isMotionReduced = matchMedia("(prefers-reduced-motion: reduce)").matches;

// The finer coasts come in tiles: each is fetched once it is in view, from this zoom on.
const FINE_ZOOM = 3.5;
const TILE = 20;

function tilesIn(bounds) {
  const edge = (degrees, least, most) => least + Math.floor((Math.min(Math.max(degrees, least), most - 1) - least) / TILE) * TILE;
  const names = [];
  for (let west = edge(bounds.getWest(), -180, 180); west <= edge(bounds.getEast(), -180, 180); west += TILE) {
    for (let south = edge(bounds.getSouth(), -90, 90); south <= edge(bounds.getNorth(), -90, 90); south += TILE) {
      names.push(`50m/${west}_${south}`);
    }
  }
  return names;
}

// Draws the land of the view, and of every later one. It is called once the map has its first view.
async function ground(L, map) {
  const layers = {};
  const coarse = L.layerGroup();
  const fine = L.layerGroup();
  const add = async (name, group) => {
    if (layers[name]) return;
    const options = { interactive: false, pane: "tilePane" };
    layers[name] = true;
    const { land, borders } = await world(name);
    group.addLayer(L.geoJSON(land, { ...options, style: { className: "land", stroke: false, fillOpacity: 1 } }));
    group.addLayer(L.geoJSON(borders, { ...options, style: { className: "borders", weight: 0.8, fill: false } }));
  };
  const update = async () => {
    const isFine = map.getZoom() >= FINE_ZOOM;
    const names = isFine ? tilesIn(map.getBounds()) : ["110m"];
    // The marks are a map even where the land does not come.
    await Promise.all(names.map((name) => add(name, isFine ? fine : coarse))).catch(() => {});
    map.addLayer(isFine ? fine : coarse).removeLayer(isFine ? coarse : fine);
  };
  map.on("moveend", update);
  await update();
}

const MOST_STOPS = 40;
const worldView = (view) => [[22, 12], view.clientWidth > 700 ? 1.6 : 0.6];

function begin(L, view, label) {
  const map = L.map(view, {
    attributionControl: false, worldCopyJump: true, minZoom: 0, maxZoom: 9, zoomSnap: 0.25, scrollWheelZoom: false,
    zoomAnimation: !isMotionReduced, fadeAnimation: !isMotionReduced,
  });
  map.setView(...worldView(view));
  view.setAttribute("aria-label", label);
  view.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  view.addEventListener("focusout", () => map.scrollWheelZoom.disable());
  return map;
}

const icon = (L, field, extra = "") =>
  L.divIcon({
    className: `field ${extra}`,
    iconSize: [24, 24],
    html: `<svg class="mark" aria-hidden="true"><use href="#m-${field}"/></svg>`,
  });

// Marks are small where they are close together. Many are no stops of the keyboard: the list next to the map is one.
function group(L, map) {
  const view = map.getContainer();
  const scale = () => view.classList.toggle("far", map.getZoom() < 3.5);
  map.on("zoomend", scale);
  scale();
  return L.featureGroup().addTo(map);
}

function marker(L, item, extra) {
  const [latitude, longitude] = item.dataset.at.split(",").map(Number);
  const name = item.querySelector("a").textContent;
  const mark = L.marker([latitude, longitude], {
    icon: icon(L, item.dataset.field, extra), title: name, alt: name, keyboard: true, riseOnHover: true,
    zIndexOffset: extra ? 1000 : 0,
  });
  if (extra) mark.bindTooltip(name, { permanent: true, direction: "top", offset: [0, -8], className: "map-label" });
  mark.bindPopup(() => {
    const box = document.createElement("div");
    box.append(...[...item.cloneNode(true).childNodes].filter((node) => !node.classList?.contains("mark")));
    const field = item.closest(".map").querySelector(`.key[data-field="${item.dataset.field}"]`).textContent;
    const since = document.createElement("div");
    since.textContent = item.dataset.since ? `${field} since ${item.dataset.since.slice(0, 4)}` : field;
    box.append(since);
    return box;
  });
  return mark;
}

const plural = (count, one, several) => `${count} ${count === 1 ? one : several}`;

export async function draw(section) {
  const L = await load();
  const view = section.querySelector(".map-view");
  if (section.classList.contains("lines")) return lines(L, view);
  const items = [...section.querySelectorAll(".map-list li")];
  const map = begin(L, view, view.getAttribute("aria-label"));
  const isOfCity = "near" in section.dataset;
  const shownMarks = group(L, map);
  const marks = new Map(items.map((item, index) => [item, marker(L, item, isOfCity && index === 0 ? "here" : "")]));
  const controls = section.querySelector(".map-controls");
  const { field, country, year } = controls?.elements ?? {};
  const today = section.dataset.on;

  const show = () => {
    const on = !year || year.value === today.slice(0, 4) ? today : `${year.value}-12-31`;
    const shown = items.filter((item) => {
      const { since, until } = item.dataset;
      item.hidden = (since && since > on) || (until && until <= on) || (field?.value && field.value !== item.dataset.field)
        || (country?.value && country.value !== item.dataset.country);
      return !item.hidden;
    });
    shownMarks.clearLayers();
    for (const item of shown) {
      shownMarks.addLayer(marks.get(item));
      marks.get(item).getElement().tabIndex = shown.length <= MOST_STOPS ? 0 : -1;
    }
    return shown;
  };
  const count = (shown) => {
    const countries = new Set(shown.map((item) => item.dataset.country)).size;
    const day = new Date(`${today}T12:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
    const when = year.value === today.slice(0, 4) ? `on ${day}` : `at the end of ${year.value}`;
    section.querySelector(".map-count").textContent = `${plural(shown.length, "city", "cities")} in ${plural(countries, "country", "countries")} ${when}`;
    controls.querySelector("output").textContent = year.value;
  };
  // A few places are looked at closely; the whole network is seen as the whole world.
  const look = (shown) => {
    const bounds = L.latLngBounds(shown.map((item) => marks.get(item).getLatLng()));
    if (shown.length && (isOfCity || bounds.getEast() - bounds.getWest() < 120)) {
      map.fitBounds(bounds, { padding: [30, 30], maxZoom: 5, animate: false });
    } else {
      map.setView(...worldView(view), { animate: false });
    }
  };

  const shown = show();
  look(shown);
  if (controls) {
    // A browser may have restored the filters.
    if (field?.value || country?.value || year.value !== year.max) count(shown);
    controls.addEventListener("input", (event) => {
      const changed = show();
      count(changed);
      if (event.target !== year) look(changed);
    });
    controls.addEventListener("submit", (event) => event.preventDefault());
    play(controls, () => count(show()));
  }
  await ground(L, map);
  view.dataset.drawn = "yes";
}

function play(controls, show) {
  const button = controls.querySelector(".play");
  const { year } = controls.elements;
  const label = button.textContent;
  let timer;
  const stop = () => {
    clearInterval(timer);
    timer = undefined;
    button.textContent = label;
    button.classList.remove("playing");
  };
  button.addEventListener("click", () => {
    if (timer) return stop();
    if (year.value === year.max) year.value = year.min;
    button.textContent = "Pause";
    button.classList.add("playing");
    show();
    timer = setInterval(() => {
      year.stepUp();
      show();
      if (year.value === year.max) stop();
    }, 700);
  });
}

async function lines(L, view) {
  const map = begin(L, view, view.getAttribute("aria-label"));
  const renderer = L.canvas({ tolerance: 4 });
  const all = L.featureGroup().addTo(map);
  for (const item of document.querySelectorAll("[data-line]")) {
    const [first, ...others] = item.dataset.line.split(";").map((at) => at.split(",").map(Number));
    const about = () => {
      const link = document.createElement("a");
      link.href = `#${item.id}`;
      link.textContent = item.querySelector("strong").textContent;
      return link;
    };
    for (const other of others) {
      L.polyline([first, other], { renderer, weight: 1, opacity: 0.35 }).bindPopup(about).addTo(all);
    }
    for (const at of [first, ...others]) {
      L.circleMarker(at, { renderer, radius: 3, weight: 1, fillOpacity: 1 }).bindPopup(about).addTo(all);
    }
  }
  const paint = () => all.eachLayer((layer) => layer.setStyle(
    layer instanceof L.CircleMarker ? { color: colour("--ink"), fillColor: colour("--page") } : { color: colour("--link") },
  ));
  paint();
  dark.addEventListener("change", paint);
  await ground(L, map);
  view.dataset.drawn = "yes";
}

// Datasette's tables have no list of ours beside them: the map takes the rows of the page itself.
export async function ofTable(table) {
  const heads = [...table.tHead.rows[0].cells].map((cell) => cell.dataset.column ?? cell.textContent.trim());
  const at = (name) => heads.indexOf(name);
  const section = document.createElement("section");
  section.className = "map";
  const view = document.createElement("div");
  view.className = "map-view";
  view.setAttribute("role", "region");
  section.append(view);
  table.closest(".table-wrapper").before(section);
  const L = await load();
  const map = begin(L, view, "Map of the rows on this page");
  const marks = group(L, map);
  for (const row of table.tBodies[0].rows) {
    const cell = (name) => row.cells[at(name)];
    const place = [Number(cell("latitude").textContent), Number(cell("longitude").textContent)];
    if (place.some(Number.isNaN)) continue;
    const name = cell("name")?.textContent.trim() ?? "";
    const field = cell("field")?.querySelector("a")?.getAttribute("href")?.split("/").pop();
    const options = { title: name, alt: name, keyboard: false, riseOnHover: true };
    if (field && document.getElementById(`m-${field}`)) options.icon = icon(L, field);
    else options.icon = L.divIcon({ className: "field", iconSize: [24, 24], html: '<svg class="mark" viewBox="-11 -11 22 22" aria-hidden="true"><circle r="8" fill="#0072b2"/></svg>' });
    marks.addLayer(L.marker(place, options).bindPopup(() => {
      const box = document.createElement("div");
      box.append(...(row.querySelector("td a") ? [row.querySelector("td a").cloneNode(true), " "] : []), name);
      return box;
    }));
  }
  const bounds = marks.getBounds();
  if (bounds.isValid() && bounds.getEast() - bounds.getWest() < 120) map.fitBounds(bounds, { padding: [30, 30], maxZoom: 5, animate: false });
  await ground(L, map);
  view.dataset.drawn = "yes";
}
