/*
 * The legend, which is also the filter; the filters; how many steps are drawn.
 */

function renderLegend(box, state, app) {
  const present = RELATIONS.filter((name) => relationsKnown().has(name));
  const chip = (id, on, patch, title, ...content) =>
    make(
      "button",
      {
        type: "button",
        id,
        class: "chip",
        "aria-pressed": String(on),
        title,
        click: () => app.change(patch(), { keep: id }),
      },
      ...content,
    );
  const relations = relationsOf(state);
  const relation = (name) => {
    const on = relations.has(name);
    return chip(
      `rel-${name}`,
      on,
      () => turned(state, name, !on),
      `${on ? "Hide" : "Draw"} what is ${LINES[name].down}`,
      lineSample(name),
      LINES[name].down,
    );
  };
  const kind = (name) => {
    const on = !state.hidden.has(name);
    return chip(
      `kind-${name}`,
      on,
      () => ({ hidden: toggled(state.hidden, name) }),
      `${on ? "Hide" : "Show"} each ${KINDS[name].word}`,
      kindSample(name, isLens && LICENSED.has(name)),
      KINDS[name].word,
    );
  };
  const isLens = state.lens === "access" && state.view !== "table";
  const use = (name) => {
    const on = state.access === name;
    return chip(
      `use-${name}`,
      on,
      () => ({ access: on ? "" : name, page: 0 }),
      on ? "Light up all again" : `Light up only what is ${USES[name].word}`,
      useSample(name),
      USES[name].word,
    );
  };
  const extras = present.filter((name) => !LINES[name].lineage);
  const hasExtras =
    state.view === "focus" || state.view === "path" || (state.view === "table" && state.table === "relations");
  box.replaceChildren(
    make("div", { class: "legend-group", role: "group", "aria-label": "Kinds" }, kindsInUse(state, app).map(kind)),
    make(
      "div",
      { class: "legend-group", role: "group", "aria-label": "Relations" },
      present.filter((name) => LINES[name].lineage).map(relation),
    ),
    isLens
      ? make(
          "div",
          { class: "legend-group uses", role: "group", "aria-label": "Access, and only what has it" },
          make("span", { class: "note", "aria-hidden": "true" }, "access:"),
          Object.keys(USES).map(use),
        )
      : "",
    hasExtras && extras.length
      ? make(
          "div",
          { class: "legend-group extras", role: "group", "aria-label": "Draw also" },
          make("span", { class: "note", "aria-hidden": "true" }, "also:"),
          extras.map(relation),
        )
      : "",
    state.view === "table"
      ? ""
      : make(
          "div",
          { class: "legend-group notes" },
          make("span", { class: "note" }, inferredSample(), "inferred"),
          isLens ? "" : make("span", { class: "note" }, closedSample(), "closed"),
          app.scene?.more.size
            ? make("span", { class: "note" }, make("span", { class: "pill" }, "+N"), "more, not drawn")
            : "",
          app.scene?.strokes.some(({ backward, loop }) => backward || loop)
            ? make("span", { class: "note" }, CYCLE, " closes a cycle")
            : "",
        ),
  );
}

const relationsKnown = remembered(() => (KNOWN.all ? new Set(LINKS.map((link) => link.relation)) : new Set(RELATIONS)));

/** Return the kinds that the view has or would have: what the legend explains and can hide. */
function kindsInUse(state, app) {
  const used = new Set(state.hidden);
  if (state.view === "table") for (const node of NODES) used.add(node.kind);
  else for (const item of app.scene?.items ?? []) if (item.node >= 0) used.add(NODES[item.node].kind);
  return Object.keys(KINDS).filter((name) => used.has(name));
}

/** Return what changes when the reader puts a relation on or off. */
function turned(state, name, isOn) {
  const [on, off] = [new Set(state.on), new Set(state.off)];
  on.delete(name);
  off.delete(name);
  if (relationsOf({ ...state, on, off }).has(name) !== isOn) (isOn ? on : off).add(name);
  return { on, off };
}

function toggled(set, value) {
  const changed = new Set(set);
  if (!changed.delete(value)) changed.add(value);
  return changed;
}

/** Draw a small sample for the legend. */
function sample(classes, viewBox, ...parts) {
  const [, , width, height] = viewBox.split(" ");
  return draw(
    "svg",
    { class: `sample ${classes}`, viewBox, width, height, "aria-hidden": "true", focusable: "false" },
    parts,
  );
}

