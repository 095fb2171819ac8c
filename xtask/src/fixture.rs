//! A small workspace in a temporary folder, for tests that break a rule on purpose.

use std::path::Path;

use crate::workspace::Workspace;

/// A workspace whose members are the folders that have a manifest.
pub(crate) struct Fixture {
    folder: tempfile::TempDir,
}

impl Fixture {
    /// Writes files by path. A path that ends with `Cargo.toml` may be left to [`package`].
    pub(crate) fn of(files: &[(&str, &str)]) -> Self {
        let fixture = Self { folder: tempfile::tempdir().unwrap() };
        let members: Vec<String> = files
            .iter()
            .filter_map(|(path, _)| path.strip_suffix("/Cargo.toml"))
            .map(|member| format!("{member:?}"))
            .collect();
        fixture.write(
            "Cargo.toml",
            &format!("[workspace]\nresolver = \"3\"\nmembers = [{}]\n", members.join(", ")),
        );
        for (path, content) in files {
            fixture.write(path, content);
            if let Some(member) = path.strip_suffix("/Cargo.toml") {
                let library = format!("{member}/src/lib.rs");
                if !files.iter().any(|(path, _)| *path == library) {
                    fixture.write(&library, "");
                }
            }
        }
        fixture
    }

    pub(crate) fn root(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn write(&self, path: &str, content: &str) {
        let path = self.root().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, content).unwrap();
    }

    /// What cargo says about it.
    pub(crate) fn workspace(&self) -> Workspace {
        Workspace::read(self.root()).unwrap()
    }
}

/// A manifest of a package, with the lines that follow.
pub(crate) fn package(name: &str, rest: &str) -> String {
    format!(
        "[package]\nname = \"{name}\"\nversion = \"0.1.0\"\nedition = \"2024\"\nlicense = \"MIT\"\n{rest}"
    )
}

/// What a rule found, a line each.
pub(crate) fn found(judged: crate::check::Judged) -> String {
    judged.unwrap().join("\n")
}
