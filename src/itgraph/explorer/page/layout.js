/*
 * Layered drawings: parents to the left of their children, few crossings, short edges.
 *
 * This mirrors itgraph.explorer.layout, function by function (the names are the same, in the other spelling), because
 * what the reader selects is laid out in the page, and what the page comes with is laid out before. A test holds the
 * two equal, to the pixel: whoever changes one changes the other. Why things are done is said there; here only what
 * differs: `tightEdges`, for which Python has a library.
 *
 * Numbers are whole, or doubles whose sums are taken in the same order as there.
 */

const layOut = (() => {
  "use strict";

  /* --- Layers: itgraph.explorer.layout.layers ------------------------------------------------------------------ */

  /** For each node where its edges lead, in the order of the edges. */
  function neighboursOf(size, edges) {
    const near = Array.from({ length: size }, () => []);
    for (const [start, end] of edges) near[start].push(end);
    return near;
  }

  /** The nodes of each weak component; the component of the smallest index first. */
  function findComponents(size, edges) {
    const near = neighboursOf(size, edges.concat(edges.map(([parent, child]) => [child, parent])));
    const seen = new Array(size).fill(false);
    const components = [];
    for (let start = 0; start < size; start++) {
      if (seen[start]) continue;
      seen[start] = true;
      const component = [start];
      for (const node of component) {
        for (const other of near[node]) {
          if (!seen[other]) {
            seen[other] = true;
            component.push(other);
          }
        }
      }
      components.push(component.sort((one, other) => one - other));
    }
    return components;
  }

  /** Indexes of the edges that have to be turned round for no cycle to be left. */
  function findBackward(size, edges) {
    const leaving = Array.from({ length: size }, () => []);
    const hasParent = new Array(size).fill(false);
    edges.forEach(([parent, child], index) => {
      leaving[parent].push(index);
      hasParent[child] = true;
    });
    const backward = new Set();
    const entered = new Array(size).fill(false);
    const left = new Array(size).fill(false);
    const tried = new Array(size).fill(0);
    const nodes = [...entered.keys()];
    for (const start of [...nodes.filter((node) => !hasParent[node]), ...nodes.filter((node) => hasParent[node])]) {
      if (entered[start]) continue;
      entered[start] = true;
      const path = [start];
      while (path.length) {
        const node = path[path.length - 1];
        if (tried[node] === leaving[node].length) {
          left[node] = true;
          path.pop();
          continue;
        }
        const index = leaving[node][tried[node]++];
        const child = edges[index][1];
        if (!entered[child]) {
          entered[child] = true;
          path.push(child);
        } else if (!left[child]) {
          backward.add(index);
        }
      }
    }
    return backward;
  }

  /** A layer for each node of an acyclic graph: the smallest numbers with which the edges are as short as possible. */
  function findLayers(size, edges) {
    const order = sortedFromParents(size, edges);
    const children = neighboursOf(size, edges);
    const tightChildren = neighboursOf(size, tightEdges(size, edges));
    const layers = new Array(size).fill(0);
    for (let moved = true; moved;) {
      moved = false;
      for (const node of order) {
        for (const child of children[node]) {
          if (layers[child] <= layers[node]) {
            layers[child] = layers[node] + 1;
            moved = true;
          }
        }
      }
      for (let index = size - 1; index >= 0; index--) {
        const node = order[index];
        for (const child of tightChildren[node]) {
          if (layers[node] < layers[child] - 1) {
            layers[node] = layers[child] - 1;
            moved = true;
          }
        }
      }
    }
    return layers;
  }

  /**
   * The edges that are of length one in every shortest layering: those that carry flow.
   *
   * Each node consumes as much as it has more edges in than out. What one has to spare is sent to one that lacks it,
   * along the path with the least slack; then the layers give way until that path has none, so that only edges of
   * length one ever carry anything. This is the method of successive shortest paths; the layers are its potentials.
   */
  function tightEdges(size, edges) {
    const { core, tight } = splitTrees(size, edges);
    if (!core.length) return tight;
    const leaving = Array.from({ length: size }, () => []);
    const entering = Array.from({ length: size }, () => []);
    const spare = new Array(size).fill(0);
    core.forEach(([parent, child], index) => {
      leaving[parent].push(index);
      entering[child].push(index);
      spare[parent]++;
      spare[child]--;
    });
    const layers = new Array(size).fill(0);
    for (const node of sortedFromParents(size, core)) {
      for (const index of leaving[node]) layers[core[index][1]] = Math.max(layers[core[index][1]], layers[node] + 1);
    }
    const flows = new Array(core.length).fill(0);
    const distances = new Float64Array(size);
    const last = new Int32Array(size);
    for (let path = leastSlack(); path; path = leastSlack()) {
      let amount = Math.min(spare[path.start], -spare[path.end]);
      for (const step of path.steps) if (!step.along) amount = Math.min(amount, flows[step.index]);
      for (const step of path.steps) flows[step.index] += step.along ? amount : -amount;
      spare[path.start] -= amount;
      spare[path.end] += amount;
    }
    core.forEach((edge, index) => {
      if (flows[index]) tight.push(edge);
    });
    return tight;

    /** Find the path, by Dijkstra's method with a bucket for each distance, and move the layers. */
    function leastSlack() {
      distances.fill(Infinity);
      const buckets = [[]];
      const reach = (node, distance, index) => {
        if (distance >= distances[node]) return;
        distances[node] = distance;
        last[node] = index;
        while (buckets.length <= distance) buckets.push([]);
        buckets[distance].push(node);
      };
      for (let node = 0; node < size; node++) if (spare[node] > 0) reach(node, 0, -1);
      for (let distance = 0; distance < buckets.length; distance++) {
        for (const node of buckets[distance]) {
          if (distances[node] < distance) continue;
          if (spare[node] < 0) {
            for (let other = 0; other < size; other++) layers[other] -= Math.min(distances[other], distance);
            return pathTo(node);
          }
          for (const index of leaving[node]) {
            const child = core[index][1];
            reach(child, distance + layers[child] - layers[node] - 1, index);
          }
          for (const index of entering[node]) if (flows[index]) reach(core[index][0], distance, index);
        }
      }
      return null;
    }

    function pathTo(end) {
      const steps = [];
      let start = end;
      for (let index = last[start]; index >= 0; index = last[start]) {
        const along = core[index][1] === start;
        steps.push({ index, along });
        start = core[index][along ? 0 : 1];
      }
      return { start, end, steps };
    }
  }

  /** The edges that are left when trees have been cut off, and those that have been cut. */
  function splitTrees(size, edges) {
    const near = Array.from({ length: size }, () => new Set());
    for (const [parent, child] of edges) {
      near[parent].add(child);
      near[child].add(parent);
    }
    const ends = [...near.keys()].filter((node) => near[node].size === 1);
    for (const end of ends) {
      for (const other of near[end]) {
        near[end].delete(other);
        near[other].delete(end);
        if (near[other].size === 1) ends.push(other);
      }
    }
    return {
      core: edges.filter(([parent, child]) => near[parent].has(child)),
      tight: edges.filter(([parent, child]) => !near[parent].has(child)),
    };
  }

  /** The nodes such that parents come before their children. */
  function sortedFromParents(size, edges) {
    const children = neighboursOf(size, edges);
    const waiting = new Array(size).fill(0);
    for (const [, child] of edges) waiting[child]++;
    const order = [...waiting.keys()].filter((node) => !waiting[node]);
    for (const node of order) {
      for (const child of children[node]) {
        if (!--waiting[child]) order.push(child);
      }
    }
    return order;
  }

  /* --- Order: itgraph.explorer.layout.order -------------------------------------------------------------------- */

  const WINDOW = 30;

  /** A good order for the layers of a connected graph; `dummies` has a list for each edge. */
  function findOrder(layerOf, edges) {
    const twins = findTwins(layerOf, edges);
    const { web, bundles } = makeWeb(layerOf, edges, twins);
    const units = search(web);
    const dummies = numberDummies(layerOf, edges);
    const parts = twins.slice();
    const edgeAt = new Map(edges.map(([parent, child], index) => [parent * layerOf.length + child, index]));
    for (const { parent, child, bundle } of bundles) {
      bundle.forEach((unit, step) => {
        parts[unit] = [];
        for (const one of twins[parent]) {
          for (const other of twins[child]) {
            parts[unit].push(dummies[edgeAt.get(one * layerOf.length + other)][step]);
          }
        }
      });
    }
    const layers = units.map((layer) => layer.flatMap((unit) => parts[unit]));
    return { layers, dummies, crossings: countParts(layers, edges, dummies) };
  }

  /** The nodes in groups of the same parents and children, but for those that may have to stand apart. */
  function findTwins(layerOf, edges) {
    const size = layerOf.length;
    const parents = neighboursOf(
      size,
      edges.map(([parent, child]) => [child, parent]),
    );
    const children = neighboursOf(size, edges);
    const groups = new Map();
    for (let node = 0; node < size; node++) {
      const isFar = (other) => Math.abs(layerOf[other] - layerOf[node]) > 1;
      const apart = [parents[node], children[node]].some((near) => near.length > 1 && near.some(isFar));
      const key = `${apart ? node : ""}|${parents[node].join()}|${children[node].join()}`;
      if (groups.has(key)) groups.get(key).push(node);
      else groups.set(key, [node]);
    }
    return [...groups.values()];
  }

  /** The web of units, and the bundles of dummies between two units. */
  function makeWeb(layerOf, edges, twins) {
    const unitOf = new Array(layerOf.length);
    twins.forEach((group, unit) => {
      for (const node of group) unitOf[node] = unit;
    });
    const layerOfUnit = twins.map((group) => layerOf[group[0]]);
    const segments = [];
    const bundles = [];
    const known = new Set();
    for (const [from, to] of edges) {
      const [parent, child] = [unitOf[from], unitOf[to]];
      const key = parent * twins.length + child;
      if (known.has(key)) continue;
      known.add(key);
      const width = twins[parent].length * twins[child].length;
      const bundle = [];
      let before = parent;
      for (let layer = layerOf[from] + 1; layer < layerOf[to]; layer++) {
        const dummy = layerOfUnit.length;
        layerOfUnit.push(layer);
        segments.push([before, dummy, width]);
        bundle.push(dummy);
        before = dummy;
      }
      segments.push([before, child, width]);
      bundles.push({ parent, child, bundle });
    }
    return { web: weave(layerOfUnit, segments), bundles };
  }

  /**
   * Segments, from whom to whom and how many, as a web: flat lists, in which the search is several times as fast.
   *
   * The neighbours of a unit, and the widths of the segments to them, are those from `from[unit]` to before
   * `split[unit]` (above) and from there to before `from[unit + 1]` (below), in the order of the segments.
   */
  function weave(layerOf, segments) {
    const size = layerOf.length;
    const from = new Int32Array(size + 1);
    const split = new Int32Array(size);
    for (const [parent, child] of segments) {
      from[parent + 1]++;
      from[child + 1]++;
      split[child]++;
    }
    for (let unit = 0; unit < size; unit++) {
      from[unit + 1] += from[unit];
      split[unit] += from[unit];
    }
    const nextAbove = from.slice();
    const nextBelow = split.slice();
    const others = new Int32Array(2 * segments.length);
    const widths = new Int32Array(2 * segments.length);
    for (const [parent, child, width] of segments) {
      others[nextBelow[parent]] = child;
      widths[nextBelow[parent]++] = width;
      others[nextAbove[child]] = parent;
      widths[nextAbove[child]++] = width;
    }
    let layers = 0;
    for (const layer of layerOf) layers = Math.max(layers, layer + 1);
    return { layerOf, layers, from, split, others, widths, segments: segments.length };
  }

  function numberDummies(layerOf, edges) {
    let free = layerOf.length;
    return edges.map(([parent, child]) => {
      const chain = [];
      for (let layer = layerOf[parent] + 1; layer < layerOf[child]; layer++) chain.push(free++);
      return chain;
    });
  }

  /** The best order found, of units. */
  function search(web) {
    const size = Math.max(1, web.segments);
    const randoms = new Randoms();
    const swept = [];
    const starts = Math.max(2, Math.min(20, Math.floor(12000 / size)));
    for (let number = 0; number < starts; number++) {
      swept.push(sweep(web, start(web, number % 2 === 1, number > 1 ? randoms : null)));
      if (!swept[number].crossings) return swept[number].layers;
    }
    swept.sort((one, other) => one.crossings - other.crossings);
    let best = null;
    for (const { crossings, layers } of swept.slice(0, size <= 500 ? 2 : 1)) {
      const left = crossings - siftAll(web, layers, placesOf(layers), crossings);
      if (!best || left < best.crossings) best = { crossings: left, layers };
    }
    return size > 1000 ? best.layers : shake(web, best, randoms, Math.min(200, Math.floor(12000 / size)));
  }

  /** Numbers that look random, and are the same in every language. */
  class Randoms {
    #state = 1;

    below(limit) {
      this.#state = (Math.imul(this.#state, 1664525) + 1013904223) >>> 0;
      return Math.floor((this.#state * limit) / 4294967296);
    }

    /** Put the items from one index to before another into another order. */
    shuffle(items, from, to) {
      for (let last = to - from - 1; last > 0; last--) {
        const other = from + this.below(last + 1);
        const item = items[from + last];
        items[from + last] = items[other];
        items[other] = item;
      }
    }
  }

  /** The units in the order in which a walk along the edges, in both directions, comes to them. */
  function start(web, breadthFirst, randoms) {
    const { layerOf, from } = web;
    const others = web.others.slice();
    let first = 0;
    if (randoms) {
      first = randoms.below(layerOf.length);
      for (let unit = 0; unit < layerOf.length; unit++) randoms.shuffle(others, from[unit], from[unit + 1]);
    }
    const layers = Array.from({ length: web.layers }, () => []);
    const seen = new Array(layerOf.length).fill(false);
    if (breadthFirst) {
      seen[first] = true;
      const line = [first];
      for (const unit of line) {
        layers[layerOf[unit]].push(unit);
        for (let near = from[unit]; near < from[unit + 1]; near++) {
          if (seen[others[near]]) continue;
          seen[others[near]] = true;
          line.push(others[near]);
        }
      }
      return layers;
    }
    const stack = [first];
    while (stack.length) {
      const unit = stack.pop();
      if (seen[unit]) continue;
      seen[unit] = true;
      layers[layerOf[unit]].push(unit);
      for (let near = from[unit + 1] - 1; near >= from[unit]; near--) {
        if (!seen[others[near]]) stack.push(others[near]);
      }
    }
    return layers;
  }

  const copyOf = (layers) => layers.map((layer) => layer.slice());

  /** Sort by barycentres there and back until two sweeps in a row bring nothing. */
  function sweep(web, layers) {
    const places = placesOf(layers);
    let best = count(web, layers, places);
    let kept = copyOf(layers);
    let vain = 0;
    for (let forward = true; vain < 2 && best; forward = !forward) {
      sortAll(web, layers, places, forward);
      const crossings = count(web, layers, places);
      vain++;
      if (crossings < best) {
        best = crossings;
        vain = 0;
        kept = copyOf(layers);
      }
    }
    return { crossings: best, layers: kept };
  }

  /** Take a unit and its neighbours elsewhere, let all settle, and keep that unless it is worse; and so on. */
  function shake(web, found, randoms, turns) {
    let best = found;
    for (let turn = 0; turn < turns && best.crossings; turn++) {
      const layers = copyOf(best.layers);
      const unit = randoms.below(web.layerOf.length);
      const middle = web.layerOf[unit];
      for (const moving of [unit, ...web.others.subarray(web.from[unit], web.from[unit + 1])]) {
        const layer = layers[web.layerOf[moving]];
        layer.splice(layer.indexOf(moving), 1);
        layer.splice(randoms.below(layer.length + 1), 0, moving);
      }
      const places = placesOf(layers);
      let crossings = count(web, layers, places);
      crossings -= siftAll(web, layers, places, crossings, Math.max(0, middle - 2), middle + 3);
      if (crossings <= best.crossings) best = { crossings, layers };
    }
    return best.layers;
  }

  function placesOf(layers) {
    let size = 0;
    for (const layer of layers) size += layer.length;
    const places = new Int32Array(size);
    for (const layer of layers) for (let place = 0; place < layer.length; place++) places[layer[place]] = place;
    return places;
  }

  /** Sort each layer by the barycentres of the neighbours in the layer that was sorted before it. */
  function sortAll(web, layers, places, forward) {
    const barycentres = new Float64Array(places.length);
    if (forward) {
      for (let index = 1; index < layers.length; index++) sort(web, layers[index], places, barycentres, true);
    } else {
      for (let index = layers.length - 2; index >= 0; index--) sort(web, layers[index], places, barycentres, false);
    }
  }

  /** Sort the units that have neighbours above (or below), among the places of such. */
  function sort(web, layer, places, barycentres, above) {
    const { from, split, others, widths } = web;
    const slots = [];
    const moving = [];
    for (let slot = 0; slot < layer.length; slot++) {
      const unit = layer[slot];
      const end = above ? split[unit] : from[unit + 1];
      let total = 0;
      let weight = 0;
      for (let near = above ? from[unit] : split[unit]; near < end; near++) {
        total += places[others[near]] * widths[near];
        weight += widths[near];
      }
      if (!weight) continue;
      barycentres[unit] = total / weight;
      slots.push(slot);
      moving.push(unit);
    }
    moving.sort((one, other) => barycentres[one] - barycentres[other]);
    for (let index = 0; index < moving.length; index++) {
      layer[slots[index]] = moving[index];
      places[moving[index]] = slots[index];
    }
  }

  /** Sift the layers (first those from one to before another) until that saves less than one crossing in 200. */
  function siftAll(web, layers, places, crossings, from = 0, to = layers.length) {
    let saved = 0;
    const due = layers.map((_, index) => from <= index && index < to);
    for (;;) {
      let savedNow = 0;
      for (let index = 0; index < layers.length; index++) {
        if (!due[index]) continue;
        due[index] = false;
        const savedHere = sift(web, layers, index, places);
        if (!savedHere) continue;
        savedNow += savedHere;
        due.fill(true, Math.max(0, index - 1), index + 2);
      }
      saved += savedNow;
      if (savedNow * 200 <= crossings - saved) return saved;
    }
  }

  /** Move each unit of a layer to where it saves most crossings; return how many that saved. */
  function sift(web, layers, index, places) {
    const layer = layers[index];
    if (layer.length < 2) return 0;
    const { from, split, others, widths } = web;
    const pulls = new Int32Array(places.length);
    let saved = 0;
    for (const unit of layer.slice()) {
      if (index) writePulls(web, from[unit], split[unit], layers[index - 1], pulls);
      if (index + 1 < layers.length) writePulls(web, split[unit], from[unit + 1], layers[index + 1], pulls);
      const here = places[unit];
      const first = Math.max(here - WINDOW, 0);
      const last = Math.min(here + WINDOW, layer.length - 1);
      let best = 0;
      let target = here;
      let gain = 0;
      for (let place = here - 1; place >= first; place--) {
        const end = from[layer[place] + 1];
        for (let near = from[layer[place]]; near < end; near++) gain -= pulls[others[near]] * widths[near];
        if (gain > best) {
          best = gain;
          target = place;
        }
      }
      gain = 0;
      for (let place = here + 1; place <= last; place++) {
        const end = from[layer[place] + 1];
        for (let near = from[layer[place]]; near < end; near++) gain += pulls[others[near]] * widths[near];
        if (gain > best) {
          best = gain;
          target = place;
        }
      }
      if (!best) continue;
      saved += best;
      const step = target < here ? -1 : 1;
      for (let place = here; place !== target; place += step) {
        layer[place] = layer[place + step];
        places[layer[place]] = place;
      }
      layer[target] = unit;
      places[unit] = target;
    }
    return saved;
  }

  /** Write for each unit of a neighbouring layer how many more segments of a unit end after it than before it. */
  function writePulls(web, first, end, layer, pulls) {
    let pull = 0;
    for (let place = 0; place < layer.length; place++) pulls[layer[place]] = 0;
    for (let near = first; near < end; near++) {
      pull += web.widths[near];
      pulls[web.others[near]] = web.widths[near];
    }
    for (let place = 0; place < layer.length; place++) {
      const width = pulls[layer[place]];
      pulls[layer[place]] = pull - width;
      pull -= 2 * width;
    }
  }

  /** How many segments of a web cross. */
  function count(web, layers, places) {
    const { from, split, others, widths } = web;
    const tree = new Int32Array(places.length + 1);
    let crossings = 0;
    for (let index = 0; index + 1 < layers.length; index++) {
      const size = layers[index + 1].length;
      tree.fill(0, 0, size + 1);
      let total = 0;
      for (const unit of layers[index]) {
        const end = from[unit + 1];
        for (let near = split[unit]; near < end; near++) {
          let before = 0;
          for (let node = places[others[near]] + 1; node; node &= node - 1) before += tree[node];
          crossings += widths[near] * (total - before);
        }
        for (let near = split[unit]; near < end; near++) {
          for (let node = places[others[near]] + 1; node <= size; node += node & -node) tree[node] += widths[near];
          total += widths[near];
        }
      }
    }
    return crossings;
  }

  function countParts(layers, edges, dummies) {
    const layerOf = [];
    layers.forEach((layer, index) => {
      for (const part of layer) layerOf[part] = index;
    });
    const segments = [];
    edges.forEach(([parent, child], index) => {
      let before = parent;
      for (const part of [...dummies[index], child]) {
        segments.push([before, part, 1]);
        before = part;
      }
    });
    return count(weave(layerOf, segments), layers, placesOf(layers));
  }

  /* --- Places: itgraph.explorer.layout.places ------------------------------------------------------------------ */

  const STRENGTHS = [1, 2, 8];
  const SLACK = 0.0625;

  /** The places of the boxes of a component, and the routes of its edges, one for each. */
  function place(boxes, layerOf, edges, order, spacing) {
    const springs = makeSprings(boxes, edges, order, spacing.row);
    let heights = round(springs, relax(springs));
    let top = Infinity;
    heights.forEach((height, part) => (top = Math.min(top, height - springs.over[part])));
    heights = heights.map((height) => height - top);
    const { lefts, rights } = columnsOf(boxes, order.layers, spacing.column);
    const routes = edges.map(([parent, child], index) => {
      let layer = layerOf[parent];
      const knots = [[lefts[layer] + boxes[parent].width, heights[parent]]];
      for (const part of [...order.dummies[index], child]) {
        knots.push([rights[layer], knots[knots.length - 1][1]]);
        layer++;
        knots.push([lefts[layer], heights[part]]);
      }
      knots.push(knots[knots.length - 1]);
      return knots;
    });
    let bottom = -Infinity;
    heights.forEach((height, part) => (bottom = Math.max(bottom, height + springs.under[part])));
    return {
      places: boxes.map((_, node) => [lefts[layerOf[node]], heights[node] - springs.over[node]]),
      routes,
      width: rights[rights.length - 1],
      height: bottom,
    };
  }

  /** Where each column begins and ends. */
  function columnsOf(boxes, layers, gap) {
    const [lefts, rights] = [[], []];
    let left = 0;
    for (const layer of layers) {
      let widest = 0;
      for (const part of layer) if (part < boxes.length) widest = Math.max(widest, boxes[part].width);
      lefts.push(left);
      rights.push(left + widest);
      left += widest + gap;
    }
    return { lefts, rights };
  }

  /** The parts of a component, and how strongly each is drawn to parts in the columns beside. */
  function makeSprings(boxes, edges, order, row) {
    let parts = 0;
    for (const layer of order.layers) parts += layer.length;
    const springs = {
      layers: order.layers,
      chains: order.dummies.filter((chain) => chain.length),
      boxes: boxes.length,
      row,
      over: new Array(parts).fill(1),
      under: new Array(parts).fill(1),
      before: Array.from({ length: parts }, () => []),
      after: Array.from({ length: parts }, () => []),
    };
    boxes.forEach((box, node) => {
      springs.over[node] = Math.floor(box.height / 2);
      springs.under[node] = box.height - springs.over[node];
    });
    edges.forEach(([parent, child], index) => {
      let one = parent;
      for (const other of [...order.dummies[index], child]) {
        const strength = STRENGTHS[(one >= boxes.length) + (other >= boxes.length)];
        springs.after[one].push([other, strength * (one < boxes.length ? 2 : 1)]);
        springs.before[other].push([one, strength]);
        one = other;
      }
    });
    return springs;
  }

  /** How far apart two parts are at least that follow each other in a column. */
  function distance(springs, upper, lower) {
    const row = upper < springs.boxes && lower < springs.boxes ? springs.row : Math.floor((springs.row + 1) / 2);
    return springs.under[upper] + row + springs.over[lower];
  }

  /** The heights at which the springs have come to rest, nearly. */
  function relax(springs) {
    const { layers, before, after } = springs;
    const heights = new Array(springs.over.length).fill(0);
    for (const layer of layers)
      settle(
        springs,
        layer,
        layer.map(() => 0),
        layer.map(() => 1),
        heights,
      );
    for (let turn = 0; turn < 4; turn++) {
      for (let index = 1; index < layers.length; index++) pull(springs, layers[index], [before], heights);
      for (let index = layers.length - 2; index >= 0; index--) pull(springs, layers[index], [after], heights);
    }
    for (let turn = 0; turn < 6; turn++) {
      for (let index = 0; index < layers.length; index++) pull(springs, layers[index], [before, after], heights);
      for (let index = layers.length - 1; index >= 0; index--) pull(springs, layers[index], [before, after], heights);
    }
    straighten(springs, heights);
    return heights;
  }

  /** Move a column to where the sides pull it. */
  function pull(springs, layer, sides, heights) {
    const [wanted, strengths] = [[], []];
    for (const part of layer) {
      let total = heights[part] * SLACK;
      let strength = SLACK;
      for (const side of sides) {
        for (const [other, force] of side[part]) {
          total += heights[other] * force;
          strength += force;
        }
      }
      wanted.push(total / strength);
      strengths.push(strength);
    }
    settle(springs, layer, wanted, strengths, heights);
  }

  /** Put the parts of a column as near to where they want to be as their order and distances allow. */
  function settle(springs, layer, wanted, strengths, heights) {
    const offsets = [];
    const blocks = [];
    let offset = 0;
    layer.forEach((part, index) => {
      if (index) offset += distance(springs, layer[index - 1], part);
      offsets.push(offset);
      let strength = strengths[index];
      let total = (wanted[index] - offset) * strength;
      let count = 1;
      while (blocks.length) {
        const block = blocks[blocks.length - 1];
        if (!(block.total / block.strength > total / strength)) break;
        total += block.total;
        strength += block.strength;
        count += block.count;
        blocks.pop();
      }
      blocks.push({ total, strength, count });
    });
    let index = 0;
    for (const { total, strength, count } of blocks) {
      for (const end = index + count; index < end; index++) heights[layer[index]] = total / strength + offsets[index];
    }
  }

  /** Make long edges level, as far along as there is a free height, and take small kinks out of chains. */
  function straighten(springs, heights) {
    const spots = [];
    for (const layer of springs.layers) layer.forEach((part, index) => (spots[part] = [layer, index]));
    for (const chain of springs.chains) {
      let run = [];
      let [low, high] = [-Infinity, Infinity];
      for (const part of chain) {
        const [lowest, highest] = boundsOf(springs, ...spots[part], heights);
        if (run.length && Math.max(low, lowest) > Math.min(high, highest)) {
          level(run, low, high, heights);
          [run, low, high] = [[], -Infinity, Infinity];
        }
        run.push(part);
        [low, high] = [Math.max(low, lowest), Math.min(high, highest)];
      }
      level(run, low, high, heights);
    }
    for (const layer of springs.layers) {
      layer.forEach((part, index) => {
        if (part >= springs.boxes || springs.before[part].length !== 1) return;
        const other = springs.before[part][0][0];
        if (springs.after[other].length !== 1 || Math.abs(heights[other] - heights[part]) > springs.row) return;
        const [low, high] = boundsOf(springs, layer, index, heights);
        heights[part] = Math.min(Math.max(heights[other], low), high);
      });
    }
  }

  /** Between which heights a part may stand without another having to move. */
  function boundsOf(springs, layer, index, heights) {
    let [low, high] = [-Infinity, Infinity];
    if (index) low = heights[layer[index - 1]] + distance(springs, layer[index - 1], layer[index]);
    if (index + 1 < layer.length) {
      high = heights[layer[index + 1]] - distance(springs, layer[index], layer[index + 1]);
    }
    return [low, high];
  }

  /** Put a run of dummies at one height: the mean of theirs, or the free one next to it. */
  function level(run, low, high, heights) {
    let total = 0;
    for (const part of run) total += heights[part];
    const found = Math.min(Math.max(total / run.length, low), high);
    for (const part of run) heights[part] = found;
  }

  /** Heights in whole pixels. */
  function round(springs, heights) {
    const rounded = new Array(heights.length).fill(0);
    for (const layer of springs.layers) {
      layer.forEach((part, index) => {
        rounded[part] = Math.floor(heights[part] + 0.5);
        if (!index) return;
        const upper = layer[index - 1];
        rounded[part] = Math.max(rounded[part], rounded[upper] + distance(springs, upper, part));
      });
    }
    return rounded;
  }

  /* --- Packing: itgraph.explorer.layout.packing ---------------------------------------------------------------- */

  /**
   * Lay out a graph.
   *
   * `boxes` have a width and a height, `edges` are [parent, child] by index of box, `spacing` has column, row,
   * component and aspect. Returns places [x, y] and layers of the boxes, routes of the edges as knots [x, y], the
   * sorted indexes of the backward edges, crossings, width and height.
   */
  function layOutAll(boxes, edges, spacing) {
    const size = boxes.length;
    const pairs = distinct(
      size,
      edges.filter(([parent, child]) => parent !== child),
    );
    const turned = new Set();
    for (const index of findBackward(size, pairs)) turned.add(pairs[index][0] * size + pairs[index][1]);
    const forward = distinct(
      size,
      pairs.map(([parent, child]) => (turned.has(parent * size + child) ? [child, parent] : [parent, child])),
    );
    const components = findComponents(size, forward);
    const innerEdges = innerEdgesOf(size, components, forward);
    const layers = new Array(size).fill(0);
    let crossings = 0;
    const placed = components.map((component, index) => {
      const inner = innerEdges[index];
      const layerOf = findLayers(component.length, inner);
      const order = findOrder(layerOf, inner);
      crossings += order.crossings;
      component.forEach((node, number) => (layers[node] = layerOf[number]));
      return place(
        component.map((node) => boxes[node]),
        layerOf,
        inner,
        order,
        spacing,
      );
    });
    const packed = pack(placed, spacing);
    const places = new Array(size);
    const routes = new Map();
    components.forEach((component, index) => {
      const [left, top] = packed.corners[index];
      const shift = ([x, y]) => [x + left, y + top];
      component.forEach((node, number) => (places[node] = shift(placed[index].places[number])));
      innerEdges[index].forEach(([parent, child], number) => {
        routes.set(component[parent] * size + component[child], placed[index].routes[number].map(shift));
      });
    });
    const backward = [];
    const routeOf = ([parent, child], index) => {
      if (parent === child) return [];
      if (!turned.has(parent * size + child)) return routes.get(parent * size + child);
      backward.push(index);
      return routes
        .get(child * size + parent)
        .slice()
        .reverse();
    };
    return {
      places,
      layers,
      routes: edges.map(routeOf),
      backward,
      crossings,
      width: packed.width,
      height: packed.height,
    };
  }

  /** Pairs without repetitions, sorted. */
  function distinct(size, pairs) {
    const keys = [...new Set(pairs.map(([parent, child]) => parent * size + child))];
    return keys.sort((one, other) => one - other).map((key) => [Math.floor(key / size), key % size]);
  }

  /** The edges of each component, its nodes numbered from 0. */
  function innerEdgesOf(size, components, edges) {
    const [componentOf, number] = [new Array(size), new Array(size)];
    components.forEach((component, index) => {
      component.forEach((node, inner) => ([componentOf[node], number[node]] = [index, inner]));
    });
    const edgesOf = components.map(() => []);
    for (const [parent, child] of edges) edgesOf[componentOf[parent]].push([number[parent], number[child]]);
    return edgesOf;
  }

  /** A corner for each size, such that all fit into a small picture of the wanted aspect. */
  function pack(sizes, spacing) {
    if (!sizes.length) return { corners: [], width: 0, height: 0 };
    const [gap, aspect] = [spacing.component, spacing.aspect];
    const ranking = [...sizes.keys()].sort(
      (one, other) => sizes[other].height - sizes[one].height || sizes[other].width - sizes[one].width || one - other,
    );
    const lying = sizes.map(({ width, height }) => [width, height]);
    const upright = sizes.map(({ width, height }) => [height, width]);
    let [area, tallest, widest] = [0, 0, 0];
    for (const { width, height } of sizes) {
      area += (width + gap) * (height + gap);
      tallest = Math.max(tallest, height);
      widest = Math.max(widest, width);
    }
    const ideal = Math.sqrt(area / aspect);
    let best = null;
    for (const tenth of [0, 6, 8, 9, 10, 11, 12, 14, 17, 20]) {
      const highest = Math.max(tallest, Math.floor((ideal * tenth) / 10));
      const inColumns = fillShelves(upright, ranking, highest, gap).map(([y, x]) => [x, y]);
      const longest = Math.max(widest, Math.floor((ideal * aspect * tenth) / 10));
      const inRows = fillShelves(lying, ranking, longest, gap);
      for (const corners of [inColumns, inRows]) {
        let [width, height] = [0, 0];
        corners.forEach(([x, y], index) => {
          width = Math.max(width, x + sizes[index].width);
          height = Math.max(height, y + sizes[index].height);
        });
        const needed = Math.max(width, height * aspect);
        if (!best || needed < best.needed) best = { needed, corners, width, height };
      }
    }
    return best;
  }

  /** Put sizes into rows, each into the first with room for it, and return their corners. */
  function fillShelves(sizes, ranking, limit, gap) {
    let least = Infinity;
    for (const [width] of sizes) least = Math.min(least, width);
    const [lengths, depths, rowOf, along] = [[], [], [], []];
    const open = [];
    for (const index of ranking) {
      const [width, height] = sizes[index];
      let row = open.find((one) => lengths[one] + width <= limit);
      if (row === undefined) {
        row = lengths.length;
        lengths.push(0);
        depths.push(0);
        open.push(row);
      }
      [rowOf[index], along[index]] = [row, lengths[row]];
      lengths[row] += width + gap;
      depths[row] = Math.max(depths[row], height);
      if (lengths[row] + least > limit) open.splice(open.indexOf(row), 1);
    }
    const starts = [0];
    for (const depth of depths) starts.push(starts[starts.length - 1] + depth + gap);
    return sizes.map((_, index) => [along[index], starts[rowOf[index]]]);
  }

  return layOutAll;
})();
