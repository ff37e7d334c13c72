/*
 * What is known of one thing or of one relation, and who says so: each statement with a link that opens the very lines
 * of the pinned source, or with the rule that concluded it.
 */

const MOST_LISTED = 24;
const MOST_SOURCES = 3;
const RULES = new Map(Object.entries(DATA.rules));

/** Return who says something, as links; and by which rule it was concluded. */
function evidence(rows = [], rules = []) {
  const list = make("ul", { class: "evidence" });
  const few = rows.length > MOST_SOURCES + 1 ? rows.slice(0, MOST_SOURCES) : rows;
  list.append(...few.map((place) => make("li", {}, sourceLink(place))));
  if (few.length < rows.length) {
    const rest = make(
      "ul",
      {},
      rows.slice(MOST_SOURCES).map((place) => make("li", {}, sourceLink(place))),
    );
    list.append(
      make("li", {}, make("details", {}, make("summary", {}, `and ${countedRows(rows.slice(MOST_SOURCES)).replace(" ", " more ")}`), rest)),
    );
  }
  for (const rule of rules) {
    list.append(
      make(
        "li",
        { class: "rule" },
        make("details", {}, make("summary", {}, `concluded by the rule ${rule}`), make("p", {}, RULES.get(rule) ?? "")),
      ),
    );
  }
  return list.childElementCount ? list : null;
}

/** Say whether a statement is of a fact from outside the surveys, and of no row of theirs. */
function isCurated(row) {
  return row.iri.startsWith("curated/") && Boolean(row.table);
}

/** Return where a row stands, in words: as much as its graph tells. */
function rowPlace(row) {
  if (!row.table) return fullText(row.iri);
  if (isCurated(row)) return `curated ${row.table}`;
  const place = [row.snapshot, row.table, row.number || ""].filter(Boolean).join(" ");
  if (!row.start) return place;
  return `${place}, ${row.start === row.end ? `line ${row.start}` : `lines ${row.start}–${row.end}`}`;
}

/** Return what was read for a curated fact, in words: the site and what of it; nothing, where that is not told. */
function readPlace(link) {
  const address = safeAddress(link);
  if (!address) return "";
  const { hostname, pathname } = new URL(address);
  const parts = decoded(pathname).split("/").filter(Boolean);
  // Of a repository its name is enough to know it by; the link leads to the file at its commit.
  const few = parts.length > 3 ? [...parts.slice(0, 2), "…", parts.at(-1)] : parts;
  return shownText([hostname.replace(/^www\./, ""), ...few].join("/"));
}

function sourceLink(place) {
  const row = ROWS[place];
  const read = isCurated(row) ? readPlace(row.link) : "";
  const said = read ? `${rowPlace(row)}: ${read}` : rowPlace(row);
  return outside(row.link, said, { class: "source", title: row.text ?? (read ? row.link : null) });
}

/** Count the statements that say something: rows of the surveys, and facts from elsewhere. */
function countedRows(places) {
  const facts = places.filter((place) => isCurated(ROWS[place])).length;
  const rows = places.length - facts;
  return [rows && counted(rows, "row"), facts && counted(facts, "curated fact")].filter(Boolean).join(" and ");
}

/** Return a thing's name as a button that selects it. */
function thingButton(place, app) {
  return make(
    "button",
    { type: "button", class: "thing", "data-iri": NODES[place].iri, click: () => app.select(place, { ask: true }) },
    kindIcon(NODES[place].kind),
    make("span", {}, NODES[place].label),
    make("span", { class: "kind" }, NODES[place].word),
  );
}

function renderPanel(panel, state, app) {
  const missing = unknownThing(state);
  const parts =
    state.edge >= 0
      ? linkParts(state.edge, app)
      : state.selected >= 0
        ? nodeParts(state.selected, state, app)
        : state.view === "path"
          ? pathParts(state, app)
          : summaryParts(app);
  if (missing >= 0) parts.push(app.server.waitingPart(missing));
  const wasRead = panel.childElementCount > 0;
  panel.replaceChildren(...parts.filter(Boolean));
  // Where what was pressed is gone, the keyboard goes on from the heading.
  panel.querySelector("h2").tabIndex = -1;
  if (wasRead) panel.scrollTop = 0;
}

