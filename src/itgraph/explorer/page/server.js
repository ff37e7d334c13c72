/*
 * Asking the server for what the page does not know yet: views, single things, names. Only in the page that a server
 * feeds; the page that is a file knows everything, and asks nobody.
 *
 * Of each sort of question only the last one counts: one that the reader has left is taken back, and its answer, should
 * it come all the same, is not looked at.
 */

const PATIENCE = 20000;
const DEBOUNCE = 120;
const BEFORE_SAYING = 150;
const EVERYTHING = "/api/graph";
const WHOLE_VIEWS = new Set(["overview", "timeline", "table"]);

/** Something that the server did not answer, in words for the reader. */
class Trouble extends Error {}

/** Ask the server, and return its answer; Trouble, if there is none. */
async function askServer(address, signal) {
  const patience = new AbortController();
  const timer = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const response = await fetch(address, {
      signal: AbortSignal.any([signal, patience.signal]),
      headers: { Accept: "application/json" },
    });
    if (response.ok) return await response.json();
    throw new Trouble(await refusalOf(response));
  } catch (error) {
    if (signal.aborted || error instanceof Trouble) throw error;
    if (error instanceof SyntaxError) throw new Trouble("The server answered with something else than data.");
    throw new Trouble(
      patience.signal.aborted
        ? "The server takes too long to answer."
        : "The server does not answer. Is it still running?",
    );
  } finally {
    clearTimeout(timer);
  }
}

async function refusalOf(response) {
  if (response.status === 429 || response.status === 503) {
    const seconds = Number(response.headers.get("Retry-After"));
    return `The server is busy${seconds > 0 ? `: try again in ${counted(seconds, "second")}` : ": try again in a moment"}.`;
  }
  try {
    const { detail } = await response.json();
    if (typeof detail === "string" && detail) return `The server says: ${shownText(detail).slice(0, 300)}`;
  } catch {
    // What it says is not for us.
  }
  return `The server could not answer (${response.status}).`;
}

/** A sort of question, of which only the last one counts. */
class Line {
  constructor() {
    this.address = "";
    this.controller = null;
  }

  /** Return the answer; nothing, if something else was asked in the meantime. */
  async ask(address, delay = 0) {
    this.hangUp();
    const controller = new AbortController();
    this.controller = controller;
    this.address = address;
    try {
      if (delay) await new Promise((resolve) => setTimeout(resolve, delay));
      if (this.controller !== controller) return null;
      const answer = await askServer(address, controller.signal);
      return this.controller === controller ? answer : null;
    } catch (error) {
      if (this.controller !== controller) return null;
      throw error;
    } finally {
      if (this.controller === controller) {
        this.controller = null;
        this.address = "";
      }
    }
  }

  hangUp() {
    this.controller?.abort();
    this.controller = null;
    this.address = "";
  }
}

/** Return what the server is asked for a view around a thing or between two. */
function questionOf(state) {
  const said = [];
  const encoded = (value) => encodeURIComponent(value).replaceAll("%2F", "/");
  const say = (name, ...values) => said.push(`${name}=${values.map(encoded).join(",")}`);
  const isPath = state.view === "path";
  const ends = isPath ? [state.from, state.to] : [state.focus];
  say("focus", NODES[ends[0]].iri);
  if (isPath) {
    say("to", NODES[ends[1]].iri);
    say("evidence", "yes");
  } else {
    const own = ownDepths(state.focus);
    for (const way of ["up", "down"]) if (state[way] !== own[way]) say(way, state[way] ?? "all");
  }
  const own = new Set([...LINEAGE, ...ends.flatMap((end) => [...ownRelations(end)])]);
  const wanted = layoutRelations(state);
  if (wanted.size !== own.size || [...wanted].some((name) => !own.has(name)))
    say("rel", ...RELATIONS.filter((name) => wanted.has(name)));
  if (!isPath && state.pages.size) {
    say(
      "more",
      ...[...state.pages].flatMap(([key, pages]) => {
        const [node, way] = key.split(" ");
        return [`${way}${pages}`, NODES[Number(node)].iri];
      }),
    );
  }
  return said.join("&");
}

