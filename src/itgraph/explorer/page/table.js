/*
 * Everything as tables: the same things and relations as in the drawings, to be sorted, narrowed and taken away. This is
 * the whole of the page for those who do not see the drawings.
 */

const ROWS_A_PAGE = 200;

const THING_COLUMNS = [
  { key: "name", title: "Name", value: (p) => NODES[p].label, cell: (p, app) => thingButton(p, app) },
  { key: "kind", title: "Kind", value: (p) => NODES[p].word },
  { key: "base", title: "Base models", value: (p) => labelsOf(p, "baseModel") },
  { key: "data", title: "Trained on", value: (p) => labelsOf(p, "trainedOn") },
  { key: "teacher", title: "Written by", value: (p) => labelsOf(p, "generatedBy") },
  { key: "source", title: "Made from", value: (p) => labelsOf(p, "sourceDataset"), optional: true },
  { key: "size", title: "Size", value: (p) => (NODES[p].caption ?? "").split(" · ")[1] ?? "" },
  { key: "developer", title: "Developer", value: (p) => NODES[p].dev.join(", ") },
  { key: "licence", title: "Licence", value: (p) => licencesSaid(p) },
  {
    key: "access",
    title: "Access",
    value: (p) => useOf(p),
    cell: (p) => (useOf(p) ? make("span", { class: `use use-${useOf(p)}` }, USES[useOf(p)].word) : ""),
  },
  { key: "open", title: "Called open source", value: (p) => (NODES[p].open === undefined ? "" : NODES[p].open ? "yes" : "no") },
  { key: "language", title: "Languages", value: (p) => NODES[p].lang.join(", ") },
  { key: "domain", title: "Domain", value: (p) => NODES[p].dom.join(", ") },
  { key: "date", title: "First known", value: (p) => NODES[p].date },
  { key: "up", title: "Ancestors", value: (p) => (isLineageKind(p) ? reach(p, "up") : "") },
  { key: "down", title: "Descendants", value: (p) => (isLineageKind(p) ? reach(p, "down") : "") },
];

const RELATION_COLUMNS = [
  {
    key: "child",
    title: "Thing",
    value: (l) => NODES[LINKS[l].to].label,
    cell: (l, app) => thingButton(LINKS[l].to, app),
  },
  { key: "child_kind", title: "Kind", value: (l) => NODES[LINKS[l].to].word },
  { key: "relation", title: "Relation", value: (l) => LINES[LINKS[l].relation].verb },
  {
    key: "parent",
    title: "To",
    value: (l) => NODES[LINKS[l].from].label,
    cell: (l, app) => thingButton(LINKS[l].from, app),
  },
  { key: "parent_kind", title: "Its kind", value: (l) => NODES[LINKS[l].from].word },
  { key: "how", title: "How known", value: (l) => (isInferred(LINKS[l]) ? "inferred" : "stated") },
  {
    key: "sources",
    title: "Who says so",
    value: (l) => saidBy(l).join("; "),
    cell: (l) => evidence(LINKS[l].rows, LINKS[l].rules) ?? "",
  },
];

/** Say whether one asks of a thing what it was made from: of any model or dataset, of others where it is known. */
function isLineageKind(place) {
  return ["model", "dataset", "thing"].includes(NODES[place].kind) || hasLineage(place);
}

/** Say what licences a thing is under, each with the parts that are: MIT (code), CC-BY-4.0 (data). */
function licencesSaid(place) {
  const parts = new Map();
  for (const [id, part] of NODES[place].licences) parts.set(id, [...(parts.get(id) ?? []), ...(part ? [part] : [])]);
  return [...parts].map(([id, named]) => (named.length ? `${id} (${named.join(", ")})` : id)).join(", ");
}

function labelsOf(place, relation) {
  return leading(place, "up", new Set([relation]))
    .map((link) => NODES[LINKS[link].from].label)
    .join(", ");
}

function saidBy(link) {
  const { rows = [], rules = [] } = LINKS[link];
  return [...rows.map((row) => rowPlace(ROWS[row])), ...rules.map((rule) => `rule ${rule}`)];
}

