/*
 * What is said of a view, in words: its title, the line of status, and what is read out.
 */

/** Count the models and datasets that have no lineage. */
const countApart = remembered(
  () =>
    NODES.filter(
      ({ kind }, place) =>
        (kind === "model" || kind === "dataset") &&
        !leading(place, "up", LINEAGE_SET).length &&
        !leading(place, "down", LINEAGE_SET).length,
    ).length,
);

function titleOf(state) {
  const { view, focus, from, to, table } = state;
  if (view === "overview") return "Everything with a lineage";
  if (view === "timeline") return "Lineage over time";
  if (view === "table") return table === "things" ? "All things" : "All relations";
  if (view === "path") return from >= 0 && to >= 0 ? `From ${named(from)} to ${named(to)}` : "Path between two things";
  return `Lineage of ${named(focus)}`;
}

/** Say what is drawn, and what is not. */
function statusOf(state, scene, shown) {
  const parts = [];
  if (state.unknown) parts.push(`The link names something that this page does not hold: ${state.unknown}`);
  if (state.view === "path") parts.push(pathStatus(state));
  if (state.view === "table" || !scene) return parts.join(" · ");
  const items = scene.items.filter((_, place) => shown.items[place]);
  const nodes = items.filter(({ node }) => node >= 0);
  const grouped = items.reduce((sum, { group }) => sum + (group ? group.count : 0), 0);
  if (state.view === "focus") {
    parts.push(
      isLineageKind(state.focus) ? `${NODES[state.focus].label}: ${reachSaid(state.focus)}` : NODES[state.focus].label,
    );
  }
  if (state.view === "focus" || state.view === "path") parts.push(`${counted(nodes.length, "thing")} drawn`);
  else parts.push(`${counted(nodes.length + grouped, "thing")} with a lineage`);
  if (grouped) parts.push(`${grouped.toLocaleString("en")} ${state.view === "focus" ? "more" : "of them"} in groups`);
  if (scene.leftOut)
    parts.push(`${scene.leftOut.toLocaleString("en")} more are too many to draw: search for one, or see the table`);
  if (state.view !== "focus" && state.view !== "path") {
    const apart = countApart();
    if (apart) parts.push(`${apart.toLocaleString("en")} without any are in the table`);
  }
  if (state.lens === "access") {
    const uses = nodes.map(({ node }) => useOf(node));
    const counts = Object.keys(USES)
      .map((use) => [USES[use].word, uses.filter((other) => other === use).length])
      .filter(([, count]) => count);
    if (counts.length) parts.push(`access: ${counts.map(([word, count]) => `${count} ${word}`).join(", ")}`);
  }
  if (isFiltered(state))
    parts.push(`${nodes.filter(({ node }) => passes(state, node)).length} of ${nodes.length} pass the filters`);
  return parts.join(" · ");
}

function pathStatus(state) {
  const { from, to } = state;
  if (from < 0 || to < 0) return "Choose two things to see how one descends from the other";
  if (from === to) return `Both ends are ${named(from)}`;
  const choice = choiceOf(state);
  if (!choice) return `The way from ${named(from)} to ${named(to)} is looked for`;
  const { ends, common } = choice;
  if (common.length) return `Neither descends from the other; both descend from ${common.map(named).join(", ")}`;
  if (!ends.length) return `No lineage connects ${named(from)} and ${named(to)}`;
  return ends
    .map(
      ([child, top]) =>
        `${named(child)} ${RECORDS.has(NODES[top].kind) ? "leads back to" : "descends from"} ${named(top)}`,
    )
    .join("; ");
}

/** Say how many ancestors and descendants a thing has, or at least how many. */
function reachSaid(place) {
  const said = (way, noun) => `${atLeast(place, way)}${counted(reach(place, way), noun)}`;
  return `${said("up", "ancestor")}, ${said("down", "descendant")}`;
}

function atLeast(place, way) {
  return KNOWN.exact || !reach(place, way) ? "" : "at least ";
}

/** Say a thing as it is read out. */
function saidOf(place) {
  const node = NODES[place];
  const bases = labelsOf(place, "baseModel");
  const parts = [`${node.label}, ${node.word}`];
  if (node.access) parts.push(useSaid(place));
  if (bases) parts.push(`base model ${bases}`);
  if (isLineageKind(place)) parts.push(reachSaid(place));
  return parts.join(". ");
}

/** Say a relation as it is read out. */
function saidOfLink(place) {
  const link = LINKS[place];
  return `${named(link.to)} ${LINES[link.relation].verb} ${named(link.from)}${mannerOf(link)}${isInferred(link) ? ", inferred" : ""}`;
}

/** Say how a model is built on its base, where that is known. */
function mannerOf(link) {
  return link.manner ? ` (${link.manner})` : "";
}

function saidOfGroup({ anchor, way, relation, count }) {
  return `${count.toLocaleString("en")} more, ${way === "up" ? LINES[relation].up : LINES[relation].down} ${named(anchor)}. Enter draws some`;
}
