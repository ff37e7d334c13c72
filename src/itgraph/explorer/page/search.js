/*
 * Finding things as one types: by name, other names, authors and identifiers. Everything is folded once (case, accents,
 * punctuation), so that a keystroke only compares strings.
 */

const MOST_FOUND = 12;

/** Return text as it is compared: without case, accents and punctuation. */
function folded(text) {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim();
}

/** Return what can be found: for each node its folded names, and through which a hit came. */
const searchIndex = remembered(() => {
  const kinds = Object.keys(KINDS);
  return NODES.map((node, place) => {
    const names = [[folded(node.label), ""], ...node.alt.map((name) => [folded(name), name])];
    for (const id of node.ids) names.push([folded(id), id]);
    const all = `${names.map(([name]) => name).join("\n")}\n${node.word}`;
    // By whom it is helps to tell things apart, but finds none by itself: "google t5".
    const beside = `${all}\n${folded(node.dev.join(" "))}`;
    // Without spaces too: gpt4 is GPT-4.
    return {
      place,
      names,
      all,
      beside,
      close: names.map(([name]) => name.replaceAll(" ", "")),
      kind: kinds.indexOf(node.kind),
      isPerson: node.kind === "person",
    };
  });
});

/** Return what is looked for by what was typed: of an address or a number of arXiv, the number. */
function wantedOf(text) {
  const arxiv = /(?:arxiv\s*:?|arxiv\.org\/\w+\/)\s*(\d{4}\.\d{4,5})(?:v\d+)?/i.exec(text);
  return folded(arxiv ? arxiv[1] : text);
}

/** Return the things that a text finds, the best first: [place, through which name]. */
function search(text) {
  const wanted = wantedOf(text);
  if (!wanted) return [];
  const words = wanted.split(" ");
  const close = words.join("");
  const best = [];
  for (const entry of searchIndex()) {
    const hit = rankOf(entry, wanted, close, words);
    if (!hit) continue;
    const key = [hit[0], entry.kind, NODES[entry.place].label.length, entry.place];
    // Only the best are kept in order: a letter finds thousands.
    if (best.length === MOST_FOUND && !precedes(key, best.at(-1).key)) continue;
    const at = best.findIndex((other) => precedes(key, other.key));
    best.splice(at < 0 ? best.length : at, 0, { key, through: hit[1] });
    best.length = Math.min(best.length, MOST_FOUND);
  }
  return best.map(({ key, through }) => [key[3], through]);
}

function precedes(a, b) {
  for (let place = 0; place < a.length; place += 1) if (a[place] !== b[place]) return a[place] < b[place];
  return false;
}

/**
 * Return how well an entry fits, and through which name: the whole name, its beginning, a word's beginning, anywhere;
 * then the same letters without spaces; then all words in any order. Other names come after the first.
 */
function rankOf(entry, wanted, close, words) {
  let [best, through] = [9, ""];
  if (entry.all.includes(wanted)) {
    entry.names.forEach(([name, shown], place) => {
      const at = name.indexOf(wanted);
      if (at < 0) return;
      const rank = (name === wanted ? 0 : at === 0 ? 1 : name[at - 1] === " " ? 2 : 3) + (place ? 0.5 : 0);
      if (rank < best) [best, through] = [rank, shown];
    });
  }
  const same = entry.close.indexOf(close);
  if (same >= 0 && best > 0.7) [best, through] = [0.7, entry.names[same][1]];
  if (best === 9 && close.length > 2) {
    const at = entry.close.findIndex((name) => name.startsWith(close));
    if (at >= 0) [best, through] = [1.7, entry.names[at][1]];
  }
  if (best === 9 && words.length > 1 && words.every((word) => entry.beside.includes(word))) {
    // "openai gpt 4" is said of GPT-4 before all that has a 4 somewhere.
    best = entry.names[0][0].split(" ").every((word) => words.includes(word)) ? 3.5 : 4;
  }
  return best === 9 ? null : [best + (entry.isPerson ? 0.25 : 0), through];
}

/** Return what a hit has to say besides its name: the things that a person wrote about, the authors of a paper. */
function hitDetail(place, through) {
  const node = NODES[place];
  if (node.kind === "person") {
    const papers = leading(place, "down", new Set(["author"])).map((link) => LINKS[link].to);
    const things = papers.flatMap((paper) => leading(paper, "down", new Set(["describedIn"])).map((l) => LINKS[l].to));
    const names = [...new Set(things.map((thing) => NODES[thing].label))];
    return names.length
      ? `wrote on ${names.slice(0, 3).join(", ")}${names.length > 3 ? " …" : ""}`
      : counted(papers.length, "paper");
  }
  if (through) return through;
  if (node.kind === "organization") {
    const made = leading(place, "down", new Set(["developer"])).map((link) => NODES[LINKS[link].to].label);
    if (made.length) return `developed ${made.slice(0, 3).join(", ")}${made.length > 3 ? " …" : ""}`;
  }
  const figure = node.caption && node.caption !== node.word ? node.caption.replace(`${node.word} · `, "") : "";
  return [figure, ...node.dev].filter(Boolean).join(" · ");
}

