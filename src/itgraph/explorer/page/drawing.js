/*
 * Scenes as SVG in the page. Colours come from the style sheet, so that a change of theme redraws nothing; an export
 * writes them out (see export.js).
 */

const HEAD = 9;
const MARGIN = 24;
/** What marks a line that closes a cycle. */
const CYCLE = "\u21ba";

/** Return the path of a line; head leaves room for the arrowhead. As itgraph.explorer.drawing.path_of. */
function pathOf(stroke, head = 0) {
  if (stroke.loop) {
    const [[right, middle], [left]] = stroke.knots;
    return `M${right} ${middle}C${right + 34} ${middle - 46} ${left - 34} ${middle - 46} ${left - head} ${middle}`;
  }
  if (stroke.hook) {
    const [[x, y], [toX, toY]] = [stroke.knots[0], stroke.knots.at(-1)];
    const bend = Math.min(x, toX) - 28 - Math.floor(Math.abs(toY - y) / 12);
    return `M${x} ${y}C${bend} ${y} ${bend} ${toY} ${toX - head} ${toY}`;
  }
  const sign = stroke.backward ? -1 : 1;
  const knots = stroke.knots.map((knot) => [...knot]);
  const [before, last] = knots.slice(-2);
  last[0] -= sign * head;
  // The curve ends before the head too, where the last straight stretch is shorter than that.
  before[0] = Math.min(before[0] * sign, last[0] * sign) * sign;
  let [x, y] = knots[0];
  let path = `M${x} ${y}`;
  for (let place = 1; place < knots.length; place += 1) {
    const [toX, toY] = knots[place];
    if (place % 2 === 1 || (toY === y && (toX - x) * sign >= 0)) {
      if (toX !== x) path += `H${toX}`;
    } else {
      const bend = Math.max(24, Math.floor(Math.abs(toX - x) / 2)) * sign;
      path += `C${x + bend} ${y} ${toX - bend} ${toY} ${toX} ${toY}`;
    }
    [x, y] = [toX, toY];
  }
  return path;
}

/** Return the outline of a box of a shape. As itgraph.explorer.drawing.outline. */
function outline(shape, width, height, inset = 0) {
  const [i, w, h] = [inset, width - inset, height - inset];
  if (shape === "square") return `M${i} ${i}H${w}V${h}H${i}z`;
  if (shape === "cut") return `M${i} ${i}H${w - 10}L${w} ${i + 10}V${h}H${i}z`;
  if (shape === "hexagon") {
    return `M${i + 9} ${i}H${w - 9}L${w} ${height / 2}L${w - 9} ${h}H${i + 9}L${i} ${height / 2}z`;
  }
  if (shape === "slanted") return `M${i + 8} ${i}H${w}L${w - 8} ${h}H${i}z`;
  const r = (shape === "pill" ? height / 2 : Math.min(9, height / 3)) - inset;
  return (
    `M${i + r} ${i}H${w - r}a${r} ${r} 0 0 1 ${r} ${r}V${h - r}a${r} ${r} 0 0 1 ${-r} ${r}` +
    `H${i + r}a${r} ${r} 0 0 1 ${-r} ${-r}V${i + r}a${r} ${r} 0 0 1 ${r} ${-r}z`
  );
}

/**
 * Draw a scene into new elements, its boxes in the colours of their kinds or of the lens; return the root, the elements by item and by stroke, and the overlay: an empty drawing
 * of the same size on top, for what is to be lit up while the base is dimmed. The base is painted once: to dim it, what
 * is painted is only made fainter.
 */
