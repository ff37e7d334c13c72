/*
 * What the page knows, unpacked from its data block: nodes, links, and who says so.
 *
 * Nodes and links are what pyvis carries (id, label, group, from, to); a node is known by its place in the list. A page
 * that a server feeds knows a part at first, and learns more: what is known keeps its place.
 */

document.documentElement.dataset.script = "on";
const DATA = JSON.parse(document.getElementById("data").textContent);
const KINDS = DATA.kinds;
const LINES = DATA.lines;
/** What may be done with a thing, from the widest to the narrowest; last, that nobody says. */
const USES = DATA.uses;
const RELATIONS = Object.keys(LINES);
const LINEAGE = RELATIONS.filter((name) => LINES[name].lineage);
const LINEAGE_SET = new Set(LINEAGE);
const RANK = new Map(RELATIONS.map((name, rank) => [name, rank]));
const FAN = DATA.limits.fan;
const CAP = DATA.limits.cap;
const MOST_DRAWN = DATA.limits.drawn;
const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

const RECORDS = new Set(["paper", "person", "organization"]);
/** The kinds of which it is not known what may be done, where nobody says; of others nobody asks. */
const LICENSED = new Set(["model", "dataset", "benchmark"]);

const NODES = [];
const LINKS = [];
const ROWS = [];
const LABELS = [];
const ENDS = { up: [], down: [] };
const PLACE_OF = new Map();
const LINK_OF = new Map();
const ROW_OF = new Map();
const LABEL_OF = new Map();
const OTHER_WAY = { up: "down", down: "up" };
const REACH = { up: new Map(), down: new Map() };
/** What is known of the whole: whether this is all of it, whether counts are exact, how often something was learned. */
const KNOWN = { all: !DATA.online, exact: DATA.exact !== false, times: 0 };

/** Make a node ready to be shown. */
function prepared(node) {
  node.kind = KINDS[node.group] ? node.group : "thing";
  node.word = KINDS[node.kind].word;
  // What turns the writing direction would turn what stands around it too.
  node.raw = node.label;
  node.label = shownText(node.label);
  node.short ??= node.label;
  node.plain ??= node.label;
  node.alt ??= [];
  node.ids ??= [];
  node.dev ??= [];
  node.licences ??= [];
  node.lic ??= [...new Set(node.licences.map(([id]) => id))];
  node.lang ??= [];
  node.dom ??= [];
  node.date ??= "";
  return node;
}

/** Return a place in a list, where a value is added if it is not there. */
function placed(list, places, key, value) {
  if (!places.has(key)) {
    places.set(key, list.length);
    list.push(value);
  }
  return places.get(key);
}

/** Learn things and relations; return where they are from now on: the places of the nodes and of the links. */
function learn({ nodes = [], edges = [], rows = [], labels = [], links = [] }) {
  const rowAt = rows.map((row) => placed(ROWS, ROW_OF, row.iri, { ...row, link: links[row.link] ?? "" }));
  const labelAt = labels.map((label) => placed(LABELS, LABEL_OF, label, label));
  const moved = (places) => places?.map((place) => rowAt[place]);
  const nodeAt = nodes.map((node) => {
    node.facts &&= node.facts.map(([label, value, iri, current, said, ...more]) => [
      labelAt[label],
      value,
      iri,
      current,
      moved(said),
      ...more,
    ]);
    node.licences &&= node.licences.map(([id, part, access, iri, said]) => [id, part, access, iri, moved(said)]);
    node.corrections &&= node.corrections.map(([label, survey, found, effect, why, fact, said]) => ({
      label: labelAt[label],
      survey,
      found,
      effect,
      why,
      fact: rowAt[fact],
      rows: moved(said),
    }));
    const place = PLACE_OF.get(node.iri);
    if (place === undefined) {
      ENDS.up.push([]);
      ENDS.down.push([]);
      return placed(NODES, PLACE_OF, node.iri, prepared(node));
    }
    if (!node.bare) Object.assign(NODES[place], prepared({ ...NODES[place], short: undefined, ...node, bare: false }));
    return place;
  });
  const found = { up: new Map(), down: new Map() };
  const linkAt = edges.map(({ from, to, r, rows: said, ...more }) => {
    const [parent, child] = [nodeAt[from], nodeAt[to]];
    const link = {
      from: parent,
      to: child,
      r,
      relation: RELATIONS[r],
      ...more,
      ...(said ? { rows: moved(said) } : {}),
    };
    const place = placed(LINKS, LINK_OF, `${parent} ${child} ${r}`, link);
    if (LINKS[place] !== link) Object.assign(LINKS[place], link);
    for (const [way, near] of [
      ["up", child],
      ["down", parent],
    ]) {
      if (!found[way].has(near)) found[way].set(near, new Set());
      found[way].get(near).add(place);
    }
    return place;
  });
  for (const way of ["up", "down"]) {
    for (const [node, places] of found[way]) {
      const before = ENDS[way][node];
      // Whoever tells more of them knows their order: authors stay in that of their paper.
      const [first, then] = places.size >= before.length ? [places, before] : [before, places];
      ENDS[way][node] = [...new Set([...first, ...then])];
    }
  }
  KNOWN.times += 1;
  return { nodes: nodeAt, links: linkAt };
}

