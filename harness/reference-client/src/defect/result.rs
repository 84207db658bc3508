//! What stands on a result.

use std::collections::BTreeMap;
use std::io::Read as _;

use super::answer::NONE;
use super::terminal::ahead;
use super::*;
use crate::result::VALIDITY;
use crate::screens::CAUSE;

defects! {
    "drops-insurer-name" breaks "result.delivered-fields-shown",
        "leaves 保険者名 out",
        "保険者名を出さない" => of_insurance(|result| drop(result.remove(&Field::InsurerName)));
    "reads-first-piece" breaks "result.delivered-fields-shown",
        "reads of an answer what arrives at first, and no more",
        "応答のうち最初に届いた分しか読まない" => on::response(|_, request, response| {
        if request.operation != Operation::EligibilityByCertificate {
            return response;
        }
        let mut reply = response?;
        let mut piece = vec![0; 16 << 10];
        let read = reply.body_mut().as_reader().read(&mut piece);
        let read = read.map_err(|error| NoAnswer::new(error.to_string()).with(Instead::Half))?;
        piece.truncate(read);
        let kind = reply.body().mime_type().unwrap_or_default().to_owned();
        Ok(reply.map(|_| Body::builder().mime_type(kind).data(piece)))
    });
    "makes-up-birthday" breaks "result.delivered-fields-shown",
        "shows the first of the month where the day of birth is not known",
        "生まれた日が分からないと、その月の 1 日と示す" => of_insurance(|result| {
        if let Some(date) = result.get_mut(&Field::Birthdate)
            && let Some(month) = date.strip_suffix("00")
        {
            *date = format!("{month}01");
        }
    });
    "wants-fresh-answer" breaks "result.delivered-fields-shown",
        "takes an answer that is hours old by its own clock for one out of a cache",
        "自分の時計で何時間も前の応答をキャッシュのものとみなす" =>
        on::response(|_, request, response| match response {
            Ok(reply) if request.operation == Operation::EligibilityByCertificate && is_hours_old(&reply) => {
                Err(NoAnswer::new("古い応答を受け取りました"))
            }
            response => response,
        });
    "prefers-legal-name" breaks "result.delivered-fields-shown",
        "shows the name on the back of the card in the place of the insurer's",
        "保険者の氏名の代わりに、カード裏面の氏名を示す" => of_insurance(|result| {
        if let Some(other) = result.get(&Field::NameOfOther).cloned() {
            result.insert(Field::Name, other);
        }
    });
    "shows-number-as-integer" breaks "result.delivered-fields-shown",
        "shows 番号 as an integer",
        "番号を整数として示す" => of_insurance(|result| {
        if let Some(number) = result.get_mut(&Field::InsuredIdentificationNumber) {
            shorten(number);
        }
    });
    "skips-first-day" breaks "result.delivered-fields-shown",
        "takes an eligibility for not begun on its first day",
        "最初の日の資格をまだ始まっていないとみなす" => misreads_dates(|answer, result| {
        let begins = result.get(&Field::InsuredCardValidDate).map(String::as_str);
        begins == answer.text(Field::QualificationConfirmationDate)
    });
    "lapses-before-loss" breaks "result.delivered-fields-shown",
        "takes whatever has a date of loss for lapsed, also before that day",
        "喪失日があれば、その日の前でも無効とみなす" =>
        misreads_dates(|_, result| result.contains_key(&Field::DisqualificationDate));
    "keeps-lapsed" breaks "result.delivered-fields-shown",
        "shows whoever follows a lapsed patient as lapsed, too",
        "無効の患者の次の患者も無効と示す" => {
        let (shown, shows) = last_shown();
        let keeps = on::result(move |_, _, _, screen| {
            let was_lapsed = shown.get().contains(&(VALIDITY, "無効".to_owned()));
            if was_lapsed { called(screen, "無効") } else { screen }
        });
        [keeps, shows]
    };
    "shows-lapsed-as-valid" breaks "result.lapsed-is-not-valid",
        "shows 無効 as 有効",
        "無効を有効と示す" => results(|answer| {
        if answer.text(Field::QualificationValidity) == Some("2") {
            answer.fields.insert(Field::QualificationValidity, "1".to_owned());
        }
    });
    "remembers-validity" breaks "result.lapsed-is-not-valid",
        "shows whoever comes again as valid as the first time",
        "同じ人がもう一度来ると、最初の資格有効性を示す" => {
        let (certificate, reads) = last_read();
        let first = kept::<BTreeMap<Vec<u8>, String>>();
        let remembers = results(move |answer| {
            if let Some(now) = answer.fields.get_mut(&Field::QualificationValidity) {
                let known = first.with(|first| first.entry(certificate.get()).or_insert(now.clone()).clone());
                *now = known;
            }
        });
        [reads, remembers]
    };
    "takes-registered-for-valid" breaks "result.lapsed-is-not-valid",
        "shows what a registration led to as valid",
        "利用登録の後の結果を有効と示す" => {
        let registered = kept::<bool>();
        [
            saw::act(move |app, action| {
                if is_next_patient(app, action) {
                    registered.set(false);
                }
            }),
            saw::answer(move |_, operation, answer| {
                if operation == Operation::Register && answer.code() == "OK" {
                    registered.set(true);
                }
            }),
            on::result(move |_, _, record, screen| {
                let was_registered = registered.get() && record.is_some();
                if was_registered { called(screen, "有効") } else { screen }
            }),
        ]
    };
    "hides-loss-date" breaks "result.loss-date-shown",
        "leaves 資格喪失年月日 out",
        "資格喪失年月日を出さない" =>
        of_insurance(|result| drop(result.remove(&Field::DisqualificationDate)));
    "drops-ratio" breaks "result.ratio-shown",
        "leaves 負担割合 out",
        "負担割合を出さない" =>
        of_insurance(|result| drop(result.remove(&Field::InsuredPartialContributionRatio)));
    "asks-for-ceiling" breaks "result.ceiling-not-asked",
        "asks the patient for consent to 限度額, as a face reader does",
        "顔認証付きカードリーダーのように、限度額の同意を患者に求める" =>
        on::answer(|app, operation, answer| {
            if has_results(operation, &answer) {
                app.link.screen(&Screen {
                    title: "限度額情報の提供",
                    buttons: vec![button::AGREE, button::DISAGREE],
                    ..Screen::default()
                })?;
            }
            Ok(answer)
        });
    "makes-up-end-date" breaks "result.no-end-made-up",
        "shows the end of the year where no 有効終了日 came",
        "有効終了日が来ないと年度末を示す" => results(|answer| {
        if answer.results.is_empty() {
            answer.results.push(Record::new());
        }
        for result in answer.results.iter_mut().filter(|result| !is_assistance(result)) {
            let end = result.entry(Field::InsuredCardExpirationDate);
            end.or_insert_with(|| "20270331".to_owned());
        }
    });
    "hides-class" breaks "result.class-shown",
        "leaves 証区分 out",
        "証区分を出さない" => hides_classes(|_| true);
    "leaves-forces-blank" breaks "result.class-shown",
        "does not know 自衛官診療証, the last of the classes",
        "最後の区分である自衛官診療証を知らない" => hides_classes(|class| class == "07");
    "forgets-retired-classes" breaks "result.class-shown",
        "no longer knows the classes of 退職者医療, which has ended",
        "終わった退職者医療の区分をもう知らない" =>
        hides_classes(|class| ["02", "04"].contains(&class));
    "takes-retired-for-ordinary" breaks "result.class-shown",
        "shows 特例退職 like an ordinary card, because the share is the same",
        "割合が同じなので、特例退職を通常の証として示す" => hides_classes(|class| class == "06");
    "shows-end-for-class" breaks "result.class-shown",
        "shows of 短期（一般） the last day, and not the class",
        "短期（一般）について、最後の日を示し区分を示さない" => hides_classes(|class| class == "03");
    "hides-renewal" breaks "result.renewal-told",
        "does not say that the certificate is to be renewed",
        "証明書の更新が要ることを伝えない" => results(hide_renewal);
    "tells-renewal-once" breaks "result.renewal-told",
        "says only the first time that the certificate is to be renewed",
        "証明書の更新が要ることを最初しか伝えない" => {
        let told = kept::<bool>();
        results(move |answer| {
            if answer.code() == GRACE && told.set(true) {
                hide_renewal(answer);
            }
        })
    };
    "shows-withheld-as-none" breaks "result.withheld-is-not-none",
        "says that there is no eligibility where it is being verified",
        "確認中の資格を、資格なしと示す" => on::refusal(|_, answer, mut screen| {
        if answer.code() == "WITHHELD" {
            screen.fields = vec![(VALIDITY, NONE.to_owned())];
        }
        screen
    });
    "hides-cause" breaks "result.cause-told",
        "does not say why an inquiry was refused",
        "照会が断られた理由を伝えない" => on::refusal(|operation, _, mut screen| {
        if operation != Operation::Challenge {
            screen.fields.clear();
        }
        screen
    });
    "hides-crowd" breaks "result.cause-told",
        "has no words for a service that is crowded",
        "混雑しているサービスについて何も言わない" => on::answer(|_, _, mut answer| {
        if answer.code() == "BUSY" {
            answer.fields.insert(Field::ResultMessage, String::new());
        }
        Ok(answer)
    });
    "tells-code-alone" breaks "result.cause-in-words",
        "shows the result code where the message belongs",
        "メッセージの代わりに処理結果のコードを示す" => on::refusal(|_, answer, mut screen| {
        for (label, value) in &mut screen.fields {
            if *label == CAUSE {
                answer.code().clone_into(value);
            }
        }
        screen
    });
}

