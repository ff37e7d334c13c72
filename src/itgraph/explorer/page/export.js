/*
 * Taking a view away: the whole of it, not what the window shows. SVG and PNG as drawn in the theme that is on; CSV and
 * JSON as data, with who says what.
 */

// What the style sheet decides, and a picture has to say itself.
const COPIED = [
  "fill",
  "stroke",
  "stroke-width",
  "stroke-dasharray",
  "stroke-linecap",
  "stroke-linejoin",
  "font-size",
  "font-weight",
  "font-style",
  "paint-order",
  "opacity",
  "fill-opacity",
  "stroke-opacity",
];

/** Return the view as an SVG document that stands alone: text. */
function svgText(scene, title, lens = "") {
  // Drawn anew, so that no highlighting, hiding or motion of the moment gets into it.
  const { root, base } = drawScene(scene, lens);
  const legend = drawLegend(scene, lens);
  base.append(legend);
  document.getElementById("stage").append(root);
  const { width, height } = exportSize(scene, lens);
  const ground = getComputedStyle(document.body);
  const copy = draw(
    "svg",
    {
      xmlns: "http://www.w3.org/2000/svg",
      width,
      height,
      viewBox: `0 0 ${width} ${height}`,
      "font-family": FONT,
      role: "img",
    },
    draw("title", {}, title),
    draw(
      "desc",
      {},
      scene.strokes
        .filter(({ link }) => link >= 0)
        .slice(0, 60)
        .map(({ link }) => saidOfLink(link))
        .join(". "),
    ),
    draw("rect", { width, height, fill: ground.backgroundColor }),
    draw("text", { x: MARGIN, y: 32, "font-size": 16, "font-weight": 600, fill: ground.color }, title),
    draw("g", { transform: `translate(0,${EXPORT_HEAD})` }, copied(base.firstChild)),
    draw("g", { transform: `translate(${MARGIN},${EXPORT_HEAD + scene.height + 2 * MARGIN - 10})` }, copied(legend)),
    draw(
      "text",
      { x: MARGIN, y: height - 10, "font-size": 11, fill: ground.color },
      document.querySelector("footer p").textContent.trim(),
    ),
  );
  root.remove();
  const text = new XMLSerializer().serializeToString(copy);
  // What XML cannot hold is shown as a box.
  return `<?xml version="1.0" encoding="UTF-8"?>\n${text.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\u25a1")}\n`;
}

const EXPORT_HEAD = 34;
const LEGEND_ENTRY = 190;
const LEGEND_ROW = 24;

/** Return the size of the picture that a scene is exported as: with a title, a legend and where it is from. */
function exportSize(scene, lens) {
  const width = Math.max(scene.width, 3 * LEGEND_ENTRY) + 2 * MARGIN;
  const rows = Math.ceil(legendEntries(scene, lens).length / Math.floor((width - 2 * MARGIN) / LEGEND_ENTRY));
  return { width, height: scene.height + 2 * MARGIN + EXPORT_HEAD + rows * LEGEND_ROW + 24 };
}

/** Return what a scene's legend explains: a word and its picture, for each kind and relation that occurs. */
function legendEntries(scene, lens) {
  const kinds = new Set(scene.items.filter(({ node }) => node >= 0).map(({ node }) => NODES[node].kind));
  const relations = new Set(scene.strokes.map(({ relation }) => relation));
  const isLens = lens === "access";
  const uses = new Set(isLens ? scene.items.filter(({ node }) => node >= 0).map(({ node }) => useOf(node)) : []);
  return [
    ...Object.keys(KINDS)
      .filter((kind) => kinds.has(kind))
      .map((kind) => {
        const isPlain = isLens && LICENSED.has(kind);
        return [KINDS[kind].word, kindSample(kind, isPlain), `item ${isPlain ? "" : kind}`];
      }),
    ...Object.keys(USES)
      .filter((use) => uses.has(use))
      .map((use) => [`access ${USES[use].word}`, useSample(use), `item use-${use}`]),
    ...RELATIONS.filter((name) => relations.has(name)).map((name) => [
      LINES[name].down,
      lineSample(name),
      `stroke ${name}`,
    ]),
    ...(scene.strokes.some(({ inferred }) => inferred)
      ? [["inferred", inferredSample(), "stroke baseModel inferred"]]
      : []),
    ...(!isLens && scene.items.some(({ node }) => node >= 0 && NODES[node].access === "closed")
      ? [["closed", closedSample(), "item"]]
      : []),
  ];
}

