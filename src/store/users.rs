//! People who sign in. Passwords arrive here hashed.

use jiff::Timestamp;
use sqlx::Row;
use sqlx::sqlite::SqliteRow;

use super::columns::{from_optional_text, from_text, to_ns, to_text};
use super::{Store, StoreError};
use crate::domain::{DepartmentCode, Role, User, UserId};

/// A person to be added.
#[derive(Debug)]
pub struct NewUser {
    /// The name typed at sign-in.
    pub username: String,
    /// The name shown.
    pub display_name: String,
    /// What the person may do.
    pub role: Role,
    /// A clerk's department.
    pub department: Option<DepartmentCode>,
    /// The password's hash, a PHC string.
    pub password_hash: String,
}

/// What sign-in checks a password against.
pub struct Credentials {
    /// The person.
    pub user: User,
    /// The password's hash, a PHC string.
    pub password_hash: String,
}

impl Store {
    /// Adds a person.
    ///
    /// # Errors
    ///
    /// [`StoreError::NameTaken`], or where the database fails.
    pub async fn add_user(&self, new: NewUser, now: Timestamp) -> Result<User, StoreError> {
        let user = User {
            id: UserId::new(),
            username: new.username,
            display_name: new.display_name,
            role: new.role,
            department: new.department,
        };
        let added = sqlx::query(
            "insert into users (id, username, display_name, role, department, password_hash, created_at_ns)
             values ($1, $2, $3, $4, $5, $6, $7)",
        )
        .bind(user.id.to_string())
        .bind(&user.username)
        .bind(&user.display_name)
        .bind(to_text("role", &user.role)?)
        .bind(user.department.as_ref().map(ToString::to_string))
        .bind(new.password_hash)
        .bind(to_ns(now))
        .execute(&self.writer)
        .await;
        match added {
            Ok(_) => Ok(user),
            Err(sqlx::Error::Database(error)) if error.is_unique_violation() => {
                Err(StoreError::NameTaken(user.username))
            }
            Err(error) => Err(error.into()),
        }
    }

    /// Changes a password and ends the person's sessions.
    ///
    /// # Errors
    ///
    /// [`StoreError::NotFound`], or where the database fails.
    pub async fn set_password(&self, username: &str, password_hash: &str) -> Result<(), StoreError> {
        let mut transaction = self.writer.begin().await?;
        let changed = sqlx::query("update users set password_hash = $2 where username = $1")
            .bind(username)
            .bind(password_hash)
            .execute(&mut *transaction)
            .await?;
        if changed.rows_affected() == 0 {
            return Err(StoreError::NotFound);
        }
        sqlx::query("delete from sessions where user_id = (select id from users where username = $1)")
            .bind(username)
            .execute(&mut *transaction)
            .await?;
        transaction.commit().await?;
        Ok(())
    }

    /// All people, by name. No caller's data; for the command line.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn users(&self) -> Result<Vec<User>, StoreError> {
        sqlx::query("select id, username, display_name, role, department from users order by username")
            .fetch_all(&self.readers)
            .await?
            .iter()
            .map(user)
            .collect()
    }

    /// What sign-in needs, if there is such a name.
    ///
    /// # Errors
    ///
    /// Where the database fails.
    pub async fn credentials(&self, username: &str) -> Result<Option<Credentials>, StoreError> {
        sqlx::query(
            "select id, username, display_name, role, department, password_hash from users where username = $1",
        )
        .bind(username)
        .fetch_optional(&self.readers)
        .await?
        .map(|row| Ok(Credentials { user: user(&row)?, password_hash: row.try_get("password_hash")? }))
        .transpose()
    }
}

pub(super) fn user(row: &SqliteRow) -> Result<User, StoreError> {
    Ok(User {
        id: from_text("users.id", row.try_get("id")?)?,
        username: row.try_get("username")?,
        display_name: row.try_get("display_name")?,
        role: from_text("users.role", row.try_get("role")?)?,
        department: from_optional_text("users.department", row.try_get("department")?)?,
    })
}
