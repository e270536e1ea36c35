//! Amazon States Language: read, checked, counted, and compiled from tasks.

mod action;
mod check;
mod cluster;
mod compile;
mod count;
mod flaw;
mod grammar;
mod model;
mod order;
mod text;

pub(super) use check::check;
pub(super) use cluster::{CLUSTER_PAUSE, CRAWLER_PAUSE};
pub(super) use compile::{Around, Wrong, compile};
pub(super) use count::{Assumption, Counting, count};
pub(super) use flaw::FlawKind;
pub(super) use model::{Machine, Scope, State, Way, errors_of};
pub(super) use text::{Marked, from_value};
