// Storage that is full.
Storage.prototype.setItem = () => { throw new DOMException("full", "QuotaExceededError"); };
