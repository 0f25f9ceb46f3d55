//! CPU time of this process and of the recognisers it started, as Linux counts it (`proc(5)`), to 10 ms.

use std::path::Path;
use std::time::Duration;

/// Linux counts in hundredths of a second, whatever its own clock (`USER_HZ`).
const TICK: Duration = Duration::from_millis(10);
/// Places in `/proc/PID/stat` after the name's closing bracket, from 0.
const PARENT: usize = 1;
const USER_TIME: usize = 11;

/// CPU time so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct CpuTime {
    /// This process: the front end, and whatever else it does.
    pub own: Duration,
    /// Its children, those that have ended included.
    pub children: Duration,
}

impl CpuTime {
    /// As it is now; nothing where the system does not tell.
    #[must_use]
    pub fn now() -> Option<Self> {
        let own = Stat::read(Path::new("/proc/self/stat"))?;
        let id = u64::from(std::process::id());
        let others = std::fs::read_dir("/proc").ok()?.flatten().filter_map(|entry| {
            entry.file_name().to_str()?.parse::<u32>().ok()?;
            Stat::read(&entry.path().join("stat"))
        });
        let living: u64 = others.filter(|other| other.parent == id).map(|child| child.own).sum();
        Some(Self { own: time(own.own), children: time(own.ended_children + living) })
    }

    /// What was used since.
    #[must_use]
    pub fn since(self, before: Self) -> Self {
        Self {
            own: self.own.saturating_sub(before.own),
            children: self.children.saturating_sub(before.children),
        }
    }
}

impl std::ops::AddAssign for CpuTime {
    fn add_assign(&mut self, other: Self) {
        self.own += other.own;
        self.children += other.children;
    }
}

fn time(ticks: u64) -> Duration {
    TICK * u32::try_from(ticks).unwrap_or(u32::MAX)
}

/// Of a process, in ticks.
struct Stat {
    parent: u64,
    own: u64,
    ended_children: u64,
}

impl Stat {
    fn read(path: &Path) -> Option<Self> {
        Self::parse(&std::fs::read_to_string(path).ok()?)
    }

    fn parse(line: &str) -> Option<Self> {
        // The name may hold spaces and brackets.
        let (_, rest) = line.rsplit_once(')')?;
        let fields: Vec<&str> = rest.split_whitespace().collect();
        let number = |at: usize| fields.get(at)?.parse::<u64>().ok();
        Some(Self {
            parent: number(PARENT)?,
            own: number(USER_TIME)? + number(USER_TIME + 1)?,
            ended_children: number(USER_TIME + 2)? + number(USER_TIME + 3)?,
        })
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

    use std::process::Command;

    use super::*;

    #[test]
    fn a_line_of_proc_is_read_whatever_the_process_is_called() {
        let line = "7 (a) (b c) S 3 7 7 0 -1 4194560 100 0 0 0 11 22 33 44 20 0 1 0 5 6 7";
        let stat = Stat::parse(line).unwrap();
        assert_eq!((stat.parent, stat.own, stat.ended_children), (3, 33, 77));
        assert!(Stat::parse("7 (cut").is_none());
    }

    #[test]
    fn what_a_child_uses_is_counted_while_it_lives_and_after() {
        let before = CpuTime::now().unwrap();
        let mut child = Command::new("sh").args(["-c", "while :; do :; done"]).spawn().unwrap();
        let used = || CpuTime::now().unwrap().since(before).children;
        while used() < 5 * TICK {
            std::thread::yield_now();
        }
        child.kill().unwrap();
        child.wait().unwrap();
        assert!(used() >= 5 * TICK);
    }
}
