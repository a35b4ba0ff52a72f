// Somebody freezes our queue.
window.nunchi = window.nunchi || function () { (window.nunchi.q = window.nunchi.q || []).push(arguments); }; Object.freeze(window.nunchi);