/// Changes what was delivered of 医療保険.
fn of_insurance(change: fn(&mut Record)) -> Layer {
    results(move |answer| {
        let insurances = answer.results.iter_mut();
        let insurances = insurances.filter(|result| !is_assistance(result));
        insurances.for_each(change);
    })
}

/// Knows no word for 被保険者証区分 of this kind.
fn hides_classes(kind: fn(&str) -> bool) -> Layer {
    results(move |answer| {
        for result in &mut answer.results {
            let class = result.get(&Field::InsuredCardClassification);
            if !is_assistance(result) && class.is_some_and(|class| kind(class)) {
                result.remove(&Field::InsuredCardClassification);
            }
        }
    })
}

/// Shows a valid eligibility as lapsed where a date of a result seems to say so.
fn misreads_dates(lapses: fn(&Answer, &Record) -> bool) -> Layer {
    results(move |answer| {
        let is_valid = answer.text(Field::QualificationValidity) == Some("1");
        if is_valid && answer.results.iter().any(|result| lapses(answer, result)) {
            let lapsed = "2".to_owned();
            answer.fields.insert(Field::QualificationValidity, lapsed);
        }
    })
}

/// The result code of a certificate that has expired and still counts.
const GRACE: &str = "CERT_EXPIRED_GRACE";

fn hide_renewal(answer: &mut Answer) {
    if answer.code() == GRACE {
        answer.fields.insert(Field::ResultCode, "OK".to_owned());
    }
}

/// The screen with other words in the place of 資格有効性.
fn called(mut screen: Screen, words: &str) -> Screen {
    if let Some(value) = field(&mut screen, VALIDITY) {
        words.clone_into(value);
    }
    screen
}

/// Whether an answer is an hour old or more.
fn is_hours_old(reply: &Response<Body>) -> bool {
    ahead(reply).is_some_and(|by| by.as_hours() <= -1)
}
