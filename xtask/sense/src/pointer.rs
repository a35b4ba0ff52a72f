//! Recordings of a pointer on a page, with the viewport put back.
//!
//! The recordings hold `pageX` and `pageY` but not how far the page was scrolled. While a page is
//! scrolled, the pointer stays where it is on the screen: so the jump of `page_y` across a burst of
//! scroll events is how far it was scrolled. The sum is kept within the page, and the pointer within
//! the viewport: where it would be outside, the sum was wrong and is mended.
//!
//! They hold neither `mouseleave` nor `mouseenter`; the engine is told of none.

use std::path::Path;

use anyhow::{Context, Result};
use beacon::item::{Device, Signal, Target};
use engine::observation::Observation;

use crate::page::Page;
use crate::table::{Row, Table};

/// One visit to a page.
pub(crate) struct Recording {
    id: String,
    height: i64,
    full: i64,
    pub(crate) events: Vec<Event>,
}

/// Something that happened, milliseconds since the page's script began.
#[derive(Clone, Copy)]
pub(crate) struct Event {
    pub(crate) at: u64,
    pub(crate) what: What,
}

#[derive(Clone, Copy)]
pub(crate) enum What {
    /// CSS pixels in the viewport.
    Moved {
        x: i32,
        y: i32,
    },
    ButtonDown,
    ButtonUp {
        x: i32,
        y: i32,
    },
    Scrolled {
        top: u32,
    },
    KeyPressed,
    Copied,
    Blurred,
    Focused,
    Unloaded,
    Other,
}

/// All visits of a set, in the order of the files.
pub(crate) fn read(folder: &Path) -> Result<Vec<Recording>> {
    let mut recordings = visits(folder)?;
    let (mut index, mut viewport) = (0, Viewport::default());
    for row in Table::read(&folder.join("events.csv"))?.rows() {
        let id = row.text("session")?;
        if recordings.get(index).is_none_or(|it| it.id != id) {
            let found = recordings.iter().position(|it| it.id == id);
            index = found.with_context(|| format!("session {id} is not in sessions.csv"))?;
            viewport = Viewport::default();
        }
        let recording = &mut recordings[index];
        let at = u64::try_from(row.whole("t_ms", 1.0)?).unwrap_or(0);
        let what = viewport.what(&row, recording)?;
        recording.events.push(Event { at, what });
        if !matches!(what, What::Scrolled { .. }) {
            recording.tell_scrolls(viewport.top);
        }
    }
    Ok(recordings)
}

/// The visits, nothing having happened yet.
fn visits(folder: &Path) -> Result<Vec<Recording>> {
    let table = Table::read(&folder.join("sessions.csv"))?;
    let visits = table.rows().map(|row| {
        let id = row.text("session")?.into();
        let (height, full) = (row.number("viewport_h")?, row.number("doc_h")?);
        Ok(Recording { id, height, full, events: Vec::new() })
    });
    visits.collect()
}

impl Recording {
    /// What the engine notices, by the pointer alone or told of copying too.
    pub(crate) fn play(&self, is_told_of_copying: bool) -> Vec<(u64, Signal)> {
        let mut page = Page::open(Device::Desktop);
        let mut is_held = false;
        for &Event { at, what } in &self.events {
            match what {
                What::Moved { x, y } => page.moved(at, x, y, is_held),
                What::ButtonDown => is_held = true,
                What::ButtonUp { x, y } => {
                    is_held = false;
                    page.see(at, Observation::Pressed { x, y, target: Target::Plain });
                }
                What::Scrolled { top } => {
                    page.scrolled(at, top, clip(self.height), clip(self.full));
                }
                What::KeyPressed => page.see(at, Observation::KeyPressed),
                What::Copied if is_told_of_copying => page.see(at, Observation::Copied),
                What::Blurred => page.see(at, Observation::Blurred),
                What::Focused => page.see(at, Observation::Focused),
                What::Unloaded => page.see(at, Observation::Hidden),
                What::Copied | What::Other => page.wait(at),
            }
        }
        page.close(self.events.last().map_or(0, |it| it.at))
    }

    /// The scroll events at the end got their page to here.
    fn tell_scrolls(&mut self, to: i64) {
        let before = self.events.iter_mut().rev().skip(1);
        for event in before.take_while(|it| matches!(it.what, What::Scrolled { .. })) {
            event.what = What::Scrolled { top: clip(to) };
        }
    }
}

/// How far the page is scrolled, as far as the pointer tells.
#[derive(Default)]
struct Viewport {
    top: i64,
    last_page_y: Option<i64>,
    is_scrolling: bool,
}

impl Viewport {
    fn what(&mut self, row: &Row<'_>, page: &Recording) -> Result<What> {
        let (x, page_y) = (row.whole("page_x", 1.0)?, row.whole("page_y", 1.0)?);
        let mut place = || {
            let y = self.place(page_y, page.height, page.full);
            (i32::try_from(x).unwrap_or(0), i32::try_from(y).unwrap_or(0))
        };
        Ok(match row.text("event")? {
            "mousemove" => {
                let (x, y) = place();
                What::Moved { x, y }
            }
            "mousedown" => {
                place();
                What::ButtonDown
            }
            "mouseup" => {
                let (x, y) = place();
                What::ButtonUp { x, y }
            }
            "scroll" => {
                self.is_scrolling = true;
                What::Scrolled { top: 0 }
            }
            "keydown" => What::KeyPressed,
            "copy" => What::Copied,
            "blur" => What::Blurred,
            "focus" => What::Focused,
            "beforeunload" => What::Unloaded,
            _ => What::Other,
        })
    }

    /// Where in the viewport this height of the page is.
    fn place(&mut self, page_y: i64, height: i64, full: i64) -> i64 {
        if std::mem::take(&mut self.is_scrolling) {
            self.top += page_y - self.last_page_y.unwrap_or(page_y);
        }
        self.last_page_y = Some(page_y);
        self.top = self.top.clamp(0, (full - height).max(0));
        self.top = self.top.clamp(page_y - height.max(0), page_y);
        page_y - self.top
    }
}

fn clip(pixels: i64) -> u32 {
    u32::try_from(pixels).unwrap_or(0)
}
