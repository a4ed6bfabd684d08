// Keys of a keyboard or a pedal, those that the place switched on.
const KEYS = { n: "next", r: "recall", k: "finish", z: "hold", h: "no-show" };

document.addEventListener("keydown", event => {
  const what = KEYS[event.key.toLowerCase()];
  if (S.shortcuts.indexOf(what) < 0 || event.repeat || event.ctrlKey || event.altKey || event.metaKey || sheet) { return; }
  const wanted = document.querySelector(`#main [data-do="${what}"]`);
  if (wanted && wanted.offsetParent) { wanted.click(); }
});
