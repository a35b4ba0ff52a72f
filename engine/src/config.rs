//! Every threshold, with its unit and its source. Shells hold no numbers of their own.

use core::ops::RangeInclusive;

/// How often the shell samples the pointer, milliseconds. Recorded traces of real leaves were scored
/// at 150 ms; 50 ms gives the extrapolation three times the points for a third of a move's cost.
pub const POINTER_SAMPLE_MS: u64 = 50;

/// A time that never comes: nothing is due. Plain numbers, because a minimum over `Option`s takes
/// three times the code.
pub(crate) const NEVER: u64 = u64::MAX;

// Session.

/// A session ends after this much time without an item, milliseconds: 30 minutes, as in GA4,
/// Plausible and `PostHog`.
pub const SESSION_IDLE_MS: u64 = 30 * 60_000;

/// A session never lasts longer, milliseconds: 24 hours, as in `PostHog`.
pub const SESSION_MS_MAX: u64 = 24 * 3_600_000;

/// A clock that stands this much before the saved session was set back: start fresh, milliseconds.
pub const CLOCK_BACK_MS_MAX: u64 = 60_000;

// Consent.

/// Longest time the shell holds in memory what the shop states while nobody has answered the consent
/// banner, milliseconds (DESIGN, section 11).
pub const HELD_MS_MAX: u64 = 60_000;

/// Most of it held meanwhile; the oldest go first. A busy first minute makes about 40 items.
pub const HELD_MAX: usize = 128;

// Exit intent.

/// The pointer must reach the top edge within this time at its present speed, milliseconds. On 127
/// recorded leaves 300 ms alone finds .567 of them with precision .800; 400 ms costs .06 of precision.
pub const EXIT_ETA_MS_MAX: u64 = 300;

/// Time on the view before leaving means anything, milliseconds: arriving visitors still steer
/// away from the address bar. `ouibounce` waits 1 s, bioEp 5 s; three of 127 recorded leaves begin
/// between 1.5 and 2 s.
pub const EXIT_VIEW_MS_MIN: u64 = 1_500;

/// Time since the pointer entered the page, milliseconds: who enters from the top and turns back is
/// not leaving.
pub const EXIT_ENTERED_MS_MIN: u64 = 500;

/// So close to the top edge the pointer has arrived, CSS pixels. A pointer aiming at a header link
/// brakes before it; nothing but the edge lies beyond.
pub const EXIT_EDGE_PX: i32 = 8;

/// Slower upward drift is not a movement towards anything, CSS pixels a second.
pub const EXIT_SPEED_MIN: u64 = 100;

/// A gap between samples that ends a stroke, milliseconds: four sample periods.
pub const EXIT_GAP_MS_MAX: u64 = 200;

/// Steps shorter than this are heard closely, milliseconds: two sample periods.
pub const EXIT_CLOSE_MS: u64 = 100;

/// So near to the edge an aim is sure, milliseconds, where arrival cannot be heard. On 127 recorded
/// leaves, heard every 150 ms: such aims are right in .86 of all cases, those between here and
/// [`EXIT_ETA_MS_MAX`] in .74.
pub const EXIT_SURE_MS: u64 = 200;

/// So long nothing more must be heard after another aim, milliseconds, where arrival cannot be heard:
/// who turns or brakes is heard within 150 to 200 ms. 200 to 300 ms differ by two of 94 firings.
pub const EXIT_SILENCE_MS: u64 = 250;

/// So near to the top edge, CSS pixels, a pointer that is not heard again is out, where arrival cannot
/// be heard: the height at which `ouibounce` fires at once (precision .644 on the recorded leaves).
pub const EXIT_REST_PX: i32 = 20;

/// And so long nothing more must be heard, milliseconds: who comes in through the top is heard within
/// it. It finds three more of 127 recorded leaves for one false alarm; 16 to 25 px and 500 to 700 ms
/// are alike.
pub const EXIT_REST_MS: u64 = 500;

/// Two leaves within this time are one, milliseconds. A firing says that a leave follows within 4 s, so
/// one soon after it says little more: 3,000 to 3,500 spare two of 14 false alarms, 4,000 loses a leave.
pub const EXIT_AGAIN_MS: u64 = 3_000;

// Dwell.

/// Without a sign of life for so long the visitor is not there, milliseconds. `Matomo` and Snowplow
/// count whole heartbeats of 10 to 15 s whatever happens in them.
pub const DWELL_IDLE_MS: u64 = 30_000;

