//! Every maximum that both sides enforce, with the reason for the number.

use alloc::string::String;

/// The largest frame either side makes or reads. Browsers allow 64 KiB of keep-alive bodies for the
/// whole page; a quarter leaves room for the shop's other tools.
pub const FRAME_BYTES_MAX: usize = 16 * 1024;

/// The largest request body the collector reads before it answers 413.
pub const BODY_BYTES_MAX: usize = 64 * 1024;

/// Items in one frame. A frame of 16 KiB holds fewer real ones; this bounds what a forged one may
/// make us allocate.
pub const ITEMS_MAX: usize = 2_048;

/// Bytes of a site key: it is typed by people and sent with each beacon.
pub const SITE_KEY_BYTES_MAX: usize = 32;

/// Bytes of a page's path, without query and fragment.
pub const PATH_BYTES_MAX: usize = 256;

/// Bytes of a product id or order number.
pub const PRODUCT_ID_BYTES_MAX: usize = 64;

/// Bytes of a human-readable name: product, category, goal.
pub const NAME_BYTES_MAX: usize = 96;

/// Bytes of a host name (the referrer's).
pub const HOST_BYTES_MAX: usize = 64;

/// Bytes of where a session came from: a host, three names of a campaign and one of a click id.
pub const SOURCE_BYTES_MAX: usize = 256;

/// Lines of a cart that are told; a wide order has fewer.
pub const CART_LINES_MAX: usize = 16;

/// Campaigns with a cap on a lifetime that are counted for one visitor; a further one does not fire.
pub const LIFETIMES_MAX: usize = 32;

/// Bytes of a language tag such as `ko` or `pt-BR`.
pub const LANGUAGE_BYTES_MAX: usize = 12;

/// Bytes of the deciding half's snapshot that a run reports when it resumes.
pub const SNAPSHOT_BYTES_MAX: usize = 4_096;

/// Values of evidence in one verdict: one a leaf of the trigger tree.
pub const EVIDENCE_MAX: usize = 32;

/// How long a dedup mark is kept, so how old a beacon may be: three days and an hour, for a laptop
/// closed over a long weekend.
pub const DEDUP_HOURS: u64 = 73;

/// How far ahead a visitor's clock may be, in days: the longest life of a certificate that browsers
/// accept (CA/Browser Forum, 2020), beyond which the clock would have kept the shop from opening.
/// It bounds how long a forged date makes us keep a mark.
pub const CLOCK_LEAD_DAYS: u64 = 398;

/// The longest beginning of `text` that takes at most `bytes_max` bytes and does not cut a
/// character in two. Whoever makes an item from the page's text clips it by the limits above.
pub fn clip(text: &str, bytes_max: usize) -> String {
    text[..text.floor_char_boundary(bytes_max)].into()
}
