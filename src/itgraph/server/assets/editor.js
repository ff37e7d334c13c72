/*
 * The plain editor: it makes more of a form that works without it. Line numbers, the place of errors, prefixes, and
 * answers below the query.
 */

import { ask, readFailure, showAnswer } from "/assets/editor-answer.js";
import { loadKnowledge, prefixInsertion, rememberInAddress, startOfError } from "/assets/editor-query.js";

const form = document.getElementById("editor-form");
const area = document.getElementById("editor-query");
const sheet = document.getElementById("editor-sheet");
const numbers = document.getElementById("editor-numbers");
const run = document.getElementById("editor-run");
const stop = document.getElementById("editor-stop");
const place = document.getElementById("editor-answer");
const picker = document.getElementById("editor-picker");
const knowledge = loadKnowledge();
// Who asks for an answer is told.
knowledge.catch(() => {});

let marked = { line: 0, column: 0 };
let running = null;

/** Put the number beside every line, and the mark on the place of an error. */
function drawLines() {
  const lines = area.value.split("\n");
  if (numbers.childElementCount !== lines.length) {
    numbers.replaceChildren(...lines.map((_, at) => Object.assign(document.createElement("span"), { textContent: at + 1 })));
  }
  [...numbers.children].forEach((number, at) => number.classList.toggle("is-wrong", at + 1 === marked.line));
  sheet.replaceChildren();
  if (marked.line) {
    const { start, end } = offsetsOf(marked.line, marked.column);
    const mark = document.createElement("mark");
    mark.textContent = area.value.slice(start, end) || " ";
    sheet.append(area.value.slice(0, start), mark, area.value.slice(end));
  }
  follow();
}

/** Keep what lies under and beside the text where the text is. */
function follow() {
  numbers.scrollTop = area.scrollTop;
  sheet.scrollTop = area.scrollTop;
  sheet.scrollLeft = area.scrollLeft;
}

/** Return where an error starts in the text, and where its line ends. */
function offsetsOf(line, column) {
  const lines = area.value.split("\n");
  const before = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  const text = lines[line - 1] ?? "";
  return { start: before + startOfError(text, column), end: before + text.length };
}

/** Go to a place of the query. */
function goTo(line, column) {
  const { start, end } = offsetsOf(line, column);
  area.focus();
  area.setSelectionRange(start, end);
  const height = area.scrollHeight / area.value.split("\n").length;
  area.scrollTop = Math.max(0, height * (line - 4));
  follow();
}

function mark(line, column) {
  marked = { line, column };
  if (line) area.setAttribute("aria-invalid", "true");
  else area.removeAttribute("aria-invalid");
  drawLines();
}

/** Put text into the query as if it were typed, so that it can be undone. */
function insert(start, end, text) {
  area.focus();
  area.setSelectionRange(start, end);
  if (!document.execCommand("insertText", false, text)) area.setRangeText(text, start, end, "end");
  drawLines();
}

/** Declare the prefixes that are used and not declared, and leave the cursor where it was. */
function addPrefixes(prefixes) {
  const { at, text } = prefixInsertion(area.value, prefixes);
  if (!text) return;
  const moved = [area.selectionStart, area.selectionEnd].map((offset) => (offset < at ? offset : offset + text.length));
  insert(at, at, text);
  area.setSelectionRange(...moved);
}

async function answerQuery() {
  running?.abort();
  const controller = new AbortController();
  running = controller;
  stop.hidden = false;
  place.setAttribute("aria-busy", "true");
  mark(0, 0);
  let known = null;
  let answer;
  try {
    known = await knowledge;
    addPrefixes(known.prefixes);
    answer = await ask(area.value, controller.signal);
  } catch (error) {
    answer = readFailure(error);
  }
  if (running !== controller) return;
  running = null;
  stop.hidden = true;
  place.removeAttribute("aria-busy");
  rememberInAddress(area.value);
  if (answer.form === "error") mark(answer.line, answer.column);
  showAnswer(answer, place, known, goTo);
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  answerQuery();
});
stop.addEventListener("click", () => {
  running?.abort();
  run.focus();
});
area.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    answerQuery();
  }
});
area.addEventListener("input", () => mark(0, 0));
area.addEventListener("scroll", follow);
picker.addEventListener("submit", (event) => {
  event.preventDefault();
  const name = picker.elements.name.value;
  knowledge.then(
    ({ queries }) => {
      insert(0, area.value.length, queries.get(name).sparql);
      area.setSelectionRange(0, 0);
      area.scrollTop = 0;
      mark(0, 0);
      answerQuery();
    },
    // Without the list, the server opens it.
    () => picker.submit(),
  );
});
form.classList.add("is-alive");
drawLines();
if (form.dataset.given) answerQuery();
document.documentElement.dataset.ready = "plain";
