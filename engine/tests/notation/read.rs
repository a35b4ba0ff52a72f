//! Lines of a session as inputs.

use std::str::FromStr;

use beacon::item::{Answer, Fact, Line, Product, Remembered, Turns, View};
use beacon::{Currency, Millis, Money};
use engine::Input;
use engine::campaign::Campaign;
use engine::observation::{Field, Landmark, Observation};
use engine::pack::Pack;
use serde::de::DeserializeOwned;

use super::Tab;

/// The campaigns by the names of their files, in the order of their ids. Taken in at compile time:
/// the same sessions also run in WebAssembly, which has no files.
pub(crate) const LIBRARY: [(&str, &str); 10] = [
    ("exit-offer", include_str!("../../campaigns/exit-offer.json")),
    ("cart-help", include_str!("../../campaigns/cart-help.json")),
    ("free-shipping", include_str!("../../campaigns/free-shipping.json")),
    ("rage-help", include_str!("../../campaigns/rage-help.json")),
    ("compare-advice", include_str!("../../campaigns/compare-advice.json")),
    ("welcome-back", include_str!("../../campaigns/welcome-back.json")),
    ("search-help", include_str!("../../campaigns/search-help.json")),
    ("checkout-help", include_str!("../../campaigns/checkout-help.json")),
    ("hesitation-coupon", include_str!("../../campaigns/hesitation-coupon.json")),
    ("loyal-thanks", include_str!("../../campaigns/loyal-thanks.json")),
];

impl Tab {
    /// Takes one line: a setting, a page load, or a time and what happened then.
    pub(crate) fn take(&mut self, line: &str) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "campaign" => self.add_campaign(campaign(rest)),
            "seed" => self.world.seed = number(rest),
            "zone" => self.settle(|pack| pack.zone.offsets = offsets(rest)),
            "load" => self.load_page(signed_millis(rest)),
            "site" => self.settle(|pack| pack.site = serde_json::from_str(rest).unwrap()),
            "remember" => self.memory = Some(memory(rest)),
            "repeat" => self.repeat(rest),
            _ => self.take_input(Millis(millis(word)), rest),
        }
    }

    /// `FROM TO STEP` and what happens at each of these times.
    fn repeat(&mut self, text: &str) {
        let [from, to, step, what] = *text.splitn(4, ' ').collect::<Vec<_>>() else {
            panic!("not a repetition: {text}")
        };
        let step = usize::try_from(millis(step)).unwrap();
        for at in (millis(from)..=millis(to)).step_by(step) {
            self.take_input(Millis(at), what);
        }
    }

    fn take_input(&mut self, at: Millis, text: &str) {
        let words: Vec<&str> = text.split(' ').collect();
        match words[..] {
            ["wait"] => {
                self.pass_time(at);
                self.at = at;
            }
            ["sleeps"] => self.sleep(at),
            ["began", device, language, visitor, ref consent @ ..] => {
                self.world.device = name(device);
                self.world.language = language.into();
                self.world.visitor = name(visitor);
                if let [consent] = consent {
                    self.world.consent = name(consent);
                }
                self.begin(at);
            }
            ["publish", version, "without", id] => {
                let (version, id): (u32, u16) = (number(version), number(id));
                let mut pack = Pack { version, ..self.packs[0].clone() };
                pack.campaigns.retain(|it| it.id != id);
                self.packs.push(pack.clone());
                self.handle(at, Input::Published(pack.into()));
            }
            _ => {
                let input = input(&words, &self.packs[0]);
                self.handle(at, input.unwrap_or_else(|| panic!("no such line: {text}")));
            }
        }
    }
}

/// `visits=3 bought=30 source=search.example,medium=cpc turns=5×2`, any of them.
fn memory(text: &str) -> Remembered {
    let mut memory = Remembered::default();
    for (word, value) in text.split(' ').filter_map(|word| word.split_once('=')) {
        match word {
            "visits" => memory.visits = number(value),
            "bought" => memory.bought_days = Some(number(value)),
            "source" => memory.source = value.replace(',', " "),
            "turns" => {
                let (campaign, times) = value.split_once('×').unwrap();
                memory.turns.push(Turns { campaign: number(campaign), times: number(times) });
            }
            _ => panic!("nothing to remember: {word}"),
        }
    }
    memory
}

