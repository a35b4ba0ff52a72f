//! Who listens: consoles to the conversations of a site, pages to their own.
//!
//! What is told is gone: nothing waits here for who comes later. Who reads too slowly is cut off, and
//! begins anew with all of it.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::web::Bytes;
use tokio::sync::mpsc::{Receiver, Sender, channel};

/// A conversation: the site's number and the key.
pub(crate) type Key = (i64, [u8; 16]);

/// Everybody who listens.
#[derive(Debug, Default)]
pub(crate) struct Hub {
    consoles: Mutex<BTreeMap<i64, Vec<Console>>>,
    pages: Mutex<BTreeMap<Key, Vec<Sender<Bytes>>>>,
}

/// An operator's console.
#[derive(Debug)]
struct Console {
    name: String,
    send: Sender<Bytes>,
}

impl Hub {
    /// A console more. `None` when too many listen to the site.
    pub(super) fn join(&self, site: i64, name: &str) -> Option<Receiver<Bytes>> {
        let mut consoles = lock(&self.consoles);
        let consoles = consoles.entry(site).or_default();
        consoles.retain(|it| !it.send.is_closed());
        if consoles.len() >= CONSOLES_MAX {
            return None;
        }
        let (send, receive) = channel(UNREAD_MAX);
        consoles.push(Console { name: name.into(), send });
        Some(receive)
    }

    /// A page more. `None` when the server, or the conversation, has all it may have.
    pub(crate) fn open(&self, key: Key) -> Option<Receiver<Bytes>> {
        let mut pages = lock(&self.pages);
        pages.retain(|_, tabs| {
            tabs.retain(|it| !it.is_closed());
            !tabs.is_empty()
        });
        let all: usize = pages.values().map(Vec::len).sum();
        let tabs = pages.get(&key).map_or(0, Vec::len);
        if all >= PAGES_MAX || tabs >= TABS_MAX {
            return None;
        }
        let (send, receive) = channel(UNREAD_MAX);
        pages.entry(key).or_default().push(send);
        Some(receive)
    }

    /// Whether a page of the conversation listens.
    pub(crate) fn has_page(&self, key: &Key) -> bool {
        lock(&self.pages).get(key).is_some_and(|tabs| tabs.iter().any(|it| !it.is_closed()))
    }

    /// Tells the consoles of a site.
    pub(crate) fn tell(&self, site: i64, event: &Bytes) {
        if let Some(consoles) = lock(&self.consoles).get_mut(&site) {
            consoles.retain(|it| it.send.try_send(event.clone()).is_ok());
        }
    }

    /// Tells the consoles of all sites.
    pub(super) fn tell_all(&self, event: &Bytes) {
        for consoles in lock(&self.consoles).values_mut() {
            consoles.retain(|it| it.send.try_send(event.clone()).is_ok());
        }
    }

    /// Tells the pages of a conversation.
    pub(crate) fn tell_page(&self, key: &Key, event: &Bytes) {
        if let Some(tabs) = lock(&self.pages).get_mut(key) {
            tabs.retain(|it| it.try_send(event.clone()).is_ok());
        }
    }

    /// Names of those whose consoles listen to a site; of any, without one.
    pub(super) fn there(&self, site: Option<i64>) -> BTreeSet<String> {
        let consoles = lock(&self.consoles);
        let asked = consoles.iter().filter(|(it, _)| site.is_none_or(|site| site == **it));
        let open = asked.flat_map(|(_, it)| it).filter(|it| !it.send.is_closed());
        open.map(|it| it.name.clone()).collect()
    }

    /// A sign of life to all, so that proxies keep the line open and dead ones are noticed.
    pub(super) fn beat(&self) {
        let beat = Bytes::from_static(b": beat\n\n");
        self.tell_all(&beat);
        lock(&self.pages).retain(|_, tabs| {
            tabs.retain(|it| it.try_send(beat.clone()).is_ok());
            !tabs.is_empty()
        });
    }

    /// Ends all streams, for a server that stops.
    pub(super) fn close(&self) {
        lock(&self.consoles).clear();
        lock(&self.pages).clear();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Consoles that may listen to one site.
const CONSOLES_MAX: usize = 64;

/// Pages with an open chat, of all sites: each holds a connection and a buffer.
const PAGES_MAX: usize = 5_000;

/// Tabs that may listen to one conversation.
const TABS_MAX: usize = 6;

/// Events that a listener may be behind before it is cut off.
const UNREAD_MAX: usize = 64;

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(from: &mut Receiver<Bytes>) -> Vec<String> {
        let next = || from.try_recv().ok().map(|it| String::from_utf8(it.to_vec()).unwrap());
        std::iter::from_fn(next).collect()
    }

    #[test]
    fn a_page_hears_its_own_conversation_only() {
        let hub = Hub::default();
        let (one, other) = ((1, [1; 16]), (1, [2; 16]));
        let mut first = hub.open(one).unwrap();
        let mut second = hub.open(other).unwrap();
        hub.tell_page(&one, &"b".into());
        assert_eq!((heard(&mut first), heard(&mut second)), (vec!["b".to_owned()], vec![]));
        drop(first);
        assert!(!hub.has_page(&one) && hub.has_page(&other));
    }

    #[test]
    fn who_does_not_read_is_cut_off_and_nobody_else() {
        let hub = Hub::default();
        let key = (1, [1; 16]);
        let (_asleep, mut awake) = (hub.open(key).unwrap(), hub.open(key).unwrap());
        for _ in 0..=UNREAD_MAX {
            hub.tell_page(&key, &"x".into());
            assert_eq!(heard(&mut awake).len(), 1);
        }
        assert_eq!(lock(&hub.pages)[&key].len(), 1);
    }

    #[test]
    fn a_conversation_has_six_tabs_and_gets_the_place_of_one_that_closed() {
        let hub = Hub::default();
        let mut tabs: Vec<_> = (0..TABS_MAX).map(|_| hub.open((1, [1; 16]))).collect();
        assert!(tabs.iter().all(Option::is_some));
        assert!(hub.open((1, [1; 16])).is_none());
        assert!(hub.open((1, [2; 16])).is_some(), "others have room");
        tabs.pop();
        assert!(hub.open((1, [1; 16])).is_some());
    }

    #[test]
    fn an_operator_is_there_while_a_console_listens() {
        let hub = Hub::default();
        let (one, two) = (hub.join(1, "kim"), hub.join(1, "kim"));
        assert_eq!(hub.there(Some(1)), ["kim".to_owned()].into());
        assert!(hub.there(Some(2)).is_empty());
        drop(one);
        assert_eq!(hub.there(None).len(), 1);
        drop(two);
        assert!(hub.there(None).is_empty());
    }
}
