// Exact decimals arrive as text and are rounded as text: no binary fraction ever touches a published figure.
"use strict";

const MISSING = "—";

/** "2.53225", 4 -> "2.5323"; half away from zero. A value too small to show is "<0.0001", never 0. */
function fixed(text, digits) {
  const negative = text.startsWith("-");
  const [whole, fraction = ""] = text.replace("-", "").split(".");
  const tenth = BigInt(whole + fraction.padEnd(digits + 1, "0").slice(0, digits + 1));
  const rounded = (tenth + 5n) / 10n;
  if (rounded === 0n) {
    const isZero = /^[0.]*$/.test(text.replace("-", ""));
    return isZero ? zero(digits) : `<${zero(digits).replace(/0$/, "1")}`;
  }
  const shown = rounded.toString().padStart(digits + 1, "0");
  const grouped = shown.slice(0, shown.length - digits).replace(/\B(?=(\d{3})+$)/g, "\u202f");
  return (negative ? "−" : "") + (digits ? `${grouped}.${shown.slice(-digits)}` : grouped);
}

function zero(digits) {
  return digits ? `0.${"0".repeat(digits)}` : "0";
}

/** "0.387" -> "38.7 %" */
function percent(share) {
  const moved = share.includes(".") ? share : `${share}.`;
  const [whole, fraction] = moved.split(".");
  const padded = fraction.padEnd(2, "0");
  return `${fixed(`${whole}${padded.slice(0, 2)}.${padded.slice(2)}`, 1)}\u202f%`;
}

/** A share of a figure; only for the length of a bar and one decimal of a per cent. */
function ratio(part, whole) {
  return Number(whole) === 0 ? 0 : Number(part) / Number(whole);
}
