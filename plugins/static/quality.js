"use strict";

const main = document.getElementById("quality");
const COUNTS = ["accepted", "superseded", "rejected", "waiting"];
const MINUTES = ["read", "estimated", "missing"];
const wanted = named(); // quality#fastener_meters opens that source

/** "due every day from 2026-01-01 until 2026-01-08" */
function due(said) {
  return `due every ${said.every} from ${said.from} until ${dayBefore(said.until)}`;
}

function age({ due, freshness: said }) {
  if (said.last_day === null) return "no row has come";
  const last = due?.every === "month" ? said.last_day.slice(0, 7) : said.last_day;
  const agreed = said.agreed_days === null ? "" : `, ${said.agreed_days} agreed${said.is_late ? ": late" : ""}`;
  return `data until ${last}, ${many(said.age_days, "day")} old${agreed}`;
}

function moment(at) {
  return at === null ? "no date stated" : `${at.slice(0, 10)} ${at.slice(11, 16)} UTC`;
}

// ---- what is wrong with a source, worst first

function news(source) {
  const said = [];
  const add = (kind, rows, words) => rows > 0 && said.push([kind, words]);
  const calendar = source.calendar;
  add("bad", source.refused.length, `${many(source.refused.length, "file")} refused`);
  add("bad", source.held.length, `${many(source.held.length, "partition")} held`);
  if (calendar) add("bad", calendar.missed, `${many(calendar.missed, calendar.every)} missed`);
  add("warn", source.rows.rejected, `${many(source.rows.rejected, "row")} rejected`);
  add("warn", source.rows_waiting, `${many(source.rows_waiting, "row")} to be judged`);
  add("warn", source.minutes?.missing ?? 0, "meter minutes missing");
  return said;
}

function rank(source) {
  const kinds = news(source).map(([kind]) => kind);
  return kinds.includes("bad") ? 0 : kinds.includes("warn") ? 1 : 2;
}

function badges(source) {
  const said = news(source);
  if (!said.length) said.push(source.files ? ["good", "nothing to mend"] : ["plain", "nothing came yet"]);
  return element("div", { class: "badges" }, ...said.map(([kind, words]) => element("span", { class: `status ${kind}` }, words)));
}

// ---- the books

function books(source) {
  const rows = { ...source.rows, waiting: source.rows_waiting };
  const all = rows.read + rows.waiting;
  const always = source.calendar ? ["accepted", "superseded", "rejected"] : ["accepted"];
  const lines = COUNTS.filter((what) => always.includes(what) || rows[what]).map((what) => [
    element("dt", {}, element("i", { class: `key ${what}` }), what === "waiting" ? "to be judged" : what),
    element("dd", { class: rows[what] && what === "rejected" ? "bad" : null }, count(rows[what])),
  ]);
  return element(
    "div",
    { class: "books" },
    strip(COUNTS, rows, all),
    element("dl", {}, element("dt", {}, "rows read"), element("dd", {}, count(all)), ...lines.flat()),
    source.minutes ? minutes(source.minutes) : null,
    checked(source),
  );
}

function checked(source) {
  if (!source.checks.length || !source.rows.read) return null;
  const broken = source.checks.filter((check) => check.failing > 0).length;
  return element("p", { class: "checked words" }, `${many(source.checks.length, "rule")} checked, ${count(broken)} broken`);
}

function strip(parts, values, whole) {
  const told = parts.filter((part) => values[part] > 0);
  const node = element("div", { class: "bar", role: "img", "aria-label": told.map((part) => `${part} ${count(values[part])}`).join(", ") });
  for (const part of told) {
    const piece = element("span", { class: part });
    piece.style.flex = `${values[part] / whole} 1 0`;
    node.append(piece);
  }
  return node;
}

function minutes(said) {
  const words = `${count(said.read)} of ${many(said.expected, "meter minute")} read, ${count(said.estimated)} estimated, ${count(said.missing)} missing`;
  return element("div", { class: "minutes" }, strip(MINUTES, said, said.expected), element("p", { class: "words" }, words));
}

