"use strict";

const main = document.getElementById("figures");
const KINDS = {
  source_stream: "Fuels and process inputs",
  purchased_heat: "Purchased heat",
  grid_electricity: "Grid electricity",
  contracted_electricity: "Electricity by line or agreement",
  passed_on: "Heat, power and waste gas passed on",
  floor: "Lifted to zero (Eq 55)",
  precursor: "Precursor",
};
const COMPONENTS = {
  own_direct: "own, direct",
  own_indirect: "own, indirect",
  precursor_direct: "precursor, direct",
  precursor_indirect_counted: "precursor, indirect",
  precursor_indirect_informational: "precursor, indirect",
  precursor_default_undivided: "precursor, default total",
};
const QUALITIES = ["measured", "estimated", "default"];
// figures#BOLT-M12 or figures#cbam/CN-FAST/73181588/2026/see_counted opens what it names
const wanted = named();

function missing(reason) {
  return element("span", { class: "missing", title: reason ?? "no reason stated" }, MISSING);
}

function emissions(text, reason, digits = 4) {
  return text === null ? missing(reason) : fixed(text, digits);
}

function showRelease(release) {
  if (!release) return;
  const pairs = [
    ["Release", element("code", { title: release.address }, release.release)],
    ["Released", `${release.released_at.slice(0, 10)} ${release.released_at.slice(11, 16)} UTC`],
  ];
  if (release.previous) pairs.push(["Changed", `${release.changed} values since ${release.previous.slice(0, 8)}`]);
  facts("release", pairs);
}

function legend() {
  return element(
    "p",
    { class: "legend" },
    ...QUALITIES.map((quality) => element("span", {}, element("i", { class: `key ${quality}` }), quality)),
    element("span", {}, "shares of the counted figure"),
    element("span", {}, element("i", { class: "key gap" }), "missing, of the meters’ minutes"),
  );
}

function bar(parts, label) {
  const strip = element("div", { class: "bar", role: "img", "aria-label": label });
  for (const quality of QUALITIES) {
    const piece = element("span", { class: quality });
    piece.style.width = `${parts[quality] * 100}%`;
    if (parts[quality] > 0) strip.append(piece);
  }
  return strip;
}

/** What stands for nothing in the figure: minutes that nobody read and no rule fills. */
function gap(figure) {
  const share = figure.missing_share;
  if (share === null) return element("p", { class: "gap-words" }, "meter minutes not counted");
  if (Number(share) === 0) return element("p", { class: "gap-words" }, "no meter minute missing");
  const title = `of the minutes of ${figure.installation_code}’s billing meters so far in ${figure.reporting_year}: neither read nor estimated`;
  return element("p", { class: "gap-words told", title }, element("i", { class: "key gap" }), `${percent(share)} of meter minutes missing`);
}

function shares(figure) {
  if (figure.measured_share === null) {
    if (figure.see_counted !== null) return element("span", { class: "missing", title: "shares of nothing" }, MISSING);
    return element("span", { class: "because" }, figure.absent_because ?? "no figure, and no reason stated");
  }
  const told = QUALITIES.map((quality) => [quality, figure[`${quality}_share`]]);
  const label = told.map(([quality, share]) => `${quality} ${percent(share)}`).join(", ");
  const parts = Object.fromEntries(told.map(([quality, share]) => [quality, Number(share)]));
  const numbers = told.map(([quality, share]) =>
    element("span", { title: quality }, element("i", { class: `key ${quality}` }), percent(share)));
  return element("div", { class: "shares" }, bar(parts, label), element("div", { class: "share-numbers" }, ...numbers));
}

function indirect(figure) {
  const cell = element("td", { class: "number" }, emissions(figure.see_indirect, figure.absent_because ?? figure.indirect_absent_because));
  if (figure.is_indirect_counted === false) {
    cell.classList.add("informational");
    cell.append(
      element("abbr", { class: "mark", title: "informational: CBAM counts direct emissions only for this good (Annex II)" }, "info"),
    );
  }
  return cell;
}

function perUnit(figure) {
  const cell = element("td", { class: "number" }, emissions(figure.per_declared_unit_kg_co2e, figure.absent_because));
  if (figure.per_declared_unit_kg_co2e !== null) cell.append(element("span", { class: "unit" }, `kg CO₂e / ${figure.declared_unit}`));
  return cell;
}

const HEADINGS = [
  ["Product", ""],
  ["CN code", ""],
  ["Year", "number"],
  ["Direct", "number"],
  ["Indirect", "number"],
  ["Counted", "number"],
  ["Evidence", "evidence"],
  ["Per unit sold", "number"],
  ["Status", ""],
];

