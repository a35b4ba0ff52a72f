// jQuery of before, with $ for somebody else.
window.$ = (s) => document.querySelectorAll(s); window.jQuery = window.$; window.$.fn = {}; window.jQuery.noConflict = () => window.jQuery;
