//! 一括照会: sends the numbers of booked patients' insurance cards in one go, remembers 受付番号, and
//! fetches the result, which comes in a ZIP once it is there. Whether it is there is asked when the
//! staff look, and not by itself.

use std::io::{Cursor, Read as _};

use zip::ZipArchive;

use crate::answer::{Answer, Record};
use crate::app::{App, Stage};
use crate::conduct::Done;
use crate::contract::{Conditions, Screen};
use crate::result;
use crate::screens::button;
use crate::wire::{Field, Operation};

/// What a result does not reach, bytes: ten thousand units have fewer.
const MOST: usize = 64 << 20;

/// 処理結果区分: 処理中.
const PROCESSING: &str = "2";
/// 処理結果状況: エラー.
const IN_ERROR: &str = "2";

impl App {
    /// Sends one unit for each patient.
    pub(crate) fn inquire_in_bulk(&mut self, patients: &[Conditions]) -> Done {
        let units = patients.iter().map(unit).collect();
        let submission = self.service.request(Operation::BulkSubmission);
        self.ask(submission.with_items(units))
    }

    /// Looks whether the result of the last inquiry is there.
    pub(crate) fn fetch_result(&mut self) -> Done {
        let Some(number) = self.reception.clone() else {
            return self.refuse("nothing was asked for in bulk");
        };
        let request = self.service.request(Operation::BulkResult);
        self.ask(request.with(Field::ReceptionNumber, number))
    }

    /// 受付番号, that it is being processed, or the list.
    pub(crate) fn show_bulk(&mut self, operation: Operation, answer: &Answer) -> Done {
        if operation == Operation::BulkSubmission {
            let number = answer.text(Field::ReceptionNumber).map(str::to_owned);
            self.reception.clone_from(&number);
            let received = number.map(|number| ("受付番号", number));
            return self.show(Stage::Result, screen("一括照会受付", received));
        }
        if answer.text(Field::SegmentOfResult) == Some(PROCESSING) {
            let notice = (
                "お知らせ",
                "処理中です。しばらくしてから確認してください".to_owned(),
            );
            return self.show(Stage::Result, screen("一括照会受付", Some(notice)));
        }
        let lines = answer.results.iter().map(|row| ("一覧", line(row)));
        self.show(Stage::Result, screen("一括照会結果", lines))
    }
}

fn screen(title: &'static str, fields: impl IntoIterator<Item = (&'static str, String)>) -> Screen {
    Screen {
        title,
        buttons: vec![button::CLOSE],
        fields: fields.into_iter().collect(),
        ..Screen::default()
    }
}

fn unit(patient: &Conditions) -> Record {
    let field = |name: &str| {
        Some(match name {
            "reference-number" => Field::ReferenceNumber,
            "insurer-number" => Field::InsurerNumber,
            "insured-card-symbol" => Field::InsuredCardSymbol,
            "insured-identification-number" => Field::InsuredIdentificationNumber,
            "insured-branch-number" => Field::InsuredBranchNumber,
            "birthdate" => Field::Birthdate,
            _ => return None,
        })
    };
    patient
        .iter()
        .filter_map(|(name, value)| Some((field(name)?, value.clone())))
        .collect()
}

pub(crate) fn is_in_error(row: &Record) -> bool {
    row.get(&Field::ProcessingResultStatus)
        .is_some_and(|status| status == IN_ERROR)
}

/// A line of the list: 照会番号, whose eligibility, and how it is.
fn line(row: &Record) -> String {
    let reference = row.get(&Field::ReferenceNumber).cloned();
    if is_in_error(row) {
        return format!("{}  エラー", reference.unwrap_or_default());
    }
    let rest = Some(result::line(row)).filter(|rest| !rest.is_empty());
    let line: Vec<String> = reference.into_iter().chain(rest).collect();
    line.join("  ")
}

/// The one file of an archive, or what is wrong with it. More than any result has is not unpacked.
pub(crate) fn unpacked(archive: &[u8]) -> Result<Vec<u8>, String> {
    let broken = |why: &dyn std::fmt::Display| format!("一括照会の結果を展開できません（{why}）");
    let mut archive = ZipArchive::new(Cursor::new(archive)).map_err(|error| broken(&error))?;
    if archive.len() != 1 {
        return Err(broken(&"ファイルが一つではありません"));
    }
    let file = archive.by_index(0).map_err(|error| broken(&error))?;
    let mut content = Vec::new();
    file.take(MOST as u64)
        .read_to_end(&mut content)
        .map_err(|error| broken(&error))?;
    if content.len() == MOST {
        return Err(broken(&"大きすぎます"));
    }
    Ok(content)
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use zip::ZipWriter;
    use zip::write::SimpleFileOptions;

    use super::*;

    fn packed(files: &[(&str, &[u8])]) -> Vec<u8> {
        let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
        for (name, content) in files {
            archive
                .start_file(*name, SimpleFileOptions::default())
                .unwrap();
            archive.write_all(content).unwrap();
        }
        archive.finish().unwrap().into_inner()
    }

    #[test]
    fn the_one_file_of_an_archive_is_what_it_says() {
        let archive = packed(&[("result.json", b"{}")]);
        assert_eq!(unpacked(&archive).unwrap(), b"{}");
    }

    #[test]
    fn what_is_no_archive_of_one_file_is_refused() {
        let two = packed(&[("a", b"{}"), ("b", b"{}")]);
        let half = &packed(&[("a", b"{}")])[..20];
        for wrong in [&two[..], half, b"{}", b""] {
            assert!(unpacked(wrong).unwrap_err().contains("展開できません"));
        }
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let bomb = packed(&[("a", &vec![0; MOST + 1])]);
        assert!(bomb.len() < 1 << 20);
        assert!(unpacked(&bomb).unwrap_err().contains("大きすぎます"));
    }

    #[test]
    fn a_unit_in_error_is_a_line_with_its_number() {
        let row = |pairs: &[(Field, &str)]| -> Record {
            pairs.iter().map(|(f, v)| (*f, (*v).to_owned())).collect()
        };
        let error = row(&[
            (Field::ReferenceNumber, "990002"),
            (Field::ProcessingResultStatus, IN_ERROR),
        ]);
        assert_eq!(line(&error), "990002  エラー");
        let found = row(&[
            (Field::ReferenceNumber, "990001"),
            (Field::ProcessingResultStatus, "1"),
            (Field::Name, "試験　太郎"),
            (Field::QualificationValidity, "2"),
        ]);
        assert_eq!(line(&found), "990001  試験　太郎  無効");
    }
}
