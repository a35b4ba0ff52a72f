//! Is a pack fit to be published? What a page could not carry or would run wild with is refused.

use alloc::string::String;
use alloc::vec::Vec;
use core::fmt;

use beacon::limits::LIFETIMES_MAX;

use crate::campaign::{
    Action, Campaign, Content, Form, SEQUENCE_MAX, TRIGGER_DEPTH_MAX, TRIGGER_NODES_MAX, Trigger,
    Variant,
};
use crate::config::{PACED_TIMES_MAX, RECENT_MAX};
use crate::model::{Model, ModelError};
use crate::pack::{CAMPAIGNS_MAX, PATTERN_BYTES_MAX, Pack};
use crate::schedule::OFFSETS_MAX;
use crate::site::{Audience, SITE};
use crate::{form, look};

/// Something that must be mended before publishing; campaigns by their id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Problem {
    /// More campaigns than [`CAMPAIGNS_MAX`].
    TooManyCampaigns,
    /// Patterns of pages, or all patterns of campaigns, are longer than [`PATTERN_BYTES_MAX`].
    TooManyPatterns,
    /// The zone's table has more than [`OFFSETS_MAX`] entries, is not in order, or goes beyond a day.
    Zone,
    /// A campaign has the number 0, which is the site's own.
    Id,
    /// More campaigns than [`LIFETIMES_MAX`] have a cap on a lifetime.
    TooManyLifetimes,
    /// The site's own caps know no lifetime.
    SiteLifetime,
    /// `needs_agent` on what is no invitation.
    NeedsAgent(u16),
    /// An audience was not looked up.
    Audience(u16),
    /// A time of the day is beyond 23:59.
    Schedule(u16),
    /// The theme's accent is not `#rrggbb`.
    Accent,
    /// The theme has paper without ink, or ink without paper, or one of them is not `#rrggbb`.
    Colours,
    /// The theme's radius is more than [`RADIUS_MAX`](look::RADIUS_MAX).
    Radius,
    /// The theme's logo is neither a path of the shop nor an https address.
    Logo,
    /// A slot's name is none.
    Slot(u16),
    /// A pool's name is none.
    Pool(u16),
    /// A progress has no goal.
    Goal(u16),
    /// A coupon in what has something else in it.
    Coupon(u16),
    /// Pages could not score by the model.
    Model(ModelError),
    /// Two campaigns have this id.
    SameId(u16),
    /// The trigger is nested deeper than [`TRIGGER_DEPTH_MAX`].
    TooDeep(u16),
    /// The trigger has more than [`TRIGGER_NODES_MAX`] nodes.
    TooManyNodes(u16),
    /// A count within a span asks for more than [`RECENT_MAX`] times, which are all that is
    /// remembered.
    CountTooHigh(u16),
    /// A sequence has fewer than two steps, or more than [`SEQUENCE_MAX`].
    Sequence(u16),
    /// `cart_has` names neither a product nor a category.
    CartHas(u16),
    /// No variant, more than 255, or none with a weight.
    Variants(u16),
    /// A variant has no words in any language.
    NoWords(u16),
    /// A link is neither a path of the shop nor an https address.
    Link(u16),
    /// Nothing limits how often it fires.
    Unlimited(u16),
    /// `per_day` is more than [`PACED_TIMES_MAX`].
    PerDay(u16),
    /// The holdout is more than 1000 thousandths.
    Holdout(u16),
}

impl Pack {
    /// All problems, in the order of the campaigns; empty when the pack is fit to be published.
    pub fn check(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        let mut find = |is_wrong: bool, problem| {
            if is_wrong {
                problems.push(problem);
            }
        };
        find(self.campaigns.len() > CAMPAIGNS_MAX, Problem::TooManyCampaigns);
        let in_campaigns: usize = self.campaigns.iter().map(|it| pattern_bytes(&it.trigger)).sum();
        let in_campaigns = in_campaigns + pattern_bytes(&self.site.quiet);
        let in_pages = self.pages.iter().map(|it| it.glob.len()).sum();
        find(in_campaigns.max(in_pages) > PATTERN_BYTES_MAX, Problem::TooManyPatterns);
        find(!is_zone(&self.zone.offsets), Problem::Zone);
        check_look(&self.theme.accent, &mut find);
        if let Err(error) = Model::decode(&self.model) {
            find(true, Problem::Model(error));
        }
        find(self.site.holdout_permille > 1_000, Problem::Holdout(SITE));
        find(usize::from(self.site.caps.per_day) > PACED_TIMES_MAX, Problem::PerDay(SITE));
        find(self.site.caps.lifetime > 0, Problem::SiteLifetime);
        check_trigger(&self.site.quiet, SITE, &mut find);
        let named: usize = self.campaigns.iter().filter(|it| it.caps.lifetime > 0).count();
        find(named > LIFETIMES_MAX, Problem::TooManyLifetimes);
        for (at, campaign) in self.campaigns.iter().enumerate() {
            let earlier = self.campaigns.get(..at).unwrap_or_default();
            find(earlier.iter().any(|it| it.id == campaign.id), Problem::SameId(campaign.id));
            check_campaign(campaign, &mut find);
        }
        problems
    }
}

