// A page without fetch.
delete window.fetch; window.fetch = undefined;
