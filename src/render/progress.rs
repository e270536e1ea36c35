//! Long work while it runs: live lines on a terminal, plain lines with a heartbeat elsewhere.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use indicatif::{MultiProgress, ProgressBar, ProgressStyle};

use super::face::{Face, Look};
use super::line::safe;
use crate::base::address::Address;
use crate::base::clock::Clock;
use crate::base::prose::count;
use crate::model::event::{Event, Observer};

/// How often a plain screen says what is still running, so that a CI system does not take silence for a hang.
const HEARTBEAT: Duration = Duration::from_secs(30);
/// How often live lines turn.
const TICK: Duration = Duration::from_millis(120);

/// Takes whole lines.
pub type Sink = Arc<dyn Fn(&str) + Send + Sync>;

/// How progress is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Screen {
    /// One live line for each running step.
    Live,
    /// One line for each event.
    Lines,
    /// As `Lines`, with every note: what is waited for, what was throttled.
    Notes,
    /// Only what went wrong.
    Quiet,
}

/// Shows events as they come. Dropping it takes the live lines away.
pub struct Progress {
    shared: Arc<Shared>,
    live: Option<MultiProgress>,
    heart: Option<std::thread::JoinHandle<()>>,
}

struct Shared {
    screen: Screen,
    look: Look,
    sink: Sink,
    clock: Arc<dyn Clock>,
    state: Mutex<State>,
    stop: Condvar,
}

#[derive(Default)]
struct State {
    stopped: bool,
    running: BTreeMap<Address, Running>,
    refresh: Option<(ProgressBar, usize)>,
    /// What was said already.
    remarks: BTreeSet<(Address, String)>,
    bars: BTreeMap<Address, ProgressBar>,
}

struct Running {
    doing: &'static str,
    since: Duration,
    note: String,
}

impl Progress {
    /// Shows events to `sink`, which takes lines that end with a line break.
    pub fn of(screen: Screen, look: Look, sink: Sink, clock: Arc<dyn Clock>) -> Self {
        let shared = Arc::new(Shared { screen, look, sink, clock, state: Mutex::default(), stop: Condvar::new() });
        let live = (screen == Screen::Live).then(MultiProgress::new);
        let heart = matches!(screen, Screen::Lines | Screen::Notes).then(|| {
            let shared = Arc::clone(&shared);
            std::thread::spawn(move || shared.beat_until_stopped())
        });
        Self { shared, live, heart }
    }

    fn say(&self, text: &str) {
        match &self.live {
            Some(live) => live.suspend(|| (self.shared.sink)(text)),
            None => (self.shared.sink)(text),
        }
    }
}

/// A live line.
fn bar(live: &MultiProgress, length: Option<u64>, template: &str, prefix: String) -> ProgressBar {
    let bar = live.add(length.map_or_else(ProgressBar::new_spinner, ProgressBar::new));
    // The templates are constants of this file; the default style is no worse than none.
    let style = ProgressStyle::with_template(template).unwrap_or_else(|_| ProgressStyle::default_spinner());
    bar.set_style(style.tick_chars("⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏ ").progress_chars("━╸ "));
    bar.set_prefix(prefix);
    bar.enable_steady_tick(TICK);
    bar
}

