// A page without sendBeacon.
Navigator.prototype.sendBeacon = undefined;
