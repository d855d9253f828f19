/* Keyboard and entry in the grid, as in a spreadsheet. Without it each cell leads to its form. */
"use strict";

const table = document.querySelector("table.grid");
const said = document.getElementById("said");
const token = document.querySelector("meta[name=csrf-token]").content;
const rows = table
  ? [...table.querySelectorAll("tbody tr")]
      .map((row) => [...row.querySelectorAll("td.score")])
      .filter((cells) => cells.length)
  : [];
let current = null;
let editor = null;

const link = (cell) => cell.querySelector("a");
const place = (cell) => {
  const row = rows.findIndex((cells) => cells.includes(cell));
  return [row, rows[row].indexOf(cell)];
};

function say(text, refused) {
  said.textContent = text;
  said.classList.toggle("refused", Boolean(refused));
}

function go(cell) {
  if (!cell) return;
  if (current) link(current).tabIndex = -1;
  current = cell;
  link(cell).tabIndex = 0;
  link(cell).focus();
}

function move(down, right) {
  const [row, column] = place(current);
  go(rows[row + down]?.[column + right]);
}

function edit(text) {
  const cell = current;
  const [row, column] = place(cell);
  const who = cell.closest("tr").querySelector("th").textContent.trim();
  const what = table.querySelectorAll("thead .assignment .title")[column].textContent.trim();
  editor = document.createElement("input");
  editor.value = text;
  editor.autocomplete = "off";
  editor.setAttribute("aria-label", `${what}, ${who}`);
  const field = editor;
  field.addEventListener("blur", () => {
    if (editor === field && !field.readOnly) save(cell, field.value, () => {});
  });
  cell.classList.add("editing");
  cell.append(editor);
  editor.focus();
}

function close(cell) {
  if (!editor) return;
  const gone = editor;
  editor = null;
  gone.remove();
  cell.classList.remove("editing");
}

async function save(cell, text, after) {
  const field = editor;
  let answer, told;
  if (field) field.readOnly = true;
  try {
    answer = await fetch(link(cell).href.split("#")[0], {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token },
      body: new URLSearchParams({ typed: text }),
    });
    told = await answer.json();
  } catch {
    told = { error: "Not saved: the mock gave no answer. Reload the page and try again." };
  }
  if (told.error) {
    say(told.error, true);
    if (field && field === editor) {
      field.readOnly = false;
      field.setAttribute("aria-invalid", "true");
      field.setAttribute("aria-describedby", "said");
    }
    return;
  }
  close(cell);
  show(cell, told);
  after();
}

function show(cell, told) {
  cell.className = `score ${told.kind}${told.own ? " own" : ""}`;
  const anchor = link(cell);
  anchor.replaceChildren(told.text || hidden("no score"));
  anchor.title = told.note;
  cell.querySelectorAll(".flag").forEach((flag) => flag.remove());
  told.flags.forEach((text) => cell.append(flag(text)));
  const row = cell.closest("tr");
  row.querySelector(".average").textContent = told.average || "–";
  row.querySelectorAll("td.of").forEach((of, number) => {
    of.textContent = told.averages[number] || "–";
  });
  const undo = document.querySelector("form.undo");
  undo.hidden = !told.undo;
  undo.querySelector(".last").textContent = told.undo;
  say(`Saved: ${[told.text || "no score", ...told.flags].join(", ")}.`);
}

function flag(text) {
  const made = document.createElement("span");
  made.className = "flag";
  made.textContent = text;
  return made;
}

function hidden(text) {
  const made = flag(text);
  made.className = "hidden";
  return made;
}

const shown = (cell) => (cell.classList.contains("none") ? "" : link(cell).textContent.trim());

function inEditor(event) {
  const cell = current;
  const ends = { Enter: [1, 0], Tab: [0, event.shiftKey ? -1 : 1] };
  if (event.key === "Escape") {
    event.preventDefault();
    close(cell);
    say("");
    go(cell);
  } else if (ends[event.key]) {
    event.preventDefault();
    if (editor.readOnly) return;
    save(cell, editor.value, () => {
      go(cell);
      move(...ends[event.key]);
    });
  }
}

function inGrid(event) {
  const moves = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };
  if (event.ctrlKey || event.metaKey || event.altKey) {
    if (event.key === "Enter") link(current).click();
    if (event.key === "z") document.querySelector("form.undo:not([hidden])")?.requestSubmit();
    return;
  }
  if (moves[event.key]) move(...moves[event.key]);
  else if (event.key === "Home") go(rows[place(current)[0]][0]);
  else if (event.key === "End") go(rows[place(current)[0]].at(-1));
  else if (event.key === "Enter" || event.key === "F2") edit(shown(current));
  else if (event.key === "Delete" || event.key === "Backspace")
    save(current, "", () => go(current));
  else if (event.key.length === 1 && event.key !== " ") edit(event.key);
  else return;
  event.preventDefault();
}

if (rows.length) {
  table.querySelectorAll("td.score a").forEach((anchor) => (anchor.tabIndex = -1));
  current = table.querySelector("td.score[aria-selected]") || rows[0][0];
  link(current).tabIndex = 0;
  if (current.hasAttribute("aria-selected"))
    // The address ends in the cell, but the browser may put it below the heads.
    addEventListener("load", () => current.scrollIntoView({ block: "center", inline: "nearest" }));
  table.addEventListener("focusin", (event) => {
    const cell = event.target.closest("td.score");
    if (cell && cell !== current && !editor) go(cell);
  });
  table.addEventListener("click", (event) => {
    if (editor) event.preventDefault(); // what was typed would be lost
  });
  table.addEventListener("keydown", (event) => {
    if (!event.target.closest("td.score")) return;
    if (editor) inEditor(event);
    else inGrid(event);
  });
}
