//! A page that is looked at: what is noticed there.

use beacon::Body;
use beacon::item::{Answer, Device, Fact, PageKind, Reaction, Signal, Target, Trouble};

use super::Visit;

impl Visit<'_> {
    /// Time goes by on a page; what is noticed meanwhile is told in its order.
    pub(super) fn look(&mut self, page: PageKind) {
        let dwell_ms = self.random.along(DWELL_MS);
        let mut seen = self.dwells(dwell_ms);
        seen.extend(self.reaches(dwell_ms));
        seen.extend(self.trouble(page, dwell_ms));
        seen.sort_by_key(|(at, _)| *at);
        let mut last = 0;
        for (at, body) in seen {
            let is_exit = matches!(body, Body::Noticed(Signal::ExitIntent { .. }));
            self.say(at - last, body);
            last = at;
            if is_exit {
                self.judge(1);
                self.judge(5);
            }
        }
        let mut hide = vec![Signal::Dwell { ms: u32::try_from(dwell_ms).expect("minutes") }];
        if page == PageKind::Product {
            let product = self.shop.product(self.product).id;
            let ms = u32::try_from(dwell_ms * 9 / 10).expect("minutes");
            hide.push(Signal::ProductDwell { product, ms });
        }
        let left = dwell_ms - last;
        for (place, signal) in hide.into_iter().enumerate() {
            self.say(if place == 0 { left } else { 0 }, Body::Noticed(signal));
        }
        if self.random.chance(20) {
            self.say(100, Body::Woke);
        }
    }

    /// At 3, 10, 30, 60 and 180 s, as far as it comes.
    fn dwells(&mut self, dwell_ms: u64) -> Vec<(u64, Body)> {
        let steps = [3_000, 10_000, 30_000, 60_000, 180_000_u64];
        let reached = steps.into_iter().map(|step| step + self.random.below(250));
        let reached: Vec<u64> = reached.filter(|&at| at < dwell_ms).collect();
        let dwell = |at| Signal::Dwell { ms: u32::try_from(at).expect("minutes") };
        reached.into_iter().map(|at| (at, Body::Noticed(dwell(at)))).collect()
    }

    fn reaches(&mut self, dwell_ms: u64) -> Vec<(u64, Body)> {
        let deepest = self.random.along(&[0, 2, 3, 5, 7, 9, 10]).min(1 + dwell_ms / 900);
        let mut at = 0;
        let reach = (1..=deepest).map(|tenth| {
            at += self.random.below((dwell_ms - at) / 3 + 1);
            let percent = u8::try_from(tenth * 10).expect("at most 100");
            (at, Body::Noticed(Signal::ScrollReach { percent }))
        });
        reach.collect()
    }

    /// Signals that come now and then.
    fn trouble(&mut self, page: PageKind, dwell_ms: u64) -> Vec<(u64, Body)> {
        let is_form = matches!(page, PageKind::Checkout | PageKind::Payment | PageKind::Account);
        let is_pointer = self.device == Device::Desktop;
        let mut found = Vec::new();
        let mut notice = |visit: &mut Self, permille, signal: Signal| {
            if visit.random.chance(permille) {
                found.push((visit.random.below(dwell_ms + 1), Body::Noticed(signal)));
            }
        };
        let number = self.random.below(200);
        let small = u8::try_from(3 + number % 4).expect("small");
        let y = u16::try_from(number).expect("small");
        let target =
            self.random.pick(&[Target::Plain, Target::Link, Target::Button, Target::Image]);
        let exit = Signal::ExitIntent { y, speed: 600 + 7 * y, eta_ms: 100 + y };
        notice(self, if is_pointer { 130 } else { 0 }, exit);
        notice(self, if is_pointer { 0 } else { 30 }, Signal::ScrollExit { px: 1_000 + 5 * y });
        notice(self, 6, Signal::RageClick { presses: small, target });
        notice(self, 14, Signal::DeadClick { target });
        notice(self, 4, Signal::Thrash { turns: small });
        notice(self, 22, Signal::Comparing { products: small, returns: small - 2 });
        let trouble = self.random.pick(&[Trouble::Invalid, Trouble::Refused, Trouble::Reentered]);
        notice(self, if is_form { 90 } else { 0 }, Signal::FormTrouble { trouble, times: small });
        let is_search = page == PageKind::Search;
        notice(self, if is_search { 80 } else { 0 }, Signal::SearchMiss { searches: small });
        notice(self, 15, Signal::Fading { permille: 200 + y });
        notice(self, 2, Signal::Waiting { seconds: 30 });
        notice(self, 3, Signal::BotEvidence { traits: 1 + small % 4 });
        if self.random.chance(60) {
            let at = self.random.below(dwell_ms + 1);
            let away_ms = u32::try_from(self.random.between(800, 90_000)).expect("minutes");
            found.push((at, Body::Noticed(Signal::TabHidden)));
            found.push((at, Body::Noticed(Signal::TabReturned { away_ms })));
        }
        if self.random.chance(8) {
            found.push((
                dwell_ms,
                Body::Answered(Answer { campaign: 0, reaction: Reaction::Accepted }),
            ));
        }
        if self.random.chance(10) {
            let (name, minor) = self.random.pick(&[("newsletter", None), ("signup", Some(1_000))]);
            let value = minor.map(|minor| self.shop.money(minor));
            found.push((dwell_ms, Body::Stated(Fact::Goal { name: name.into(), value })));
        }
        if self.visitor.is_known && page == PageKind::Account {
            found.push((
                0,
                Body::Stated(Fact::LoggedIn { vip: self.visitor.seed.is_multiple_of(9) }),
            ));
        }
        found
    }
}

/// Time on a page: the median is a quarter of a minute, and a few stay for long.
const DWELL_MS: &[u64] =
    &[900, 2_600, 5_200, 8_800, 13_500, 19_000, 28_000, 44_000, 80_000, 190_000];
