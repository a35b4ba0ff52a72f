//! Effects as text.

use beacon::wire;
use engine::campaign::{Act, ActKind, Show, ShowKind};
use engine::explain;

pub(crate) fn act(act: &Act) -> String {
    let show: Show = wire::from_bytes(&act.bytes).expect("the surface can read it");
    assert_eq!((act.campaign, act.variant), (show.campaign, show.variant));
    let (kind, same) = match &show.kind {
        ShowKind::Card { .. } => ("card", ActKind::Card),
        ShowKind::Dialog { .. } => ("dialog", ActKind::Dialog),
        ShowKind::Invite => ("invite", ActKind::Invite),
    };
    assert_eq!(act.kind, same);
    let why = explain::happening(show.why);
    format!("{}/{} {kind} {} why={why}", show.campaign, show.variant, show.language)
}
