//! What the platform says about a recipe (contract section 6.6).

use std::collections::BTreeMap;

use serde_json::Value;

use crate::api::members::lenient;
use crate::error::{Result, unreadable};
use crate::values::Values;

/// The variations of a recipe by name. What they hold is the recipe's own.
pub type VariationList = Values;

/// Folder to files: `R1` and `R1/node` for a recipe `R1`.
pub type RecipeFolders = BTreeMap<String, Vec<RecipeFile>>;

lenient! {
    /// Files of a recipe.
    pub struct Recipe {
        /// The commit that they are of.
        pub orig_head: String = "ORIG_HEAD",
        /// Recipe to folders to files, with contents.
        pub recipes: BTreeMap<String, RecipeFolders> = "recipes",
        /// The same for all files, mostly without contents; where it was asked for.
        pub recipe_tree: BTreeMap<String, RecipeFolders> = "recipe-tree",
    }
}

lenient! {
    /// Files of a recipe without their contents.
    pub struct RecipeTree {
        /// The commit that they are of.
        pub orig_head: String = "ORIG_HEAD",
        /// Recipe to folders to files.
        pub recipes: BTreeMap<String, RecipeFolders> = "recipes",
    }
}

lenient! {
    /// A file of a recipe.
    pub struct RecipeFile {
        /// Its name in its folder.
        pub filename: String = "filename",
        /// The content of a text.
        pub text: String = "text",
        /// The content of a JSON file, as text.
        pub json: String = "json",
        /// Its version.
        pub sha: String = "sha",
        /// As in `blob`.
        pub kind: String = "type",
        /// Where it is at the Git host.
        pub url: String = "url",
    }
}

lenient! {
    /// What is wrong with a recipe.
    pub struct RecipeValidation {
        /// What was found. Unverified: the shape is unknown.
        pub results: Value = "results",
    }
}

impl RecipeFile {
    /// The content, of a text or of JSON.
    pub fn content(&self) -> Option<&str> {
        self.text.as_deref().or(self.json.as_deref())
    }
}

impl Recipe {
    /// The files of one recipe: path below the recipe to file.
    pub(crate) fn files(&self, recipe: &str) -> Result<BTreeMap<String, &RecipeFile>> {
        paths(self.recipes.as_ref(), recipe)
    }

    /// As [`Recipe::files`], of the tree.
    pub(crate) fn tree(&self, recipe: &str) -> Result<BTreeMap<String, &RecipeFile>> {
        paths(self.recipe_tree.as_ref(), recipe)
    }
}

fn paths<'a>(
    recipes: Option<&'a BTreeMap<String, RecipeFolders>>,
    recipe: &str,
) -> Result<BTreeMap<String, &'a RecipeFile>> {
    let folders = recipes
        .and_then(|recipes| recipes.get(recipe))
        .ok_or_else(|| unreadable(format!("the reply does not hold the recipe {recipe}")))?;
    let mut paths = BTreeMap::new();
    for (folder, files) in folders {
        let folder = folder.strip_prefix(recipe).unwrap_or(folder).trim_matches('/');
        for file in files {
            let name = file.filename.as_deref().unwrap_or_default();
            let path = if folder.is_empty() { name.to_owned() } else { format!("{folder}/{name}") };
            paths.insert(path, file);
        }
    }
    Ok(paths)
}
