// A sheet can be printed from here.
var print = document.getElementById("print");
print.hidden = false;
print.addEventListener("click", function () { window.print(); });
