// Whose answer would move certificates most: a section per year below the figures.
"use strict";

const SUPPLIER_HEADINGS = [
  ["Precursor", ""],
  ["Evidence now", ""],
  ["Request", ""],
  ["0.1 t/t less", "number"],
  ["Lowest answer", "number"],
  ["By default", "number"],
  ["By Annex IV", "number"],
];

async function supplierSections() {
  try {
    const parts = await ask("api/suppliers");
    const years = [...new Set(parts.map((part) => part.reporting_year))];
    return years.map((year) => supplierSection(year, parts.filter((part) => part.reporting_year === year)));
  } catch (error) {
    return [note("What suppliers' answers would move cannot be shown", element("p", {}, error.message))];
  }
}

function supplierSection(year, parts) {
  const most = Math.max(...parts.map((part) => Math.abs(Number(part.tenth_lower_change_t_co2e ?? 0))));
  return element(
    "section",
    {},
    element(
      "div",
      { class: "section-head" },
      element("h2", {}, `Whose answer would move certificates most, ${year}`),
      element("p", { class: "legend" }, "change of the year’s certificates in t CO₂e and EUR; what-ifs, one part at a time"),
    ),
    element(
      "div",
      { class: "card" },
      element(
        "table",
        { class: "suppliers stacks" },
        head(SUPPLIER_HEADINGS),
        element("tbody", {}, ...parts.map((part) => supplierRow(part, most))),
      ),
    ),
  );
}

function supplierRow(part, most) {
  const line = element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      element("strong", {}, part.place === null ? "" : `${part.place}  `, part.producer_installation_code),
      element("span", { class: "name" }, `${part.item_name}, ${fixed(part.mass_t, 0)} t to ${part.installation_code}${soldBy(part)}`),
    ),
    element("td", {}, part.evidence.replaceAll("_", " ")),
    element("td", {}, asked(part)),
    element("td", { class: "number" }, change(part, "tenth_lower"), strip(part, most)),
    element("td", { class: "number", title: part.lowest_answer_id }, change(part, "lowest_answer", "no answer for this code is in use")),
    element("td", { class: "number" }, change(part, "default")),
    element("td", { class: "number" }, change(part, "annex_iv")),
  );
  nameCells(line, SUPPLIER_HEADINGS);
  return line;
}

function soldBy(part) {
  return part.seller_codes === null ? "" : `, sold by ${part.seller_codes}`;
}

function asked(part) {
  const words = part.request_state.replaceAll("_", " ");
  const mood = {
    answered: "", waiting: "warn", silent: "bad", declined: "bad", not_asked: "warn", answer_not_landed: "warn",
    answer_not_usable: "bad",
  };
  const badge = element("span", { class: `status ${mood[part.request_state] ?? ""}` }, words);
  if (part.silent_days === null) return badge;
  return element("span", {}, badge, element("span", { class: "unit" }, `${count(part.silent_days)} days since asked`));
}

function change(part, rung, reason) {
  const tonnes = part[`${rung}_change_t_co2e`];
  if (tonnes === null) return missing(part.absent_because ?? reason);
  const euros = part[`${rung}_change_eur`];
  return element(
    "span",
    {},
    signed(tonnes),
    element("span", { class: "unit", title: part.price_absent_because }, euros === null ? "no price" : `${signed(euros)} EUR`),
  );
}

/** Below zero has its sign from `fixed`; more certificates say so too. */
function signed(text) {
  return Number(text) > 0 ? `+${fixed(text, 2)}` : fixed(text, 2);
}

function strip(part, most) {
  const moved = Math.abs(Number(part.tenth_lower_change_t_co2e ?? 0));
  if (!most || !moved) return null;
  const piece = element("span", { class: part.place === null ? "answered" : "open-answer" });
  piece.style.width = `${(moved / most) * 100}%`;
  return element("div", { class: "bar", role: "img", "aria-label": `${fixed(String(moved), 2)} t` }, piece);
}
