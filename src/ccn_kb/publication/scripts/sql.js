// The database page: SQL on the whole database, which the browser downloads when the first query runs.
(() => {
  const { base } = document.documentElement.dataset;
  const root = base || ".";
  const { queries, tables, pageOfColumn, pageOfTable, mostShown } = JSON.parse(document.getElementById("tables-data").textContent);
  const form = document.querySelector("form.sql");
  const editor = form.elements.sql;
  const status = document.getElementById("sql-status");
  const result = document.getElementById("sql-result");
  const parameters = document.getElementById("sql-parameters");
  const stop = document.getElementById("sql-stop");
  const asked = new URLSearchParams(location.search);
  const { make, clean, link, toCsv, save } = globalThis.ccnPage;
  const own = (query) => clean(`index.html?${new URLSearchParams(query)}`);
  const page = (kind, id) => link(`${kind}/${encodeURIComponent(id)}/index.html`);
  const megabytes = (bytes) => (bytes / 1e6).toFixed(1);

  // -- SQLite ----------------------------------------------------------------------------------------

  let worker;
  let waiting = new Map();
  let asks = 0;
  const begin = () => {
    worker = new Worker(`${root}/assets/sql-worker.js`, { type: "module" });
    worker.onmessage = ({ data }) => {
      if (data.kind === "progress") {
        status.textContent = `Loading the database: ${megabytes(data.done)} of ${megabytes(data.all)} MB`;
        return;
      }
      const { done, failed } = waiting.get(data.number);
      waiting.delete(data.number);
      if (data.kind === "answer") done(data.answer);
      else failed(new Error(data.message));
    };
    worker.onerror = () => {
      for (const { failed } of waiting.values()) failed(new Error("This browser could not start SQLite, which needs WebAssembly. Download ccn.db and open it with SQLite."));
      waiting = new Map();
    };
  };
  const ask = (message) =>
    new Promise((done, failed) => {
      asks += 1;
      waiting.set(asks, { done, failed });
      worker.postMessage({ number: asks, ...message });
    });
  let opened;
  let ids;
  const open = () =>
    (opened ??= (async () => {
      if (location.protocol === "file:") {
        throw new Error("SQL needs a web server: run “python3 -m http.server” in this folder and open the address that it prints, or open ccn.db with SQLite.");
      }
      if (!globalThis.WebAssembly || !globalThis.Worker) {
        throw new Error("This browser has no WebAssembly, which SQLite needs. Download ccn.db and open it with SQLite.");
      }
      begin();
      const answer = await ask({ address: new URL(`${root}/ccn.db`, location.href).href });
      ids = Object.fromEntries(Object.entries(answer.ids).map(([kind, listed]) => [kind, new Set(listed)]));
    })().catch((error) => {
      opened = undefined;
      throw error;
    }));
  const select = async (sql, values = {}) => {
    await open();
    return ask({ sql, values });
  };

  // -- tables and queries in the address ----------------------------------------------------------------

  const name = (text) => `"${text.replaceAll('"', '""')}"`;
  const text = (value) => `'${value.replaceAll("'", "''")}'`;
  const COMPARISONS = {
    exact: (column, value) => `${column} = ${text(value)}`,
    not: (column, value) => `${column} <> ${text(value)}`,
    contains: (column, value) => `${column} LIKE ${text(`%${value}%`)}`,
    startswith: (column, value) => `${column} LIKE ${text(`${value}%`)}`,
    endswith: (column, value) => `${column} LIKE ${text(`%${value}`)}`,
    gt: (column, value) => `${column} > ${text(value)}`,
    gte: (column, value) => `${column} >= ${text(value)}`,
    lt: (column, value) => `${column} < ${text(value)}`,
    lte: (column, value) => `${column} <= ${text(value)}`,
    in: (column, value) => `${column} IN (${value.split(",").map((part) => text(part.trim())).join(", ")})`,
    isnull: (column) => `${column} IS NULL`,
    notnull: (column) => `${column} IS NOT NULL`,
  };
  const statementOf = (table) => {
    const columns = tables[table];
    const conditions = [];
    let order = "";
    for (const [key, value] of asked) {
      if (key === "table") continue;
      if (key === "_sort" || key === "_sort_desc") {
        if (columns.includes(value)) order = `\nORDER BY ${name(value)}${key === "_sort_desc" ? " DESC" : ""}`;
        continue;
      }
      const [column, comparison = "exact"] = key.split("__");
      if (columns.includes(column) && Object.hasOwn(COMPARISONS, comparison)) conditions.push(COMPARISONS[comparison](name(column), value));
    }
    return `SELECT * FROM ${name(table)}${conditions.length ? `\nWHERE ${conditions.join("\n  AND ")}` : ""}${order}`;
  };
  const parameterNames = (sql) => [...new Set([...sql.replace(/'[^']*'/g, "").matchAll(/(?<![:\w]):([A-Za-z_]\w*)/g)].map((match) => match[1]))];
  const showParameters = (values = {}) => {
    const names = parameterNames(editor.value);
    const known = Object.fromEntries([...parameters.querySelectorAll("input")].map((input) => [input.name, input.value]));
    parameters.hidden = names.length === 0;
    parameters.replaceChildren(...names.map((parameter) =>
      make("label", {}, `${parameter} `, make("input", { name: parameter, value: values[parameter] ?? known[parameter] ?? "" }))));
  };

  // -- results -------------------------------------------------------------------------------------------

  let table = "";
  const cell = (column, value, row, columns) => {
    if (value === null) return make("td", {}, "");
    const content = String(value);
    let kind = pageOfColumn[column];
    let id = content;
    if (column === "name" && pageOfTable[table]) [kind, id] = [pageOfTable[table], String(row[columns.indexOf("id")])];
    else if (column === "id" && !pageOfTable[table]) kind = "city";
    if (kind && ids[kind].has(id)) return make("td", {}, make("a", { href: page(kind, id) }, content));
    if (/^https?:\/\/\S+$/.test(content)) return make("td", {}, make("a", { href: content, rel: "external" }, content));
    return make("td", {}, content);
  };
  const toJson = ({ columns, rows }) => `${JSON.stringify(rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, row[at]]))), null, 1)}\n`;
  const show = (answer) => {
    const { columns, rows } = answer;
    const number = rows.length.toLocaleString("en");
    const isPart = rows.length > mostShown;
    const heading = isPart ? `First ${mostShown.toLocaleString("en")} of ${number} rows` : `${number} ${rows.length === 1 ? "row" : "rows"}`;
    const file = table || "rows";
    const taken = make("p", { className: "takeaway" }, make("span", {}, "Download"), " ", save("CSV", "text/csv", `${file}.csv`, toCsv([columns, ...rows])), " ",
      save("JSON", "application/json", `${file}.json`, toJson(answer)), ...(isPart ? [` (all ${number} rows)`] : []));
    const head = make("tr", {}, ...columns.map((column) => make("th", { scope: "col" }, column)));
    const body = rows.slice(0, mostShown).map((row) => {
      const cells = row.map((value, at) => cell(columns[at], value, row, columns));
      cells.forEach((each, at) => (each.dataset.label = columns[at]));
      return make("tr", {}, ...cells);
    });
    const view = make("div", { className: "table-wrapper", tabIndex: 0 }, make("table", { className: "rows-and-columns" }, make("thead", {}, head), make("tbody", {}, ...body)));
    view.setAttribute("role", "region");
    view.setAttribute("aria-label", "Rows");
    result.replaceChildren(make("h2", { className: "rows" }, heading), ...(columns.length ? [taken, view] : []));
  };
  const showRelated = async (id) => {
    const related = await select(
      "SELECT m.name, f.\"from\" FROM sqlite_schema m JOIN pragma_foreign_key_list(m.name) f WHERE m.type = 'table' AND f.\"table\" = :table ORDER BY 1, 2",
      { table });
    const items = [];
    for (const [other, column] of related.rows.filter(([other]) => other in tables)) {
      const { rows: [[number]] } = await select(`SELECT count(*) FROM ${name(other)} WHERE ${name(column)} = :id`, { id });
      if (number) items.push(make("li", {}, make("a", { href: own({ table: other, [column]: id }) }, `${number.toLocaleString("en")} ${number === 1 ? "row" : "rows"}`), ` in ${other} (${column})`));
    }
    if (items.length) result.append(make("h2", {}, "Related rows"), make("ul", {}, ...items));
  };
  const run = async () => {
    result.setAttribute("aria-busy", "true");
    status.setAttribute("role", "status");
    status.classList.remove("message-error");
    stop.hidden = false;
    try {
      const values = Object.fromEntries([...parameters.querySelectorAll("input")].map((input) => [input.name, input.value.trim()]));
      const started = performance.now();
      await open();
      status.textContent = "Running";
      show(await ask({ sql: editor.value, values }));
      status.textContent = `${Math.max(1, Math.round(performance.now() - started)).toLocaleString("en")} ms, in your browser`;
      if (asked.get("table") === table && asked.get("id") && pageOfId(table)) await showRelated(asked.get("id"));
    } catch (error) {
      status.setAttribute("role", "alert");
      status.classList.add("message-error");
      status.textContent = error.message;
      result.replaceChildren();
    }
    stop.hidden = true;
    result.removeAttribute("aria-busy");
  };
  const pageOfId = (of) => tables[of]?.[0] === "id";

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    table = "";
    const values = Object.fromEntries([...parameters.querySelectorAll("input")].map((input) => [input.name, input.value]));
    history.replaceState(null, "", own({ sql: editor.value, ...values }));
    run();
  });
  editor.addEventListener("input", () => showParameters());
  editor.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) form.requestSubmit();
  });
  stop.addEventListener("click", () => {
    worker?.terminate();
    opened = undefined;
    for (const { failed } of waiting.values()) failed(new Error("Stopped."));
    waiting = new Map();
  });

  const wanted = asked.get("table");
  const values = Object.fromEntries(asked);
  if (asked.get("sql")) editor.value = asked.get("sql");
  else if (wanted && Object.hasOwn(queries, wanted)) {
    editor.value = queries[wanted].sql;
    document.getElementById("sql-title").textContent = queries[wanted].title;
    document.getElementById("sql-about").textContent = queries[wanted].description ?? "";
  } else if (wanted && Object.hasOwn(tables, wanted)) {
    table = wanted;
    editor.value = statementOf(wanted);
    document.getElementById("sql-title").textContent = wanted;
    document.getElementById("sql-about").textContent = document.getElementById(`about-${wanted}`)?.textContent ?? "";
  } else if (wanted) {
    status.textContent = `There is no table or ready-made query “${wanted.slice(0, 60)}”; choose one below.`;
  }
  showParameters(values);
  if (asked.get("sql") || (wanted && (Object.hasOwn(queries, wanted) || Object.hasOwn(tables, wanted)))) run();
})();
