/*
 * Moving over the picture. A transform in the style moves what has been painted, so that panning costs nothing however
 * much is drawn; the promise of it (will-change) is made only while something moves, for text that is promised to
 * move is not painted sharp again at another size.
 */

const FOOT = 34;
const LEAST_TEXT = 11 / 14;
const LEAST = 0.05;
const MOST = 4;

class Camera {
  constructor(stage, onRest) {
    this.stage = stage;
    this.onRest = onRest;
    this.root = null;
    [this.x, this.y, this.k] = [0, 0, 1];
    this.size = { width: 1, height: 1 };
    this.pointers = new Map();
    this.dragged = 0;
    this.timer = 0;
    stage.addEventListener("pointerdown", (event) => this.grab(event));
    stage.addEventListener("pointermove", (event) => this.drag(event));
    for (const name of ["pointerup", "pointercancel"]) stage.addEventListener(name, (event) => this.release(event));
    stage.addEventListener("wheel", (event) => this.turn(event), { passive: false });
  }

  show(root, scene) {
    this.root = root;
    this.size = { width: scene.width + 2 * MARGIN, height: scene.height + 2 * MARGIN };
    this.apply();
  }

  apply() {
    if (this.root) this.root.style.transform = `translate(${this.x}px, ${this.y}px) scale(${this.k})`;
  }

  moved() {
    this.apply();
    this.root?.classList.add("moving");
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.root?.classList.remove("moving");
      this.onRest();
    }, 250);
  }

  /**
   * Show all of a scene if it can be read so: of cards the text is never smaller than 11 pixels; else as much as can be,
   * around an item. Whole: all of it, however small.
   */
  fit(scene, item, { whole = false } = {}) {
    const width = this.stage.clientWidth;
    // The line of status and the buttons lie over the foot of the stage.
    const height = Math.max(120, this.stage.clientHeight - FOOT);
    const isCards = scene.view === "focus" || scene.view === "path";
    const all = Math.min(width / this.size.width, height / this.size.height);
    const least = whole || !isCards ? LEAST : LEAST_TEXT;
    this.k = Math.max(Math.min(all, isCards ? 1.35 : 1.25), least);
    this.x = (width - this.size.width * this.k) / 2;
    this.y = (height - this.size.height * this.k) / 2;
    if (item && this.size.width * this.k > width) this.x = this.held(item.x + item.width / 2, width, this.size.width);
    if (item && this.size.height * this.k > height)
      this.y = this.held(item.y + item.height / 2, height, this.size.height);
    this.apply();
  }

  /** Take a place that was kept, if something of the drawing can be seen from there. */
  set({ x, y, k }) {
    const { clientWidth: width, clientHeight: height } = this.stage;
    this.k = Math.min(MOST, Math.max(LEAST, k));
    this.x = Math.min(width - 40, Math.max(40 - this.size.width * this.k, x));
    this.y = Math.min(height - 40, Math.max(40 - this.size.height * this.k, y));
    this.apply();
  }

  /** Return on which sides the drawing goes on beyond what is seen. */
  beyond() {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const edge = MARGIN * this.k;
    return {
      left: this.x + edge < -4,
      top: this.y + edge < -4,
      right: this.x + this.size.width * this.k - edge > width + 4,
      bottom: this.y + this.size.height * this.k - edge > height + 4,
    };
  }

  held(middle, room, size) {
    const wanted = room / 2 - (middle + MARGIN) * this.k;
    return Math.min(0, Math.max(room - size * this.k, wanted));
  }

  /** Move as little as brings an item into sight. */
  reveal(item) {
    const { clientWidth: width, clientHeight: height } = this.stage;
    const left = (item.x + MARGIN) * this.k + this.x;
    const top = (item.y + MARGIN) * this.k + this.y;
    const [w, h] = [item.width * this.k, item.height * this.k];
    const pad = Math.min(60, width / 6);
    if (left < pad) this.x += pad - left;
    else if (left + w > width - pad) this.x -= left + w - (width - pad);
    if (top < pad) this.y += pad - top;
    else if (top + h > height - pad) this.y -= top + h - (height - pad);
    this.apply();
  }

  zoom(factor, x = this.stage.clientWidth / 2, y = this.stage.clientHeight / 2) {
    const k = Math.min(MOST, Math.max(LEAST, this.k * factor));
    this.x = x - ((x - this.x) * k) / this.k;
    this.y = y - ((y - this.y) * k) / this.k;
    this.k = k;
    this.apply();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.onRest(), 250);
  }

  pan(dx, dy) {
    this.x += dx;
    this.y += dy;
    this.moved();
  }

  grab(event) {
    if (event.button > 1) return;
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
    this.dragged = 0;
  }

  drag(event) {
    const last = this.pointers.get(event.pointerId);
    if (!last) return;
    // Let go outside of the window, where nobody told us.
    if (!event.buttons) {
      this.release(event);
      return;
    }
    const [dx, dy] = [event.clientX - last.x, event.clientY - last.y];
    const share = 1 / this.pointers.size;
    if (this.pointers.size === 2) this.pinch(event, last);
    this.dragged += Math.abs(dx) + Math.abs(dy);
    // A hand that shakes is not a drag; only from here on the pointer is ours, so that a click stays a click.
    if (this.dragged > 4) {
      if (!this.stage.hasPointerCapture(event.pointerId)) this.stage.setPointerCapture(event.pointerId);
      // Of two fingers, the drawing follows the middle.
      this.pan(dx * share, dy * share);
    }
    this.pointers.set(event.pointerId, { x: event.clientX, y: event.clientY });
  }

  pinch(event, last) {
    const [, other] = [...this.pointers].find(([id]) => id !== event.pointerId);
    const box = this.stage.getBoundingClientRect();
    const before = Math.hypot(last.x - other.x, last.y - other.y);
    const after = Math.hypot(event.clientX - other.x, event.clientY - other.y);
    if (before > 0)
      this.zoom(after / before, (event.clientX + other.x) / 2 - box.left, (event.clientY + other.y) / 2 - box.top);
  }

  release(event) {
    this.pointers.delete(event.pointerId);
  }

  /** Zoom by the wheel; sideways it moves. Where the page itself can be scrolled, the wheel does that, unless Ctrl is down. */
  turn(event) {
    const isPage = document.documentElement.scrollHeight > innerHeight + 1;
    if (isPage && !event.ctrlKey) return;
    event.preventDefault();
    if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
      this.pan(-event.deltaX || -event.deltaY, 0);
      return;
    }
    const box = this.stage.getBoundingClientRect();
    const lines = event.deltaMode === 1 ? 24 : 1;
    this.zoom(Math.exp(-event.deltaY * lines * 0.0016), event.clientX - box.left, event.clientY - box.top);
  }
}
