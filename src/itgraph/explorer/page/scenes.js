/*
 * Views as places on a plane, by the same rules as itgraph.explorer.scenes. The overview and the timeline come laid
 * out from Python; what the reader asks for around a thing is laid out here, by the same algorithm.
 */

const CARD = DATA.spacing;
const CARD_HEIGHT = DATA.limits.card;
const PLAIN_HEIGHT = DATA.limits.plain;
const GROUP_WIDTH = DATA.limits.group;
const MOST_WORDS = 8;
const ASIDE = 8;

/** Lay out what was chosen, as cards. */
function sceneOf(choice, view, focus) {
  const boxes = choice.nodes.map((node) => ({ width: NODES[node].w, height: CARD_HEIGHT }));
  boxes.push(...choice.groups.map(() => ({ width: GROUP_WIDTH, height: CARD_HEIGHT })));
  const places = new Map(choice.nodes.map((node, place) => [node, place]));
  const ends = choice.links.map((place) => [places.get(LINKS[place].from), places.get(LINKS[place].to)]);
  choice.groups.forEach((group, index) => {
    const [anchor, place] = [places.get(group.anchor), choice.nodes.length + index];
    ends.push(group.way === "up" ? [place, anchor] : [anchor, place]);
  });
  const layout = layOut(boxes, ends, CARD);
  const items = boxes.map((box, place) => ({
    node: place < choice.nodes.length ? choice.nodes[place] : -1,
    group: choice.groups[place - choice.nodes.length] ?? null,
    x: layout.places[place][0],
    y: layout.places[place][1],
    width: box.width,
    height: box.height,
  }));
  const relations = [...choice.links.map((place) => LINKS[place].relation), ...choice.groups.map((g) => g.relation)];
  const ports = portsOf(ends, relations, 16);
  const backward = new Set(layout.backward);
  // Where many lines lead to papers and people, what they are called is only noise.
  const isWorded = (name) => LINES[name].lineage || relations.filter((other) => other === name).length <= MOST_WORDS;
  const pairs = new Map();
  for (const pair of ends) pairs.set(`${pair}`, (pairs.get(`${pair}`) ?? 0) + 1);
  // There and back between two things: beside each other, not on top.
  const asideOf = ([parent, child], place) => (backward.has(place) && pairs.has(`${child},${parent}`) ? ASIDE : 0);
  const strokes = ends.map(([parent, child], place) => ({
    link: choice.links[place] ?? -1,
    relation: relations[place],
    from: parent,
    to: child,
    knots:
      parent === child
        ? loopOf(items[parent])
        : shifted(
            layout.routes[place].map(([x, y]) => [x, y + asideOf(ends[place], place)]),
            ...ports[place],
            pairs.get(`${ends[place]}`) > 1,
          ),
    backward: backward.has(place),
    inferred: place < choice.links.length && isInferred(LINKS[choice.links[place]]),
    loop: parent === child,
    label: isWorded(relations[place]) ? LINES[relations[place]].word : "",
  }));
  return finishScene({
    view,
    focus,
    items,
    strokes,
    width: layout.width,
    height: layout.height,
    more: choice.more,
    marks: [],
    undatedFrom: 0,
    leftOut: 0,
  });
}

function isInferred(link) {
  return !link.rows && Boolean(link.inferred || link.rules);
}

/** Return how far from the middle of its boxes each line starts and ends: one port for each relation. */
function portsOf(ends, relations, spread) {
  const leaving = new Map();
  const arriving = new Map();
  const add = (map, key, relation) => map.set(key, (map.get(key) ?? new Set()).add(relation));
  ends.forEach(([parent, child], place) => {
    add(leaving, parent, relations[place]);
    add(arriving, child, relations[place]);
  });
  const offset = (present, relation) => {
    const names = [...present].sort((a, b) => RANK.get(a) - RANK.get(b));
    return Math.floor(((2 * names.indexOf(relation) - names.length + 1) * spread) / 2);
  };
  return ends.map(([parent, child], place) => [
    offset(leaving.get(parent), relations[place]),
    offset(arriving.get(child), relations[place]),
  ]);
}

/** Move the ends of a line to their ports; of several lines between one pair all of each, lest they cover each other. */
function shifted(knots, start, end, isParallel) {
  const last = knots.length - 1;
  return knots.map(([x, y], place) => [
    x,
    place < 2 ? y + start : place > last - 2 ? y + end : isParallel ? y + start : y,
  ]);
}

function loopOf(item) {
  const middle = item.y + Math.floor(item.height / 2);
  return [
    [item.x + item.width, middle],
    [item.x, middle],
  ];
}

/** Return the overview or the timeline, as laid out when the page was made. */
function laidOut(view) {
  const drawing = DATA.views[view];
  const items = drawing.items.map(([node, x, y]) => ({
    node,
    group: null,
    x,
    y,
    width: NODES[node].v,
    height: PLAIN_HEIGHT,
  }));
  for (const [anchor, way, relation, count, x, y] of drawing.groups) {
    items.push({
      node: -1,
      group: { anchor, way, relation: RELATIONS[relation], count },
      x,
      y,
      width: GROUP_WIDTH,
      height: PLAIN_HEIGHT,
    });
  }
  const places = new Map(drawing.items.map(([node], place) => [node, place]));
  const strokes = drawing.strokes.map(([link, flags, knots, group]) => {
    const relation = link >= 0 ? LINKS[link].relation : items[group].group.relation;
    const anchor = link >= 0 ? null : places.get(items[group].group.anchor);
    const isUp = link < 0 && items[group].group.way === "up";
    const points = [];
    for (let place = 0; place < knots.length; place += 2) points.push([knots[place], knots[place + 1]]);
    return {
      link,
      relation,
      from: link >= 0 ? places.get(LINKS[link].from) : isUp ? group : anchor,
      to: link >= 0 ? places.get(LINKS[link].to) : isUp ? anchor : group,
      knots: points,
      backward: Boolean(flags & 1),
      loop: Boolean(flags & 2),
      hook: Boolean(flags & 4),
      inferred: link >= 0 && isInferred(LINKS[link]),
      label: "",
    };
  });
  return finishScene({
    view,
    focus: -1,
    items,
    strokes,
    width: drawing.width,
    height: drawing.height,
    more: new Map(),
    marks: drawing.marks,
    undatedFrom: drawing.undated,
    leftOut: drawing.left_out,
  });
}

/** Add to a scene what is looked up in it: where each node is, and what touches it. */
function finishScene(scene) {
  scene.at = new Map();
  scene.items.forEach((item, place) => item.node >= 0 && scene.at.set(item.node, place));
  scene.touching = scene.items.map(() => []);
  scene.strokes.forEach((stroke, place) => {
    scene.touching[stroke.from].push(place);
    if (stroke.to !== stroke.from) scene.touching[stroke.to].push(place);
  });
  return scene;
}
