
"use strict";
const form = document.getElementById("filter");
if (form) {
  const [search, least, stage, shown, nothing] =
    ["words", "least", "stage", "shown", "nothing"].map((id) => document.getElementById(id));
  const cards = [...document.querySelectorAll("article[data-rank]")].map((card) => ({
    card, text: card.textContent.toLowerCase(), count: Number(card.dataset.count),
  }));
  const total = shown.textContent;
  const apply = () => {
    const wanted = search.value.toLowerCase().split(/\s+/).filter(Boolean);
    let visible = 0;
    let hidden = 0;
    for (const { card, text, count } of cards) {
      const fits = Number(card.dataset.rank) >= Number(least.value)
        && (!stage.value || card.dataset.stage === stage.value)
        && wanted.every((word) => text.includes(word));
      card.hidden = !fits;
      if (fits) visible += count; else hidden += count;
    }
    shown.textContent = hidden ? `${visible.toLocaleString("en")} of ${total}` : total;
    nothing.hidden = visible > 0;
  };
  form.hidden = false;
  form.addEventListener("input", apply);
  form.addEventListener("submit", (event) => event.preventDefault());
  apply();
}
addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details")) details.open = true;
});