/** Return the thing that has to be known before the panel can tell what it is asked for; -1 for none. */
function unknownThing(state) {
  if (KNOWN.all) return -1;
  const link = LINKS[state.edge];
  if (link) return link.rows || link.rules || NODES[link.to].full ? -1 : link.to;
  return state.selected >= 0 && !NODES[state.selected].full ? state.selected : -1;
}

/** Tell a path step by step from its beginning, each step with who says so. */
function pathParts(state, app) {
  const links = app.scene ? app.scene.strokes.map(({ link }) => link).filter((link) => link >= 0) : [];
  const relations = layoutRelations(state);
  const steps = [state.from, state.to].filter((end) => end >= 0).map((end) => closure(end, "up", relations));
  const order = (link) => {
    const way = steps.findIndex((reached) => reached.has(LINKS[link].to));
    return way < 0 ? [9, 0] : [way, steps[way].get(LINKS[link].to)];
  };
  links.sort((a, b) => order(a)[0] - order(b)[0] || order(a)[1] - order(b)[1] || a - b);
  return [
    make("h2", {}, titleOf(state)),
    make("p", {}, pathStatus(state)),
    make(
      "ol",
      { class: "things steps" },
      links.map((link) =>
        make(
          "li",
          {},
          thingButton(LINKS[link].to, app),
          ` ${LINES[LINKS[link].relation].verb} `,
          thingButton(LINKS[link].from, app),
          howParts(LINKS[link]),
          evidence(LINKS[link].rows, LINKS[link].rules),
        ),
      ),
    ),
    rowTexts([...new Set(links.flatMap((link) => LINKS[link].rows ?? []))]),
  ];
}

/** Say in small how a model is built on its base, and whether only a rule says that it is. */
function howParts(link) {
  const said = `${mannerOf(link)}${isInferred(link) ? " inferred" : ""}`;
  return said ? make("span", { class: "faint" }, said) : null;
}

/** Sum up what the page holds, where nothing is selected. */
function summaryParts(app) {
  if (!KNOWN.all) {
    return [
      make("h2", {}, "Nothing is selected"),
      make("p", { class: "faint" }, "Select a box or a line to see what is known of it and who says so."),
    ];
  }
  const kinds = Object.keys(KINDS)
    .map((kind) => [kind, NODES.filter((node) => node.kind === kind).length])
    .filter(([, count]) => count);
  const top = (way, fits) =>
    [...NODES.keys()]
      .filter((place) => fits(NODES[place]) && reach(place, way))
      .sort((a, b) => reach(b, way) - reach(a, way) || a - b)
      .slice(0, 10);
  const listed = (title, places, way, noun) =>
    places.length
      ? [
          make("h3", {}, title),
          make(
            "ul",
            { class: "things" },
            places.map((place) =>
              make(
                "li",
                {},
                thingButton(place, app),
                make("span", { class: "faint" }, ` ${counted(reach(place, way), noun)}`),
              ),
            ),
          ),
        ]
      : [];
  return [
    make("h2", {}, "What is here"),
    make(
      "p",
      {},
      kinds.map(([kind, count]) => `${count.toLocaleString("en")} ${pluralOf(KINDS[kind].word, count)}`).join(", "),
      ".",
    ),
    make(
      "p",
      { class: "faint" },
      app.state.view === "table"
        ? "Select a thing to see what is known of it and who says so."
        : "Select a box or a line to see what is known of it and who says so.",
    ),
    ...listed(
      "Most is made from",
      top("down", () => true),
      "down",
      "descendant",
    ),
    ...listed(
      "Made from most",
      top("up", (node) => node.kind === "model"),
      "up",
      "ancestor",
    ),
  ];
}

function pluralOf(word, count) {
  return count === 1 ? word : word === "person" ? "people" : `${word}s`;
}

