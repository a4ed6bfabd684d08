// Keys of a keyboard or a pedal: those that the place wants, until this tablet switches them off.
const KEYS = { n: "next", r: "recall", k: "finish", z: "hold", h: "no-show" };

TAPS.keys = () => {
  keysOn = !keysOn;
  history.replaceState(null, "", address("toetsen", keysOn ? "aan" : "uit"));
  paint();
};

document.addEventListener("keydown", event => {
  const what = KEYS[event.key.toLowerCase()];
  const free = !sheet && !locked && !asking && !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat;
  if (!keysOn || !free || S.shortcuts.indexOf(what) < 0 || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
  const target = document.querySelector('#main [data-do="' + what + '"]:not([disabled])');
  if (target && target.offsetParent) { event.preventDefault(); target.focus(); target.click(); }
});
