//! What the view looks like.

use super::Task;
use crate::{
    clock::SECOND,
    duration,
    measure::{Snapshot, Tally},
};
use ratatui::{
    Frame,
    layout::{Constraint, Layout, Position, Rect},
    style::{Color, Style, Stylize},
    text::{Line, Span},
    widgets::{LineGauge, Sparkline},
};
use std::{collections::VecDeque, sync::Arc, time::Instant};

/// Lines of the view.
pub(super) const HEIGHT: u16 = 8;

/// Room for a row's name.
const NAME: u16 = 10;

/// Room for a row's figure; the rest of the line is its course over time.
const FIGURE: u16 = 34;

/// Seconds whose course is kept.
const KEPT: usize = 200;

/// The last seconds.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Output tokens/s and mean time to first token in microseconds, a value a second.
    output: VecDeque<u64>,
    ttft: VecDeque<Option<u64>>,
    before: Snapshot,
    of: Option<Arc<Tally>>,
    noted: Option<Instant>,
}

impl History {
    /// Takes in the counts of `tally`, which began at `since`.
    pub(super) fn note(&mut self, tally: &Arc<Tally>, since: Instant, snapshot: &Snapshot) {
        if !self.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, tally)) {
            *self = Self { of: Some(tally.clone()), noted: Some(since), ..Self::default() };
        }
        let elapsed = self.noted.map_or(0.0, |noted| noted.elapsed().as_secs_f64());
        if elapsed < 1.0 {
            return;
        }
        self.second(elapsed, snapshot);
        self.noted = Some(Instant::now());
    }

    fn second(&mut self, elapsed: f64, snapshot: &Snapshot) {
        let output = (snapshot.output_tokens() - self.before.output_tokens()).max(0.0) / elapsed;
        let completed = snapshot.completed - self.before.completed;
        let ttft = (snapshot.ttft - self.before.ttft).checked_div(completed).map(|ttft| ttft / 1000);
        self.output.push_back(output as u64);
        self.ttft.push_back(ttft);
        if self.output.len() > KEPT {
            self.output.pop_front();
            self.ttft.pop_front();
        }
        self.before = snapshot.clone();
    }
}

/// Everything that one drawing needs.
pub(super) struct Scene<'a> {
    pub(super) task: &'a Task,
    /// Seconds since the task began.
    pub(super) elapsed: f64,
    pub(super) snapshot: Snapshot,
    pub(super) history: &'a History,
    /// What this process takes of a processor.
    pub(super) own: Option<f64>,
}

impl Scene<'_> {
    pub(super) fn draw(&self, frame: &mut Frame<'_>) {
        let rows: [Rect; HEIGHT as usize] =
            Layout::vertical([Constraint::Length(1); HEIGHT as usize]).areas(frame.area());
        self.title(frame, rows[0]);
        self.progress(frame, rows[1]);
        self.output(frame, rows[2]);
        self.ttft(frame, rows[3]);
        self.text(frame, rows[4], "TPOT", self.tpot());
        self.text(frame, rows[5], "requests", self.requests());
        self.errors(frame, rows[6]);
        let own =
            self.own.map_or(String::new(), |own| format!("{:.0} % of a core for this client", own * 100.0));
        self.text(frame, rows[7], "", own.dim());
        // A cursor that is seen stays with whoever stops the program halfway.
        frame.set_cursor_position(Position::new(frame.area().x, frame.area().bottom().saturating_sub(1)));
    }

    fn title(&self, frame: &mut Frame<'_>, area: Rect) {
        let place = self.task.place.as_str();
        let [left, right] =
            Layout::horizontal([Constraint::Fill(1), Constraint::Length(place.len() as u16 + 1)]).areas(area);
        frame.render_widget(Line::raw(&*self.task.title).bold(), left);
        frame.render_widget(Line::raw(place).right_aligned().dim(), right);
    }

    fn progress(&self, frame: &mut Frame<'_>, area: Rect) {
        let share = self.share();
        let label = match share {
            Some(share) => format!(
                "{} {}  {:3.0} %  {} ",
                self.task.load,
                self.task.phase,
                share * 100.0,
                self.left(share)
            ),
            None => format!("{} {}  {} ", self.task.load, self.task.phase, whole(self.elapsed)),
        };
        let gauge = LineGauge::default()
            .filled_style(Style::new().fg(Color::Cyan))
            .unfilled_style(Style::new().fg(Color::DarkGray))
            .label(label)
            .ratio(share.unwrap_or(0.0).clamp(0.0, 1.0));
        frame.render_widget(gauge, area);
    }

    /// How much is done; none where there is nothing to say yet.
    fn share(&self) -> Option<f64> {
        let ended = (self.snapshot.completed + self.snapshot.failed) as f64;
        let by_count = self.task.requests.map(|requests| ended / f64::from(requests.max(1)));
        let by_time = self.task.duration.map(|limit| self.elapsed * SECOND as f64 / limit as f64);
        by_count.into_iter().chain(by_time).reduce(f64::max).map(|share| share.min(1.0))
    }

    fn left(&self, share: f64) -> String {
        if share <= 0.0 {
            return format!("{} so far", whole(self.elapsed));
        }
        format!("{} left", whole(self.elapsed / share - self.elapsed))
    }

    fn output(&self, frame: &mut Frame<'_>, area: Rect) {
        let figure =
            self.history.output.back().map_or("-".into(), |output| format!("{} tok/s", grouped(*output)));
        let data: Vec<u64> = self.history.output.iter().copied().collect();
        self.row(frame, area, "output", figure.bold(), &data);
    }

    fn ttft(&self, frame: &mut Frame<'_>, area: Rect) {
        let mean = (self.snapshot.ttft).checked_div(self.snapshot.completed);
        let figure =
            mean.map_or("-".into(), |mean| format!("{} mean", duration::show(crate::clock::seconds(mean))));
        let data: Vec<u64> = self.history.ttft.iter().map(|ttft| ttft.unwrap_or(0)).collect();
        self.row(frame, area, "TTFT", figure.into(), &data);
    }

    fn tpot(&self) -> Span<'static> {
        let mean = (self.snapshot.decode).checked_div(self.snapshot.decoded);
        mean.map_or("-".into(), |mean| format!("{} mean", duration::show(crate::clock::seconds(mean)))).into()
    }

    fn requests(&self) -> Span<'static> {
        let of = self
            .task
            .requests
            .map_or(String::new(), |requests| format!(" of {}", grouped(u64::from(requests))));
        let completed = grouped(self.snapshot.completed);
        format!("{completed}{of} done, {} in flight", grouped(self.snapshot.in_flight)).into()
    }

    fn errors(&self, frame: &mut Frame<'_>, area: Rect) {
        let kinds: Vec<String> =
            self.snapshot.errors.iter().map(|(kind, count)| format!("{} {kind}", grouped(*count))).collect();
        let errors = if kinds.is_empty() { "none".dim() } else { kinds.join(", ").red().bold() };
        self.text(frame, area, "errors", errors);
    }

    fn text(&self, frame: &mut Frame<'_>, area: Rect, name: &'static str, text: Span<'static>) {
        let name = format!("{name:<width$}", width = NAME as usize).dim();
        frame.render_widget(Line::from(vec![name, text]), area);
    }

    fn row(
        &self,
        frame: &mut Frame<'_>,
        area: Rect,
        name: &'static str,
        figure: Span<'static>,
        data: &[u64],
    ) {
        let [left, right] =
            Layout::horizontal([Constraint::Length(NAME + FIGURE), Constraint::Fill(1)]).areas(area);
        self.text(frame, left, name, figure);
        let newest = data.len().saturating_sub(right.width as usize);
        frame.render_widget(
            Sparkline::default().data(&data[newest..]).style(Style::new().fg(Color::Cyan)),
            right,
        );
    }
}

