/*
 * What the reader looks at, as one value; the hash of the address holds all of it, so that a link shows the same view
 * and the browser's own back and forward work. Things are named by their IRIs there, for the order may change.
 */

const VIEWS = ["focus", "overview", "timeline", "path", "table"];
const THEMES = ["auto", "light", "dark"];
const LENSES = ["kind", "access"];
const FILTERS = ["access", "licence", "developer", "open", "language", "domain", "since", "until"];
/** Those filters whose values are the same in every graph. */
const FIXED = new Set(["access", "open"]);

/** Return the relations that a thing's view begins with: lineage; of papers and people also what they wrote. */
function ownRelations(node) {
  const relations = new Set(LINEAGE);
  if (RECORDS.has(NODES[node].kind)) ["describedIn", "author", "developer"].forEach((name) => relations.add(name));
  else if (!NODES[node].bare && !hasLineage(node)) {
    ["describedIn", "developer", "memberOf"].forEach((name) => relations.add(name));
  }
  return relations;
}

function hasLineage(node) {
  if (!KNOWN.all) return reach(node, "up") + reach(node, "down") > 0;
  return leading(node, "up", LINEAGE_SET).length + leading(node, "down", LINEAGE_SET).length > 0;
}

/** Return how far a thing's view goes at first: up to the beginnings, one step down; from a person to the things. */
function ownDepths(node) {
  const kind = NODES[node].kind;
  if (kind === "person" || kind === "organization") return { up: 1, down: 2 };
  return kind === "paper" ? { up: 1, down: 1 } : { up: null, down: 1 };
}

/** Return the relations that are drawn: those of the focus, with what the reader put on and without what was put off. */
function relationsOf(state) {
  const isPath = state.view === "path";
  const ends = isPath ? [state.from, state.to].filter((end) => end >= 0) : [state.focus];
  const relations = new Set([...LINEAGE, ...ends.flatMap((end) => [...ownRelations(end)]), ...state.on]);
  for (const name of state.off) relations.delete(name);
  return relations;
}

/** Return the relations that decide where things are: all of lineage, lest things jump when a line is hidden. */
function layoutRelations(state) {
  return new Set([...LINEAGE, ...relationsOf(state)]);
}

function freshState(focus = DATA.start, view = DATA.view) {
  return {
    view,
    focus,
    selected: view === "focus" || view === "table" ? focus : -1,
    edge: -1,
    ...ownDepths(focus),
    on: new Set(),
    off: new Set(),
    pages: new Map(),
    hidden: new Set(),
    access: "",
    licence: "",
    developer: "",
    open: "",
    language: "",
    domain: "",
    since: "",
    until: "",
    from: view === "path" ? focus : -1,
    to: view === "path" ? DATA.other : -1,
    theme: DATA.theme,
    lens: DATA.lens,
    table: "things",
    sort: "",
    words: "",
    page: 0,
    camera: null,
    unknown: "",
  };
}

/** The name of the focus in addresses: what a server is asked for is written out. */
const FOCUS = DATA.online ? "focus" : "n";

/** Return the part of the address that holds the state: behind the address of a file, or of what a server is asked. */
function addressNow() {
  return DATA.online ? location.search : location.hash;
}

/** Write a state as an address: only what differs from what a thing's view begins with. */
function toAddress(state) {
  const fresh = freshState(state.focus, state.view);
  const said = [];
  const encoded = (value) => encodeURIComponent(value).replaceAll("%2F", "/");
  const say = (name, ...values) => said.push(`${name}=${values.map(encoded).join(",")}`);
  const iri = (node) => NODES[node].iri;
  if (state.view !== DATA.view) say("view", state.view);
  if (state.focus !== DATA.start || state.view === "focus") say(FOCUS, iri(state.focus));
  for (const way of ["up", "down"]) if (state[way] !== fresh[way]) say(way, state[way] ?? "all");
  if (state.on.size || state.off.size) say("rel", ...relationsOf(state));
  if (state.hidden.size) say("hide", ...state.hidden);
  for (const name of FILTERS) if (state[name]) say(name, state[name]);
  if (state.pages.size) {
    say(
      "more",
      ...[...state.pages].flatMap(([key, pages]) => {
        const [node, way] = key.split(" ");
        return [`${way}${pages}`, iri(Number(node))];
      }),
    );
  }
  if (state.view === "path") {
    if (state.from >= 0) say("from", iri(state.from));
    if (state.to >= 0) say("to", iri(state.to));
  }
  if (state.view === "table") {
    if (state.table !== "things") say("table", state.table);
    if (state.sort) say("sort", state.sort);
    if (state.words) say("q", state.words);
    if (state.page) say("page", state.page);
  }
  if (state.edge >= 0) {
    const link = LINKS[state.edge];
    say("edge", link.relation, iri(link.to), iri(link.from));
  } else if (state.selected !== fresh.selected) say("sel", state.selected >= 0 ? iri(state.selected) : "none");
  if (state.theme !== DATA.theme) say("theme", state.theme);
  if (state.lens !== DATA.lens) say("lens", state.lens || "kind");
  if (state.camera) say("at", Math.round(state.camera.x), Math.round(state.camera.y), state.camera.k.toFixed(3));
  return `${DATA.online ? "?" : "#"}${said.join("&")}`;
}

