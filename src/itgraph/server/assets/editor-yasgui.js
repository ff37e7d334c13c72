/*
 * YASGUI on this page: it asks this server and no other, knows the prefixes and names of this graph, keeps nothing in
 * the browser, and can be used with a keyboard and a screen reader. How answers are shown is ours (editor-answer.js).
 */

import { ACCEPT, make, readAnswer, readError, readFailure, showAnswer, visible } from "/assets/editor-answer.js";
import { folded, loadKnowledge, loadNames, prefixInsertion, rememberInAddress, startOfError } from "/assets/editor-query.js";

const MOST_HINTS = 60;
const KEYS = "or press Ctrl and Enter in the query; Ctrl and space complete a name";
const form = document.getElementById("editor-form");
const mount = document.getElementById("editor-yasgui");
const picker = document.getElementById("editor-picker");

const answers = new WeakMap();
const leads = new WeakMap();

/** Let answers be shown by us, and by none of the ways that come with YASGUI: these lead to other servers. */
function showAnswersOurWay({ Yasr }, knowledge) {
  class AnswerPlugin {
    label = "Answer";
    priority = 100;

    constructor(yasr) {
      this.yasr = yasr;
    }

    canHandleResults() {
      return true;
    }

    draw() {
      const place = make("div");
      this.yasr.resultsEl.append(place);
      showAnswer(answers.get(this.yasr), place, knowledge, leads.get(this.yasr));
    }
  }
  Yasr.plugins = {};
  Yasr.defaults.plugins = {};
  Yasr.registerPlugin("answer", AnswerPlugin);
  Object.assign(Yasr.defaults, { pluginOrder: ["answer"], defaultPlugin: "answer", persistenceId: null });
}

// -- Completion ---------------------------------------------------------------------------------------------

