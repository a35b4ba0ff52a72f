//! Everybody on the floor: takes the stream's news, gives each a place to stand, ranks them. Pure.

use std::collections::{BTreeMap, BTreeSet};

use nunchi_api::live::{Floor, Visitor};

use super::aisles::{Aisle, aisle_of};
use super::help::Help;
use super::need::Need;
use super::zone::{Spot, Zone, room_for};

/// How many are drawn; the collector names as many. Beyond it they gather in crowds, which are counted.
pub(crate) const PEOPLE_MAX: usize = 500;

/// One event of the stream.
#[derive(Clone, Debug)]
pub(crate) enum News {
    /// The whole floor, at the beginning of a stream.
    Floor(Floor),
    /// Somebody came or changed.
    Visitor(Box<Visitor>),
    /// Somebody left.
    Left(String),
    /// How many stand in each zone, by the collector's names; nothing while all of them are named.
    Crowd(BTreeMap<String, u64>),
}

/// Somebody on the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Person {
    /// What is known.
    pub(crate) visitor: Visitor,
    /// Where they stand.
    pub(crate) spot: Spot,
}

/// Everybody on the floor.
#[derive(Debug, Default)]
pub(crate) struct Crowd {
    people: BTreeMap<String, Person>,
    taken: BTreeSet<(Zone, u8, u16)>,
    aisles: Vec<Aisle>,
    /// Who stands in each zone, drawn or not; empty while all are drawn.
    everybody: BTreeMap<Zone, u64>,
    /// Who was made to stand elsewhere since it was last asked for.
    rearranged: BTreeSet<String>,
    undrawn: u64,
}

impl Crowd {
    /// Takes an event.
    pub(crate) fn take(&mut self, news: News) {
        match news {
            News::Floor(floor) => self.fill(floor),
            News::Visitor(visitor) => self.put(*visitor),
            News::Left(id) => self.remove(&id),
            News::Crowd(crowd) => self.gather(&crowd),
        }
    }

    /// Puts up these aisles; everybody walks to theirs.
    pub(crate) fn put_up(&mut self, aisles: Vec<Aisle>) {
        if self.aisles != aisles {
            self.aisles = aisles;
            self.taken.clear();
            let visitors: Vec<_> =
                std::mem::take(&mut self.people).into_values().map(|it| it.visitor).collect();
            self.rearranged.extend(visitors.iter().map(|it| it.id.clone()));
            for visitor in visitors {
                self.put(visitor);
            }
        }
    }

    /// Those who are not drawn, by the zone in which they gather.
    pub(crate) fn gathered(&self) -> Vec<(Zone, u64)> {
        let drawn = |zone| self.count(|visitor| Zone::of(&visitor.zone) == zone) as u64;
        let left = |(zone, all): (&Zone, &u64)| (*zone, all.saturating_sub(drawn(*zone)));
        self.everybody.iter().map(left).filter(|(_, count)| *count > 0).collect()
    }

    /// Everybody, by id.
    pub(crate) fn people(&self) -> &BTreeMap<String, Person> {
        &self.people
    }

    /// How many are in the shop, drawn or not.
    pub(crate) fn total(&self) -> u64 {
        self.undrawn + self.people.len() as u64
    }

    /// How many of those who are drawn are so.
    pub(crate) fn count(&self, is_so: impl Fn(&Visitor) -> bool) -> usize {
        self.people.values().filter(|it| is_so(&it.visitor)).count()
    }

    /// How many stand in each part of the shop: zone, and aisle where there are any.
    pub(crate) fn standing(&self) -> BTreeMap<(Zone, u8), usize> {
        let mut standing = BTreeMap::new();
        for spot in self.people.values().map(|it| it.spot) {
            *standing.entry((spot.zone, spot.aisle)).or_default() += 1;
        }
        standing
    }

    /// How many are in the shop but not drawn.
    pub(crate) fn undrawn(&self) -> u64 {
        self.undrawn
    }

    /// Those who stand elsewhere because their zone has grown or shrunk around them, once.
    pub(crate) fn rearranged(&mut self) -> BTreeSet<String> {
        std::mem::take(&mut self.rearranged)
    }

    /// Ids with their needs, the most urgent first; equals by the last activity.
    pub(crate) fn ranked(&self, help: Help) -> Vec<(String, Need)> {
        let richest = self.richest();
        let mut ranked: Vec<_> = self
            .people
            .iter()
            .map(|(id, person)| {
                let currency = person.visitor.cart_value.as_ref().map(|cart| &cart.currency);
                let richest = currency.and_then(|code| richest.get(code)).copied().unwrap_or(0);
                (id, person, Need::of(&person.visitor, richest, help))
            })
            .collect();
        ranked.sort_by(|a, b| {
            let by_need = b.2.urgency().cmp(&a.2.urgency());
            by_need.then_with(|| b.1.visitor.last_seen.cmp(&a.1.visitor.last_seen))
        });
        ranked.into_iter().map(|(id, _, need)| (id.clone(), need)).collect()
    }

