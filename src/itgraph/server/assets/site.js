// Search as you type. Without it, the form does the same with one more page.
"use strict";
(() => {
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
      name.textContent = hit.label.length > 80 ? `${hit.label.slice(0, 79)}…` : hit.label;
      word.className = "kind";
      word.textContent = hit.kind;
      item.id = `found-${place}`;
      item.setAttribute("role", "option");
      item.append(name, word);
      // Before the field loses the focus, which closes the list.
      item.addEventListener("pointerdown", (event) => {
        event.preventDefault();
        if (event.button === 0) location.assign(address(hit));
      });
      return item;
    }));
    list.hidden = hits.length === 0;
    input.setAttribute("aria-expanded", String(hits.length > 0));
    status.textContent = total === 1 ? "1 thing" : `${total} things`;
    choose(-1);
  };

  // Only ever an address of this server.
  const address = (hit) => new URL(hit.page).pathname + new URL(hit.page).search;

  const ask = async () => {
    const turn = ++asked;
    const text = input.value.trim();
    if (!text) return close();
    const query = new URLSearchParams({ q: text, limit: "8" });
    if (kind?.value) query.set("kind", kind.value);
    try {
      const response = await fetch(`/api/search?${query}`);
      if (!response.ok || turn !== asked) return;
      const answer = await response.json();
      if (turn === asked && document.activeElement === input) show(answer.hits, answer.total);
    } catch {
      close();
    }
  };

  let timer = 0;
  input.addEventListener("input", () => { clearTimeout(timer); timer = setTimeout(ask, 120); });
  input.addEventListener("blur", close);
  input.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && !list.hidden) {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose((chosen + step + hits.length + 1 + 1) % (hits.length + 1) - 1);
    } else if (event.key === "Enter" && chosen >= 0 && !list.hidden) {
      event.preventDefault();
      location.assign(address(hits[chosen]));
    }
  });
})();
