// The base map: the whole world in the Equal Earth projection, which preserves areas; small areas in the Mercator
// projection, which preserves shapes.
const here = new URL(import.meta.url);
const near = (name) => new URL(name, here).pathname + here.search;
let leaflet;
const worlds = {};

export const load = () =>
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

export const isMotionReduced = matchMedia("(prefers-reduced-motion: reduce)").matches;
// From this zoom on a map is seen closely: its coasts come in tiles, each fetched once it is in view.
const CLOSE = 3.5;
const TILE = 20;
// All land but Antarctica.
const SOUTH = -57;
const NORTH = 84;

// Šavrič, Patterson and Jenny, The Equal Earth map projection (2018), doi:10.1080/13658816.2018.1504949.
const [A1, A2, A3, A4] = [1.340264, -0.081106, 0.000893, 0.003796];
const M = Math.sqrt(3) / 2;
const RADIAN = Math.PI / 180;
const northing = (l, l2, l6) => l * (A1 + A2 * l2 + l6 * (A3 + A4 * l2));
const slope = (l2, l6) => A1 + 3 * A2 * l2 + l6 * (7 * A3 + 9 * A4 * l2);

function equalEarth(L) {
  const projection = {
    project({ lat, lng }) {
      const l = Math.asin(M * Math.sin(Math.max(-90, Math.min(90, lat)) * RADIAN));
      const l2 = l * l;
      const l6 = l2 ** 3;
      return L.point((lng * RADIAN * Math.cos(l)) / (M * slope(l2, l6)), northing(l, l2, l6));
    },
    unproject({ x, y }) {
      // Newton's method; the poles are at 1.3173.
      const most = Math.max(-1.3173, Math.min(1.3173, y));
      let l = most;
      for (let step = 0; step < 12; step += 1) {
        const l2 = l * l;
        l -= (northing(l, l2, l2 ** 3) - most) / slope(l2, l2 ** 3);
      }
      const l2 = l * l;
      const lng = (M * x * slope(l2, l2 ** 3)) / Math.cos(l) / RADIAN;
      return L.latLng(Math.asin(Math.max(-1, Math.min(1, Math.sin(l) / M))) / RADIAN, lng);
    },
    bounds: L.bounds([-2.7067, -1.3173], [2.7067, 1.3173]),
  };
  const scale = 0.5 / Math.PI;
  return L.extend({}, L.CRS.EPSG3857, {
    code: "EPSG:8857", projection, wrapLng: undefined, transformation: L.transformation(scale, 0.5, -scale, 0.5),
  });
}

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

// The outline of the world map: the seas in it are as curved as the land.
function globe(L) {
  const edge = (longitude, from, to) =>
    Array.from({ length: 40 }, (_, step) => [from + ((to - from) * step) / 39, longitude]);
  return L.polygon([...edge(-180, SOUTH, NORTH), ...edge(180, NORTH, SOUTH)], {
    interactive: false, pane: "tilePane", className: "globe", stroke: false, fillOpacity: 1, smoothFactor: 0,
  });
}

/** Return a map that shows the whole world. */
export function begin(L, view) {
  const far = equalEarth(L);
  const close = L.CRS.EPSG3857;
  const map = L.map(view, {
    attributionControl: false, minZoom: -2, maxZoom: 9, zoomSnap: 0, scrollWheelZoom: false, keyboard: false, crs: far,
    zoomAnimation: !isMotionReduced, fadeAnimation: !isMotionReduced,
  });
  const extent = () => L.bounds(
    [far.projection.project({ lat: 0, lng: -180 }).x, far.projection.project({ lat: SOUTH, lng: 0 }).y],
    [far.projection.project({ lat: 0, lng: 180 }).x, far.projection.project({ lat: NORTH, lng: 0 }).y],
  );
  const middle = far.projection.unproject(extent().getCenter());
  const worldZoom = () => {
    const { x, y } = extent().getSize();
    const pixels = Math.min(map.getSize().x / x, map.getSize().y / y);
    return Math.log2((pixels * 2 * Math.PI) / 256);
  };
  const project = (crs) => {
    if (map.options.crs === crs) return;
    const [center, zoom] = [map.getCenter(), map.getZoom()];
    map.options.crs = crs;
    map.setView(center, zoom, { animate: false, reset: true });
  };
  const adapt = () => {
    project(map.getZoom() < CLOSE ? far : close);
    const isFar = map.options.crs === far;
    view.classList.toggle("far", isFar);
    view.style.setProperty("--mark", `${isFar ? Math.max(6, Math.min(11, map.getSize().x / 105)) : 18}px`);
    // A map of the whole world has nowhere to be dragged to, and a finger on it scrolls the page.
    const isWhole = map.getZoom() <= map.getMinZoom() + 0.01;
    map.dragging[isWhole ? "disable" : "enable"]();
    return isWhole;
  };
  map.showWorld = () => {
    map.setMinZoom(worldZoom());
    map.options.crs = far;
    map.setView(middle, map.getMinZoom(), { animate: false, reset: true });
  };
  // A few places are looked at closely, those far apart on the map of the world.
  map.showPlaces = (places, padding, maxZoom) => {
    for (const [crs, least, most] of [[close, CLOSE, maxZoom], [far, map.getMinZoom(), CLOSE - 0.1]]) {
      const box = L.bounds(places.map((place) => crs.latLngToPoint(place, 0)));
      const { x, y } = box.getSize();
      const zoom = Math.min(most, Math.log2(Math.min((map.getSize().x - padding) / x, (map.getSize().y - padding) / y)));
      if (zoom >= least) {
        map.options.crs = crs;
        return map.setView(crs.pointToLatLng(box.getCenter(), 0), zoom, { animate: false, reset: true });
      }
    }
    return map.showWorld();
  };
  map.on("zoomend", adapt);
  map.on("resize", () => {
    const wasWhole = map.getZoom() <= map.getMinZoom() + 0.01;
    map.setMinZoom(worldZoom());
    if (wasWhole) map.showWorld();
  });
  map.showWorld();
  for (const button of view.querySelectorAll(".leaflet-control-zoom a")) button.tabIndex = -1;
  view.tabIndex = 0;
  view.addEventListener("focusin", () => map.scrollWheelZoom.enable());
  view.addEventListener("focusout", () => map.scrollWheelZoom.disable());
  return map;
}

/** Draw the land in view, now and after each move. Call it once the map has its first view. */
export async function ground(L, map) {
  const layers = {};
  const coarse = L.layerGroup([globe(L)]);
  const fine = L.layerGroup();
  const add = async (name, group) => {
    if (layers[name]) return;
    const options = { interactive: false, pane: "tilePane" };
    layers[name] = true;
    const { land, borders } = await world(name);
    const filter = (feature) => feature.id !== "010";
    group.addLayer(L.geoJSON(land, { ...options, filter, style: { className: "land", stroke: false, fillOpacity: 1 } }));
    group.addLayer(L.geoJSON(borders, { ...options, style: { className: "borders", weight: 0.8, fill: false } }));
  };
  const update = async () => {
    const isFar = map.getContainer().classList.contains("far");
    const names = isFar ? ["110m"] : tilesIn(map.getBounds());
    // The marks are a map even where the land does not come.
    await Promise.all(names.map((name) => add(name, isFar ? coarse : fine))).catch(() => {});
    map.addLayer(isFar ? coarse : fine).removeLayer(isFar ? fine : coarse);
  };
  map.on("moveend", update);
  await update();
}
