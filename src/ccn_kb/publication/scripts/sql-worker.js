// SQLite in a worker, so that an endless query can be stopped.
import start from "./sqlite3.js";

// Errors are shown on the page.
globalThis.sqlite3ApiConfig = { debug: () => {}, log: () => {}, warn: () => {}, error: () => {} };
let database;

async function read(address, report) {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${answer.status} ${answer.statusText}`.trim());
  const size = Number(answer.headers.get("content-length"));
  const reader = answer.body.getReader();
  const parts = [];
  let length = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    parts.push(part.value);
    length += part.value.length;
    // Uncompressed, the file is longer than its Content-Length.
    report(length, Math.max(size, length));
  }
  const bytes = new Uint8Array(length);
  parts.reduce((place, part) => (bytes.set(part, place), place + part.length), 0);
  return bytes;
}

async function open(address) {
  const [sqlite, bytes] = await Promise.all([
    start({ print: () => {}, printErr: () => {} }),
    read(address, (done, all) => postMessage({ kind: "progress", done, all })),
  ]);
  const { capi, oo1, wasm } = sqlite;
  database = new oo1.DB();
  const pointer = wasm.allocFromTypedArray(bytes);
  const flags = capi.SQLITE_DESERIALIZE_FREEONCLOSE | capi.SQLITE_DESERIALIZE_READONLY;
  database.checkRc(capi.sqlite3_deserialize(database.pointer, "main", pointer, bytes.length, bytes.length, flags));
  const ids = (table) => database.selectValues(`SELECT id FROM ${table}`).map(String);
  return {
    version: capi.sqlite3_libversion(),
    ids: { city: ids("cities"), country: ids("countries"), field: ids("fields"), meeting: ids("meetings"), round: ids("rounds") },
  };
}

function run(sql, values) {
  const statement = database.prepare(sql);
  try {
    const bound = Object.fromEntries(Object.entries(values).map(([name, value]) => [`:${name}`, value]));
    if (Object.keys(bound).length) statement.bind(bound);
    const columns = statement.columnCount ? statement.getColumnNames() : [];
    const rows = [];
    while (statement.step()) {
      rows.push(statement.get([]).map((value) => (typeof value === "bigint" ? String(value) : value instanceof Uint8Array ? `${value.length} bytes` : value)));
    }
    return { columns, rows };
  } finally {
    statement.finalize();
  }
}

onmessage = async ({ data: { number, address, sql, values } }) => {
  try {
    postMessage({ kind: "answer", number, answer: address ? await open(address) : run(sql, values ?? {}) });
  } catch (error) {
    postMessage({ kind: "failure", number, message: String(error.message ?? error).replace(/^SQLITE_\w+: sqlite3 result code \d+: /, "") });
  }
};
