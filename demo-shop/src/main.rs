//! The command line: `demo-shop serve` and `demo-shop crowd`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is this program's work")]

use std::process::ExitCode;
use std::time::Duration;

use beacon::SiteKey;
use demo_shop::crowd::{self, Plan};
use demo_shop::server::{self, Settings};
use lexopt::prelude::*;

const HELP: &str = "\
demo-shop serve [--port 8090] [--collector http://127.0.0.1:8080] [--site demo]
    The shop, on 127.0.0.1. Port 0 takes a free one. Prints `ready ADDRESS`.

demo-shop crowd [--collector http://127.0.0.1:8080] [--site demo] [--origin http://127.0.0.1:8090]
                [--shoppers 60] [--seed 7] [--instant] [--past 24h] [--pace 1.0] [--live 12 | --no-live]
    Shoppers. With --instant so many come at once, spread over the past; then, unless --no-live, so
    many at a time walk through the shop until Ctrl-C, --pace times as fast as in life.
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("demo-shop: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn std::error::Error>> {
    let mut arguments = lexopt::Parser::from_env();
    match arguments.next()? {
        Some(Value(command)) if command == "serve" => serve(arguments),
        Some(Value(command)) if command == "crowd" => crowd(arguments),
        Some(Long("help") | Short('h')) | None => {
            print!("{HELP}");
            Ok(())
        }
        Some(other) => Err(other.unexpected().into()),
    }
}

fn serve(mut arguments: lexopt::Parser) -> Result<(), Box<dyn std::error::Error>> {
    let (mut settings, mut port) = (Settings::default(), 8090);
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("port") => port = arguments.value()?.parse()?,
            Long("collector") => settings.collector = origin(&arguments.value()?.string()?),
            Long("site") => settings.site = arguments.value()?.string()?,
            other => return Err(other.unexpected().into()),
        }
    }
    let ready = |port| println!("ready http://127.0.0.1:{port}");
    server::serve(settings, port, ready).map_err(|error| match error.kind() {
        std::io::ErrorKind::AddrInUse => {
            format!("port {port} is taken; choose another with --port").into()
        }
        _ => error.into(),
    })
}

fn crowd(mut arguments: lexopt::Parser) -> Result<(), Box<dyn std::error::Error>> {
    let Settings { collector, site } = Settings::default();
    let (mut site, mut is_instant, mut is_live) = (site, false, true);
    let mut plan = Plan {
        collector,
        site: SiteKey::parse(&site)?,
        origin: "http://127.0.0.1:8090".into(),
        shoppers: 60,
        seed: 7,
        past: None,
        pace: 1.0,
        live: crowd::LIVE,
        now: crowd::now(),
    };
    while let Some(argument) = arguments.next()? {
        match argument {
            Long("collector") => plan.collector = origin(&arguments.value()?.string()?),
            Long("site") => site = arguments.value()?.string()?,
            Long("origin") => plan.origin = origin(&arguments.value()?.string()?),
            Long("shoppers") => plan.shoppers = arguments.value()?.parse()?,
            Long("seed") => plan.seed = arguments.value()?.parse()?,
            Long("past") => plan.past = Some(arguments.value()?.parse_with(span)?),
            Long("pace") => plan.pace = arguments.value()?.parse_with(pace)?,
            Long("instant") => is_instant = true,
            Long("live") => plan.live = arguments.value()?.parse_with(live)?,
            Long("no-live") => is_live = false,
            other => return Err(other.unexpected().into()),
        }
    }
    plan.site = SiteKey::parse(&site)?;
    if is_instant {
        println!("{}", crowd::rush(&plan)?);
    }
    if is_live {
        let say = || println!("live, at most {} at a time, until Ctrl-C", plan.live);
        crowd::live(&plan, say)?;
    }
    Ok(())
}

/// `24h`, `90m`: at most what the collector still takes.
fn span(text: &str) -> Result<Duration, String> {
    let (number, unit) = text.split_at(text.len().saturating_sub(1));
    let number: u64 = number.parse().map_err(|_| format!("expected 24h or 90m, found {text}"))?;
    let span = match unit {
        "h" => Duration::from_hours(number),
        "m" => Duration::from_mins(number),
        _ => return Err(format!("expected 24h or 90m, found {text}")),
    };
    if span > crowd::PAST_MAX {
        Err("at most 72h: older beacons are refused".into())
    } else {
        Ok(span)
    }
}

/// A pace above 0, at most 100.
fn pace(text: &str) -> Result<f64, String> {
    let pace: f64 = text.parse().map_err(|_| format!("expected a number, found {text}"))?;
    if pace > 0.0 && pace <= 100.0 { Ok(pace) } else { Err("above 0 and at most 100".into()) }
}

/// How many at once, 1 to [`crowd::LIVE_MAX`].
fn live(text: &str) -> Result<u32, String> {
    let live: u32 = text.parse().map_err(|_| format!("expected a number, found {text}"))?;
    let most = crowd::LIVE_MAX;
    if (1..=most).contains(&live) { Ok(live) } else { Err(format!("1 to {most}")) }
}

/// An origin has no slash at its end.
fn origin(address: &str) -> String {
    address.trim_end_matches('/').to_owned()
}