function drawLegend(scene, lens) {
  const across = Math.floor((exportSize(scene, lens).width - 2 * MARGIN) / LEGEND_ENTRY);
  return draw(
    "g",
    {},
    legendEntries(scene, lens).map(([word, sample, classes], place) =>
      draw(
        "g",
        { transform: `translate(${(place % across) * LEGEND_ENTRY},${Math.floor(place / across) * LEGEND_ROW})` },
        draw("g", { class: classes }, ...sample.childNodes),
        draw("text", { class: "caption legend-word", x: 44, y: 12 }, word),
      ),
    ),
  );
}

const FONT = getComputedStyle(document.documentElement).getPropertyValue("--font").trim();

function copied(element) {
  if (element.nodeType !== Node.ELEMENT_NODE) return element.cloneNode();
  // What only a hand needs has no place in a picture.
  if (element.matches(".hit, .target, .stub > title, .stub.close")) return document.createComment("");
  const copy = draw(element.localName);
  for (const name of [
    "d",
    "transform",
    "x",
    "y",
    "dx",
    "width",
    "height",
    "rx",
    "text-anchor",
    "textLength",
    "lengthAdjust",
  ]) {
    if (element.hasAttribute(name)) copy.setAttribute(name, element.getAttribute(name));
  }
  if (!["g", "title"].includes(element.localName)) {
    const style = getComputedStyle(element);
    if (style.visibility === "hidden" || (style.fill === "none" && style.stroke === "none"))
      return document.createComment("");
    for (const name of COPIED) {
      const value = style.getPropertyValue(name);
      if ((value && !["normal", "0", "auto"].includes(value)) || (name.endsWith("opacity") && value !== "1"))
        copy.setAttribute(name, value.replace(/px/g, ""));
    }
  }
  copy.append(...[...element.childNodes].map(copied).filter((part) => part.nodeType !== Node.COMMENT_NODE));
  return copy;
}

/** Return the view as a picture, so many times its size, and how many times that came to be. */
async function pngBlob(scene, title, times, lens) {
  const { width, height } = exportSize(scene, lens);
  // Browsers paint nothing at all on a canvas that is larger than they can hold.
  const scale = Math.min(times, 16000 / width, 16000 / height, Math.sqrt(2.4e8 / (width * height)));
  const address = URL.createObjectURL(new Blob([svgText(scene, title, lens)], { type: "image/svg+xml" }));
  try {
    const image = new Image(width, height);
    image.src = address;
    await image.decode();
    const canvas = make("canvas", { width: Math.round(width * scale), height: Math.round(height * scale) });
    canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve, reject) =>
      canvas.toBlob(
        (blob) => (blob ? resolve([blob, scale]) : reject(new Error("the picture is too large"))),
        "image/png",
      ),
    );
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

const RELATION_HEAD = [
  "child",
  "child_kind",
  "child_iri",
  "relation",
  "parent",
  "parent_kind",
  "parent_iri",
  "how_known",
  "sources",
  "rules",
];

function relationRow(place) {
  const link = LINKS[place];
  const end = (node) => [NODES[node].raw, NODES[node].word, fullIri(node)];
  return [
    ...end(link.to),
    link.relation,
    ...end(link.from),
    isInferred(link) ? "inferred" : "stated",
    (link.rows ?? []).map((row) => ROWS[row].link || fullText(ROWS[row].iri)).join(" "),
    (link.rules ?? []).join(" "),
  ];
}

/** Return an IRI in full: ours are written without what they all begin with. */
function fullText(iri) {
  return iri.includes(":") ? iri : DATA.base + iri;
}

function fullIri(node) {
  return fullText(NODES[node].iri);
}

