//! `cargo xtask demo`: collector, demo shop and a crowd of shoppers, until Ctrl-C.

use std::fs;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;
use std::sync::mpsc::{self, Receiver};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::processes::Process;
use crate::step::{seconds, step};
use crate::{build, paths, run};

const COLLECTOR_PORT: u16 = 8080;
const SHOP_PORT: u16 = 8090;

/// Builds and runs everything; returns after Ctrl-C, or fails when one of the programs ends by itself.
pub(crate) fn run() -> Result<()> {
    let began = Instant::now();
    ensure_free()?;
    build::all()?;
    step("collector and demo shop", || {
        run::run(&mut run::cargo(["build", "-p", "collector", "-p", "demo-shop"]))
    })?;

    // Again: another demo may have been quicker, and its data must not be emptied under it.
    ensure_free()?;
    // From here on children must be ended, so we end no more without them.
    let interrupted = on_interrupt()?;
    // Dropped in order, last to first at the end: the crowd goes home, the shop closes, the collector drains.
    let mut collector = start("collector", &mut collector_command()?)?;
    collector.wait_until_ready()?;
    let mut shop = start("shop", &mut shop_command())?;
    shop.wait_until_ready()?;
    let crowd = start("crowd", &mut crowd_command())?;
    print_welcome(token()?.trim(), began.elapsed());

    let result = watch(&mut [crowd, shop, collector], &interrupted);
    eprintln!("stopped");
    result
}

fn collector_command() -> Result<Command> {
    let data = folder().join("data");
    // Each demo begins with the same day: the crowd is seeded.
    if data.exists() {
        fs::remove_dir_all(&data).with_context(|| format!("cannot empty {}", data.display()))?;
    }
    let mut command = Command::new(paths::binary("nunchi"));
    command.arg("demo").arg("--data").arg(data);
    command.args(["--port", &COLLECTOR_PORT.to_string(), "--shop-origin", &shop_origin()]);
    Ok(command)
}

fn shop_command() -> Command {
    let mut command = Command::new(paths::binary("demo-shop"));
    command.args([
        "serve",
        "--port",
        &SHOP_PORT.to_string(),
        "--collector",
        &collector_origin(),
        "--site",
        "demo",
    ]);
    command
}

fn crowd_command() -> Command {
    let mut command = Command::new(paths::binary("demo-shop"));
    command.args([
        "crowd",
        "--collector",
        &collector_origin(),
        "--site",
        "demo",
        "--origin",
        &shop_origin(),
    ]);
    // A day's visits at once, so that every statistic has something to say, then people walking in.
    command.args(["--shoppers", "240", "--seed", "7", "--instant", "--past", "24h"]);
    command
}

fn start(name: &'static str, command: &mut Command) -> Result<Process> {
    Process::start(name, command, folder().join(format!("{name}.log")))
}

/// Until somebody interrupts, or a program that should run does not. The crowd may go home.
fn watch(processes: &mut [Process], interrupted: &Receiver<()>) -> Result<()> {
    loop {
        if interrupted.recv_timeout(Duration::from_millis(200)).is_ok() {
            return Ok(());
        }
        for process in processes.iter_mut() {
            match process.ended()? {
                Some(status) if process.name != "crowd" || !status.success() => {
                    bail!(process.obituary(status))
                }
                _ => {}
            }
        }
    }
}

fn on_interrupt() -> Result<Receiver<()>> {
    let (send, receive) = mpsc::channel();
    ctrlc::set_handler(move || {
        let _ = send.send(());
    })
    .context("cannot listen for Ctrl-C")?;
    Ok(receive)
}

fn ensure_free() -> Result<()> {
    for (port, who) in [(COLLECTOR_PORT, "collector"), (SHOP_PORT, "demo shop")] {
        if let Err(error) = TcpListener::bind(("127.0.0.1", port)) {
            bail!(
                "the {who} needs 127.0.0.1:{port}, which is taken ({error}); is another demo running?"
            );
        }
    }
    Ok(())
}

fn print_welcome(token: &str, took: Duration) {
    let (shop, collector) = (shop_origin(), collector_origin());
    println!(
        "\
Ready after {took}. Ctrl-C ends everything.

  Shop      {shop}
  Console   {collector}/console/#token={token}
  Numbers   target/debug/nunchi stats overview --site demo --data target/demo/data
            (also funnel, signals, campaigns, pages, live, health; --format json)

What to try in the shop
  Stay on a product for some seconds, then take the pointer quickly out of the window through its top:
  a coupon is offered. The console shows it at once.
  Put two things into the cart, enter the coupon field and leave it empty, go to checkout and back:
  help is offered. Ask the chat how long shipping takes, in Korean or in English.
  {shop}/lab has switches: routes without page loads, a strict Content-Security-Policy, consent first.

Logs are in target/demo/.",
        took = seconds(took)
    );
}

/// What opens the console; the collector made it for this data folder.
fn token() -> Result<String> {
    let file = folder().join("data/token");
    fs::read_to_string(&file)
        .with_context(|| format!("the collector made no access token in {}", file.display()))
}

fn folder() -> PathBuf {
    paths::root().join("target/demo")
}

fn collector_origin() -> String {
    format!("http://127.0.0.1:{COLLECTOR_PORT}")
}

fn shop_origin() -> String {
    format!("http://127.0.0.1:{SHOP_PORT}")
}
