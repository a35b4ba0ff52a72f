//! The command line: `demo-shop serve` and `demo-shop crowd`.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "printing is this program's work")]

use std::process::ExitCode;

use demo_shop::server::{self, Settings};
use lexopt::prelude::*;

const HELP: &str = "\
demo-shop serve [--port 8090] [--collector http://127.0.0.1:8080] [--site demo]
    The shop, on 127.0.0.1. Port 0 takes a free one. Prints `ready ADDRESS`.
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

/// An origin has no slash at its end.
fn origin(address: &str) -> String {
    address.trim_end_matches('/').to_owned()
}
