/*
 * What is drawn around one thing, or between two. The same choices as itgraph.explorer.neighbourhood makes in Python;
 * a test holds the two equal.
 */

/** What the server chose for views of which the page does not know all, by what it was asked. */
const CHOSEN = new Map();

/** Return what is drawn in a view around a thing or between two; nothing, if that is not known yet. */
function choiceOf(state) {
  if (!KNOWN.all) return CHOSEN.get(questionOf(state)) ?? null;
  const relations = layoutRelations(state);
  if (state.view === "path") return chooseBetween(state.from, state.to, relations);
  const { focus, up, down, pages } = state;
  return chooseAround(focus, { up, down, pages, relations });
}

/** Return what one relation leads to from a node: first what itself leads on furthest; authors in their order. */
function neighbours(node, way, relation) {
  const found = [...new Set(leading(node, way, new Set([relation])).map((place) => far(place, way)))];
  if (LINES[relation].lineage) found.sort((a, b) => reach(b, way) - reach(a, way) || a - b);
  return found;
}

/** Choose what is drawn around a thing: up and down steps far (null: all the way). */
function chooseAround(focus, { up = null, down = 1, relations = LINEAGE_SET, pages = new Map(), cap = CAP } = {}) {
  // Whoever asks for more gets more.
  const most = Math.min(MOST_DRAWN, cap + FAN * [...pages.values()].reduce((sum, count) => sum + count, 0));
  const drawn = new Set([focus]);
  const opened = new Set();
  const openUp = (node, way) => {
    opened.add(`${node} ${way}`);
    const found = [];
    for (const relation of RELATIONS) {
      if (!relations.has(relation)) continue;
      const fan = FAN * Math.max(1, pages.get(`${node} ${way}`) ?? 1);
      for (const end of neighbours(node, way, relation).slice(0, fan)) {
        if (!drawn.has(end) && drawn.size >= most) continue;
        drawn.add(end);
        found.push(end);
      }
    }
    return found;
  };
  for (const [way, depth] of [
    ["up", up],
    ["down", down],
  ]) {
    let level = [focus];
    const seen = new Set([focus]);
    for (let steps = 0; level.length && (depth === null || steps < depth); steps += 1) {
      const found = level.flatMap((node) => openUp(node, way));
      level = [...new Set(found)].filter((end) => !seen.has(end));
      level.forEach((end) => seen.add(end));
    }
  }
  for (let waiting = true; waiting;) {
    const todo = [...pages.keys()].filter((key) => !opened.has(key) && drawn.has(Number(key.split(" ")[0])));
    for (const key of todo) openUp(Number(key.split(" ")[0]), key.split(" ")[1]);
    waiting = todo.length > 0;
  }
  return finishChoice([...drawn], relations, opened);
}

/** Choose what is drawn between two things: all ways from one up to the other, or up to their nearest ancestors. */
function chooseBetween(a, b, relations = LINEAGE_SET) {
  const above = new Map([
    [a, closure(a, "up", relations)],
    [b, closure(b, "up", relations)],
  ]);
  let ends = [
    [a, b],
    [b, a],
  ].filter(([child, top]) => above.get(child).has(top));
  let common = [];
  if (!ends.length) {
    const shared = new Set([...above.get(a).keys()].filter((node) => above.get(b).has(node)));
    common = [...shared].filter((node) => isNearest(node, shared, relations)).sort((x, y) => x - y);
    ends = common.flatMap((top) => [
      [a, top],
      [b, top],
    ]);
  }
  const drawn = new Set([a, b]);
  for (const [child, top] of ends) {
    const below = closure(top, "down", relations);
    for (const node of above.get(child).keys()) if (below.has(node)) drawn.add(node);
  }
  return { ...finishChoice([...drawn], relations, new Set()), ends, common };
}

function isNearest(node, shared, relations) {
  const below = [...closure(node, "down", relations).keys()].filter((other) => shared.has(other));
  const above = closure(node, "up", relations);
  return below.every((other) => above.has(other));
}

function finishChoice(nodes, relations, opened) {
  const drawn = new Set(nodes);
  const links = nodes
    .flatMap((node) => ENDS.up[node])
    .filter((place) => relations.has(LINKS[place].relation) && drawn.has(LINKS[place].from))
    .sort((x, y) => x - y);
  const groups = [];
  const more = new Map();
  for (const node of nodes) {
    for (const way of ["up", "down"]) {
      const hidden = new Map();
      for (const place of leading(node, way, relations)) {
        const end = far(place, way);
        if (drawn.has(end)) continue;
        const relation = LINKS[place].relation;
        if (!hidden.has(relation)) hidden.set(relation, new Set());
        hidden.get(relation).add(end);
      }
      if (!opened.has(`${node} ${way}`)) {
        const count = new Set([...hidden.values()].flatMap((ends) => [...ends])).size;
        if (count) more.set(`${node} ${way}`, count);
        continue;
      }
      for (const relation of RELATIONS) {
        if (hidden.has(relation)) groups.push({ anchor: node, way, relation, count: hidden.get(relation).size });
      }
    }
  }
  return { nodes, links, groups, more };
}
