//! Why: the evidence of a verdict as sentences for operators. Native only in practice; pages never
//! call it, so their module does not carry it.

mod item;
pub(crate) mod leaves;
mod names;
mod score;
mod why;

use alloc::format;
use alloc::string::String;
use alloc::vec::Vec;

use beacon::item::{Device, PageKind, VerdictOutcome, VisitorKind};

use crate::campaign::{Campaign, Happening, Quantity, Trigger};
use crate::decide::trigger::{NOT_ONCE, is_within};
use crate::model::Band;
use crate::site::Audience;
pub use item::describe;
use names::{BANDS, DEVICES, Named, PAGES, VISITORS};
pub use score::word;
pub use why::{Language, why};
pub(crate) use why::{happening as happens, quantity as measure};

/// One sentence for each leaf of the campaign's trigger, depth first, with what was measured:
/// `cart_value = 12900 (min 10000)`. A leaf that did not hold says so; one without a value in
/// `evidence` (the campaign was changed since) is left out.
pub fn explain(campaign: &Campaign, evidence: &[i32]) -> Vec<String> {
    let mut sentences = Vec::new();
    let mut values = evidence.iter();
    each_leaf(&campaign.trigger, (false, ""), &mut |leaf, (is_negated, audience)| {
        if let Some(&value) = values.next() {
            let of = if audience.is_empty() { "" } else { ": " };
            let not = if is_negated { "not: " } else { "" };
            let missed = if passes(leaf, value) == is_negated { ", missed" } else { "" };
            sentences.push(format!("{audience}{of}{not}{}{missed}", sentence(leaf, value)));
        }
    });
    sentences
}

/// Whether a leaf holds at this measure, as `decide` has it; groups never do.
pub(crate) fn passes(leaf: &Trigger, value: i32) -> bool {
    match leaf {
        Trigger::Count { at_least, .. } => value >= i32::from(*at_least),
        Trigger::Since { at_least_s, .. } => {
            u32::try_from(value).is_ok_and(|seconds| seconds >= *at_least_s)
        }
        Trigger::Is { what, min, max } => is_within(*what, value, *min, *max),
        Trigger::Visitor(kinds) => kinds.iter().any(|&kind| kind as i32 == value),
        Trigger::Device(devices) => devices.iter().any(|&device| device as i32 == value),
        Trigger::Page(pages) => pages.iter().any(|&page| page as i32 == value),
        Trigger::Band(bands) => bands.iter().any(|&band| band as i32 == value),
        Trigger::Path(_) | Trigger::Language(_) | Trigger::Source(_) => value > 0,
        Trigger::Sequence { .. }
        | Trigger::CartHas { .. }
        | Trigger::Goal { .. }
        | Trigger::Schedule(_) => leaves::passes(leaf, value),
        Trigger::All(_) | Trigger::Any(_) | Trigger::Not(_) | Trigger::Audience(_) => false,
    }
}

/// Whether a leaf stands under an odd number of nots, and the name of the audience it belongs to.
type Within<'a> = (bool, &'a str);

/// Calls `visit` for each leaf, depth first, with what it stands in.
fn each_leaf<'a>(
    trigger: &'a Trigger,
    within: Within<'a>,
    visit: &mut dyn FnMut(&'a Trigger, Within<'a>),
) {
    match trigger {
        Trigger::All(parts) | Trigger::Any(parts) => {
            for part in parts {
                each_leaf(part, within, visit);
            }
        }
        Trigger::Not(part) => each_leaf(part, (!within.0, within.1), visit),
        Trigger::Audience(Audience { name, trigger: Some(part) }) => {
            each_leaf(part, (within.0, name), visit);
        }
        leaf => visit(leaf, within),
    }
}