    /// The largest cart of all, smallest unit of its currency.
    pub(crate) fn largest(&self) -> i64 {
        self.richest().into_values().max().unwrap_or_default()
    }

    /// The largest cart of each currency, minor units.
    fn richest(&self) -> BTreeMap<String, i64> {
        let mut richest = BTreeMap::new();
        for cart in self.people.values().filter_map(|person| person.visitor.cart_value.as_ref()) {
            let most = richest.entry(cart.currency.clone()).or_insert(cart.minor);
            *most = cart.minor.max(*most);
        }
        richest
    }

    /// Those who are still here keep their places: after a lost connection nobody jumps.
    fn fill(&mut self, floor: Floor) {
        let here: BTreeSet<_> = floor.visitors.iter().map(|visitor| visitor.id.clone()).collect();
        let gone: Vec<_> = self.people.keys().filter(|id| !here.contains(*id)).cloned().collect();
        for id in gone {
            self.remove(&id);
        }
        self.undrawn = 0;
        self.gather(&floor.crowd);
        floor.visitors.into_iter().for_each(|visitor| self.put(visitor));
        self.undrawn = floor.total.saturating_sub(self.people.len() as u64);
    }

    fn gather(&mut self, crowd: &BTreeMap<String, u64>) {
        self.everybody.clear();
        for (zone, count) in crowd {
            *self.everybody.entry(Zone::of(zone)).or_default() += count;
        }
        if !crowd.is_empty() {
            self.undrawn = crowd.values().sum::<u64>().saturating_sub(self.people.len() as u64);
        }
    }

    fn put(&mut self, visitor: Visitor) {
        let zone = Zone::of(&visitor.zone);
        let aisle = if zone.has_aisles() { aisle_of(&visitor, &self.aisles) } else { 0 };
        if let Some(person) = self.people.get_mut(&visitor.id) {
            let left = person.spot;
            person.visitor = visitor;
            if (left.zone, left.aisle) != (zone, aisle) {
                self.taken.remove(&(left.zone, left.aisle, left.place));
                person.spot = take_spot(&mut self.taken, zone, aisle);
                self.arrange(left.zone, left.aisle);
                self.arrange(zone, aisle);
            }
        } else if self.people.len() < PEOPLE_MAX {
            let spot = take_spot(&mut self.taken, zone, aisle);
            self.people.insert(visitor.id.clone(), Person { visitor, spot });
            self.arrange(zone, aisle);
        }
    }

    fn remove(&mut self, id: &str) {
        match self.people.remove(id) {
            Some(Person { spot, .. }) => {
                self.taken.remove(&(spot.zone, spot.aisle, spot.place));
                self.arrange(spot.zone, spot.aisle);
            }
            None => self.undrawn = self.undrawn.saturating_sub(1),
        }
    }
}

impl Crowd {
    /// Gives a part of the shop the room its people need. It shrinks late, so that one who comes and goes does not move
    /// all others each time.
    fn arrange(&mut self, zone: Zone, aisle: u8) {
        let places = (zone, aisle, 0)..=(zone, aisle, u16::MAX);
        let highest = self.taken.range(places).next_back().map_or(0, |(.., place)| *place);
        let is_here = |it: &Person| (it.spot.zone, it.spot.aisle) == (zone, aisle);
        let here = self.people.values().filter(|it| is_here(it));
        let has = here.map(|person| person.spot.room).max().unwrap_or_default();
        let needed = room_for(zone, highest);
        let room = if needed > has || needed * 4 <= has { needed } else { has };
        for (id, person) in &mut self.people {
            let was = person.spot.room;
            if is_here(person) && was != room {
                person.spot.room = room;
                // Newcomers come to their place, they are not moved.
                if was > 0 {
                    self.rearranged.insert(id.clone());
                }
            }
        }
    }
}

