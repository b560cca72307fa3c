// A source's calendar as a picture: a cell per due day or month, coloured by what became of it.
"use strict";

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];
const DAY = 86400000;
const STATES = {
  met: "came",
  rejects: "came, some rows rejected",
  gaps: "came, meters silent for a part",
  held: "held back",
  missed: "missed",
  awaited: "not due yet",
};

/** Days of a half-open span as UTC midnights. */
function* days(from, until) {
  for (let day = Date.parse(from); day < Date.parse(until); day += DAY) yield day;
}

function iso(day) {
  return new Date(day).toISOString().slice(0, 10);
}

function dayBefore(day) {
  return iso(Date.parse(day) - DAY);
}

function calendar(source) {
  const said = source.calendar;
  const due = said.met + said.missed;
  const what = said.every === "day" ? "day" : "month";
  const words = `due every ${what}: ${count(said.met)} of ${many(due, what)} came${said.missed ? `, ${count(said.missed)} missed` : ""}`;
  const picture = said.every === "day" ? dayGrid(said) : monthGrid(said);
  picture.setAttribute("role", "img");
  picture.setAttribute("aria-label", words);
  return element("div", { class: "calendar" }, element("div", { class: "scroll" }, picture), element("p", { class: "words" }, words));
}

function cell(state, place, row, column, rejected) {
  const told = rejected ? `${STATES[state]}: ${many(rejected, "row")}` : STATES[state];
  const node = element("i", { class: `cell ${state}`, title: `${place} · ${told}` });
  node.style.gridRow = String(row);
  node.style.gridColumn = String(column);
  return node;
}

/** A column per week, Monday on top; the months above. */
function dayGrid(said) {
  const grid = element("div", { class: "grid days" });
  const first = Date.parse(said.spans[0].from);
  const monday = first - ((new Date(first).getUTCDay() + 6) % 7) * DAY;
  let labelled = -3;
  let weeks = 0;
  for (const span of said.spans) {
    for (const day of days(span.from, span.until)) {
      const at = Math.floor((day - monday) / DAY);
      const column = Math.floor(at / 7) + 1;
      const date = new Date(day);
      if ((date.getUTCDate() === 1 || day === first) && column - labelled >= 3) {
        labelled = column + (day === first || date.getUTCMonth() === 0 ? 2 : 0); // a year needs room
        grid.append(monthLabel(date, column, day === first));
      }
      weeks = column;
      grid.append(cell(span.state, iso(day), (at % 7) + 2, column, said.rejected[iso(day)]));
    }
  }
  grid.style.gridTemplateColumns = `repeat(${weeks}, minmax(4px, 9px))`;
  return grid;
}

function monthLabel(date, column, isFirst) {
  const month = date.getUTCMonth();
  const year = isFirst || month === 0 ? ` ’${String(date.getUTCFullYear()).slice(2)}` : "";
  const label = element("span", { class: "label" }, MONTHS[month] + year);
  label.style.gridRow = "1";
  label.style.gridColumn = `${column} / span 6`;
  return label;
}

/** A row per year, a column per month. */
function monthGrid(said) {
  const grid = element("div", { class: "grid months" });
  const firstYear = Number(said.spans[0].from.slice(0, 4));
  MONTHS.forEach((name, at) => {
    const label = element("span", { class: "label" }, name);
    label.style.gridRow = "1";
    label.style.gridColumn = String(at + 2);
    grid.append(label);
  });
  for (const span of said.spans) {
    for (const day of days(span.from, span.until)) {
      const date = new Date(day);
      if (date.getUTCDate() !== 1) continue;
      const row = date.getUTCFullYear() - firstYear + 2;
      if (!grid.querySelector(`[data-year="${date.getUTCFullYear()}"]`)) {
        const label = element("span", { class: "label year", "data-year": date.getUTCFullYear() }, String(date.getUTCFullYear()));
        label.style.gridRow = String(row);
        label.style.gridColumn = "1";
        grid.append(label);
      }
      const key = iso(day).slice(0, 7);
      grid.append(cell(span.state, key, row, date.getUTCMonth() + 2, said.rejected[key]));
    }
  }
  return grid;
}
