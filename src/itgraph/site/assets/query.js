// SPARQL in the browser: saved questions with their parameters, and questions of one's own.
"use strict";
(() => {
  const ASSETS = new URL(".", document.currentScript.src);
  const ROOT = new URL("..", ASSETS);
  const ROWS_AT_FIRST = 200;
  const NOT_STARTED = "The engine could not be started: are the files of this site whole? The next question tries again.";
  const BROKEN = "The engine broke down over this question, perhaps for want of memory; the next one starts another engine.";
  const find = (id) => document.getElementById(id);
  const form = find("ask-form");
  const area = find("ask-query");
  const run = find("ask-run");
  const stop = find("ask-stop");
  const limit = find("ask-limit");
  const status = find("ask-status");
  const place = find("ask-answer");
  const picker = find("ask-name");
  const fields = find("ask-parameters");
  const trouble = find("ask-trouble");

  let knowledge = null;
  let sparql = null; // what editor-query.js knows of queries
  let saved = null;
  let engine = null;
  let running = null; // the question that is asked last, until it is answered
  let over = Promise.resolve(); // when no question is with the engine any more

  function make(tag, properties = {}, ...content) {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...content);
    return element;
  }

  function complain(text) {
    trouble.textContent = text;
    trouble.hidden = !text;
  }

  // -- The engine, in a worker that can be ended ---------------------------------------------------------------------

  /** Start an engine: it reads the graph while the reader writes. */
  function start() {
    const worker = new Worker(new URL("query-worker.js", ASSETS), { type: "module" });
    const mine = { worker, isReady: false, ready: null, waiting: null };
    mine.ready = new Promise((resolve, reject) => {
      mine.waiting = { resolve, reject };
    });
    mine.ready.catch(() => {});
    worker.addEventListener("message", ({ data }) => {
      const { resolve, reject } = mine.waiting;
      if (data.ready) mine.isReady = true;
      if (data.isDead || (data.error && !mine.isReady)) drop(mine);
      if (data.error) reject(new Error(data.isDead ? `${BROKEN} (${data.error})` : data.error));
      else resolve(data.answer);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      drop(mine);
      mine.waiting.reject(new Error(mine.isReady ? BROKEN : NOT_STARTED));
    });
    worker.postMessage({ graph: new URL(form.dataset.graph, ROOT).href });
    engine = mine;
  }

  /** End an engine; whoever asks next starts another one. */
  function drop(mine) {
    mine.worker.terminate();
    if (engine === mine) engine = null;
  }

  /** Make what can be ended from its first step on: `end` makes `ended` fail, and with it all that waits beside it. */
  function makeEndable() {
    const endable = {};
    endable.ended = new Promise((_, reject) => {
      endable.end = (why) => reject(Object.assign(new Error(why), { isEnd: true }));
    });
    endable.ended.catch(() => {});
    return endable;
  }

  /** Ask the engine; what takes longer than `seconds`, and what is stopped, ends it, and another one begins. */
  async function ask(query, kind, seconds, { end, ended }) {
    if (!engine) start();
    const mine = engine;
    await Promise.race([mine.ready, ended]);
    const timer = setTimeout(() => end(`Stopped after ${seconds} s, which is the limit.`), seconds * 1000);
    try {
      const answer = new Promise((resolve, reject) => {
        mine.waiting = { resolve, reject };
      });
      mine.worker.postMessage({ query, form: kind });
      return await Promise.race([answer, ended]);
    } catch (error) {
      if (error.isEnd) {
        drop(mine);
        start();
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  /** Return of what form the answer to a query is. */
  function formOf(query) {
    const bare = query.replace(sparql.SKIPPED, (found) => (found.startsWith("#") ? " " : '""'));
    const word = /(?<![\w?$:-])(select|ask|construct|describe)(?![\w:-])/i.exec(bare)?.[1].toLowerCase();
    return word === "construct" || word === "describe" ? "graph" : "table";
  }

  // -- Saved questions -----------------------------------------------------------------------------------------------

  /** Show the parameters of a saved question, filled in. */
  function showParameters(query, given) {
    saved = query;
    picker.value = query?.name ?? "";
    fields.hidden = !query?.parameters.length;
    fields.replaceChildren();
    if (fields.hidden) return;
    for (const parameter of query.parameters) {
      const values = given.getAll(parameter.name).filter((value) => value.trim());
      const text = values.length ? values : parameter.default;
      const label = make("legend", {}, parameter.help);
      const inputs = (text.length ? text : [""]).map((value, at) => {
        const name = { name: parameter.name, ariaLabel: parameter.help + (at ? ", another" : "") };
        if (!parameter.values.length) return make("input", { ...name, value, autocomplete: "off" });
        const choice = make("select", name);
        const any = parameter.default.length ? [] : [make("option", { value: "" }, "any")];
        choice.append(...any, ...parameter.values.map((one) => make("option", { value: one }, one)));
        choice.value = value;
        return choice;
      });
      fields.append(make("fieldset", {}, label, ...inputs));
    }
    fields.append(make("button", { className: "main" }, "Ask"));
  }

  /** Return a pattern of the data blocks of a query, and of what is skipped to find them. */
  const blockPattern = () => new RegExp(
    `${sparql.SKIPPED.source}|(?<![\\w?$:.-])VALUES[ \\t]*[?$](\\w+)[ \\t]*\\{((?:<[^<>"{}|^\`\\\\\\s]*>|"(?:[^"\\\\\\n\\r]|\\\\.)*"|[^}"'<#\\n\\r])*)\\}`,
    "gis",
  );

  /** Put terms into the data blocks of a saved question, as itgraph.queries.bind does. */
  async function bind(query, given) {
    const terms = {};
    for (const parameter of query.parameters) {
      const values = [...new Set(given.getAll(parameter.name).map((value) => value.trim()).filter(Boolean))];
      const isDefault = values.join("\n") === parameter.default.join("\n");
      if (values.length && !isDefault) {
        terms[parameter.name] = (await Promise.all(values.map((value) => termOf(parameter, value)))).join(" ");
      }
    }
    return query.sparql.replace(blockPattern(), (found, name) =>
      name !== undefined && Object.hasOwn(terms, name) ? `VALUES ?${name} { ${terms[name]} }` : found,
    );
  }

  const quoted = (text) =>
    `"${text.replace(/[\\"]/g, "\\$&").replaceAll("\n", "\\n").replaceAll("\r", "\\r").replaceAll("\t", "\\t")}"`;

  async function termOf(parameter, text) {
    const { name, type, values } = parameter;
    if (type === "integer") {
      if (!/^[+-]?[0-9]{1,18}$/.test(text)) throw new Error(`${name}: expected an integer, not ${text}`);
      return text;
    }
    if (type === "enum" && !values.includes(text)) throw new Error(`${name}: ${text} is not one of ${values.join(", ")}`);
    if (type === "enum" || type === "string") return quoted(text);
    const iri = iriOf(text);
    if (type === "iri") {
      if (!iri) throw new Error(`${name}: expected an IRI or a CURIE, not ${text}`);
      return `<${iri}>`;
    }
    return `<${await findThing(name, type, text, iri)}>`;
  }

  function iriOf(text) {
    const bare = text.replace(/^<(.*)>$/s, "$1");
    if (/^https?:\/\/[^\s<>"{}|\\^`]+$/.test(bare)) return bare;
    const [prefix, ...rest] = text.split(":");
    const known = rest.length && Object.hasOwn(knowledge.prefixes, prefix) ? knowledge.prefixes[prefix] : "";
    return known && /^[^\s<>"{}|\\^`]*$/.test(rest.join(":")) ? known + rest.join(":") : "";
  }

  /** Find the thing that a name means, as itgraph.lookup.find_things does: the first way that finds any decides. */
  async function findThing(parameter, type, text, iri) {
    const { KINDS, nameKey, readNames } = globalThis.itgraph;
    const names = await readNames();
    const isKind = (thing) => (type === "thing" ? KINDS.includes(thing.kind) : thing.kind === type);
    const key = nameKey(text);
    const [kind, path] = [text.split("/")[0], text.slice(text.indexOf("/") + 1)];
    const inKind = (thing) =>
      text.includes("/") && thing.kind === kind && (thing.iri === knowledge.base + text || thing.keys.includes(nameKey(path)));
    const ways = [
      (thing) => thing.iri === iri,
      (thing) => thing.label === text,
      (thing) => thing.others.includes(text),
      (thing) => thing.keys[0] === key,
      (thing) => thing.keys.includes(key),
      inKind,
      (thing) => thing.iri.endsWith(`/${text}`),
    ];
    for (const way of ways) {
      const found = names.filter((thing) => isKind(thing) && way(thing));
      if (found.length > 1) {
        const those = found.slice(0, 5).map((thing) => `${thing.kind}/${thing.label}`);
        throw new Error(`${parameter}: several things are called ${text}: ${those.join(", ")}; say which`);
      }
      if (found.length) return found[0].iri;
    }
    throw new Error(`${parameter}: no ${type.replace("concept:", "")} is called ${text}; the search finds names`);
  }

  // -- Answers -------------------------------------------------------------------------------------------------------

  const visible = (text) => globalThis.itgraph.visible(text, "\n\t");
  const shortName = (iri) => sparql.shortName(iri, knowledge);

  /** Return a term as SPARQL has it, with IRIs as `nameOf` tells them. */
  function termText(term, nameOf) {
    const { type, value } = term;
    if (type === "uri") return nameOf(value);
    if (type === "bnode") return `_:${value}`;
    if (type === "triple") {
      const parts = [value.subject, value.predicate, value.object].map((part) => termText(part, nameOf));
      return `<<( ${parts.join(" ")} )>>`;
    }
    if (term["xml:lang"]) return `${quoted(value)}@${term["xml:lang"]}${term["its:dir"] ? `--${term["its:dir"]}` : ""}`;
    return term.datatype ? `${quoted(value)}^^${nameOf(term.datatype)}` : quoted(value);
  }

  function drawTerm(term) {
    if (!term) return [];
    if (term.type === "uri") {
      const isOurs = term.value.startsWith(knowledge.base);
      const name = visible(shortName(term.value));
      if (!isOurs && !/^https?:\/\//.test(term.value)) return [name];
      const link = make("a", { href: isOurs ? globalThis.itgraph.pageOf(term.value) : term.value }, name);
      if (!isOurs) link.rel = "external nofollow noopener noreferrer";
      return [link];
    }
    if (term.type === "literal") return [make("bdi", { className: "text" }, visible(term.value))];
    return [visible(termText(term, shortName))];
  }

  const csvField = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  /** Return a table as SPARQL 1.1 has it in CSV; it has no triple terms, so these are as in TSV of SPARQL 1.2. */
  function toCsv({ columns, rows }) {
    const lines = rows.map((row) =>
      columns.map((column) => {
        const term = row[column];
        if (!term) return "";
        const isPlain = term.type === "uri" || term.type === "literal";
        return csvField(isPlain ? term.value : termText(term, (iri) => `<${iri}>`));
      }),
    );
    return [columns.map(csvField), ...lines].map((line) => `${line.join(",")}\r\n`).join("");
  }

  function download(name, type, text) {
    const button = make("button", { type: "button" }, name);
    button.addEventListener("click", () => {
      const address = URL.createObjectURL(new Blob([text()], { type }));
      const file = `answer.${{ CSV: "csv", JSON: "json", Turtle: "ttl" }[name]}`;
      make("a", { href: address, download: file }).click();
      setTimeout(() => URL.revokeObjectURL(address), 60_000);
    });
    return button;
  }

  function showTable(answer) {
    const toJson = () => `${JSON.stringify({ head: { vars: answer.columns }, results: { bindings: answer.rows } })}\n`;
    const downloads = make(
      "p",
      { className: "answer-downloads" },
      download("CSV", "text/csv", () => toCsv(answer)),
      " ",
      download("JSON", "application/sparql-results+json", toJson),
    );
    if (!answer.rows.length) return [downloads];
    const head = make("tr", {}, ...answer.columns.map((column) => make("th", { scope: "col" }, column.replaceAll("_", " "))));
    const body = make("tbody");
    const draw = (from, to) => {
      for (const row of answer.rows.slice(from, to)) {
        body.append(make("tr", {}, ...answer.columns.map((column) => make("td", {}, ...drawTerm(row[column])))));
      }
    };
    draw(0, ROWS_AT_FIRST);
    const table = make("table", {}, make("caption", {}, "Rows of the answer"), make("thead", {}, head), body);
    const scroller = make("div", { className: "answer-scroll", tabIndex: 0, role: "region" }, table);
    scroller.setAttribute("aria-label", "Rows of the answer");
    if (answer.rows.length <= ROWS_AT_FIRST) return [downloads, scroller];
    const more = make("button", { type: "button", className: "answer-more" }, `Show all ${answer.rows.length.toLocaleString("en")} rows`);
    more.addEventListener("click", () => {
      draw(ROWS_AT_FIRST);
      more.remove();
      const row = body.rows[ROWS_AT_FIRST];
      row.tabIndex = -1;
      row.focus();
    });
    return [downloads, scroller, more];
  }

  function showAnswer(answer, milliseconds) {
    const took = milliseconds < 1000 ? `${Math.max(1, Math.round(milliseconds))} ms` : `${(milliseconds / 1000).toFixed(1)} s`;
    if (answer.form === "boolean") {
      status.textContent = `${answer.holds ? "Yes" : "No"}, ${took}.`;
      place.replaceChildren();
    } else if (answer.form === "graph") {
      status.textContent = `A graph, as Turtle, ${took}.`;
      const text = make("pre", { className: "answer-scroll answer-turtle", tabIndex: 0, role: "region" }, visible(answer.text));
      text.setAttribute("aria-label", "The graph, as Turtle");
      place.replaceChildren(download("Turtle", "text/turtle", () => answer.text), text);
    } else {
      const count = answer.rows.length;
      status.textContent = `${count.toLocaleString("en")} ${count === 1 ? "row" : "rows"}, ${took}.`;
      place.replaceChildren(...showTable(answer));
    }
  }

  // -- Asking --------------------------------------------------------------------------------------------------------

  /** End what runs, if anything does, and leave no answer below a query that is none of its own. */
  function settle() {
    const ended = running;
    running = null;
    ended?.end("Stopped.");
    complain("");
    status.textContent = ended ? "Stopped." : "";
    place.replaceChildren();
    stop.hidden = true;
    run.disabled = false;
  }

  /** Answer a query in place of what runs: what is written, or what `prepare` gives, with the address that leads to it. */
  function answerQuery(prepare = async () => ({ query: area.value })) {
    if (!knowledge) return;
    settle();
    running = makeEndable();
    status.textContent = "Asking …";
    stop.hidden = false;
    run.disabled = true;
    over = answerInTurn(running, over, prepare).catch((error) => complain(error.message));
  }

  async function answerInTurn(mine, before, prepare) {
    const unlessEnded = (promise) => Promise.race([promise, mine.ended]);
    let show = () => {};
    try {
      await before;
      sparql ??= await unlessEnded(import(new URL("editor-query.js", ASSETS)));
      const { query, address } = await unlessEnded(prepare());
      if (area.value !== query) area.value = query;
      if (address) history.replaceState(null, "", address);
      const { at, text } = sparql.prefixInsertion(query, knowledge.prefixes);
      if (text) area.setRangeText(text, at, at, "preserve");
      mine.query = area.value;
      const began = performance.now();
      const answer = await ask(mine.query, formOf(mine.query), Number(limit.value), mine);
      const took = performance.now() - began;
      show = () => showAnswer(answer, took);
    } catch (error) {
      show = () => (error.isEnd ? (status.textContent = error.message) : complain(error.message));
    }
    // What another question has taken the place of has nothing to say any more.
    if (mine === running) {
      running = null;
      settle();
      show();
    }
    document.documentElement.dataset.answered = String(Number(document.documentElement.dataset.answered ?? 0) + 1);
  }

  function answerSaved(given) {
    const question = saved;
    answerQuery(async () => {
      const kept = new URLSearchParams({ saved: question.name });
      for (const [name, value] of given) if (value.trim()) kept.append(name, value.trim());
      return { query: await bind(question, given), address: `${location.pathname}?${kept}` };
    });
  }

  function open(name, given, isAsked) {
    const query = knowledge.queries.find((one) => one.name === name) ?? null;
    showParameters(query, given);
    if (!query) {
      if (name) complain(`There is no saved question ${name}.`);
      return;
    }
    area.value = query.sparql;
    if (isAsked) answerSaved(new URLSearchParams([...new FormData(fields)]));
  }

  addEventListener("hashchange", () => {
    settle();
    area.value = new URLSearchParams(location.hash.slice(1)).get("query") || area.value;
  });
  picker.addEventListener("change", () => {
    settle();
    open(picker.value, new URLSearchParams(), false);
  });
  find("ask-saved").addEventListener("submit", (event) => event.preventDefault());
  fields.addEventListener("submit", (event) => {
    event.preventDefault();
    answerSaved(new URLSearchParams([...new FormData(fields)]));
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    answerQuery();
  });
  stop.addEventListener("click", () => {
    settle();
    run.focus();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      if (running?.query !== area.value) answerQuery();
    }
  });

  /** Say why nothing can be asked here; empty, if it can. */
  function obstacle() {
    if (!form.dataset.engine) return "no engine";
    if (location.protocol === "file:") {
      return (
        "A browser does not let a page of a file read other files, which this page must. Serve the folder to yourself:" +
        " python -m http.server -d FOLDER, then open http://localhost:8000/query.html. All other pages work as they are."
      );
    }
    if (typeof WebAssembly !== "object" || typeof Worker !== "function") {
      return "This browser has no WebAssembly, by which the answer would be worked out: take a newer one, or allow it.";
    }
    return "";
  }

  async function begin() {
    const why = obstacle();
    area.value = new URLSearchParams(location.hash.slice(1)).get("query") || area.defaultValue;
    if (why) {
      find("ask-saved").hidden = true;
      if (why !== "no engine") complain(why);
      return;
    }
    const response = await fetch(new URL("queries.json", ASSETS));
    if (!response.ok) throw new Error(`the saved questions could not be read (${response.status})`);
    knowledge = await response.json();
    knowledge.longestFirst = Object.entries(knowledge.prefixes).sort(([, one], [, other]) => other.length - one.length);
    start();
    run.disabled = false;
    const given = new URLSearchParams(location.search);
    const name = given.get("saved");
    given.delete("saved");
    if (name) open(name, given, true);
  }

  begin()
    .catch((error) => complain(`This page could not begin: ${error.message}`))
    .then(() => (document.documentElement.dataset.ready = "query"));
})();
