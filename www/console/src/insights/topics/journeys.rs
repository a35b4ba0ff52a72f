//! The ways visits took: a river from the first page to where they left.

use std::collections::BTreeMap;

use charming::Chart;
use charming::element::{Emphasis, EmphasisFocus, ItemStyle, Label, LineStyle, Tooltip, Trigger};
use charming::series::{Sankey, SankeyLink, SankeyNode};
use nunchi_api::questions::{JourneyRow, Journeys};

use super::super::picture::Picture;
use super::parts::{count, cut, float, share};
use crate::text::{Language, fill, format, names};
use crate::ui::chart::Palette;
use crate::ui::sheet::{Cell, Sheet};

pub(super) fn pictures(journeys: &Journeys, language: Language) -> Vec<Picture> {
    let words = language.words();
    let paths = journeys.paths.clone();
    let all = sessions(journeys);
    let mut ways = Sheet::new(&[
        words.way,
        &format!("#{}", words.sessions),
        &format!("#{}", words.ended_there),
        &format!("#{}", words.purchases),
        &format!("#{}", words.rate),
    ]);
    let row = |name: String, row: &JourneyRow| {
        let cells = [row.sessions, row.ended, row.bought].map(count);
        let mut line = vec![Cell::text(name)];
        line.extend(cells);
        line.push(share(row.bought, row.sessions));
        line
    };
    for path in &journeys.paths {
        let steps: Vec<String> = path.steps.iter().map(|it| step_name(it, language)).collect();
        ways.push(row(steps.join(" › "), path));
    }
    if let Some(other) = &journeys.other {
        ways.push(row(words.other_rows.into(), other));
    }
    let mut ends = Sheet::new(&[
        words.last_page,
        &format!("#{}", words.sessions),
        &format!("#{}", words.of_all),
        &format!("#{}", words.purchases),
    ]);
    for end in &journeys.ends {
        let name = Cell::text(step_name(&end.page, language));
        ends.push(vec![name, count(end.sessions), share(end.sessions, all), count(end.bought)]);
    }
    if let Some(other) = &journeys.other_ends {
        let name = Cell::text(words.other_rows);
        ends.push(vec![
            name,
            count(other.sessions),
            share(other.sessions, all),
            count(other.bought),
        ]);
    }
    let river = Picture {
        size: "echart-tall",
        ..Picture::new("journeys", words.journeys, sentence(journeys, language), ways)
            .drawn(move |palette| draw(&paths, palette, language))
    };
    let says = journeys.ends.first().map_or_else(
        || words.journeys_none.into(),
        |end| {
            let part = format::share(end.sessions, all);
            fill(words.ends_says, &[&step_name(&end.page, language), &part])
        },
    );
    vec![river, Picture::new("journey-ends", words.ends, says, ends)]
}

fn sessions(journeys: &Journeys) -> u64 {
    journeys.paths.iter().chain(&journeys.other).map(|it| it.sessions).sum()
}

fn sentence(journeys: &Journeys, language: Language) -> String {
    let words = language.words();
    let Some(first) = journeys.paths.first() else { return words.journeys_none.into() };
    let steps: Vec<String> = first.steps.iter().map(|it| step_name(it, language)).collect();
    let part = format::share(first.sessions, sessions(journeys));
    let mut says = fill(words.journeys_says, &[&steps.join(" › "), &part]);
    if let Some(other) = &journeys.other {
        says.push(' ');
        says.push_str(&fill(words.journeys_other, &[&format::count(other.sessions)]));
    }
    says
}

/// A sort of page by its name, a path as it is.
fn step_name(step: &str, language: Language) -> String {
    if step.starts_with('/') { step.into() } else { names::page(step, language) }
}