// ---- one source

function card(source, number) {
  const opened = `why-${number}`;
  const last = source.last_file;
  const button = element(
    "button",
    { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": opened },
    element("span", { class: "chevron", "aria-hidden": "true" }),
    element("span", {}, element("strong", {}, source.source), element("span", { class: "feeds" }, `→ ${source.table} · ${many(source.files, "file")}`)),
  );
  const detail = element("div", { id: opened, class: "detail", hidden: true });
  const toggle = () => {
    detail.hidden = !detail.hidden;
    button.setAttribute("aria-expanded", String(!detail.hidden));
    if (!detail.childElementCount) detail.append(...why(source));
  };
  button.addEventListener("click", toggle);
  if (wanted.has(source.source)) toggle();
  const arrived = last
    ? [
        element("p", { class: "file", title: last.name }, last.name),
        element("p", { class: "words" }, `issued ${moment(last.stated_at)}`),
        element("p", { class: "words" }, `received ${moment(last.received_at)}`),
        element("p", { class: "words" }, age(source)),
      ]
    : [];
  return element(
    "article",
    { class: source.calendar ? "source" : "source plain" },
    element("div", { class: "about" }, button, element("div", { class: "arrived" }, ...arrived), badges(source)),
    source.calendar ? calendar(source) : null,
    books(source),
    detail,
  );
}

/** What rejected rows would have brought: of a rule, a partition or a source. */
function stake(rejected) {
  const all = Object.entries(rejected.amounts);
  const told = all.filter(([, amount]) => Number(amount));
  const said = (told.length ? told : all).map(([unit, amount]) => `${grouped(amount)} ${unit || "(no unit)"}`);
  if (rejected.rows_without_amount) said.push(`${many(rejected.rows_without_amount, "row")} nobody can tell`);
  return said.length ? said.join(", ") : MISSING;
}

/** "1234.5" -> "1 234.5": every digit stays. */
function grouped(text) {
  const [whole, fraction] = text.split(".");
  const shown = whole.replace("-", "−").replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return fraction === undefined ? shown : `${shown}.${fraction}`;
}

function table(title, headings, lines) {
  if (!lines.length) return null;
  const rows = lines.map((line) => element("tr", {}, ...line.map((child, at) => element("td", { class: headings[at][1] }, child))));
  rows.forEach((row) => nameCells(row, headings));
  return element("table", { class: "reasons stacks" }, element("caption", {}, title), head(headings), element("tbody", {}, ...rows));
}

function place(example) {
  const value = example.value === null ? null : element("span", {}, ", value ", element("code", {}, example.value));
  return element("span", {}, `${example.file}, row ${example.row}`, value);
}

function rule(said) {
  const node = element("span", {}, element("code", {}, said.rule));
  if (said.column) node.append(element("span", { class: "words" }, ` ${said.column}`));
  return node;
}

/** Every rule of the suite, broken or not. */
function checks(source) {
  const line = (check) => [
    rule(check),
    element("span", {}, count(check.checked), check.of === "partitions" ? element("span", { class: "words" }, " partitions") : null),
    element("span", { class: check.failing ? `failing ${check.severity}` : "words" }, count(check.failing)),
    check.sentence,
  ];
  return table(
    "Checked",
    [["Rule", "rule"], ["Checked", "number"], ["Failing", "number"], ["What is asked", "told"]],
    source.checks.map(line),
  );
}

/** Everything rejected, held, refused, marked, missed and checked, with the sentence for the sender. */
function why(source) {
  const missed = (source.calendar?.spans ?? []).filter((span) => span.state === "missed");
  const parts = [
    table(
      "Rejected",
      [["Rule", "rule"], ["Rows", "number"], ["At stake", "stake"], ["First", "first"], ["What the sender is told", "told"]],
      source.rejected.map((said) => [rule(said), count(said.rows), stake(said), place(said.example), said.example.sentence]),
    ),
    table(
      "Held back as a whole",
      [["Partition", "rule"], ["Rows", "number"], ["At stake", "stake"], ["Rule", "first"], ["What the sender is told", "told"]],
      source.held.map((said) => [element("code", {}, said.partition), count(said.rows), stake(said), element("code", {}, said.rule), said.sentence]),
    ),
    table(
      "Refused files",
      [["File", "rule"], ["Rule", "first"], ["What the sender is told", "told"]],
      source.refused.map((said) => [said.file, element("code", {}, said.rule), said.sentence]),
    ),
    table(
      "Kept, but look at them",
      [["Rule", "rule"], ["Rows", "number"], ["What the sender is told", "told"]],
      source.warnings.map((said) => [rule(said), said.rows ? count(said.rows) : "whole partition", said.sentence]),
    ),
  ].filter((part) => part !== null);
  if (source.rejected.length > 1) {
    parts.unshift(element("p", { class: "sum" }, element("strong", {}, "At stake "), stake(source.at_stake), ", each rejected row once"));
  }
  if (missed.length) {
    const spans = missed.map(({ from, until }) => (dayBefore(until) === from ? from : `${from} … ${dayBefore(until)}`));
    parts.push(element("p", { class: "missed-days" }, element("strong", {}, "Missed "), spans.join(", "), ` (${due(source.due)})`));
  }
  if (!parts.length) parts.push(element("p", { class: "note" }, "Nothing was rejected, held, marked or missed."));
  if (source.rejected.length || source.held.length || source.refused.length) {
    parts.push(
      element(
        "p",
        { class: "next" },
        "Write the rejected rows back to their sender: ",
        element("code", {}, `lingtan quarantine --source ${source.source} --write FOLDER`),
        " After a fix: ",
        element("code", {}, `lingtan requeue ${source.source}`),
      ),
    );
  }
  const all = checks(source);
  if (all) parts.push(all);
  else if (source.files) parts.push(element("p", { class: "note" }, "Its rules are listed here after the first publication."));
  return parts;
}

// ---- the page

function totals(said) {
  const sum = (what) => said.sources.reduce((total, source) => total + what(source), 0);
  facts("totals", [
    ["As of", said.as_of],
    ["Missed", count(sum((source) => source.calendar?.missed ?? 0))],
    ["Partitions held", count(new Set(said.sources.flatMap((source) => source.held.map((held) => held.partition))).size)],
    ["Files refused", count(sum((source) => source.refused.length))],
    ["Rows read", count(sum((source) => source.rows.read + source.rows_waiting))],
    ["Rows rejected", count(sum((source) => source.rows.rejected))],
  ]);
}

function legend(sources) {
  const shown = new Set(sources.flatMap((source) => source.calendar.spans.map((span) => span.state)));
  return element(
    "p",
    { class: "legend" },
    ...Object.entries(STATES)
      .filter(([state]) => state === "met" || shown.has(state))
      .map(([state, words]) => element("span", {}, element("i", { class: `cell ${state}` }), words)),
  );
}

function section(title, sources, start, key) {
  if (!sources.length) return null;
  return element(
    "section",
    {},
    element("div", { class: "section-head" }, element("h2", {}, title), key),
    element("div", { class: "card" }, ...sources.map((source, number) => card(source, start + number))),
  );
}

async function show() {
  try {
    const said = await ask("api/quality");
    if (!said.has_landed) {
      const run = element("p", {}, "Run ", element("code", {}, "make run"), ", or drop a file where include/sources.yml says and wait for the night.");
      main.replaceChildren(note("Nothing has landed yet", run));
      return;
    }
    totals(said);
    const sources = [...said.sources].sort((one, other) => rank(one) - rank(other));
    const due = sources.filter((source) => source.calendar);
    const others = sources.filter((source) => !source.calendar);
    main.replaceChildren(
      ...[
        due.length ? section("Due by a calendar", due, 0, legend(due)) : null,
        section("Comes when it changes", others, due.length, null),
      ].filter((part) => part !== null),
    );
  } catch (error) {
    main.replaceChildren(note("The sources cannot be shown", element("p", {}, error.message)));
  } finally {
    main.setAttribute("aria-busy", "false");
  }
}

show();