class Server {
  constructor(app) {
    this.app = app;
    this.views = new Line();
    this.things = new Line();
    this.names = new Line();
    this.again = null;
    this.trouble = "";
    this.timer = 0;
    const get = (id) => document.getElementById(id);
    this.notice = get("notice");
    this.noticeText = get("notice-text");
    this.retry = get("notice-retry");
    this.retry.addEventListener("click", () => {
      app.stage.focus();
      this.again?.();
    });
  }

  /** Take in what the page was sent with. */
  begin() {
    const { state } = this.app;
    if (DATA.nodes.length) {
      const told = { nodes: DATA.nodes.map(({ iri }) => PLACE_OF.get(iri)), links: [...LINKS.keys()] };
      const view = WHOLE_VIEWS.has(state.view) ? "focus" : state.view;
      if (view !== "path" || (state.from >= 0 && state.to >= 0))
        CHOSEN.set(questionOf({ ...state, view }), choiceFrom(DATA, told));
    }
    for (const view of WHOLE_VIEWS) {
      const button = document.getElementById(`view-${view}`);
      if (!this.reason(view)) continue;
      button.setAttribute("aria-disabled", "true");
      button.title = this.reason(view);
    }
  }

  /** Whether anything is still asked. */
  get isBusy() {
    return [this.views, this.things, this.names].some(({ controller }) => controller);
  }

  /** Return why a view cannot be had; nothing, if it can. */
  reason(view) {
    return WHOLE_VIEWS.has(view) ? DATA.online.reason : "";
  }

  /** Return the address of what a state cannot be drawn without; nothing, if all that it needs is known. */
  missing(state) {
    if (KNOWN.all) return "";
    if (WHOLE_VIEWS.has(state.view)) return EVERYTHING;
    if (state.view === "path" && (state.from < 0 || state.to < 0)) return "";
    const question = questionOf(state);
    return CHOSEN.has(question) ? "" : `/api/neighbourhood?${question}`;
  }

  /** Say whether something has to be waited for, and ask for it; again is done when it is there. */
  isWaiting(state, again) {
    if (this.reason(state.view)) {
      this.say(this.reason(state.view));
      state.view = "focus";
    } else this.say("");
    const address = this.missing(state);
    if (!address) {
      this.views.hangUp();
      this.app.stage.removeAttribute("aria-busy");
      return false;
    }
    this.again = again;
    this.app.renderFrame((id) => document.getElementById(id));
    this.app.stage.setAttribute("aria-busy", "true");
    const said = `Loading: ${titleOf(state)} …`;
    this.timer = setTimeout(() => {
      this.say(said);
      this.app.announce(said);
    }, BEFORE_SAYING);
    if (this.views.address !== address) this.fetchView(address, state);
    return true;
  }

  async fetchView(address, state) {
    try {
      const answer = await this.views.ask(address);
      if (!answer) return;
      if (answer.whole) this.learnAll(answer);
      else {
        const told = learn(answer);
        CHOSEN.set(address.split("?")[1], choiceFrom(answer, told));
        // What was only a name until now may be drawn by more relations than one could know.
        CHOSEN.set(questionOf(state), choiceFrom(answer, told));
      }
      this.again();
    } catch (error) {
      this.fail(error);
    }
  }

  /** Know everything from now on: the same things at other places. */
  learnAll(answer) {
    const { app } = this;
    const [start, other] = [DATA.start, DATA.other].map((place) => NODES[place]?.iri);
    forget();
    CHOSEN.clear();
    learn(answer);
    Object.assign(KNOWN, { all: true, exact: true });
    Object.assign(DATA, { start: PLACE_OF.get(start) ?? 0, other: PLACE_OF.get(other) ?? -1, views: answer.views });
    const { theme } = app.state;
    app.state = { ...fromAddress(app.address), theme };
    Object.assign(app, { scene: null, drawn: null, cursor: -1, keys: {} });
    app.scenes.clear();
    app.walker.trail = [];
  }