/// What a leaf asks for and what was measured: `cart_value = 12900 (min 10000)`.
pub(crate) fn sentence(leaf: &Trigger, value: i32) -> String {
    match leaf {
        Trigger::Count { of, at_least, within_s: 0 } => {
            format!("{} = {value} (min {at_least})", happening(*of))
        }
        Trigger::Count { of, at_least, within_s } => {
            format!("{} = {value} in {within_s} s (min {at_least})", happening(*of))
        }
        Trigger::Since { of, at_least_s } if value == NOT_ONCE => {
            format!("since {} = never (min {at_least_s} s)", happening(*of))
        }
        Trigger::Since { of, at_least_s } => {
            format!("since {} = {value} s (min {at_least_s} s)", happening(*of))
        }
        Trigger::Is { what, min, max } => {
            let range = match (min, max) {
                (Some(min), Some(max)) => format!("{min} to {max}"),
                (Some(min), None) => format!("min {min}"),
                (None, Some(max)) => format!("max {max}"),
                (None, None) => "any".into(),
            };
            format!("{} = {value} ({range})", quantity(*what))
        }
        Trigger::Visitor(kinds) => kind("visitor", value, &VISITORS, kinds),
        Trigger::Device(devices) => kind("device", value, &DEVICES, devices),
        Trigger::Page(pages) => kind("page", value, &PAGES, pages),
        Trigger::Band(bands) => kind("band", value, &BANDS, bands),
        Trigger::Path(globs) => pattern("path", value, globs),
        Trigger::Language(tags) => pattern("language", value, tags),
        Trigger::Source(globs) => pattern("source", value, globs),
        Trigger::Sequence { .. }
        | Trigger::CartHas { .. }
        | Trigger::Goal { .. }
        | Trigger::Schedule(_) => leaves::sentence(leaf, value),
        Trigger::All(_) | Trigger::Any(_) | Trigger::Not(_) | Trigger::Audience(_) => String::new(),
    }
}

/// `device = phone (desktop or tablet)`.
fn kind<T: PartialEq>(name: &str, value: i32, names: &[Named<T>], wanted: &[T]) -> String {
    let is = usize::try_from(value).ok().and_then(|at| names.get(at)).map_or("?", |it| it.1);
    let wanted = wanted.iter().filter_map(|it| names.iter().find(|(kind, ..)| kind == it));
    let wanted: Vec<&str> = wanted.map(|it| it.1).collect();
    format!("{name} = {is} ({})", wanted.join(" or "))
}

/// `path = /cart*` for the pattern that matched, else `path = other (/cart*)`.
fn pattern(name: &str, value: i32, patterns: &[String]) -> String {
    let matched = usize::try_from(value - 1).ok().and_then(|at| patterns.get(at));
    match matched {
        Some(pattern) => format!("{name} = {pattern}"),
        None => format!("{name} = other ({})", patterns.join(" or ")),
    }
}

/// What one of the leaves that are not numbers asks for, whatever was measured.
pub(crate) fn asked(leaf: &Trigger) -> String {
    let text = leaves::sentence(leaf, 0);
    let (name, rest) = text.split_once(" = ").unwrap_or((&text, ""));
    let (_, asked) = rest.split_once(" (").unwrap_or_default();
    format!("{name} ({asked}")
}

/// What a leaf asks for, by the name a campaign file uses.
pub(crate) fn leaf_name(leaf: &Trigger) -> &'static str {
    match leaf {
        Trigger::Count { of, .. } | Trigger::Since { of, .. } => happening(*of),
        Trigger::Is { what, .. } => quantity(*what),
        Trigger::Visitor(_) => "visitor",
        Trigger::Device(_) => "device",
        Trigger::Page(_) => "page",
        Trigger::Path(_) => "path",
        Trigger::Language(_) => "language",
        Trigger::Sequence { .. } => "sequence",
        Trigger::CartHas { .. } => "cart_has",
        Trigger::Goal { .. } => "goal",
        Trigger::Band(_) => "band",
        Trigger::Schedule(_) => "schedule",
        Trigger::Source(_) => "source",
        Trigger::Audience(_) => "audience",
        Trigger::All(_) => "all",
        Trigger::Any(_) => "any",
        Trigger::Not(_) => "not",
    }
}

/// The name a campaign file uses.
pub fn visitor(kind: VisitorKind) -> &'static str {
    named(&kind, &VISITORS)
}

/// The name a campaign file uses.
pub fn device(device: Device) -> &'static str {
    named(&device, &DEVICES)
}