/** Return what a text finds among what the page knows, as it is offered. */
function hitsOf(text) {
  return search(text).map(([place, through]) => ({
    place,
    label: NODES[place].label,
    kind: NODES[place].kind,
    detail: hitDetail(place, through),
  }));
}

/**
 * Make an input offer things as one types. pick is called with the place of the chosen one, or with -1 where the reader
 * has emptied an input that shows what was chosen; say reads out how many are found. Where the page does not know all,
 * ask is called with the text, and promises what else is found: nothing, if that cannot be told.
 */
function offerThings(input, list, { pick, say, shown = null, ask = null }) {
  let hits = [];
  // What was asked last, as long as it is not answered; and whether the reader did not wait for it.
  let asked = null;
  let isHasty = false;
  let active = -1;
  let timer = 0;
  const close = () => {
    asked = null;
    isHasty = false;
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };
  const mark = (place) => {
    active = place;
    [...list.children].forEach((option, at) => option.setAttribute("aria-selected", String(at === place)));
    const option = list.children[place];
    if (option && hits.length) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  };
  const choose = (place) => {
    const hit = hits[place];
    if (!hit) return;
    close();
    pick(hit.place ?? learn({ nodes: [{ iri: hit.iri, label: hit.label, group: hit.kind, bare: true }] }).nodes[0]);
    input.value = shown ? shown() : "";
  };
  const open = () => {
    hits = hitsOf(input.value);
    isHasty = false;
    asked = ask && !KNOWN.all && input.value.trim() ? { text: input.value } : null;
    if (asked) hear(asked);
    show();
  };
  const hear = async (question) => {
    const answer = await ask(question.text);
    if (asked !== question) return;
    asked = null;
    if (answer) hits = answer;
    show(answer ? "" : "The server does not answer: this is what is loaded");
    if (isHasty) choose(active);
  };
  const show = (note = "") => {
    list.replaceChildren(
      ...hits.map(({ label, kind, detail }, at) =>
        make(
          "li",
          { id: `${list.id}-${at}`, role: "option", "aria-selected": "false", "data-hit": at },
          kindIcon(kind),
          make("span", { class: "hit-name" }, label),
          make("span", { class: "hit-kind" }, KINDS[kind].word),
          make("span", { class: "hit-detail" }, detail),
        ),
      ),
    );
    const said = note || (hits.length ? "" : asked ? "Searching …" : "Nothing is called so");
    if (said) {
      const none = { class: "none", role: "option", "aria-disabled": "true", "aria-selected": "false" };
      list.append(make("li", none, said));
    }
    list.hidden = !input.value.trim();
    input.setAttribute("aria-expanded", String(!list.hidden));
    mark(hits.length ? 0 : -1);
    clearTimeout(timer);
    timer = setTimeout(
      () =>
        list.hidden ||
        asked ||
        say(
          hits.length === MOST_FOUND
            ? `the best ${MOST_FOUND} of what is found`
            : counted(hits.length, "thing") + " found",
        ),
      600,
    );
  };
  input.addEventListener("input", open);
  input.addEventListener("focus", () => (shown ? input.select() : input.value.trim() && open()));
  input.addEventListener("blur", () => {
    close();
    if (shown && !input.value.trim() && shown()) pick(-1);
    else if (shown) input.value = shown();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape") {
      if (!list.hidden) event.stopPropagation();
      input.value = shown ? shown() : "";
      close();
    } else if (event.key === "Enter" && !list.hidden) {
      event.preventDefault();
      if (asked) isHasty = true;
      else choose(active);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && input.value.trim()) {
      event.preventDefault();
      if (list.hidden) open();
      else if (hits.length) mark((active + (event.key === "ArrowDown" ? 1 : -1) + hits.length) % hits.length);
    }
  });
  // The input keeps the keyboard, or the list would close before the click comes.
  list.addEventListener("mousedown", (event) => event.preventDefault());
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[data-hit]");
    if (option) choose([...list.children].indexOf(option));
  });
}

/** Draw the icon of a kind, as it stands on the boxes. */
function kindIcon(kind) {
  const svg = draw("svg", {
    class: `icon ${kind}`,
    viewBox: "0 0 16 16",
    width: 16,
    height: 16,
    "aria-hidden": "true",
    focusable: "false",
  });
  svg.append(draw("path", { d: KINDS[kind].icon }));
  return svg;
}
