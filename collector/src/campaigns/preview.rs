//! A campaign as a page would draw it, before anybody has it: the bytes that the surface takes, with an
//! example of a product and a cart. Nothing is stored, nothing counted.

use actix_web::{HttpResponse, web};
use beacon::item::{Fact, Product};
use beacon::{Body, Currency, Money, wire};
use engine::campaign::{Action, Campaign, Content, Form};
use engine::cart::Cart;
use engine::decide::sketch::sketches;
use engine::look;
use engine::pack::Theme;
use nunchi_api::publishing::{Preview, Previewed, Sketch};

use super::desk::{Parts, find, read_one};
use crate::error::ApiError;
use crate::operators::Operator;

/// `POST /api/campaigns/preview`: quick enough to be asked as one types.
///
/// # Errors
/// 404 for an unknown site, 422 for what is no campaign.
pub(crate) async fn preview(
    _operator: Operator,
    asked: web::Json<Preview>,
    (sites, ..): Parts,
) -> Result<HttpResponse, ApiError> {
    let Preview { site, json, language, is_dark } = asked.into_inner();
    let site = find(&sites, &site)?;
    let theme = lit(&site.record.pack.theme, is_dark);
    Ok(HttpResponse::Ok().json(drawn(read_one(&json)?, &language, &theme)))
}

fn drawn(mut campaign: Campaign, language: &str, theme: &Theme) -> Previewed {
    let slots: Vec<Option<String>> = campaign.variants.iter().map(|it| slot(&it.action)).collect();
    let cart = cart_for(&campaign);
    for variant in &mut campaign.variants {
        lead_nowhere(&mut variant.action);
    }
    let value = Cart { items: CART_ITEMS, value: cart.minor };
    let acts = sketches(&campaign, language, theme, value);
    let sketch = |(act, slot): (Option<engine::campaign::Act>, Option<String>)| {
        act.map(|act| Sketch { bytes: act.bytes, slot })
    };
    let variants = acts.into_iter().zip(slots).map(sketch).collect();
    Previewed { variants, facts: facts(language, cart) }
}

/// The theme, in the light or in the dark unless it says so itself.
fn lit(theme: &Theme, is_dark: bool) -> Theme {
    let mut theme = theme.clone();
    let has_own = ["scheme", "paper"].iter().any(|it| !look::word(&theme.accent, it).is_empty());
    if !has_own {
        theme.accent.push_str(if is_dark { " scheme=dark" } else { " scheme=light" });
    }
    theme
}

fn slot(action: &Action) -> Option<String> {
    match action {
        Action::Offer { form: Form::Slot(name), .. } => Some(name.clone()),
        Action::Offer { .. } | Action::Invite { .. } => None,
    }
}

/// The surface follows no such link, but draws the button of one.
fn lead_nowhere(action: &mut Action) {
    if let Action::Offer { link, .. } = action
        && !link.is_empty()
    {
        "#".clone_into(link);
    }
}

/// What lies in the cart of the picture: three fifths of what a progress waits for.
fn cart_for(campaign: &Campaign) -> Money {
    let goal = campaign.variants.iter().find_map(|it| match &it.action {
        Action::Offer { content: Content::Progress { goal }, .. } => Some(*goal),
        Action::Offer { .. } | Action::Invite { .. } => None,
    });
    let won = Currency::parse("KRW").expect("ISO 4217");
    goal.map_or(Money { minor: 48_000, currency: won }, |goal| Money {
        minor: goal.minor / 5 * 3,
        ..goal
    })
}

/// The page that it stands on: a product of half the cart's sum, of which two lie in the cart.
fn facts(language: &str, cart: Money) -> Vec<Vec<u8>> {
    let is_korean = language.starts_with("ko");
    let name = if is_korean { "청자 머그" } else { "Celadon mug" };
    let price = Money { minor: cart.minor / i64::from(CART_ITEMS), ..cart };
    let product = Product {
        id: "example".into(),
        name: name.into(),
        category: String::new(),
        price: Some(price),
    };
    let stands = Fact::CartStands { items: CART_ITEMS, value: cart };
    [Fact::ProductSeen(product), stands].map(|it| wire::to_bytes(&Body::Stated(it))).into()
}

const CART_ITEMS: u16 = 2;

#[cfg(test)]
mod tests {
    use engine::campaign::{Show, ShowKind};
    use engine::pack::Pack;

    use super::*;

    fn show(json: &str, language: &str, is_dark: bool) -> (Show, Option<String>) {
        let campaign = serde_json::from_str(json).unwrap();
        let mut drawn = drawn(campaign, language, &lit(&Pack::default().theme, is_dark));
        let sketch = drawn.variants.remove(0).unwrap();
        (wire::from_bytes(&sketch.bytes).unwrap(), sketch.slot)
    }

    const EXIT: &str = include_str!("../../../engine/campaigns/exit-offer.json");

    #[test]
    fn a_progress_is_three_fifths_on_its_way() {
        let mut json: serde_json::Value = serde_json::from_str(EXIT).unwrap();
        let offer = &mut json["variants"][0]["action"]["offer"];
        offer["content"] =
            serde_json::json!({"progress": {"goal": {"minor": 50_000, "currency": "KRW"}}});
        let (show, _) = show(&json.to_string(), "ko", false);
        let ShowKind::Offer { content: Content::Progress { goal }, .. } = show.kind else {
            panic!("{:?}", show.kind)
        };
        assert_eq!(show.cart.value * 5, goal.minor * 3);
    }

    #[test]
    fn its_button_leads_nowhere_and_its_slot_is_named() {
        let mut json: serde_json::Value = serde_json::from_str(EXIT).unwrap();
        let offer = &mut json["variants"][0]["action"]["offer"];
        offer["link"] = "/cart".into();
        offer["form"] = serde_json::json!({"slot": "side"});
        let (show, slot) = show(&json.to_string(), "en", false);
        let ShowKind::Offer { link, .. } = show.kind else { panic!("{:?}", show.kind) };
        assert_eq!((link.as_str(), slot.as_deref()), ("#", Some("side")));
    }

    #[test]
    fn it_is_drawn_in_the_dark_unless_the_theme_chose() {
        let scheme = |it: &Show| look::word(&it.theme.accent, "scheme").to_owned();
        assert_eq!(scheme(&show(EXIT, "en", true).0), "dark");
        assert_eq!(scheme(&show(EXIT, "en", false).0), "light");
        let mut chosen = Pack::default().theme;
        chosen.accent.push_str(" scheme=light");
        assert_eq!(lit(&chosen, true), chosen);
    }
}
