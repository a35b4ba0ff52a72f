// A clock in another year.
const Old = Date; window.Date = class extends Old { constructor(...a) { a.length ? super(...a) : super(Old.now() - 4e11); } static now() { return Old.now() - 4e11; } };