/** Read a state from an address; what it says wrongly is left as it is at first. */
function fromAddress(address) {
  const lists = new Map();
  for (const part of address.replace(/^[#?]/, "").split("&")) {
    const at = part.indexOf("=");
    if (at > 0)
      lists.set(
        part.slice(0, at),
        part
          .slice(at + 1)
          .split(",")
          .map(decoded),
      );
  }
  // How far the page was asked to go when it was made holds for how it opens, not for what a link says.
  if (!lists.size) return { ...freshState(), ...DATA.depths };
  const said = { get: (name) => lists.get(name)?.[0], has: (name) => lists.has(name) };
  const place = (iri) =>
    iri === undefined ? -1 : (PLACE_OF.get(iri) ?? PLACE_OF.get(iri.replace(DATA.base, "")) ?? -1);
  const focus = place(said.get(FOCUS));
  const view = VIEWS.includes(said.get("view")) ? said.get("view") : DATA.view;
  const state = freshState(focus >= 0 ? focus : DATA.start, view);
  if (!DATA.online && said.has("n") && focus < 0) state.unknown = said.get("n").slice(0, 100);
  for (const way of ["up", "down"]) {
    const steps = said.get(way);
    if (steps === "all") state[way] = null;
    else if (/^\d{1,3}$/.test(steps ?? "")) state[way] = Number(steps);
  }
  // What a server was asked for, it found by whatever name.
  for (const end of ["from", "to"])
    if (said.has(end) && (!DATA.online || place(said.get(end)) >= 0)) state[end] = place(said.get(end));
  if (said.has("rel")) {
    const relations = new Set(lists.get("rel").filter((name) => RANK.has(name)));
    const own = relationsOf(state);
    state.on = new Set([...relations].filter((name) => !own.has(name)));
    state.off = new Set([...own].filter((name) => !relations.has(name)));
  }
  if (said.has("hide")) state.hidden = new Set(lists.get("hide").filter((name) => Object.hasOwn(KINDS, name)));
  // A value that is not known yet may be so when more is.
  for (const name of FILTERS)
    if (choicesOf()[name].has(said.get(name)) || (!KNOWN.all && !FIXED.has(name)))
      state[name] = (said.get(name) ?? "").slice(0, 200);
  const opened = lists.get("more") ?? [];
  for (let at = 0; at + 1 < opened.length; at += 2) {
    const match = /^(up|down)(\d{1,4})$/.exec(opened[at]);
    const node = place(opened[at + 1]);
    if (match && node >= 0) state.pages.set(`${node} ${match[1]}`, Number(match[2]));
  }
  if (said.get("table") === "relations") state.table = "relations";
  if (/^-?[a-z_]{1,20}$/.test(said.get("sort") ?? "")) state.sort = said.get("sort");
  state.words = (said.get("q") ?? "").slice(0, 200);
  if (/^\d{1,4}$/.test(said.get("page") ?? "")) state.page = Number(said.get("page"));
  if (said.get("sel") === "none") state.selected = -1;
  else if (place(said.get("sel")) >= 0) state.selected = place(said.get("sel"));
  if (said.has("edge")) {
    const [relation, child, parent] = lists.get("edge");
    state.edge =
      (ENDS.up[place(child)] ?? []).find(
        (link) => LINKS[link].relation === relation && LINKS[link].from === place(parent),
      ) ?? -1;
  }
  if (THEMES.includes(said.get("theme"))) state.theme = said.get("theme");
  if (LENSES.includes(said.get("lens"))) state.lens = said.get("lens") === "kind" ? "" : said.get("lens");
  const at = (lists.get("at") ?? []).map(Number);
  if (at.length === 3 && at.every(Number.isFinite) && at[2] > 0) state.camera = { x: at[0], y: at[1], k: at[2] };
  return state;
}

function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Return what there is to filter by: the values of each filter that can be chosen. */
const choicesOf = remembered(() => {
  const all = (key) => new Set(NODES.flatMap((node) => node[key]).sort(COLLATOR.compare));
  const years = new Set(
    NODES.map((node) => node.date.slice(0, 4))
      .filter(Boolean)
      .sort(),
  );
  return {
    access: new Set(Object.keys(USES)),
    licence: all("lic"),
    developer: all("dev"),
    open: new Set(["open", "closed", "unsaid"]),
    language: all("lang"),
    domain: all("dom"),
    since: years,
    until: years,
  };
});

/** Return whether a thing passes the filters in force. */
function passes(state, node) {
  const { open, lic, dev, lang, dom, date } = NODES[node];
  if (state.access && useOf(node) !== state.access) return false;
  if (state.licence && !lic.includes(state.licence)) return false;
  if (state.developer && !dev.includes(state.developer)) return false;
  if (state.open === "open" && open !== true) return false;
  if (state.open === "closed" && open !== false) return false;
  if (state.open === "unsaid" && open !== undefined) return false;
  if (state.language && !lang.includes(state.language)) return false;
  if (state.domain && !dom.includes(state.domain)) return false;
  const year = date.slice(0, 4);
  if (state.since && (!year || year < state.since)) return false;
  if (state.until && (!year || year > state.until)) return false;
  return true;
}

function isFiltered(state) {
  return FILTERS.some((name) => state[name]);
}
