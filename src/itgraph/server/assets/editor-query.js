/*
 * What both editors know: the saved questions, the prefixes and the names of the graph, and where an IRI has its page.
 */

/** Return what the server tells of its graph: its base, prefixes and saved questions. Names come later. */
export async function loadKnowledge() {
  const told = await load("/api/editor");
  const prefixes = Object.entries(told.prefixes);
  return {
    base: told.base,
    prefixes: told.prefixes,
    longestFirst: prefixes.sort(([, one], [, other]) => other.length - one.length),
    queries: new Map(told.queries.map((query) => [query.name, query])),
    names: [],
  };
}

/** Add the names that can stand in a query. A server that cannot tell them can still be asked. */
export async function loadNames(knowledge) {
  const { names } = await load("/api/editor/names");
  knowledge.names = names.map(([text, label, kind]) => ({ text, label, kind, folded: folded(`${text} ${label}`) }));
}

async function load(address) {
  const response = await fetch(address, { headers: { Accept: "application/json" } });
  if (!response.ok) throw new Error(`${address} could not be had (${response.status})`);
  return response.json();
}

/** Return text as it is compared: without case and accents. */
export function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

/** Return the short name of an IRI; the IRI itself where no prefix fits. */
export function shortName(iri, knowledge) {
  const found = knowledge.longestFirst.find(([, space]) => iri.startsWith(space) && iri.length > space.length);
  return found ? `${found[0]}:${iri.slice(found[1].length)}` : iri;
}

/** Return where an IRI leads: to its page if it is one of the graph's own, else to itself; null if it is no link. */
export function addressOf(iri, knowledge) {
  const path = iri.startsWith(knowledge.base) ? iri.slice(knowledge.base.length) : "";
  const steps = path.split("/");
  if (path && !steps.some((step) => ["", ".", ".."].includes(step))) {
    return `/page/${steps.map(encodeURIComponent).join("/")}`;
  }
  if (iri.startsWith(knowledge.base)) return `/page?iri=${encodeURIComponent(iri)}`;
  return /^https?:\/\//.test(iri) ? iri : null;
}

// Comments, strings and IRIs: what looks like a name in them is none.
export const SKIPPED =
  /#[^\n\r]*|"""(?:[^\\]|\\.)*?"""|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|<[^<>"{}|^`\\\s]*>/gs;

/** Return the known prefixes that a query uses and does not declare. */
export function missingPrefixes(query, prefixes) {
  const bare = query.replace(SKIPPED, " ");
  const declared = new Set([...bare.matchAll(/\bPREFIX\s+([\w-]*):/giu)].map((match) => match[1]));
  const used = new Set([...bare.matchAll(/(?<![\w?$:.-])([a-z][\w-]*):/giu)].map((match) => match[1]));
  return [...used].filter((prefix) => Object.hasOwn(prefixes, prefix) && !declared.has(prefix)).sort();
}

/** Return where the declarations of missing prefixes go, below the comments at the top, and what they are. */
export function prefixInsertion(query, prefixes) {
  const missing = missingPrefixes(query, prefixes);
  const at = /^(?:[ \t]*(?:#[^\n]*)?\n)*/u.exec(query)[0].length;
  const lines = missing.map((prefix) => `PREFIX ${prefix}: <${prefixes[prefix]}>\n`);
  return { at, text: lines.join("") };
}

/**
 * Return where in its line an error begins, of a column that counts characters: at the start of the word there, for the
 * server reads whole words ahead.
 */
export function startOfError(text, column) {
  const skipped = [...text].slice(0, Math.max(0, column - 1)).join("");
  const word = /\S*$/u.exec(skipped).index;
  return word < text.length ? word : text.length - text.trimStart().length;
}

/** Show in the address bar what was asked, so that it can be kept, sent and loaded again. */
export function rememberInAddress(query) {
  const editor = new URLSearchParams(location.search).get("editor");
  const parameters = new URLSearchParams(editor ? { editor } : {});
  // Servers and proxies refuse addresses that are much longer.
  if (query.length < 4000) parameters.set("query", query);
  history.replaceState(null, "", `${location.pathname}${parameters.size ? `?${parameters}` : ""}`);
}
