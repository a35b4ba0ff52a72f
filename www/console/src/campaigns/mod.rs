//! Campaigns: the list, the form over the typed trigger tree, trials on what happened, the way to pages
//! and back. A campaign is edited as the JSON that the command line takes, too; nobody has to see it.

mod edit;
pub(crate) mod editor;
pub(crate) mod history;
mod kept;
mod lint;
pub(crate) mod list;
mod model;
mod names;
mod preview;
mod publishing;
mod texts;
mod trial;
mod trigger;
