// One key for each of the four taps of every visit; whoever does not want them switches them off.
const KEYS = { n: ["next", ""], r: ["recall"], k: ["finish"], w: ["hold"] };

TAPS.keys = () => {
  keysOn = !keysOn;
  history.replaceState(null, "", address("toetsen", keysOn ? "aan" : "uit"));
  paint();
};

document.addEventListener("keydown", event => {
  const wanted = KEYS[event.key.toLowerCase()];
  const free = !sheet && !locked && !asking && !event.ctrlKey && !event.altKey && !event.metaKey && !event.repeat;
  if (!keysOn || !wanted || !free || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) { return; }
  const target = document.querySelector('#main [data-do="' + wanted[0] + '"]:not([disabled])');
  if (target) { event.preventDefault(); target.focus(); target.click(); }
});
