//! A desk phone that is none of ours: baresip, which answers by itself and says a sound.

#![allow(dead_code, unreachable_pub, missing_docs)]

use std::net::SocketAddr;
use std::process::Stdio;

use jiesu::audio::wav;
use tempfile::TempDir;
use tokio::process::{Child, Command};

const MODULES: &str = "/usr/lib/baresip/modules";

/// A running baresip. Killed when dropped.
pub struct Baresip {
    process: Child,
    home: TempDir,
}

impl Baresip {
    /// Starts it with one account, as a line of its `accounts`; it says these samples at 8 kHz.
    pub fn start(listen: SocketAddr, account: &str, says: &[i16]) -> Self {
        let home = tempfile::tempdir().unwrap();
        let path = home.path();
        let config = format!(
            "sip_listen {listen}\nmodule_path {MODULES}\n\
             module g711.so\nmodule aufile.so\nmodule_app account.so\nmodule_app menu.so\n\
             audio_source aufile,{said}\naudio_player aufile,{heard}\naudio_alert aufile,{heard}\n",
            said = path.join("said.wav").display(),
            heard = path.join("heard.wav").display(),
        );
        let mut said = wav::header(1, 8_000, 2 * says.len() as u64).to_vec();
        said.extend(says.iter().flat_map(|sample| sample.to_le_bytes()));
        std::fs::write(path.join("said.wav"), said).unwrap();
        std::fs::write(path.join("config"), config).unwrap();
        std::fs::write(path.join("accounts"), format!("{account}\n")).unwrap();
        std::fs::write(path.join("contacts"), "").unwrap();
        let mut command = Command::new("baresip");
        let log = std::fs::File::create(path.join("log")).unwrap();
        command.arg("-s").arg("-f").arg(path).current_dir(path).kill_on_drop(true);
        command.stdin(Stdio::null()).stdout(log.try_clone().unwrap()).stderr(log);
        Self { process: command.spawn().expect("baresip is installed"), home }
    }

    /// Hangs up, as it does when it is asked to end.
    pub async fn hang_up(mut self) {
        let pid = self.process.id().expect("it runs").to_string();
        let asked = Command::new("kill").args(["-TERM", &pid]).status().await.unwrap();
        assert!(asked.success() && self.process.wait().await.is_ok());
    }
}

impl Drop for Baresip {
    fn drop(&mut self) {
        if std::thread::panicking() {
            let log = std::fs::read(self.home.path().join("log")).unwrap_or_default();
            eprintln!("--- what baresip wrote\n{}", String::from_utf8_lossy(&log));
        }
    }
}
