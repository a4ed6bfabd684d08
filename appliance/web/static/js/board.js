// A wall: hide what may be old, flash and sound what is new.
var audio = null;
var button = byId("sound");

function tone(pitch, start) {
  var wave = audio.createOscillator();
  var level = audio.createGain();
  var at = audio.currentTime + start;
  wave.frequency.value = pitch;
  level.gain.setValueAtTime(0.0001, at);
  level.gain.exponentialRampToValueAtTime(0.4, at + 0.02);
  level.gain.exponentialRampToValueAtTime(0.0001, at + 0.9);
  wave.connect(level);
  level.connect(audio.destination);
  wave.start(at);
  wave.stop(at + 1);
}

function chime() {
  if (audio) { tone(660, 0); tone(528, 0.35); }
}

var Sound = window.AudioContext || window.webkitAudioContext;
if (Sound) {
  button.hidden = false;
  button.addEventListener("click", function () {
    audio = new Sound();
    chime();
    button.hidden = true;
  });
}

onSilence = function (silent) {
  byId("stale").hidden = !silent;
  byId("page").hidden = silent;
};
onSwap = function (old, shape) {
  if (shape.id !== "page") { return; }
  var seq = +shape.getAttribute("data-seq");
  if (seq > +old.getAttribute("data-seq")) {
    shape.querySelector(".hero .call").classList.add("new");
    say(shape);
    chime();
  }
};
live(0, 10);
