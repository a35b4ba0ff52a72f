// A shop dialog that holds the focus.
document.addEventListener("focusin", (e) => { if (window.trap && !window.trap.contains(e.target)) window.trap.focus(); });
