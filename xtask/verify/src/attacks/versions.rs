//! Frames of every released version, byte for byte, at the time they were sent: taken by this server as what they are.
//! Frames of versions and kinds to come: refused, never misread.

use std::fs;

use anyhow::Result;
use beacon::{Beacon, Millis};

use super::Attack;
use crate::beacons::{SHOP, frame, now};
use crate::crc::crc32c;
use crate::figures::Figures;
use crate::goldens::{self, Golden};
use crate::options::{Setting, Size};
use crate::random::Random;
use crate::server::{Launch, panics};
use crate::stored::stored;
use crate::volley::{of, volley};

pub(super) const ATTACK: Attack = Attack {
    name: "versions",
    what: "all released frames are stored as they are, all later versions and kinds are refused",
    sizes: &[Size::new("later", 254, 254, 254), Size::new("kinds", 100, 245, 245)],
    notices: &[],
    run,
};

fn run(setting: &Setting) -> Result<Figures> {
    let mut figures = Figures::default();
    let goldens = goldens::all()?;
    let (mut kept, mut refused) = (0, 0);
    for golden in &goldens {
        match send_when_it_was_sent(setting, golden)? {
            Fate::Kept => kept += 1,
            Fate::TooOld => refused += 1,
            Fate::Wrong(how) => figures.wrong(format!("{}: {how}", golden.name)),
        }
    }
    figures.tell("released", goldens.len());
    figures.at_least("released_kept", kept, 6);
    figures.tell("undatable", refused);
    refuse_what_is_to_come(setting, &mut figures)?;
    Ok(figures)
}

enum Fate {
    Kept,
    /// No clock can have the date that it bears.
    TooOld,
    Wrong(String),
}

/// To a server of its own, for released frames share their key.
fn send_when_it_was_sent(setting: &Setting, golden: &Golden) -> Result<Fate> {
    let Ok(beacon) = beacon::frame::decode(&golden.bytes) else {
        return Ok(Fate::Wrong("was released and is not read any more".into()));
    };
    let folder = tempfile::tempdir()?;
    let (data, clock) = (folder.path().join("data"), folder.path().join("clock"));
    let sent_at = beacon.header.sent_at.0;
    let is_datable = sent_at < CLOCK_END;
    let then = if is_datable { sent_at } else { now().0 };
    fs::write(&clock, (i64::try_from(then)? - i64::try_from(now().0)?).to_string())?;
    let launch = Launch::new(setting, &data).with_clock(setting, &clock);
    launch.add_site(beacon.header.site.as_str(), SHOP)?;
    let mut server = launch.start()?;
    let answers = volley(server.port, std::slice::from_ref(&golden.bytes))?;
    server.kill()?;
    let kept = stored(setting, &data)?.items_of(&beacon.header);
    Ok(match (of(&answers, &[200, 204]), is_datable) {
        (1, true) if kept == beacon.items.len() && panics(&data) == 0 => Fate::Kept,
        (0, false) if answers.contains_key(&410) && kept == 0 => Fate::TooOld,
        _ => Fate::Wrong(format!("answered {answers:?}, {kept} items kept")),
    })
}

/// Other versions of the frame, and items of a kind that this one does not know.
fn refuse_what_is_to_come(setting: &Setting, to: &mut Figures) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let data = folder.path().join("data");
    let server = Launch::new(setting, &data).start()?;
    let mut random = Random::new(setting.seed);
    let mut sound = || frame((random.bytes(), 1), now());
    let later = (0..=u8::MAX).filter(|&version| version != beacon::frame::VERSION);
    let later: Vec<_> =
        later.take(setting.count("later")).map(|it| sealed(sound(), 0, it)).collect();
    let nothing = beacon::frame::encode(&Beacon {
        items: vec![],
        ..crate::beacons::beacon(([9; 16], 1), Millis(now().0))
    });
    let kinds = (KINDS_KNOWN..=u8::MAX).take(setting.count("kinds"));
    let kinds: Vec<_> = kinds.map(|kind| with_one_item(&nothing, kind)).collect();
    let refused = of(&volley(server.port, &later)?, &[400]);
    to.equal("later_refused", refused, later.len());
    let refused = of(&volley(server.port, &kinds)?, &[400]);
    to.equal("kinds_refused", refused, kinds.len());
    to.zero("misread", stored(setting, &data)?.items.len());
    to.zero("panics", panics(&data));
    Ok(())
}

/// A frame of no items becomes one of one item, whose body begins with this number.
fn with_one_item(nothing: &[u8], kind: u8) -> Vec<u8> {
    let mut bytes = nothing[..nothing.len() - 4].to_vec();
    *bytes.last_mut().expect("the number of items") = 1;
    // No delay; the number as a varint; some bytes to be misread.
    bytes.push(0);
    if kind < 0x80 {
        bytes.push(kind);
    } else {
        bytes.extend([kind, 1]);
    }
    bytes.extend([0, 0, 0, 0]);
    let length = u16::try_from(bytes.len() - 3).expect("short").to_le_bytes();
    bytes[1..3].copy_from_slice(&length);
    bytes.extend([0; 4]);
    sealed(bytes, 0, beacon::frame::VERSION)
}

/// The byte at `place` is set and the checksum made right.
fn sealed(mut bytes: Vec<u8>, place: usize, byte: u8) -> Vec<u8> {
    bytes[place] = byte;
    let end = bytes.len() - 4;
    let crc = crc32c(&bytes[..end]);
    bytes[end..].copy_from_slice(&crc.to_le_bytes());
    bytes
}

/// [`beacon::Body`] has kinds 0 to 10.
const KINDS_KNOWN: u8 = 11;

/// The year 2100, milliseconds since 1970.
const CLOCK_END: u64 = 4_102_444_800_000;
