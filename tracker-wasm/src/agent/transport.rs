//! Frames to the collector, and what it answers.

use beacon::outbox;
use beacon::reply::{Command, Reply};
use engine::Input;

use super::{Agent, border};

impl Agent {
    /// Tells the outbox, unless the run that the frame belonged to is over.
    pub(super) fn answered(
        &'static self,
        run: u32,
        sequence: u32,
        status: u16,
        seconds: f64,
        body: &[u8],
    ) {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "saturates")]
        let retry_after_s = seconds as u32;
        if run == self.runs.get() {
            let input = outbox::Input::Answered { sequence, status, retry_after_s };
            self.carry(self.clock.now(), input);
        }
        if status == 200 {
            self.obey(body);
        }
    }

    fn obey(&'static self, bytes: &[u8]) {
        // A reply this agent cannot read is one from the future: go on.
        for command in Reply::decode(bytes).unwrap_or_default().commands {
            match command {
                Command::TakePack(version) => self.take_pack(version),
                Command::Watched { every_ms, for_ms } => {
                    let now = self.clock.now();
                    let (every_ms, until) = (every_ms.into(), now.plus(for_ms.into()));
                    self.carry(now, outbox::Input::Watched { every_ms, until });
                }
                Command::Staffed(free) => self.feed(self.clock.now(), Input::Staffed(free)),
                Command::Stop => border::stop("collector"),
                // Commands of later versions are not for this agent.
                _ => {}
            }
        }
    }
}