/// `540`, or `60 1774746000:120 1792890000:60`: minutes east of UTC, and from which second on.
fn offsets(text: &str) -> Vec<(u32, i16)> {
    let pair = |word: &str| {
        let (from, east) = word.split_once(':').unwrap_or(("0", word));
        (number(from), number(east))
    };
    text.split(' ').map(pair).collect()
}

/// `exit-offer holdout=0 per_session=2`: a campaign of the library with some settings changed.
/// `trigger=` takes the rest of the line.
pub(crate) fn campaign(text: &str) -> Campaign {
    let (text, trigger) = text.split_once(" trigger=").unwrap_or((text, ""));
    let mut words = text.split(' ');
    let name = words.next().unwrap_or_default();
    let json = LIBRARY.iter().find(|(known, _)| *known == name).map(|(_, json)| json);
    let json = json.unwrap_or_else(|| panic!("the library has no campaign {name:?}"));
    let mut campaign: Campaign = serde_json::from_str(json).unwrap();
    if !trigger.is_empty() {
        campaign.trigger = serde_json::from_str(trigger).unwrap();
    }
    for word in words {
        match word.split_once('=').unwrap_or((word, "")) {
            ("id", it) => campaign.id = number(it),
            ("holdout", it) => campaign.holdout_permille = number(it),
            ("shadow", "") => campaign.shadow = true,
            ("priority", it) => campaign.priority = number(it),
            ("per_view", it) => campaign.caps.per_view = number(it),
            ("per_session", it) => campaign.caps.per_session = number(it),
            ("per_day", it) => campaign.caps.per_day = number(it),
            ("lifetime", it) => campaign.caps.lifetime = number(it),
            ("needs_agent", "") => campaign.needs_agent = true,
            ("cooldown", it) => campaign.caps.cooldown_s = number(it),
            ("weights", it) => {
                let first = campaign.variants[0].clone();
                let weigh = |weight| engine::campaign::Variant { weight, ..first.clone() };
                campaign.variants = it.split('/').map(|it| weigh(number(it))).collect();
            }
            _ => panic!("no such setting: {word}"),
        }
    }
    campaign
}

/// `2500ms`, `45s`, `40min`, `25h`.
fn millis(text: &str) -> u64 {
    let digits = text.trim_end_matches(|letter: char| letter.is_ascii_alphabetic());
    let unit = match &text[digits.len()..] {
        "ms" => 1,
        "s" => 1_000,
        "min" => 60_000,
        "h" => 3_600_000,
        other => panic!("no such unit of time: {other}"),
    };
    number::<u64>(digits) * unit
}

/// The same, and before it a `-` for a clock that was set back.
fn signed_millis(text: &str) -> i64 {
    let ms = millis(text.trim_start_matches('-')).cast_signed();
    if text.starts_with('-') { -ms } else { ms }
}

fn input(words: &[&str], pack: &Pack) -> Option<Input> {
    observation(words, pack)
        .map(Input::Observed)
        .or_else(|| fact(words).map(Input::Stated))
        .or_else(|| match *words {
            ["staffed", free] => Some(Input::Staffed(number(free))),
            ["consent", consent] => Some(Input::Consented(name(consent))),
            ["answer", campaign, reaction] => {
                let (campaign, reaction) = (number(campaign), name(reaction));
                Some(Input::Answered(Answer { campaign, reaction }))
            }
            _ => None,
        })
}

