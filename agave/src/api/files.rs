//! Files and folders on the storage systems (contract section 6.2).

mod daily;
mod import;
mod model;
mod walk;

pub use import::Import;
pub use model::{FileEvent, FileItem, FileKind, FileOperation, ImportedFile};
pub(crate) use walk::walk;
pub use walk::{Walk, WalkCursor};

use super::operations::operations;
use super::permissions::{NewPermission, UserPermission};
use crate::client::Client;

auth_core::service! {
    /// Files and folders on the storage systems. Paths are those of the system; a slash at the start may be left out.
    pub struct Files, from Client::files
}

operations! { impl Files {
    /// a file of the default system.
    fn download_from_default_system(source_file_path) -> Download = GET "/files/v2/media/{+source_file_path}";
    /// makes, renames, copies or moves a file or folder of the default system.
    fn manage_on_default_system(source_file_path, operation: &FileOperation) =
        PUT "/files/v2/media/{+source_file_path}";
    /// deletes a file, or a folder with all that is in it, of the default system.
    fn delete_from_default_system(source_file_path) = DELETE "/files/v2/media/{+source_file_path}";
    /// a file.
    fn download(system_id, file_path) -> Download = GET "/files/v2/media/system/{system_id}/{+file_path}";
    /// makes, renames, copies or moves a file or folder; see [`Files::mkdir`] and the others below.
    fn manage(system_id, file_path, operation: &FileOperation) =
        PUT "/files/v2/media/system/{system_id}/{+file_path}";
    /// deletes a file, or a folder with all that is in it.
    fn delete(system_id, file_path) = DELETE "/files/v2/media/system/{system_id}/{+file_path}";
    /// what is in a folder of the default system.
    fn list_on_default_system(file_path) -> List<FileItem> = GET "/files/v2/listings/{+file_path}";
    /// what is in a folder: first the folder itself, as `.`, then what is in it. Of a file: the file.
    fn list(system_id, file_path) -> List<FileItem> = GET "/files/v2/listings/system/{system_id}/{+file_path}";
    /// what happened to a file of the default system.
    fn get_history_on_default_system(file_path) -> List<FileEvent> = GET "/files/v2/history/{+file_path}";
    /// what happened to a file. An upload is done when this says so; see [`Files::wait`].
    fn get_history(system_id, file_path) -> List<FileEvent> =
        GET "/files/v2/history/system/{system_id}/{+file_path}";
    /// who may do what with a file of the default system.
    fn list_permissions_on_default_system(file_path) -> List<UserPermission> = GET "/files/v2/pems/{+file_path}";
    /// gives a user a permission on a file of the default system.
    fn update_permissions_on_default_system(file_path, permission: &NewPermission) =
        POST "/files/v2/pems/{+file_path}";
    /// who may do what with a file.
    fn list_permissions(system_id, file_path) -> List<UserPermission> =
        GET "/files/v2/pems/system/{system_id}/{+file_path}";
    /// gives a user a permission. The answer is who may do what then.
    fn update_permissions(system_id, file_path, permission: &NewPermission) -> Vec<UserPermission> =
        POST "/files/v2/pems/system/{system_id}/{+file_path}";
    /// takes all permissions from all users but the owner.
    fn delete_permissions(system_id, file_path) = DELETE "/files/v2/pems/system/{system_id}/{+file_path}";
} }