/// Active time at which dwell is reported, milliseconds; and once more when the page hides.
pub const DWELL_STEPS_MS: [u32; 5] = [3_000, 10_000, 30_000, 60_000, 180_000];

/// Products whose dwell is remembered across page loads; the one longest unseen goes first.
pub const DWELL_PRODUCTS_MAX: usize = 12;

/// Active time on a product that makes it one of interest, milliseconds: the step that GA4 calls an
/// engaged visit.
pub const INTEREST_MS: u32 = 10_000;

// Cart hesitation. No vendor publishes a full definition; the order of the causes follows
// yokaify.com/blog/detect-cart-abandonment-intent: each alone is noise, two within a short time
// justify a cheap action, three one that costs money.

/// Rest on a price or the total, milliseconds ("a few seconds").
pub const PRICE_PAUSE_MS: u64 = 3_000;

/// Stillness on a cart or checkout page with a filled cart, milliseconds.
pub const IDLE_CART_MS: u64 = 20_000;

/// Stillness after the shipping cost came on screen, milliseconds.
pub const SHIPPING_STILL_MS: u64 = 5_000;

/// The stillness must begin so soon after the shipping cost was seen, milliseconds.
pub const SHIPPING_REACT_MS: u64 = 10_000;

/// Absence that counts as going elsewhere, milliseconds; a shorter one is a slip.
pub const TAB_SWITCH_MS_MIN: u64 = 3_000;

/// A cause is forgotten after this time, milliseconds. Twice the 60 s that growthsuite.net names as
/// the upper end of the hesitation window, so that two causes can meet.
pub const HESITATION_HOLD_MS: u64 = 120_000;

/// Highest level of hesitation.
pub const HESITATION_LEVEL_MAX: u8 = 3;

/// Controls and products whose to-and-fro is followed at once; the oldest goes first.
pub const TO_AND_FRO_SLOTS: usize = 4;

// Rage click.

/// Presses that make a rage click: 3, as in `PostHog` (`rageclick.ts`) and `OpenReplay`.
pub const RAGE_PRESSES: u8 = 3;

/// Distance from the press before, |dx| + |dy| in CSS pixels (`PostHog`).
pub const RAGE_PX_MAX: u32 = 30;

/// Time from the press before, milliseconds (`PostHog`). As long must nothing answer after the last
/// press: the bare rule fires 17 times per 1,000 clicks of ordinary work. (`PostHog` waits 2500 ms
/// for one click, `OpenReplay` 1234 ms; here the presses before have waited already.)
pub const RAGE_GAP_MS: u64 = 1_000;

/// Presses on plain page that make a rage click: where nothing tells what answered, three fire 17
/// times per 1,000 clicks of ordinary work, five to nine so fast 0.6 times. Rows of ten and more come
/// as even as a clock and on one pixel there, as on an arrow or a pager: they alone fire 1.4 times.
pub const RAGE_PLAIN_PRESSES: RangeInclusive<u8> = 5..=9;

/// And each so shortly after the one before, milliseconds: the pause between two double presses of
/// ordinary work is 480 ms and more.
pub const RAGE_PLAIN_GAP_MS: u64 = 400;

// Dead click.

/// So long a press on something clickable waits for an answer, milliseconds: 2500, as in `PostHog`
/// (`OpenReplay` 1234 ms).
pub const DEAD_CLICK_MS: u64 = 2_500;

// Comparing.

/// Two looks at one product lie so near to each other, milliseconds (DESIGN, section 5).
pub const COMPARE_WITHIN_MS: u64 = 180_000;

/// Shorter in view is a slip, milliseconds: what stands so briefly was not read. Ours.
pub const COMPARE_LOOK_MS: u64 = 2_000;

// Searches.

/// Results left so soon were not read, milliseconds (DESIGN, section 5).
pub const SEARCH_LEFT_MS: u64 = 3_000;

/// So many in a row are trouble (DESIGN, section 5).
pub const SEARCH_MISSES: u8 = 2;

/// And no further apart, milliseconds: as for comparing.
pub const SEARCH_WITHIN_MS: u64 = 180_000;

/// Two events within this time say one search, milliseconds: GA4 has `search` and
/// `view_search_results`, one when it is sent and one when its page is there.
pub const SEARCH_SAME_MS: u64 = 1_000;

// Forms.

/// Vain tries to send a form that are trouble, and of one field (DESIGN, section 5).
pub const FORM_TRIES: u8 = 2;

