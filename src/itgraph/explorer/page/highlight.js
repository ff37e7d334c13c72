/*
 * What is seen of a scene: what the legend hides, what the filters fade, and the lineage of what is selected lit up.
 */

/** Return which boxes and lines are shown: boxes that something visible connects with the focus; elsewhere, with anything. */
function shownParts(scene, state) {
  const relations = relationsOf(state);
  const isKindShown = (item) => item.node < 0 || !state.hidden.has(NODES[item.node].kind);
  const strokes = scene.strokes.map(
    (stroke) =>
      relations.has(stroke.relation) && isKindShown(scene.items[stroke.from]) && isKindShown(scene.items[stroke.to]),
  );
  const isAll = scene.view === "overview" || scene.view === "timeline";
  const items = isAll
    ? scene.items.map((item, place) => isKindShown(item) && scene.touching[place].some((index) => strokes[index]))
    : reached(scene, strokes, state);
  return {
    items,
    strokes: strokes.map((isOn, place) => isOn && items[scene.strokes[place].from] && items[scene.strokes[place].to]),
  };
}

/** Return which boxes visible lines connect with the focus, or with the ends of the path. */
function reached(scene, strokes, state) {
  const roots = scene.view === "path" ? [state.from, state.to] : [state.focus];
  const queue = roots.map((node) => scene.at.get(node)).filter((place) => place !== undefined);
  const seen = new Set(queue);
  for (const place of queue) {
    for (const index of scene.touching[place]) {
      if (!strokes[index]) continue;
      for (const end of [scene.strokes[index].from, scene.strokes[index].to]) {
        if (!seen.has(end)) {
          seen.add(end);
          queue.push(end);
        }
      }
    }
  }
  return scene.items.map((_, place) => seen.has(place));
}

/** Return what is upstream and downstream of the selection in the drawing; of a selected line, its two ends. */
function litParts(scene, state, shown) {
  const items = new Set();
  const strokes = new Set();
  if (state.edge >= 0) {
    scene.strokes.forEach((stroke, place) => {
      if (stroke.link !== state.edge) return;
      strokes.add(place);
      items.add(stroke.from).add(stroke.to);
    });
    return { items, strokes };
  }
  const start = scene.at.get(state.selected);
  if (start === undefined) return { items, strokes };
  for (const [near, end] of [
    ["to", "from"],
    ["from", "to"],
  ]) {
    const queue = [start];
    const seen = new Set(queue);
    for (const place of queue) {
      items.add(place);
      for (const index of scene.touching[place]) {
        const stroke = scene.strokes[index];
        if (!shown.strokes[index] || stroke[near] !== place) continue;
        strokes.add(index);
        if (!seen.has(stroke[end])) {
          seen.add(stroke[end]);
          queue.push(stroke[end]);
        }
      }
    }
  }
  return { items, strokes };
}

/** Make a drawing show what is shown, faded and lit up; cursor is the box that the keyboard is on. */
function highlight(drawn, scene, state, shown, cursor) {
  const lit = litParts(scene, state, shown);
  const isDimmed = lit.items.size > 0 && lit.items.size < shown.items.filter(Boolean).length;
  const isNarrowed = isFiltered(state);
  const isOff = scene.items.map((item) => isNarrowed && item.node >= 0 && !passes(state, item.node));
  const isFaded = scene.strokes.map((stroke) => isOff[stroke.from] && isOff[stroke.to]);
  const raised = { strokes: [], words: [], items: [] };
  // On top of what is dimmed stands a copy: the base itself is not painted again.
  const raise = (layer, element, isSelected) => {
    const copy = element.cloneNode(true);
    mark(copy, "selected", isSelected);
    raised[layer].push(copy);
  };
  scene.items.forEach((item, place) => {
    const element = drawn.items[place];
    mark(element, "gone", !shown.items[place]);
    mark(element, "off", isOff[place]);
    mark(element, "selected", place === cursor && !isDimmed);
    if (isDimmed && lit.items.has(place)) raise("items", element, place === cursor);
  });
  scene.strokes.forEach((stroke, place) => {
    const element = drawn.strokes[place];
    const isSelected = stroke.link >= 0 && stroke.link === state.edge;
    mark(element, "gone", !shown.strokes[place]);
    mark(element, "off", isFaded[place]);
    mark(element, "selected", isSelected && !isDimmed);
    if (isDimmed && lit.strokes.has(place)) raise("strokes", element, isSelected);
  });
  for (const word of drawn.words) {
    const places = word.dataset.strokes.split(" ").map(Number);
    mark(word, "gone", !places.some((place) => shown.strokes[place]));
    mark(
      word,
      "off",
      places.every((place) => isFaded[place]),
    );
    if (isDimmed && places.some((place) => lit.strokes.has(place))) raise("words", word, false);
  }
  mark(drawn.root, "dimmed", isDimmed);
  drawn.overlay.replaceChildren(...raised.strokes, ...raised.words, ...raised.items);
}

/** Give an element a class or take it away, if that changes anything. */
function mark(element, name, isOn) {
  if (element.classList.contains(name) !== isOn) element.classList.toggle(name);
}

/** Return the part of a scene that is shown: what is taken away is what is seen. */
function shownScene(scene, shown) {
  const kept = scene.items.map((_, place) => place).filter((place) => shown.items[place]);
  const places = new Map(kept.map((place, index) => [place, index]));
  return finishScene({
    ...scene,
    items: kept.map((place) => scene.items[place]),
    strokes: scene.strokes
      .filter((_, place) => shown.strokes[place])
      .map((stroke) => ({ ...stroke, from: places.get(stroke.from), to: places.get(stroke.to) })),
  });
}
