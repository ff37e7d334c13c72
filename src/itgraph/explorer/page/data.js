/*
 * What the page knows, unpacked from its data block: nodes, links, and who says so.
 *
 * Nodes and links are what pyvis carries (id, label, group, from, to); a node is known by its place in the list.
 */

document.documentElement.dataset.script = "on";
const DATA = JSON.parse(document.getElementById("data").textContent);
const KINDS = DATA.kinds;
const LINES = DATA.lines;
const RELATIONS = Object.keys(LINES);
const LINEAGE = RELATIONS.filter((name) => LINES[name].lineage);
const LINEAGE_SET = new Set(LINEAGE);
const RANK = new Map(RELATIONS.map((name, rank) => [name, rank]));
const NODES = DATA.nodes;
const LINKS = DATA.edges;
const FAN = DATA.limits.fan;
const CAP = DATA.limits.cap;
const MOST_DRAWN = DATA.limits.drawn;
const COLLATOR = new Intl.Collator("en", { numeric: true, sensitivity: "base" });

for (const link of LINKS) link.relation = RELATIONS[link.r];
for (const node of NODES) {
  node.kind = KINDS[node.group] ? node.group : "thing";
  node.word = KINDS[node.kind].word;
  // What turns the writing direction would turn what stands around it too.
  node.raw = node.label;
  node.label = shownText(node.label);
  node.short ??= node.label;
  node.plain ??= node.label;
  node.alt ??= [];
  node.ids ??= [];
  node.lang ??= [];
  node.dom ??= [];
  node.date ??= "";
}

/** Return text without the characters that turn the direction of writing, or that nothing can show. */
function shownText(text) {
  return text.replace(
    /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/g,
    "\ufffd",
  );
}

/** Return a list for each node, filled from the links that touch it. */
function byNode(end) {
  const lists = Array.from(NODES, () => []);
  LINKS.forEach((link, place) => lists[link[end]].push(place));
  return lists;
}

const ENDS = { up: byNode("to"), down: byNode("from") };
const PLACE_OF = new Map(NODES.map((node, place) => [node.iri, place]));
const OTHER_WAY = { up: "down", down: "up" };
const REACH = { up: new Map(), down: new Map() };

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

/** Return how many things lineage reaches from a node in a direction. */
function reach(node, way) {
  let count = REACH[way].get(node);
  if (count === undefined) {
    count = closure(node, way).size - 1;
    REACH[way].set(node, count);
  }
  return count;
}

/** Return how many things are one step of lineage away. */
function direct(node, way) {
  return new Set(leading(node, way, LINEAGE_SET).map((place) => far(place, way))).size;
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