/// The name a campaign file uses.
pub fn page(page: PageKind) -> &'static str {
    named(&page, &PAGES)
}

/// The name a campaign file uses.
pub fn band(band: Band) -> &'static str {
    named(&band, &BANDS)
}

/// `fired`, `held_out` or `shadowed`.
pub fn outcome(outcome: VerdictOutcome) -> &'static str {
    match outcome {
        VerdictOutcome::Fired => "fired",
        VerdictOutcome::HeldOut => "held_out",
        VerdictOutcome::Shadowed => "shadowed",
    }
}

fn named<T: PartialEq>(value: &T, names: &[Named<T>]) -> &'static str {
    names.iter().find(|(it, ..)| it == value).map_or("?", |(_, name, _)| name)
}

/// The name a campaign file uses.
pub fn happening(what: Happening) -> &'static str {
    match what {
        Happening::ExitIntent => "exit_intent",
        Happening::RageClick => "rage_click",
        Happening::CartHesitation => "cart_hesitation",
        Happening::TabHidden => "tab_hidden",
        Happening::TabReturned => "tab_returned",
        Happening::View => "view",
        Happening::ProductView => "product_view",
        Happening::Added => "added",
        Happening::Removed => "removed",
        Happening::CheckoutBegan => "checkout_began",
        Happening::Purchased => "purchased",
        Happening::Searched => "searched",
        Happening::SearchMissed => "search_missed",
        Happening::Dismissed => "dismissed",
        Happening::DeadClick => "dead_click",
        Happening::Thrash => "thrash",
        Happening::Comparing => "comparing",
        Happening::FormTrouble => "form_trouble",
        Happening::SearchMiss => "search_miss",
        Happening::Fading => "fading",
        Happening::Waiting => "waiting",
        Happening::BotEvidence => "bot_evidence",
    }
}

/// The name a campaign file uses.
pub fn quantity(what: Quantity) -> &'static str {
    match what {
        Quantity::CartValue => "cart_value",
        Quantity::CartItems => "cart_items",
        Quantity::BuyPermille => "buy_permille",
        Quantity::LeavePermille => "leave_permille",
        Quantity::HesitationLevel => "hesitation_level",
        Quantity::DwellSeconds => "dwell_seconds",
        Quantity::ProductDwellSeconds => "product_dwell_seconds",
        Quantity::ScrollPercent => "scroll_percent",
        Quantity::Views => "views",
        Quantity::SessionSeconds => "session_seconds",
        Quantity::Visits => "visits",
        Quantity::DaysSincePurchase => "days_since_purchase",
        Quantity::Vip => "vip",
    }
}

#[cfg(test)]
mod tests {
    use super::explain;
    use crate::campaign::Campaign;

    #[test]
    fn evidence_reads_as_sentences() {
        let campaign: Campaign = serde_json::from_str(
            r#"{"id": 1, "name": "x", "variants": [], "priority": 0, "holdout_permille": 0,
            "caps": {"per_view": 1, "per_session": 1, "per_day": 1, "cooldown_s": 0},
            "shadow": false, "trigger": {"all": [
                {"count": {"of": "exit_intent", "at_least": 1, "within_s": 5}},
                {"any": [{"is": {"what": "cart_value", "min": 10000}},
                         {"is": {"what": "cart_items", "min": 3, "max": 9}}]},
                {"not": {"count": {"of": "purchased", "at_least": 1, "within_s": 0}}},
                {"since": {"of": "added", "at_least_s": 30}},
                {"visitor": ["returning", "known"]},
                {"band": ["undecided", "leaves"]},
                {"path": ["/cart*", "/c/*"]}]}}"#,
        )
        .unwrap();
        let expected = "exit_intent = 1 in 5 s (min 1)
cart_value = 12900 (min 10000)
cart_items = 1 (3 to 9), missed
not: purchased = 0 (min 1)
since added = never (min 30 s), missed
visitor = returning (returning or known)
band = buys (undecided or leaves), missed
path = /c/*";
        assert_eq!(explain(&campaign, &[1, 12_900, 1, 0, -1, 1, 0, 2]).join("\n"), expected);
        assert_eq!(explain(&campaign, &[1]).len(), 1);
    }
}