function drawScene(scene, lens = "") {
  const [width, height] = [scene.width + 2 * MARGIN, scene.height + 2 * MARGIN];
  const sheet = (name, ...content) => {
    const plane = draw("g", { transform: `translate(${MARGIN},${MARGIN})` }, content);
    return draw(
      "svg",
      { class: name, width, height, viewBox: `0 0 ${width} ${height}`, "aria-hidden": "true", focusable: "false" },
      plane,
    );
  };
  const strokes = scene.strokes.map((stroke, place) => drawStroke(stroke, place));
  const items = scene.items.map((item, place) => drawItem(scene, item, place, lens));
  const words = drawWords(scene);
  const base = sheet(
    "base",
    draw("g", { class: "marks" }, drawMarks(scene)),
    draw("g", { class: "strokes" }, strokes),
    draw("g", { class: "words" }, words),
    draw("g", { class: "items" }, items),
  );
  const overlay = sheet("overlay");
  const root = make("div", { class: `scene ${scene.view}` }, base, overlay);
  root.style.width = `${width}px`;
  root.style.height = `${height}px`;
  return { root, base, overlay: overlay.firstChild, items, strokes, words };
}

function drawStroke(stroke, place) {
  const [x, y] = stroke.knots[stroke.knots.length - 1];
  const sign = stroke.backward ? -1 : 1;
  const group = draw("g", {
    class: `stroke ${stroke.relation}${stroke.inferred ? " inferred" : ""}`,
    "data-stroke": place,
  });
  if (stroke.link >= 0) {
    const how = stroke.backward || stroke.loop ? "; this closes a cycle" : "";
    group.append(draw("title", {}, `${saidOfLink(stroke.link)}${how}`));
    group.append(draw("path", { class: "hit", d: pathOf(stroke) }));
  }
  group.append(
    draw("path", { class: "line", d: pathOf(stroke, HEAD) }),
    draw("path", { class: "head", d: `M${x} ${y}l${-sign * HEAD} -4.5v9z` }),
  );
  return group;
}

/** Write what lines are called where they begin: once for all of one relation that leave from one box; and mark cycles. */
function drawWords(scene) {
  const groups = new Map();
  scene.strokes.forEach((stroke, place) => {
    const isCycle = stroke.backward || stroke.loop;
    if (!stroke.label && !isCycle) return;
    const key = `${stroke.knots[0]} ${stroke.relation} ${isCycle}`;
    if (!groups.has(key)) groups.set(key, []);
    groups.get(key).push(place);
  });
  // A word stands behind the head of a line that arrives where it begins.
  const heads = new Set(scene.strokes.filter(({ backward }) => backward).map(({ knots }) => String(knots.at(-1))));
  return [...groups.values()].flatMap((places) => {
    const strokes = places.map((place) => scene.strokes[place]);
    const [
      {
        relation,
        backward,
        loop,
        label,
        knots: [[x, y]],
      },
    ] = strokes;
    const space = heads.has(`${x},${y}`) ? 8 + HEAD : 8;
    const at = loop
      ? { x: x + 4, y: y - 26 }
      : backward
        ? { x: x - 8, y: y + 4, "text-anchor": "end" }
        : { x: x + space, y: y + 4 };
    const text = [backward || loop ? CYCLE : "", loop ? "" : label].filter(Boolean).join(" ");
    const known = { "data-strokes": places.join(" ") };
    const words = [draw("text", { class: `word ${relation}`, ...known, ...at }, text)];
    if (label && !loop && strokes.every((stroke) => stroke.inferred)) {
      words.push(draw("text", { class: `word ${relation} how`, ...known, ...at, y: y + 16 }, "inferred"));
    }
    return words;
  });
}

