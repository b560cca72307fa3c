// What every page of Lingtan needs: making elements, asking for data, saying that there is none.
"use strict";

/** element("td", {class: "number"}, "1.2", child) */
function element(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
    else if (value === true) node.setAttribute(key, "");
    else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

async function ask(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (answer.status === 401) throw new Error("You are no longer logged in. Reload Airflow and log in again.");
  if (answer.ok) return answer.json();
  const said = await answer.json().catch(() => ({}));
  throw new Error(said.detail ?? `What this page shows could not be read (${answer.status}).`);
}

function note(title, ...rest) {
  return element("div", { class: "empty", role: "status" }, element("p", { class: "empty-title" }, title), ...rest);
}

/** A table's head: head([["Rows", "number"]]) */
function head(headings) {
  return element("thead", {}, element("tr", {}, ...headings.map(([name, kind]) => element("th", { scope: "col", class: kind || null }, name))));
}

/** Tell every cell but the first, which names the row, the heading it stands under: a phone shows no head. */
function nameCells(row, headings) {
  [...row.cells].forEach((cell, at) => at && headings[at][0] && cell.setAttribute("data-name", headings[at][0]));
}

/** Fill a list of facts and show it: facts("release", [["Released", "2026-11-24"]]) */
function facts(id, pairs) {
  const place = document.getElementById(id);
  place.append(...pairs.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
  place.hidden = false;
}

/** What the address names behind its #, separated by commas: the page opens it. */
function named() {
  return new Set(decodeURIComponent(location.hash.slice(1)).split(","));
}

function count(rows) {
  return fixed(String(rows), 0);
}

function many(rows, what) {
  return `${count(rows)} ${what}${rows === 1 ? "" : "s"}`;
}
