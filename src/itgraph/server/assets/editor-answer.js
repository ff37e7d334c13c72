/*
 * What the server answers, read and shown: a table whose IRIs are links, yes or no, Turtle, or an error with its place.
 */

import { addressOf, folded, shortName } from "/assets/editor-query.js";

/** What a query is asked with; the server chooses by the form of the query. Errors come as JSON too. */
export const ACCEPT = "application/sparql-results+json, text/turtle;q=0.9";

const ROWS_AT_FIRST = 200;
const DOWNLOADS = {
  table: { csv: "CSV", tsv: "TSV", json: "JSON", xml: "XML" },
  boolean: { json: "JSON", xml: "XML" },
  graph: { ttl: "Turtle", nt: "N-Triples", jsonld: "JSON-LD", rdf: "RDF/XML" },
};
const LONGEST_LINK = 8000;

/** Ask the server. The answer is given as `readAnswer` gives it; errors are answers too. */
export async function ask(query, signal) {
  const start = performance.now();
  try {
    const body = new URLSearchParams({ query });
    const response = await fetch("/sparql", { method: "POST", body, headers: { Accept: ACCEPT }, signal });
    const text = await response.text();
    const milliseconds = performance.now() - start;
    const truncated = response.headers.get("X-Truncated");
    if (!response.ok) return readError(text);
    return readAnswer({ query, text, type: response.headers.get("Content-Type") ?? "", truncated, milliseconds });
  } catch (error) {
    return readFailure(error);
  }
}

/** Read an answer: {form, query, columns and rows | holds | turtle, truncated, milliseconds}. */
export function readAnswer({ query, text, type, truncated, milliseconds }) {
  const common = { query, truncated: truncated ?? "", milliseconds };
  if (!type.includes("json")) return { form: "graph", turtle: text, ...common };
  let read;
  try {
    read = JSON.parse(text);
  } catch {
    return { form: "error", detail: "the server's answer is not whole; ask again" };
  }
  if (typeof read.boolean === "boolean") return { form: "boolean", holds: read.boolean, ...common };
  return { form: "table", columns: read.head.vars, rows: read.results.bindings, ...common };
}

/** Read what the server says is wrong: {form, detail, line, column}; a line or column that is not known is 0. */
export function readError(text) {
  let told = { detail: text.trim().slice(0, 1000) };
  try {
    told = JSON.parse(text);
  } catch {
    // A page is what stands between here and the server answers in its place.
    if (told.detail.startsWith("<")) told.detail = "The server cannot be reached from here; try again later.";
  }
  const { detail, title, line = 0, column = 0 } = told;
  return { form: "error", detail: detail || title || "The server gives no reason.", line, column };
}

/** Read why there is no answer at all. */
export function readFailure(error) {
  const stopped = error?.name === "AbortError";
  const detail = stopped ? "Stopped." : "The server does not answer. Is it still running?";
  return { form: stopped ? "stopped" : "error", detail, line: 0, column: 0 };
}

/** Return where the answer to a query can be had in a format. */
function downloadAddress(query, format) {
  return `/sparql?${new URLSearchParams({ query, format })}`;
}

/** Make an element: its properties, then what is in it. */
export function make(tag, properties = {}, ...content) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...content);
  return element;
}

/** Show an answer in place of what was there. `goTo`, if given, leads to the place of an error in the query. */
export function showAnswer(answer, place, knowledge, goTo) {
  if (answer.form === "error" || answer.form === "stopped") {
    place.replaceChildren(...errorParts(answer, goTo));
    return;
  }
  const parts = { table: tableParts, boolean: booleanParts, graph: graphParts }[answer.form](answer, knowledge);
  place.replaceChildren(summaryOf(answer), ...parts);
}

function errorParts(answer, goTo) {
  const message = make("p", { className: answer.form === "error" ? "answer-error" : "answer-summary" }, answer.detail);
  message.setAttribute("role", answer.form === "error" ? "alert" : "status");
  if (!answer.line || !goTo) return [message];
  const place = `Go to line ${answer.line}${answer.column ? `, column ${answer.column}` : ""}`;
  const button = make("button", { type: "button", className: "answer-place" }, place);
  button.addEventListener("click", () => goTo(answer.line, answer.column));
  return [message, button];
}

