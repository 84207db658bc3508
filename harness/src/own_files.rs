//! Scenarios in files of the user's own. A file's id is the shortest end of its path that no other file
//! of the same command has: `own/expired`, or `own/osaka/expired` and `own/tokyo/expired`; with what it ends
//! with where nothing else tells two files apart: `own/expired.yaml` and `own/expired.yml`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Component, Path};

/// Whether the user means a file and not an id.
pub(crate) fn is_file(pattern: &str) -> bool {
    let extension = Path::new(pattern).extension();
    extension.is_some_and(|extension| extension == "yaml" || extension == "yml")
}

/// The files that a command was given, with their ids. However many there are, each is looked up at once.
pub(crate) struct OwnFiles<'a> {
    /// In the order in which they were given.
    files: Vec<&'a str>,
    ids: BTreeMap<&'a str, String>,
    /// The first file with an id.
    named: BTreeMap<String, &'a str>,
}

impl<'a> OwnFiles<'a> {
    pub(crate) fn new(files: impl IntoIterator<Item = &'a str>) -> Self {
        let files: Vec<(&str, Vec<String>, Vec<String>)> = files
            .into_iter()
            .map(|file| (file, names(Path::new(file)), whole(Path::new(file))))
            .collect();
        let mut called = Owners::default();
        for (_, named, path) in &files {
            called.add(named, path);
            called.add(path, path);
        }
        let told_apart = files.iter().map(|(file, named, path)| {
            let is_taken = called.has_another(named, path);
            (*file, if is_taken { path } else { named })
        });
        let told_apart: Vec<(&str, &Vec<String>)> = told_apart.collect();
        let mut ending = Owners::default();
        for (_, names) in &told_apart {
            for end in ends(names) {
                ending.add(end, names);
            }
        }
        let id = |names: &[String]| {
            let own = ends(names).find(|end| !ending.has_another(end, names));
            format!("own/{}", own.unwrap_or(names).join("/"))
        };
        let ids: BTreeMap<&str, String> = told_apart
            .iter()
            .map(|(file, names)| (*file, id(names)))
            .collect();
        let files: Vec<&str> = files.iter().map(|(file, ..)| *file).collect();
        let mut named = BTreeMap::new();
        for file in &files {
            named.entry(ids[file].clone()).or_insert(*file);
        }
        Self { files, ids, named }
    }

    /// The files that are not one and the same, with their ids, as they were given.
    pub(crate) fn each(&self) -> impl Iterator<Item = (&'a str, &str)> {
        let mut seen = BTreeSet::new();
        let files = self.files.iter().map(|file| (*file, &*self.ids[file]));
        files.filter(move |(_, id)| seen.insert(*id))
    }

    /// The id of a file that was given.
    pub(crate) fn id(&self, file: &str) -> Option<&str> {
        self.ids.get(file).map(String::as_str)
    }

    /// The file with this id.
    pub(crate) fn file(&self, id: &str) -> Option<&'a str> {
        self.named.get(id).copied()
    }
}

/// The ends of a path, the shortest first.
fn ends(names: &[String]) -> impl Iterator<Item = &[String]> {
    (1..=names.len()).map(|length| &names[names.len() - length..])
}

/// The parts of a path, or of its end.
type Parts<'n> = &'n [String];

/// To whom names belong: the first, and one more where there is another.
#[derive(Default)]
struct Owners<'n>(BTreeMap<Parts<'n>, (Parts<'n>, Option<Parts<'n>>)>);

impl<'n> Owners<'n> {
    fn add(&mut self, name: &'n [String], owner: &'n [String]) {
        let (first, second) = self.0.entry(name).or_insert((owner, None));
        if *first != owner {
            second.get_or_insert(owner);
        }
    }

    /// Whether somebody else than `owner` has that name.
    fn has_another(&self, name: &[String], owner: &[String]) -> bool {
        self.0
            .get(name)
            .is_some_and(|(first, second)| *first != owner || second.is_some())
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
    fn thousands_of_files_have_each_its_id_and_its_place() {
        let files: Vec<String> = (0..20_000)
            .map(|at| format!("/cases/{}/x{}.yaml", at % 7, at / 2))
            .collect();
        let own = OwnFiles::new(files.iter().map(String::as_str));
        assert_eq!(own.each().count(), 20_000);
        for file in &files {
            let id = own.id(file).unwrap();
            assert_eq!(own.file(id), Some(file.as_str()), "{id}");
        }
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