function drawItem(scene, item, place, lens) {
  const isCard = item.height > PLAIN_HEIGHT;
  const isFocus = item.node >= 0 && item.node === scene.focus && scene.view === "focus";
  const use = lens === "access" && item.node >= 0 ? useOf(item.node) : "";
  const group = draw("g", {
    class: item.group ? "item group" : `item ${lookOf(item.node, use)}${isFocus ? " focus" : ""}`,
    transform: `translate(${item.x},${item.y})`,
    "data-item": place,
    "data-iri": item.group ? null : NODES[item.node].iri,
  });
  if (item.group) {
    const line = LINES[item.group.relation];
    const said = item.group.way === "up" ? line.up : line.down;
    group.append(
      draw("title", {}, `${item.group.count} more: ${said} ${named(item.group.anchor)}`),
      draw("path", { class: "box", d: outline("square", item.width, item.height) }),
      ...drawText(item, `+${item.group.count.toLocaleString("en")} more`, said, isCard ? 14 : 8),
    );
    return group;
  }
  const node = NODES[item.node];
  const look = KINDS[node.kind];
  const icon = isCard ? "translate(10,14)" : "translate(7,4) scale(0.75)";
  group.append(
    draw("title", {}, tipOf(item.node)),
    draw("path", { class: "box", d: outline(look.shape, item.width, item.height) }),
  );
  if (node.access === "closed")
    group.append(draw("path", { class: "inner", d: outline(look.shape, item.width, item.height, 3.5) }));
  group.append(
    draw("path", { class: "icon", transform: icon, d: use ? USES[use].icon : look.icon }),
    ...drawText(item, isCard ? node.short : node.plain, isCard ? node.caption : node.word, isCard ? 34 : 24),
  );
  for (const way of ["up", "down"]) {
    const key = `${item.node} ${way}`;
    if (scene.more.has(key)) group.append(drawStub(item, way, scene.more.get(key)));
    else if (scene.pages?.has(key)) group.append(drawStub(item, way, 0));
  }
  return group;
}

/** Return the class that gives a box its colours. */
function lookOf(node, use) {
  return use ? `use-${use}` : NODES[node].kind;
}

/** Say of a thing what its box has no room for: by whom it is, and what may be done with it. */
function tipOf(place) {
  const { label, caption, word, dev, lic } = NODES[place];
  const known = [dev.join(", "), useSaid(place), lic.join(", ")].filter(Boolean);
  return [`${label} (${caption || word})`, known.join(" · ")].filter(Boolean).join("\n");
}

function drawText(item, label, caption, left) {
  if (item.height > PLAIN_HEIGHT) {
    return [
      draw("text", { class: "label", x: left, y: 20 }, label),
      draw("text", { class: "caption", x: left, y: 35 }, caption),
    ];
  }
  return [draw("text", { class: "label", x: left, y: 14.5 }, label, draw("tspan", { class: "kind", dx: 6 }, caption))];
}

/** Draw how many neighbours are left out, on the side where they are: a click draws them, or, with none, hides them again. */
function drawStub(item, way, count) {
  const text = count ? `+${count.toLocaleString("en")}` : "\u2212";
  const width = Math.max(24, text.length * 7 + 12);
  const x = way === "up" ? -4 : item.width - width + 4;
  const said = way === "up" ? "more that it was made from" : "more made from it";
  return draw(
    "g",
    { class: count ? "stub" : "stub close", transform: `translate(${x},${item.height - 12})`, "data-way": way },
    draw("title", {}, count ? `${text} ${said}: click to draw` : "click to hide what was drawn here"),
    draw("rect", { class: "target", width, height: 24 }),
    draw("rect", { class: "pill", y: 4, width, height: 16, rx: 8 }),
    draw("text", { class: "count", x: width / 2, y: 15.5, "text-anchor": "middle" }, text),
  );
}

function drawMarks(scene) {
  const bottom = scene.undatedFrom ? scene.undatedFrom - 10 : scene.height;
  const marks = scene.marks.flatMap(([x, label, isYear]) =>
    isYear
      ? [draw("path", { class: "rule", d: `M${x - 6} 0V${bottom}` }), draw("text", { class: "year", x, y: 12 }, label)]
      : [draw("text", { class: "month", x, y: 30 }, label)],
  );
  if (scene.undatedFrom) {
    marks.push(
      draw("path", { class: "rule", d: `M0 ${scene.undatedFrom}H${scene.width}` }),
      draw("text", { class: "year", x: 0, y: scene.undatedFrom + 18 }, "Undated"),
    );
  }
  return marks;
}