function linkParts(place, app) {
  const link = LINKS[place];
  const line = LINES[link.relation];
  const isKnown = unknownThing({ edge: place }) < 0;
  return [
    make("p", { class: "eyebrow" }, "Statement"),
    make(
      "h2",
      {},
      NODES[link.to].label,
      make("span", { class: "kind" }, ` ${NODES[link.to].word} `),
      `${line.verb} `,
      NODES[link.from].label,
      make("span", { class: "kind" }, ` ${NODES[link.from].word}`),
    ),
    link.manner ? make("p", {}, `How the one is built on the other: ${link.manner}.`) : null,
    app.scene?.strokes.some(({ link: drawn, backward, loop }) => drawn === place && (backward || loop))
      ? make("p", {}, `${CYCLE} This closes a cycle: the second descends from the first, too.`)
      : null,
    make(
      "p",
      {},
      isInferred(link)
        ? "Inferred: no row says so outright; a rule concludes it."
        : link.rows
          ? `Stated by ${countedRows(link.rows)}${link.rules ? ", and concluded by a rule too" : ""}.`
          : isKnown
            ? "This graph does not say who says so."
            : "",
    ),
    isKnown ? make("h3", {}, "Who says so") : null,
    isKnown ? (evidence(link.rows, link.rules) ?? make("p", { class: "faint" }, "nobody is named")) : null,
    ...correctionParts(
      (NODES[link.to].corrections ?? []).filter(({ label }) => LABELS[label] === line.up),
      "What sources say against a survey here",
    ),
    rowTexts(link.rows ?? []),
    make("h3", {}, "Its two ends"),
    make(
      "ul",
      { class: "things" },
      [link.to, link.from].map((end) => make("li", {}, thingButton(end, app))),
    ),
  ];
}

function nodeParts(place, state, app) {
  const node = NODES[place];
  const counts = make("p", { class: "counts" });
  const isKnown = KNOWN.all || node.full;
  if (hasLineage(place)) {
    const directly = (way) => (isKnown ? ` (${direct(place, way).toLocaleString("en")} direct)` : "");
    counts.append(
      atLeast(place, "up"),
      make("b", {}, reach(place, "up").toLocaleString("en")),
      ` ${reach(place, "up") === 1 ? "ancestor" : "ancestors"}${directly("up")}, ${atLeast(place, "down")}`,
      make("b", {}, reach(place, "down").toLocaleString("en")),
      ` ${reach(place, "down") === 1 ? "descendant" : "descendants"}${directly("down")}`,
    );
  } else if (isKnown && ["model", "dataset"].includes(node.kind)) counts.append("No lineage is known.");
  const isFocus = state.view === "focus" && state.focus === place;
  return [
    make(
      "p",
      { class: `eyebrow ${node.kind}` },
      kindIcon(node.kind),
      [node.word, useSaid(place)].filter(Boolean).join(", "),
    ),
    make("h2", {}, node.label),
    node.alt.length ? make("p", { class: "faint" }, `also written: ${node.alt.join(", ")}`) : null,
    node.dev.length ? make("p", { class: "by" }, `by ${node.dev.join(", ")}`) : null,
    counts.childNodes.length ? counts : null,
    make(
      "p",
      { class: "actions" },
      isFocus ? null : make("button", { type: "button", click: () => app.focusOn(place) }, "Show its lineage"),
      make("button", { type: "button", click: () => app.pathFrom(place) }, "Path to …"),
      make("button", { type: "button", click: (event) => app.copyLink(event.currentTarget) }, "Copy link"),
      DATA.online ? make("a", { href: pageAddress(place) }, "Its page") : null,
    ),
    ...(isKnown
      ? [
          ...correctionParts(node.corrections ?? [], "What sources say against a survey"),
          ...disagreementParts(node.disagreements ?? []),
          ...licenceParts(place),
          ...relationParts(place, app),
          ...factParts(node),
          ...issueParts(node),
          rowTexts(rowsOf(place)),
        ]
      : []),
    make("p", { class: "faint iri" }, fullIri(place)),
  ];
}

/** Return where the server tells all of a thing on a page of its own. */
function pageAddress(place) {
  const path = NODES[place].iri;
  const isOurs = !path.includes(":") && path.split("/").every((part) => !["", ".", ".."].includes(part));
  return isOurs
    ? `/page/${path.split("/").map(encodeURIComponent).join("/")}`
    : `/page?iri=${encodeURIComponent(fullIri(place))}`;
}

const EFFECTS = {
  replaces: "This graph follows the source.",
  adds: "This graph holds both.",
  qualifies: "This graph keeps what the survey says, which is right in part.",
};