/** Complete names of this graph; what comes with YASGUI asks other servers. */
function completeOurNames({ Yasqe }, knowledge) {
  const { variables } = Yasqe.Autocompleters;
  const names = {
    bulk: false,
    get: (yasqe, token) => findNames(token.string, expectedKind(yasqe, token), knowledge),
    postprocessHints: (yasqe, hints) => hints.map((hint) => ({ ...hint, render: drawHint(knowledge) })),
  };
  Yasqe.Autocompleters = {};
  Yasqe.defaults.autocompleters = [];
  Yasqe.registerAutocompleter(variables);
  // What has a colon is a name; any other word only when one asks (Ctrl and space).
  const fits = (pattern) => (yasqe) => {
    const { string, type } = yasqe.getCompleteToken();
    return type !== "comment" && type !== "string" && pattern.test(string) && !isDeclaration(yasqe);
  };
  Yasqe.registerAutocompleter({
    ...names,
    name: "names",
    autoShow: true,
    isValidCompletionPosition: fits(/^[a-z][\w-]*:/i),
  });
  Yasqe.registerAutocompleter({ ...names, name: "labels", isValidCompletionPosition: fits(/^\p{L}[^:?<"']{2,}$/u) });
}

function isDeclaration(yasqe) {
  const { line } = yasqe.getDoc().getCursor();
  return /^\s*(?:PREFIX|BASE)\b/i.test(yasqe.getDoc().getLine(line));
}

/** Return what can stand here: a class, a property, or anything (""). */
function expectedKind(yasqe, token) {
  const { line } = yasqe.getDoc().getCursor();
  const before = yasqe.getPreviousNonWsToken(line, token);
  if (["a", "rdf:type"].includes(before.string)) return "class";
  return token.state.possibleCurrent?.includes("a") ? "property" : "";
}

function findNames(typed, expected, knowledge) {
  const wanted = folded(typed);
  const rank = ({ text, label, kind }) =>
    (kind === expected ? 0 : 4) + (folded(text).startsWith(wanted) ? 0 : folded(label).startsWith(wanted) ? 1 : 2);
  return knowledge.names
    .filter((name) => name.folded.includes(wanted) && name.text !== typed)
    .map((name) => [rank(name), name.text])
    .sort(([one], [other]) => one - other)
    .slice(0, MOST_HINTS)
    .map(([, text]) => text);
}

function drawHint(knowledge) {
  return (element, _, hint) => {
    const name = knowledge.names.find(({ text }) => text === hint.text);
    const said = name ? [name.label, name.kind].filter(Boolean).join(", ") : "";
    element.append(visible(hint.text), make("span", { className: "editor-hint" }, visible(said)));
  };
}

// -- Tabs ---------------------------------------------------------------------------------------------------

/** Make a tab usable without a mouse, and give what it holds names. */
function dressTab(element) {
  const tab = element.querySelector("[role=tab]");
  if (!tab) return;
  // What is within a tab cannot be reached: the key Delete and the button beside the tabs close it too.
  element.querySelector(".closeTab")?.removeAttribute("tabindex");
  element.querySelector("input")?.remove();
  // What a tab shows is made when it is first chosen.
  const panel = tab.id.replace("tab-", "");
  if (document.getElementById(panel)) tab.setAttribute("aria-controls", panel);
  else tab.removeAttribute("aria-controls");
}

/** Put the tabs and the buttons for them into a bar; only tabs may stand in a list of tabs. */
function dressTabs(yasgui) {
  const list = yasgui.rootEl.querySelector(".tabsList");
  list.setAttribute("aria-label", "Queries");
  const add = list.querySelector(".addTab");
  add.textContent = "New tab";
  add.removeAttribute("aria-label");
  add.removeAttribute("title");
  const close = make("button", { type: "button", className: "closeThis" }, "Close tab");
  close.addEventListener("click", () => yasgui.getTab()?.close());
  const bar = make("div", { className: "editor-tabs" });
  list.before(bar);
  bar.append(list, make("div", { className: "editor-tab-buttons" }, add, close));
  list.addEventListener("keydown", (event) => moveAmongTabs(event, list), true);
  // The menu and the field for another name, which these open, are for the mouse alone.
  for (const kind of ["contextmenu", "dblclick"]) {
    list.addEventListener(kind, (event) => event.stopPropagation(), true);
  }
  watch(list, () => [...list.children].forEach(dressTab));
  yasgui.on("tabClose", () => {
    // The one that is closed is still counted.
    if (Object.keys(yasgui._tabs).length <= 1) setTimeout(() => yasgui.addTab(true));
  });
}

/** Let the arrow keys go from tab to tab; YASGUI's own way counts the button for new ones as a tab. */
function moveAmongTabs(event, list) {
  if (!event.target.matches("[role=tab]")) return;
  const tabs = [...list.querySelectorAll("[role=tab]")];
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
  if (!step && event.key !== " ") return;
  event.preventDefault();
  event.stopPropagation();
  const next = tabs[(tabs.indexOf(event.target) + (step ?? 0) + tabs.length) % tabs.length];
  next.click();
  next.focus();
}

/** Do something now, and whenever children come or go. */
function watch(element, action) {
  action();
  new MutationObserver(action).observe(element, { childList: true });
}

// -- Editors ------------------------------------------------------------------------------------------------

const dressed = new WeakSet();

/** Give the editor of a tab its name, our prefixes, and what happens with an answer. */
function dressPanel(tab, knowledge) {
  const yasqe = tab.getYasqe();
  if (!yasqe || dressed.has(yasqe)) return;
  dressed.add(yasqe);
  const yasr = tab.getYasr();
  const doc = yasqe.getDoc();
  yasqe.getInputField().setAttribute("aria-label", "Query, in SPARQL");
  const scroller = yasqe.getScrollerElement();
  scroller.tabIndex = 0;
  scroller.setAttribute("role", "group");
  scroller.setAttribute("aria-label", "Query, to be scrolled");
  const panel = yasqe.rootEl.closest(".tabPanel");
  panel.querySelector(".yasqe_buttons").remove();
  const { bar, doubt } = makeActions(yasqe);
  yasqe.rootEl.after(bar);
  // What YASGUI shows here in a box of its own has styles in its HTML, which the page's policy forbids.
  for (const kind of ["mouseover", "mouseout"]) {
    panel.addEventListener(kind, (event) => event.target.closest(".parseErrorIcon") && event.stopPropagation(), true);
  }

  let mark = null;
  const clear = () => {
    mark?.clear();
    mark = null;
  };
  const positions = (line, column) => {
    const text = doc.getLine(line - 1) ?? "";
    return [startOfError(text, column), text.length].map((ch) => ({ line: line - 1, ch }));
  };
  leads.set(yasr, (line, column) => {
    const [from, to] = positions(line, column);
    yasqe.focus();
    doc.setSelection(from, to);
    yasqe.scrollIntoView(from, 60);
  });
  yasqe.on("autocompletionShown", (_, { hints }) => hints.setAttribute("aria-label", "Names that fit"));
  yasqe.on("changes", () => {
    clear();
    sayDoubt(yasqe, doubt);
  });
  yasqe.on("queryBefore", () => {
    const { at, text } = prefixInsertion(yasqe.getValue(), knowledge.prefixes);
    if (text) doc.replaceRange(text, doc.posFromIndex(at));
  });
  yasqe.on("queryResponse", (_, response, milliseconds) => {
    const query = yasqe.getValue();
    const answer = answerOf(response, query, milliseconds);
    answers.set(yasr, answer);
    clear();
    if (answer.line) mark = doc.markText(...positions(answer.line, answer.column), { className: "editor-wrong" });
    rememberInAddress(query);
  });
  sayDoubt(yasqe, doubt);
}

/** Make the buttons below an editor, and the place for what it doubts. */
function makeActions(yasqe) {
  const run = make("button", { type: "button", className: "main" }, "Run");
  const stop = make("button", { type: "button", hidden: true }, "Stop");
  const doubt = make("span", { className: "editor-keys" });
  run.addEventListener("click", () => yasqe.query().catch(() => {}));
  stop.addEventListener("click", () => {
    yasqe.abortQuery();
    run.focus();
  });
  // One that is stopped by the next answers after that has begun.
  let running = 0;
  const count = (more) => {
    running += more;
    stop.hidden = running === 0;
  };
  yasqe.on("query", () => count(1));
  yasqe.on("queryResponse", () => count(-1));
  return { bar: make("p", { className: "editor-actions" }, run, stop, doubt), doubt };
}

function answerOf(response, query, milliseconds) {
  // An answer that is an error comes as one, its text as the message.
  if (response instanceof TypeError || response instanceof DOMException) return readFailure(response);
  if (response instanceof Error) return readError(response.message);
  return readAnswer({
    query,
    text: response.content,
    type: response.headers.get("Content-Type") ?? "",
    truncated: response.headers.get("X-Truncated"),
    milliseconds,
  });
}

/** Say where the editor no longer follows what is written; whether it is SPARQL, the server knows. */
function sayDoubt(yasqe, doubt) {
  if (yasqe.queryValid || !yasqe.getValue().trim()) {
    doubt.textContent = KEYS;
    return;
  }
  const doc = yasqe.getDoc();
  const lines = Array.from({ length: doc.lineCount() }, (_, line) => line);
  const wrong = lines.find((line) => !yasqe.getTokenAt({ line, ch: doc.getLine(line).length }, true).state.OK);
  doubt.textContent = wrong === undefined ? KEYS : `The editor does not understand line ${wrong + 1}.`;
}

// -- All of it ----------------------------------------------------------------------------------------------

function configure(Yasgui, knowledge) {
  showAnswersOurWay(Yasgui, knowledge);
  completeOurNames(Yasgui, knowledge);
  return {
    // The browser keeps nothing: it may come back to another graph. The address holds the last query.
    persistenceId: null,
    populateFromUrl: false,
    autoAddOnInit: false,
    autofocus: false,
    endpointCatalogueOptions: { getData: () => [], keys: [] },
    requestConfig: {
      endpoint: new URL("/sparql", location.href).href,
      method: "POST",
      acceptHeaderSelect: ACCEPT,
      acceptHeaderGraph: ACCEPT,
    },
    yasqe: {
      value: "SELECT * WHERE {\n  ?thing ?property ?value .\n}\nLIMIT 10\n",
      editorHeight: "22rem",
      showQueryButton: false,
      persistenceId: null,
      // Tab leads out of the editor, as everywhere; Ctrl with ] and [ indents.
      extraKeys: { Tab: false, "Shift-Tab": false },
    },
  };
}

/** Open a query in a tab of its own. */
function openTab(yasgui, name, query, isActive) {
  return yasgui.addTab(isActive, { name: yasgui.createTabName(name), yasqe: { value: query } });
}

function openSaved(yasgui, name, isActive, knowledge) {
  return openTab(yasgui, name.replaceAll("-", " "), knowledge.queries.get(name).sparql, isActive);
}

async function start() {
  const { Yasgui } = window;
  const knowledge = await loadKnowledge();
  loadNames(knowledge).catch((error) => console.warn("Names are not completed.", error));
  const yasgui = new Yasgui(mount, configure(Yasgui, knowledge));
  dressTabs(yasgui);
  watch(yasgui.tabPanelsEl, () => {
    Object.values(yasgui._tabs).forEach((tab) => dressPanel(tab, knowledge));
    mount.querySelectorAll(".tab").forEach(dressTab);
  });
  const isGiven = Boolean(form.dataset.given);
  const name = isGiven ? picker.elements.name.dataset.opened || "query" : "first query";
  const first = openTab(yasgui, name.replaceAll("-", " "), form.elements.query.value, true);
  for (const saved of mount.dataset.tabs.split(" ")) {
    if (saved !== name) openSaved(yasgui, saved, false, knowledge);
  }
  picker.addEventListener("submit", (event) => {
    event.preventDefault();
    const tab = openSaved(yasgui, picker.elements.name.value, true, knowledge);
    dressPanel(tab, knowledge);
    tab.query().catch(() => {});
  });
  form.hidden = true;
  document.getElementById("editor-answer").hidden = true;
  mount.hidden = false;
  first.getYasqe().refresh();
  dressPanel(first, knowledge);
  if (isGiven) first.query().catch(() => {});
  document.documentElement.dataset.ready = "yasgui";
}

start().catch((error) => {
  console.warn("YASGUI could not start; this is the plain editor.", error);
  mount.remove();
  form.hidden = false;
  document.getElementById("editor-answer").hidden = false;
  return import("/assets/editor.js");
});
