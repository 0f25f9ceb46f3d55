//! `jiesu user add | list | password`: who may sign in.

use std::io::{IsTerminal, Read};
use std::path::Path;
use std::process::ExitCode;

use anyhow::{Context, bail, ensure};
use clap::{Args, Subcommand, ValueEnum};
use jiff::Timestamp;

use crate::config::Config;
use crate::domain::{DepartmentCode, Role};
use crate::http::hash_password;
use crate::store::{NewUser, Store};
use crate::understanding::Understanding;

/// The shortest password taken: NIST SP 800-63B.
const MIN_PASSWORD_CHARS: usize = 8;

/// Adds and lists those who sign in, and changes passwords.
#[derive(Debug, Args)]
pub(super) struct UserCommand {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Adds a person.
    Add {
        /// The name typed at sign-in.
        username: String,
        /// What the person may do.
        #[arg(long)]
        role: RoleName,
        /// The name shown; the sign-in name unless given.
        #[arg(long)]
        display_name: Option<String>,
        /// A clerk's department: a code of the taxonomy.
        #[arg(long)]
        department: Option<String>,
        #[command(flatten)]
        password: PasswordSource,
    },
    /// Lists the people.
    List,
    /// Changes a password and ends the person's sessions.
    Password {
        /// The name typed at sign-in.
        username: String,
        #[command(flatten)]
        password: PasswordSource,
    },
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum RoleName {
    /// Answers calls, corrects drafts, confirms tickets.
    Agent,
    /// Sees, searches and hears every call.
    Supervisor,
    /// Works on the tickets sent to one department.
    Department,
    /// Keeps users and settings; sees no caller's data.
    Admin,
}

impl From<RoleName> for Role {
    fn from(name: RoleName) -> Self {
        match name {
            RoleName::Agent => Self::Agent,
            RoleName::Supervisor => Self::Supervisor,
            RoleName::Department => Self::Department,
            RoleName::Admin => Self::Admin,
        }
    }
}

#[derive(Debug, Args)]
struct PasswordSource {
    /// Reads the password from standard input, up to its end, instead of asking.
    #[arg(long)]
    password_stdin: bool,
}

impl UserCommand {
    /// Does what was asked for.
    ///
    /// # Errors
    /// A name that is taken or unknown, a department that is unknown, a password too short, no database.
    pub(super) fn run(self, config: &Path) -> anyhow::Result<ExitCode> {
        let config = Config::read(config)?;
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        runtime.block_on(self.action.run(&config))?;
        Ok(ExitCode::SUCCESS)
    }
}

impl Action {
    async fn run(self, config: &Config) -> anyhow::Result<()> {
        match self {
            Self::Add { username, role, display_name, department, password } => {
                ensure!(!username.trim().is_empty(), "the name is empty");
                let department = checked_department(config, role, department)?;
                let password_hash = hash_password(&password.read()?)?;
                let display_name = display_name.unwrap_or_else(|| username.clone());
                let new = NewUser { username, display_name, role: role.into(), department, password_hash };
                let user = open(config).await?.add_user(new, Timestamp::now()).await?;
                println!("{}", user.username);
            }
            Self::List => {
                for user in open_existing(config).await?.users().await? {
                    let role = RoleName::value_variants().iter().find(|name| Role::from(**name) == user.role);
                    let role = role.and_then(|name| name.to_possible_value());
                    let role = role.as_ref().map_or("", |value| value.get_name());
                    let department = user.department.as_ref().map_or("", |code| code.0.as_str());
                    println!("{}\t{role}\t{department}\t{}", user.username, user.display_name);
                }
            }
            Self::Password { username, password } => {
                let password_hash = hash_password(&password.read()?)?;
                open_existing(config)
                    .await?
                    .set_password(&username, &password_hash)
                    .await
                    .with_context(|| format!("the password of {username} is not changed"))?;
            }
        }
        Ok(())
    }
}

async fn open(config: &Config) -> anyhow::Result<Store> {
    let database = config.storage.database();
    std::fs::create_dir_all(&config.storage.directory)
        .with_context(|| format!("{} cannot be made", config.storage.directory.display()))?;
    Store::open(&database).await.with_context(|| format!("{} cannot be opened", database.display()))
}

/// Whoever lists or changes users in the wrong folder is told so, and no empty database is left there.
async fn open_existing(config: &Config) -> anyhow::Result<Store> {
    let database = config.storage.database();
    ensure!(
        database.exists(),
        "there is no database at {}; add a user first, or run this in the folder that jiesu is started in",
        database.display()
    );
    open(config).await
}

/// A clerk needs a department, and one that there is: with a mistyped code the clerk's list would stay empty.
fn checked_department(
    config: &Config,
    role: RoleName,
    code: Option<String>,
) -> anyhow::Result<Option<DepartmentCode>> {
    match (role, code) {
        (RoleName::Department, Some(code)) => {
            let understanding = Understanding::load(&config.hotline.taxonomy, &config.hotline.gazetteer)?;
            let code = DepartmentCode(code);
            if understanding.taxonomy().department(&code).is_none() {
                let known: Vec<_> =
                    understanding.taxonomy().departments.iter().map(|known| known.code.0.as_str()).collect();
                bail!("there is no department `{code}`; there are {}", known.join(", "));
            }
            Ok(Some(code))
        }
        (RoleName::Department, None) => bail!("a clerk needs --department"),
        (RoleName::Agent | RoleName::Supervisor | RoleName::Admin, Some(_)) => {
            bail!("--department is for the role department only")
        }
        (RoleName::Agent | RoleName::Supervisor | RoleName::Admin, None) => Ok(None),
    }
}

impl PasswordSource {
    fn read(&self) -> anyhow::Result<String> {
        let password = if self.password_stdin {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text)?;
            text.trim_end_matches(['\r', '\n']).to_owned()
        } else {
            ensure!(std::io::stdin().is_terminal(), "no terminal to ask at; use --password-stdin");
            let first = ask("Password: ")?;
            let again = ask("Again: ")?;
            ensure!(first == again, "the two passwords differ");
            first
        };
        let chars = password.chars().count();
        ensure!(chars >= MIN_PASSWORD_CHARS, "a password has at least {MIN_PASSWORD_CHARS} characters");
        Ok(password)
    }
}

/// Asks at the terminal without showing what is typed.
fn ask(prompt: &str) -> anyhow::Result<String> {
    eprint!("{prompt}");
    let mut line = String::new();
    let read = {
        let _hidden = Hidden::begin();
        std::io::stdin().read_line(&mut line)
    };
    eprintln!();
    read?;
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// While it lives the terminal shows nothing of what is typed. By `stty`, which every Unix has; where it fails the
/// password is shown, as it would be without it.
struct Hidden;

impl Hidden {
    fn begin() -> Self {
        stty("-echo");
        Self
    }
}

impl Drop for Hidden {
    fn drop(&mut self) {
        stty("echo");
    }
}

fn stty(setting: &str) {
    if let Err(error) = std::process::Command::new("stty").arg(setting).status() {
        eprintln!("stty: {error}");
    }
}
