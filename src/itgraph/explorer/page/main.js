/*
 * The page itself: one state, one way to change it, and all that follows from it.
 */

class App {
  constructor() {
    const get = (id) => document.getElementById(id);
    this.stage = get("stage");
    this.panel = get("panel");
    this.live = get("live");
    this.server = typeof Server === "function" ? new Server(this) : null;
    this.state = fromAddress(addressNow());
    this.address = addressNow();
    this.scenes = new Map();
    this.scene = null;
    this.drawn = null;
    this.shown = { items: [], strokes: [] };
    this.cursor = -1;
    this.keys = {};
    this.camera = new Camera(this.stage, () => this.rest());
    this.walker = new Walker(this);
    this.listen(get);
    const ask = this.server && ((text) => this.server.find(text));
    offerThings(get("search"), get("search-hits"), {
      pick: (place) => this.focusOn(place, { walk: true }),
      say: (text) => this.announce(text),
      ask,
    });
    for (const end of ["from", "to"]) {
      offerThings(get(`path-${end}`), get(`path-${end}-hits`), {
        pick: (place) => this.change({ [end]: place, selected: -1, edge: -1, camera: null }),
        say: (text) => this.announce(text),
        shown: () => (this.state[end] >= 0 ? named(this.state[end]) : ""),
        ask,
      });
    }
    this.server?.begin();
    this.show(() => {});
    document.documentElement.dataset.ready = "true";
    performance.mark("itgraph-ready");
    // The first keystroke should not wait for it.
    setTimeout(searchIndex, 300);
  }

