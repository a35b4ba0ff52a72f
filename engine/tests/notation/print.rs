//! Effects as text.

use beacon::wire;
use engine::campaign::{Act, ActKind, Content, Form, Show, ShowKind};
use engine::explain;

pub(crate) fn act(act: &Act) -> String {
    let show: Show = wire::from_bytes(&act.bytes).expect("the surface can read it");
    assert_eq!((act.campaign, act.variant), (show.campaign, show.variant));
    let (kind, same) = match &show.kind {
        ShowKind::Offer { form: Form::Card, content: Content::Text, .. } => ("card", ActKind::Card),
        ShowKind::Offer { form: Form::Dialog, content: Content::Text, .. } => {
            ("dialog", ActKind::Dialog)
        }
        ShowKind::Offer { .. } => ("placed", ActKind::Placed),
        ShowKind::Invite => ("invite", ActKind::Invite),
    };
    assert_eq!(act.kind, same);
    let why = explain::happening(show.why);
    format!("{}/{} {kind} {} why={why}", show.campaign, show.variant, show.language)
}