/** Say what a survey says, and what a source says against it. */
function contradictionSaid({ survey, found, effect }) {
  const other = found ? `says ${found}` : `${effect === "replaces" ? "shows" : "says"} otherwise`;
  return `${survey ? `the survey says ${survey}` : "the survey says nothing"}; a source ${other}`;
}

/** Tell what a survey says, and which source says otherwise. */
function correctionParts(corrections, title) {
  if (!corrections.length) return [];
  return [
    make("h3", {}, title),
    make(
      "ul",
      { class: "corrections" },
      corrections.map((said) =>
        make(
          "li",
          {},
          make("b", {}, `${LABELS[said.label]}: ${contradictionSaid(said)}.`),
          ` ${said.why} `,
          make("span", { class: "faint" }, Object.hasOwn(EFFECTS, said.effect) ? EFFECTS[said.effect] : ""),
          evidence([said.fact, ...said.rows]),
        ),
      ),
    ),
  ];
}

/** Tell where two sources say different things. */
function disagreementParts(disagreements) {
  if (!disagreements.length) return [];
  return [
    make("h3", {}, "Where sources disagree"),
    make(
      "ul",
      { class: "corrections" },
      disagreements.map(([message, links]) =>
        make(
          "li",
          {},
          message,
          make(
            "ul",
            { class: "evidence" },
            links.map((link) => make("li", {}, outside(link, readPlace(link) || link, { class: "source" }))),
          ),
        ),
      ),
    ),
  ];
}

const DISCLAIMER = "Licences are given as their sources state them; this is not legal advice.";

/** Return as the beginning of a sentence why it is not known what may be done with a thing. */
function whyUnknown(unknown) {
  const why = (unknown || "no licence of it was read").replace(/^not known: /, "");
  return why.charAt(0).toUpperCase() + why.slice(1);
}

/** Tell under what licences a thing is, what they allow, and who says so. */
function licenceParts(place) {
  const use = useOf(place);
  if (!use) return [];
  const { licences, unknown } = NODES[place];
  const list = make("dl", {});
  let last = null;
  for (const [id, part, access, iri, rows] of licences) {
    if (part !== last) list.append(make("dt", {}, part || "the whole"));
    last = part;
    const name = iri.includes(":") ? outside(iri, id) : id;
    const allows = Object.hasOwn(USES, access) ? make("span", { class: `use use-${access}` }, USES[access].word) : "";
    list.append(make("dd", {}, name, " ", allows, evidence(rows)));
  }
  const said =
    use === "unknown"
      ? `${whyUnknown(unknown)}. That makes it neither open nor closed.`
      : `${licences.length > 1 ? "The narrowest of these. " : ""}It says nothing of what this was made from.`;
  return [
    make("h3", {}, "Licence and access"),
    make("p", {}, make("span", { class: `use use-${use}` }, USES[use].word), ` ${said}`),
    licences.length ? list : null,
    licences.length ? make("p", { class: "faint" }, DISCLAIMER) : null,
  ];
}

/** List the relations of a thing, both ways, each with who says so. */
function relationParts(place, app) {
  const parts = [];
  for (const way of ["up", "down"]) {
    for (const relation of RELATIONS) {
      const links = ENDS[way][place].filter((link) => LINKS[link].relation === relation);
      if (!links.length) continue;
      if (relation === "describedIn" && way === "up") {
        parts.push(
          make("h3", {}, links.length === 1 ? "Paper" : "Papers"),
          ...links.map((link) => paperPart(link, app)),
        );
        continue;
      }
      const title = way === "up" ? LINES[relation].up : LINES[relation].down;
      const list = make(relation === "author" && way === "up" ? "ol" : "ul", { class: "things" });
      const show = (from, to) =>
        list.append(
          ...links
            .slice(from, to)
            .map((link) =>
              make(
                "li",
                {},
                thingButton(far(link, way), app),
                howParts(LINKS[link]),
                evidence(LINKS[link].rows, LINKS[link].rules),
              ),
            ),
        );
      show(0, MOST_LISTED);
      parts.push(make("h3", {}, title), list);
      const total = NODES[place].counts?.[`${way} ${RANK.get(relation)}`] ?? links.length;
      if (total > links.length)
        parts.push(
          make("p", { class: "faint" }, `${links.length.toLocaleString("en")} of ${total.toLocaleString("en")}`),
        );
      if (links.length > MOST_LISTED) {
        parts.push(
          make(
            "button",
            {
              type: "button",
              class: "rest",
              click: (event) => {
                show(MOST_LISTED);
                event.currentTarget.remove();
              },
            },
            `and ${links.length - MOST_LISTED} more`,
          ),
        );
      }
      if (relation === "author" && way === "up" && NODES[place].cut)
        parts.push(make("p", { class: "others" }, "and others"));
    }
  }
  return parts;
}

