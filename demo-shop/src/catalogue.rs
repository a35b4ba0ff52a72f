//! What the shop sells: the types, and how to find things. The goods themselves are in `goods`.

mod goods;

use crate::language::{Both, Language, both};
use crate::money::Won;

/// Everything the shop sells, in the order in which it is shown.
pub fn products() -> &'static [Product] {
    goods::PRODUCTS
}

/// The product with this id.
pub fn find(id: &str) -> Option<&'static Product> {
    products().iter().find(|product| product.id == id)
}

/// Products whose name, line or category contains every word of the query, in either language.
pub fn search(query: &str) -> Vec<&'static Product> {
    let words: Vec<String> = query.split_whitespace().map(str::to_lowercase).collect();
    let is_hit = |product: &&Product| {
        let category = product.category.name();
        let text =
            [product.name, product.line, category].map(|both| format!("{} {}", both.ko, both.en));
        let text = text.join(" ").to_lowercase();
        !words.is_empty() && words.iter().all(|word| text.contains(word))
    };
    products().iter().filter(is_hit).collect()
}

/// One of the four shelves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Category {
    /// Tea and what is drunk like it.
    Tea,
    /// Bowls, pots, jars.
    Table,
    /// Things to write on and with.
    Paper,
    /// For the room.
    Home,
}

impl Category {
    /// In the order of the menu.
    pub const ALL: [Self; 4] = [Self::Tea, Self::Table, Self::Paper, Self::Home];

    /// As in its address, `/c/tea`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Tea => "tea",
            Self::Table => "table",
            Self::Paper => "paper",
            Self::Home => "home",
        }
    }

    /// Reads [`Category::id`].
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|category| category.id() == id)
    }

    /// For people.
    pub fn name(self) -> Both {
        match self {
            Self::Tea => both("차", "Tea"),
            Self::Table => both("그릇", "Tableware"),
            Self::Paper => both("종이", "Paper"),
            Self::Home => both("방", "Room"),
        }
    }

    /// One sentence under the name.
    pub fn motto(self) -> Both {
        match self {
            Self::Tea => both(
                "비 온 뒤 찻잎, 볶은 메밀, 겨울 모과.",
                "Leaves picked after rain, roasted buckwheat, winter quince.",
            ),
            Self::Table => {
                both("손이 먼저 알아보는 무게와 결.", "Weight and grain that the hand knows first.")
            }
            Self::Paper => both(
                "천천히 쓰는 사람을 위한 닥종이.",
                "Mulberry paper for people who write slowly.",
            ),
            Self::Home => {
                both("저녁의 방을 고요하게 하는 것들.", "What makes an evening room quiet.")
            }
        }
    }

    /// The product whose picture stands for the shelf.
    pub fn emblem(self) -> &'static str {
        match self {
            Self::Tea => "chrysanthemum-tea",
            Self::Table => "side-teapot",
            Self::Paper => "hanji-notebook",
            Self::Home => "hanji-lamp",
        }
    }

    /// What stands on this shelf.
    pub fn products(self) -> impl Iterator<Item = &'static Product> {
        products().iter().filter(move |product| product.category == self)
    }
}

/// Something that is sold.
#[derive(Debug, PartialEq, Eq)]
pub struct Product {
    /// In its address, in GA4 events as `item_id`, in JSON-LD as `sku`.
    pub id: &'static str,
    /// Its shelf.
    pub category: Category,
    /// Its name.
    pub name: Both,
    /// One line under the name.
    pub line: Both,
    /// A paragraph.
    pub story: Both,
    /// Material, measures, origin.
    pub details: Both,
    /// Of the smallest size.
    pub price: Won,
    /// What it cost before, if it is reduced.
    pub was: Option<Won>,
    /// Pieces left; 0 is sold out.
    pub stock: u32,
    /// Colours or glazes to choose from; the first is the default. May be empty.
    pub colours: &'static [Colour],
    /// Sizes to choose from; the first is the default. May be empty.
    pub sizes: &'static [Size],
}

/// A size and what it costs more than the smallest.
#[derive(Debug, PartialEq, Eq)]
pub struct Size {
    /// In forms and the cart.
    pub id: &'static str,
    /// For people.
    pub name: Both,
    /// On top of the product's price.
    pub extra: Won,
}

/// A colour or glaze.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Colour {
    /// Milk-white glaze, undyed cloth.
    White,
    /// Grey-green glaze.
    Celadon,
    /// Wood-ash grey.
    Ash,
    /// Indigo dye, cobalt.
    Indigo,
    /// Persimmon dye.
    Persimmon,
    /// Iron-brown, ink.
    Ink,
}

