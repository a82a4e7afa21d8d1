// Makes the third-party files of the site from the locked npm versions: `make vendor`.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { geoEquirectangular } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import subsetFont from "subset-font";
import { feature, mesh } from "topojson-client";

// Where the files of the site go, and those of its static edition only.
const [target, staticTarget] = process.argv.slice(2);
for (const folder of [target, staticTarget]) mkdirSync(folder, { recursive: true });

const packages = JSON.parse(readFileSync("package-lock.json")).packages;
const banner = (...names) => ({
  js: "/*! " + names.map((name) => {
    const { version, license } = packages[`node_modules/${name}`];
    return `${name} ${version} (${license})`;
  }).join(", ") + " */",
});

const bundled = new Set(["@expo-google-fonts/noto-sans", "world-atlas"]);
const bundle = (contents, name, options) =>
  build({
    stdin: { contents, resolveDir: "." },
    outfile: `${target}/${name}`,
    bundle: true,
    minify: true,
    charset: "utf8",
    legalComments: "eof",
    logLevel: "warning",
    metafile: true,
    ...options,
  }).then(({ metafile }) => {
    for (const file of Object.keys(metafile.inputs)) {
      const name = file.match(/node_modules\/((?:@[^/]+\/)?[^/]+)\//)?.[1];
      if (name) bundled.add(name);
    }
  });

await bundle('import "leaflet";', "leaflet.js", {
  format: "iife",
  banner: banner("leaflet"),
});
// Both style sheets in one; no picture is used: every mark is drawn by the site.
await bundle("", "leaflet.css", { stdin: undefined, entryPoints: ["leaflet.css"], loader: { ".png": "empty" } });
await bundle(
  'export { barX, barY, plot, ruleX, ruleY, text } from "@observablehq/plot";',
  "plot.js",
  { format: "esm", banner: banner("@observablehq/plot") },
);

// SQLite in the browser.
await bundle('export { default } from "@sqlite.org/sqlite-wasm";', "sqlite3.js", {
  outfile: `${staticTarget}/sqlite3.js`,
  format: "esm",
  banner: banner("@sqlite.org/sqlite-wasm"),
  loader: { ".wasm": "file" },
});
copyFileSync("node_modules/@sqlite.org/sqlite-wasm/dist/sqlite3.wasm", `${staticTarget}/sqlite3.wasm`);

// Degrees in, degrees out: what the projection adds is the cut along the antimeridian and along the edges of a tile.
const degrees = () => geoEquirectangular().scale(180 / Math.PI).translate([0, 0]).precision(0);
const rounded = (places) => (key, value) =>
  typeof value === "number" ? Number(value.toFixed(places)) : value;
const flipped = (one) => (typeof one[0] === "number" ? [one[0], -one[1]] : one.map(flipped));
const upright = (geometry) => geometry && { ...geometry, coordinates: flipped(geometry.coordinates) };

function picture(scale, projection) {
  const world = JSON.parse(readFileSync(`node_modules/world-atlas/countries-${scale}.json`));
  const project = (shape) => upright(geoProject(shape, projection));
  const borders = mesh(world, world.objects.countries, (one, other) => one !== other);
  return {
    source: "Natural Earth (public domain), by world-atlas",
    land: feature(world, world.objects.land).features.map(({ geometry }) => project(geometry)).filter(Boolean),
    countries: feature(world, world.objects.countries).features.map(({ id, geometry }) => ({ id, geometry: project(geometry) })),
    borders: project(borders) ?? { type: "MultiLineString", coordinates: [] },
  };
}

// The whole world is seen from far. Each country is a feature, with its code in M49 where it has one.
const { countries, borders, source } = picture("110m", degrees());
const features = countries.map(({ id, geometry }) => ({ type: "Feature", id, geometry }));
writeFileSync(`${target}/world-110m.json`, JSON.stringify({ source, land: { type: "FeatureCollection", features }, borders }, rounded(1)));
// For maps that are seen closely. A tile is named by its west and south edge; it overlaps its neighbours a little, so that no seam shows.
const SIDE = 20, OVERLAP = 0.05;
mkdirSync(`${target}/world-50m`, { recursive: true });
for (let west = -180; west < 180; west += SIDE) {
  for (let south = -90; south < 90; south += SIDE) {
    const edges = [
      [Math.max(west - OVERLAP, -180), -Math.min(south + SIDE + OVERLAP, 90)],
      [Math.min(west + SIDE + OVERLAP, 180), -Math.max(south - OVERLAP, -90)],
    ];
    const { land, borders, source } = picture("50m", degrees().clipExtent(edges));
    const tile = { source, land: { type: "GeometryCollection", geometries: land }, borders };
    writeFileSync(`${target}/world-50m/${west}_${south}.json`, JSON.stringify(tile, rounded(2)));
  }
}

// The type of the pictures: Latin letters with all their marks, and punctuation.
const range = (first, last) => Array.from({ length: last - first + 1 }, (_, step) => String.fromCodePoint(first + step));
const letters = [[0x20, 0x7e], [0xa0, 0x24f], [0x300, 0x36f], [0x1e00, 0x1eff], [0x2010, 0x2044], [0x2190, 0x2193]]
  .flatMap(([first, last]) => range(first, last))
  .join("");
for (const weight of ["400Regular", "700Bold"]) {
  const font = readFileSync(`node_modules/@expo-google-fonts/noto-sans/${weight}/NotoSans_${weight}.ttf`);
  writeFileSync(`${target}/noto-sans-${weight.slice(0, 3)}.ttf`, await subsetFont(font, letters));
}

// Who is bundled is thanked, and their terms are kept.
const terms = [...bundled].sort().map((name) => {
  const folder = `node_modules/${name}`;
  const files = readdirSync(folder).filter((file) => /^(licen[cs]e|mit-licen[cs]e)/i.test(file)).sort();
  const texts = files.map((file) => readFileSync(`${folder}/${file}`, "utf8").trim());
  return `${name} ${packages[folder].version}\n\n${texts.join("\n\n")}\n`;
});
writeFileSync(`${target}/LICENSES.txt`, terms.join(`\n${"-".repeat(80)}\n\n`));
