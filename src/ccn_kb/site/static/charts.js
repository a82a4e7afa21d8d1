// The chart of a table: it draws what the table beside it says.
const here = new URL(import.meta.url);
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
    // The drawing is one picture with one name; its parts have none.
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

function growth(Plot, table, width) {
  const heads = [...table.tHead.rows[0].cells].filter((head) => head.dataset.field);
  const fields = heads.map((head) => ({ id: head.dataset.field, name: head.textContent.trim(), at: head.cellIndex }));
  const rows = [...table.tBodies[0].rows].flatMap((row) =>
    fields.map(({ name, at }) => ({ year: number(row.cells[0]), field: name, members: number(row.cells[at]) })));
  const names = fields.map((one) => one.name);
  const tick = width > 560 ? 2 : 4;
  const years = [...new Set(rows.map((row) => row.year))];
  const chart = Plot.plot({
    width, height: 320, marginLeft: 42,
    style: { background: "none", fontSize: "12px" },
    x: { type: "band", label: null, tickFormat: (year) => ((year - years[0]) % tick ? "" : String(year)), tickSize: 0, padding: 0.15 },
    y: { label: "member cities", grid: true },
    color: { domain: names, range: fields.map((one) => fill(one.id)) },
    marks: [
      Plot.barY(rows, {
        x: "year", y: "members", fill: "field", order: names, stroke: "currentColor", strokeWidth: 0.6,
        title: (row) => `${row.field}, ${row.year}: ${row.members}`,
      }),
      Plot.ruleY([0]),
    ],
  });
  if (fields.length === 1) return [chart];
  const legend = document.createElement("ul");
  legend.className = "legend";
  legend.append(...fields.map(({ id, name }) => {
    const item = document.createElement("li");
    item.className = "key";
    item.innerHTML = `<svg class="mark" aria-hidden="true"><use href="#m-${id}"/></svg>`;
    item.append(name);
    return item;
  }));
  return [legend, chart];
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
