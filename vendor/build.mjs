// Makes the third-party files of the site from the locked npm versions: `make vendor`.
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { build } from "esbuild";
import { geoEquirectangular } from "d3-geo";
import { geoProject } from "d3-geo-projection";
import { feature, mesh } from "topojson-client";

const target = process.argv[2];
mkdirSync(target, { recursive: true });

const packages = JSON.parse(readFileSync("package-lock.json")).packages;
const banner = (...names) => ({
  js: "/*! " + names.map((name) => {
    const { version, license } = packages[`node_modules/${name}`];
    return `${name} ${version} (${license})`;
  }).join(", ") + " */",
});

const bundled = new Set(["world-atlas"]);
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

await bundle('import "leaflet"; import "leaflet.markercluster";', "leaflet.js", {
  format: "iife",
  banner: banner("leaflet", "leaflet.markercluster"),
});
// Both style sheets in one; no picture is used: every mark is drawn by the site.
await bundle("", "leaflet.css", { stdin: undefined, entryPoints: ["leaflet.css"], loader: { ".png": "empty" } });
await bundle(
  'export { barX, barY, plot, ruleX, ruleY, text } from "@observablehq/plot";',
  "plot.js",
  { format: "esm", banner: banner("@observablehq/plot") },
);

// Degrees in, degrees out: what the projection adds is the cut along the antimeridian and along the edges of a tile.
const degrees = () => geoEquirectangular().scale(180 / Math.PI).translate([0, 0]).precision(0);
const rounded = (places) => (key, value) =>
  typeof value === "number" ? Number(value.toFixed(places)) : value;
const flipped = (one) => (typeof one[0] === "number" ? [one[0], -one[1]] : one.map(flipped));
const upright = (geometry) => geometry && { ...geometry, coordinates: flipped(geometry.coordinates) };

function picture(scale, projection) {
  const world = JSON.parse(readFileSync(`node_modules/world-atlas/countries-${scale}.json`));
  const land = geoProject(feature(world, world.objects.land), projection);
  const lands = land?.type === "FeatureCollection" ? land.features.map((one) => one.geometry) : [land?.geometry ?? land];
  const borders = geoProject(mesh(world, world.objects.countries, (one, other) => one !== other), projection);
  return {
    source: "Natural Earth (public domain), by world-atlas",
    land: { type: "GeometryCollection", geometries: lands.filter(Boolean).map(upright) },
    borders: upright(borders) ?? { type: "MultiLineString", coordinates: [] },
  };
}

writeFileSync(`${target}/world-110m.json`, JSON.stringify(picture("110m", degrees()), rounded(1)));
// A tile is named by its west and south edge; it overlaps its neighbours a little, so that no seam shows.
const SIDE = 30, OVERLAP = 0.05;
mkdirSync(`${target}/world-50m`, { recursive: true });
for (let west = -180; west < 180; west += SIDE) {
  for (let south = -90; south < 90; south += SIDE) {
    const edges = [
      [Math.max(west - OVERLAP, -180), -Math.min(south + SIDE + OVERLAP, 90)],
      [Math.min(west + SIDE + OVERLAP, 180), -Math.max(south - OVERLAP, -90)],
    ];
    const tile = picture("50m", degrees().clipExtent(edges));
    writeFileSync(`${target}/world-50m/${west}_${south}.json`, JSON.stringify(tile, rounded(2)));
  }
}

// Who is bundled is thanked, and their terms are kept.
const terms = [...bundled].sort().map((name) => {
  const folder = `node_modules/${name}`;
  const file = readdirSync(folder).find((one) => /^(licen[cs]e|mit-licen[cs]e)/i.test(one));
  return `${name} ${packages[folder].version}\n\n${readFileSync(`${folder}/${file}`, "utf8").trim()}\n`;
});
writeFileSync(`${target}/LICENSES.txt`, terms.join(`\n${"-".repeat(80)}\n\n`));
