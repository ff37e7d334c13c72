/*
 * The engine: Oxigraph, compiled to WebAssembly, with the whole graph in memory. It runs apart from the page, which can
 * end it at any moment; nothing else ends a query that takes too long.
 */

import init, { Store } from "./oxigraph/web.js";

const GRAPH_FORM = "text/turtle";
let store = null;

async function read(address) {
  let response;
  try {
    response = await fetch(address);
    if (response.ok) return await response.text();
  } catch {
    throw new Error("The graph could not be read: is its file still there? The next question tries again.");
  }
  throw new Error(`The graph could not be read (${response.status}). The next question tries again.`);
}

async function load(address) {
  const [, text] = await Promise.all([init(), read(address)]);
  store = new Store();
  store.load(text, { format: "application/trig" });
}

function answer({ query, form }) {
  if (form === "graph") return { form, text: store.query(query, { results_format: GRAPH_FORM }) };
  const told = JSON.parse(store.query(query, { results_format: "application/sparql-results+json" }));
  if (typeof told.boolean === "boolean") return { form: "boolean", holds: told.boolean };
  return { form: "table", columns: told.head.vars, rows: told.results.bindings };
}

addEventListener("message", async ({ data }) => {
  try {
    if (data.graph) {
      await load(data.graph);
      postMessage({ ready: true });
    } else {
      postMessage({ answer: answer(data) });
    }
  } catch (error) {
    // What the engine says of a query is a plain error. What breaks it off in its midst leaves an engine that is broken.
    const isDead = error instanceof WebAssembly.RuntimeError || error instanceof RangeError;
    postMessage({ error: String(error?.message ?? error), isDead });
  }
});