impl Colour {
    const ALL: [Self; 6] =
        [Self::White, Self::Celadon, Self::Ash, Self::Indigo, Self::Persimmon, Self::Ink];

    /// In forms, addresses and the cart.
    pub fn id(self) -> &'static str {
        match self {
            Self::White => "white",
            Self::Celadon => "celadon",
            Self::Ash => "ash",
            Self::Indigo => "indigo",
            Self::Persimmon => "persimmon",
            Self::Ink => "ink",
        }
    }

    /// Reads [`Colour::id`].
    pub fn parse(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|colour| colour.id() == id)
    }

    /// For people.
    pub fn name(self) -> Both {
        match self {
            Self::White => both("백색", "White"),
            Self::Celadon => both("청자색", "Celadon"),
            Self::Ash => both("재색", "Ash"),
            Self::Indigo => both("쪽빛", "Indigo"),
            Self::Persimmon => both("감빛", "Persimmon"),
            Self::Ink => both("먹색", "Ink"),
        }
    }
}

/// A product as chosen: what a cart line holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    /// What.
    pub product: &'static Product,
    /// In which colour, where there are several.
    pub colour: Option<Colour>,
    /// In which size, where there are several.
    pub size: Option<&'static Size>,
}

impl Choice {
    /// The choice that these ids name; what is absent or unknown becomes the default.
    pub fn new(product: &'static Product, colour: Option<&str>, size: Option<&str>) -> Self {
        let colour = colour.and_then(Colour::parse).filter(|it| product.colours.contains(it));
        let size = size.and_then(|id| product.sizes.iter().find(|size| size.id == id));
        Self {
            product,
            colour: colour.or(product.colours.first().copied()),
            size: size.or(product.sizes.first()),
        }
    }

    /// Reads [`Choice::id`].
    pub fn parse(id: &str) -> Option<Self> {
        let mut parts = id.split('.');
        let product = find(parts.next()?)?;
        let colour = parts.next().filter(|part| !part.is_empty());
        Some(Self::new(product, colour, parts.next()))
    }

    /// Such as `moon-jar.white.m`; unique to the choice.
    pub fn id(&self) -> String {
        let colour = self.colour.map_or("", Colour::id);
        let size = self.size.map_or("", |size| size.id);
        format!("{}.{colour}.{size}", self.product.id)
    }

    /// Price of one piece.
    pub fn price(&self) -> Won {
        self.product.price + self.size.map_or(Won(0), |size| size.extra)
    }

    /// `Celadon · Large`, or empty.
    pub fn variant(&self, language: Language) -> String {
        let colour = self.colour.map(|colour| language.of(colour.name()));
        let size = self.size.map(|size| language.of(size.name));
        colour.into_iter().chain(size).collect::<Vec<_>>().join(" · ")
    }

    /// Address of its picture.
    pub fn picture(&self) -> String {
        picture(self.product, self.colour)
    }
}

/// Address of a product's picture.
pub(crate) fn picture(product: &Product, colour: Option<Colour>) -> String {
    match colour {
        Some(colour) => format!("/pictures/{}-{}.svg", product.id, colour.id()),
        None => format!("/pictures/{}.svg", product.id),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn four_shelves_hold_six_products_each() {
        assert!(Category::ALL.iter().all(|category| category.products().count() == 6));
        assert_eq!(products().len(), 24);
    }

    #[test]
    fn both_languages_say_everything_and_say_it_differently() {
        for product in products() {
            for text in [product.name, product.line, product.story, product.details] {
                assert!(text.ko.chars().any(|c| ('가'..='힣').contains(&c)), "{}", product.id);
                assert!(!text.en.chars().any(|c| ('가'..='힣').contains(&c)), "{}", product.id);
            }
        }
    }

    #[test]
    fn a_choice_survives_being_written_and_read() {
        for product in products() {
            let last = Choice {
                product,
                colour: product.colours.last().copied(),
                size: product.sizes.last(),
            };
            assert_eq!(Choice::parse(&last.id()), Some(last));
        }
        assert_eq!(Choice::parse("no-such-thing.white.m"), None);
    }

    #[test]
    fn search_reads_both_languages_and_finds_nothing_for_nothing() {
        assert_eq!(search("달항아리")[0].id, "moon-jar");
        assert_eq!(search("MOON jar")[0].id, "moon-jar");
        assert!(search("  ").is_empty());
        assert!(search("bicycle").is_empty());
    }
}