function tableColumns(state) {
  if (state.table === "relations") return RELATION_COLUMNS;
  const hasSources = LINKS.some((link) => link.relation === "sourceDataset");
  return THING_COLUMNS.filter((column) => !column.optional || hasSources);
}

/** Return what the table shows, in its order: nodes or links by their places. */
function tableRows(state) {
  const words = folded(state.words).split(" ").filter(Boolean);
  const columns = tableColumns(state);
  const isThings = state.table === "things";
  const all = isThings
    ? [...NODES.keys()].filter(
        (place) => !["paper", "person", "organization"].includes(NODES[place].kind) || words.length,
      )
    : [...LINKS.keys()].filter((place) => relationsOf(state).has(LINKS[place].relation));
  const rows = all.filter((place) => {
    const ends = isThings ? [place] : [LINKS[place].to, LINKS[place].from];
    if (ends.some((end) => state.hidden.has(NODES[end].kind))) return false;
    if (isFiltered(state) && !ends.some((end) => passes(state, end))) return false;
    if (!words.length) return true;
    const text = folded(
      [...columns.map((column) => column.value(place)), ...ends.flatMap((end) => NODES[end].alt)].join(" "),
    );
    return words.every((word) => text.includes(word));
  });
  const column = columns.find(({ key }) => key === state.sort.replace("-", ""));
  if (column) {
    const sign = state.sort.startsWith("-") ? -1 : 1;
    const keyed = rows.map((place) => [column.value(place), place]);
    // What is empty comes last, whichever way it is sorted.
    keyed.sort(([a, x], [b, y]) => (a === "") - (b === "") || sign * compared(a, b) || x - y);
    return keyed.map(([, place]) => place);
  }
  return rows;
}

function compared(a, b) {
  return typeof a === "number" && typeof b === "number" ? a - b : COLLATOR.compare(String(a), String(b));
}

function renderTable(box, state, app) {
  const columns = tableColumns(state);
  const rows = tableRows(state);
  const pages = Math.max(1, Math.ceil(rows.length / ROWS_A_PAGE));
  const page = Math.min(state.page, pages - 1);
  const shown = rows.slice(page * ROWS_A_PAGE, (page + 1) * ROWS_A_PAGE);
  const sort = (key) =>
    app.change(
      { sort: state.sort === key ? `-${key}` : state.sort === `-${key}` ? "" : key, page: 0 },
      { keep: `sort-${key}` },
    );
  const head = columns.map(({ key, title }) => {
    const direction = state.sort === key ? "ascending" : state.sort === `-${key}` ? "descending" : null;
    return make(
      "th",
      { scope: "col", "aria-sort": direction },
      make(
        "button",
        { type: "button", id: `sort-${key}`, click: () => sort(key) },
        title,
        make(
          "span",
          { class: "arrow", "aria-hidden": "true" },
          direction === "ascending" ? " ▲" : direction === "descending" ? " ▼" : "",
        ),
      ),
    );
  });
  const body = shown.map((place) =>
    make(
      "tr",
      {},
      columns.map(({ value, cell }, index) =>
        make(
          index ? "td" : "th",
          index ? {} : { scope: "row", class: "name" },
          cell ? cell(place, app) : String(value(place)),
        ),
      ),
    ),
  );
  const turn = (to, name) =>
    make(
      "button",
      { type: "button", disabled: to < 0 || to >= pages, click: () => app.change({ page: to }, { keep: "table-box" }) },
      name,
    );
  box.replaceChildren(
    make(
      "table",
      {},
      make(
        "caption",
        {},
        `${counted(rows.length, state.table === "things" ? "thing" : "relation")}${isFiltered(state) || state.words || state.hidden.size ? ", narrowed by the filters" : ""}`,
      ),
      make("thead", {}, make("tr", {}, head)),
      make("tbody", {}, body),
    ),
  );
  if (pages > 1)
    box.append(
      make(
        "p",
        { class: "pages" },
        turn(page - 1, "Previous"),
        ` page ${page + 1} of ${pages} `,
        turn(page + 1, "Next"),
      ),
    );
}