  listen(get) {
    addEventListener(this.server ? "popstate" : "hashchange", () => this.followAddress());
    addEventListener("resize", () => {
      clearTimeout(this.sizing);
      this.sizing = setTimeout(() => this.state.camera || this.fit(), 150);
    });
    addEventListener("keydown", (event) => {
      if (event.target.closest?.("input, select, textarea, dialog") || event.ctrlKey || event.metaKey || event.altKey)
        return;
      if (event.key === "/") {
        event.preventDefault();
        get("search").focus();
      } else if (event.key === "?") get("help").showModal();
    });
    this.stage.addEventListener("keydown", (event) => this.walker.press(event));
    this.stage.addEventListener("click", (event) => this.click(event));
    this.stage.addEventListener("dblclick", (event) => {
      const item = this.itemOf(event);
      if (item?.node >= 0 && !event.target.closest(".stub")) this.focusOn(item.node);
    });
    const onClick = (id, act) => get(id).addEventListener("click", act);
    for (const view of VIEWS) onClick(`view-${view}`, () => this.changeView(view));
    for (const name of FILTERS) {
      get(`filter-${name}`).addEventListener("change", (event) => this.change({ [name]: event.target.value, page: 0 }));
    }
    for (const button of document.querySelectorAll("[data-export]")) {
      button.addEventListener("click", () => {
        button.closest("details").open = false;
        this.export(button.dataset.export);
      });
    }
    onClick("skip", (event) => {
      event.preventDefault();
      if (this.refuse("table")) return;
      this.change({ view: "table", page: 0 });
      get("tables").focus();
    });
    get("lens").addEventListener("change", (event) =>
      this.change({ lens: event.target.value === "kind" ? "" : event.target.value }),
    );
    get("theme").addEventListener("change", (event) => this.change({ theme: event.target.value }, { replace: true }));
    get("table-words").addEventListener("input", (event) => {
      clearTimeout(this.typing);
      this.typing = setTimeout(() => this.change({ words: event.target.value, page: 0 }, { replace: true }), 120);
    });
    for (const name of ["things", "relations"])
      onClick(`table-${name}`, () => this.change({ table: name, sort: "", page: 0 }));
    onClick("copy", (event) => this.copyLink(event.currentTarget));
    onClick("help-open", () => get("help").showModal());
    onClick("help-close", () => get("help").close());
    onClick("zoom-in", () => this.camera.zoom(1.25));
    onClick("zoom-out", () => this.camera.zoom(0.8));
    onClick("zoom-fit", () => this.refit());
    onClick("zoom-whole", () => this.camera.zoom(1 / this.camera.k));
    get("fullscreen").hidden = !document.fullscreenEnabled;
    onClick("fullscreen", () =>
      document.fullscreenElement ? document.exitFullscreen() : get("drawing").requestFullscreen(),
    );
    onClick("path-swap", () => this.change({ from: this.state.to, to: this.state.from, camera: null }));
    onClick("reset", () => {
      const none = Object.fromEntries(FILTERS.map((name) => [name, ""]));
      this.change(
        { hidden: new Set(), on: new Set(), off: new Set(), ...none, page: 0 },
        { say: () => "All filters are off", keep: "stage" },
      );
    });
    document.addEventListener("click", (event) => {
      for (const menu of document.querySelectorAll("details.menu[open]"))
        if (!menu.contains(event.target)) menu.open = false;
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

  /**
   * Change the state, and all that follows from it: a step in the history, unless it only replaces the present one. What
   * is said is read out; without it, what the view then shows. keep is what has the keyboard afterwards; then is done
   * when all of it is drawn, at once or when the server has answered.
   */
  change(patch, { replace = false, say, keep = document.activeElement?.id, then = () => {} } = {}) {
    const wasIn = ["panel", "tables"].find((id) => document.getElementById(id).contains(document.activeElement));
    Object.assign(this.state, { unknown: "" }, patch);
    this.remember(replace);
    this.show(() => {
      this.keepFocus(keep, wasIn);
      this.announce(say?.() ?? this.said());
      then();
    });
  }

  /** Draw what the state is; then do something, unless the reader goes elsewhere before the server has answered. */
  show(then) {
    if (this.server?.isWaiting(this.state, () => this.show(then))) return;
    this.render();
    then();
  }

  said() {
    return `${titleOf(this.state)}. ${document.getElementById("status").textContent}`;
  }

  /** Say why a view cannot be had, if it cannot. */
  refuse(view) {
    const reason = this.server?.reason(view);
    if (reason) this.announce(reason);
    return Boolean(reason);
  }

  /** What was pressed may have been made anew, or be gone: whoever uses the keyboard goes on from there. */
  keepFocus(keep, wasIn) {
    if (document.activeElement && document.activeElement !== document.body) return;
    const again = keep ? document.getElementById(keep) : null;
    if (again && !again.disabled && again.offsetParent) again.focus();
    else if (again?.disabled) again.parentElement.querySelector("button:not(:disabled)")?.focus();
    else if (wasIn === "panel") this.panel.querySelector("h2")?.focus();
    else if (wasIn) document.getElementById(wasIn).focus();
  }

  remember(replace) {
    this.address = toAddress(this.state);
    if (this.address === addressNow()) return;
    const depth = history.state?.depth ?? 0;
    try {
      if (replace) history.replaceState({ depth }, "", this.address);
      else history.pushState({ depth: depth + 1 }, "", this.address);
    } catch {
      // A browser that forbids it for files: back and forward then work without our help, by the hash alone.
      if (!replace) location.hash = this.address;
    }
    this.address = addressNow();
  }

  /** The reader went back or forward, or wrote another address. */
  followAddress() {
    if (addressNow() === this.address) return;
    this.address = addressNow();
    // The theme is the reader's, not a step on the way.
    this.state = { ...fromAddress(this.address), theme: this.state.theme };
    this.show(() => this.announce(this.said()));
  }

  rest() {
    const { x, y, k } = this.camera;
    this.state.camera = { x, y, k };
    this.remember(true);
    this.cueSight();
  }

  changeView(view) {
    if (this.refuse(view)) return;
    const patch = { view, edge: -1, camera: null, page: 0 };
    // Over everything nothing is lit up at first, unless the reader had selected it.
    if (view === "overview" || view === "timeline") {
      if (this.state.selected === this.state.focus) patch.selected = -1;
    } else if (view === "focus" && this.state.selected < 0) patch.selected = this.state.focus;
    if (view === "path") {
      if (this.state.from < 0) patch.from = this.state.selected >= 0 ? this.state.selected : this.state.focus;
      patch.selected = -1;
    }
    this.change(patch);
  }

  focusOn(place, { walk = false } = {}) {
    // What belongs to a thing's own view is drawn, even if it had been put off elsewhere; what lineage is put off stays so.
    const own = ownRelations(place);
    const off = new Set([...this.state.off].filter((name) => LINES[name].lineage || !own.has(name)));
    this.change(
      {
        view: "focus",
        focus: place,
        selected: place,
        edge: -1,
        ...ownDepths(place),
        off,
        pages: new Map(),
        camera: null,
      },
      { say: () => saidOf(place) },
    );
    if (walk) this.stage.focus();
  }

  pathFrom(place) {
    this.change({ view: "path", from: place, to: -1, selected: -1, edge: -1, camera: null });
    document.getElementById("path-to").focus();
  }

  /** Select a thing; one that is asked for in words and not drawn here gets its own view. */
  select(place, { ask = false } = {}) {
    if (ask && this.scene && this.state.view !== "table" && !this.scene.at.has(place)) {
      this.focusOn(place);
      return;
    }
    this.walker.trail = [];
    this.cursor = this.scene?.at.get(place) ?? -1;
    this.change(
      { selected: place, edge: -1 },
      { replace: true, say: () => (place >= 0 ? saidOf(place) : "Nothing is selected") },
    );
    if (this.cursor >= 0 && this.state.view !== "table") this.camera.reveal(this.scene.items[this.cursor]);
  }

  selectEdge(link) {
    this.change({ edge: link }, { replace: true, say: () => saidOfLink(link) });
  }

  /** Draw more of what is beside a thing, or, of what was drawn so, nothing. */
  expand(node, way, { close = false, then = () => {} } = {}) {
    const key = `${node} ${way}`;
    const pages = new Map(this.state.pages);
    const isOpen = !this.scene.more.has(key);
    if (close) pages.delete(key);
    else pages.set(key, Math.max(pages.get(key) ?? 0, isOpen ? 1 : 0) + 1);
    if (!close && this.state.view === "focus" && this.scene.items.length >= MOST_DRAWN) {
      this.announce(`No more than ${MOST_DRAWN.toLocaleString("en")} things are drawn at once: the table has them all`);
      return;
    }
    const patch = {
      pages,
      selected: node,
      edge: -1,
      ...(this.state.view === "focus" ? {} : { view: "focus", focus: node }),
    };
    this.change(patch, {
      then: () => {
        this.cursor = this.scene.at.get(node) ?? -1;
        if (this.cursor >= 0) this.camera.reveal(this.scene.items[this.cursor]);
        then();
      },
    });
  }

  // -- Drawing ---------------------------------------------------------------------------------------------------------

  makeScene() {
    const { state } = this;
    if (state.view === "overview" || state.view === "timeline") {
      if (!this.scenes.has(state.view)) this.scenes.set(state.view, laidOut(state.view));
      return this.scenes.get(state.view);
    }
    if (state.view === "path") {
      return state.from < 0 || state.to < 0 ? null : sceneOf(choiceOf(state), "path", state.from);
    }
    return { ...sceneOf(choiceOf(state), "focus", state.focus), pages: state.pages };
  }

  /** Do something if what it depends on has changed since it was last done. */
  when(name, depends, act) {
    const key = JSON.stringify(depends);
    if (this.keys[name] === key) return;
    this.keys[name] = key;
    act();
  }

  render() {
    const { state } = this;
    const get = (id) => document.getElementById(id);
    const relations = [...relationsOf(state)].sort();
    this.renderFrame(get);
    if (state.view === "table") this.renderTables(relations);
    else {
      const { view, focus, up, down, pages, from, to } = state;
      const drawn = [...layoutRelations(state)].sort();
      const depends = {
        overview: [view, state.lens],
        timeline: [view, state.lens],
        path: [view, state.lens, from, to, drawn],
        focus: [view, state.lens, focus, up, down, [...pages], drawn],
      }[view];
      const before = this.keys.scene;
      this.when("scene", depends, () => this.redraw());
      if (before === this.keys.scene && state.camera) this.applyCamera();
      if (view === "focus")
        this.when("steppers", [focus, up, down, drawn], () => renderSteppers(get("steppers"), state, this));
      this.shown = this.scene ? shownParts(this.scene, state) : { items: [], strokes: [] };
      if (this.scene) {
        if (this.scene.items[this.cursor]?.node !== -1) this.cursor = this.scene.at.get(state.selected) ?? -1;
        highlight(this.drawn, this.scene, state, this.shown, this.cursor);
      }
      get("empty").hidden = this.shown.items.some(Boolean) || view === "path";
    }
    this.renderControls(get, relations);
    this.when(
      "panel",
      [
        state.selected,
        state.edge,
        state.selected < 0 && [state.view, state.from, state.to, relations],
        state.view === "focus" && state.focus,
        ...(this.server ? [unknownThing(state), this.server.trouble] : []),
      ],
      () => renderPanel(this.panel, state, this),
    );
    this.renderWords(get);
  }

  /** Show which view it is, be it drawn or not yet. */
  renderFrame(get) {
    const { state } = this;
    document.documentElement.dataset.theme = state.theme;
    document.body.dataset.view = state.view;
    document.title = `${titleOf(state)} · itgraph`;
    for (const view of VIEWS) {
      if (view === state.view) get(`view-${view}`).setAttribute("aria-current", "page");
      else get(`view-${view}`).removeAttribute("aria-current");
    }
  }

  renderControls(get, relations) {
    const { state } = this;
    const filters = FILTERS.map((name) => state[name]);
    this.when("filters", [Object.values(choicesOf()).map((values) => [...values]), filters], () => fillFilters(state));
    for (const name of FILTERS) get(`filter-${name}`).value = state[name];
    get("filters-on").textContent = filters.filter(Boolean).length ? ` (${filters.filter(Boolean).length})` : "";
    this.when("legend", [state.view, state.table, relations, [...state.hidden], state.access, this.keys.scene], () =>
      renderLegend(get("legend"), state, this),
    );
    get("reset").hidden = !isFiltered(state) && !state.hidden.size && !state.on.size && !state.off.size;
    get("theme").value = state.theme;
    get("lens").value = state.lens || "kind";
    for (const end of ["from", "to"]) {
      const input = get(`path-${end}`);
      if (document.activeElement !== input) input.value = state[end] >= 0 ? named(state[end]) : "";
    }
  }

  renderWords(get) {
    this.stage.setAttribute("aria-label", titleOf(this.state));
    get("status").textContent = statusOf(this.state, this.scene, this.shown);
    this.cueSight();
  }

  /** Say by a mark at each edge that the drawing goes on there. */
  cueSight() {
    const beyond = this.scene && this.state.view !== "table" ? this.camera.beyond() : {};
    for (const side of ["left", "right", "top", "bottom"])
      this.stage.classList.toggle(`more-${side}`, Boolean(beyond[side]));
  }

  redraw() {
    const before = this.scene && this.drawn ? this.positions() : null;
    this.scene = this.makeScene();
    this.walker.trail = [];
    this.cursor = -1;
    this.drawn = this.scene ? drawScene(this.scene, this.state.lens) : null;
    this.stage.replaceChildren(...(this.drawn ? [this.drawn.root] : []));
    if (!this.scene) return;
    // Measuring takes as long as drawing: it is done once the drawing is seen.
    requestAnimationFrame(() => this.narrowLongTexts());
    this.camera.show(this.drawn.root, this.scene);
    if (this.state.camera) this.applyCamera();
    else this.fit();
    if (before) this.animate(before);
  }

  /** Squeeze what a font writes wider than was reckoned with into its box: measure all, then write all. */
  narrowLongTexts() {
    if (!this.drawn) return;
    const labels = [...this.drawn.base.querySelectorAll(".item .label, .item .caption")];
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
    return new Map(
      this.scene.items
        .filter(({ node }) => node >= 0)
        .map((item) => [item.node, [(item.x + MARGIN) * k + x, (item.y + MARGIN) * k + y]]),
    );
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
      element.animate(
        [{ transform: `translate(${fromX}px, ${fromY}px)` }, { transform: `translate(${item.x}px, ${item.y}px)` }],
        timing,
      );
    });
    for (const element of this.drawn.base.querySelectorAll(".strokes, .words"))
      element.animate([{ opacity: 0 }, { opacity: 0, offset: 0.6 }, {}], timing);
  }

  /** Show the drawing as it is read best: whole, if its words can be read so; else from the focus on. */
  fit() {
    if (!this.scene) return;
    const place = this.scene.at.get(this.state.view === "focus" ? this.state.focus : this.state.selected);
    this.camera.fit(this.scene, this.scene.items[place]);
    this.state.camera = null;
    this.cueSight();
  }

  /** Show all of the drawing, however small, because the reader asks for it. */
  refit() {
    if (!this.scene) return;
    this.camera.fit(this.scene, null, { whole: true });
    this.rest();
  }

  applyCamera() {
    this.camera.set(this.state.camera);
  }

  renderTables(relations) {
    const { state } = this;
    const get = (id) => document.getElementById(id);
    for (const name of ["things", "relations"])
      get(`table-${name}`).setAttribute("aria-pressed", String(state.table === name));
    if (document.activeElement !== get("table-words")) get("table-words").value = state.words;
    const filters = FILTERS.map((name) => state[name]);
    this.when("table", [state.table, state.sort, state.words, state.page, filters, [...state.hidden], relations], () =>
      renderTable(get("table-box"), state, this),
    );
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
    const stroke = this.scene.strokes[event.target.closest("[data-stroke]")?.dataset.stroke];
    if (item && stub) this.expand(item.node, stub.dataset.way, { close: stub.classList.contains("close") });
    else if (item?.group) this.expand(item.group.anchor, item.group.way);
    else if (item) this.select(item.node);
    else if (stroke?.link >= 0) this.selectEdge(stroke.link);
    else this.select(this.state.view === "focus" ? this.state.focus : -1);
  }

  /** Go to a box by the keyboard. */
  moveTo(place, where = "") {
    const item = this.scene.items[place];
    const said = item.node >= 0 ? saidOf(item.node) : saidOfGroup(item.group);
    this.cursor = place;
    this.change(item.node >= 0 ? { selected: item.node, edge: -1 } : {}, {
      replace: true,
      say: () => (where ? `${said}. ${where}` : said),
    });
    this.camera.reveal(item);
  }

  enter() {
    const item = this.scene?.items[this.cursor];
    if (!item) return;
    if (item.group) this.expand(item.group.anchor, item.group.way);
    else this.focusOn(item.node);
  }

  /** Go back one step: from a selected line or thing to the focus, then to the view before; never off the page. */
  escape() {
    const { state } = this;
    const home = state.view === "focus" ? state.focus : -1;
    if (state.edge >= 0 || state.selected !== home) this.select(home);
    else if (history.state?.depth) history.back();
  }

  async copyLink(button) {
    const said = button.textContent;
    const address = location.href.split(DATA.online ? "?" : "#")[0] + toAddress(this.state);
    try {
      await navigator.clipboard.writeText(address);
      button.textContent = "Copied";
    } catch {
      button.textContent = "The address bar holds it";
    }
    this.announce(button.textContent);
    setTimeout(() => {
      button.textContent = said;
    }, 1600);
  }

  async export(format) {
    const { state } = this;
    const scene = state.view === "table" || !this.scene ? null : shownScene(this.scene, this.shown);
    const title = titleOf(state);
    const name = `lineage-${folded(title).replace(/ /g, "-").slice(0, 60) || "view"}`;
    if (this.server && ["csv", "json"].includes(format) && !(await this.server.fetchEvidence(state))) return;
    if (format === "print") print();
    else if (!scene && state.view !== "table")
      this.announce("There is nothing drawn to take away: choose both ends of the path");
    else if (format === "csv")
      save(`${name}.csv`, new Blob([viewCsv(state, scene)], { type: "text/csv;charset=utf-8" }));
    else if (format === "json")
      save(`${name}.json`, new Blob([viewJson(state, scene, title)], { type: "application/json" }));
    else if (!scene) this.announce("A table has no picture: take CSV or JSON, or change the view");
    else if (format === "svg") save(`${name}.svg`, new Blob([svgText(scene, title, state.lens)], { type: "image/svg+xml" }));
    else {
      try {
        const [blob, scale] = await pngBlob(scene, title, Number(format), state.lens);
        save(`${name}@${Number(scale.toFixed(2))}x.png`, blob);
        if (scale < Number(format))
          this.announce(`${format} times is more than this browser can paint: it is ${scale.toFixed(2)} times`);
      } catch {
        this.announce("The picture is too large for this browser: take SVG");
      }
    }
  }
}

const app = new App();
// For tests, and for whoever wants to work with the page from its console.
globalThis.itgraph = {
  app,
  search,
  chooseAround,
  chooseBetween,
  ownDepths,
  ownRelations,
  sceneOf,
  layOut,
  pathOf,
  outline,
  svgText,
  viewCsv,
  viewJson,
  shownScene,
  NODES,
  LINKS,
  RELATIONS,
};
