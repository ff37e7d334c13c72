/*
 * Finding things as one types: by name, other names, authors and identifiers. Everything is folded once (case, accents,
 * punctuation), so that a keystroke only compares strings.
 */

const MOST_FOUND = 12;

/** Return text as it is compared: without case, accents and punctuation. */
function folded(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase().replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

let index = null;

/** Return what can be found, made at the first keystroke: for each node its folded names, and through which a hit came. */
function searchIndex() {
  const kinds = Object.keys(KINDS);
  index ??= NODES.map((node, place) => {
    const names = [[folded(node.label), ""], ...node.alt.map((name) => [folded(name), name])];
    for (const id of node.ids) names.push([folded(id), id], [id.toLowerCase(), id]);
    return { place, names, all: names.map(([name]) => name).join("\n"), kind: kinds.indexOf(node.kind), isPerson: node.kind === "person" };
  });
  return index;
}

/** Return the things that a text finds, the best first: [place, through which name]. */
function search(text) {
  const wanted = folded(text) || text.trim().toLowerCase();
  if (!wanted) return [];
  const best = [];
  for (const entry of searchIndex()) {
    if (!entry.all.includes(wanted)) continue;
    const [rank, through] = rankOf(entry, wanted);
    const key = [rank, entry.kind, NODES[entry.place].label.length, entry.place];
    // Only the best are kept in order: a letter finds thousands.
    if (best.length === MOST_FOUND && !precedes(key, best.at(-1).key)) continue;
    const at = best.findIndex((other) => precedes(key, other.key));
    best.splice(at < 0 ? best.length : at, 0, { key, through });
    best.length = Math.min(best.length, MOST_FOUND);
  }
  return best.map(({ key, through }) => [key[3], through]);
}

function precedes(a, b) {
  for (let place = 0; place < a.length; place += 1) if (a[place] !== b[place]) return a[place] < b[place];
  return false;
}

/** Return how well an entry fits: the whole name, its beginning, a word's beginning, anywhere; other names come after. */
function rankOf(entry, wanted) {
  let [best, through] = [9, ""];
  entry.names.forEach(([name, shown], place) => {
    const at = name.indexOf(wanted);
    if (at < 0) return;
    const rank = (name === wanted ? 0 : at === 0 ? 1 : name[at - 1] === " " ? 2 : 3) + (place ? 0.5 : 0);
    if (rank < best) [best, through] = [rank, shown];
  });
  return [best + (entry.isPerson ? 0.25 : 0), through];
}

/** Return what a hit has to say besides its name: the things that a person wrote about, the authors of a paper. */
function hitDetail(place, through) {
  const node = NODES[place];
  if (node.kind === "person") {
    const papers = leading(place, "down", new Set(["author"])).map((link) => LINKS[link].to);
    const things = papers.flatMap((paper) => leading(paper, "down", new Set(["describedIn"])).map((l) => LINKS[l].to));
    const names = [...new Set(things.map((thing) => NODES[thing].label))];
    return names.length ? `wrote on ${names.slice(0, 3).join(", ")}${names.length > 3 ? " …" : ""}` : counted(papers.length, "paper");
  }
  if (through) return through;
  return node.caption && node.caption !== node.word ? node.caption.replace(`${node.word} · `, "") : "";
}

/** Make an input offer things as one types; pick is called with the place of the chosen one. */
function offerThings(input, list, pick) {
  let hits = [];
  let active = -1;
  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (index) => {
    active = index;
    [...list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
    const option = list.children[index];
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const choose = (index) => {
    const hit = hits[index];
    if (!hit) return;
    input.value = "";
    close();
    pick(hit[0]);
  };
  const open = () => {
    hits = search(input.value);
    list.replaceChildren(
      ...hits.map(([place, through], index) =>
        make(
          "li",
          { id: `${list.id}-${index}`, role: "option", "aria-selected": "false", "data-place": place },
          kindIcon(NODES[place].kind),
          make("span", { class: "hit-name" }, NODES[place].label),
          make("span", { class: "hit-kind" }, NODES[place].word),
          make("span", { class: "hit-detail" }, hitDetail(place, through)),
        ),
      ),
    );
    if (!hits.length) list.append(make("li", { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" }, "Nothing is called so"));
    list.hidden = !input.value.trim();
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(hits.length ? 0 : -1);
  };
  input.addEventListener("input", open);
  input.addEventListener("focus", () => input.value.trim() && open());
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (!list.hidden) event.stopPropagation();
      input.value = "";
      close();
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      choose(active);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && hits.length) {
      event.preventDefault();
      if (list.hidden) open();
      else mark((active + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length);
    }
  });
  // Before the input loses focus, which would close the list.
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault();
    const option = event.target.closest("[data-place]");
    if (option) choose([...list.children].indexOf(option));
  });
}

/** Draw the icon of a kind, as it stands on the boxes. */
function kindIcon(kind) {
  const svg = draw("svg", { class: `icon ${kind}`, viewBox: "0 0 16 16", width: 16, height: 16, "aria-hidden": "true", focusable: "false" });
  svg.append(draw("path", { d: KINDS[kind].icon }));
  return svg;
}
