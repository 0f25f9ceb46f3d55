//! What a process used, as Linux counts it (`proc(5)`); on which core it runs; how many files it may open.

use std::error::Error;
use std::io;

use rustix::process::{Pid, Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_setaffinity};

/// CPU time so far, and memory now.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Usage {
    pub(crate) cpu_s: f64,
    pub(crate) resident_bytes: u64,
}

impl Usage {
    pub(crate) fn of(id: u32) -> Result<Self, Box<dyn Error>> {
        let stat = std::fs::read_to_string(format!("/proc/{id}/stat"))?;
        // After the name, which may hold anything: the state is field 3 of proc(5).
        let fields: Vec<&str> =
            stat.rsplit_once(')').map_or("", |(_, after)| after).split_whitespace().collect();
        let field = |number: usize| -> Result<u64, Box<dyn Error>> {
            Ok(fields.get(number - 3).ok_or("a short /proc/PID/stat")?.parse()?)
        };
        // In ticks of 10 ms, whatever the kernel's own clock.
        let cpu_s = (field(14)? + field(15)?) as f64 / 100.0;
        Ok(Self { cpu_s, resident_bytes: field(24)? * rustix::param::page_size() as u64 })
    }

    pub(crate) fn since(&self, before: &Self) -> Self {
        Self { cpu_s: self.cpu_s - before.cpu_s, resident_bytes: self.resident_bytes }
    }
}

/// Keeps a process, or this one, on one core.
pub(crate) fn pin(process: Option<u32>, core: usize) -> io::Result<()> {
    let mut cores = CpuSet::new();
    cores.set(core);
    let process = process.and_then(|id| Pid::from_raw(id.cast_signed()));
    Ok(sched_setaffinity(process, &cores)?)
}

/// As many files as the machine lets this process have.
pub(crate) fn raise_file_limit() -> io::Result<()> {
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    Ok(setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum })?)
}