/** Say how much was found, how long it took, and how to take it away. */
function summaryOf(answer) {
  const said = make("p", { className: "answer-summary" }, `${sizeOf(answer)}, ${durationOf(answer.milliseconds)}.`);
  said.setAttribute("role", "status");
  if (answer.truncated) said.append(" ", make("strong", {}, truncationOf(answer.truncated)));
  const downloads = make("p", { className: "answer-downloads" });
  if (answer.query.length > LONGEST_LINK) {
    downloads.append("The query is too long for links to its answer in other formats.");
  } else {
    downloads.append("Download: ");
    for (const [format, name] of Object.entries(DOWNLOADS[answer.form])) {
      const link = make("a", { href: downloadAddress(answer.query, format), download: `answer.${format}` }, name);
      downloads.append(link, " ");
    }
  }
  return make("div", { className: "answer-head" }, said, downloads);
}

function sizeOf(answer) {
  if (answer.form === "boolean") return answer.holds ? "Yes" : "No";
  if (answer.form === "graph") return answer.turtle.trim() ? "A graph, as Turtle" : "A graph without triples";
  return `${answer.rows.length.toLocaleString("en")} ${answer.rows.length === 1 ? "row" : "rows"}`;
}

function durationOf(milliseconds) {
  return milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
}

/** Say in words what the server left out: "rows=1000". */
function truncationOf(truncated) {
  const [what, number] = truncated.split("=");
  const count = Number(number);
  const most = count ? ` of ${count.toLocaleString("en")} ${what}` : "";
  return `This is not all: the server stopped at its bound${most}. Narrow the query, or add LIMIT and OFFSET.`;
}

function booleanParts(answer) {
  const meaning = answer.holds ? "Yes: the graph has what was asked for." : "No: the graph has nothing like it.";
  return [make("p", { className: "answer-boolean" }, meaning)];
}

function graphParts(answer) {
  const text = make("pre", { className: "answer-scroll answer-turtle", tabIndex: 0 }, visible(answer.turtle));
  text.setAttribute("role", "region");
  text.setAttribute("aria-label", "The graph, as Turtle");
  return answer.turtle.trim() ? [text] : [];
}

function tableParts(answer, knowledge) {
  if (!answer.rows.length) return [make("p", {}, "Nothing in the graph fits this query.")];
  return [new AnswerTable(answer, knowledge).element];
}

/** A table that can be sorted and filtered; of a long one, a part is shown at first. */
class AnswerTable {
  constructor({ columns, rows }, knowledge) {
    this.columns = columns;
    this.knowledge = knowledge;
    this.rows = rows;
    this.kept = rows;
    this.most = ROWS_AT_FIRST;
    this.sorted = { column: "", descending: false };
    this.body = make("tbody");
    this.more = make("button", { type: "button", className: "answer-more" });
    this.more.addEventListener("click", () => this.showAll());
    this.found = make("span", { className: "answer-found" });
    this.found.setAttribute("role", "status");
    this.element = make("div", {}, this.makeFilter(), this.makeScroller(), this.more);
    this.draw();
  }

  makeFilter() {
    const filter = make("input", { type: "search", autocomplete: "off" });
    filter.addEventListener("input", () => {
      const wanted = folded(filter.value.trim());
      this.texts ??= this.rows.map((row) => folded(this.columns.map((column) => this.textOf(row[column])).join("\n")));
      this.kept = wanted ? this.rows.filter((_, at) => this.texts[at].includes(wanted)) : this.rows;
      this.found.textContent = wanted ? `${this.kept.length.toLocaleString("en")} fit` : "";
      this.sort();
    });
    return make("p", { className: "answer-filter" }, make("label", {}, "Only rows with ", filter), " ", this.found);
  }