function lineSample(name, more = "") {
  return sample(
    `stroke ${name} ${more}`,
    "0 0 36 12",
    draw("path", { class: "line", d: "M1 6H26" }),
    draw("path", { class: "head", d: "M34 6l-9 -4.5v9z" }),
  );
}

function kindSample(kind, isPlain = false) {
  return sample(
    `item ${isPlain ? "" : kind}`,
    "-1 -1 28 18",
    draw("path", { class: "box", d: outline(KINDS[kind].shape, 26, 16) }),
    draw("path", { class: "icon", transform: "translate(8,3) scale(0.625)", d: KINDS[kind].icon }),
  );
}

/** Show an access as the lens does. */
function useSample(use) {
  return sample(
    `item use-${use}`,
    "-1 -1 28 18",
    draw("path", { class: "box", d: outline("rounded", 26, 16) }),
    use === "closed" ? draw("path", { class: "inner", d: outline("rounded", 26, 16, 3) }) : "",
    draw("path", { class: "icon", transform: "translate(8,3) scale(0.625)", d: USES[use].icon }),
  );
}

function inferredSample() {
  return lineSample("baseModel", "inferred");
}

function closedSample() {
  return sample(
    "item",
    "-1 -1 28 18",
    draw("path", { class: "box", d: outline("rounded", 26, 16) }),
    draw("path", { class: "inner", d: outline("rounded", 26, 16, 3) }),
  );
}

/** Fill the filters with what there is to choose from. */
function fillFilters(state) {
  const choices = choicesOf();
  const answers = { open: "yes", closed: "no", unsaid: "nobody says" };
  const word = (name, value) => {
    if (name === "language") return languageName(value);
    if (name === "access") return USES[value]?.word ?? value;
    return name === "open" ? answers[value] : value;
  };
  for (const name of FILTERS) {
    // What is chosen stays so where it is not known yet.
    const values = new Set([...choices[name], ...(state[name] ? [state[name]] : [])]);
    document
      .getElementById(`filter-${name}`)
      .replaceChildren(
        make("option", { value: "" }, "any"),
        ...[...values].map((value) => make("option", { value }, word(name, value))),
      );
  }
}

const LANGUAGES = new Intl.DisplayNames(["en"], { type: "language" });

function languageName(code) {
  try {
    return `${LANGUAGES.of(code)} (${code})`;
  } catch {
    return code;
  }
}

/** Return how many steps there are in a direction from the focus; Infinity, if nobody knows. */
function deepestOf(state, way) {
  if (!KNOWN.all) return choiceOf(state).deepest[way === "up" ? 0 : 1] ?? Infinity;
  return Math.max(0, ...closure(state.focus, way, layoutRelations(state)).values());
}

/** Show how far the view goes, and let it be changed. */
function renderSteppers(box, state, app) {
  const stepper = (way, title) => {
    const steps = state[way];
    const deepest = deepestOf(state, way);
    const set = (value, name) =>
      app.change({ [way]: value, pages: new Map(), camera: null }, { keep: `${way}-${name}` });
    const isEndless = deepest === Infinity;
    const less = () => set(steps === null ? (isEndless ? 1 : Math.max(0, deepest - 1)) : steps - 1, "less");
    const further = () => set(steps + 1 >= deepest ? null : steps + 1, "more");
    return make(
      "div",
      { class: "stepper", role: "group", "aria-label": title },
      make("span", { class: "stepper-name" }, title),
      make(
        "button",
        {
          type: "button",
          id: `${way}-less`,
          "aria-label": `Fewer steps: ${title}`,
          disabled: steps === 0 || deepest === 0,
          click: less,
        },
        "−",
      ),
      make(
        "output",
        {},
        deepest === 0
          ? "none"
          : isEndless
            ? steps === null
              ? "all steps"
              : counted(steps, "step")
            : steps === null || steps >= deepest
              ? `all ${counted(deepest, "step")}`
              : `${steps} of ${counted(deepest, "step")}`,
      ),
      make(
        "button",
        {
          type: "button",
          id: `${way}-more`,
          "aria-label": `More steps: ${title}`,
          disabled: steps === null || steps >= deepest,
          click: further,
        },
        "+",
      ),
      make(
        "button",
        {
          type: "button",
          id: `${way}-all`,
          "aria-label": `All steps: ${title}`,
          disabled: steps === null || steps >= deepest,
          click: () => set(null, "all"),
        },
        "all",
      ),
    );
  };
  box.replaceChildren(stepper("up", "Ancestors"), stepper("down", "Descendants"));
}
