//! The real service, as a process.

use std::fs::{self, File};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitStatus, Stdio};

use tempfile::TempDir;

use super::desk::Desk;
use super::settings::Settings;
use super::{eventually, ports};

/// The password of everybody in a test.
pub const PASSWORD: &str = "for-the-tests-only";
/// Who may sign in: name, role, department.
pub const USERS: [(&str, &str, Option<&str>); 5] = [
    ("agent", "agent", None),
    ("supervisor", "supervisor", None),
    ("livelihood", "department", Some("livelihood")),
    ("safety", "department", Some("safety")),
    ("admin", "admin", None),
];

/// A hotline of its own: a folder, ports, seats, users, and the process while it runs.
pub struct Service {
    home: TempDir,
    pub settings: Settings,
    pub sip: SocketAddr,
    pub http: SocketAddr,
    /// Where the phones of the seats are dialled; the last is the supervisor's.
    pub phones: [SocketAddr; 3],
    process: Option<std::process::Child>,
}

impl Service {
    /// Makes the folder and the users, starts the service and waits until the page answers.
    pub async fn start(settings: Settings) -> Self {
        let mut service = Self::prepare(settings);
        service.run().await;
        service
    }

    /// Everything but the start.
    pub fn prepare(settings: Settings) -> Self {
        let home = tempfile::tempdir().expect("a folder for the test");
        let sip = settings.sip.unwrap_or_else(ports::free);
        let http = settings.http.unwrap_or_else(ports::free);
        let phones = std::array::from_fn(|_| ports::free());
        settings.write(home.path(), sip, http, &phones);
        let service = Self { home, settings, sip, http, phones, process: None };
        for (name, role, department) in USERS {
            service.add_user(name, role, department);
        }
        service
    }

    /// Starts the process and waits until one can sign in.
    pub async fn run(&mut self) {
        self.launch();
        eventually("the page answers", async || {
            if let Some(status) = self.ended() {
                panic!("the service ended ({status}) at its start:\n{}", self.log());
            }
            Desk::try_sign_in(self.http, "admin", PASSWORD).await
        })
        .await;
    }

    /// Starts the process.
    pub fn launch(&mut self) {
        let log = File::options().create(true).append(true).open(self.log_path()).expect("the log is opened");
        let mut command = match (self.settings.largest_file_bytes, self.settings.https) {
            (Some(bytes), _) => self.limited(bytes),
            (None, Some(https)) => self.in_a_network_of_its_own(https.ip()),
            (None, None) => self.jiesu(&["serve"]),
        };
        command.env("JIESU_LOG", "debug").stdin(Stdio::null());
        command.stdout(log.try_clone().expect("a second handle")).stderr(log);
        self.process = Some(command.spawn().expect("the service starts"));
    }

    /// `jiesu` with this hotline's settings.
    pub fn jiesu(&self, words: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_jiesu"));
        command
            .current_dir(env!("CARGO_MANIFEST_DIR"))
            .arg("--config")
            .arg(self.home.path().join("jiesu.toml"));
        command.args(words);
        command
    }

    /// The service with a limit on the size of the files it writes. What would be a signal is made an error
    /// of the write, as on a full disk.
    fn limited(&self, largest_file_bytes: u64) -> Command {
        let mut command = Command::new("bash");
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        command
            .arg("-c")
            .arg(format!("trap '' XFSZ; ulimit -S -f {}; exec \"$@\"", largest_file_bytes / 1_024));
        command.args(["bash", env!("CARGO_BIN_EXE_jiesu"), "--config"]);
        command.arg(self.home.path().join("jiesu.toml")).arg("serve");
        command
    }

    /// The service in a network of its own, where this address is the machine's. Only `unshare` and `nsenter` lead
    /// there, and nothing leads out.
    fn in_a_network_of_its_own(&self, address: IpAddr) -> Command {
        let mut command = Command::new("unshare");
        command.current_dir(env!("CARGO_MANIFEST_DIR"));
        // Who is not root may be it in a user namespace of its own.
        command.args((!is_root()).then_some("--map-root-user")).args(["--net", "bash", "-c"]);
        command.arg(format!("ip link set lo up && ip address add {address} dev lo && exec \"$@\""));
        command.args(["bash", env!("CARGO_BIN_EXE_jiesu"), "--config"]);
        command.arg(self.home.path().join("jiesu.toml")).arg("serve");
        command
    }