  makeScroller() {
    const head = make("tr");
    this.heads = new Map();
    for (const column of this.columns) {
      const button = make("button", { type: "button" }, column);
      button.addEventListener("click", () => this.sortBy(column));
      const cell = make("th", { scope: "col" }, button);
      this.heads.set(column, cell);
      head.append(cell);
    }
    const table = make("table", {}, make("caption", {}, "Rows of the answer"), make("thead", {}, head), this.body);
    const scroller = make("div", { className: "answer-scroll", tabIndex: 0 }, table);
    scroller.setAttribute("role", "region");
    scroller.setAttribute("aria-label", "Rows of the answer");
    return scroller;
  }

  sortBy(column) {
    const descending = this.sorted.column === column && !this.sorted.descending;
    this.sorted = { column, descending };
    for (const [name, cell] of this.heads) {
      if (name === column) cell.setAttribute("aria-sort", descending ? "descending" : "ascending");
      else cell.removeAttribute("aria-sort");
    }
    this.sort();
  }

  sort() {
    const { column, descending } = this.sorted;
    if (column) {
      const keyed = this.kept.map((row) => [this.textOf(row[column]), row]);
      const way = descending ? -1 : 1;
      keyed.sort(([one], [other]) => way * COLLATOR.compare(one, other));
      this.kept = keyed.map(([, row]) => row);
    }
    this.draw();
  }

  showAll() {
    const firstNew = this.body.rows.length;
    this.most = Infinity;
    this.draw();
    const row = this.body.rows[firstNew];
    row.tabIndex = -1;
    row.focus();
  }

  draw() {
    this.body.replaceChildren(...this.kept.slice(0, this.most).map((row) => this.drawRow(row)));
    this.more.hidden = this.kept.length <= this.most;
    this.more.textContent = `Show all ${this.kept.length.toLocaleString("en")} rows`;
  }

  drawRow(row) {
    return make("tr", {}, ...this.columns.map((column) => make("td", {}, ...drawTerm(row[column], this.knowledge))));
  }

  textOf(term) {
    if (!term) return "";
    if (term.type === "uri") return shortName(term.value, this.knowledge);
    return term.type === "triple" ? tripleText(term, this.knowledge) : term.value;
  }
}

const COLLATOR = new Intl.Collator("en", { numeric: true });
const PLAIN_TYPES = /#(?:string|integer|decimal|double|float|boolean|langString|dirLangString)$/;

/** Return what shows a term: an IRI as a link with its short name, a literal as its text. */
function drawTerm(term, knowledge) {
  if (!term) return [];
  if (term.type === "uri") {
    const address = addressOf(term.value, knowledge);
    const name = visible(shortName(term.value, knowledge));
    if (!address) return [name];
    const link = make("a", { href: address }, name);
    if (!address.startsWith("/")) link.rel = "noopener noreferrer nofollow";
    return [link];
  }
  if (term.type === "bnode") return [`_:${term.value}`];
  if (term.type === "triple") return [visible(tripleText(term, knowledge))];
  const text = make("span", { className: "answer-literal", dir: "auto" }, visible(term.value));
  if (term["xml:lang"]) return [text, make("span", { className: "answer-type" }, ` @${term["xml:lang"]}`)];
  if (!term.datatype || PLAIN_TYPES.test(term.datatype)) return [text];
  return [text, make("span", { className: "answer-type" }, ` ${shortName(term.datatype, knowledge)}`)];
}

function tripleText({ value }, knowledge) {
  const part = (term) => {
    if (term.type === "uri") return shortName(term.value, knowledge);
    return term.type === "triple" ? tripleText(term, knowledge) : JSON.stringify(term.value);
  };
  return `<<( ${part(value.subject)} ${part(value.predicate)} ${part(value.object)} )>>`;
}

/** Return text with what cannot be seen, or turns the direction of text, as escapes: no name may look like another. */
export function visible(text) {
  return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) => {
    if (/[\n\t]/.test(character)) return character;
    const code = character.codePointAt(0).toString(16);
    return code.length > 4 ? `\\U${code.padStart(8, "0")}` : `\\u${code.padStart(4, "0")}`;
  });
}
