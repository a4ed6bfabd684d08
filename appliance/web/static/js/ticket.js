// The number stays on the screen, whatever happens to the connection.
onSilence = function (silent) { byId("off").hidden = !silent; };
onSwap = function (old, shape) {
  say(shape);
  if (old.getAttribute("data-state") !== shape.getAttribute("data-state")) {
    window.scrollTo(0, 0);
    if (shape.getAttribute("data-state") === "called" && navigator.vibrate) {
      navigator.vibrate([400, 200, 400]);
    }
    over = ["waiting", "held", "called", "serving"].indexOf(shape.getAttribute("data-state")) < 0;
  }
};
live(600, 60);
