//! pipetoll: declare, lint, price, plan and apply AWS data processing.
//!
//! # Bird's eye
//!
//! People declare functions, crawlers, jobs, clusters and pipelines in TOML. [`project`] reads the files into an
//! [`Architecture`](model::resource::Architecture): every block a [`Resource`](model::resource::Resource) with a typed spec, a *normal form*
//! ([`Value`](model::value::Value)) and the edges to what it needs. From there
//!
//! - [`lint`] runs the rules of [`rules`] and of every kind over it,
//! - [`estimate`] counts meters and prices them over the whole account,
//! - [`plan`] compares the desired normal form with what [`state`] recorded and what AWS answered, and gives steps with reasons,
//! - `apply` carries the steps out, writing each intent down before the call that it is about.
//!
//! [`render`] turns the documents of these into text; [`cli`] is the only part that knows a terminal.
//!
//! # The road of one datum
//!
//! `memory = "512MB"` is a [`Node`](base::tree::Node) with its place → checked against the [`Shape`](model::schema::Shape) that
//! `kinds/function/spec.rs` gives → the typed `Size` → the normal form → compared with the recorded and the real value → GB-seconds in
//! `kinds/function/cost.rs` → a plan step with its reason and cost → shown → `UpdateFunctionConfiguration` in `kinds/function/remote.rs` →
//! waited for → recorded. Only files in `kinds/function/` know the word `memory`.
//!
//! # Floors
//!
//! A module uses its own floor and those before it in this list, never a later one; `tests/it/house.rs` reads the `use` lines and keeps it so.
//!
//! | floor | holds |
//! | --- | --- |
//! | `base` | addresses, paths, spans, diagnostics, money, units, schedules, files, the clock; knows neither AWS nor our file format |
//! | `model` | the contracts that kinds and engine agree on |
//! | `catalog` | facts about AWS that are not prices, each with source and date |
//! | `price` | prices, each with source and date |
//! | `aws` | sessions, errors, retries, waits: the only place that builds SDK clients (feature `aws`) |
//! | `kinds` | one folder per resource kind: spec, docs, example, cost, remote, lints, tests |
//! | `rules` | rules that speak of several kinds; gathers all rules |
//! | `project` | TOML → architecture, with every mistake at its place |
//! | `graph` | order, cycles |
//! | `state` | records, journal, lock, store |
//! | `diff` | two normal forms → changes; drift |
//! | `estimate` | cost of a project, before and after; budgets |
//! | `plan` | steps with reasons; saved plans |
//! | `lint` | selecting, running, suppressing, fixing |
//! | `apply` | refresh, settle, execute (feature `aws`) |
//! | `render` | documents → text; decides nothing |
//! | `manual` | the reference and the schema, generated from definitions |
//! | `cli` | arguments, environment, exit codes, one file per command |
//!
//! # Invariants
//!
//! - **The engine knows no service.** It sees kinds as [`AnyKind`](model::kind::AnyKind): names, shapes, normal forms, meters. A kind never names
//!   another kind's module.
//! - **The plan decides, apply obeys.** A step carries its reason; what is left to choose at apply is only when, never what. The one thing that
//!   apply works out again is the difference between the desired form and a fresh read, with the same function that the plan used: so a create
//!   that was cut off goes on where it stopped.
//! - **Nothing is called before its intent is durable.** Every changing call goes through `Cx::create`, `Cx::write` or `Cx::delete`.
//! - **The SDK does not retry.** It would repeat a create whose answer was lost. `aws::retry` judges errors by name and knows which calls may be
//!   repeated.
//! - **Facts are data.** Limits and prices live under `catalog/data` and `price/data` with date and source. A fact from memory may warn, never
//!   refuse.
//! - **Deliberately absent**: a template language, provider plug-ins, a shell, floats for money, `HashMap` in anything that is shown.
//!
//! # Where the plan of the house was changed, and why
//!
//! - `Remote` stands in `aws` and not in `model`, because it names the session; a kind's entry in `kinds/mod.rs` stays one line all the same:
//!   the `kinds!` list makes both registries.
//! - The price book is plain text per region and is not compressed: only one region is parsed, in about a millisecond, and it can be reviewed.
//! - Tags are no field of a spec: the engine puts them into the normal form of every kind that AWS lets carry tags, so that no kind forgets them.

#[cfg(feature = "aws")]
pub mod apply;
#[cfg(feature = "aws")]
pub mod aws;
pub mod base;
pub mod catalog;
pub mod cli;
pub mod diff;
pub mod estimate;
pub mod graph;
pub mod kinds;
pub mod lint;
pub mod manual;
pub mod model;
pub mod plan;
pub mod price;
pub mod project;
pub mod render;
pub mod rules;
pub mod state;
