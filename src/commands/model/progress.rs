//! How far a file is: a bar on a terminal, else a line now and then.

use std::io::IsTerminal as _;

use indicatif::{ProgressBar, ProgressStyle};

use crate::speech::fetch::Watcher;

use super::list::megabytes;

/// Without a terminal, a line at each tenth.
const STEPS: u64 = 10;
/// A file smaller than this comes so fast that its end is line enough.
const SMALL_BYTES: u64 = 10_000_000;

/// What is shown of a file on its way.
pub(super) struct Progress {
    bar: Option<ProgressBar>,
    plain: bool,
    file: String,
    total: Option<u64>,
    told: u64,
}

impl Progress {
    /// On stderr.
    pub(super) fn new() -> Self {
        let plain = !std::io::stderr().is_terminal();
        Self { bar: None, plain, file: String::new(), total: None, told: 0 }
    }

    /// Takes the bar away.
    pub(super) fn end(&mut self) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
    }

    fn tell(&mut self, bytes: u64) {
        let Some(total) = self.total.filter(|total| *total > 0) else { return };
        let step = bytes.saturating_mul(STEPS) / total;
        if step > self.told && (total >= SMALL_BYTES || bytes == total) {
            self.told = step;
            eprintln!(
                "{}: {} %, {} of {}",
                self.file,
                step * 100 / STEPS,
                megabytes(bytes),
                megabytes(total)
            );
        }
    }
}

impl Watcher for Progress {
    fn begin(&mut self, file: &str, at: u64, total: Option<u64>) {
        (self.file, self.total) = (file.to_owned(), total);
        self.told = total.filter(|total| *total > 0).map_or(0, |total| at.saturating_mul(STEPS) / total);
        if self.plain {
            let goes_on = if at > 0 { format!(", going on after {at} bytes") } else { String::new() };
            let whole = total.map_or_else(|| "size not known".to_owned(), megabytes);
            eprintln!("{file}: {whole}{goes_on}");
            return;
        }
        self.end();
        let bar = total.map_or_else(ProgressBar::new_spinner, ProgressBar::new);
        let known = "{msg} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec} {eta}";
        let unknown = "{msg} {spinner} {bytes} {bytes_per_sec}";
        let template = if total.is_some() { known } else { unknown };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(file.to_owned());
        bar.set_position(at);
        bar.reset_eta();
        self.bar = Some(bar);
    }

    fn at(&mut self, bytes: u64) {
        match &self.bar {
            Some(bar) => bar.set_position(bytes),
            None => self.tell(bytes),
        }
    }

    fn say(&mut self, line: &str) {
        match &self.bar {
            Some(bar) => bar.suspend(|| eprintln!("{line}")),
            None => eprintln!("{line}"),
        }
    }
}
