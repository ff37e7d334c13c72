// Search in the browser, as you type and on the page of the search; and where the page of an IRI is.
"use strict";
(() => {
  const KINDS = ["model", "dataset", "benchmark", "technique", "paper", "person", "organization"];
  const BASE = "https://w3id.org/itgraph/"; // itgraph.terms.BASE
  const MOST_SUGGESTED = 8;
  const MOST_SHOWN = 200;
  const ASSETS = new URL(".", document.currentScript.src);
  const ROOT = new URL("..", ASSETS);

  // -- Names: scripts that are read when somebody searches, since a page of a file may read nothing else -------------

  const parts = new Map();
  let reading = null;

  const readPart = (number) =>
    new Promise((resolve, reject) => {
      globalThis.itgraphNames = (told) => {
        parts.set(number, told.names);
        resolve(told.of);
      };
      const script = document.createElement("script");
      script.src = new URL(`names-${number}.js`, ASSETS).href;
      script.onerror = () => reject(new Error("the names could not be read"));
      document.head.append(script);
    });

  /** Return all things that have names: {iri, kind, label, others}; the keys are what their names are compared by. */
  const readNames = () => {
    reading ??= (async () => {
      const count = await readPart(1);
      for (let number = 2; number <= count; number += 1) await readPart(number);
      return [...parts.keys()]
        .sort((one, other) => one - other)
        .flatMap((number) => parts.get(number))
        .map(([path, kind, label, ...others]) => ({
          iri: path.startsWith(" ") ? path.slice(1) : BASE + path,
          kind,
          label,
          others,
          keys: [label, ...others].map(nameKey),
        }));
    })();
    reading.catch(() => (reading = null));
    return reading;
  };

  /** Return the form in which names are compared, as itgraph.names.name_key does. */
  const nameKey = (name) => {
    const folded = name
      .normalize("NFKD")
      .toLowerCase()
      .replace(/ß/g, "ss")
      .replace(/ς/g, "σ")
      .replace(/([a-z\u0370-\u03ff\u0400-\u04ff])[\u0300-\u036f]+/g, "$1")
      .replace(/[\0\x01]/g, " ")
      .replace(/(?<=\p{Nd})\.(?=\p{Nd})/gu, "\0")
      .replace(/(?<=\p{Nd})[^\p{L}\p{N}_+#\0]+(?=\p{Nd})/gu, "\x01");
    const kept = folded.replace(/[^\p{L}\p{M}\p{N}+#\0\x01]/gu, "").replaceAll("\0", ".").replaceAll("\x01", "-");
    return kept || folded;
  };

  // -- Where the page of an IRI is, as itgraph.site.places says ------------------------------------------------------

  const DEVICE = /^(?:con|prn|aux|nul|com[0-9]|lpt[0-9])$/;

  const markOf = (text) => {
    let value = 0xcbf29ce484222325n;
    for (const byte of new TextEncoder().encode(text)) value = BigInt.asUintN(64, (value ^ BigInt(byte)) * 0x100000001b3n);
    return (value & 0xffffffffffffn).toString(16).padStart(12, "0");
  };

  const marked = (text, shown) => {
    const small = shown.replace(/[A-Z]+/g, (found) => found.toLowerCase());
    const clean = [...small.replace(/[^a-z0-9.]+/g, "-")].slice(0, 60).join("").replace(/^[-.]+|[-.]+$/g, "");
    return `${clean}~${markOf(text)}`;
  };

  const step = (text, pattern) => (pattern.test(text) && !DEVICE.test(text.split(".")[0]) ? text : marked(text, text));

  const stemOf = (iri) => {
    const path = iri.startsWith(BASE) ? iri.slice(BASE.length) : "";
    const steps = path.split("/");
    const isOurs = path && !steps.some((one) => ["", ".", ".."].includes(one)) && steps[0] !== "elsewhere";
    if (!isOurs || steps.length > 8 || [...path].length > 160) {
      return `elsewhere/${marked(iri, iri.replace(/^https?:\/\//, ""))}`;
    }
    const last = steps.pop();
    const folders = steps.map((one) => step(one, /^[a-z0-9][a-z0-9_-]{0,79}$/));
    return [...folders, step(last, /^[a-z0-9](?:[a-z0-9._-]{0,78}[a-z0-9_-])?$/)].join("/");
  };

  const pageOf = (iri) => new URL(`page/${stemOf(iri)}.html`, ROOT).href;

  // -- Finding -------------------------------------------------------------------------------------------------------

  const rankOf = (thing, words, whole) => {
    let best = null;
    thing.keys.forEach((key, place) => {
      if (!words.every((word) => key.includes(word))) return;
      const how = key === whole ? 0 : key.startsWith(whole) ? 1 : key.includes(whole) ? 2 : 3;
      const isArxivId = thing.kind !== "paper" && place > 0 && /^\d{4}\.\d{4,5}$/.test(thing.others[place - 1]);
      const rank = how * 3 + (place === 0 ? 0 : isArxivId ? 2 : 1);
      if (best === null || rank < best) best = rank;
    });
    return best;
  };

  const isWanted = (thing, kind) => (kind ? thing.kind === kind : thing.kind !== "curated");

  /** Return the things whose names have all words of a text, those called just so first. */
  const search = (names, text, kind) => {
    const wanted = text.trim();
    if (!wanted) return [];
    const exact = names.filter((thing) => (thing.iri === wanted || thing.iri === BASE + wanted) && isWanted(thing, kind));
    const words = wanted.split(/[\s/]+/).map(nameKey).filter(Boolean);
    const whole = nameKey(wanted);
    const ranked = [];
    names.forEach((thing, place) => {
      const rank = words.length && isWanted(thing, kind) && !exact.includes(thing) ? rankOf(thing, words, whole) : null;
      if (rank !== null) ranked.push([rank, place, thing]);
    });
    ranked.sort(([one, at], [other, there]) => one - other || at - there);
    return [...exact, ...ranked.map(([, , thing]) => thing)];
  };

  /** Return how many letters must be changed to make one text of another; more than `most` are not counted. */
  const distance = (one, other, most) => {
    if (Math.abs(one.length - other.length) > most) return most + 1;
    let row = Array.from({ length: other.length + 1 }, (_, place) => place);
    for (let at = 1; at <= one.length; at += 1) {
      const next = [at];
      for (let there = 1; there <= other.length; there += 1) {
        const same = one[at - 1] === other[there - 1] ? 0 : 1;
        next.push(Math.min(row[there] + 1, next[there - 1] + 1, row[there - 1] + same));
      }
      row = next;
    }
    return row[other.length];
  };

  const suggest = (names, text, kind) => {
    const whole = nameKey(text).slice(0, 100);
    const most = whole.length > 8 ? 2 : whole.length > 3 ? 1 : 0;
    const near = names
      .filter((thing) => isWanted(thing, kind))
      .map((thing) => [Math.min(...thing.keys.map((key) => distance(whole, key, most))), thing])
      .filter(([far]) => far <= most && most);
    return near.sort(([one], [other]) => one - other).slice(0, 5).map(([, thing]) => thing);
  };

  /** Return text as it can be shown: what cannot be seen, or turns the direction of text, as escapes, but for `kept`. */
  const visible = (text, kept = "") => text.replace(/[\p{Cc}\p{Cf}\u2028\u2029]/gu, (character) =>
    kept.includes(character) ? character : `\\u{${character.codePointAt(0).toString(16)}}`);

  globalThis.itgraph = { KINDS, nameKey, pageOf, readNames, search, stemOf, visible };

  const wordOf = (thing) => thing.kind.replace("concept:", "concept: ").replace("curated", "curated fact");

  itgraphFinder(async (text, kind) => {
    const found = search(await readNames(), text, kind);
    const hits = found.slice(0, MOST_SUGGESTED).map((thing) => ({
      label: visible(thing.label), kind: wordOf(thing), address: pageOf(thing.iri),
    }));
    return { hits, total: found.length };
  });

  // -- The page of the search ----------------------------------------------------------------------------------------

  const page = document.getElementById("found-all");
  if (!page) return;
  const input = document.getElementById("find");
  const kind = document.getElementById("kind");
  const summary = document.getElementById("found-summary");
  const given = new URLSearchParams(location.search);
  const text = (given.get("q") ?? "").trim();
  input.value = text;
  if ([...kind.options].some((option) => option.value === given.get("kind"))) kind.value = given.get("kind");

  const showAll = (things) => page.replaceChildren(...things.map((thing) => {
    const link = document.createElement("a");
    const name = document.createElement("bdi");
    name.textContent = visible(thing.label);
    link.className = "thing";
    link.href = pageOf(thing.iri);
    link.append(name);
    const item = document.createElement("li");
    const word = document.createElement("span");
    word.className = "kind";
    word.textContent = wordOf(thing);
    item.append(link, " ", word);
    return item;
  }));

  const answer = async () => {
    if (!text) return;
    document.title = `${text} · found in itgraph`;
    let names;
    try {
      names = await readNames();
    } catch {
      summary.textContent = "The names of this site could not be read: is assets/names-1.js there?";
      return;
    }
    const found = search(names, text, kind.value);
    const near = found.length ? [] : suggest(names, text, kind.value);
    const some = found.length > MOST_SHOWN ? `, of which the first ${MOST_SHOWN} are shown: one more word finds less` : "";
    const count = `${found.length.toLocaleString("en")} ${found.length === 1 ? "thing" : "things"}`;
    const none = `Nothing is called so${kind.value ? " among the things of this kind" : ""}.`;
    summary.textContent = found.length ? `${count}${some}.` : `${none}${near.length ? " Did you mean one of these?" : ""}`;
    showAll(found.length ? found.slice(0, MOST_SHOWN) : near);
  };
  answer().then(() => (document.documentElement.dataset.ready = "search"));
})();