/// What is found wrong within this time belongs to one try, milliseconds.
pub const FORM_TRY_MS: u64 = 1_000;

/// So long after a press on its button it is looked what the form found wrong, milliseconds: scripts
/// that check come first.
pub const FORM_LOOK_MS: u64 = 500;

/// Returns to one field that are trouble (DESIGN, section 5).
pub const FORM_REENTRIES: u8 = 3;

/// Shorter in a field is passing through, milliseconds.
pub const FORM_STAY_MS: u64 = 1_000;

// Fading. The rule and its numbers are ours: in 33 hours of reading and office work it would have been
// noticed twice, had something been at stake.

/// In one such time at most one beat of activity is counted, milliseconds.
pub const FADING_BEAT_MS: u64 = 500;

/// Beats are summed up over so long, milliseconds: the rate's half-life.
pub const FADING_SLOT_MS: u64 = 10_000;

/// Slots before there is a mean to fall from: a minute of activity.
pub const FADING_SLOTS: u32 = 6;

/// Below the mean divided by this activity fades: by a third or a quarter it never did in the 33 hours,
/// because hardly anybody does so little and goes on.
pub const FADING_SHARE: u32 = 2;

// Waiting.

/// When a message without an answer is said to wait, seconds (DESIGN, section 5): 80 is Powerfront's
/// 1 min 20 s.
pub const WAITING_STEPS_S: [u16; 3] = [30, 80, 180];

// Evidence of programs.

/// Shorter steps are straight by themselves, CSS pixels along each axis.
pub const BOT_STEP_PX: u32 = 10;

/// Straight steps in a row that no hand makes: in 3.6 hours of recorded pointers three happen in
/// five visits, four in none.
pub const BOT_STRAIGHT: u8 = 6;

/// Pages in a row without any input that people do not open.
pub const BOT_VIEWS: u8 = 4;

// Thrash. On 196 active minutes of office work 5 such rows, on 19 of search pages none.

/// Turns that make it: more than 4, as in `OpenReplay`.
pub const THRASH_TURNS: u8 = 5;

/// From one turn to the next at most, milliseconds.
pub const THRASH_TURN_MS: u64 = 250;

/// And at least so far, CSS pixels.
pub const THRASH_PX: u32 = 100;

// Scroll exit, on touch screens.

/// A flick goes up so far, CSS pixels, and 1.2 screens. In 29 hours of reading so much within 500 ms
/// happens .010 times a minute; 400 px .22 times.
pub const SCROLL_EXIT_PX: u32 = 1_000;

/// Within this time, milliseconds.
pub const SCROLL_EXIT_WITHIN_MS: u64 = 500;

/// Stillness after it that counts as a second sign, milliseconds; with it .006 times a minute.
pub const SCROLL_EXIT_STILL_MS: u64 = 3_000;

/// Absence before it that counts as one, milliseconds (DESIGN, section 5).
pub const SCROLL_EXIT_AWAY_MS: u64 = 5_000;

/// For so long after the return, milliseconds.
pub const SCROLL_EXIT_RETURN_MS: u64 = 60_000;

// Decisions.

/// Times of one happening that are remembered for counting within a span.
pub const RECENT_MAX: usize = 8;

/// Bytes of product ids and categories of the cart that are remembered: 16 lines of twelve letters and
/// a category of six or seven syllables. Each may be compared with every byte of a pattern.
pub const CART_TEXT_BYTES_MAX: usize = 512;

/// Goals that are counted by name in a session; a further one takes the place of that which was
/// first reached first.
pub const GOALS_MAX: usize = 8;

/// Campaigns whose caps are followed in one tab; a further one does not fire.
pub const PACED_CAMPAIGNS_MAX: usize = 16;

/// Firings of one campaign that are remembered for `per_day`.
pub const PACED_TIMES_MAX: usize = 8;

/// What was said of free agents is believed for so long, milliseconds: twice what a console is given
/// for its next sign of life.
pub const STAFFED_MS: u64 = 120_000;

/// The same said again is news after this time, milliseconds: longer than items wait to be sent, so
/// that the answer to it is none.
pub const STAFFED_AGAIN_MS: u64 = 60_000;

/// An action that was never reported as shown blocks others for so long, milliseconds: the surface
/// failed to load.
pub const UNSHOWN_MS_MAX: u64 = 30_000;

/// Product dwell after which an action is likely enough to fetch what draws it, milliseconds.
pub const PREPARE_DWELL_MS: u32 = 3_000;