/// Seconds without fractions, and minutes and hours where there are.
fn whole(seconds: f64) -> String {
    let seconds = seconds.round() as u64;
    match (seconds / 3600, seconds / 60 % 60, seconds % 60) {
        (0, 0, seconds) => format!("{seconds} s"),
        (0, minutes, seconds) => format!("{minutes} min {seconds} s"),
        (hours, minutes, _) => format!("{hours} h {minutes} min"),
    }
}

/// A count with a comma for each three digits.
fn grouped(count: u64) -> String {
    let digits = count.to_string();
    let mut text = String::with_capacity(digits.len() * 4 / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use ratatui::{Terminal, backend::TestBackend};
    use std::collections::BTreeMap;

    fn drawn(width: u16, snapshot: Snapshot) -> String {
        let task = Task {
            title: "llama at http://127.0.0.1:8917".into(),
            place: "load 2 of 5, repeat 1 of 3".into(),
            load: "concurrency 64".into(),
            phase: "measuring",
            requests: Some(640),
            ..Task::default()
        };
        let mut history = History::default();
        history.second(1.0, &Snapshot { outputs: 5000, ..Snapshot::default() });
        history.second(1.0, &Snapshot { outputs: 11_012, ..snapshot.clone() });
        let scene = Scene { task: &task, elapsed: 12.0, snapshot, history: &history, own: Some(0.12) };
        let mut terminal = Terminal::new(TestBackend::new(width, HEIGHT)).unwrap();
        terminal.draw(|frame| scene.draw(frame)).unwrap();
        terminal.backend().to_string()
    }

    #[test]
    fn it_says_how_far_it_is_and_how_it_goes() {
        let snapshot = Snapshot {
            completed: 412,
            failed: 3,
            in_flight: 64,
            ttft: 412 * 101_200_000,
            decode: 10_000_000 * 5,
            decoded: 5,
            errors: BTreeMap::from([("http_500".to_owned(), 2), ("reset".to_owned(), 1)]),
            ..Snapshot::default()
        };
        for width in [80, 120] {
            let text = drawn(width, snapshot.clone());
            for expected in [
                "llama at http://127.0.0.1:8917",
                "load 2 of 5, repeat 1 of 3",
                "concurrency 64 measuring   65 %  7 s left",
                "6,012 tok/s",
                "101.2 ms mean",
                "10.00 ms mean",
                "412 of 640 done, 64 in flight",
                "2 http_500, 1 reset",
                "12 % of a core",
                "█",
            ] {
                assert!(text.contains(expected), "{expected} at {width}:\n{text}");
            }
        }
    }

    #[test]
    fn before_anything_came_there_are_no_figures_and_narrow_terminals_are_no_harm() {
        let text = drawn(80, Snapshot::default());
        assert!(text.contains("errors    none") && text.contains("TPOT      -"), "{text}");
        drawn(20, Snapshot::default());
    }

    #[test]
    fn figures_are_written_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([4.4, 65.0, 3725.0].map(whole), ["4 s", "1 min 5 s", "1 h 2 min"]);
    }
}
