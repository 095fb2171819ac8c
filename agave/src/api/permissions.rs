//! Who may do what: the same for apps, files, jobs and metadata.

use super::model::{input, model, read_by_serde};

auth_core::open_enum! {
    /// What a user may do. Jobs and metadata know no `EXECUTE`.
    pub enum Permission {
        /// Read.
        Read = "READ",
        /// Write.
        Write = "WRITE",
        /// Execute.
        Execute = "EXECUTE",
        /// Read and write.
        ReadWrite = "READ_WRITE",
        /// Read and execute.
        ReadExecute = "READ_EXECUTE",
        /// Write and execute.
        WriteExecute = "WRITE_EXECUTE",
        /// Everything.
        All = "ALL",
        /// Nothing: takes a permission away.
        None = "NONE",
    }
}

read_by_serde!(Permission);

input! {
    /// A permission that a user is to get.
    pub struct NewPermission {
        /// The user.
        username: String,
        /// What the user may do then, as in [`Permission::Read`] or `"READ"`.
        permission: Permission,
        ;
        /// For files: also for all that is below.
        recursive: Option<bool>,
    }
}

model! {
    /// What a user may do.
    pub struct UserPermission {
        /// The user.
        username: String,
        /// What it is.
        permission: Acl,
        /// For files: also for all that is below.
        recursive: Option<bool>,
    }
}

model! {
    /// The single rights of a user.
    pub struct Acl {
        /// May read.
        read: bool,
        /// May write.
        write: bool,
        /// May execute. Jobs and metadata do not tell.
        execute: Option<bool>,
    }
}
