// Asks sources (the arguments are their addresses) the query on standard input, and writes the answer as JSON.
// What kind of source each is, Comunica finds out for itself: a SPARQL server by the description of its service.

import { readFileSync } from "node:fs";

import { QueryEngine } from "@comunica/query-sparql";

const engine = new QueryEngine();
const sources = process.argv.slice(2);
const answer = await engine.query(readFileSync(0, "utf8"), { sources });
let found = await answer.execute();
if (answer.resultType === "bindings") {
  found = [];
  for (const row of await (await answer.execute()).toArray())
    found.push(Object.fromEntries([...row].map(([name, term]) => [name.value, term.value])));
} else if (answer.resultType === "quads")
  found = (await found.toArray()).map((quad) => [quad.subject.value, quad.predicate.value, quad.object.value]);
console.log(JSON.stringify(found));
