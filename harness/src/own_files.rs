//! Scenarios in files of the user's own. A file's id is the shortest end of its path that no other file
//! of the same command has: `own/expired`, or `own/osaka/expired` and `own/tokyo/expired`; with what it ends
//! with where nothing else tells two files apart: `own/expired.yaml` and `own/expired.yml`.

use std::path::{Component, Path};

/// Whether the user means a file and not an id.
pub(crate) fn is_file(pattern: &str) -> bool {
    let extension = Path::new(pattern).extension();
    extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The files that a command was given, with their ids.
pub(crate) struct OwnFiles<'a>(Vec<(&'a str, String)>);

impl<'a> OwnFiles<'a> {
    pub(crate) fn new(files: impl IntoIterator<Item = &'a str>) -> Self {
        let files: Vec<(&str, Vec<String>, Vec<String>)> = files
            .into_iter()
            .map(|file| (file, names(Path::new(file)), whole(Path::new(file))))
            .collect();
        let is_taken = |named: &[String], path: &[String]| {
            let others = files.iter().filter(|(.., other)| other != path);
            let mut others = others.flat_map(|(_, named, path)| [named, path]);
            others.any(|other| other == named)
        };
        let told_apart = files.iter().map(|(file, named, path)| {
            let is_taken = is_taken(named, path);
            (*file, if is_taken { path } else { named })
        });
        let files: Vec<(&str, &Vec<String>)> = told_apart.collect();
        let id = |names: &[String]| {
            let others = || files.iter().filter(|(_, other)| other.as_slice() != names);
            let ends = (1..=names.len()).map(|length| &names[names.len() - length..]);
            let own = ends
                .clone()
                .find(|end| !others().any(|(_, other)| other.ends_with(end)));
            format!("own/{}", own.unwrap_or(names).join("/"))
        };
        let ids = files.iter().map(|(file, names)| (*file, id(names)));
        Self(ids.collect())
    }

    /// The files that are not one and the same, with their ids, as they were given.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'a str, &str)> {
        let files = self.0.iter().enumerate();
        files.filter_map(|(at, (file, id))| {
            let is_new = self.0[..at].iter().all(|(_, before)| before != id);
            is_new.then_some((*file, id.as_str()))
        })
    }

    /// The id of a file that was given.
    pub(crate) fn id(&self, file: &str) -> Option<&str> {
        let mut files = self.0.iter();
        files.find(|(own, _)| *own == file).map(|(_, id)| &**id)
    }

    /// The file with this id.
    pub(crate) fn file(&self, id: &str) -> Option<&'a str> {
        let mut files = self.0.iter();
        files.find(|(_, own)| own == id).map(|(file, _)| *file)
    }
}

/// The folders above a file from the root on, and its own name without what it ends with.
fn names(file: &Path) -> Vec<String> {
    let mut names = whole(file);
    names.pop();
    let own = file.file_stem().unwrap_or_default();
    names.push(own.to_string_lossy().into_owned());
    names
}

/// The folders above a file from the root on, and its own name.
fn whole(file: &Path) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    let whole = std::path::absolute(file);
    for part in whole.as_deref().unwrap_or(file).components() {
        match part {
            Component::Normal(name) => names.push(name.to_string_lossy().into_owned()),
            Component::ParentDir => drop(names.pop()),
            Component::Prefix(_) | Component::RootDir | Component::CurDir => {}
        }
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(files: &[&'static str]) -> Vec<String> {
        let files = OwnFiles::new(files.iter().copied());
        files.each().map(|(_, id)| id.to_owned()).collect()
    }

    #[test]
    fn a_file_is_known_by_its_name() {
        assert_eq!(ids(&["/cases/a/x.yaml", "y.yaml"]), ["own/x", "own/y"]);
    }

    #[test]
    fn files_of_one_name_are_told_apart_by_their_folders() {
        let files = ["a/x.yaml", "b/x.yaml", "b/ax.yaml"];
        assert_eq!(ids(&files), ["own/a/x", "own/b/x", "own/ax"]);
        assert_eq!(ids(&["/x.yaml", "/a/x.yaml"]), ["own/x", "own/a/x"]);
    }

    #[test]
    fn files_that_only_end_otherwise_are_told_apart_by_it() {
        let files = ["a/x.yaml", "a/x.yml", "b/y.yml"];
        assert_eq!(ids(&files), ["own/x.yaml", "own/x.yml", "own/y"]);
        let files = ["a/x.yaml", "a/x.yml", "b/x.yml"];
        assert_eq!(ids(&files), ["own/x.yaml", "own/x.yml", "own/x"]);
        let files = ["a/x.yaml", "a/x.yml", "a/x.yaml.yaml"];
        let told = ["own/x.yaml", "own/x.yml", "own/x.yaml.yaml"];
        assert_eq!(ids(&files), told);
    }

    #[test]
    fn one_file_in_two_spellings_is_one() {
        assert_eq!(ids(&["./a/x.yaml", "a/b/../x.yaml"]), ["own/x"]);
        let files = ["a/x.yaml", "a/x.yml", "./a/x.yml"];
        assert_eq!(ids(&files), ["own/x.yaml", "own/x.yml"]);
    }

    #[test]
    fn an_id_leads_back_to_its_file() {
        let files = OwnFiles::new(["b/ax.yaml", "b/x.yaml"]);
        assert_eq!(files.file("own/x"), Some("b/x.yaml"));
        assert_eq!(files.file("own/b/x"), None);
    }
}