  /** Say what is going on over the view; nothing more, if the text is empty. */
  say(text, { retry = false } = {}) {
    clearTimeout(this.timer);
    this.noticeText.textContent = text;
    this.notice.hidden = !text;
    this.retry.hidden = !retry;
  }

  fail(error) {
    if (!(error instanceof Trouble)) throw error;
    this.app.stage.removeAttribute("aria-busy");
    this.say(error.message, { retry: true });
    this.app.announce(`${error.message} There is a button to try again.`);
  }

  /** Return what the panel shows of a thing that is not known yet, and ask for it. */
  waitingPart(place) {
    const { iri } = NODES[place];
    if (this.trouble) {
      return make(
        "div",
        { class: "waiting" },
        make("p", {}, this.trouble),
        make(
          "button",
          {
            type: "button",
            click: () => {
              this.trouble = "";
              this.app.panel.focus();
              this.app.render();
            },
          },
          "Try again",
        ),
      );
    }
    const address = `/api/thing?iri=${encodeURIComponent(iri)}`;
    if (this.things.address !== address) this.fetchThing(address, iri);
    return make("p", { class: "waiting faint" }, "Loading what is known of it …");
  }

  async fetchThing(address, iri) {
    try {
      const answer = await this.things.ask(address);
      if (!answer) return;
      learn(answer);
      const node = NODES[PLACE_OF.get(iri)];
      node.counts = Object.fromEntries(answer.counts.map(([way, rank, count]) => [`${way} ${rank}`, count]));
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.trouble = error.message;
      this.app.announce(error.message);
    }
    this.renderPanel();
    this.trouble = "";
  }

  /** Draw the panel anew; what is beside it stays as it is, and whoever read in it goes on doing so. */
  renderPanel() {
    const { app } = this;
    const wasIn = app.panel.contains(document.activeElement) ? "panel" : undefined;
    if (this.missing(app.state)) return;
    app.render();
    app.keepFocus(undefined, wasIn);
  }

  /** Ask who says what is drawn, for those who take it away; return whether it is known. */
  async fetchEvidence(state) {
    const question = !KNOWN.all && state.view === "focus" && questionOf(state);
    if (!question) return true;
    try {
      this.app.announce("Loading who says so …");
      learn(await askServer(`/api/neighbourhood?${question}&evidence=yes`, new AbortController().signal));
      return true;
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      this.say(error.message);
      this.app.announce(error.message);
      return false;
    }
  }

  /** Return what the server finds by a text; nothing, if it does not answer. */
  async find(text) {
    try {
      const answer = await this.names.ask(
        `/api/search?q=${encodeURIComponent(text)}&limit=${2 * MOST_FOUND}`,
        DEBOUNCE,
      );
      const hits = answer?.hits.filter(({ kind }) => Object.hasOwn(KINDS, kind)).slice(0, MOST_FOUND);
      return hits?.map(({ iri, label, kind, matched }) => ({
        iri: iri.startsWith(DATA.base) ? iri.slice(DATA.base.length) : iri,
        label: shownText(label),
        kind,
        detail: matched && matched !== label ? shownText(matched) : "",
      }));
    } catch (error) {
      if (!(error instanceof Trouble)) throw error;
      return null;
    }
  }
}

/** Return a choice as the server tells it, by the places that things have here. */
function choiceFrom({ groups, more, deepest, ends = [], common = [] }, { nodes, links }) {
  return {
    nodes,
    links,
    groups: groups.map(([anchor, way, rank, count]) => ({
      anchor: nodes[anchor],
      way,
      relation: RELATIONS[rank],
      count,
    })),
    more: new Map(more.map(([node, way, count]) => [`${nodes[node]} ${way}`, count])),
    deepest,
    ends: ends.map((pair) => pair.map((node) => nodes[node])),
    common: common.map((node) => nodes[node]),
  };
}