function row(figure, number) {
  const opened = `leaves-${number}`;
  const button = element(
    "button",
    { type: "button", class: "opener", "aria-expanded": "false", "aria-controls": opened },
    element("span", { class: "chevron", "aria-hidden": "true" }),
    element(
      "span",
      { class: "product" },
      element("strong", {}, figure.product_code),
      element("span", { class: "name" }, figure.product_name ?? ""),
    ),
  );
  const detail = element("tr", { id: opened, class: "detail", hidden: true }, element("td", { colspan: HEADINGS.length }));
  const line = element(
    "tr",
    { class: "figure" },
    element("th", { scope: "row" }, button),
    element("td", { class: "code" }, figure.cn_code),
    element("td", { class: "number" }, String(figure.reporting_year)),
    element("td", { class: "number" }, emissions(figure.see_direct, figure.absent_because)),
    indirect(figure),
    element("td", { class: "number counted" }, emissions(figure.see_counted, figure.absent_because)),
    element("td", { class: "evidence" }, shares(figure), gap(figure)),
    perUnit(figure),
    element("td", {}, element("span", { class: `status ${figure.status}` }, figure.status)),
  );
  nameCells(line, HEADINGS);
  line.addEventListener("click", (event) => {
    if (!getSelection()?.toString() || event.target.closest("button")) toggle(figure, button, detail, line);
  });
  if (wanted.has(figure.product_code) || wanted.has(figure.figure_key)) toggle(figure, button, detail, line);
  return [line, detail];
}

async function toggle(figure, button, detail, line) {
  const opens = detail.hidden;
  detail.hidden = !opens;
  button.setAttribute("aria-expanded", String(opens));
  line.classList.toggle("open", opens);
  const cell = detail.firstElementChild;
  if (!opens || cell.childElementCount) return;
  cell.append(element("p", { class: "note" }, "Loading …"));
  try {
    cell.replaceChildren(await made(figure));
  } catch (error) {
    cell.replaceChildren(element("p", { class: "note error" }, error.message));
  }
}

/** What a figure is made of: the counted contributions, then those that are only told. */
async function made(figure) {
  const stem = figure.figure_key.slice(0, figure.figure_key.lastIndexOf("/"));
  const [direct, other] = await Promise.all(
    ["see_direct", "see_indirect"].map((measure) =>
      fetchLeaves(`${stem}/${measure}`)),
  );
  const all = [...direct, ...other];
  const counted = all.filter((leaf) => leaf.is_counted).sort(largestFirst);
  const told = all.filter((leaf) => !leaf.is_counted).sort(largestFirst);
  const box = element("div", { class: "made" });
  if (figure.absent_because) box.append(element("p", { class: "reason" }, `No figure: ${figure.absent_because}`));
  box.append(contributions("Counted", figure.see_counted, counted, figure));
  if (told.length) box.append(contributions("Informational, not counted", figure.see_indirect, told, figure));
  box.append(
    element(
      "p",
      { class: "keys" },
      element("code", {}, figure.figure_key),
      element("span", {}, `good ${figure.cn_code} of ${figure.installation_code}`),
      element("span", {}, coverage(figure)),
      element("span", {}, certificates(figure)),
      element("span", {}, claim(figure)),
    ),
  );
  return box;
}

/** Whether the figure may be declared, by which statements, or which documents are missing. */
function claim(figure) {
  const verified = figure.attestation_codes ? `verified by ${figure.attestation_codes}` : null;
  if (figure.is_claimable) return `claimable, ${verified}`;
  const why = figure.unclaimable_because;
  return ["not claimable yet", verified, why].filter(Boolean).join("; ");
}

/** What shipments of the product cost their importers, by actual and by default data. */
function certificates(figure) {
  if (figure.shipped_mass_t === null) return "nothing shipped under CBAM";
  const parts = [
    `certificates per t: ${emissionsText(figure.actual_certificates_per_t)} by actual, ${emissionsText(figure.default_certificates_per_t)} by default data`,
  ];
  if (figure.certificates_absent_because !== null) parts.push(`untold because ${figure.certificates_absent_because}`);
  if (figure.saved_eur !== null) parts.push(`${fixed(figure.saved_eur, 2)} EUR saved`);
  if (Number(figure.unpriced_mass_t)) parts.push(`${figure.unpriced_mass_t} t without a price`);
  return parts.join(", ");
}

function emissionsText(text) {
  return text === null ? MISSING : fixed(text, 4);
}

function coverage(figure) {
  return figure.coverage_share === null ? "coverage unknown" : `${percent(figure.coverage_share)} of the year covered`;
}

async function fetchLeaves(key) {
  const path = key.split("/").map(encodeURIComponent).join("/");
  const answer = await fetch(`api/figures/${path}/leaves`, { headers: { Accept: "application/json" } });
  if (answer.status === 404) return []; // a good without indirect contributions
  if (!answer.ok) throw new Error(`The contributions could not be read (${answer.status}).`);
  return answer.json();
}

function largestFirst(one, other) {
  if (one.emissions === null || other.emissions === null) return (one.emissions !== null) - (other.emissions !== null);
  return Number(other.emissions) - Number(one.emissions);
}

