//! How much may be said: by one conversation, by all of a site. Token buckets in memory.

use std::collections::BTreeMap;

use beacon::{Millis, RunId};

/// What was said lately.
#[derive(Debug, Default)]
pub(super) struct Pace {
    conversations: BTreeMap<(i64, RunId), Bucket>,
    sites: BTreeMap<i64, Bucket>,
}

#[derive(Clone, Copy, Debug)]
struct Bucket {
    /// Milliseconds of saved-up time; a message costs some of it.
    saved_ms: u64,
    at: Millis,
}

impl Pace {
    /// Whether one more message may be taken at `now`; if so it is counted.
    pub(super) fn allows(&mut self, site: i64, conversation: RunId, now: Millis) -> bool {
        if self.conversations.len() >= CONVERSATIONS_MAX {
            // A bucket that is full again remembers nothing.
            self.conversations
                .retain(|_, bucket| now.since(bucket.at) < PER_CONVERSATION.full_ms());
        }
        let conversation = self.conversations.entry((site, conversation));
        let conversation = conversation.or_insert_with(|| PER_CONVERSATION.bucket(now));
        let site = self.sites.entry(site).or_insert_with(|| PER_SITE.bucket(now));
        PER_CONVERSATION.take(conversation, now) && PER_SITE.take(site, now)
    }
}

/// So many messages a minute, and as many at once.
struct Rate {
    per_minute: u64,
}

impl Rate {
    const fn cost_ms(&self) -> u64 {
        60_000 / self.per_minute
    }

    const fn full_ms(&self) -> u64 {
        self.cost_ms() * self.per_minute
    }

    fn bucket(&self, now: Millis) -> Bucket {
        Bucket { saved_ms: self.full_ms(), at: now }
    }

    fn take(&self, bucket: &mut Bucket, now: Millis) -> bool {
        bucket.saved_ms = (bucket.saved_ms + now.since(bucket.at)).min(self.full_ms());
        bucket.at = now;
        let is_enough = bucket.saved_ms >= self.cost_ms();
        if is_enough {
            bucket.saved_ms -= self.cost_ms();
        }
        is_enough
    }
}

/// A person does not type faster.
const PER_CONVERSATION: Rate = Rate { per_minute: 20 };

/// A shop's whole conversation.
const PER_SITE: Rate = Rate { per_minute: 1_200 };

const CONVERSATIONS_MAX: usize = 20_000;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn twenty_messages_at_once_then_one_every_three_seconds() {
        let mut pace = Pace::default();
        let talk = RunId([1; 16]);
        let taken = (0..30).filter(|_| pace.allows(1, talk, Millis(0))).count();
        assert_eq!(taken, 20);
        assert!(!pace.allows(1, talk, Millis(2_999)));
        assert!(pace.allows(1, talk, Millis(3_000)));
        assert!(pace.allows(1, RunId([2; 16]), Millis(3_000)), "others may still talk");
    }
}
