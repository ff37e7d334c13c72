// SPARQL in the browser: saved questions with their parameters, and questions of one's own.
"use strict";
(() => {
  const ASSETS = new URL(".", document.currentScript.src);
  const ROOT = new URL("..", ASSETS);
  const ROWS_AT_FIRST = 200;
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
  let saved = null;
  let engine = null;
  let running = null;

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
    engine = { worker, ready: null, waiting: null };
    engine.ready = new Promise((resolve, reject) => {
      engine.waiting = { resolve, reject };
    });
    engine.ready.catch(() => {});
    const mine = engine;
    worker.addEventListener("message", ({ data }) => {
      const { resolve, reject } = mine.waiting;
      if (data.error) reject(new Error(data.error));
      else resolve(data.answer);
    });
    worker.addEventListener("error", (event) => {
      event.preventDefault();
      mine.waiting.reject(new Error("the engine could not be started: are the files of this site whole?"));
    });
    worker.postMessage({ graph: new URL(form.dataset.graph, ROOT).href });
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
        mine.worker.terminate();
        start();
      }
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  // Comments, strings and IRIs: what looks like a word in them is none.
  const SKIPPED =
    /#[^\n\r]*|"""(?:[^\\]|\\.)*?"""|'''(?:[^\\]|\\.)*?'''|"(?:[^"\\\n\r]|\\.)*"|'(?:[^'\\\n\r]|\\.)*'|<[^<>"{}|^`\\\s]*>/gs;

  /** Return of what form the answer to a query is. */
  function formOf(query) {
    const bare = query.replace(SKIPPED, (found) => (found.startsWith("#") ? " " : '""'));
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

  const BLOCK = new RegExp(
    `${SKIPPED.source}|(?<![\\w?$:.-])VALUES[ \\t]*[?$](\\w+)[ \\t]*\\{((?:<[^<>"{}|^\`\\\\\\s]*>|"(?:[^"\\\\\\n\\r]|\\\\.)*"|[^}"'<#\\n\\r])*)\\}`,
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
    return query.sparql.replace(BLOCK, (found, name) =>
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

  /** Return text with what cannot be seen, or turns the direction of text, as escapes. */
  function visible(text) {
    return text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
      /[\n\t]/.test(character) ? character : `\\u{${character.codePointAt(0).toString(16)}}`,
    );
  }

  function shortName(iri) {
    const [prefix, space] =
      Object.entries(knowledge.prefixes)
        .sort(([, one], [, other]) => other.length - one.length)
        .find(([, begin]) => iri.startsWith(begin) && iri.length > begin.length) ?? [];
    return prefix ? `${prefix}:${iri.slice(space.length)}` : iri;
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
    return [term.type === "bnode" ? `_:${term.value}` : JSON.stringify(term.value)];
  }

  const csvField = (text) => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

  /** Return a table as SPARQL 1.1 has it in CSV. */
  function toCsv({ columns, rows }) {
    const lines = rows.map((row) =>
      columns.map((column) => {
        const term = row[column];
        if (!term) return "";
        return csvField(term.type === "bnode" ? `_:${term.value}` : String(term.value));
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

  async function answerQuery() {
    if (run.disabled) return;
    const mine = makeEndable();
    running = mine;
    complain("");
    status.textContent = "Asking …";
    place.replaceChildren();
    stop.hidden = false;
    run.disabled = true;
    try {
      const { prefixInsertion } = await Promise.race([import(new URL("editor-query.js", ASSETS)), mine.ended]);
      const { at, text } = prefixInsertion(area.value, knowledge.prefixes);
      if (text) area.setRangeText(text, at, at, "preserve");
      const began = performance.now();
      const answer = await ask(area.value, formOf(area.value), Number(limit.value), mine);
      showAnswer(answer, performance.now() - began);
    } catch (error) {
      if (error.isEnd) status.textContent = error.message;
      else {
        status.textContent = "";
        complain(error.message);
      }
    } finally {
      running = null;
      stop.hidden = true;
      run.disabled = false;
      document.documentElement.dataset.answered = String(Number(document.documentElement.dataset.answered ?? 0) + 1);
    }
  }

  async function answerSaved(given) {
    try {
      area.value = await bind(saved, given);
    } catch (error) {
      status.textContent = "";
      place.replaceChildren();
      complain(error.message);
      return;
    }
    const kept = new URLSearchParams({ saved: saved.name });
    for (const [name, value] of given) if (value.trim()) kept.append(name, value.trim());
    history.replaceState(null, "", `${location.pathname}?${kept}`);
    await answerQuery();
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
    area.value = new URLSearchParams(location.hash.slice(1)).get("query") || area.value;
  });
  picker.addEventListener("change", () => {
    open(picker.value, new URLSearchParams(), false);
    status.textContent = "";
    place.replaceChildren();
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
    running?.end("Stopped.");
    run.focus();
  });
  area.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      answerQuery();
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
