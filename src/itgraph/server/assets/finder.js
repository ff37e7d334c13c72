// What is found, below the field of the search, while somebody types: for pages of a server and of a site of files.
"use strict";
/**
 * Show what `ask(text, kind)` finds: `{hits, total}`, each hit with its label, the word of its kind and its address.
 * Where it finds out that nobody waits for the answer any more, it may give nothing.
 */
globalThis.itgraphFinder = (ask) => {
  const input = document.getElementById("find");
  if (!input) return;
  const kind = document.getElementById("kind");
  const list = document.createElement("ul");
  const status = document.createElement("p");
  let hits = [];
  let chosen = -1;
  let asked = 0;

  list.className = "found";
  list.id = "found";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", "What is found");
  status.className = "hidden";
  status.setAttribute("role", "status");
  input.form.append(list, status);
  for (const [name, value] of Object.entries({
    role: "combobox", "aria-expanded": "false", "aria-controls": "found", "aria-autocomplete": "list",
  })) input.setAttribute(name, value);

  const close = () => {
    list.hidden = true;
    chosen = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const choose = (place) => {
    chosen = place;
    [...list.children].forEach((item, other) => item.setAttribute("aria-selected", String(other === place)));
    if (place < 0) return input.removeAttribute("aria-activedescendant");
    input.setAttribute("aria-activedescendant", `found-${place}`);
    list.children[place].scrollIntoView({ block: "nearest" });
  };

  const show = (found, total) => {
    hits = found;
    list.replaceChildren(...hits.map((hit, place) => {
      const item = document.createElement("li");
      const name = document.createElement("bdi");
      const word = document.createElement("span");
      const letters = [...hit.label];
      name.textContent = letters.length > 80 ? `${letters.slice(0, 79).join("")}…` : hit.label;
      word.className = "kind";
      word.textContent = hit.kind;
      item.id = `found-${place}`;
      item.setAttribute("role", "option");
      item.append(name, " ", word);
      // Before the field loses the focus, which closes the list.
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        if (event.button === 0) location.assign(hit.address);
      });
      return item;
    }));
    list.hidden = hits.length === 0;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    status.textContent = total === 1 ? "1 thing" : `${total} things`;
    choose(-1);
  };

  const find = async () => {
    const turn = ++asked;
    const text = input.value.trim();
    if (!text) return close();
    try {
      const found = await ask(text, kind?.value ?? "");
      if (found && turn === asked && document.activeElement === input) show(found.hits, found.total);
    } catch {
      close();
    }
  };

  let timer = 0;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(find, 120); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(((chosen + step + hits.length + 2) % (hits.length + 1)) - 1);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      location.assign(hits[chosen].address);
    }
  });
};
