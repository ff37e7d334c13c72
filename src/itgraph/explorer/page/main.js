/*
 * The page itself: one state, and all that follows from it.
 */

class App {
  constructor() {
    const get = (id) => document.getElementById(id);
    this.stage = get("stage");
    this.panel = get("panel");
    this.live = get("live");
    this.state = fromHash(location.hash);
    this.scenes = new Map();
    this.scene = null;
    this.shown = { items: [], strokes: [] };
    this.cursor = -1;
    this.pushes = 0;
    this.camera = new Camera(this.stage, () => this.rest());
    this.walker = new Walker(this);
    this.listen(get);
    fillFilters(this);
    offerThings(get("search"), get("search-hits"), (place) => this.focusOn(place, { walk: true }));
    offerThings(get("path-from"), get("path-from-hits"), (place) => this.update({ from: place, selected: -1, edge: -1, camera: null }));
    offerThings(get("path-to"), get("path-to-hits"), (place) => this.update({ to: place, selected: -1, edge: -1, camera: null }));
    this.render({ first: true });
  }

  listen(get) {
    addEventListener("hashchange", () => {
      if (location.hash === this.hash) return;
      const before = this.state;
      this.state = fromHash(location.hash);
      this.hash = location.hash;
      this.render({ refit: !this.state.camera && before.view === this.state.view });
    });
    addEventListener("resize", () => {
      clearTimeout(this.sizing);
      this.sizing = setTimeout(() => this.scene && this.fit(), 150);
    });
    addEventListener("keydown", (event) => {
      const typing = event.target.closest?.("input, select, textarea");
      if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "/") {
        event.preventDefault();
        get("search").focus();
      } else if (event.key === "?") get("help").showModal();
    });
    addEventListener("beforeprint", () => document.body.classList.add("printing"));
    addEventListener("afterprint", () => document.body.classList.remove("printing"));
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.applyTheme());
    this.stage.addEventListener("keydown", (event) => this.walker.press(event));
    this.stage.addEventListener("click", (event) => this.click(event));
    this.stage.addEventListener("dblclick", (event) => {
      const item = this.itemOf(event);
      if (item?.node >= 0 && !event.target.closest(".stub")) this.focusOn(item.node);
    });
    for (const button of document.querySelectorAll("nav [data-view]")) {
      button.addEventListener("click", () => this.changeView(button.dataset.view));
    }
    for (const button of document.querySelectorAll("[data-export]")) {
      button.addEventListener("click", () => {
        button.closest("details").open = false;
        this.export(button.dataset.export);
      });
    }
    get("skip").addEventListener("click", (event) => {
      event.preventDefault();
      this.update({ view: "table", page: 0 });
      get("tables").focus();
    });
    get("theme").addEventListener("change", (event) => this.update({ theme: event.target.value }, { replace: true }));
    get("table-words").addEventListener("input", (event) => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.update({ words: event.target.value, page: 0 }, { replace: true }), 120);
    });
    for (const name of ["things", "relations"]) {
      get(`table-${name}`).addEventListener("click", () => this.update({ table: name, sort: "", page: 0 }, { keep: `table-${name}` }));
    }
    get("copy").addEventListener("click", (event) => this.copyLink(event.currentTarget));
    get("help-open").addEventListener("click", () => get("help").showModal());
    get("help-close").addEventListener("click", () => get("help").close());
    get("zoom-in").addEventListener("click", () => this.camera.zoom(1.25));
    get("zoom-out").addEventListener("click", () => this.camera.zoom(0.8));
    get("zoom-fit").addEventListener("click", () => this.fit());
    get("zoom-whole").addEventListener("click", () => this.camera.zoom(1 / this.camera.k));
    get("fullscreen").hidden = !document.fullscreenEnabled;
    get("fullscreen").addEventListener("click", () => (document.fullscreenElement ? document.exitFullscreen() : get("drawing").requestFullscreen()));
    get("path-swap").addEventListener("click", () => this.update({ from: this.state.to, to: this.state.from, camera: null }));
    get("reset").addEventListener("click", () => {
      const fresh = freshState(this.state.focus, this.state.view);
      this.update({ hidden: fresh.hidden, relations: fresh.relations, ...Object.fromEntries(FILTERS.map((name) => [name, ""])), page: 0 });
      this.announce("All filters are off");
    });
    document.addEventListener("click", (event) => {
      for (const menu of document.querySelectorAll("details.menu[open]")) if (!menu.contains(event.target)) menu.open = false;
    });
    document.addEventListener("keydown", (event) => {
      const menu = event.key === "Escape" && document.querySelector("details.menu[open]");
      if (menu) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    });
  }

  // -- State -----------------------------------------------------------------------------------------------------------

  /** Change the state: a step in the history, unless it only replaces the present one. */
  update(patch, { replace = false, keep = "" } = {}) {
    Object.assign(this.state, patch);
    this.remember(replace);
    this.render({});
    // What was pressed has been made anew: whoever uses the keyboard goes on from it.
    if (keep) {
      const again = document.getElementById(keep);
      if (again && !again.disabled) again.focus();
      else again?.parentElement.querySelector("button:not(:disabled)")?.focus();
    }
  }

  remember(replace) {
    this.hash = toHash(this.state);
    if (this.hash === location.hash) return;
    if (replace) {
      try {
        history.replaceState(null, "", this.hash);
      } catch {
        // A browser that forbids it for files: the address then tells the view of the last step.
      }
      return;
    }
    this.pushes += 1;
    location.hash = this.hash;
    // As the browser writes it, which may be another way.
    this.hash = location.hash;
  }

  rest() {
    const { x, y, k } = this.camera;
    this.state.camera = { x, y, k };
    this.remember(true);
  }

  changeView(view) {
    const patch = { view, camera: null, page: 0 };
    // Over everything nothing is lit up at first, unless the reader had selected it.
    if (view === "overview" || view === "timeline") {
      if (this.state.selected === this.state.focus) patch.selected = -1;
    } else if (view === "focus" && this.state.selected < 0) patch.selected = this.state.focus;
    if (view === "path") {
      if (this.state.from < 0) patch.from = this.state.selected >= 0 ? this.state.selected : this.state.focus;
      patch.selected = -1;
    }
    this.update(patch, { keep: `view-${view}` });
    this.announce(this.title());
  }

  focusOn(place, { walk = false } = {}) {
    const fresh = freshState(place, "focus");
    const relations = new Set(this.state.relations);
    // What has no lineage is seen by its papers; what the reader has hidden stays hidden.
    for (const name of fresh.relations) if (!LINES[name].lineage) relations.add(name);
    this.update({ view: "focus", focus: place, selected: place, edge: -1, up: fresh.up, down: fresh.down, pages: new Map(), camera: null, relations });
    this.announce(this.said(place));
    if (walk) this.stage.focus();
  }

  pathFrom(place) {
    this.update({ view: "path", from: place, to: -1, selected: -1, edge: -1, camera: null });
    document.getElementById("path-to").focus();
  }

  select(place, { draw: wanted = false } = {}) {
    this.state.selected = place;
    this.state.edge = -1;
    if (this.state.view !== "table" && place >= 0 && !this.scene.at.has(place) && wanted) {
      this.focusOn(place);
      return;
    }
    this.walker.trail = [];
    this.cursor = this.scene?.at.get(place) ?? -1;
    this.remember(true);
    this.highlight();
    renderPanel(this.panel, this.state, this);
    if (this.cursor >= 0) this.camera.reveal(this.scene.items[this.cursor]);
    if (place >= 0) this.announce(this.said(place));
  }

  expand(node, way) {
    const key = `${node} ${way}`;
    const pages = new Map(this.state.pages);
    const isOpen = !this.scene.more.has(key);
    pages.set(key, Math.max(pages.get(key) ?? 0, isOpen ? 1 : 0) + 1);
    const selected = node;
    this.update({ pages, selected, edge: -1, ...(this.state.view === "focus" ? {} : { view: "focus", focus: node }), camera: this.state.camera });
  }

  // -- Drawing ---------------------------------------------------------------------------------------------------------

  makeScene() {
    const { state } = this;
    if (state.view === "overview" || state.view === "timeline") {
      if (!this.scenes.has(state.view)) this.scenes.set(state.view, laidOut(state.view));
      return this.scenes.get(state.view);
    }
    if (state.view === "path") {
      if (state.from < 0 || state.to < 0) return null;
      return sceneOf(chooseBetween(state.from, state.to, drawnRelations(state)), "path", state.from);
    }
    const { focus, up, down, pages } = state;
    return sceneOf(chooseAround(focus, { up, down, pages, relations: drawnRelations(state) }), "focus", focus);
  }

  /** Say what the drawing depends on: if that is the same, the drawing is. */
  sceneKey() {
    const { view, focus, up, down, pages, from, to } = this.state;
    if (view === "overview" || view === "timeline") return view;
    const relations = [...drawnRelations(this.state)].sort();
    return JSON.stringify(view === "path" ? [view, from, to, relations] : [view, focus, up, down, [...pages], relations]);
  }

  render({ first = false, refit = false }) {
    const { state } = this;
    this.applyTheme();
    document.body.dataset.view = state.view;
    for (const button of document.querySelectorAll("nav [data-view]")) {
      if (button.dataset.view === state.view) button.setAttribute("aria-current", "page");
      else button.removeAttribute("aria-current");
    }
    for (const name of FILTERS) document.getElementById(`filter-${name}`).value = state[name];
    document.getElementById("reset").hidden = !isFiltered(state) && !state.hidden.size && sameSet(state.relations, freshState(state.focus, state.view).relations);
    document.getElementById("theme").value = state.theme;
    if (state.view === "table") this.renderTables();
    else {
      const key = this.sceneKey();
      if (key !== this.key) this.redraw(key, first);
      else if (refit) this.fit();
      else if (state.camera) this.applyCamera();
      if (state.view === "focus") renderSteppers(document.getElementById("steppers"), state, this);
      if (state.view === "path") this.renderEnds();
      this.highlight();
    }
    renderLegend(document.getElementById("legend"), state, this);
    renderPanel(this.panel, state, this);
    document.title = `${this.title()} · itgraph`;
    document.getElementById("stage").setAttribute("aria-label", this.title());
    this.renderStatus();
    if (first) {
      this.hash = location.hash;
      document.documentElement.dataset.ready = "true";
      performance.mark("itgraph-ready");
    }
  }

  redraw(key, first) {
    const before = this.scene && !first ? this.positions() : null;
    this.key = key;
    this.scene = this.makeScene();
    this.walker.trail = [];
    if (!this.scene) {
      this.stage.replaceChildren();
      this.drawn = null;
      return;
    }
    this.drawn = drawScene(this.scene);
    this.stage.replaceChildren(this.drawn.root);
    this.narrowLongTexts();
    this.camera.show(this.drawn.root, this.scene);
    if (this.state.camera) this.applyCamera();
    else this.fit();
    this.cursor = this.scene.at.get(this.state.selected) ?? -1;
    if (before) this.animate(before);
  }

  /** Squeeze what a font writes wider than was reckoned with into its box: measure all, then write all. */
  narrowLongTexts() {
    const labels = [...this.drawn.root.querySelectorAll(".item .label, .item .caption")];
    const widths = labels.map((label) => label.getComputedTextLength());
    labels.forEach((label, place) => {
      const item = this.scene.items[Number(label.parentNode.dataset.item)];
      const room = item.width - Number(label.getAttribute("x")) - 5;
      if (widths[place] > room) {
        label.setAttribute("textLength", room);
        label.setAttribute("lengthAdjust", "spacingAndGlyphs");
      }
    });
  }

  positions() {
    const { x, y, k } = this.camera;
    return new Map(this.scene.items.filter(({ node }) => node >= 0).map((item) => [item.node, [(item.x + MARGIN) * k + x, (item.y + MARGIN) * k + y, k]]));
  }

  /** Let what stays glide to its new place, and what is new appear. */
  animate(before) {
    if (matchMedia("(prefers-reduced-motion: reduce)").matches || this.scene.items.length > 300) return;
    const { x, y, k } = this.camera;
    const timing = { duration: 180, easing: "ease-out" };
    this.scene.items.forEach((item, place) => {
      const was = before.get(item.node);
      const element = this.drawn.items[place];
      if (!was) {
        element.animate([{ opacity: 0 }, { opacity: 1 }], timing);
        return;
      }
      const [fromX, fromY] = [(was[0] - x) / k - MARGIN, (was[1] - y) / k - MARGIN];
      element.animate([{ transform: `translate(${fromX}px, ${fromY}px)` }, { transform: `translate(${item.x}px, ${item.y}px)` }], timing);
    });
    for (const element of this.drawn.root.querySelectorAll(".strokes, .words")) element.animate([{ opacity: 0 }, { opacity: 0, offset: 0.6 }, { opacity: 1 }], timing);
  }

  fit() {
    if (!this.scene) return;
    const place = this.scene.at.get(this.state.view === "focus" ? this.state.focus : this.state.selected);
    this.camera.fit(this.scene, this.scene.items[place]);
    this.state.camera = null;
  }

  applyCamera() {
    Object.assign(this.camera, this.state.camera);
    this.camera.apply();
  }

  /** Hide what the legend hides, fade what the filters leave out, and light up the lineage of what is selected. */
  highlight() {
    const { scene, state, drawn } = this;
    if (!scene || !drawn || state.view === "table") return;
    const isKindShown = (item) => item.node < 0 || !state.hidden.has(NODES[item.node].kind);
    const strokes = scene.strokes.map((stroke) =>
      state.relations.has(stroke.relation) && isKindShown(scene.items[stroke.from]) && isKindShown(scene.items[stroke.to]));
    const items = this.shownItems(strokes, isKindShown);
    strokes.forEach((isOn, place) => {
      strokes[place] = isOn && items[scene.strokes[place].from] && items[scene.strokes[place].to];
    });
    this.shown = { items, strokes };
    const lit = this.litItems(strokes);
    const isDimmed = lit.items.size > 0 && lit.items.size < items.filter(Boolean).length;
    drawn.root.classList.toggle("dimmed", isDimmed);
    const [baseStrokes, baseWords, baseItems, litStrokes, litWords, litItems] = drawn.layers;
    const put = (element, base, raised, isLit) => {
      const layer = isDimmed && isLit ? raised : base;
      if (element.parentNode !== layer) layer.append(element);
    };
    const isNarrowed = isFiltered(state);
    scene.items.forEach((item, place) => {
      const element = drawn.items[place];
      mark(element, "gone", !items[place]);
      mark(element, "off", isNarrowed && item.node >= 0 && !passes(state, item.node));
      mark(element, "selected", place === this.cursor);
      mark(element, "focus", item.node >= 0 && item.node === state.focus && state.view === "focus");
      put(element, baseItems, litItems, lit.items.has(place));
    });
    scene.strokes.forEach((stroke, place) => {
      const element = drawn.strokes[place];
      mark(element, "gone", !strokes[place]);
      mark(element, "selected", stroke.link >= 0 && stroke.link === state.edge);
      put(element, baseStrokes, litStrokes, lit.strokes.has(place));
    });
    for (const word of drawn.words) {
      const places = word.dataset.strokes.split(" ").map(Number);
      mark(word, "gone", !places.some((place) => strokes[place]));
      put(word, baseWords, litWords, places.some((place) => lit.strokes.has(place)));
    }
  }

  /** Say which boxes are shown: those that something visible connects with the focus; elsewhere, with anything. */
  shownItems(strokes, isKindShown) {
    const { scene, state } = this;
    if (state.view === "overview" || state.view === "timeline") {
      return scene.items.map((item, place) => isKindShown(item) && scene.touching[place].some((index) => strokes[index]));
    }
    const roots = state.view === "path" ? [state.from, state.to] : [state.focus];
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

  /** Return what is upstream and downstream of the selection in the drawing. */
  litItems(strokes) {
    const { scene, state } = this;
    const items = new Set();
    const lines = new Set();
    if (state.edge >= 0) {
      scene.strokes.forEach((stroke, place) => {
        if (stroke.link !== state.edge) return;
        lines.add(place);
        items.add(stroke.from).add(stroke.to);
      });
      return { items, strokes: lines };
    }
    const start = scene.at.get(state.selected);
    if (start === undefined) return { items, strokes: lines };
    for (const [near, end] of [["to", "from"], ["from", "to"]]) {
      const queue = [start];
      const seen = new Set(queue);
      for (const place of queue) {
        items.add(place);
        for (const index of scene.touching[place]) {
          const stroke = scene.strokes[index];
          if (!strokes[index] || stroke[near] !== place) continue;
          lines.add(index);
          if (!seen.has(stroke[end])) {
            seen.add(stroke[end]);
            queue.push(stroke[end]);
          }
        }
      }
    }
    return { items, strokes: lines };
  }

  // -- What is said ----------------------------------------------------------------------------------------------------

  title() {
    const { view, focus, from, to, table } = this.state;
    if (view === "overview") return "Everything with a lineage";
    if (view === "timeline") return "Lineage over time";
    if (view === "table") return table === "things" ? "All things" : "All relations";
    if (view === "path") return from >= 0 && to >= 0 ? `From ${named(from)} to ${named(to)}` : "Path between two things";
    return `Lineage of ${named(focus)}`;
  }

  renderStatus() {
    const { state, scene } = this;
    const status = document.getElementById("status");
    const parts = [];
    if (state.view === "focus" && scene) {
      parts.push(`${NODES[state.focus].label}: ${counted(reach(state.focus, "up"), "ancestor")}, ${counted(reach(state.focus, "down"), "descendant")}`);
      if (scene.items.length >= CAP) parts.push(`the first ${CAP} are drawn; follow a +N or take fewer steps`);
    } else if (state.view === "path") parts.push(this.pathStatus());
    else if (state.view === "overview" || state.view === "timeline") {
      const apart = NODES.filter((node, place) => isLineageKind(place) && !reach(place, "up") && !reach(place, "down")).length;
      parts.push(`${counted(scene.items.length, "thing")} with a lineage`);
      if (scene.leftOut) parts.push(`${counted(scene.leftOut, "more")} not drawn: search for one, or see the table`.replace("mores", "more"));
      if (apart) parts.push(`${apart} without any: in the table`);
    }
    if (isFiltered(state) && scene && state.view !== "table") {
      const nodes = scene.items.filter((item, place) => item.node >= 0 && this.shown.items[place]);
      parts.push(`${nodes.filter((item) => passes(state, item.node)).length} of ${nodes.length} pass the filters`);
    }
    status.textContent = parts.join(" · ");
  }

  pathStatus() {
    const { from, to } = this.state;
    if (from < 0 || to < 0) return "Choose two things to see how one descends from the other";
    const { ends, common } = chooseBetween(from, to);
    if (common.length) return `Neither descends from the other; both descend from ${common.map(named).join(", ")}`;
    if (!ends.length) return `No lineage connects ${named(from)} and ${named(to)}`;
    return ends.map(([child, top]) => (child === top ? "This is one thing" : `${named(child)} descends from ${named(top)}`)).join("; ");
  }

  renderEnds() {
    for (const name of ["from", "to"]) {
      const place = this.state[name];
      document.getElementById(`path-${name}`).placeholder = place >= 0 ? named(place) : "name a thing";
    }
  }

  renderTables() {
    const { state } = this;
    for (const name of ["things", "relations"]) document.getElementById(`table-${name}`).setAttribute("aria-pressed", String(state.table === name));
    const words = document.getElementById("table-words");
    if (document.activeElement !== words) words.value = state.words;
    renderTable(document.getElementById("table-box"), state, this);
  }

  /** Say a thing as it is announced. */
  said(place) {
    const node = NODES[place];
    const bases = labelsOf(place, "baseModel");
    const parts = [`${node.label}, ${node.word}`];
    if (bases) parts.push(`base model ${bases}`);
    if (isLineageKind(place)) parts.push(`${counted(reach(place, "up"), "ancestor")}, ${counted(reach(place, "down"), "descendant")}`);
    return parts.join(". ");
  }

  announce(text) {
    // The same words twice would not be read twice.
    this.live.textContent = this.live.textContent === text ? `${text}\u00a0` : text;
  }

  // -- Hands -----------------------------------------------------------------------------------------------------------

  itemOf(event) {
    const element = event.target.closest("[data-item]");
    return element ? this.scene.items[Number(element.dataset.item)] : null;
  }

  click(event) {
    if (this.camera.dragged > 4 || !this.scene) return;
    const item = this.itemOf(event);
    const stub = event.target.closest(".stub");
    const stroke = event.target.closest("[data-stroke]");
    if (item && stub) this.expand(item.node, stub.dataset.way);
    else if (item?.group) this.expand(item.group.anchor, item.group.way);
    else if (item) this.select(item.node);
    else if (stroke && this.scene.strokes[Number(stroke.dataset.stroke)].link >= 0) {
      this.state.edge = this.scene.strokes[Number(stroke.dataset.stroke)].link;
      this.remember(true);
      this.highlight();
      renderPanel(this.panel, this.state, this);
    } else this.select(this.state.view === "focus" ? this.state.focus : -1);
  }

  /** Go to a box by the keyboard. */
  moveTo(place, where = "") {
    const item = this.scene.items[place];
    this.cursor = place;
    if (item.node >= 0) {
      this.state.selected = item.node;
      this.state.edge = -1;
      this.remember(true);
      renderPanel(this.panel, this.state, this);
    }
    this.highlight();
    this.camera.reveal(item);
    const said = item.node >= 0 ? this.said(item.node)
      : `${item.group.count} more, ${item.group.way === "up" ? LINES[item.group.relation].up : LINES[item.group.relation].down} ${named(item.group.anchor)}. Enter draws them`;
    this.announce(where ? `${said}. ${where}` : said);
  }

  enter() {
    const item = this.scene?.items[this.cursor];
    if (!item) return;
    if (item.group) this.expand(item.group.anchor, item.group.way);
    else this.focusOn(item.node);
  }

  escape() {
    const { state } = this;
    if (state.edge >= 0 || (state.view === "focus" && state.selected !== state.focus)) this.select(state.focus);
    else if (state.view !== "focus" && state.selected >= 0) this.select(-1);
    else if (this.pushes) history.back();
  }

  applyTheme() {
    document.documentElement.dataset.theme = this.state.theme;
  }

  async copyLink(button) {
    this.remember(true);
    const said = button.textContent;
    const address = location.href.split("#")[0] + toHash(this.state);
    try {
      await navigator.clipboard.writeText(address);
      button.textContent = "Copied";
    } catch {
      button.textContent = "The address bar holds it";
    }
    this.announce(button.textContent);
    setTimeout(() => { button.textContent = said; }, 1600);
  }

  async export(format) {
    const { state, scene } = this;
    const name = `lineage-${folded(this.title()).replace(/ /g, "-").slice(0, 60) || "view"}`;
    const isDrawing = state.view !== "table" && scene;
    if (format === "print") print();
    else if (format === "csv") save(`${name}.csv`, new Blob([viewCsv(state, scene)], { type: "text/csv;charset=utf-8" }));
    else if (format === "json") save(`${name}.json`, new Blob([viewJson(state, scene, this.title())], { type: "application/json" }));
    else if (!isDrawing) this.announce("A table has no picture: take CSV or JSON, or change the view");
    else if (format === "svg") save(`${name}.svg`, new Blob([svgText(scene, this.title())], { type: "image/svg+xml" }));
    else {
      try {
        save(`${name}@${format}x.png`, await pngBlob(scene, this.title(), Number(format)));
      } catch {
        this.announce("The picture is too large for this browser: take SVG, or fewer times its size");
      }
    }
  }
}

/** Give an element a class or take it away, if that changes anything. */
function mark(element, name, isOn) {
  if (element.classList.contains(name) !== isOn) element.classList.toggle(name);
}

const app = new App();
// For tests, and for whoever wants to work with the page from its console.
globalThis.itgraph = {
  app, search, chooseAround, chooseBetween, ownDepths, ownRelations, sceneOf, layOut, pathOf, outline, svgText, viewCsv,
  viewJson, NODES, LINKS, RELATIONS,
};