/** Forget everything that is known, for what is learned next is all that there is. */
function forget() {
  for (const list of [NODES, LINKS, ROWS, LABELS, ENDS.up, ENDS.down]) list.length = 0;
  for (const map of [PLACE_OF, LINK_OF, ROW_OF, LABEL_OF, REACH.up, REACH.down]) map.clear();
}

/** Return what makes a value, and makes it anew when something was learned. */
function remembered(make) {
  let [times, value] = [-1, null];
  return () => {
    if (times !== KNOWN.times) [times, value] = [KNOWN.times, make()];
    return value;
  };
}

/** Return text without the characters that turn the direction of writing, or that nothing can show. */
function shownText(text) {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    "\ufffd",
  );
}

/** Return the end of a link that lies in a direction. */
function far(place, way) {
  return way === "up" ? LINKS[place].from : LINKS[place].to;
}

/** Return the links that lead from a node in a direction; not to itself. */
function leading(node, way, relations) {
  return ENDS[way][node].filter((place) => relations.has(LINKS[place].relation) && far(place, way) !== node);
}

/** Return all that lies in a direction of a node, itself included, with the least number of steps. */
function closure(node, way, relations = LINEAGE_SET) {
  const steps = new Map([[node, 0]]);
  for (const [near, distance] of steps) {
    for (const place of leading(near, way, relations)) {
      const end = far(place, way);
      if (!steps.has(end)) steps.set(end, distance + 1);
    }
  }
  return steps;
}

/** Return how many things lineage reaches from a node in a direction, as far as it is known. */
function reach(node, way) {
  if (!KNOWN.all) return NODES[node].reach?.[way === "up" ? 0 : 1] ?? 0;
  let count = REACH[way].get(node);
  if (count === undefined) {
    count = closure(node, way).size - 1;
    REACH[way].set(node, count);
  }
  return count;
}

/** Return how many things are one step of lineage away. */
function direct(node, way) {
  if (!KNOWN.all && NODES[node].direct) return NODES[node].direct[way === "up" ? 0 : 1];
  return new Set(leading(node, way, LINEAGE_SET).map((place) => far(place, way))).size;
}

/** Return what may be done with a thing, by its name among USES; nothing for kinds of which nobody asks. */
function useOf(node) {
  const { kind, access } = NODES[node];
  return access ?? (LICENSED.has(kind) ? "unknown" : "");
}

/** Say what may be done with a thing: "access closed", "access not known". */
function useSaid(node) {
  const use = useOf(node);
  return use && `access ${USES[use].word}`;
}

/** Return a number with its noun: 1 step, 2 steps. */
function counted(number, one) {
  return `${number.toLocaleString("en")} ${one}${number === 1 ? "" : "s"}`;
}

/** Return a thing's name with its kind, because a dataset and a model may share a name. */
function named(node) {
  return `${NODES[node].label} (${NODES[node].word})`;
}

/** Return an address if it is one that may be followed, else nothing: never a script, never a local file. */
function safeAddress(text) {
  try {
    const url = new URL(text);
    return url.protocol === "https:" || url.protocol === "http:" ? url.href : null;
  } catch {
    return null;
  }
}

/** Make an element: attributes by name, text and other elements as its content. Text is never read as markup. */
function make(name, attributes = {}, ...content) {
  const element = document.createElement(name);
  return fill(element, attributes, content);
}

/** Make an element of a drawing. */
function draw(name, attributes = {}, ...content) {
  return fill(document.createElementNS("http://www.w3.org/2000/svg", name), attributes, content);
}

function fill(element, attributes, content) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (typeof value === "function") element.addEventListener(name, value);
    else element.setAttribute(name, value === true ? "" : String(value));
  }
  element.append(...content.flat().filter((part) => part !== null && part !== undefined && part !== ""));
  return element;
}

/** Make a link to an outside address; of an address that may not be followed, only its text. */
function outside(address, text, attributes = {}) {
  const href = safeAddress(address);
  if (!href) return make("span", attributes, text);
  return make("a", { href, target: "_blank", rel: "noopener noreferrer", ...attributes }, text);
}

learn(DATA);
