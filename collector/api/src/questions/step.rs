//! One step of a funnel, and how people write it.

use alloc::format;
use alloc::string::{String, ToString};
use core::fmt;
use core::str::FromStr;

use serde::{Deserialize, Serialize};

/// What a visit must do to come one step further. Written as text: `view`, `page:cart`, `path:/sale`,
/// `product`, `product:tea-1`, `cart`, `checkout`, `purchase`, `goal:signup`, `signal:exit_intent`,
/// `fired:3`, `held_out:3`, `shown:3`, `accepted:3`, `dismissed:3`.
///
/// A visit's rows are gone through in their order: the first row at which the first step holds, the
/// first after it at which the second holds, and so on. Only a view at which [`View`](Self::View) held
/// may stand for the next step as well, unless that is `view` again: every view of a cart is a view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Step {
    /// `viewed`.
    View,
    /// `viewed` with this `page`.
    Page(String),
    /// `viewed` with this `path`, letter for letter.
    Path(String),
    /// `product_seen`, or `viewed` with `page` `product`; with an id: `product_seen` with this `subject`.
    Product(Option<String>),
    /// `added` or `cart_stands`, with `number` > 0.
    Cart,
    /// `checkout_began`, or `viewed` with `page` `checkout` or `payment`.
    Checkout,
    /// `purchased`.
    Purchase,
    /// `goal` with this `subject`.
    Goal(String),
    /// Noticed, as `signals` counts it: `exit_intent`, `rage_click`. A name that no detector has is refused.
    Signal(String),
    /// `fired`, `held_out`, `shown`, `accepted` or `dismissed`, with this `campaign`.
    Campaign(Happening, u16),
}

/// What can happen to a campaign.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Happening {
    /// It fired.
    Fired,
    /// The holdout withheld it.
    HeldOut,
    /// It stood on screen.
    Shown,
    /// It was accepted.
    Accepted,
    /// It was dismissed.
    Dismissed,
}

impl Happening {
    const ALL: [Self; 5] =
        [Self::Fired, Self::HeldOut, Self::Shown, Self::Accepted, Self::Dismissed];

    /// As it is stored.
    pub fn name(self) -> &'static str {
        match self {
            Self::Fired => "fired",
            Self::HeldOut => "held_out",
            Self::Shown => "shown",
            Self::Accepted => "accepted",
            Self::Dismissed => "dismissed",
        }
    }
}

/// A text that is no step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StepError(String);

impl fmt::Display for StepError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` is no step: expected view, page:SORT, path:PATH, product, product:ID, cart, \
             checkout, purchase, goal:NAME, signal:NAME, or fired, held_out, shown, accepted or \
             dismissed with :CAMPAIGN",
            self.0
        )
    }
}

impl core::error::Error for StepError {}

impl FromStr for Step {
    type Err = StepError;

    fn from_str(text: &str) -> Result<Self, StepError> {
        let (name, what) = text.split_once(':').unwrap_or((text, ""));
        let owned = || String::from(what);
        Ok(match (name, what.is_empty()) {
            ("view", true) => Self::View,
            ("product", is_any) => Self::Product((!is_any).then(owned)),
            ("cart", true) => Self::Cart,
            ("checkout", true) => Self::Checkout,
            ("purchase", true) => Self::Purchase,
            ("page", false) => Self::Page(owned()),
            ("path", false) => Self::Path(owned()),
            ("goal", false) => Self::Goal(owned()),
            ("signal", false) => Self::Signal(owned()),
            _ => {
                let happening = Happening::ALL.into_iter().find(|it| it.name() == name);
                let campaign = happening.zip(what.parse().ok());
                let (happening, campaign) = campaign.ok_or_else(|| StepError(text.into()))?;
                Self::Campaign(happening, campaign)
            }
        })
    }
}

impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&match self {
            Self::View => "view".into(),
            Self::Page(sort) => format!("page:{sort}"),
            Self::Path(path) => format!("path:{path}"),
            Self::Product(None) => "product".into(),
            Self::Product(Some(id)) => format!("product:{id}"),
            Self::Cart => "cart".into(),
            Self::Checkout => "checkout".into(),
            Self::Purchase => "purchase".into(),
            Self::Goal(name) => format!("goal:{name}"),
            Self::Signal(name) => format!("signal:{name}"),
            Self::Campaign(happening, campaign) => format!("{}:{campaign}", happening.name()),
        })
    }
}

impl TryFrom<String> for Step {
    type Error = StepError;

    fn try_from(text: String) -> Result<Self, StepError> {
        text.parse()
    }
}

impl From<Step> for String {
    fn from(step: Step) -> Self {
        step.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn steps_are_read_as_they_are_written() {
        let steps = [
            "view",
            "page:cart",
            "path:/p/a:b",
            "product",
            "product:tea-1",
            "cart",
            "checkout",
            "purchase",
            "goal:signup",
            "signal:exit_intent",
            "shown:3",
            "held_out:65535",
        ];
        for text in steps {
            assert_eq!(text.parse::<Step>().map(|step| step.to_string()).as_deref(), Ok(text));
        }
        for wrong in ["", "views", "view:x", "page", "goal:", "shown", "shown:x", "shown:65536"] {
            assert_eq!(wrong.parse::<Step>(), Err(StepError(wrong.into())), "{wrong}");
        }
    }
}