fn check_campaign(campaign: &Campaign, find: &mut dyn FnMut(bool, Problem)) {
    let Campaign { id, caps, variants, .. } = campaign;
    find(*id == SITE, Problem::Id);
    check_trigger(&campaign.trigger, *id, find);
    let is_invitation = |it: &Variant| matches!(it.action, Action::Invite { .. });
    find(campaign.needs_agent && !variants.iter().all(is_invitation), Problem::NeedsAgent(*id));
    let has_weight = variants.iter().any(|it| it.weight > 0);
    find(!has_weight || variants.len() > usize::from(u8::MAX), Problem::Variants(*id));
    for variant in variants {
        let (copy, link) = match &variant.action {
            Action::Offer { copy, link, form, content, coupon } => {
                check_form(form, *content, coupon, *id, find);
                (copy, link.as_str())
            }
            Action::Invite { copy } => (copy, ""),
        };
        find(copy.is_empty(), Problem::NoWords(*id));
        find(!is_link(link), Problem::Link(*id));
    }
    let is_unlimited = [caps.per_view, caps.per_session, caps.per_day, caps.lifetime] == [0; 4];
    find(is_unlimited && caps.cooldown_s == 0, Problem::Unlimited(*id));
    find(usize::from(caps.per_day) > PACED_TIMES_MAX, Problem::PerDay(*id));
    find(campaign.holdout_permille > 1_000, Problem::Holdout(*id));
}

fn check_form(
    form: &Form,
    content: Content,
    coupon: &str,
    id: u16,
    find: &mut dyn FnMut(bool, Problem),
) {
    if let Form::Slot(name) = form {
        find(!form::is_name(name), Problem::Slot(id));
    }
    find(form::pool(coupon).is_some_and(|name| !form::is_name(name)), Problem::Pool(id));
    if let Content::Progress { goal } = content {
        find(goal.minor <= 0, Problem::Goal(id));
    }
    find(!content.is_text() && !coupon.is_empty(), Problem::Coupon(id));
}

fn check_trigger(trigger: &Trigger, id: u16, find: &mut dyn FnMut(bool, Problem)) {
    let (depth, nodes) = size(trigger);
    find(depth > TRIGGER_DEPTH_MAX, Problem::TooDeep(id));
    find(nodes > TRIGGER_NODES_MAX, Problem::TooManyNodes(id));
    each_leaf(trigger, &mut |leaf| check_leaf(leaf, id, find));
}

/// Depth and number of nodes.
fn size(trigger: &Trigger) -> (usize, usize) {
    let parts = match trigger {
        Trigger::All(parts) | Trigger::Any(parts) => parts.as_slice(),
        Trigger::Not(part) | Trigger::Audience(Audience { trigger: Some(part), .. }) => {
            core::slice::from_ref(&**part)
        }
        _ => &[],
    };
    let below = parts.iter().map(size);
    let (depth, nodes) = below.fold((0, 0), |sum, it| (sum.0.max(it.0), sum.1 + it.1));
    (depth + 1, nodes + 1)
}

/// Visits every condition that has no parts.
pub(crate) fn each_leaf(trigger: &Trigger, visit: &mut dyn FnMut(&Trigger)) {
    match trigger {
        Trigger::All(parts) | Trigger::Any(parts) => {
            for part in parts {
                each_leaf(part, visit);
            }
        }
        Trigger::Not(part) | Trigger::Audience(Audience { trigger: Some(part), .. }) => {
            each_leaf(part, visit);
        }
        leaf => visit(leaf),
    }
}

/// Length of all its patterns, and of its sequences.
fn pattern_bytes(trigger: &Trigger) -> usize {
    let mut bytes = 0;
    each_leaf(trigger, &mut |leaf| {
        if let Trigger::Sequence { steps, .. } = leaf {
            bytes += steps.len();
        }
        let lists: [&[String]; 2] = match leaf {
            Trigger::Path(globs) | Trigger::Language(globs) | Trigger::Source(globs) => {
                [globs, &[]]
            }
            Trigger::CartHas { product, category, .. } => [product, category],
            _ => [&[], &[]],
        };
        bytes += lists.into_iter().flatten().map(String::len).sum::<usize>();
    });
    bytes
}

fn check_leaf(leaf: &Trigger, id: u16, find: &mut dyn FnMut(bool, Problem)) {
    match leaf {
        Trigger::Count { at_least, within_s, .. } | Trigger::Goal { at_least, within_s, .. } => {
            let is_too_high = *within_s > 0 && usize::from(*at_least) > RECENT_MAX;
            find(is_too_high, Problem::CountTooHigh(id));
        }
        Trigger::Sequence { steps, .. } => {
            find(!(2..=SEQUENCE_MAX).contains(&steps.len()), Problem::Sequence(id));
        }
        Trigger::Audience(_) => find(true, Problem::Audience(id)),
        Trigger::Schedule(it) => {
            find(it.from.0.max(it.to.0) >= 24 * 60, Problem::Schedule(id));
        }
        Trigger::CartHas { product, category, .. } => {
            find(product.is_empty() && category.is_empty(), Problem::CartHas(id));
        }
        _ => {}
    }
}

