/*
 * Taking a view away: the whole of it, not what the window shows. SVG and PNG as drawn in the theme that is on; CSV and
 * JSON as data, with who says what.
 */

// What the style sheet decides, and a picture has to say itself.
const COPIED = ["fill", "stroke", "stroke-width", "stroke-dasharray", "stroke-linecap", "stroke-linejoin", "font-size", "font-weight", "font-style", "paint-order", "opacity", "fill-opacity", "stroke-opacity"];

/** Return the view as an SVG document that stands alone: text. */
function svgText(scene, title) {
  // Drawn anew, so that no highlighting, hiding or motion of the moment gets into it.
  const { root } = drawScene(scene);
  root.classList.add("export");
  document.getElementById("stage").append(root);
  const copy = draw("svg", {
    xmlns: "http://www.w3.org/2000/svg", width: scene.width + 2 * MARGIN, height: scene.height + 2 * MARGIN + 34,
    viewBox: `0 -34 ${scene.width + 2 * MARGIN} ${scene.height + 2 * MARGIN + 34}`, "font-family": FONT, role: "img",
  });
  const ground = getComputedStyle(document.body);
  copy.append(
    draw("title", {}, title),
    draw("rect", { x: 0, y: -34, width: "100%", height: "100%", fill: ground.backgroundColor }),
    draw("text", { x: MARGIN, y: -2, "font-size": 16, "font-weight": 600, fill: ground.color }, title),
    copied(root.firstChild),
  );
  root.remove();
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(copy).replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\u25a1")}\n`;
}

const FONT = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";

function copied(element) {
  if (element.nodeType !== Node.ELEMENT_NODE) return element.cloneNode();
  const copy = draw(element.localName);
  for (const name of ["d", "transform", "x", "y", "dx", "width", "height", "rx", "text-anchor"]) {
    if (element.hasAttribute(name)) copy.setAttribute(name, element.getAttribute(name));
  }
  if (!["g", "title"].includes(element.localName)) {
    const style = getComputedStyle(element);
    if (style.visibility === "hidden" || style.fill === "none" && style.stroke === "none") return document.createComment("");
    for (const name of COPIED) {
      const value = style.getPropertyValue(name);
      if (value && !["normal", "0", "auto"].includes(value) || name.endsWith("opacity") && value !== "1") copy.setAttribute(name, value.replace(/px/g, ""));
    }
  }
  copy.append(...[...element.childNodes].map(copied).filter((part) => part.nodeType !== Node.COMMENT_NODE));
  return copy;
}

/** Return the view as a picture, so many times its size. */
async function pngBlob(scene, title, times) {
  const width = scene.width + 2 * MARGIN;
  const height = scene.height + 2 * MARGIN + 34;
  // Browsers paint nothing at all on a canvas that is larger than they can hold.
  const scale = Math.min(times, 16000 / width, 16000 / height, Math.sqrt(2.4e8 / (width * height)));
  const address = URL.createObjectURL(new Blob([svgText(scene, title)], { type: "image/svg+xml" }));
  try {
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const canvas = make("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) => canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("the picture is too large"))), "image/png"));
  } finally {
    URL.revokeObjectURL(address);
  }
}

/** Quote a value for CSV. What a spreadsheet would take for a formula is kept from being one. */
function csvCell(value) {
  let text = String(value ?? "");
  if (/^[=+\-@\t\r]/.test(text) && !/^[+-]?\d+(\.\d+)?$/.test(text)) text = `'${text}`;
  return /[",\r\n']/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

function csvText(head, rows) {
  return [head, ...rows].map((row) => row.map(csvCell).join(",")).join("\r\n") + "\r\n";
}

const RELATION_HEAD = ["child", "child_kind", "child_iri", "relation", "parent", "parent_kind", "parent_iri", "how_known", "sources", "rules"];

function relationRow(place) {
  const link = LINKS[place];
  const end = (node) => [NODES[node].label, NODES[node].word, fullIri(node)];
  return [
    ...end(link.to), link.relation, ...end(link.from), isInferred(link) ? "inferred" : "stated",
    (link.rows ?? []).map((row) => DATA.rows[row].link || DATA.rows[row].iri).join(" "), (link.rules ?? []).join(" "),
  ];
}

function fullIri(node) {
  return NODES[node].iri.includes(":") ? NODES[node].iri : DATA.base + NODES[node].iri;
}

/** Return the view as CSV: its relations, or the table as it is sorted and narrowed. */
function viewCsv(state, scene) {
  if (state.view === "table" && state.table === "things") {
    const columns = tableColumns(state);
    return csvText([...columns.map(({ key }) => key), "iri"], tableRows(state).map((place) => [...columns.map(({ value }) => value(place)), fullIri(place)]));
  }
  const links = state.view === "table" ? tableRows(state) : scene.strokes.map(({ link }) => link).filter((link) => link >= 0);
  return csvText(RELATION_HEAD, links.map(relationRow));
}

/** Return the view as JSON: its things with their facts, its relations with who says so, and where each is drawn. */
function viewJson(state, scene, title) {
  const isTable = state.view === "table";
  const rows = isTable ? tableRows(state) : [];
  const nodes = isTable ? (state.table === "things" ? rows : []) : scene.items.filter(({ node }) => node >= 0).map(({ node }) => node);
  const links = isTable ? (state.table === "things" ? [] : rows) : scene.strokes.map(({ link }) => link).filter((link) => link >= 0);
  const at = new Map((scene?.items ?? []).map((item) => [item.node, item]));
  const said = (place) => ({ iri: DATA.rows[place].iri, place: rowPlace(DATA.rows[place]), link: DATA.rows[place].link });
  return JSON.stringify({
    title, view: state.view, hash: toHash(state), snapshots: DATA.snapshots,
    things: nodes.map((place) => {
      const node = NODES[place];
      const item = at.get(place);
      return {
        iri: fullIri(place), label: node.label, kind: node.word, aliases: node.alt, date: node.date || null, open: node.open ?? null,
        facts: (node.facts ?? []).map(([label, value, iri, current, sources, rules]) => ({ property: DATA.labels[label], value, iri: iri || null, current: Boolean(current), sources: (sources ?? []).map(said), rules: rules ?? [] })),
        ...(isTable || !item ? {} : { x: item.x, y: item.y, width: item.width, height: item.height }),
      };
    }),
    relations: links.map((place) => ({
      child: fullIri(LINKS[place].to), relation: LINKS[place].relation, parent: fullIri(LINKS[place].from),
      stated: !isInferred(LINKS[place]), sources: (LINKS[place].rows ?? []).map(said), rules: LINKS[place].rules ?? [],
    })),
  }, null, 2) + "\n";
}

/** Hand a file to the reader. */
function save(name, blob) {
  const address = URL.createObjectURL(blob);
  const link = make("a", { href: address, download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(address), 10000);
}