/// How many went from one place to the next; places are pages by their depth, and leaving.
fn flows(paths: &[JourneyRow], language: Language) -> BTreeMap<(String, String), u64> {
    let mut flows = BTreeMap::new();
    let mut add = |from: String, to: String, sessions: u64| {
        *flows.entry((from, to)).or_insert(0) += sessions;
    };
    for path in paths {
        let place = |depth: usize| node(&path.steps[depth], depth, language);
        for depth in 1..path.steps.len() {
            add(place(depth - 1), place(depth), path.sessions);
        }
        let last = path.steps.len().checked_sub(1);
        if let Some(last) = last.filter(|_| path.ended > 0) {
            add(place(last), language.words().left.into(), path.ended);
        }
    }
    flows
}

fn node(step: &str, depth: usize, language: Language) -> String {
    mark(cut(&step_name(step, language), NAME_MAX), depth)
}

/// Nodes are known by their names: signs that nobody sees tell the same page at two depths apart.
fn mark(name: String, depth: usize) -> String {
    name + &"\u{200b}".repeat(depth)
}

fn draw(paths: &[JourneyRow], palette: &Palette, language: Language) -> Chart {
    let flows = flows(paths, language);
    let mut places: Vec<&String> = flows.keys().flat_map(|(from, to)| [from, to]).collect();
    places.sort_unstable();
    places.dedup();
    let left = language.words().left;
    let colors = palette.parts();
    let color = |name: &str| {
        let bare = name.trim_end_matches('\u{200b}');
        if bare == left {
            return palette.text_2.clone();
        }
        // The same page has the same colour at every depth; paths share one.
        let place = SORTS.iter().position(|sort| names::page(sort, language) == bare);
        place.map_or_else(|| palette.views.clone(), |place| colors[place % colors.len()].to_owned())
    };
    let nodes: Vec<SankeyNode> = places
        .iter()
        .map(|name| {
            let style = ItemStyle::new().color(color(name).as_str());
            SankeyNode::new(name.as_str()).item_style(style)
        })
        .collect();
    let links = flows.iter().map(|((from, to), sessions)| SankeyLink {
        source: from.clone(),
        target: to.clone(),
        value: float(*sessions),
    });
    let river = Sankey::new()
        .nodes(nodes)
        .links(links.collect::<Vec<_>>())
        .left(4)
        .right(110)
        .top(8)
        .bottom(8)
        .emphasis(Emphasis::new().focus(EmphasisFocus::Adjacency))
        .label(Label::new().color(palette.text.as_str()).font_size(12))
        .line_style(LineStyle::new().color("source").opacity(0.28).curveness(0.5));
    Chart::new().tooltip(Tooltip::new().trigger(Trigger::Item)).series(river)
}

const NAME_MAX: usize = 24;

/// Sorts of pages in the order of colours: those that follow each other often look different.
const SORTS: [&str; 10] = [
    "product", "home", "cart", "checkout", "category", "search", "payment", "other", "thanks",
    "account",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Language::En;

    fn path(steps: &[&str], sessions: u64, ended: u64) -> JourneyRow {
        let steps = steps.iter().map(|it| (*it).into()).collect();
        JourneyRow { steps, sessions, ended, ..JourneyRow::default() }
    }

    #[test]
    fn flows_add_up_and_the_same_page_at_two_depths_is_two_places() {
        let paths = [path(&["home", "product", "home"], 5, 2), path(&["home", "product"], 4, 4)];
        let told: Vec<String> = flows(&paths, En)
            .into_iter()
            .map(|((from, to), sessions)| {
                format!("{from}→{to} {sessions}").replace('\u{200b}', "'")
            })
            .collect();
        assert_eq!(
            told,
            ["Home→Product' 9", "Home''→Left 2", "Product'→Home'' 5", "Product'→Left 4"]
        );
    }

    #[test]
    fn the_sentence_tells_of_the_most_taken_way_and_of_those_not_drawn() {
        let other = Some(path(&[], 10, 0));
        let journeys =
            Journeys { paths: vec![path(&["home", "/a"], 30, 0)], other, ..Journeys::default() };
        assert_eq!(
            sentence(&journeys, En),
            "Most taken: Home › /a, 75.0% of sessions. 10 sessions took other ways, which are not drawn."
        );
        assert_eq!(sentence(&Journeys::default(), En), En.words().journeys_none);
    }
}
