// Follow the look of the Airflow page around this one, which may differ from the system's.
(() => {
  "use strict";
  let outer;
  try {
    outer = parent === self ? null : parent.document.documentElement;
  } catch {
    outer = null;
  }
  if (!outer) return;
  const follow = () => {
    const said = `${outer.className} ${outer.dataset.theme ?? ""} ${outer.style.colorScheme}`;
    const theme = /\b(dark|light)\b/.exec(said)?.[1];
    if (theme) document.documentElement.dataset.theme = theme;
  };
  follow();
  new MutationObserver(follow).observe(outer, { attributes: true, attributeFilter: ["class", "data-theme", "style"] });
})();