fn is_zone(offsets: &[(u32, i16)]) -> bool {
    offsets.len() <= OFFSETS_MAX
        && offsets.is_sorted_by_key(|it| it.0)
        && offsets.iter().all(|it| it.1.unsigned_abs() < 24 * 60)
}

fn check_look(words: &str, find: &mut dyn FnMut(bool, Problem)) {
    let word = |name| look::word(words, name);
    let is_colour = |text: &str| look::colour(text).is_some();
    find(!is_colour(look::accent(words)), Problem::Accent);
    let (paper, ink) = (word("paper"), word("ink"));
    let is_plain = paper.is_empty() && ink.is_empty();
    let are_both = is_colour(paper) && is_colour(ink);
    find(!is_plain && !are_both, Problem::Colours);
    let radius = word("radius").parse::<u8>();
    find(radius.is_ok_and(|it| it > look::RADIUS_MAX), Problem::Radius);
    find(!is_link(word("logo")), Problem::Logo);
}

/// `//host` would lead to another site, `javascript:` would run there.
fn is_link(link: &str) -> bool {
    match link.as_bytes() {
        [] => true,
        [b'/', b'/', ..] => false,
        [b'/', path @ ..] => path.iter().all(|&byte| byte != b'\\'),
        address => address.starts_with(b"https://"),
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyCampaigns => write!(f, "more than {CAMPAIGNS_MAX} campaigns"),
            Self::TooManyPatterns => {
                write!(
                    f,
                    "patterns and sequences are longer than {PATTERN_BYTES_MAX} bytes and steps in all"
                )
            }
            Self::Accent => f.write_str("theme: the accent is not a colour like #3a5bd9"),
            Self::Colours => f.write_str("theme: paper and ink are two colours like #3a5bd9"),
            Self::Radius => write!(f, "theme: the radius goes up to {} pixels", look::RADIUS_MAX),
            Self::Logo => f.write_str("theme: a logo is a path like /logo.svg or an https address"),
            Self::Slot(id) | Self::Pool(id) => write!(
                f,
                "campaign {id}: slots and pools have names of up to {} letters, digits, - and _",
                form::NAME_BYTES_MAX
            ),
            Self::Goal(id) => write!(f, "campaign {id}: a progress needs a goal above 0"),
            Self::Coupon(id) => write!(f, "campaign {id}: a coupon stands in a text, nowhere else"),
            Self::Model(error) => write!(f, "the model cannot be used: {error}"),
            Self::SameId(id) => write!(f, "campaign {id}: another one has this id"),
            Self::TooDeep(id) => {
                write!(f, "campaign {id}: trigger is deeper than {TRIGGER_DEPTH_MAX}")
            }
            Self::TooManyNodes(id) => {
                write!(f, "campaign {id}: trigger has more than {TRIGGER_NODES_MAX} parts")
            }
            Self::CountTooHigh(id) => {
                write!(f, "campaign {id}: a count within a span goes up to {RECENT_MAX}")
            }
            Self::Id => f.write_str("a campaign has the number 0: they count from 1"),
            Self::SiteLifetime => f.write_str("site: a lifetime is capped by campaign"),
            Self::TooManyLifetimes => {
                write!(f, "more than {LIFETIMES_MAX} campaigns have a cap on a lifetime")
            }
            Self::NeedsAgent(id) => {
                write!(f, "campaign {id}: needs_agent is for invitations to chat")
            }
            Self::Audience(id) => write!(f, "campaign {id}: an audience was not looked up"),
            Self::Zone => write!(f, "zone: more than {OFFSETS_MAX} changes, or not in order"),
            Self::Schedule(id) => write!(f, "campaign {id}: a day ends at 23:59"),
            Self::Sequence(id) => {
                write!(f, "campaign {id}: a sequence has 2 to {SEQUENCE_MAX} steps")
            }
            Self::CartHas(id) => {
                write!(f, "campaign {id}: cart_has asks for a product or a category")
            }
            Self::Variants(id) => {
                write!(f, "campaign {id}: needs 1 to 255 variants, one of them with a weight")
            }
            Self::NoWords(id) => write!(f, "campaign {id}: a variant has no text"),
            Self::Link(id) => {
                write!(f, "campaign {id}: a link is a path like /sale or an https address")
            }
            Self::Unlimited(id) => write!(f, "campaign {id}: set a cap or a cool-down"),
            Self::PerDay(id) => write!(f, "campaign {id}: per_day goes up to {PACED_TIMES_MAX}"),
            Self::Holdout(id) => write!(f, "campaign {id}: holdout_permille goes up to 1000"),
        }
    }
}
