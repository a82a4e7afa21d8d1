// Draws a chart from the table next to it.
const here = new URL(import.meta.url);
const { translate } = await import(new URL("site.js", here).pathname + here.search);
const plot = () => import(new URL("vendor/plot.js", here).pathname + here.search);

const fill = (field) => document.querySelector(`#m-${field} path`)?.getAttribute("fill") ?? "currentColor";
const number = (cell) => Number(cell.textContent.replaceAll(",", ""));

export async function draw(figure) {
  const Plot = await plot();
  const table = figure.querySelector("table");
  const drawing = figure.querySelector(".drawing");
  const make = { growth, bars }[figure.dataset.chart];
  const paint = () => {
    drawing.replaceChildren(...make(Plot, table, Math.max(280, drawing.clientWidth)));
    // The drawing is one picture with one accessible name; its parts have none.
    for (const part of drawing.querySelectorAll("g[aria-label]")) part.removeAttribute("aria-label");
  };
  paint();
  let width = drawing.clientWidth;
  new ResizeObserver(() => {
    if (Math.abs(drawing.clientWidth - width) > 8) {
      width = drawing.clientWidth;
      paint();
    }
  }).observe(drawing);
  if (figure.dataset.chart === "bars") figure.classList.add("drawn-bars");
  figure.dataset.drawn = "yes";
}

const LABEL = 15;

function growth(Plot, table, width) {
  const heads = [...table.tHead.rows[0].cells].filter((head) => head.dataset.field);
  const years = [...table.tBodies[0].rows];
  const latest = (column) => number(years.at(-1).cells[column]);
  // The largest field is at the bottom; labels and legend follow the stack.
  const fields = heads
    .map((head) => ({ id: head.dataset.field, name: head.textContent.trim(), column: head.cellIndex }))
    .sort((field, other) => latest(other.column) - latest(field.column));
  const rows = years.flatMap((row) =>
    fields.map(({ name, column }) => ({ year: number(row.cells[0]), field: name, members: number(row.cells[column]) })));
  const names = fields.map((field) => field.name);
  const isWide = width > 560;
  const tick = isWide ? 2 : 4;
  const first = number(years[0].cells[0]);
  const [height, top, bottom] = [320, 20, 30];
  const most = Math.max(...years.map((row) => fields.reduce((sum, { column }) => sum + number(row.cells[column]), 0)));
  const labels = isWide ? placeLabels(fields, latest, most, (height - top - bottom) / most) : [];
  const chart = Plot.plot({
    width, height, marginLeft: 42, marginTop: top, marginBottom: bottom, marginRight: isWide ? 190 : 20,
    style: { background: "none", fontSize: "12px" },
    x: { type: "band", label: null, tickFormat: (year) => ((year - first) % tick ? "" : String(year)), tickSize: 0, padding: 0, round: false },
    y: { label: translate("member cities"), grid: true, domain: [0, most] },
    color: { domain: names, range: fields.map((field) => fill(field.id)) },
    marks: [
      // Bars without gaps are steps: a year without a round looks like the one before.
      Plot.barY(rows, {
        x: "year", y: "members", fill: "field", order: names, insetTop: 0.5, shapeRendering: "crispEdges",
        title: (row) => `${row.field}, ${row.year}: ${row.members}`,
      }),
      Plot.ruleY([0]),
      Plot.text(labels, { y: "place", text: "text", frameAnchor: "right", textAnchor: "start", dx: 8 }),
    ],
  });
  if (fields.length === 1 || isWide) return [chart];
  const legend = document.createElement("ul");
  legend.className = "legend";
  legend.append(...fields.toReversed().map(({ id, name }) => {
    const item = document.createElement("li");
    item.className = "key";
    item.innerHTML = `<svg class="mark" aria-hidden="true"><use href="#m-${id}"/></svg>`;
    item.append(name);
    return item;
  }));
  return [legend, chart];
}

// Labels at the middle of the last step of each field, moved apart where they would cover each other.
function placeLabels(fields, latest, most, scale) {
  let sum = 0;
  const labels = fields.filter(({ column }) => latest(column)).map(({ name, column }) => {
    const members = latest(column);
    sum += members;
    return { text: `${name} ${members}`, place: sum - members / 2 };
  });
  const gap = LABEL / scale;
  labels.forEach((label, number) => {
    if (number) label.place = Math.max(label.place, labels[number - 1].place + gap);
  });
  labels.toReversed().forEach((label, number, reversed) => {
    label.place = Math.min(label.place, number ? reversed[number - 1].place - gap : most);
  });
  return labels;
}

function bars(Plot, table, width) {
  const rows = [...table.tBodies[0].rows].map((row) => ({
    name: row.cells[0].textContent.trim(), members: number(row.cells[1]), colour: row.cells[0].dataset.field,
  }));
  const left = Math.min(width * 0.45, 8 + 7.5 * Math.max(...rows.map((row) => row.name.length)));
  return [Plot.plot({
    width: Math.min(width, 720), marginLeft: left, marginRight: 40, height: 28 * rows.length + 10, marginTop: 5, marginBottom: 5,
    style: { background: "none", fontSize: "13px" },
    x: { axis: null },
    y: { axis: null, domain: rows.map((row) => row.name) },
    marks: [
      Plot.barX(rows, { x: "members", y: "name", fill: (row) => (row.colour ? fill(row.colour) : "var(--link)"), stroke: "currentColor", strokeWidth: 0.6, insetTop: 3, insetBottom: 3 }),
      // A long name goes on to a second line where there is no room for it on one.
      Plot.text(rows, { frameAnchor: "left", textAnchor: "end", dx: -6, y: "name", text: "name", lineWidth: (left - 8) / 13, lineHeight: 1 }),
      Plot.text(rows, { x: "members", y: "name", text: (row) => String(row.members), dx: 4, textAnchor: "start" }),
      Plot.ruleX([0]),
    ],
  })];
}
