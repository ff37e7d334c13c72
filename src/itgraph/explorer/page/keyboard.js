/*
 * Walking the drawing by keys: to a parent, a child, a sibling; each step is announced. Right goes to what was made from
 * a thing, and draws it where it is not drawn yet; left to what it was made from. Where one came from is remembered, so
 * that left and then right leads back.
 */

class Walker {
  constructor(app) {
    this.app = app;
    this.trail = [];
    this.typed = "";
    this.timer = 0;
  }

  /** Return the boxes that lie in a direction of a box, as they are to be walked to: the most prolific first. */
  beside(place, way) {
    const { scene, shown } = this.app;
    const item = scene.items[place];
    const found = [];
    for (const index of scene.touching[place]) {
      const stroke = scene.strokes[index];
      const [near, end] = way === "up" ? [stroke.to, stroke.from] : [stroke.from, stroke.to];
      if (near === place && end !== place && shown.items[end] && !found.includes(end)) found.push(end);
    }
    const rank = (end) => (scene.items[end].node < 0 ? [1, 0] : [0, -reach(scene.items[end].node, way)]);
    if (item.node >= 0)
      found.sort(
        (a, b) => rank(a)[0] - rank(b)[0] || rank(a)[1] - rank(b)[1] || scene.items[a].node - scene.items[b].node,
      );
    return found;
  }

  /** Return the boxes that one goes up and down among: the fellows on the way taken, else those of the column. */
  fellows(place) {
    const { scene, shown } = this.app;
    const last = this.trail.at(-1);
    const came = last && last.to === place && scene.items[last.from] ? this.beside(last.from, last.way) : [];
    const column = scene.items
      .map((_, index) => index)
      .filter((index) => shown.items[index] && this.isLevel(scene.items[index], scene.items[place]));
    const list = came.length > 1 ? came : column;
    return list.sort((a, b) => scene.items[a].y - scene.items[b].y || scene.items[a].x - scene.items[b].x);
  }

  isLevel(item, other) {
    return item.x < other.x + other.width && other.x < item.x + item.width;
  }

  sideways(way) {
    const { app } = this;
    const place = app.cursor;
    if (place < 0) {
      this.begin();
      return;
    }
    const last = this.trail.at(-1);
    const ways = this.beside(place, way);
    if (last && last.to === place && last.way === OTHER_WAY[way] && ways.includes(last.from)) {
      this.trail.pop();
      app.moveTo(last.from, this.said(last.from, ways));
      return;
    }
    if (ways.length) {
      this.trail.push({ from: place, to: ways[0], way });
      app.moveTo(ways[0], this.said(ways[0], ways));
      return;
    }
    const node = app.scene.items[place].node;
    if (node >= 0 && app.scene.more.get(`${node} ${way}`)) {
      app.expand(node, way, {
        then: () => {
          const found = app.cursor >= 0 ? this.beside(app.cursor, way) : [];
          if (!found.length) return;
          this.trail.push({ from: app.cursor, to: found[0], way });
          app.moveTo(found[0], this.said(found[0], found));
        },
      });
      return;
    }
    app.announce(way === "up" ? "No ancestors are known from here" : "Nothing is known to be made from this");
  }

  /** Go to where a walk begins: the focus, or the first box from the left. */
  begin() {
    const { app } = this;
    const places = app.scene.items.map((_, place) => place).filter((place) => app.shown.items[place]);
    const first = places.sort(
      (a, b) => app.scene.items[a].x - app.scene.items[b].x || app.scene.items[a].y - app.scene.items[b].y,
    )[0];
    const focus = app.state.view === "focus" ? app.scene.at.get(app.state.focus) : undefined;
    if ((focus ?? first) !== undefined) app.moveTo(focus ?? first);
  }

  said(place, among) {
    if (among.length < 2) return "";
    const order = this.fellows(place);
    const at = order.indexOf(place);
    return at >= 0 ? `${at + 1} of ${order.length}` : "";
  }

  along(step) {
    const { app } = this;
    if (app.cursor < 0) {
      this.begin();
      return;
    }
    const order = this.fellows(app.cursor);
    const next = order[order.indexOf(app.cursor) + step];
    if (next === undefined) {
      app.announce(step > 0 ? "This is the last one here" : "This is the first one here");
      return;
    }
    const last = this.trail.at(-1);
    if (last && last.to === app.cursor) last.to = next;
    app.moveTo(next, `${order.indexOf(next) + 1} of ${order.length}`);
  }

  /** Go to the next box whose name begins with what is typed. */
  type(letter) {
    const { app } = this;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.typed = "";
    }, 900);
    this.typed += letter.toLowerCase();
    const { items } = app.scene;
    const start = this.typed.length > 1 ? app.cursor : app.cursor + 1;
    for (let step = 0; step < items.length; step += 1) {
      const place = (start + step + items.length) % items.length;
      const { node } = items[place];
      if (node >= 0 && app.shown.items[place] && NODES[node].label.toLowerCase().startsWith(this.typed)) {
        this.trail = [];
        app.moveTo(place);
        return;
      }
    }
    app.announce(`Nothing drawn begins with ${this.typed}`);
  }

  press(event) {
    const { app } = this;
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (!app.scene && event.key !== "Escape") return;
    const actions = {
      ArrowLeft: () => this.sideways("up"),
      ArrowRight: () => this.sideways("down"),
      ArrowUp: () => this.along(-1),
      ArrowDown: () => this.along(1),
      Enter: () => app.enter(),
      Home: () => this.begin(),
      Escape: () => app.escape(),
      "+": () => app.camera.zoom(1.25),
      "=": () => app.camera.zoom(1.25),
      "-": () => app.camera.zoom(0.8),
      0: () => app.refit(),
    };
    if (event.shiftKey && event.key.startsWith("Arrow")) {
      const step = { ArrowLeft: [60, 0], ArrowRight: [-60, 0], ArrowUp: [0, 60], ArrowDown: [0, -60] }[event.key];
      app.camera.pan(...step);
    } else if (actions[event.key]) actions[event.key]();
    else if (/^[\p{L}\p{N}]$/u.test(event.key)) this.type(event.key);
    else return;
    event.preventDefault();
  }
}