    /// A command in the network of the service that runs.
    pub fn beside(&self, program: &str) -> Command {
        let service = self.process.as_ref().expect("the service runs").id();
        let mut command = Command::new("nsenter");
        command.arg(format!("--target={service}")).arg("--net");
        if !is_root() {
            command.args(["--user", "--preserve-credentials"]);
        }
        command.arg(program).stdin(Stdio::null());
        command
    }

    /// Whether the service that runs is in a network of its own by now.
    pub fn has_its_network(&self) -> bool {
        let service = self.process.as_ref().expect("the service runs").id();
        let network = |process: &str| fs::read_link(format!("/proc/{process}/ns/net")).ok();
        network(&service.to_string()).is_some_and(|own| Some(own) != network("self"))
    }

    /// From now on no file of the service may grow beyond this; nothing takes the limit away again. For a service
    /// that was started with a limit.
    pub fn limit_files(&self, largest_file_bytes: Option<u64>) {
        let id = self.process.as_ref().expect("the service runs").id().to_string();
        let most = largest_file_bytes.map_or_else(|| "unlimited".to_owned(), |bytes| bytes.to_string());
        let limited = Command::new("prlimit").args(["--pid", &id, &format!("--fsize={most}:")]).status();
        assert!(limited.expect("prlimit is there").success(), "prlimit --pid {id}");
    }

    fn add_user(&self, name: &str, role: &str, department: Option<&str>) {
        let mut words = vec!["user", "add", name, "--display-name", name, "--role", role, "--password-stdin"];
        words.extend(department.iter().flat_map(|department| ["--department", *department]));
        let mut adding = self
            .jiesu(&words)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("jiesu starts");
        let mut input = adding.stdin.take().expect("its stdin");
        std::io::Write::write_all(&mut input, format!("{PASSWORD}\n").as_bytes()).expect("it reads");
        drop(input);
        let output = adding.wait_with_output().expect("it ends");
        assert!(output.status.success(), "user add {name}: {}", String::from_utf8_lossy(&output.stderr));
    }

    /// Signs in.
    pub async fn sign_in(&self, username: &str) -> Desk {
        Desk::try_sign_in(self.http, username, PASSWORD)
            .await
            .unwrap_or_else(|| panic!("{username} signs in"))
    }

    /// Kills the process as a power cut would: nothing is flushed, nobody is told.
    pub fn kill(&mut self) {
        if let Some(mut process) = self.process.take() {
            process.kill().expect("it is there to be killed");
            process.wait().expect("it ends");
        }
    }

    /// The processes of its recognisers that run now.
    pub fn recognisers(&self) -> Vec<u32> {
        let service = self.process.as_ref().expect("the service runs").id();
        let processes = fs::read_dir("/proc").expect("processes can be seen");
        let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse::<u32>().ok());
        ids.filter(|id| {
            // After the name, which may hold anything: the state, then the parent.
            let stat = fs::read_to_string(format!("/proc/{id}/stat")).unwrap_or_default();
            let after = stat.rsplit_once(')').map_or("", |(_, after)| after);
            let mut fields = after.split_whitespace();
            fields.next().is_some_and(|state| state != "Z")
                && fields.next().and_then(|parent| parent.parse().ok()) == Some(service)
        })
        .collect()
    }

    /// Sends the process a signal, such as `HUP`.
    pub fn signal(&self, name: &str) {
        let id = self.process.as_ref().expect("the service runs").id().to_string();
        let asked = Command::new("kill").args([&format!("-{name}"), &id]).status().expect("kill is there");
        assert!(asked.success(), "kill -{name} {id}: {asked}");
    }

    /// Asks the process to stop, as the machine's shutdown does, and waits until it has.
    pub async fn stop(&mut self) -> ExitStatus {
        self.signal("TERM");
        self.end().await
    }

    /// How the process ended; nothing while it runs.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.process.as_mut()?.try_wait().expect("its state is known")
    }

    /// Waits until the process has ended by itself.
    pub async fn end(&mut self) -> ExitStatus {
        eventually("the service ends", async || self.ended()).await
    }

    /// What the service wrote to its log.
    pub fn log(&self) -> String {
        String::from_utf8_lossy(&fs::read(self.log_path()).unwrap_or_default()).into_owned()
    }

    /// The service's folder: database and recordings.
    pub fn data(&self) -> PathBuf {
        self.home.path().join("data")
    }

    /// The test's folder.
    pub fn home(&self) -> &Path {
        self.home.path()
    }

    fn log_path(&self) -> PathBuf {
        self.home.path().join("service.log")
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            eprintln!("--- the service's log\n{}", self.log());
        }
    }
}

fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|own| std::os::unix::fs::MetadataExt::uid(&own) == 0)
}
