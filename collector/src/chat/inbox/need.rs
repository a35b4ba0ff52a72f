//! How much somebody needs a person, apart from how long they wait. Pure.

use nunchi_api::inbox::{Row, State};
use nunchi_api::live::Visitor;

/// Points and what they come from, largest first.
///
/// The order is the console's (`floor/need.rs`): trouble before hesitation, hesitation before worth.
/// Each is less than the hundred that waiting weighs: who asked for a person comes before who did not.
pub(super) fn of(row: &Row, visitor: Option<&Visitor>) -> (u32, Vec<String>) {
    if row.state == State::Closed {
        return (0, Vec::new());
    }
    let mut parts = vec![(8 * row.unanswered.min(UNANSWERED_COUNTED), "unanswered")];
    if let Some(visitor) = visitor {
        let mood = match visitor.mood.as_str() {
            "annoyed" => (30, "mood_annoyed"),
            "struggling" => (20, "mood_struggling"),
            _ => (0, ""),
        };
        let is_at_till = matches!(visitor.page.as_str(), "checkout" | "payment");
        parts.extend([
            mood,
            (25 * u32::from(visitor.is_vip), "vip"),
            (15 * u32::from(is_at_till), "checkout"),
            (10 * u32::from(visitor.zone_reason == "exit_intent"), "exit_intent"),
            (5 * u32::from(visitor.hesitation.min(3)), "cart_hesitation"),
            (10 * u32::from(visitor.cart_items > 0), "cart"),
        ]);
    }
    parts.retain(|(points, _)| *points > 0);
    parts.sort_by_key(|(points, _)| std::cmp::Reverse(*points));
    let points = parts.iter().map(|(points, _)| points).sum();
    (points, parts.into_iter().map(|(_, name)| name.into()).collect())
}

/// A bot that fails for the fourth time is no worse than at the third.
const UNANSWERED_COUNTED: u32 = 3;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_is_in_trouble_at_the_till_needs_more_than_who_browses() {
        let row = Row { unanswered: 5, ..Row::default() };
        let visitor = Visitor {
            mood: "annoyed".into(),
            page: "checkout".into(),
            cart_items: 2,
            hesitation: 2,
            ..Visitor::default()
        };
        let (points, reasons) = of(&row, Some(&visitor));
        assert_eq!(points, 30 + 24 + 15 + 10 + 10);
        assert_eq!(reasons, ["mood_annoyed", "unanswered", "checkout", "cart_hesitation", "cart"]);
        assert_eq!(of(&Row::default(), Some(&Visitor::default())), (0, Vec::new()));
        assert_eq!(of(&row, None).1, ["unanswered"], "nobody knows them");
    }

    #[test]
    fn what_is_over_needs_nobody() {
        let row = Row { state: State::Closed, unanswered: 3, ..Row::default() };
        assert_eq!(of(&row, None).0, 0);
    }
}