impl Drop for Progress {
    fn drop(&mut self) {
        {
            let mut state = self.shared.state();
            state.stopped = true;
            state.bars.values().for_each(ProgressBar::finish_and_clear);
            if let Some((bar, _)) = state.refresh.take() {
                bar.finish_and_clear();
            }
        }
        self.shared.stop.notify_all();
        if let Some(heart) = self.heart.take() {
            // A heart that failed has nothing left to say.
            let _ = heart.join();
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn beat_until_stopped(&self) {
        let mut state = self.state();
        while !state.stopped {
            let (next, waited) = self.stop.wait_timeout(state, HEARTBEAT).unwrap_or_else(PoisonError::into_inner);
            state = next;
            if waited.timed_out() && !state.stopped {
                for line in self.heartbeat(&state) {
                    (self.sink)(&line);
                }
            }
        }
    }

    /// A line for each step that is still running.
    fn heartbeat(&self, state: &State) -> Vec<String> {
        let now = self.clock.elapsed();
        let line = |(address, running): (&Address, &Running)| {
            let note = if running.note.is_empty() { String::new() } else { format!(" {}", running.note) };
            format!("{address}: still {}... [{}]{note}\n", running.doing, seconds(now.saturating_sub(running.since)))
        };
        state.running.iter().map(line).collect()
    }
}

impl Observer for Progress {
    fn observe(&self, event: Event) {
        let text = self.shared.line(&event);
        if let Some(live) = &self.live {
            self.observe_live(live, &event);
        }
        {
            let mut state = self.shared.state();
            match event {
                Event::StepStarted { address, doing } => {
                    state.running.insert(address, Running { doing, since: self.shared.clock.elapsed(), note: String::new() });
                }
                Event::StepNote { address, note, .. } => {
                    if let Some(running) = state.running.get_mut(&address) {
                        running.note = safe(&note);
                    }
                }
                Event::StepFinished { address, .. } | Event::StepFailed { address, .. } => {
                    state.running.remove(&address);
                }
                _ => {}
            }
        }
        if let Some(text) = text {
            self.say(&text);
        }
    }
}

impl Progress {
    fn observe_live(&self, live: &MultiProgress, event: &Event) {
        let mut state = self.shared.state();
        match event {
            Event::RefreshStarted { resources, region } => {
                let bar = bar(
                    live,
                    Some(*resources as u64),
                    "{prefix} {bar:24} {pos}/{len}",
                    format!("Reading {} in {region}", count(*resources, "resource", "resources")),
                );
                state.refresh = Some((bar, *resources));
            }
            Event::Refreshed { .. } => {
                if let Some((bar, _)) = &state.refresh {
                    bar.inc(1);
                }
            }
            Event::RefreshFinished { .. } => {
                if let Some((bar, _)) = state.refresh.take() {
                    bar.finish_and_clear();
                }
            }
            Event::StepStarted { address, doing } => {
                let bar = bar(live, None, "{spinner} {prefix} [{elapsed}] {msg}", format!("{address}: {doing}..."));
                state.bars.insert(address.clone(), bar);
            }
            Event::StepNote { address, note, .. } => {
                if let Some(bar) = state.bars.get(address) {
                    bar.set_message(safe(note));
                }
            }
            Event::Uploading { address, file, sent, total } => {
                if let Some(bar) = state.bars.get(address) {
                    bar.set_message(format!("uploading {} {} of {}", safe(file), bytes(*sent), bytes(*total)));
                }
            }
            Event::StepFinished { address, .. } | Event::StepFailed { address, .. } => {
                if let Some(bar) = state.bars.remove(address) {
                    bar.finish_and_clear();
                }
            }
            Event::StepSkipped { .. } | Event::Remark { .. } | Event::Stopping { .. } => {}
        }
    }
}

impl Shared {
    /// The line of an event, where it has one.
    fn line(&self, event: &Event) -> Option<String> {
        let plain = matches!(self.screen, Screen::Lines | Screen::Notes);
        let heard = self.screen != Screen::Quiet;
        Some(match event {
            Event::RefreshStarted { resources, region } if plain => {
                format!("Reading {} in {region}...\n", count(*resources, "resource", "resources"))
            }
            Event::StepStarted { address, doing } if plain => format!("{address}: {doing}...\n"),
            Event::StepNote { address, note, elapsed } if self.screen == Screen::Notes => {
                format!("{address}: {} [{}]\n", safe(note), seconds(*elapsed))
            }
            Event::Remark { address, text } if heard && self.state().remarks.insert((address.clone(), text.clone())) => {
                format!("{address}: {}\n", safe(text))
            }
            Event::Uploading { address, file, sent: 0, total } if plain => {
                format!("{address}: uploading {} ({})\n", safe(file), bytes(*total))
            }
            Event::StepFinished { address, done, elapsed } if heard => {
                format!("{address}: {} after {}\n", self.look.paint(Face::Success, done), seconds(*elapsed))
            }
            Event::StepFailed { address, tried, error } => {
                let error = error.lines().map(safe).collect::<Vec<_>>().join("\n   = ");
                format!("{} {address}: could not {tried}: {error}\n", self.look.paint(Face::Error, "error:"))
            }
            Event::StepSkipped { address, reason } if heard => format!("{address}: not started: {}\n", safe(reason)),
            Event::Stopping { running } => match running {
                0 => "stopping\n".to_owned(),
                some => format!("stopping: {} still running; press Ctrl-C again to stop at once\n", count(*some, "step is", "steps are")),
            },
            _ => return None,
        })
    }
}

/// `4s`, `1m 30s`, `2h 5m`.
pub(super) fn seconds(elapsed: Duration) -> String {
    let all = elapsed.as_secs();
    match (all / 3600, all / 60 % 60, all % 60) {
        (0, 0, seconds) => format!("{seconds}s"),
        (0, minutes, seconds) => format!("{minutes}m {seconds}s"),
        (hours, minutes, _) => format!("{hours}h {minutes}m"),
    }
}

fn bytes(number: u64) -> String {
    match number {
        0..1_024 => format!("{number} B"),
        1_024..1_048_576 => format!("{}.{} KB", number / 1_024, number % 1_024 * 10 / 1_024),
        _ => format!("{}.{} MB", number / 1_048_576, number % 1_048_576 * 10 / 1_048_576),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::clock::FixedClock;

    fn heard(screen: Screen, events: Vec<Event>) -> (Vec<String>, String) {
        let text = Arc::new(Mutex::new(String::new()));
        let sink: Sink = {
            let text = Arc::clone(&text);
            Arc::new(move |line| text.lock().unwrap_or_else(PoisonError::into_inner).push_str(line))
        };
        let progress = Progress::of(screen, Look::plain(80), sink, Arc::new(FixedClock(jiff::Timestamp::UNIX_EPOCH)));
        for event in events {
            progress.observe(event);
        }
        let beat = progress.shared.heartbeat(&progress.shared.state());
        drop(progress);
        let text = text.lock().unwrap_or_else(PoisonError::into_inner).clone();
        (beat, text)
    }

    fn story() -> Vec<Event> {
        let (job, cluster) = (Address::of("job", "daily"), Address::of("cluster", "batch"));
        vec![
            Event::StepStarted { address: job.clone(), doing: "deleting" },
            Event::StepStarted { address: cluster.clone(), doing: "creating" },
            Event::StepNote { address: cluster, note: "waiting for WAITING (STARTING)".into(), elapsed: Duration::from_secs(3) },
            Event::StepFinished { address: job.clone(), done: "deleted", elapsed: Duration::from_secs(1) },
            Event::StepFailed { address: job, tried: "create", error: "AccessDeniedException\nthe role needs `glue:CreateJob`".into() },
        ]
    }

    #[test]
    fn without_a_terminal_each_event_is_a_line() {
        let (beat, text) = heard(Screen::Lines, story());
        let expected = "job.daily: deleting...\ncluster.batch: creating...\njob.daily: deleted after 1s\n\
                        error: job.daily: could not create: AccessDeniedException\n   = the role needs `glue:CreateJob`\n";
        assert_eq!(text, expected);
        assert_eq!(beat, ["cluster.batch: still creating... [0s] waiting for WAITING (STARTING)\n"]);
    }

    #[test]
    fn quiet_says_only_what_went_wrong() {
        let (_, text) = heard(Screen::Quiet, story());
        assert!(text.starts_with("error: job.daily") && !text.contains("deleting"), "{text}");
    }

    #[test]
    fn times_are_short() {
        assert_eq!(seconds(Duration::from_secs(90)), "1m 30s");
        assert_eq!(bytes(2_307_000), "2.2 MB");
    }
}