function paperPart(link, app) {
  const place = LINKS[link].from;
  const node = NODES[place];
  const authors = leading(place, "up", new Set(["author"])).map((author) => NODES[LINKS[author].from].label);
  const shown = authors.slice(0, 30);
  const rest = Math.max(authors.length, node.authors ?? 0) - shown.length;
  const address = (node.facts ?? []).map(([, , iri]) => iri).find((iri) => iri && safeAddress(iri));
  return make(
    "div",
    { class: "paper-part" },
    make("p", {}, thingButton(place, app)),
    authors.length || node.cut
      ? make(
          "p",
          { class: "authors" },
          shown.join(", "),
          rest ? `, ${rest} more` : "",
          node.cut ? `${authors.length ? ", " : ""}and others` : "",
        )
      : null,
    make(
      "p",
      { class: "faint" },
      node.date.slice(0, 4) || "no year",
      ...(address ? [" · ", outside(address, new URL(address).hostname)] : []),
    ),
    evidence(LINKS[link].rows, LINKS[link].rules),
  );
}

function factParts(node) {
  const parts = [];
  for (const [current, title] of [
    [true, "Facts"],
    [false, "Said by an older source, or corrected"],
  ]) {
    const facts = (node.facts ?? []).filter((fact) => Boolean(fact[3]) === current);
    if (!facts.length) continue;
    const list = make("dl", {});
    let last = "";
    for (const [label, value, iri, , rows, rules, against = [], note = ""] of facts) {
      if (label !== last) list.append(make("dt", {}, LABELS[label]));
      last = label;
      const shown = iri ? outside(fullText(iri), value) : value;
      list.append(
        make("dd", {}, iri && !iri.includes(":") ? value : shown, againstIt(node, against, note), evidence(rows, rules)),
      );
    }
    parts.push(make("h3", {}, title), list);
  }
  return parts;
}

/** Say of a fact which others are told against it, and why it is not the thing's own; nothing, where that is so. */
function againstIt(node, against, note) {
  const said = against.map((place) => contradictionSaid(node.corrections[place]));
  if (note) said.push(note);
  return said.length ? make("span", { class: "against" }, ` (${[...new Set(said)].join("; ")})`) : null;
}

function issueParts(node) {
  if (!node.issues) return [];
  const list = make(
    "ul",
    { class: "issues" },
    node.issues.map(([code, severity, message, where]) =>
      make("li", {}, make("b", { class: severity }, code), ` ${message} `, make("span", { class: "faint" }, where)),
    ),
  );
  return [
    make(
      "details",
      { class: "defects" },
      make("summary", {}, `${counted(node.issues.length, "defect")} of the rows that describe it`),
      list,
    ),
  ];
}

/** Return the rows that say anything of a thing, each once. */
function rowsOf(place) {
  const rows = new Set((NODES[place].facts ?? []).flatMap((fact) => fact[4] ?? []));
  for (const way of ["up", "down"])
    for (const link of ENDS[way][place]) (LINKS[link].rows ?? []).forEach((row) => rows.add(row));
  for (const said of NODES[place].corrections ?? []) said.rows.forEach((row) => rows.add(row));
  return [...rows].sort((a, b) => a - b);
}

/** Show rows as they are written in their source. */
function rowTexts(rows) {
  const written = rows.filter((row) => ROWS[row].text);
  if (!written.length) return null;
  const box = make(
    "details",
    { class: "rows" },
    make("summary", {}, `${counted(written.length, "row")} as written in the source`),
  );
  // Long lists are made when they are asked for.
  box.addEventListener("toggle", () => {
    if (box.open && box.childElementCount === 1) {
      box.append(
        ...written.map((row) =>
          make("figure", {}, make("figcaption", {}, sourceLink(row)), make("blockquote", {}, ROWS[row].text)),
        ),
      );
    }
  });
  return box;
}
