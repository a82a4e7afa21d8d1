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
const world = (scale) => (worlds[scale] ??= fetch(near(`vendor/world-${scale}.json`)).then((answer) => answer.json()));

const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

async function ground(L, map) {
  const layers = {};
  const add = async (scale) => {
    const { land, borders } = await world(scale);
    const options = { interactive: false, pane: "tilePane" };
    layers[scale] ??= L.layerGroup([
      L.geoJSON(land, { ...options, style: { stroke: false, fill: true, fillColor: colour("--land"), fillOpacity: 1 } }),
      L.geoJSON(borders, { ...options, style: { color: colour("--border"), weight: 0.8, fill: false } }),
    ]);
    for (const [other, layer] of Object.entries(layers)) other === scale ? layer.addTo(map) : layer.remove();
  };
  await add("110m");
  // The finer coasts are eight times as heavy: they are fetched for who looks closely.
  map.on("zoomend", () => add(map.getZoom() >= 5 ? "50m" : "110m"));
}

function begin(L, view, label) {
  const map = L.map(view, {
    attributionControl: false, worldCopyJump: true, minZoom: 0, maxZoom: 9, zoomSnap: 0.25, scrollWheelZoom: false,
  });
  map.setView([22, 12], view.clientWidth > 700 ? 1.6 : 0.6);
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

function clusters(L) {
  return L.markerClusterGroup({
    showCoverageOnHover: false,
    maxClusterRadius: 34,
    iconCreateFunction: (cluster) => {
      cluster.options.title = `${cluster.getChildCount()} cities; zoom in`;
      return L.divIcon({ className: "cluster", iconSize: [30, 30], html: `<span>${cluster.getChildCount()}</span>` });
    },
    animate: !matchMedia("(prefers-reduced-motion: reduce)").matches,
  });
}

function marker(L, item, extra) {
  const [latitude, longitude] = item.dataset.at.split(",").map(Number);
  const name = item.querySelector("a").textContent;
  const mark = L.marker([latitude, longitude], {
    icon: icon(L, item.dataset.field, extra), title: name, alt: name, keyboard: true, riseOnHover: true,
  });
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
  const grounded = ground(L, map);
  const group = clusters(L).addTo(map);
  const centre = section.dataset.near;
  const marks = new Map(items.map((item, index) => [item, marker(L, item, centre && index === 0 ? "here" : "")]));
  const controls = section.querySelector(".map-controls");
  const count = section.querySelector(".map-count");
  const today = section.dataset.on;

  const show = (say) => {
    const { field, country, year } = controls ? controls.elements : {};
    const on = !year || year.value === today.slice(0, 4) ? today : `${year.value}-12-31`;
    const shown = items.filter((item) => {
      const { since, until } = item.dataset;
      item.hidden = (since && since > on) || (until && until <= on) || (field?.value && field.value !== item.dataset.field)
        || (country?.value && country.value !== item.dataset.country);
      return !item.hidden;
    });
    group.clearLayers();
    group.addLayers(shown.map((item) => marks.get(item)));
    if (controls && say) {
      const countries = new Set(shown.map((item) => item.dataset.country)).size;
      const day = new Date(`${on}T12:00:00Z`).toLocaleDateString("en-GB", { day: "numeric", month: "long", year: "numeric", timeZone: "UTC" });
      const when = on === today ? `on ${day}` : `at the end of ${year.value}`;
      count.textContent = `${plural(shown.length, "city", "cities")} in ${plural(countries, "country", "countries")} ${when}`;
      controls.querySelector("output").textContent = year.value;
    }
    return shown;
  };

  const shown = show(false);
  // A few places are looked at closely; the whole network is seen as the whole world.
  const bounds = L.latLngBounds(shown.map((item) => marks.get(item).getLatLng()));
  if (shown.length && (centre || bounds.getEast() - bounds.getWest() < 120)) {
    map.fitBounds(bounds, { padding: [30, 30], maxZoom: 5, animate: false });
  }
  if (controls) {
    controls.addEventListener("input", () => show(true));
    controls.addEventListener("submit", (event) => event.preventDefault());
    play(controls, () => show(true));
  }
  await grounded;
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
  const grounded = ground(L, map);
  for (const item of document.querySelectorAll("[data-line]")) {
    const [first, ...others] = item.dataset.line.split(";").map((at) => at.split(",").map(Number));
    const about = () => {
      const link = document.createElement("a");
      link.href = `#${item.id}`;
      link.textContent = item.querySelector("strong").textContent;
      return link;
    };
    for (const other of others) {
      L.polyline([first, other], { renderer, color: colour("--link"), weight: 1, opacity: 0.35 }).bindPopup(about).addTo(map);
    }
    for (const at of [first, ...others]) {
      L.circleMarker(at, { renderer, radius: 3, color: colour("--ink"), weight: 1, fillColor: colour("--page"), fillOpacity: 1 })
        .bindPopup(about).addTo(map);
    }
  }
  await grounded;
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
  const grounded = ground(L, map);
  const group = clusters(L).addTo(map);
  for (const row of table.tBodies[0].rows) {
    const cell = (name) => row.cells[at(name)];
    const place = [Number(cell("latitude").textContent), Number(cell("longitude").textContent)];
    if (place.some(Number.isNaN)) continue;
    const name = cell("name")?.textContent.trim() ?? "";
    const field = cell("field")?.querySelector("a")?.getAttribute("href")?.split("/").pop();
    const options = { title: name, alt: name };
    if (field && document.getElementById(`m-${field}`)) options.icon = icon(L, field);
    else options.icon = L.divIcon({ className: "field", iconSize: [24, 24], html: '<svg class="mark" viewBox="-11 -11 22 22" aria-hidden="true"><circle r="8" fill="#0072b2"/></svg>' });
    group.addLayer(L.marker(place, options).bindPopup(() => {
      const box = document.createElement("div");
      box.append(...(row.querySelector("td a") ? [row.querySelector("td a").cloneNode(true), " "] : []), name);
      return box;
    }));
  }
  const bounds = group.getBounds();
  if (bounds.isValid() && bounds.getEast() - bounds.getWest() < 120) map.fitBounds(bounds, { padding: [30, 30], maxZoom: 5, animate: false });
  await grounded;
  view.dataset.drawn = "yes";
}