/** Return the view as CSV: its relations, or the table as it is sorted and narrowed. */
function viewCsv(state, scene) {
  if (state.view === "table" && state.table === "things") {
    const columns = tableColumns(state);
    return csvText(
      [...columns.map(({ key }) => key), "iri"],
      tableRows(state).map((place) => [...columns.map(({ value }) => value(place)), fullIri(place)]),
    );
  }
  const links =
    state.view === "table" ? tableRows(state) : scene.strokes.map(({ link }) => link).filter((link) => link >= 0);
  return csvText(RELATION_HEAD, links.map(relationRow));
}

/** Return the view as JSON: its things with their facts, its relations with who says so, and where each is drawn. */
function viewJson(state, scene, title) {
  const isThings = state.table === "things";
  const rows = scene ? [] : tableRows(state);
  const strokes = scene ? scene.strokes.filter(({ link }) => link >= 0) : [];
  const nodes = scene
    ? scene.items.filter(({ node }) => node >= 0).map(({ node }) => node)
    : isThings
      ? rows
      : [...new Set(rows.flatMap((link) => [LINKS[link].to, LINKS[link].from]))];
  const among = new Set(nodes);
  const links = scene
    ? strokes.map(({ link }) => link)
    : isThings
      ? [...LINKS.keys()].filter((link) => among.has(LINKS[link].to) && among.has(LINKS[link].from))
      : rows;
  const said = (place) => ({
    iri: fullText(ROWS[place].iri),
    // As Python writes it: a dash is for readers, not for programs.
    place: rowPlace(ROWS[place]).replace("–", "-"),
    link: ROWS[place].link,
  });
  const placed = (place) => {
    const item = scene?.items[scene.at.get(place)];
    return item ? { x: item.x, y: item.y, width: item.width, height: item.height } : {};
  };
  return (
    JSON.stringify(
      {
        title,
        view: state.view,
        hash: toAddress(state),
        snapshots: DATA.snapshots,
        ...(scene ? { width: scene.width, height: scene.height, left_out: scene.leftOut } : {}),
        things: nodes.map((place) => {
          const node = NODES[place];
          return {
            iri: fullIri(place),
            label: node.raw,
            kind: node.word,
            aliases: node.alt,
            date: node.date || null,
            open: node.open ?? null,
            ...useJson(node, said),
            facts: (node.facts ?? []).map(([label, value, iri, current, sources, rules]) => ({
              property: LABELS[label],
              value,
              iri: iri ? fullText(iri) : null,
              current: Boolean(current),
              sources: (sources ?? []).map(said),
              rules: rules ?? [],
            })),
            ...placed(place),
          };
        }),
        relations: links.map((place, at) => ({
          child: fullIri(LINKS[place].to),
          relation: LINKS[place].relation,
          verb: LINES[LINKS[place].relation].verb,
          ...(LINKS[place].manner ? { manner: LINKS[place].manner } : {}),
          parent: fullIri(LINKS[place].from),
          stated: !isInferred(LINKS[place]),
          sources: (LINKS[place].rows ?? []).map(said),
          rules: LINKS[place].rules ?? [],
          ...(scene ? { backward: strokes[at].backward, knots: strokes[at].knots } : {}),
        })),
      },
      null,
      2,
    ) + "\n"
  );
}

/** Return by whom a thing is, what may be done with it, and where sources contradict a survey or each other. */
function useJson({ dev, access, licences, corrections = [], disagreements = [] }, said) {
  return {
    developers: dev,
    access: access ?? null,
    licences: licences.map(([licence, part, allows, iri, sources]) => ({
      licence,
      iri: iri ? fullText(iri) : null,
      part: part || null,
      access: allows || null,
      sources: sources.map(said),
    })),
    corrections: corrections.map(({ label, survey, found, effect, why, fact, rows }) => ({
      property: LABELS[label],
      survey: survey || null,
      source: found || null,
      effect,
      why,
      said_by: said(fact),
      rows: rows.map(said),
    })),
    disagreements: disagreements.map(([message, links]) => ({ message, links })),
  };
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