/// The first free place of a part of the shop.
fn take_spot(taken: &mut BTreeSet<(Zone, u8, u16)>, zone: Zone, aisle: u8) -> Spot {
    let is_free = |place: &u16| !taken.contains(&(zone, aisle, *place));
    let place = (0..=u16::MAX).find(is_free).expect("PEOPLE_MAX people cannot fill all places");
    taken.insert((zone, aisle, place));
    // How much room there is, `Crowd::arrange` says.
    Spot { zone, aisle, place, room: 0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visitor(id: &str, zone: &str) -> Visitor {
        Visitor { id: id.into(), zone: zone.into(), ..Visitor::default() }
    }

    fn comes(crowd: &mut Crowd, id: &str, zone: &str) {
        crowd.take(News::Visitor(Box::new(visitor(id, zone))));
    }

    /// `id zone place`, by id.
    fn standing(crowd: &Crowd) -> Vec<String> {
        let line = |(id, person): (&String, &Person)| {
            format!("{id} {} {}", person.spot.zone.class(), person.spot.place)
        };
        crowd.people().iter().map(line).collect()
    }

    #[test]
    fn people_take_the_first_free_place_and_keep_it_while_they_stay() {
        let mut crowd = Crowd::default();
        comes(&mut crowd, "a", "entrance");
        comes(&mut crowd, "b", "entrance");
        comes(&mut crowd, "a", "shelf");
        comes(&mut crowd, "c", "entrance");
        comes(&mut crowd, "b", "entrance");
        assert_eq!(standing(&crowd), ["a shelf 0", "b entrance 1", "c entrance 0"]);
    }

    #[test]
    fn a_zone_grows_with_its_people_and_shrinks_late() {
        let mut crowd = Crowd::default();
        let room = |crowd: &Crowd| crowd.people().values().map(|it| it.spot.room).max().unwrap();
        for id in 0..8 {
            comes(&mut crowd, &id.to_string(), "entrance");
        }
        assert_eq!((room(&crowd), crowd.rearranged().len()), (8, 0));
        comes(&mut crowd, "8", "entrance");
        comes(&mut crowd, "elsewhere", "till");
        assert_eq!(
            (room(&crowd), crowd.rearranged().len()),
            (16, 8),
            "those at the entrance make room"
        );
        crowd.take(News::Left("8".into()));
        comes(&mut crowd, "9", "entrance");
        assert_eq!((room(&crowd), crowd.rearranged().len()), (16, 0), "and keep it for a while");
    }

    #[test]
    fn who_leaves_makes_room() {
        let mut crowd = Crowd::default();
        comes(&mut crowd, "a", "till");
        crowd.take(News::Left("a".into()));
        crowd.take(News::Left("never here".into()));
        comes(&mut crowd, "b", "till");
        assert_eq!(standing(&crowd), ["b till 0"]);
    }

    #[test]
    fn a_new_stream_forgets_who_is_gone_and_moves_nobody_else() {
        let mut crowd = Crowd::default();
        for id in ["a", "b", "c"] {
            comes(&mut crowd, id, "entrance");
        }
        let visitors = vec![visitor("d", "entrance"), visitor("c", "entrance")];
        let floor = Floor { now: 1, visitors, total: 2, ..Floor::default() };
        crowd.take(News::Floor(floor));
        assert_eq!(standing(&crowd), ["c entrance 2", "d entrance 0"]);
    }

    #[test]
    fn more_than_can_be_drawn_are_counted() {
        let mut crowd = Crowd::default();
        let visitors = (0..PEOPLE_MAX).map(|id| visitor(&id.to_string(), "entrance")).collect();
        let floor = Floor { now: 1, visitors, total: 600, ..Floor::default() };
        crowd.take(News::Floor(floor));
        comes(&mut crowd, "one more", "entrance");
        assert_eq!((crowd.people().len(), crowd.undrawn()), (PEOPLE_MAX, 100));
        crowd.take(News::Left("somebody undrawn".into()));
        assert_eq!(crowd.undrawn(), 99);
        let told = [("entrance", 520), ("till", 30)].map(|(zone, count)| (zone.into(), count));
        crowd.take(News::Crowd(BTreeMap::from(told)));
        assert_eq!(crowd.gathered(), [(Zone::Entrance, 20), (Zone::Till, 30)]);
        assert_eq!(crowd.undrawn(), 50);
        crowd.take(News::Crowd(BTreeMap::new()));
        assert_eq!(crowd.gathered(), []);
    }

    #[test]
    fn people_walk_to_the_aisle_of_their_page() {
        let mut crowd = Crowd::default();
        let aisle = |crowd: &Crowd| crowd.people()["a"].spot.aisle;
        let on = |path: &str| Visitor { path: path.into(), ..visitor("a", "aisle") };
        crowd.take(News::Visitor(Box::new(on("/c/paper"))));
        assert_eq!(aisle(&crowd), 0);
        crowd.put_up(["/c/tea", "/c/paper"].map(Aisle::of).to_vec());
        assert_eq!((aisle(&crowd), crowd.rearranged().len()), (1, 1));
        crowd.take(News::Visitor(Box::new(on("/c/tea"))));
        assert_eq!(aisle(&crowd), 0);
        crowd.take(News::Visitor(Box::new(on("/c/glass"))));
        assert_eq!(aisle(&crowd), 2, "the rest of the shop");
    }

    #[test]
    fn the_most_urgent_comes_first_and_equals_by_their_last_activity() {
        let mut crowd = Crowd::default();
        for (id, hesitation, last_seen) in [("calm", 0, 1), ("urgent", 3, 1), ("lively", 0, 9)] {
            let visitor = Visitor { hesitation, last_seen, ..visitor(id, "till") };
            crowd.take(News::Visitor(Box::new(visitor)));
        }
        let ids: Vec<_> = crowd.ranked(Help::default()).into_iter().map(|(id, _)| id).collect();
        assert_eq!(ids, ["urgent", "lively", "calm"]);
    }
}