fn observation(words: &[&str], pack: &Pack) -> Option<Observation> {
    Some(match *words {
        ["view", path] => {
            let path = pack.clean_path(path);
            Observation::Viewed(View { page: pack.page_kind(&path), path })
        }
        ["move", at] => {
            let (x, y) = pair(at);
            Observation::Moved { x, y, is_held: false }
        }
        ["drag", at] => {
            let (x, y) = pair(at);
            Observation::Moved { x, y, is_held: true }
        }
        ["enter"] => Observation::PointerEntered,
        ["leave", y] => Observation::PointerLeft { y: number(y) },
        ["press", at, target] => {
            let (x, y) = pair(at);
            Observation::Pressed { x, y, target: name(target) }
        }
        ["reacted"] => Observation::PageReacted,
        ["scroll", top, height, full] => {
            Observation::Scrolled { top: number(top), height: number(height), full: number(full) }
        }
        ["key"] => Observation::KeyPressed,
        ["hide"] => Observation::Hidden,
        ["show"] => Observation::Shown,
        ["blur"] => Observation::Blurred,
        ["focus"] => Observation::Focused,
        ["field", it, ref place @ ..] => {
            let place = place.first().unwrap_or(&it);
            Observation::FieldFocused { field: field(it), control: control(place) }
        }
        ["left", it, state] => {
            Observation::FieldLeft { field: field(it), is_empty: state == "empty" }
        }
        ["refused", it] => Observation::Refused { control: control(it) },
        ["copies"] => Observation::Copied,
        ["asks"] => Observation::Asked,
        ["replied"] => Observation::Replied,
        ["driven"] => Observation::Driven,
        ["popup", "opens"] => Observation::PopupOpened,
        ["popup", "closes"] => Observation::PopupClosed,
        ["rest", it] => Observation::RestedOn(match it {
            "price" => Landmark::Price,
            "total" => Landmark::Total,
            "shipping" => Landmark::Shipping,
            _ => Landmark::Elsewhere,
        }),
        ["choose", control, value] => {
            Observation::Chose { control: number(control), value: number(value) }
        }
        _ => return None,
    })
}

fn fact(words: &[&str]) -> Option<Fact> {
    Some(match *words {
        ["seen", id] => seen(id, ""),
        ["seen", id, category] => seen(id, category),
        ["holds", ref lines @ ..] => Fact::CartHolds {
            lines: lines
                .iter()
                .map(|it| it.split_once('×').unwrap_or_else(|| panic!("not a line: {it}")))
                .map(|(pieces, product)| line(product, pieces, "0"))
                .collect(),
        },
        ["goal", name] => Fact::Goal { name: name.into(), value: None },
        ["add", product, quantity, price] => Fact::Added(line(product, quantity, price)),
        ["remove", product, quantity, price] => Fact::Removed(line(product, quantity, price)),
        ["cart", items, value] => Fact::CartStands { items: number(items), value: won(value) },
        ["checkout", value] => Fact::CheckoutBegan { value: won(value) },
        ["buy", order, items, value] => {
            Fact::Purchased { order: order.into(), items: number(items), value: won(value) }
        }
        ["search", results] => Fact::Searched { results: results.parse().ok() },
        ["login"] => Fact::LoggedIn { vip: false },
        ["login", "vip"] => Fact::LoggedIn { vip: true },
        ["shipping"] => Fact::ShippingSeen,
        ["variant"] => Fact::VariantChosen,
        _ => return None,
    })
}

fn seen(id: &str, category: &str) -> Fact {
    let (id, name, category) = (id.into(), id.into(), category.into());
    Fact::ProductSeen(Product { id, name, category, price: None })
}

fn line(product: &str, quantity: &str, price: &str) -> Line {
    Line { product: product.into(), quantity: number(quantity), price: Some(won(price)) }
}

fn field(text: &str) -> Field {
    match text {
        "coupon" => Field::Coupon,
        "search" => Field::Search,
        _ => Field::Other,
    }
}

/// A field's place in the page, by its name.
fn control(text: &str) -> u32 {
    text.bytes().fold(7, |hash, byte| hash * 31 % 65_521 + u32::from(byte))
}

fn won(text: &str) -> Money {
    Money { minor: number(text), currency: Currency::parse("KRW").unwrap() }
}

fn pair(text: &str) -> (i32, i32) {
    let (x, y) = text.split_once(',').unwrap_or_else(|| panic!("not a point: {text}"));
    (number(x), number(y))
}

fn number<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("not a number: {text}"))
}

/// A value by the name that campaign files use.
fn name<T: DeserializeOwned>(text: &str) -> T {
    serde_json::from_value(text.into()).unwrap_or_else(|_| panic!("no such name: {text}"))
}