const LEAF_HEADINGS = [
  ["Contribution", "wide"],
  ["Component", "middle"],
  ["Factor", "middle"],
  ["t CO₂e", "number"],
  ["Share", "number"],
  ["", "strip"],
];

function contributions(title, total, leaves, figure) {
  const largest = Math.max(...leaves.map((leaf) => ratio(leaf.emissions ?? "0", total ?? "0")), 0);
  return element(
    "table",
    { class: "leaves stacks" },
    element(
      "caption",
      {},
      title,
      element("span", { class: "sum" }, total === null ? MISSING : `${fixed(total, 4)} t CO₂e per ${figure.per}`),
    ),
    head(LEAF_HEADINGS),
    element("tbody", {}, ...leaves.map((leaf) => contribution(leaf, total, largest))),
  );
}

function contribution(leaf, total, largest) {
  const share = leaf.emissions === null || total === null ? null : ratio(leaf.emissions, total);
  const strip = element("td", { class: "strip" });
  if (share !== null && largest > 0) {
    const parts = Object.fromEntries(QUALITIES.map((quality) => [quality, ratio(leaf[quality] ?? "0", leaf.emissions)]));
    const piece = bar(parts, QUALITIES.filter((quality) => parts[quality] > 0).join(", "));
    piece.style.width = `${Math.max((share / largest) * 100, 0.8)}%`;
    strip.append(piece);
  }
  const line = element(
    "tr",
    {},
    element(
      "th",
      { scope: "row" },
      element("span", { class: "leaf-name" }, leaf.leaf_name ?? leaf.leaf_id),
      element("span", { class: "leaf-kind" }, kind(leaf)),
      leaf.evidence ? element("span", { class: "leaf-kind" }, evidence(leaf)) : null,
      leaf.absent_because ? element("span", { class: "because" }, leaf.absent_because) : null,
    ),
    element("td", {}, COMPONENTS[leaf.component] ?? leaf.component),
    element("td", {}, factor(leaf)),
    element("td", { class: "number" }, emissions(leaf.emissions, leaf.absent_because, 6)),
    element("td", { class: "number" }, share === null ? missing(leaf.absent_because) : shareOf(share)),
    strip,
  );
  nameCells(line, LEAF_HEADINGS);
  return line;
}

function evidence(leaf) {
  const words = leaf.evidence.replaceAll("_", " ");
  return leaf.attestation_code ? `${words} by ${leaf.attestation_code}` : words;
}

function factor(leaf) {
  if (leaf.factor_id !== null) return element("code", {}, leaf.factor_id);
  if (leaf.emissions === null) return missing(leaf.absent_because);
  const title = "no factor of the reference tables: the seller's or the supplier's own evidence";
  return element("span", { class: "missing", title }, "own evidence");
}

function shareOf(share) {
  return share > 0 && share < 0.0005 ? "<0.1\u202f%" : `${(share * 100).toFixed(1)}\u202f%`;
}

function kind(leaf) {
  const words = KINDS[leaf.leaf_kind] ?? leaf.leaf_kind;
  return leaf.via === "electricity" ? `${words}, through own electricity at ${leaf.node_id}` : `${words} at ${leaf.node_id}`;
}

function table(per, figures, start) {
  return element(
    "section",
    {},
    element(
      "div",
      { class: "section-head" },
      element("h2", {}, per ? `t CO₂e per ${per}` : "Products without a declared good"),
      legend(),
    ),
    element(
      "div",
      { class: "card" },
      element(
        "table",
        { class: "figures stacks" },
        head(HEADINGS),
        element("tbody", {}, ...figures.flatMap((figure, number) => row(figure, start + number))),
      ),
    ),
  );
}

function yearWithout(year) {
  const reason = year.has_rules ? "no good was made in this year" : "no CBAM rules for this year";
  return element("p", { class: "note" }, element("strong", {}, String(year.reporting_year)), ` ${reason}, so there is no figure.`);
}

async function show() {
  try {
    const said = await ask("api/figures");
    showRelease(said.release);
    if (!said.figures.length) {
      main.replaceChildren(note("No figures yet", element("p", {}, "Run ", element("code", {}, "make run"), " in the project's folder, then reload this page.")));
      return;
    }
    const pers = [...new Set(said.figures.map((figure) => figure.per))];
    let start = 0;
    const tables = pers.map((per) => {
      const figures = said.figures.filter((figure) => figure.per === per);
      start += figures.length;
      return table(per, figures, start - figures.length);
    });
    main.replaceChildren(...tables, ...(await supplierSections()), ...said.years_without_figure.map(yearWithout));
  } catch (error) {
    main.replaceChildren(note("The figures cannot be shown", element("p", {}, error.message)));
  } finally {
    main.setAttribute("aria-busy", "false");
  }
}

show();
