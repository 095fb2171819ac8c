//! How the rows of a service are written: name, arguments, answer, method and path, each in one line.

use auth_core::{Error, ErrorKind, Path, Result};

/// The operations of a service.
///
/// ```text
/// operations! { impl Apps {
///     /// the apps that the caller may see.
///     fn list() -> List<AppSummary> = GET "/apps/v2/";
///     /// changes an app.
///     fn update(app_id, app: &NewApp) -> App = POST "/apps/v2/{app_id}";
///     /// publishes or copies an app.
///     fn manage(app_id, operation: &AppOperation) -> App = PUT "/apps/v2/{app_id}";
///     /// deletes an app.
///     fn delete(app_id) = DELETE "/apps/v2/{app_id}";
/// } }
/// ```
///
/// An argument without a type is a text for the path: `{app_id}` takes one segment, `{+file_path}` keeps its slashes.
/// An argument with a type is the JSON body. The answer is what is inside the envelope: a type; `Vec`, which may also be
/// one item or null; [`List`](super::List), which comes in pages; [`Download`](super::Download), which has no envelope;
/// without an answer, nothing but an error is looked for. `whole`: a list that the service does not divide into pages.
/// Only `GET` is repeated: a change that was seen once may answer something else the second time, as a deletion does.
/// Each method's documentation begins with method and path.
macro_rules! operations {
    (impl $service:ident { $(
        $(#[$doc:meta])*
        fn $name:ident $arguments:tt $(-> $answer:ident $(<$item:ty>)?)? =
            $method:ident $path:literal $(, $whole:ident)?;
    )* }) => {
        impl<'a> $service<'a> { $(
            $crate::api::operations::operation! {
                [$(#[$doc])*] $name $arguments [$($answer $(<$item>)?)?] $method $path [$($whole)?]
            }
        )* }
    };
}

/// One row.
macro_rules! operation {
    ([$($doc:tt)*] $name:ident ($($argument:ident),*) [List<$item:ty>] GET $path:literal [$($whole:ident)?]) => {
        #[doc = concat!("`GET ", $path, "`:")]
        $($doc)*
        pub fn $name(&self, $($argument: &str),*) -> $crate::api::List<'a, $item> {
            let path = $crate::api::operations::fill($path, &[$((stringify!($argument), $argument)),*]);
            $crate::api::List::new(self.client, path)$(.$whole())?
        }
    };
    ([$($doc:tt)*] $name:ident ($($argument:ident),*) [Download] GET $path:literal []) => {
        #[doc = concat!("`GET ", $path, "`:")]
        $($doc)*
        pub fn $name(&self, $($argument: &str),*) -> $crate::api::Download<'a> {
            let path = $crate::api::operations::fill($path, &[$((stringify!($argument), $argument)),*]);
            $crate::api::Download::new(self.client, path)
        }
    };
    ([$($doc:tt)*] $name:ident $arguments:tt [Vec<$item:ty>] $method:ident $path:literal []) => {
        $crate::api::operations::operation! {
            @ [$($doc)*] $name $arguments [Vec<$item>] many $method $path
        }
    };
    ([$($doc:tt)*] $name:ident $arguments:tt [] $method:ident $path:literal []) => {
        $crate::api::operations::operation! {
            @ [$($doc)*] $name $arguments [()] done $method $path
        }
    };
    ([$($doc:tt)*] $name:ident $arguments:tt [$answer:ty] $method:ident $path:literal []) => {
        $crate::api::operations::operation! {
            @ [$($doc)*] $name $arguments [$answer] data $method $path
        }
    };
    (@ [$($doc:tt)*] $name:ident ($($argument:ident $(: $body:ty)?),*) [$answer:ty] $read:ident $method:ident
        $path:literal) => {
        #[doc = concat!("`", stringify!($method), " ", $path, "`:")]
        $($doc)*
        pub async fn $name(
            &self,
            $($argument: $crate::api::operations::operation!(@type $($body)?)),*
        ) -> $crate::error::Result<$answer> {
            let values: &[(&str, &str)] = &[
                $($crate::api::operations::operation!(@value $argument $($body)?)),*
            ];
            let path = $crate::api::operations::fill($path, values);
            let request = self.client.call(::http::Method::$method, path);
            $($crate::api::operations::operation!(@json request $argument $($body)?); )*
            let request = request.idempotent(::http::Method::$method == ::http::Method::GET);
            $crate::api::operations::operation!(@$read request)
        }
    };
    (@type) => { &str };
    (@type $body:ty) => { $body };
    (@value $argument:ident) => { (stringify!($argument), $argument) };
    (@value $argument:ident $body:ty) => { ("", "") };
    (@json $request:ident $argument:ident) => {};
    (@json $request:ident $argument:ident $body:ty) => { let $request = $request.json(&$argument); };
    (@done $request:ident) => { $request.done().await };
    (@data $request:ident) => { $request.data().await };
    (@many $request:ident) => { Ok($request.data::<$crate::api::model::Many<_>>().await?.0) };
}

pub(crate) use {operation, operations};

/// A path from its template and the values for its names.
pub(crate) fn fill(template: &str, values: &[(&str, &str)]) -> Result<Path> {
    let value_of = |name: &str| {
        let found = values.iter().find(|(known, _)| *known == name).map(|(_, value)| *value);
        found
            .ok_or_else(|| Error::new(ErrorKind::InvalidInput, format!("{template} has no value for {name}")))
    };
    template.trim_start_matches('/').split('/').try_fold(Path::ROOT, |path, part| {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else {
            return Ok(path.literal(part));
        };
        let Some(name) = name.strip_prefix('+') else { return path.segment(name, value_of(name)?) };
        let value = value_of(name)?;
        if value.is_empty() {
            let message = format!("{name} is empty, and cannot name anything");
            return Err(Error::new(ErrorKind::InvalidInput, message).with_help("the topmost folder is `/`"));
        }
        let path = path.segments(name, value)?;
        // The folder itself, as the SDK names it.
        Ok(if value.split('/').all(str::is_empty) { path.literal("") } else { path })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled() {
        let filled = |template, values: &[_]| fill(template, values).map(|path| path.encoded().to_owned());
        assert_eq!(filled("/apps/v2/", &[]).unwrap(), "/apps/v2/");
        assert_eq!(filled("/apps/v2/{app_id}/pems", &[("app_id", "a/b")]).unwrap(), "/apps/v2/a%2Fb/pems");
        for (path, sent) in [("/a b//c?d", "/s/a%20b/c%3Fd"), ("/", "/s/"), ("d/", "/s/d")] {
            assert_eq!(filled("/s/{+path}", &[("path", path)]).unwrap(), sent);
        }
        assert_eq!(fill("/a/{b}/{+c}", &[("b", "1"), ("c", "2/3")]).unwrap().template(), "/a/{b}/{c}");
        for (template, value) in [
            ("/s/{+path}", "/a/../b"),
            ("/s/{+path}", ""),
            ("/s/{path}", ""),
            ("/s/{path}", ".."),
            ("/{x}", ""),
        ] {
            assert!(fill(template, &[("path", value)]).is_err(), "{template} {value}");
        }
    }
}
