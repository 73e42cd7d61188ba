// The theme that a person chose, on the page before it is painted: Python comes too late for that.
// It is written by pyscript/settings/looks.py, which says so by an event; other tabs hear "storage".
const metas = [...document.querySelectorAll("meta[name=theme-color]")];
const usual = metas.map((meta) => meta.media);

function wear() {
  let theme = document.documentElement.dataset.given; // by the host of a frame (embed.js)
  try {
    theme = JSON.parse(localStorage.getItem("offcut.theme")) ?? theme;
  } catch {} // blocked, or not what was written: as the system has it
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
  metas.forEach((meta, at) => {
    meta.media = !theme ? usual[at] : usual[at].includes(theme) ? "all" : "not all";
  });
}

wear();
addEventListener("storage", wear);
addEventListener("offcut-theme", wear);
